//! What ends PATs by the many, without touching one of their rows.

use std::sync::Arc;

use jiff::Timestamp;

use crate::Epochs;

/// What every PAT of an owner is measured by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cutoffs {
    /// The epochs that are current for the organization and the owner.
    pub epochs: Epochs,
    /// The revocation rules of the organization.
    pub rules: RevocationRules,
}

/// Everything that carries `scope` and was issued before `created_before` is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeCutoff {
    /// The name of a scope, lower-case.
    pub scope: String,
    /// Exclusive: what was issued at this very instant stays.
    pub created_before: Timestamp,
}

/// The revocation rules of an organization, as what they come to: for each scope that a rule names, the latest
/// instant of all rules that name it. So their number is bounded by the number of scopes, however many rules are
/// made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevocationRules(Arc<[ScopeCutoff]>);

impl RevocationRules {
    /// These; no scope stands twice.
    pub fn new(cutoffs: Vec<ScopeCutoff>) -> Self {
        Self(cutoffs.into())
    }

    /// Each scope with its instant.
    pub fn iter(&self) -> impl Iterator<Item = &ScopeCutoff> {
        self.0.iter()
    }

    /// What was issued with these scopes before this instant is revoked; `None`: no rule names one of them.
    ///
    /// Scopes count by name alone, not by what they include: a rule about `vso.code` says nothing about
    /// `vso.code_write` or `app_token`. The published words are "carrying any one of the scopes" (contract.md §4.1),
    /// and an administrator who wants more names more.
    pub fn cutoff<'a>(&self, scopes: impl IntoIterator<Item = &'a str>) -> Option<Timestamp> {
        if self.0.is_empty() {
            return None;
        }
        let of = |scope: &str| self.0.iter().find(|cutoff| cutoff.scope == scope);
        scopes.into_iter().filter_map(of).map(|cutoff| cutoff.created_before).max()
    }

    /// Whether something with these scopes, issued then, is revoked.
    pub fn revoke<'a>(&self, scopes: impl IntoIterator<Item = &'a str>, issued_at: Timestamp) -> bool {
        self.cutoff(scopes).is_some_and(|cutoff| issued_at < cutoff)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn any_one_scope_by_its_whole_name_counts() {
        let instant = Timestamp::UNIX_EPOCH;
        let second = SignedDuration::from_secs(1);
        let cutoff = |scope: &str, created_before| ScopeCutoff { scope: scope.to_owned(), created_before };
        let rules = RevocationRules::new(vec![
            cutoff("vso.code", instant),
            cutoff("vso.packaging", instant + second),
        ]);
        for (scopes, expected) in [
            ("vso.code", Some(instant)),
            ("vso.work vso.code", Some(instant)),
            ("vso.code vso.packaging", Some(instant + second)),
            ("vso.code_write", None),
            ("app_token", None),
            ("vso", None),
            ("", None),
        ] {
            assert_eq!(rules.cutoff(scopes.split(' ')), expected, "{scopes}");
        }
        assert!(rules.revoke(["vso.code"], instant - second));
        assert!(!rules.revoke(["vso.code"], instant));
        assert!(!RevocationRules::default().revoke(["vso.code"], instant - second));
    }
}
