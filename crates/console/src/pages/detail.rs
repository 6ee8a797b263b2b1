//! `GET /console/pats/{id}`: one PAT, what happened to it, when it was last used, and what can be done with it.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use patcycle_client::{ClientError, PatClient, PatState};
use patcycle_contract::audit::DecoratedAuditLogEntry;
use patcycle_contract::{PatToken, PatUsage};
use serde::Deserialize;
use uuid::Uuid;

use super::moments::{Moment, from_now};
use super::row::{Row, Standing, shown_name};
use crate::failure::{self, Refused};
use crate::frame::{Frame, Section, page};
use crate::once;
use crate::visit::{PatId, SignedIn};

/// How long an old secret may work on, in seconds, with the text that names it. Never not at all: an answer that does not
/// arrive would take both secrets away. Whoever has stored the new one ends the old one at once.
pub(super) const OVERLAPS: [(u32, &str); 5] = [
    (900, "overlap-quarter"),
    (3600, "overlap-hour"),
    (21_600, "overlap-six-hours"),
    (86_400, "overlap-day"),
    (604_800, "overlap-week"),
];
/// The one that is chosen at first: time to bring the new secret to where it is used.
pub(super) const DEFAULT_OVERLAP: u32 = 3600;
/// Lifetimes to renew for, in days.
pub(super) const RENEWALS: [i64; 4] = [7, 30, 90, 365];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wishes {
    done: String,
}

/// One thing that happened.
struct Event {
    at: Moment,
    ago: String,
    text: String,
    who: String,
    from: String,
}

/// A rotation whose old secret still works.
struct Overlap {
    until: Moment,
    ends: String,
}

#[derive(Template)]
#[template(path = "detail.html")]
struct DetailPage<'a> {
    frame: Frame<'a>,
    form_id: &'a str,
    row: Row,
    scopes: Vec<String>,
    usage: Option<Used>,
    history: Option<Vec<Event>>,
    overlap: Option<Overlap>,
    overlaps: [(u32, String); 5],
    default_overlap: u32,
    renewals: [i64; 4],
    is_native: bool,
    notice: Option<String>,
}

struct Used {
    /// When and how long ago; `None`: never.
    at: Option<(Moment, String)>,
    from: String,
}

pub(crate) async fn detail(
    visit: SignedIn,
    PatId(id): PatId,
    Query(wishes): Query<Wishes>,
) -> Result<Response, Refused> {
    let client = visit.client();
    let told = read(&visit, &client, id).await.map_err(|error| failure::of_call(&visit, &error, true))?;
    let Told { pat, state, usage, history } = told;
    let now = visit.console.clock.now();
    let form_id = once::new_form(&visit)?;
    let notice = ["renewed", "updated", "finished", "undone"].contains(&wishes.done.as_str());
    let is_native = visit.person()?.is_offered("rotate");
    let old_secret_ends = history.as_deref().and_then(|history| old_secret_ends(history, now));
    Ok(page(
        StatusCode::OK,
        &DetailPage {
            form_id: form_id.expose(),
            row: Row::new(visit.texts, &pat, state, now),
            scopes: pat.scope.split_whitespace().map(str::to_owned).collect(),
            usage: usage.map(|usage| Used {
                at: usage.last_used_at.map(|at| (at.into(), from_now(visit.texts, at, now))),
                from: usage.last_used_address.map(|address| address.to_string()).unwrap_or_default(),
            }),
            history: history.map(|entries| entries.iter().map(|entry| event(&visit, entry, now)).collect()),
            overlap: old_secret_ends
                .map(|until| Overlap { until: until.into(), ends: from_now(visit.texts, until, now) }),
            overlaps: OVERLAPS.map(|(seconds, id)| (seconds, visit.texts.get(id))),
            default_overlap: DEFAULT_OVERLAP,
            renewals: RENEWALS,
            is_native,
            notice: notice.then(|| visit.texts.get(&format!("done-{}", wishes.done))),
            frame: Frame::of(&visit, Section::Pats),
        },
    ))
}

struct Told {
    pat: PatToken,
    state: PatState,
    usage: Option<PatUsage>,
    history: Option<Vec<DecoratedAuditLogEntry>>,
}

/// The PAT, and what the service tells of it beyond the API. The API itself does not say that a PAT is revoked: the
/// list of the revoked ones does.
async fn read(visit: &SignedIn, client: &PatClient, id: Uuid) -> Result<Told, ClientError> {
    let pat = client.get(id).await?;
    let now = visit.console.clock.now();
    let is_patcycle = visit.opened.session.person.as_ref().is_some_and(|person| !person.features.is_empty());
    if !is_patcycle {
        let state = PatState::by_time(&pat, now);
        return Ok(Told { pat, state, usage: None, history: None });
    }
    let (usage, history) = futures::join!(client.usage(id), client.history(id));
    let history = history?;
    let revoked = ["Token.PatRevokeEvent", "Token.PatSystemRevokeEvent"];
    let is_revoked = history.iter().any(|entry| revoked.contains(&entry.action_id.as_str()));
    let state = if is_revoked { PatState::Revoked } else { PatState::by_time(&pat, now) };
    Ok(Told { pat, state, usage: usage?, history: Some(history) })
}

fn event(visit: &SignedIn, entry: &DecoratedAuditLogEntry, now: Timestamp) -> Event {
    let at = entry.timestamp.parse().unwrap_or(now);
    let text = format!("event-{}", entry.action_id.replace('.', "-"));
    Event {
        at: at.into(),
        ago: from_now(visit.texts, at, now),
        text: if visit.texts.has(&text) { visit.texts.get(&text) } else { entry.details.clone() },
        who: shown_name(&entry.actor_display_name),
        from: entry.ip_address.clone().unwrap_or_default(),
    }
}

/// When the old secret of the latest rotation ends, if that is neither settled nor past.
fn old_secret_ends(history: &[DecoratedAuditLogEntry], now: Timestamp) -> Option<Timestamp> {
    let latest = history.iter().find(|entry| entry.action_id.starts_with("Token.PatRotate"))?;
    if latest.action_id != "Token.PatRotateEvent" {
        return None;
    }
    let ends: Timestamp = latest.data.get("OldSecretEnds")?.as_str()?.parse().ok()?;
    (ends > now).then_some(ends)
}
