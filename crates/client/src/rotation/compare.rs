//! What was granted against what was asked for. A service may clamp an end or change a scope and still answer
//! with success.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::PatToken;
use uuid::Uuid;

use crate::pats::CreatePat;
use crate::text::clean;

/// Services round instants, so ends this near to each other are the same.
const ROUNDING: SignedDuration = SignedDuration::from_secs(1);

/// Where a PAT is to be good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// In all organizations of its owner.
    All,
    /// In the organization of the call, whose id is not known yet.
    ThisOrganization,
    /// In exactly these organizations.
    Exactly(Vec<Uuid>),
}

impl Targets {
    /// The targets of an existing PAT.
    pub fn of(pat: &PatToken) -> Self {
        pat.target_accounts.as_ref().map_or(Self::All, |ids| Self::Exactly(ids.clone()))
    }

    fn is_met_by(&self, granted: &Self) -> bool {
        let set = |ids: &[Uuid]| ids.iter().copied().collect::<BTreeSet<_>>();
        match (self, granted) {
            (Self::All, Self::All) => true,
            (Self::ThisOrganization, Self::Exactly(granted)) => granted.len() == 1,
            (Self::Exactly(asked), Self::Exactly(granted)) => set(asked) == set(granted),
            _ => false,
        }
    }
}

impl std::fmt::Display for Targets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => formatter.write_str("all organizations"),
            Self::ThisOrganization => formatter.write_str("this organization"),
            Self::Exactly(ids) => {
                let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
                write!(
                    formatter,
                    "{}",
                    if ids.is_empty() { "no organization".to_owned() } else { ids.join(", ") }
                )
            }
        }
    }
}

/// Something that was granted otherwise than asked for. `Display` says it in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// Other scopes.
    #[error("the scope is `{granted}` instead of `{asked}`")]
    Scope {
        /// As asked for.
        asked: String,
        /// As granted, cleaned.
        granted: String,
    },
    /// Other organizations.
    #[error("it is good in {granted} instead of {asked}")]
    Targets {
        /// As asked for.
        asked: Targets,
        /// As granted.
        granted: Targets,
    },
    /// An earlier end: policies of a tenant shorten it silently.
    #[error("it ends at {granted} instead of {asked}")]
    ShorterLife {
        /// As asked for.
        asked: Timestamp,
        /// As granted.
        granted: Timestamp,
    },
    /// A later end.
    #[error("it ends at {granted}, later than {asked}")]
    LongerLife {
        /// As asked for.
        asked: Timestamp,
        /// As granted.
        granted: Timestamp,
    },
    /// No life at all: the end is not after the beginning.
    #[error("it ends at {granted}, before it begins")]
    NoLife {
        /// As granted.
        granted: Timestamp,
    },
    /// Another name.
    #[error("its name is `{granted}` instead of `{asked}`")]
    Name {
        /// As asked for.
        asked: String,
        /// As granted, cleaned.
        granted: String,
    },
}

impl Difference {
    /// Whether a rotation must not go on with it. A shorter life and another name are told, unless a shorter life
    /// is not accepted; what gives more or other rights than asked for, or none, never is.
    pub fn is_failure(&self, accept_shorter_life: bool) -> bool {
        match self {
            Self::Scope { .. } | Self::Targets { .. } | Self::LongerLife { .. } | Self::NoLife { .. } => true,
            Self::ShorterLife { .. } => !accept_shorter_life,
            Self::Name { .. } => false,
        }
    }
}

