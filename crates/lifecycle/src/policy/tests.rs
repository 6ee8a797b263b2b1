use jiff::SignedDuration;
use patcycle_contract::SessionTokenError;
use patcycle_contract::policy::{AllowedPrincipal, PolicyProperties};
use uuid::Uuid;

use super::*;
use crate::model::Epochs;

const GROUP: Uuid = Uuid::from_u128(0x6060);

fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn person() -> Person {
    Person {
        id: Uuid::from_u128(0xa0a),
        tenant_id: Uuid::from_u128(2),
        user_name: "ana@fabrikam.example".to_owned(),
        display_name: "Ana".to_owned(),
        disabled: false,
        groups: vec![GROUP],
    }
}

fn pat(scope: &str, all_organizations: bool) -> Authorization {
    Authorization {
        id: Uuid::from_u128(1),
        organization_id: Uuid::from_u128(3),
        owner: person().id,
        display_name: "ci".to_owned(),
        scope: scope.to_owned(),
        all_organizations,
        valid_from: noon(),
        valid_to: noon() + SignedDuration::from_hours(24),
        revoked: None,
        epochs: Epochs::default(),
    }
}

fn on(name: PolicyName, properties: PolicyProperties) -> Policies {
    let permitted =
        Policies { organization: PolicySettings::permitting_global_pats(), ..Policies::default() };
    permitted.with(name, PolicySetting { value: Some(true), properties })
}

fn allowing(id: Uuid) -> PolicyProperties {
    let allowed = AllowedPrincipal { display_name: String::new(), object_id: id };
    PolicyProperties {
        allowed_users_and_group_object_ids: Some(vec![allowed]),
        ..PolicyProperties::default()
    }
}

#[track_caller]
fn refusal(policies: &Policies, pat: &Authorization) -> Option<SessionTokenError> {
    check_issue(policies, &person(), pat, noon()).err().map(|refusal| {
        assert!(refusal.message.ends_with('.'), "{}", refusal.message);
        refusal.error
    })
}

#[test]
fn what_is_not_set_has_its_default() {
    let policies = Policies::default();
    let before = retire_global_pats::BEGIN - SignedDuration::from_secs(1);
    assert_eq!(retire_global_pats::BEGIN.to_string(), "2026-12-01T00:00:00Z");
    assert!(!policies.is_on(PolicyName::RetireGlobalPats, before));
    assert!(policies.is_on(PolicyName::RetireGlobalPats, retire_global_pats::BEGIN));
    assert!(revokes_leaked_pats(&policies, noon()));
    assert_eq!(refusal(&policies, &pat("app_token", false)), None);
    assert_eq!(refusal(&policies, &pat("vso.code", true)), Some(SessionTokenError::GlobalPatCreationBlocked));
    assert_eq!(latest_end(&policies, &person(), noon(), noon()), None);
}

#[test]
fn each_policy_refuses_its_own_and_lets_off_whoever_is_on_its_list() {
    let cases = [
        (PolicyName::RestrictGlobalPats, pat("vso.code", true), SessionTokenError::GlobalPatPolicyViolation),
        (
            PolicyName::RestrictFullScopePats,
            pat("app_token", false),
            SessionTokenError::FullScopePatPolicyViolation,
        ),
        (
            PolicyName::BlockGlobalPatCreation,
            pat("vso.code", true),
            SessionTokenError::GlobalPatCreationBlocked,
        ),
    ];
    for (name, refused, error) in cases {
        assert_eq!(refusal(&on(name, PolicyProperties::default()), &refused), Some(error));
        assert_eq!(refusal(&on(name, PolicyProperties::default()), &pat("vso.code", false)), None);
        for exempt in [person().id, GROUP] {
            assert_eq!(refusal(&on(name, allowing(exempt)), &refused), None, "{name:?}");
        }
        assert!(refusal(&on(name, allowing(Uuid::from_u128(9))), &refused).is_some());
        let off = on(name, PolicyProperties::default()).with(name, PolicySetting::of(false));
        assert_eq!(refusal(&off, &refused), None);
    }
}

