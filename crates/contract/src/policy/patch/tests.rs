use serde_json::json;

use super::*;

const ANA: &str = "11111111-2222-4333-8444-555555555555";

fn parse(policy: PolicyName, body: &Value) -> Result<PolicyPatch, PolicyPatchError> {
    PolicyPatch::parse(policy, body.to_string().as_bytes())
}

#[track_caller]
fn applied(policy: PolicyName, body: &Value) -> PolicySetting {
    parse(policy, body).unwrap().apply(&PolicySetting::default()).unwrap()
}

#[test]
fn the_bodies_of_known_clients_are_understood() {
    for body in [
        json!([{ "from": "", "op": 2, "path": "/Value", "value": "true" }]),
        json!([{ "op": "replace", "path": "/Value", "value": "true" }]),
        json!([{ "Op": "Add", "Path": "/value", "Value": true }]),
        json!([{ "op": "0", "path": "/Value", "value": "True" }]),
    ] {
        assert_eq!(applied(PolicyName::RestrictPatCreation, &body), PolicySetting::of(true), "{body}");
    }
    let off = json!([{ "op": 2, "path": "/Value", "value": "false" }]);
    assert_eq!(applied(PolicyName::RestrictGlobalPats, &off), PolicySetting::of(false));
}

#[test]
fn properties_are_set_one_by_one_or_together() {
    let one_by_one = json!([
        { "op": "replace", "path": "/Properties/IsAllowListEnabled", "value": "true" },
        { "op": "replace", "path": "/Properties/isPackagingScopeEnabled", "value": true },
        { "op": "replace", "path": "/Properties/allowedUsersAndGroupObjectIds",
          "value": [{ "displayName": "A\nna", "objectId": ANA }, ANA] },
    ]);
    let together = json!([{ "op": 2, "path": "/Properties", "value": {
        "isAllowListEnabled": true, "isPackagingScopeEnabled": true,
        "allowedUsersAndGroupObjectIds": [{ "displayName": "Ana", "objectId": ANA }],
    } }]);
    for body in [one_by_one, together] {
        let properties = applied(PolicyName::RestrictPatCreation, &body).properties;
        assert_eq!(properties.is_allow_list_enabled, Some(true));
        assert_eq!(properties.is_packaging_scope_enabled, Some(true));
        let allowed = properties.allowed_users_and_group_object_ids.unwrap();
        assert_eq!((allowed.len(), allowed[0].display_name.as_str()), (1, "Ana"));
    }
    let days = json!([{ "op": 2, "path": "/Properties/MaxPatLifespanInDays", "value": "30" }]);
    assert_eq!(applied(PolicyName::RestrictLifespan, &days).properties.max_pat_lifespan_in_days, Some(30));
}

#[test]
fn properties_as_a_whole_and_removals_go_back_to_the_defaults() {
    let full = applied(
        PolicyName::RestrictLifespan,
        &json!([
            { "op": 0, "path": "/Value", "value": true },
            { "op": 0, "path": "/Properties", "value": { "maxPatLifespanInDays": 7, "allowedUsersAndGroupObjectIds": [ANA] } },
        ]),
    );
    let change = |body: Value| parse(PolicyName::RestrictLifespan, &body).unwrap().apply(&full).unwrap();
    let replaced =
        change(json!([{ "op": 2, "path": "/Properties", "value": { "maxPatLifespanInDays": 9 } }]));
    assert_eq!((replaced.value, replaced.properties.max_pat_lifespan_in_days), (Some(true), Some(9)));
    assert!(replaced.allowed().is_empty());
    let removed = change(json!([{ "op": 1, "path": "/Value" }, { "op": "remove", "path": "/Properties" }]));
    assert_eq!((removed.value, removed.properties.max_pat_lifespan_in_days), (None, None));
    assert!(removed.allowed().is_empty());
}

#[test]
fn a_failed_test_undoes_all_of_it() {
    let body = json!([
        { "op": "replace", "path": "/Value", "value": true },
        { "op": "test", "path": "/Properties/allowedUsersAndGroupObjectIds", "value": [ANA] },
    ]);
    let patch = parse(PolicyName::RestrictGlobalPats, &body).unwrap();
    let path = "/Properties/allowedUsersAndGroupObjectIds";
    assert_eq!(patch.apply(&PolicySetting::default()), Err(path));
    let known = applied(
        PolicyName::RestrictGlobalPats,
        &json!([{ "op": 2, "path": path, "value": [{ "objectId": ANA, "displayName": "somebody" }] }]),
    );
    assert_eq!(patch.apply(&known).unwrap().value, Some(true));
}

