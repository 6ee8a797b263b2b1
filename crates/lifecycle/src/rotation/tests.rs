//! The rule against any clock, overlap, end and policy.

use std::sync::Arc;

use patcycle_contract::policy::PolicyProperties;
use patcycle_contract::{IdempotencyKey, PolicyName, PolicySetting, date};
use patcycle_primitives::SeededRandom;
use patcycle_token::{Pepper, PepperSet, RotationKey, Signature};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::audit::{Actor, AuditHead};
use crate::model::Epochs;
use crate::policy::Policies;
use crate::rotation::rotate::{RotateFacts, decide};

fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn person() -> Person {
    Person {
        id: Uuid::from_u128(0xa0a),
        tenant_id: Uuid::from_u128(2),
        user_name: "ana@fabrikam.example".to_owned(),
        display_name: "Ana".to_owned(),
        disabled: false,
        groups: Vec::new(),
    }
}

fn pat(scope: &str) -> Authorization {
    Authorization {
        id: Uuid::from_u128(1),
        organization_id: Uuid::from_u128(3),
        owner: person().id,
        display_name: "ci".to_owned(),
        scope: scope.to_owned(),
        all_organizations: false,
        valid_from: noon() - hours(240),
        valid_to: noon() + hours(240),
        revoked: None,
        epochs: Epochs::default(),
    }
}

fn peppers() -> PepperSet {
    PepperSet::new(Pepper::new(2, [2; 32]), Some(Pepper::new(1, [1; 32])))
}

fn command() -> Rotate {
    let key = Arc::new(RotationKey::new([5; 32]));
    let source = SecretSource { key, peppers: Arc::new(peppers()), signature: Signature::Patcycle };
    let key = Arc::new(IdempotencyKey::generate(&SeededRandom::new(1)).unwrap());
    Rotate {
        organization_id: Uuid::from_u128(3),
        owner: person().id,
        id: Uuid::from_u128(1),
        groups: Vec::new(),
        valid_to: None,
        overlap: SignedDuration::ZERO,
        used_generation: None,
        key_digest: source.key_digest(&key),
        request_digest: source.request_digest(None, None),
        derivation: Derivation { source, key },
        actor: Actor::default(),
        signed_in_at: None,
        at: noon(),
        audit_id: Uuid::from_u128(9),
    }
}

fn facts(pat: Authorization, policies: Policies) -> RotateFacts {
    let digest = Digest::from_bytes([3; 32]);
    let current = StoredSecret { digest, pepper_number: 2, generation: 1, dies_at: None };
    RotateFacts {
        policies: Arc::new(policies),
        authorization: Some((pat, Secrets { current, previous: None })),
        person: Some(person()),
        cutoffs: Cutoffs::default(),
        is_used: false,
        last: None,
        same_key: None,
        audit_head: AuditHead::default(),
    }
}

fn lifespan(days: u32) -> Policies {
    let properties = PolicyProperties { max_pat_lifespan_in_days: Some(days), ..PolicyProperties::default() };
    on(PolicyName::RestrictLifespan, properties)
}

fn on(name: PolicyName, properties: PolicyProperties) -> Policies {
    Policies::default().with(name, PolicySetting { value: Some(true), properties })
}

