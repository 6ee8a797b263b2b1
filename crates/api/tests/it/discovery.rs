//! How clients find resources (contract.md §10).

use http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::issuer::{MONA, OTHER_TENANT, OTTO, TENANT, changed, claims, signed, token};

const CONNECTION_DATA: &str = "/fabrikam/_apis/connectionData";

async fn options(app: &TestApp, path: &str) -> Value {
    app.request(Method::OPTIONS, path).anonymous().version(None).send().await.ok()
}

#[tokio::test]
async fn every_resource_is_listed_with_its_versions() {
    let app = TestApp::start().await;
    let all = options(&app, "/fabrikam/_apis").await;
    let rows = all["value"].as_array().unwrap();
    assert_eq!(all["count"], rows.len());
    for (id, area, resource, template, minimum, released) in [
        ("2c1965e2-28da-4aa1-bc64-b8a58537ae9b", "Tokens", "Pats", "_apis/{area}/{resource}", "6.1", "0.0"),
        ("55967393-20ef-45c6-a96c-b5d5d5986a9a", "Tokens", "Pats", "_apis/{area}/{resource}", "6.1", "0.0"),
        (
            "af68438b-ed04-4407-9eb6-f1dbae3f922e",
            "TokenAdmin",
            "PersonalAccessTokens",
            "_apis/{area}/{resource}/{subjectDescriptor}",
            "5.0",
            "7.1",
        ),
        (
            "a9c08b2c-5466-4e22-8626-1ff304ffdf0f",
            "TokenAdmin",
            "Revocations",
            "_apis/{area}/{resource}",
            "5.0",
            "7.1",
        ),
        (
            "ee4afb16-e7ab-4ed8-9d4b-4ef3e78f97e4",
            "TokenAdmin",
            "RevocationRules",
            "_apis/{area}/{resource}",
            "5.0",
            "7.1",
        ),
        (
            "00d9565f-ed9c-4a06-9a50-00e7896ccab4",
            "Location",
            "ConnectionData",
            "_apis/{resource}",
            "1.0",
            "0.0",
        ),
        (
            "e81700f7-3be2-46de-8624-2eb35882fcaa",
            "Location",
            "ResourceAreas",
            "_apis/{resource}/{areaId}",
            "1.0",
            "0.0",
        ),
        (
            "d810a47d-f4f4-4a62-a03f-fa1860585c4c",
            "Location",
            "ServiceDefinitions",
            "_apis/{resource}/{serviceType}/{identifier}",
            "1.0",
            "1.0",
        ),
    ] {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        let expected = json!({
            "id": id, "area": area, "resourceName": resource, "routeTemplate": template, "resourceVersion": 1,
            "minVersion": minimum, "maxVersion": "7.2", "releasedVersion": released,
        });
        assert_eq!(row, &expected);
    }
    for path in ["/fabrikam/_apis/", "//FABRIKAM/_APIS", "/fabrikam/_apis?allHostTypes=true"] {
        assert_eq!(options(&app, path).await, all, "{path}");
    }
}

