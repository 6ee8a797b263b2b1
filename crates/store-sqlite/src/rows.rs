//! Stored values and the model's.

use jiff::Timestamp;
use patcycle_contract::PolicyLevel;
use patcycle_lifecycle::cutoffs::Cutoffs;
use patcycle_lifecycle::model::{Revocation, RevocationReason};
use patcycle_lifecycle::{Authorization, Epochs, Policies, PolicySettings, RevocationRules, ScopeCutoff};
use uuid::Uuid;

use crate::failure::Failure;

/// An instant from the microseconds that are stored.
pub(crate) fn instant(microseconds: i64) -> Result<Timestamp, Failure> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|_| Failure::unreadable(format!("{microseconds} microseconds are no instant")))
}

/// A counter from the signed number that is stored.
pub(crate) fn counter(number: i64) -> Result<u64, Failure> {
    u64::try_from(number).map_err(|_| Failure::unreadable(format!("the counter {number} is negative")))
}

/// A counter as SQLite keeps it. Counters begin at 0 and go up by one: none comes near the limit.
pub(crate) fn number(counter: u64) -> i64 {
    i64::try_from(counter).unwrap_or(i64::MAX)
}

/// A hash from the bytes that are stored.
pub(crate) fn hash(bytes: &[u8]) -> Result<[u8; 32], Failure> {
    bytes.try_into().map_err(|_| Failure::unreadable(format!("a hash has {} bytes", bytes.len())))
}

/// The groups of a person from the text that is stored.
pub(crate) fn groups(text: &str) -> Result<Vec<Uuid>, Failure> {
    text.split_ascii_whitespace()
        .map(|id| Uuid::try_parse(id).map_err(|_| Failure::unreadable(format!("`{id}` is no id of a group"))))
        .collect()
}

/// The groups of a person as they are stored.
pub(crate) fn groups_text(groups: &[Uuid]) -> String {
    groups.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ")
}

/// The policies of an organization and of its tenant from the texts that are stored.
pub(crate) fn policies(organization: &str, tenant: Option<&str>) -> Policies {
    let read = |text: Option<&str>, level: PolicyLevel| match text.map(serde_json::from_str::<PolicySettings>)
    {
        None => Ok(PolicySettings::default()),
        Some(Ok(settings)) => Ok(settings),
        Some(Err(error)) => {
            tracing::error!(%error, ?level, "stored policies cannot be read; restore the database from a backup");
            Err(level)
        }
    };
    let organization = read(Some(organization), PolicyLevel::Organization);
    let tenant = read(tenant, PolicyLevel::Tenant);
    Policies {
        unreadable: organization.as_ref().err().or(tenant.as_ref().err()).copied(),
        organization: organization.unwrap_or_default(),
        tenant: tenant.unwrap_or_default(),
    }
}

/// Revocation rules from the JSON that queries collect: pairs of scope and microseconds.
pub(crate) fn rules(text: &str) -> Result<RevocationRules, Failure> {
    let unreadable = |error| Failure::unreadable(format!("the revocation rules: {error}"));
    let pairs: Vec<(String, i64)> = serde_json::from_str(text).map_err(unreadable)?;
    let cutoff = |(scope, microseconds)| Ok(ScopeCutoff { scope, created_before: instant(microseconds)? });
    Ok(RevocationRules::new(pairs.into_iter().map(cutoff).collect::<Result<_, Failure>>()?))
}

/// What PATs are measured by: the current epochs, and the rules as queries collect them.
pub(crate) fn cutoffs(
    organization_epoch: i64,
    owner_epoch: i64,
    rules_text: &str,
) -> Result<Cutoffs, Failure> {
    Ok(Cutoffs {
        epochs: Epochs { organization: counter(organization_epoch)?, owner: counter(owner_epoch)? },
        rules: rules(rules_text)?,
    })
}

/// A row of `authorization` with its cohort's columns.
#[derive(Debug)]
pub(crate) struct AuthorizationRow {
    pub(crate) id: Uuid,
    pub(crate) display_name: String,
    pub(crate) scope: String,
    pub(crate) all_organizations: bool,
    pub(crate) valid_from: i64,
    pub(crate) valid_to: i64,
    pub(crate) revoked_at: Option<i64>,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) organization_epoch: i64,
    pub(crate) owner_epoch: i64,
}

impl AuthorizationRow {
    pub(crate) fn into_authorization(
        self,
        organization_id: Uuid,
        owner: Uuid,
    ) -> Result<Authorization, Failure> {
        let revoked = match (self.revoked_at, self.revocation_reason) {
            (Some(at), Some(reason)) => Some(Revocation {
                at: instant(at)?,
                reason: RevocationReason::from_name(&reason)
                    .ok_or_else(|| Failure::unreadable(format!("`{reason}` is no reason of a revocation")))?,
            }),
            _ => None,
        };
        Ok(Authorization {
            id: self.id,
            organization_id,
            owner,
            display_name: self.display_name,
            scope: self.scope,
            all_organizations: self.all_organizations,
            valid_from: instant(self.valid_from)?,
            valid_to: instant(self.valid_to)?,
            revoked,
            epochs: Epochs {
                organization: counter(self.organization_epoch)?,
                owner: counter(self.owner_epoch)?,
            },
        })
    }
}
