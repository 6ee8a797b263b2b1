//! `GET /console/audit`: what was done in the organization, the newest first, with a search.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use futures::TryStreamExt as _;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use patcycle_client::{AuditLogFilter, ClientError, PatClient};
use patcycle_contract::audit::DecoratedAuditLogEntry;
use serde::Deserialize;

use crate::failure::{self, Refused};
use crate::frame::{Frame, Section, page};
use crate::pages::moments::Moment;
use crate::pages::row::shown_name;
use crate::visit::SignedIn;

/// The most entries of a page.
const SHOWN: usize = 200;
/// The most entries that are looked at in a search.
const SEARCHED: usize = 20_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wishes {
    /// `2026-11-01`, UTC.
    since: String,
    /// The last day.
    until: String,
    q: String,
}

struct Entry {
    at: Moment,
    action: String,
    details: String,
    who: String,
    who_name: String,
    from: String,
    how: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage<'a> {
    frame: Frame<'a>,
    entries: Vec<Entry>,
    since: &'a str,
    until: &'a str,
    search: &'a str,
    /// Whether there is more than is shown or was looked at.
    is_cut: bool,
}

pub(crate) async fn audit(visit: SignedIn, Query(wishes): Query<Wishes>) -> Result<Response, Refused> {
    visit.administrator()?;
    let filter = AuditLogFilter { from: day(&wishes.since, 0), until: day(&wishes.until, 1) };
    let found = read(&visit.client(), filter, &wishes.q).await;
    let (entries, is_cut) = found.map_err(|error| failure::of_call(&visit, &error, true))?;
    Ok(page(
        StatusCode::OK,
        &AuditPage {
            frame: Frame::of(&visit, Section::Audit),
            entries: entries.iter().map(|entry| shown(&visit, entry)).collect(),
            since: &wishes.since,
            until: &wishes.until,
            search: wishes.q.trim(),
            is_cut,
        },
    ))
}

/// The beginning of a day in UTC, or of the day after it.
fn day(text: &str, later: i64) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.trim().parse().ok()?;
    let date = date.checked_add(jiff::Span::new().days(later)).ok()?;
    Some(date.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// The entries that have all words somewhere, and whether there are more.
async fn read(
    client: &PatClient,
    filter: AuditLogFilter,
    search: &str,
) -> Result<(Vec<DecoratedAuditLogEntry>, bool), ClientError> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let log = client.audit_log(filter);
    let mut log = std::pin::pin!(log);
    let mut found = Vec::new();
    let mut looked_at = 0;
    while let Some(entry) = log.try_next().await? {
        looked_at += 1;
        if found.len() == SHOWN || looked_at > SEARCHED {
            return Ok((found, true));
        }
        if is_found(&entry, &words) {
            found.push(entry);
        }
    }
    Ok((found, false))
}

fn is_found(entry: &DecoratedAuditLogEntry, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let optional = [&entry.actor_upn, &entry.ip_address, &entry.user_agent];
    let mut text =
        [&entry.action_id, &entry.details, &entry.actor_display_name].map(String::as_str).join(" ");
    for part in optional.into_iter().flatten() {
        text.push(' ');
        text.push_str(part);
    }
    for value in entry.data.values() {
        text.push(' ');
        text.push_str(&value.to_string());
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn shown(visit: &SignedIn, entry: &DecoratedAuditLogEntry) -> Entry {
    let at = entry.timestamp.parse().unwrap_or_else(|_| visit.console.clock.now());
    Entry {
        at: at.into(),
        action: entry.action_id.clone(),
        details: shown_name(&entry.details),
        who: shown_name(&entry.actor_display_name),
        who_name: entry.actor_upn.as_deref().map(shown_name).unwrap_or_default(),
        from: entry.ip_address.clone().unwrap_or_default(),
        how: entry.authentication_mechanism.clone().unwrap_or_default(),
    }
}