#[test]
fn a_trial_is_a_change_or_an_object() {
    let trial = |body: Value| {
        let patch = PolicyPatch::parse_trial(PolicyName::RestrictLifespan, body.to_string().as_bytes());
        patch.map(|patch| patch.apply(&PolicySetting::default()).unwrap())
    };
    assert_eq!(trial(json!({})).unwrap(), PolicySetting::of(true));
    assert_eq!(trial(json!({ "Value": "false" })).unwrap(), PolicySetting::of(false));
    let seven = trial(json!({ "value": true, "properties": { "maxPatLifespanInDays": 7 } })).unwrap();
    assert_eq!(seven.properties.max_pat_lifespan_in_days, Some(7));
    let patch = json!([{ "op": 2, "path": "/Value", "value": true }]);
    assert_eq!(trial(patch).unwrap(), PolicySetting::of(true));
    assert!(trial(json!({ "properties": { "isAllowListEnabled": true } })).is_err());
    assert!(trial(json!({ "value": "on" })).is_err() && trial(json!("true")).is_err());
}

#[test]
fn what_is_no_change_of_this_policy_is_refused_with_what_would_be() {
    let refused = |policy, body: Value| parse(policy, &body).unwrap_err().to_string();
    let policy = PolicyName::RestrictPatCreation;
    let operation = |op: Value, path: &str, value: Value| json!([{ "op": op, "path": path, "value": value }]);
    for (body, part) in [
        (json!({ "value": true }), "JSON array"),
        (json!([true]), "JSON array"),
        (json!([]), "1 to 100 operations, not 0"),
        (operation(json!(3), "/Value", json!(true)), "The operation 3 is not supported"),
        (operation(json!(null), "/Value", json!(true)), "The operation null"),
        (operation(json!(2), "/Value", json!("yes")), "true or false"),
        (operation(json!(2), "/Values", json!(true)), "leads nowhere"),
        (operation(json!(2), "/Properties/maxPatLifespanInDays", json!(3)), "isPackagingScopeEnabled"),
        (operation(json!(2), "/Properties/", json!(true)), "leads nowhere"),
        (operation(json!(2), "/Properties/allowedUsersAndGroupObjectIds", json!(["ana"])), "GUID"),
        (operation(json!(2), "/Properties/allowedUsersAndGroupObjectIds", json!([Uuid::nil()])), "GUID"),
        (operation(json!(2), "/Properties", json!(true)), "an object"),
    ] {
        let message = refused(policy, body);
        assert!(message.contains(part), "{message}");
    }
    for days in [json!(0), json!(367), json!(-1), json!(1.5), json!("many")] {
        let body = operation(json!(2), "/Properties/maxPatLifespanInDays", days);
        assert!(refused(PolicyName::RestrictLifespan, body).contains("1 to 366"));
    }
    let body = operation(json!(2), "/Value", json!(false));
    assert!(refused(PolicyName::RestrictOrganizationCreation, body).contains("cannot be changed"));
    let many: Vec<Value> = (0..501_u128).map(|id| json!(Uuid::from_u128(id + 1))).collect();
    let body = operation(json!(2), "/Properties/allowedUsersAndGroupObjectIds", json!(many));
    assert!(refused(policy, body).contains("at most 500"));
    assert_eq!(PolicyPatch::parse(policy, b""), Err(BodyError::Empty.into()));
}

#[test]
fn what_is_written_is_read_again() {
    let patch = PolicyPatch::new(vec![
        PolicyEdit::Test(PolicyAssignment::Allowed(Vec::new())),
        PolicyEdit::Set(PolicyAssignment::Value(Some(true))),
        PolicyEdit::Set(PolicyAssignment::AllowListEnabled(true)),
        PolicyEdit::Set(PolicyAssignment::PackagingScopeEnabled(false)),
        PolicyEdit::Set(PolicyAssignment::Allowed(vec![AllowedPrincipal {
            display_name: "Ana".to_owned(),
            object_id: ANA.parse().unwrap(),
        }])),
    ]);
    assert_eq!(parse(PolicyName::RestrictPatCreation, &patch.to_body()).unwrap(), patch);
}