/// All differences between what was asked for and what was granted.
pub(super) fn compare(wanted: &CreatePat, targets: &Targets, granted: &PatToken) -> Vec<Difference> {
    let mut differences = Vec::new();
    if !same_scope(&wanted.scope, &granted.scope) {
        differences.push(Difference::Scope { asked: wanted.scope.clone(), granted: clean(&granted.scope) });
    }
    let granted_targets = Targets::of(granted);
    if !targets.is_met_by(&granted_targets) {
        differences.push(Difference::Targets { asked: targets.clone(), granted: granted_targets });
    }
    let (asked, end) = (wanted.valid_to, granted.valid_to);
    if end <= granted.valid_from {
        differences.push(Difference::NoLife { granted: end });
    } else if asked.duration_since(end) > ROUNDING {
        differences.push(Difference::ShorterLife { asked, granted: end });
    } else if end.duration_since(asked) > ROUNDING {
        differences.push(Difference::LongerLife { asked, granted: end });
    }
    if wanted.display_name.trim() != granted.display_name.trim() {
        let (asked, granted) = (wanted.display_name.clone(), clean(&granted.display_name));
        differences.push(Difference::Name { asked, granted });
    }
    differences
}

/// Whether two texts mean the same set of scopes: order, case, doubles and blanks carry nothing.
pub(crate) fn same_scope(left: &str, right: &str) -> bool {
    let set = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<BTreeSet<_>>();
    set(left) == set(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn wanted() -> CreatePat {
        CreatePat {
            display_name: "ci".to_owned(),
            scope: "vso.code vso.build".to_owned(),
            valid_to: at("2026-12-23T10:00:00Z"),
            all_orgs: false,
        }
    }

    fn granted() -> PatToken {
        PatToken {
            display_name: "ci".to_owned(),
            valid_to: at("2026-12-23T10:00:00Z"),
            scope: "VSO.build  vso.code vso.code ".to_owned(),
            target_accounts: Some(vec![Uuid::from_u128(1)]),
            valid_from: at("2026-11-23T10:00:00Z"),
            authorization_id: Uuid::from_u128(9),
            token: None,
        }
    }

    fn differences(targets: &Targets, change: impl FnOnce(&mut PatToken)) -> Vec<Difference> {
        let mut granted = granted();
        change(&mut granted);
        compare(&wanted(), targets, &granted)
    }

    #[test]
    fn spelling_and_rounding_are_no_difference() {
        let targets = Targets::Exactly(vec![Uuid::from_u128(1)]);
        assert_eq!(differences(&targets, |_| ()), []);
        assert_eq!(differences(&targets, |pat| pat.valid_to = at("2026-12-23T09:59:59.0033333Z")), []);
        assert_eq!(differences(&Targets::ThisOrganization, |_| ()), []);
        assert_eq!(differences(&Targets::All, |pat| pat.target_accounts = None), []);
    }

    #[test]
    fn every_difference_is_found_and_weighed() {
        let targets = Targets::Exactly(vec![Uuid::from_u128(1)]);
        let one = |change: fn(&mut PatToken)| match differences(&targets, change).as_slice() {
            [one] => one.clone(),
            other => panic!("{other:?}"),
        };
        let scope = one(|pat| pat.scope = "vso.code".to_owned());
        assert!(matches!(scope, Difference::Scope { .. }) && scope.is_failure(true));
        for other in [
            |pat: &mut PatToken| pat.target_accounts = None,
            |pat: &mut PatToken| {
                pat.target_accounts = Some(vec![Uuid::from_u128(2)]);
            },
        ] {
            let targets = one(other);
            assert!(matches!(targets, Difference::Targets { .. }) && targets.is_failure(true));
        }
        let shorter = one(|pat| pat.valid_to = at("2026-11-30T10:00:00Z"));
        assert!(matches!(shorter, Difference::ShorterLife { .. }));
        assert!(!shorter.is_failure(true) && shorter.is_failure(false));
        let longer = one(|pat| pat.valid_to = at("2026-12-24T10:00:00Z"));
        assert!(matches!(longer, Difference::LongerLife { .. }) && longer.is_failure(true));
        let none = one(|pat| pat.valid_to = pat.valid_from);
        assert!(matches!(none, Difference::NoLife { .. }) && none.is_failure(true));
        let name = one(|pat| pat.display_name = "ci\u{1b}[2J".to_owned());
        assert!(
            matches!(&name, Difference::Name { granted, .. } if granted == "ci[2J")
                && !name.is_failure(false)
        );
    }
}
