use jiff::SignedDuration;
use patcycle_contract::PolicySetting;

use super::*;
use crate::model::{Epochs, Revocation, RevocationReason};
use crate::policy::PolicySettings;
use crate::{Membership, Policies, ScopeCutoff};

const HOME: Uuid = Uuid::from_u128(1);
const TENANT: Uuid = Uuid::from_u128(2);
const MONA: Uuid = Uuid::from_u128(3);

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn organization(id: Uuid, tenant_id: Uuid, membership: Membership) -> Organization {
    Organization { id, name: "fabrikam".to_owned(), tenant_id, membership, administrators: Vec::new() }
}

fn home() -> Organization {
    organization(HOME, TENANT, Membership::Tenant)
}

fn good() -> VerifyFacts {
    VerifyFacts {
        secret: StoredSecret {
            digest: Digest::from_bytes([7; 32]),
            pepper_number: 1,
            generation: 1,
            dies_at: None,
        },
        authorization: Authorization {
            id: Uuid::from_u128(4),
            organization_id: HOME,
            owner: MONA,
            display_name: "ci".to_owned(),
            scope: "vso.code_write".to_owned(),
            all_organizations: false,
            valid_from: now(),
            valid_to: now() + SignedDuration::from_hours(24),
            revoked: None,
            epochs: Epochs { organization: 1, owner: 1 },
        },
        tenant_id: TENANT,
        owner: Some(Person {
            id: MONA,
            tenant_id: TENANT,
            user_name: "mona@fabrikam.example".to_owned(),
            display_name: "Mona".to_owned(),
            disabled: false,
            groups: Vec::new(),
        }),
        cutoffs: Cutoffs { epochs: Epochs { organization: 1, owner: 1 }, rules: RevocationRules::default() },
        rules: RevocationRules::default(),
        policies: Policies { organization: PolicySettings::permitting_global_pats(), ..Policies::default() },
    }
}

/// The verdict on a good PAT after a change.
fn after(change: impl FnOnce(&mut VerifyFacts)) -> Result<(), Reason> {
    at(&home(), now(), change)
}

fn at(
    organization: &Organization,
    now: Timestamp,
    change: impl FnOnce(&mut VerifyFacts),
) -> Result<(), Reason> {
    let mut facts = good();
    change(&mut facts);
    decide(&facts, &Question { organization, scope: Some("vso.code"), address: None }, now)
}

#[test]
fn each_thing_that_can_be_wrong_is_found() {
    let revocation = Revocation { at: now(), reason: RevocationReason::Owner };
    assert_eq!(after(|_| ()), Ok(()));
    assert_eq!(after(|facts| facts.authorization.revoked = Some(revocation)), Err(Reason::Revoked));
    assert_eq!(after(|facts| facts.cutoffs.epochs.organization = 2), Err(Reason::Revoked));
    assert_eq!(after(|facts| facts.cutoffs.epochs.owner = 2), Err(Reason::Revoked));
    assert_eq!(after(|facts| facts.authorization.valid_to = now()), Err(Reason::Expired));
    assert_eq!(after(|facts| facts.secret.dies_at = Some(now())), Err(Reason::Superseded));
    assert_eq!(after(|facts| facts.owner = None), Err(Reason::OwnerDisabled));
    let disable = |facts: &mut VerifyFacts| {
        if let Some(owner) = &mut facts.owner {
            owner.disabled = true;
        }
    };
    assert_eq!(after(disable), Err(Reason::OwnerDisabled));
    assert_eq!(after(|facts| facts.authorization.scope = "vso.codex".to_owned()), Err(Reason::Scope));
    assert_eq!(after(|facts| facts.authorization.scope = String::new()), Err(Reason::Scope));
}

#[test]
fn the_end_is_exclusive_and_the_begin_inclusive() {
    let microsecond = SignedDuration::from_micros(1);
    let end = now() + SignedDuration::from_hours(24);
    assert_eq!(at(&home(), end - microsecond, |_| ()), Ok(()));
    assert_eq!(at(&home(), end, |_| ()), Err(Reason::Expired));
    let second = SignedDuration::from_secs(1);
    assert_eq!(at(&home(), now() - second, |_| ()), Err(Reason::NotYetValid));
    let dies = |facts: &mut VerifyFacts| facts.secret.dies_at = Some(now() + second);
    assert_eq!(at(&home(), now() + second - microsecond, dies), Ok(()));
    assert_eq!(at(&home(), now() + second, dies), Err(Reason::Superseded));
}

