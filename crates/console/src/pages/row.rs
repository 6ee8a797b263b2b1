//! A PAT as lists and its own page show it.

use jiff::Timestamp;
use patcycle_client::PatState;
use patcycle_contract::{PatToken, is_invisible};

use super::moments::{Moment, days_left, from_now};
use crate::text::Texts;

/// From so many days before its end a PAT is marked.
const SOON: i64 = 30;
/// From so many days before its end a PAT is marked as urgent.
const VERY_SOON: i64 = 7;
/// The scopes that are shown in full; of more only the number is told.
const MAXIMUM_CHIPS: usize = 3;

/// How a PAT stands. The words carry it; colours only help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Soon,
    VerySoon,
    Expired,
    Revoked,
}

impl Standing {
    pub(crate) fn of(state: PatState, end: Timestamp, now: Timestamp) -> Self {
        match (state, days_left(end, now)) {
            (PatState::Revoked, _) => Self::Revoked,
            (PatState::Expired, _) | (PatState::Active, 0) => Self::Expired,
            (PatState::Active, ..=VERY_SOON) => Self::VerySoon,
            (PatState::Active, ..=SOON) => Self::Soon,
            (PatState::Active, _) => Self::Good,
        }
    }

    /// The class of the badge.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Soon => "soon",
            Self::VerySoon => "very-soon",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// A sign beside the word, so that shapes differ as well.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Good => "●",
            Self::Soon => "◐",
            Self::VerySoon => "▲",
            Self::Expired => "○",
            Self::Revoked => "✕",
        }
    }

    /// The word.
    pub(crate) fn text(self, texts: &Texts) -> String {
        texts.get(&format!("standing-{}", self.class()))
    }
}

/// What is shown of a PAT.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    /// How many scopes are not in `scopes`.
    pub(crate) more_scopes: usize,
    pub(crate) is_full: bool,
    pub(crate) is_global: bool,
    pub(crate) standing: Standing,
    pub(crate) valid_from: Moment,
    pub(crate) valid_to: Moment,
    /// "in 12 days"
    pub(crate) ends: String,
    pub(crate) days_left: i64,
}

impl Row {
    pub(crate) fn new(texts: &Texts, pat: &PatToken, state: PatState, now: Timestamp) -> Self {
        let mut scopes: Vec<String> = pat.scope.split_whitespace().map(str::to_owned).collect();
        let more_scopes = scopes.len().saturating_sub(MAXIMUM_CHIPS);
        scopes.truncate(MAXIMUM_CHIPS);
        Self {
            id: pat.authorization_id.to_string(),
            name: shown_name(&pat.display_name),
            is_full: pat.scope == patcycle_contract::scope::FULL,
            is_global: pat.target_accounts.is_none(),
            standing: Standing::of(state, pat.valid_to, now),
            valid_from: pat.valid_from.into(),
            valid_to: pat.valid_to.into(),
            ends: from_now(texts, pat.valid_to, now),
            days_left: days_left(pat.valid_to, now),
            scopes,
            more_scopes,
        }
    }
}

/// A name as it is shown: characters that nobody sees, or that turn the direction of what follows, are told.
pub(crate) fn shown_name(name: &str) -> String {
    name.chars().map(|character| if is_invisible(character) { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_follows_from_state_and_time() {
        let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let of = |state, end: &str| Standing::of(state, end.parse().unwrap(), now);
        assert_eq!(of(PatState::Active, "2027-01-25T10:00:00Z"), Standing::Good);
        assert_eq!(of(PatState::Active, "2026-12-25T10:00:00Z"), Standing::Soon);
        assert_eq!(of(PatState::Active, "2026-12-02T10:00:00Z"), Standing::VerySoon);
        assert_eq!(of(PatState::Active, "2026-11-25T10:00:00Z"), Standing::Expired);
        assert_eq!(of(PatState::Revoked, "2027-01-25T10:00:00Z"), Standing::Revoked);
    }

    #[test]
    fn hidden_characters_are_told() {
        assert_eq!(shown_name("ci\u{202e}txt"), "ci\u{fffd}txt");
        assert_eq!(shown_name("größe 名"), "größe 名");
    }
}
