//! What a rotation will ask for.

use jiff::{SignedDuration, Timestamp, Unit};
use patcycle_contract::PatToken;
use uuid::Uuid;

use super::compare::Targets;
use crate::lifetime::end_of;
use crate::pats::CreatePat;

/// The longest lifetime that is taken over from an old PAT. A renewed one may have lived longer than the year that
/// services grant to a new one.
const LONGEST_LIFETIME: SignedDuration = SignedDuration::from_hours(365 * 24);

/// When the new PAT is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewEnd {
    /// After as long a life as the old one was given, at most 365 days.
    SameLifetime,
    /// After this life.
    After(SignedDuration),
    /// At this instant.
    At(Timestamp),
}

/// Why there is nothing sensible to ask for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The old PAT ends before it begins, so its lifetime says nothing.
    #[error("the old PAT has no lifetime to take over; give one, for instance `--valid-for 30d`")]
    NoLifetime,
    /// The end is not in the future.
    #[error("the new PAT would end at {0}, which is not in the future")]
    EndInThePast(Timestamp),
}

/// A rotation that has not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationPlan {
    /// The PAT that is to be replaced.
    pub old: Uuid,
    /// What is asked for.
    pub wanted: CreatePat,
    /// Where the new PAT must be good.
    pub targets: Targets,
    /// Whether an earlier end than asked for is a warning (the default) or a failure.
    pub accept_shorter_life: bool,
    /// For how many seconds the old secret goes on working beside the new one; 0 (the default): until that is
    /// delivered. More only where the service offers native rotation.
    pub overlap_seconds: u32,
}

impl RotationPlan {
    /// A PAT like `old`, which ends as `end` says, counted from `now`.
    pub fn new(old: &PatToken, end: NewEnd, now: Timestamp) -> Result<Self, PlanError> {
        let valid_to = match end {
            NewEnd::SameLifetime => {
                let lifetime = old.valid_to.duration_since(old.valid_from);
                if !lifetime.is_positive() {
                    return Err(PlanError::NoLifetime);
                }
                end_of(now, lifetime.min(LONGEST_LIFETIME))
            }
            NewEnd::After(lifetime) => end_of(now, lifetime),
            NewEnd::At(end) => end,
        };
        // Whole seconds, rounded up: the service's own rounding then changes nothing.
        let valid_to =
            valid_to.round(jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Ceil));
        let valid_to = valid_to.unwrap_or(Timestamp::MAX);
        if valid_to <= now {
            return Err(PlanError::EndInThePast(valid_to));
        }
        let wanted = CreatePat {
            display_name: old.display_name.clone(),
            scope: old.scope.clone(),
            valid_to,
            all_orgs: old.target_accounts.is_none(),
        };
        Ok(Self {
            old: old.authorization_id,
            wanted,
            targets: Targets::of(old),
            accept_shorter_life: true,
            overlap_seconds: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn old(valid_from: &str, valid_to: &str) -> PatToken {
        PatToken {
            display_name: "ci".to_owned(),
            valid_to: at(valid_to),
            scope: "vso.code".to_owned(),
            target_accounts: Some(vec![Uuid::from_u128(1)]),
            valid_from: at(valid_from),
            authorization_id: Uuid::from_u128(9),
            token: None,
        }
    }

    #[test]
    fn takes_over_name_scope_targets_and_lifetime() {
        let now = at("2026-11-23T10:00:00.25Z");
        let plan = RotationPlan::new(
            &old("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z"),
            NewEnd::SameLifetime,
            now,
        )
        .unwrap();
        assert_eq!(plan.wanted.valid_to, at("2026-12-23T10:00:01Z"));
        assert_eq!((plan.wanted.display_name.as_str(), plan.wanted.scope.as_str()), ("ci", "vso.code"));
        assert!(!plan.wanted.all_orgs);
        assert_eq!(plan.targets, Targets::Exactly(vec![Uuid::from_u128(1)]));
        assert_eq!(plan.old, Uuid::from_u128(9));
    }

    #[test]
    fn a_global_pat_stays_global() {
        let pat = PatToken { target_accounts: None, ..old("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z") };
        let plan = RotationPlan::new(&pat, NewEnd::SameLifetime, at("2026-11-23T10:00:00Z")).unwrap();
        assert!(plan.wanted.all_orgs && plan.targets == Targets::All);
    }

    #[test]
    fn ends_are_bounded() {
        let now = at("2026-11-23T10:00:00Z");
        let renewed = old("2024-01-01T00:00:00Z", "2026-12-01T00:00:00Z");
        let plan = RotationPlan::new(&renewed, NewEnd::SameLifetime, now).unwrap();
        assert_eq!(plan.wanted.valid_to, at("2027-11-23T10:00:00Z"));
        let strange = old("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z");
        assert_eq!(RotationPlan::new(&strange, NewEnd::SameLifetime, now), Err(PlanError::NoLifetime));
        let given = NewEnd::After(SignedDuration::from_hours(12));
        assert_eq!(
            RotationPlan::new(&strange, given, now).unwrap().wanted.valid_to,
            at("2026-11-23T22:00:00Z")
        );
        let past = RotationPlan::new(&renewed, NewEnd::At(now), now);
        assert_eq!(past, Err(PlanError::EndInThePast(now)));
        assert!(RotationPlan::new(&renewed, NewEnd::After(SignedDuration::MIN), now).is_err());
    }
}
