//! The log as the audit service shows it (contract.md §6).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{AuditAction, AuditCategory, AuditRecord};
use crate::date;
use crate::excerpt::excerpt;
use crate::query::first;

/// The most entries of one answer, and the number when `batchSize` is absent.
pub const MAX_BATCH: u32 = 200;

/// The answer to `GET …/audit/auditlog`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditLogQueryResult {
    /// Entries, the newest first.
    pub decorated_audit_log_entries: Vec<DecoratedAuditLogEntry>,
    /// Where the next batch starts; empty at the end.
    #[serde(default)]
    pub continuation_token: Option<String>,
    /// Whether there is a next batch.
    pub has_more: bool,
}

/// The answer to `GET …/tokens/pats/{authorizationId}/history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatHistory {
    /// How many.
    pub count: usize,
    /// What happened to the PAT, the newest first.
    pub value: Vec<DecoratedAuditLogEntry>,
}

/// One record, with what the audit service adds for its readers. There are no projects here: their fields are empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecoratedAuditLogEntry {
    /// `{sequence};{record id}`: ids of the service are no UUIDs either.
    pub id: String,
    /// Ties together what one request did.
    pub correlation_id: Uuid,
    /// The request's activity id.
    pub activity_id: Uuid,
    /// The actor's id that is common to all organizations. Here the object id, all zero for the service itself.
    #[serde(rename = "actorCUID")]
    pub actor_cuid: Uuid,
    /// The actor's object id, all zero for the service itself.
    pub actor_user_id: Uuid,
    /// The application that the actor used, all zero for none.
    pub actor_client_id: Uuid,
    /// The actor's sign-in name.
    #[serde(rename = "actorUPN")]
    pub actor_upn: Option<String>,
    /// The actor's name.
    pub actor_display_name: String,
    /// Always null: people have no pictures here.
    pub actor_image_url: Option<String>,
    /// How the actor was known.
    pub authentication_mechanism: Option<String>,
    /// When.
    pub timestamp: String,
    /// Always `organization`.
    pub scope_type: String,
    /// The organization's name.
    pub scope_display_name: String,
    /// The organization's id.
    pub scope_id: Uuid,
    /// Always all zero.
    pub project_id: Uuid,
    /// Always null.
    pub project_name: Option<String>,
    /// Where the request came from.
    pub ip_address: Option<String>,
    /// The request's `User-Agent`.
    pub user_agent: Option<String>,
    /// What was done.
    pub action_id: String,
    /// The values that `details` is made of, and more (contract.md §12 #26).
    pub data: Map<String, Value>,
    /// What was done, as a sentence.
    pub details: String,
    /// What it was done to: `Token` and the like, the first part of the action's id.
    pub area: String,
    /// What kind of act it is.
    pub category: String,
    /// The same for people.
    pub category_display_name: String,
}

impl DecoratedAuditLogEntry {
    /// A record for its readers. `actor_display_name`: the actor's name if it is known.
    pub fn new(record: AuditRecord, organization_name: &str, actor_display_name: Option<String>) -> Self {
        let actor = record.actor;
        // Written as an object by the service; one that was damaged is shown without its values.
        let data: Map<String, Value> = serde_json::from_str(&record.data).unwrap_or_default();
        let action = AuditAction::from_id(&record.action);
        let category = action.map_or(AuditCategory::Unknown, AuditAction::category);
        let activity_id = actor.activity_id.unwrap_or_default();
        let authentication_mechanism =
            actor.object_id.map(|_| if actor.pat_id.is_some() { "PAT" } else { "UserAuthToken" }.to_owned());
        let by_the_service = || "Patcycle".to_owned();
        Self {
            id: format!("{};{}", record.sequence, record.id),
            correlation_id: activity_id,
            activity_id,
            actor_cuid: actor.object_id.unwrap_or_default(),
            actor_user_id: actor.object_id.unwrap_or_default(),
            actor_client_id: actor.application_id.unwrap_or_default(),
            actor_display_name: actor_display_name
                .or_else(|| actor.user_name.clone())
                .unwrap_or_else(by_the_service),
            actor_upn: actor.user_name,
            actor_image_url: None,
            authentication_mechanism,
            timestamp: record.at.to_string(),
            scope_type: "organization".to_owned(),
            scope_display_name: organization_name.to_owned(),
            scope_id: record.organization_id,
            project_id: Uuid::nil(),
            project_name: None,
            ip_address: actor.address.map(|address| address.to_string()),
            user_agent: actor.user_agent,
            area: record.action.split('.').next().unwrap_or_default().to_owned(),
            details: action.map(|action| action.details(&data)).unwrap_or_default(),
            action_id: record.action,
            data,
            category: category.as_str().to_owned(),
            category_display_name: category.display_name().to_owned(),
        }
    }
}