#[test]
fn a_pat_is_good_at_the_instant_at_which_it_was_made() {
    // The stored begin is rounded, maybe upwards.
    for microseconds in 0..10_000 {
        let made = now() + SignedDuration::from_micros(microseconds);
        let round =
            |facts: &mut VerifyFacts| facts.authorization.valid_from = patcycle_contract::date::round(made);
        assert_eq!(at(&home(), made, round), Ok(()), "{made}");
    }
}

#[test]
fn only_a_global_pat_leaves_its_organization_and_none_its_tenant() {
    let elsewhere = organization(Uuid::from_u128(9), TENANT, Membership::Tenant);
    let foreign = organization(Uuid::from_u128(9), Uuid::from_u128(8), Membership::Tenant);
    let moved = organization(HOME, Uuid::from_u128(8), Membership::Tenant);
    let global = |facts: &mut VerifyFacts| facts.authorization.all_organizations = true;
    assert_eq!(at(&elsewhere, now(), |_| ()), Err(Reason::WrongOrganization));
    assert_eq!(at(&elsewhere, now(), global), Ok(()));
    assert_eq!(at(&foreign, now(), global), Err(Reason::WrongOrganization));
    assert_eq!(at(&moved, now(), global), Err(Reason::WrongOrganization));
    let closed = organization(Uuid::from_u128(9), TENANT, Membership::Listed(vec![Uuid::from_u128(5)]));
    assert_eq!(at(&closed, now(), global), Err(Reason::NotMember));
    assert_eq!(
        at(&organization(HOME, TENANT, Membership::Listed(vec![])), now(), |_| ()),
        Err(Reason::NotMember)
    );
    assert_eq!(at(&organization(HOME, TENANT, Membership::Listed(vec![MONA])), now(), |_| ()), Ok(()));
}

#[test]
fn rules_end_what_was_made_before_them_at_home_and_keep_it_out_elsewhere() {
    let rules = |scope: &str, seconds| {
        let created_before = now() + SignedDuration::from_secs(seconds);
        RevocationRules::new(vec![ScopeCutoff { scope: scope.to_owned(), created_before }])
    };
    for (scope, seconds, expected) in
        [("vso.code_write", 1, Err(Reason::Revoked)), ("vso.code_write", 0, Ok(())), ("vso.code", 1, Ok(()))]
    {
        assert_eq!(after(|facts| facts.cutoffs.rules = rules(scope, seconds)), expected);
        let elsewhere = organization(Uuid::from_u128(9), TENANT, Membership::Tenant);
        let global = |facts: &mut VerifyFacts| {
            facts.authorization.all_organizations = true;
            facts.rules = rules(scope, seconds);
        };
        assert_eq!(at(&elsewhere, now(), global), expected);
    }
}

#[test]
fn a_policy_may_forbid_the_use() {
    let retired = PolicySetting { value: Some(true), ..PolicySetting::default() };
    let retire = |facts: &mut VerifyFacts| {
        facts.authorization.all_organizations = true;
        facts.policies = facts.policies.clone().with(PolicyName::RetireGlobalPats, retired);
    };
    assert_eq!(after(retire), Err(Reason::Policy(PolicyName::RetireGlobalPats)));
}

#[test]
fn the_scope_is_looked_at_last() {
    let narrow = |facts: &mut VerifyFacts| {
        facts.authorization.scope = "vso.work".to_owned();
        facts.authorization.valid_to = now();
    };
    assert_eq!(after(narrow), Err(Reason::Expired));
}

#[test]
fn days_left_are_whole_days() {
    let VerifyFacts { authorization, owner, .. } = good();
    let grant = Grant { authorization, generation: 1, owner: owner.unwrap(), at: now() };
    assert_eq!(grant.days_left(), 1);
    assert_eq!(Grant { at: now() + SignedDuration::from_secs(1), ..grant }.days_left(), 0);
}
