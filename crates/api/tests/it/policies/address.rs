//! Where policies are read and changed (contract.md §6).

use serde_json::{Value, json};

use super::{
    BLOCK, CREATION, FULL_SCOPE, GLOBAL, LEAKED, LIFESPAN, RETIRE, address, change, read, replace, set,
    switch_on,
};
use crate::support::TestApp;
use crate::support::issuer::{ADA, MONA, token};
use crate::support::store::Fault;

#[tokio::test]
async fn every_policy_is_shown_with_its_default_and_its_properties() {
    let app = TestApp::start().await;
    let allowed = json!({ "allowedUsersAndGroupObjectIds": [] });
    for (name, value, properties) in [
        (GLOBAL, false, allowed.clone()),
        (FULL_SCOPE, false, allowed.clone()),
        (LIFESPAN, false, json!({ "maxPatLifespanInDays": 30, "allowedUsersAndGroupObjectIds": [] })),
        (LEAKED, true, json!({})),
        (
            CREATION,
            false,
            json!({
                "isAllowListEnabled": false, "isPackagingScopeEnabled": false, "allowedUsersAndGroupObjectIds": [],
            }),
        ),
        (BLOCK, true, allowed),
    ] {
        let expected = json!({
            "name": name, "value": value, "effectiveValue": value, "isValueUndefined": true, "properties": properties,
        });
        assert_eq!(read(&app, name).send().await.ok(), expected);
    }
    let fixed = read(&app, "TenantPolicy.OrganizationCreationRestriction").send().await.ok();
    assert_eq!((&fixed["value"], &fixed["isValueUndefined"]), (&json!(true), &json!(false)));
    assert_eq!(read(&app, RETIRE).send().await.ok()["isValueUndefined"], false, "set when it was made");
}

