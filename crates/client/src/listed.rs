//! The state of a PAT: a comparison when read, never stored.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::PatToken;

/// What a PAT is good for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatState {
    /// Neither revoked nor past its end.
    Active,
    /// Past its end.
    Expired,
    /// Revoked. Only the service knows; a revoked PAT that is past its end too counts as revoked.
    Revoked,
}

impl PatState {
    /// Active or expired. The end is exclusive: at `valid_to` itself a PAT has expired.
    pub fn by_time(pat: &PatToken, now: Timestamp) -> Self {
        if now < pat.valid_to { Self::Active } else { Self::Expired }
    }

    /// The word for it, as in lists and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl std::fmt::Display for PatState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A PAT and its state.
#[derive(Debug)]
pub struct ListedPat {
    /// The PAT; its `token` is `None`.
    pub pat: PatToken,
    /// Its state when it was listed.
    pub state: PatState,
}

impl ListedPat {
    /// Whether it is active now and no longer is after `within`.
    pub fn expires_within(&self, within: SignedDuration, now: Timestamp) -> bool {
        let limit = now.checked_add(within).unwrap_or(Timestamp::MAX);
        self.state == PatState::Active && self.pat.valid_to > now && self.pat.valid_to <= limit
    }
}

/// The time that is left until the end; negative after it.
pub fn remaining(pat: &PatToken, now: Timestamp) -> SignedDuration {
    pat.valid_to.duration_since(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn pat(valid_to: &str) -> PatToken {
        PatToken {
            display_name: "ci".to_owned(),
            valid_to: at(valid_to),
            scope: "vso.code".to_owned(),
            target_accounts: None,
            valid_from: at("2026-01-01T00:00:00Z"),
            authorization_id: uuid::Uuid::nil(),
            token: None,
        }
    }

    #[test]
    fn the_end_is_exclusive() {
        let pat = pat("2026-11-23T10:00:00Z");
        assert_eq!(PatState::by_time(&pat, at("2026-11-23T09:59:59.999999Z")), PatState::Active);
        assert_eq!(PatState::by_time(&pat, at("2026-11-23T10:00:00Z")), PatState::Expired);
        assert_eq!(remaining(&pat, at("2026-11-23T10:00:01Z")), SignedDuration::from_secs(-1));
    }

    #[test]
    fn expiring_soon_means_active_and_soon() {
        let now = at("2026-11-23T10:00:00Z");
        let day = SignedDuration::from_hours(24);
        let listed = |valid_to, state| ListedPat { pat: pat(valid_to), state };
        assert!(listed("2026-11-24T10:00:00Z", PatState::Active).expires_within(day, now));
        assert!(!listed("2026-11-24T10:00:01Z", PatState::Active).expires_within(day, now));
        assert!(!listed("2026-11-24T10:00:00Z", PatState::Revoked).expires_within(day, now));
        assert!(!listed("2026-11-23T10:00:00Z", PatState::Active).expires_within(day, now));
        assert!(listed("9999-01-01T00:00:00Z", PatState::Active).expires_within(SignedDuration::MAX, now));
    }
}