#[test]
fn restricted_creation_has_two_exceptions_and_each_is_switched_on() {
    let name = PolicyName::RestrictPatCreation;
    let error = Some(SessionTokenError::DisablePatCreationPolicyViolation);
    let bare = on(name, PolicyProperties::default());
    assert_eq!(refusal(&bare, &pat("vso.packaging", false)), error);

    let listed = |enabled| PolicyProperties { is_allow_list_enabled: enabled, ..allowing(GROUP) };
    assert_eq!(refusal(&on(name, listed(None)), &pat("vso.code", false)), error);
    assert_eq!(refusal(&on(name, listed(Some(false))), &pat("vso.code", false)), error);
    assert_eq!(refusal(&on(name, listed(Some(true))), &pat("vso.code", false)), None);

    let packaging =
        PolicyProperties { is_packaging_scope_enabled: Some(true), ..PolicyProperties::default() };
    let packaging = on(name, packaging);
    for (scope, expected) in [
        ("vso.packaging", None),
        ("vso.packaging_write vso.packaging_manage", None),
        ("vso.packaging vso.code", error.clone()),
        ("vso.packaging vso.profile", error.clone()),
        ("app_token", error.clone()),
    ] {
        assert_eq!(refusal(&packaging, &pat(scope, false)), expected, "{scope}");
    }
}

#[test]
fn an_administrators_word_is_heard_before_the_end_of_global_pats() {
    let policies = Policies::default()
        .with(PolicyName::RestrictPatCreation, PolicySetting::of(true))
        .with(PolicyName::RestrictGlobalPats, PolicySetting::of(true))
        .with(PolicyName::RestrictFullScopePats, PolicySetting::of(true));
    let order = [
        (PolicyName::RestrictPatCreation, SessionTokenError::DisablePatCreationPolicyViolation),
        (PolicyName::RestrictGlobalPats, SessionTokenError::GlobalPatPolicyViolation),
        (PolicyName::RestrictFullScopePats, SessionTokenError::FullScopePatPolicyViolation),
        (PolicyName::BlockGlobalPatCreation, SessionTokenError::GlobalPatCreationBlocked),
    ];
    order.into_iter().fold(policies, |policies, (name, error)| {
        assert_eq!(refusal(&policies, &pat("app_token", true)), Some(error));
        policies.with(name, PolicySetting::of(false))
    });
}

#[test]
fn only_global_pats_are_ever_refused_at_use() {
    let all = PolicyName::ALL
        .iter()
        .fold(Policies::default(), |policies, name| policies.with(*name, PolicySetting::of(true)));
    assert_eq!(check_use(&all, &person(), &pat("app_token", false), noon()), None);
    for name in [PolicyName::RestrictPatCreation, PolicyName::RetireGlobalPats] {
        let global = pat("vso.code", true);
        assert_eq!(check_use(&on(name, PolicyProperties::default()), &person(), &global, noon()), Some(name));
        let listed = PolicyProperties { is_allow_list_enabled: Some(true), ..allowing(GROUP) };
        assert_eq!(check_use(&on(name, listed), &person(), &global, noon()), None);
    }
    assert_eq!(
        check_use(
            &on(PolicyName::RestrictGlobalPats, PolicyProperties::default()),
            &person(),
            &pat("vso.code", true),
            noon()
        ),
        None
    );
}

#[test]
fn a_life_is_counted_from_the_making() {
    let days = |days| PolicyProperties { max_pat_lifespan_in_days: days, ..PolicyProperties::default() };
    let latest =
        |properties| latest_end(&on(PolicyName::RestrictLifespan, properties), &person(), noon(), noon());
    assert_eq!(latest(days(Some(7))), Some(noon() + SignedDuration::from_hours(24 * 7)));
    assert_eq!(latest(days(None)), Some(noon() + SignedDuration::from_hours(24 * 30)));
    assert_eq!(latest(PolicyProperties { max_pat_lifespan_in_days: Some(7), ..allowing(GROUP) }), None);
}

#[test]
fn a_pat_is_stronger_with_a_later_end_more_organizations_or_more_scopes() {
    let current = pat("vso.packaging", false);
    assert!(!is_stronger(&current, &current));
    assert!(!is_stronger(&pat("vso.packaging_write", true), &current));
    assert!(!is_stronger(&pat("app_token", false), &current));
    assert!(!is_stronger(&current, &Authorization { display_name: "new".to_owned(), ..current.clone() }));
    let later =
        Authorization { valid_to: current.valid_to + SignedDuration::from_secs(1), ..current.clone() };
    for stronger in
        [later, pat("vso.packaging", true), pat("vso.packaging_write", false), pat("app_token", false)]
    {
        assert!(is_stronger(&current, &stronger), "{stronger:?}");
    }
}