/// The PAT as it will be, its new secret, and the end of its old one.
#[track_caller]
fn rotated(command: &Rotate, facts: &RotateFacts) -> (Authorization, StoredSecret, Timestamp, Rotation) {
    match decide(command, facts) {
        Ok(RotateOutcome::Rotated { authorization, secret, dies_at, rotation, .. }) => {
            (authorization, secret, dies_at, rotation)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn policies_bind_a_rotation_like_a_new_pat() {
    for (policy, scope, expected) in [
        (PolicyName::RestrictFullScopePats, "app_token", SessionTokenError::FullScopePatPolicyViolation),
        (PolicyName::RestrictPatCreation, "vso.code", SessionTokenError::DisablePatCreationPolicyViolation),
    ] {
        let facts = facts(pat(scope), on(policy, PolicyProperties::default()));
        match decide(&command(), &facts) {
            Err(RotationError::Refused(refusal)) => assert_eq!(refusal.error, expected),
            other => panic!("{other:?}"),
        }
    }
    let global = Authorization { all_organizations: true, ..pat("vso.code") };
    match decide(&command(), &facts(global, Policies::default())) {
        Err(RotationError::Refused(refusal)) => {
            assert_eq!(refusal.error, SessionTokenError::GlobalPatCreationBlocked);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_lifespan_cuts_the_new_end_and_the_overlap() {
    // Ten days old; the old secret would have had to end five days ago.
    let tight = facts(pat("vso.code"), lifespan(5));
    let mut command = command();
    command.overlap = hours(100);
    let (authorization, _, dies_at, _) = rotated(&command, &tight);
    assert_eq!((authorization.valid_to, dies_at), (noon() + hours(5 * 24), noon()));
    let wide = facts(pat("vso.code"), lifespan(12));
    let (authorization, _, dies_at, _) = rotated(&command, &wide);
    assert_eq!((authorization.valid_to, dies_at), (noon() + hours(12 * 24), noon() + hours(48)));
}

#[test]
fn the_secret_goes_under_the_current_pepper_and_is_known_under_the_one_before() {
    let mut command = command();
    let facts = facts(pat("vso.code"), Policies::default());
    let (_, secret, _, rotation) = rotated(&command, &facts);
    assert_eq!((secret.pepper_number, secret.generation), (2, 2));
    let repeated = RotateFacts {
        authorization: Some((pat("vso.code"), Secrets { current: secret, previous: None })),
        last: Some(rotation.clone()),
        same_key: Some(rotation),
        ..facts
    };
    // The pepper has changed since; the one that digested the secret is the one before now.
    let newer = PepperSet::new(Pepper::new(3, [3; 32]), Some(Pepper::new(2, [2; 32])));
    command.derivation.source.peppers = Arc::new(newer);
    assert!(matches!(decide(&command, &repeated), Ok(RotateOutcome::Repeated(_))));
    let newest = PepperSet::new(Pepper::new(4, [4; 32]), Some(Pepper::new(3, [3; 32])));
    command.derivation.source.peppers = Arc::new(newest);
    assert!(matches!(decide(&command, &repeated), Err(RotationError::Conflict(Conflict::NotDerivable))));
}

proptest! {
    #[test]
    fn no_overlap_outlives_the_old_secret_or_a_policy(
        age in 0_i64..1000,
        left in 1_i64..8784,
        overlap in 0_i64..604_801,
        asked in prop::option::of(1_i64..8784),
        days in prop::option::of(1_u32..400),
    ) {
        let old = Authorization {
            valid_from: noon() - hours(age),
            valid_to: noon() + hours(left),
            ..pat("vso.code")
        };
        let policies = days.map_or_else(Policies::default, lifespan);
        let mut command = command();
        command.overlap = SignedDuration::from_secs(overlap);
        command.valid_to = asked.map(|asked| noon() + hours(asked));
        let (new, secret, dies_at, rotation) = rotated(&command, &facts(old.clone(), policies));
        prop_assert!(noon() <= dies_at && dies_at <= noon() + command.overlap);
        prop_assert!(dies_at <= old.valid_to && dies_at <= new.valid_to);
        let granted = |from: Timestamp, days: u32| from + hours(24 * i64::from(days));
        if let Some(days) = days {
            prop_assert!(dies_at <= granted(old.valid_from, days).max(noon()));
            prop_assert!(new.valid_to <= granted(new.valid_from, days));
        }
        prop_assert!(new.valid_from == noon() && new.valid_to > noon());
        prop_assert!(new.valid_to <= date::round(noon() + crate::create::MAXIMUM_LIFETIME));
        let lifetime = hours((age + left).min(8784));
        let wanted = command.valid_to.unwrap_or(noon() + lifetime);
        prop_assert!(new.valid_to <= wanted && (days.is_some() || new.valid_to == wanted));
        prop_assert_eq!((secret.generation, secret.dies_at), (2, None));
        prop_assert_eq!((rotation.old_valid_from, rotation.old_valid_to), (old.valid_from, old.valid_to));
        prop_assert!(rotation.answer.contains("\"token\":null"));
    }
}
