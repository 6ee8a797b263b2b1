//! A PAT as the commands show it: the API's object, with `state` and `organization`.

use anstyle::{AnsiColor, Style};
use jiff::{SignedDuration, Timestamp};
use patcycle_client::{ListedPat, PatState};
use patcycle_contract::{PatToken, date};
use patcycle_primitives::Secret;
use serde::Serialize;
use uuid::Uuid;

use super::table::Table;

/// One PAT in JSON: the fields of the API in its order, then ours. `token` is null unless the secret was just made and
/// goes to stdout.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PatRecord<'a> {
    display_name: &'a str,
    valid_to: String,
    scope: &'a str,
    target_accounts: Option<&'a [Uuid]>,
    valid_from: String,
    authorization_id: Uuid,
    token: Option<&'a str>,
    state: &'static str,
    organization: &'a str,
}

impl<'a> PatRecord<'a> {
    /// A PAT without its secret.
    pub(crate) fn new(pat: &'a PatToken, state: PatState, organization: &'a str) -> Self {
        Self {
            display_name: &pat.display_name,
            valid_to: date::format(pat.valid_to),
            scope: &pat.scope,
            target_accounts: pat.target_accounts.as_deref(),
            valid_from: date::format(pat.valid_from),
            authorization_id: pat.authorization_id,
            token: None,
            state: state.as_str(),
            organization,
        }
    }

    /// A PAT that was just made, with its secret.
    pub(crate) fn with_secret(pat: &'a PatToken, secret: &'a Secret, organization: &'a str) -> Self {
        Self { token: Some(secret.expose()), ..Self::new(pat, PatState::Active, organization) }
    }
}

/// The list for people.
pub(crate) fn list_table(pats: &[ListedPat], now: Timestamp) -> Table {
    let mut table = Table::new(["name", "state", "ends", "scope", "id"], "No PATs.");
    for listed in pats {
        let pat = &listed.pat;
        let cells = vec![
            pat.display_name.clone(),
            listed.state.as_str().to_owned(),
            end(pat.valid_to, now),
            pat.scope.clone(),
            pat.authorization_id.to_string(),
        ];
        table.row(cells, style(listed, now));
    }
    table
}

/// The list for `cut` and `awk`; the columns are named in the help of `list`.
pub(crate) fn list_lines(pats: &[ListedPat], organization: &str) -> Table {
    let mut table = Table::new([], "");
    for listed in pats {
        table.row(columns(&listed.pat, listed.state, organization), Style::new());
    }
    table
}

/// The columns of one PAT in tab-separated form.
pub(crate) fn columns(pat: &PatToken, state: PatState, organization: &str) -> Vec<String> {
    vec![
        pat.authorization_id.to_string(),
        pat.display_name.clone(),
        state.as_str().to_owned(),
        date::format(pat.valid_from),
        date::format(pat.valid_to),
        pat.scope.clone(),
        organization.to_owned(),
    ]
}

/// One PAT for people.
pub(crate) fn properties(
    pat: &PatToken,
    state: PatState,
    organization: &str,
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let reach = match pat.target_accounts {
        None => "every organization of its owner (global)".to_owned(),
        Some(_) => organization.to_owned(),
    };
    vec![
        ("name", pat.display_name.clone()),
        ("id", pat.authorization_id.to_string()),
        ("state", state.as_str().to_owned()),
        ("scope", pat.scope.clone()),
        ("begins", date::format(pat.valid_from)),
        ("ends", format!("{} ({})", date::format(pat.valid_to), relative(pat.valid_to, now))),
        ("organization", reach),
    ]
}

fn end(valid_to: Timestamp, now: Timestamp) -> String {
    let date = valid_to.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    format!("{date} ({})", relative(valid_to, now))
}

/// How far an instant is away, in the largest unit that says something, to the nearest of it: a PAT that was just
/// made for 30 days ends in 30 days, not in 29.
fn relative(instant: Timestamp, now: Timestamp) -> String {
    const HOUR: u64 = 60 * 60;
    const DAY: u64 = 24 * HOUR;
    let distance = instant.duration_since(now);
    let seconds = distance.as_secs().unsigned_abs();
    let amount = match seconds {
        0..60 => format!("{seconds} s"),
        60..HOUR => format!("{} min", (seconds + 30) / 60),
        seconds if seconds < 2 * DAY => format!("{} h", (seconds + HOUR / 2) / HOUR),
        _ => format!("{} days", (seconds + DAY / 2) / DAY),
    };
    if distance.is_negative() { format!("{amount} ago") } else { format!("in {amount}") }
}

fn style(listed: &ListedPat, now: Timestamp) -> Style {
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    match listed.state {
        PatState::Expired | PatState::Revoked => Style::new().dimmed(),
        PatState::Active if listed.expires_within(days(7), now) => AnsiColor::Red.on_default(),
        PatState::Active if listed.expires_within(days(30), now) => AnsiColor::Yellow.on_default(),
        PatState::Active => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pat() -> PatToken {
        PatToken {
            display_name: "ci".to_owned(),
            valid_to: "2026-12-31T00:00:00Z".parse().unwrap(),
            scope: "vso.code".to_owned(),
            target_accounts: None,
            valid_from: "2026-11-23T00:00:00Z".parse().unwrap(),
            authorization_id: Uuid::from_u128(7),
            token: Some(Secret::new("s3cret")),
        }
    }

    #[test]
    fn the_secret_is_only_in_the_record_that_says_so() {
        let pat = pat();
        let json = serde_json::to_string(&PatRecord::new(&pat, PatState::Active, "fabrikam")).unwrap();
        assert_eq!(
            json,
            r#"{"displayName":"ci","validTo":"2026-12-31T00:00:00Z","scope":"vso.code","targetAccounts":null,"validFrom":"2026-11-23T00:00:00Z","authorizationId":"00000000-0000-0000-0000-000000000007","token":null,"state":"active","organization":"fabrikam"}"#
        );
        let json =
            serde_json::to_string(&PatRecord::with_secret(&pat, &Secret::new("made"), "fabrikam")).unwrap();
        assert!(json.contains(r#""token":"made""#), "{json}");
        let now = pat.valid_from;
        let shown = format!("{:?}", properties(&pat, PatState::Active, "fabrikam", now));
        assert!(!shown.contains("s3cret"));
    }

    #[test]
    fn distances() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let at = |text: &str| relative(text.parse().unwrap(), now);
        assert_eq!(at("2026-11-23T12:00:20Z"), "in 20 s");
        assert_eq!(at("2026-11-23T12:30:00Z"), "in 30 min");
        assert_eq!(at("2026-11-24T12:00:00Z"), "in 24 h");
        assert_eq!(at("2026-11-25T11:50:00Z"), "in 48 h");
        assert_eq!(at("2026-12-23T12:00:00Z"), "in 30 days");
        assert_eq!(at("2026-12-23T11:59:58Z"), "in 30 days");
        assert_eq!(at("2026-12-20T23:59:00Z"), "in 27 days");
        assert_eq!(at("2026-11-20T12:00:00Z"), "3 days ago");
    }
}
