//! The description of the API (`GET /openapi.json`, `GET /_patcycle/api`).

use std::path::Path;

use base64::Engine as _;
use http::Method;
use serde_json::Value;

use crate::support::TestApp;

async fn document() -> Value {
    let app = TestApp::start().await;
    app.get("/openapi.json").anonymous().version(None).send().await.ok()
}

/// All objects in a value.
fn objects<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(object) => {
            found.push(object);
            object.values().for_each(|value| objects(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| objects(value, found)),
        _ => {}
    }
}

#[test]
fn the_openapi_reference_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let current = serde_json::to_string_pretty(patcycle_api::openapi()).unwrap() + "\n";
    if std::env::var_os("PATCYCLE_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, current, "run `cargo xtask reference` and commit the page");
}

#[tokio::test]
async fn every_route_is_described_with_its_credentials() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    for route in patcycle_api::routes::ROUTES {
        let path = route.path.trim_end_matches("/{*}");
        let operation = &document["paths"][path][route.method.as_str().to_lowercase()];
        assert!(operation["operationId"].is_string(), "{} {path}", route.method);
        assert!(!operation["summary"].as_str().unwrap().is_empty());
        assert!(
            operation["responses"].as_object().unwrap().len() >= 2,
            "{path} tells a success and failures"
        );
        let open = operation["security"][0].as_object().unwrap().is_empty();
        let permits_all = matches!(
            route.access,
            patcycle_api::routes::Access::Anyone | patcycle_api::routes::Access::Challenge
        );
        assert_eq!(open, permits_all, "{path}");
    }
}

#[tokio::test]
async fn the_document_is_whole() {
    let document = document().await;
    let mut all = Vec::new();
    objects(&document, &mut all);
    for object in &all {
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            let target = document.pointer(reference.strip_prefix('#').unwrap());
            assert!(target.is_some(), "{reference}");
        }
    }
    let mut ids: Vec<&str> =
        all.iter().filter_map(|object| object.get("operationId")).map(|id| id.as_str().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "no two operations of one id");
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let mut in_path: Vec<&str> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            let mut expected: Vec<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            in_path.sort_unstable();
            expected.sort_unstable();
            assert_eq!(in_path, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn get_and_list_are_one_operation_there() {
    let document = document().await;
    let operation = &document["paths"]["/{organization}/_apis/tokens/pats"]["get"];
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let choices: Vec<&str> =
        schema["oneOf"].as_array().unwrap().iter().map(|choice| choice["$ref"].as_str().unwrap()).collect();
    assert_eq!(choices, ["#/components/schemas/PagedPatTokens", "#/components/schemas/PatTokenResult"]);
    let parameters = operation["parameters"].as_array().unwrap();
    let id = parameters.iter().find(|parameter| parameter["name"] == "authorizationId").unwrap();
    assert_eq!(id["required"], false);
}

#[tokio::test]
async fn the_page_tells_the_same_and_loads_nothing() {
    let document = document().await;
    let app = TestApp::start().await;
    let reply = app.get("/_patcycle/api").anonymous().version(None).send().await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(reply.body.contains(&format!("<section id=\"{id}\">")), "{id}");
        }
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(reply.body.contains(&format!("<section id=\"{name}\">")), "{name}");
    }
    for loading in ["<script", "src=", "<link", "url(", "http-equiv", "style=\""] {
        assert!(!reply.body.contains(loading), "{loading}");
    }
    let style = reply.body.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, style.as_bytes());
    let digest = base64::engine::general_purpose::STANDARD.encode(digest);
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with(&format!("default-src 'none'; style-src 'sha256-{digest}';")), "{policy}");
}

#[tokio::test]
async fn both_are_for_reading() {
    let app = TestApp::start().await;
    for path in ["/openapi.json", "/_patcycle/api"] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            app.request(method, path).send().await.error(405, "VssServiceException");
        }
    }
}