/// Why a log cannot be read. Answered with status 400; the text is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditLogQueryError {
    /// `startTime` or `endTime` is no date.
    #[error("{name}: {source}")]
    Date {
        /// Which.
        name: &'static str,
        /// What is wrong with it.
        source: date::DateError,
    },
    /// `batchSize` is no positive number.
    #[error("batchSize is \"{given}\". Use a whole number from 1 to {MAX_BATCH}.")]
    BatchSize {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
}

/// What a log is asked for. `skipAggregation` is accepted and changes nothing: no events here are aggregated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLogQuery {
    /// Nothing before; inclusive.
    pub start_time: Option<Timestamp>,
    /// Nothing from here on; exclusive.
    pub end_time: Option<Timestamp>,
    /// The most entries: 1 to [`MAX_BATCH`].
    pub batch_size: u32,
    /// Where the batch before ended; `None` for the first. Never empty.
    pub continuation_token: Option<String>,
}

impl AuditLogQuery {
    /// Reads decoded query pairs (see [`crate::query::decode`]). An empty value counts as absent, a `batchSize` over
    /// 200 means 200, unknown keys are ignored.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, AuditLogQueryError> {
        let value = |key| first(pairs, key).map(str::trim).filter(|value| !value.is_empty());
        let instant = |name: &'static str| {
            let given = value(name).map(date::parse).transpose();
            given.map_err(|source| AuditLogQueryError::Date { name, source })
        };
        Ok(Self {
            start_time: instant("startTime")?,
            end_time: instant("endTime")?,
            batch_size: value("batchSize").map_or(Ok(MAX_BATCH), parse_batch_size)?,
            continuation_token: value("continuationToken").map(str::to_owned),
        })
    }
}

fn parse_batch_size(given: &str) -> Result<u32, AuditLogQueryError> {
    match given.parse::<i32>().map(u32::try_from) {
        Ok(Ok(size)) if size > 0 => Ok(size.min(MAX_BATCH)),
        _ => Err(AuditLogQueryError::BatchSize { given: excerpt(given) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::decode;

    #[test]
    fn reads_what_clients_send() {
        let query = AuditLogQuery::parse(&decode(
            "startTime=2026-11-23T00:00:00.0000000Z&EndTime=2026-11-24&batchSize=1000&continuationToken=&x=y",
        ))
        .unwrap();
        assert_eq!(query.start_time, Some("2026-11-23T00:00:00Z".parse().unwrap()));
        assert_eq!(query.end_time, Some("2026-11-24T00:00:00Z".parse().unwrap()));
        assert_eq!((query.batch_size, query.continuation_token), (MAX_BATCH, None));
    }

    #[test]
    fn names_what_it_cannot_read() {
        for (raw, name) in
            [("startTime=soon", "startTime"), ("endTime=x", "endTime"), ("batchSize=0", "batchSize")]
        {
            let error = AuditLogQuery::parse(&decode(raw)).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
        for size in ["-1", "many", "1.5", "99999999999"] {
            assert!(AuditLogQuery::parse(&decode(&format!("batchSize={size}"))).is_err(), "{size}");
        }
    }
}
