//! From a notice to what is said: true at the moment of sending, and without any secret.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::date;
use patcycle_lifecycle::notice::{Concern, DueNotice, MAXIMUM_COUNTED, Stage};
use patcycle_lifecycle::revoke_many::OwnedPat;
use patcycle_lifecycle::{Person, State};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A notice in words and as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The same each time this notice is sent: receivers drop what they have seen by it.
    pub id: String,
    /// What it tells of.
    pub stage: Stage,
    /// When that happened.
    pub at: Timestamp,
    /// When this message was put together.
    pub sent_at: Timestamp,
    /// Whom it concerns.
    pub owner: Person,
    /// One line.
    pub subject: String,
    /// The whole text, lines of plain text.
    pub text: String,
    /// The same for programs.
    pub data: Value,
}

/// What nobody who asks for a token may claim.
const NEVER: &str = "This message never contains a token, and nobody who sends it will ask you for one.";

/// Says what is true at `now`. `None`: there is nothing left to say, because the PAT was renewed or ended otherwise.
pub(crate) fn compose(due: &DueNotice, now: Timestamp) -> Option<Message> {
    match &due.concern {
        Concern::Pat(pat) => of_pat(due, pat, now),
        Concern::Several { count, owner } => Some(of_several(due, *count, owner, now)),
    }
}

/// PATs that an administrator revoked together: nothing else ends several at once.
fn of_several(due: &DueNotice, count: u32, owner: &Person, now: Timestamp) -> Message {
    let (notice, organization) = (&due.notice, &due.organization);
    let (tokens, were) = match count {
        1 => ("1 personal access token".to_owned(), "was"),
        MAXIMUM_COUNTED => (format!("{count} or more personal access tokens"), "were"),
        _ => (format!("{count} personal access tokens"), "were"),
    };
    let text = format!(
        "{tokens} of yours in the organization {organization} {were} revoked by an administrator {}. Ask them before you \
         create new ones.\n\n{NEVER}\n",
        ago(notice.at, now)
    );
    Message {
        id: id(&notice.key),
        stage: notice.stage,
        at: notice.at,
        sent_at: now,
        owner: owner.clone(),
        subject: format!("{tokens} {were} revoked by an administrator"),
        text,
        data: json!({
            "organization": organization,
            "organizationId": notice.organization_id,
            "count": count,
            "ownerId": owner.id,
            "ownerName": owner.user_name,
            "occurredAt": date::format(notice.at),
        }),
    }
}

fn of_pat(due: &DueNotice, owned: &OwnedPat, now: Timestamp) -> Option<Message> {
    let (notice, pat) = (&due.notice, &owned.authorization);
    let state = pat.state(now, &owned.cutoffs);
    if notice.stage == Stage::Expiring && state != State::Active {
        return None;
    }
    let (name, organization) = (&pat.display_name, &due.organization);
    let ago = ago(notice.at, now);
    let subject = match notice.stage {
        Stage::Created => format!("Personal access token \"{name}\" was created"),
        Stage::Expiring => format!("Personal access token \"{name}\" nearing expiration"),
        Stage::Expired => format!("Personal access token \"{name}\" has expired"),
        Stage::Leaked => format!("Personal access token \"{name}\" was found in a public place"),
        Stage::Revoked => format!("Personal access token \"{name}\" was revoked by an administrator"),
    };
    let happened = match notice.stage {
        Stage::Created => format!(
            "Your personal access token \"{name}\" in the organization {organization} was created {ago}. If that was \
             not you, revoke it and tell an administrator."
        ),
        Stage::Expiring => format!(
            "Your personal access token \"{name}\" in the organization {organization} expires {}. Renew or rotate it \
             before then if something still uses it.",
            ahead(now, pat.valid_to)
        ),
        Stage::Expired => format!(
            "Your personal access token \"{name}\" in the organization {organization} expired {}. An expired token \
             cannot be renewed: create a new one if something still needs it.",
            self::ago(pat.valid_to, now)
        ),
        Stage::Leaked => format!(
            "Your personal access token \"{name}\" in the organization {organization} was found {ago} in a place \
             where secrets must not be. Whoever could see that place may have used it: look at what it did, and \
             create a new one if something still needs it."
        ),
        Stage::Revoked => format!(
            "Your personal access token \"{name}\" in the organization {organization} was revoked by an administrator \
             {ago}. Ask them before you create a new one."
        ),
    };
    let now_it = match (notice.stage, state) {
        (Stage::Created | Stage::Leaked, State::Active) => {
            format!("It works until {}.", date::format(pat.valid_to))
        }
        (Stage::Created, State::Expired) => "It has expired since.".to_owned(),
        (Stage::Created, State::Revoked) => "It has been revoked since.".to_owned(),
        (Stage::Leaked, State::Revoked) => "It was revoked and works no longer.".to_owned(),
        (Stage::Leaked, State::Expired) => "It works no longer.".to_owned(),
        (Stage::Expiring | Stage::Expired | Stage::Revoked, _) => String::new(),
    };
    let text = format!(
        "{happened}{}{now_it}\n\nScopes: {}\nValid from: {}\nValid to: {}\nAuthorization id: {}\n\n{NEVER}\n",
        if now_it.is_empty() { "" } else { " " },
        pat.scope,
        date::format(pat.valid_from),
        date::format(pat.valid_to),
        pat.id,
    );
    Some(Message {
        id: id(&notice.key),
        stage: notice.stage,
        at: notice.at,
        sent_at: now,
        owner: owned.owner.clone(),
        subject,
        text,
        data: data(due, owned, state),
    })
}

fn data(due: &DueNotice, owned: &OwnedPat, state: State) -> Value {
    let pat = &owned.authorization;
    json!({
        "organization": due.organization,
        "organizationId": pat.organization_id,
        "authorizationId": pat.id,
        "displayName": pat.display_name,
        "scope": pat.scope,
        "validFrom": date::format(pat.valid_from),
        "validTo": date::format(pat.valid_to),
        "state": match state {
            State::Active => "active",
            State::Expired => "expired",
            State::Revoked => "revoked",
        },
        "ownerId": owned.owner.id,
        "ownerName": owned.owner.user_name,
        "occurredAt": date::format(due.notice.at),
    })
}

/// Made from the key, which names the channel: two receivers get different ids, one receiver always the same.
fn id(key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    format!("msg_{}", hex::encode(&hash[..16]))
}

fn ago(then: Timestamp, now: Timestamp) -> String {
    match rough(now.duration_since(then)) {
        Some(span) => format!("{span} ago"),
        None => "just now".to_owned(),
    }
}

fn ahead(now: Timestamp, then: Timestamp) -> String {
    match rough(then.duration_since(now)) {
        Some(span) => format!("in {span}"),
        None => "within a minute".to_owned(),
    }
}

/// The largest unit that fits, rounded down; `None` below a minute.
fn rough(span: SignedDuration) -> Option<String> {
    let minutes = span.as_mins();
    let (count, unit) = match minutes {
        ..1 => return None,
        1..60 => (minutes, "minute"),
        60..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    Some(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        for (seconds, told) in [
            (0, None),
            (59, None),
            (60, Some("1 minute")),
            (3599, Some("59 minutes")),
            (3600, Some("1 hour")),
            (3 * 3600 + 1800, Some("3 hours")),
            (47 * 3600, Some("47 hours")),
            (48 * 3600, Some("2 days")),
            (-5, None),
        ] {
            assert_eq!(rough(SignedDuration::from_secs(seconds)).as_deref(), told, "{seconds}");
        }
    }
}