#[tokio::test]
async fn a_default_in_the_address_is_shown_where_nothing_is_set() {
    let app = TestApp::start().await;
    let ask = async |query: &str| {
        let call = app.get(&format!("{}?{query}", address(CREATION))).bearer(&token(ADA));
        call.version(Some("5.0-preview.1")).send().await
    };
    let shown = ask("defaultValue=true").await.ok();
    assert_eq!((&shown["value"], &shown["effectiveValue"]), (&json!(true), &json!(false)));
    for nothing in ["defaultValue", "defaultValue=", "DefaultValue=False"] {
        assert_eq!(ask(nothing).await.ok()["value"], false, "{nothing}");
    }
    assert!(ask("defaultValue=maybe").await.error(400, "ArgumentException").contains("defaultValue"));
    switch_on(&app, CREATION).await;
    let shown = ask("defaultValue=false").await.ok();
    assert_eq!((&shown["value"], &shown["isValueUndefined"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_recorded_once() {
    let app = TestApp::start().await;
    set(&app, CREATION, "/Value", json!("true")).await;
    set(&app, CREATION, "/Properties/isAllowListEnabled", json!("true")).await;
    let list = json!([{ "displayName": "Mona", "objectId": MONA }]);
    set(&app, CREATION, "/Properties/allowedUsersAndGroupObjectIds", list.clone()).await;
    let shown = read(&app, CREATION).send().await.ok();
    assert_eq!(shown["value"], true);
    assert_eq!(
        shown["properties"],
        json!({ "isAllowListEnabled": true, "isPackagingScopeEnabled": false, "allowedUsersAndGroupObjectIds": list })
    );
    set(&app, CREATION, "/Value", json!("true")).await;
    set(&app, LIFESPAN, "/Properties/maxPatLifespanInDays", json!(7)).await;

    let records = app.audit().await;
    let actions: Vec<&str> = records.iter().map(|record| record.action.as_str()).collect();
    let organization = "OrganizationPolicy.PolicyValueUpdated";
    assert_eq!(actions, [organization, organization, organization, "TenantPolicy.PolicyValueUpdated"]);
    let data: Value = serde_json::from_str(&records[0].data).unwrap();
    assert_eq!(
        (&data["PolicyName"], &data["PolicyValue"], &data["PreviousValue"]),
        (&json!(CREATION), &json!("true"), &json!("false"))
    );
    let data: Value = serde_json::from_str(&records[3].data).unwrap();
    assert_eq!(data["PolicyProperties"]["maxPatLifespanInDays"], 7);
    assert_eq!(data["PreviousProperties"]["maxPatLifespanInDays"], 30);
    assert_eq!(records[3].actor.object_id, Some(ADA));
}

#[tokio::test]
async fn a_tenants_policy_holds_in_all_its_organizations_and_in_no_other_tenant() {
    let app = TestApp::start().await;
    switch_on(&app, FULL_SCOPE).await;
    switch_on(&app, CREATION).await;
    let ask = async |organization: &str, name: &str| {
        let address = address(name).replacen("fabrikam", organization, 1);
        app.get(&address).bearer(&token(ADA)).send().await.ok()["value"].clone()
    };
    assert_eq!((ask("few", FULL_SCOPE).await, ask("few", CREATION).await), (json!(true), json!(false)));
    let contoso = app.store_policies("contoso").await;
    assert_eq!(contoso.tenant, patcycle_lifecycle::PolicySettings::default());
}

#[tokio::test]
async fn a_list_that_changed_in_between_is_left_alone() {
    let app = TestApp::start().await;
    let path = "/Properties/allowedUsersAndGroupObjectIds";
    set(&app, GLOBAL, path, json!([MONA])).await;
    let stale = json!([
        { "op": "test", "path": path, "value": [] },
        { "op": "replace", "path": path, "value": [ADA] },
    ]);
    let message = change(&app, GLOBAL, &stale).send().await.error(409, "VssServiceException");
    assert!(message.contains(path), "{message}");
    let shown = read(&app, GLOBAL).send().await.ok();
    assert_eq!(shown["properties"]["allowedUsersAndGroupObjectIds"][0]["objectId"], json!(MONA));
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn what_is_no_policy_or_no_change_is_refused() {
    let app = TestApp::start().await;
    for name in ["Policy.LogAuditEvents", "TenantPolicy.Unknown", "Policy.DisablePATCreation%20"] {
        let message = read(&app, name).send().await.error(404, "VssServiceException");
        assert!(message.contains(CREATION), "{message}");
        assert_eq!(change(&app, name, &replace("/Value", &json!("true"))).send().await.status, 404);
    }
    let swapped = format!("/fabrikam/_apis/OrganizationPolicy/Policies/{GLOBAL}");
    let message = app.get(&swapped).bearer(&token(ADA)).send().await.error(404, "VssServiceException");
    assert!(message.contains("TenantPolicy/Policies"), "{message}");

    let on = replace("/Value", &json!("true"));
    for patch in
        [json!({ "value": true }), json!([]), replace("/Value", &json!("on")), replace("/Name", &json!(1))]
    {
        change(&app, CREATION, &patch).send().await.error(400, "ArgumentException");
    }
    let fixed = change(&app, "TenantPolicy.OrganizationCreationRestriction", &on).send().await;
    assert!(fixed.error(400, "ArgumentException").contains("configuration"));
    change(&app, CREATION, &on).body("[").send().await.error(400, "JsonReaderException");
    let other = change(&app, CREATION, &on).version(None).send().await;
    other.error(400, "VssVersionNotSpecifiedException");
    let plain = app.request(http::Method::PATCH, &address(CREATION)).bearer(&token(ADA)).json(&on);
    assert_eq!(plain.send().await.status, 204);
    let text = app.request(http::Method::PATCH, &address(CREATION)).bearer(&token(ADA));
    let text = text.header("content-type", "text/plain").body(on.to_string()).send().await;
    let message = text.error(415, "VssRequestContentTypeNotSupportedException");
    assert!(message.contains("application/json-patch+json"), "{message}");
    assert_eq!(app.audit().await.len(), 1);
}

#[tokio::test]
async fn a_store_that_fails_is_told() {
    let app = TestApp::start().await;
    app.break_store(Some(Fault::Unavailable));
    assert_eq!(read(&app, CREATION).send().await.status, 503);
    assert_eq!(change(&app, CREATION, &replace("/Value", &json!(true))).send().await.status, 503);
}