#[tokio::test]
async fn an_area_can_be_asked_for_alone() {
    let app = TestApp::start().await;
    for (path, count, area) in [
        ("/fabrikam/_apis/Tokens", 2, "Tokens"),
        ("/fabrikam/_apis/tokens/", 2, "Tokens"),
        ("/fabrikam/_apis/Location", 3, "Location"),
        ("/fabrikam/_apis/build", 0, ""),
    ] {
        let listed = options(&app, path).await;
        assert_eq!(listed["count"], count, "{path}");
        assert!(listed["value"].as_array().unwrap().iter().all(|row| row["area"] == area), "{path}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_discover_too() {
    let app = TestApp::start().await;
    let preflight = app.request(Method::OPTIONS, CONNECTION_DATA).anonymous().version(None);
    let reply = preflight.header("access-control-request-method", "GET").send().await;
    assert_eq!(reply.status, 204);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    let reply = app.request(Method::OPTIONS, "/fabrikam/_apis").anonymous().version(None).send().await;
    assert!(reply.header("access-control-allow-headers").unwrap().contains("authorization"));
}

#[tokio::test]
async fn connection_data_tells_who_one_is_and_that_all_is_here() {
    let app = TestApp::start().await;
    for query in ["", "?connectOptions=1&lastChangeId=-1&lastChangeId64=-1", "?api-version=7.2-preview.1"] {
        let call =
            app.get(&format!("{CONNECTION_DATA}{query}")).version(None).header("host", "localhost:7243");
        let data = call.send().await.ok();
        assert_eq!(data["authenticatedUser"]["id"], MONA.to_string());
        assert_eq!(data["authenticatedUser"]["properties"]["Account"]["$value"], "mona@fabrikam.example");
        assert_eq!(data["authorizedUser"], data["authenticatedUser"]);
        assert_eq!(data["instanceId"], app.fabrikam.id.to_string());
        assert_eq!(data["deploymentType"], "onPremises");
        let location = &data["locationServiceData"];
        assert_eq!(location.get("serviceOwner"), None, "one that names an owner sends clients elsewhere");
        assert_eq!(location["defaultAccessMappingMoniker"], "PublicAccessMapping");
        assert_eq!(location["accessMappings"][0]["accessPoint"], "https://localhost:7243/fabrikam/");
        assert_eq!(location["serviceDefinitions"], json!([]));
    }
}

#[tokio::test]
async fn connection_data_takes_any_scope_but_not_anybody() {
    let app = TestApp::start().await;
    let call = |token: String| app.get(CONNECTION_DATA).header("host", "h.example").bearer(&token).send();
    for scopes in ["user_impersonation", "vso.code", ""] {
        assert_eq!(
            call(signed(&claims(OTTO, scopes))).await.ok()["authenticatedUser"]["id"],
            OTTO.to_string()
        );
    }
    let foreign = json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") });
    let foreign = call(signed(&changed(claims(OTTO, "user_impersonation"), foreign))).await;
    foreign.error(401, "UnauthorizedRequestException");
    assert_eq!(foreign.header("x-vss-resourcetenant"), Some(TENANT.to_string().as_str()));
    let application = changed(claims(MONA, "user_impersonation"), json!({ "idtyp": "app", "scp": null }));
    call(signed(&application)).await.error(403, "InvalidAccessException");
    let few = app.get("/few/_apis/connectionData").header("host", "h.example").bearer(&token(OTTO));
    few.send().await.error(401, "UnauthorizedRequestException");
    app.get(CONNECTION_DATA).anonymous().send().await.error(401, "UnauthorizedRequestException");
}

#[tokio::test]
async fn no_area_is_elsewhere() {
    let app = TestApp::start().await;
    let get = |path: &str| app.get(path).anonymous().header("host", "pats.example");
    for version in [None, Some("5.1-preview.1"), Some("7.1-preview.1"), Some("7.2-preview.1")] {
        let listed = get("/fabrikam/_apis/ResourceAreas").version(version).send().await;
        assert_eq!(listed.body, r#"{"count":0,"value":[]}"#);
    }
    for (id, name) in [
        ("55967393-20ef-45c6-a96c-b5d5d5986a9a", "Tokens"),
        ("AF68438B-ED04-4407-9EB6-F1DBAE3F922E", "TokenAdmin"),
    ] {
        let area = get(&format!("/fabrikam/_apis/resourceareas/{id}")).send().await.ok();
        let expected =
            json!({ "id": id.to_lowercase(), "name": name, "locationUrl": "https://pats.example/fabrikam/" });
        assert_eq!(area, expected);
    }
    let unknown = "/fabrikam/_apis/resourceareas/79134c72-4a58-4b42-976c-04e7115f32bf";
    get(unknown).send().await.error(404, "VssServiceException");
    get("/fabrikam/_apis/resourceareas/tokens").send().await.error(400, "ArgumentException");
    get("/nobody/_apis/resourceareas").send().await.error(404, "VssServiceException");
}

#[tokio::test]
async fn git_credential_manager_finds_its_base_address() {
    let app = TestApp::start().await;
    let path = "/fabrikam/_apis/ServiceDefinitions/LocationService2/951917AC-A960-4999-8464-E3F0AA25B381";
    let get =
        |path: &str, version| app.get(path).version(Some(version)).header("host", "pats.example").send();
    let reply = get(path, "1.0").await;
    let first = reply.body.split("\"location\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(first, "https://pats.example/fabrikam/");
    assert_eq!(reply.ok()["identifier"], "951917ac-a960-4999-8464-e3f0aa25b381");
    get(path, "7.1").await.error(400, "VssInvalidPreviewVersionException");
    for unknown in [
        "/fabrikam/_apis/ServiceDefinitions/LocationService2/55967393-20ef-45c6-a96c-b5d5d5986a9a",
        "/fabrikam/_apis/ServiceDefinitions/LocationService2/x",
        "/fabrikam/_apis/ServiceDefinitions/Other/951917AC-A960-4999-8464-E3F0AA25B381",
    ] {
        get(unknown, "1.0").await.error(404, "VssServiceException");
    }
}

#[tokio::test]
async fn addresses_need_a_host() {
    let app = TestApp::start().await;
    for call in [
        app.get(CONNECTION_DATA),
        app.get(CONNECTION_DATA).header("host", "not a host"),
        app.get(CONNECTION_DATA).header("host", "pats.example/path"),
    ] {
        assert!(call.send().await.error(400, "ArgumentException").contains("Host"));
    }
}
