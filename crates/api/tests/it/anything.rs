//! Whatever is thrown at the API, it answers properly: never a 5xx, never a body that is not JSON.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::TestApp;
use crate::support::issuer::{MONA, claims, signed, token};

#[derive(Debug, Clone)]
struct Thrown {
    method: String,
    address: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

fn methods() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT"]).prop_map(str::to_owned),
        1 => "[A-Za-z!#$%&'*+.^_`|~-]{1,12}",
    ]
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn paths() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        prop::sample::select(vec![
            "fabrikam",
            "_apis",
            "Tokens",
            "pats",
            "connectionData",
            "ResourceAreas",
            "_patcycle",
            "few",
            "",
            ".",
            "..",
            "%2f"
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| encoded(&text)),
        "[!$&'()*+,;=:@A-Za-z0-9._~-]{0,20}",
    ];
    prop_oneof![
        6 => Just("/fabrikam/_apis/tokens/pats".to_owned()),
        1 => Just("//FABRIKAM//_apis/Tokens/PATS/".to_owned()),
        2 => prop::collection::vec(segment, 0..7).prop_map(|segments| format!("/{}", segments.join("/"))),
    ]
}

fn queries() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        8 => prop::sample::select(vec![
            "authorizationId", "displayFilterOption", "sortByOption", "isSortAscending", "continuationToken", "$top",
            "%24top", "api-version", "access_token", "AUTHORIZATIONID",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| encoded(&text)),
    ];
    let value = prop_oneof![
        prop::sample::select(vec![
            "",
            "7.2-preview.1",
            "7.1-preview",
            "7.1",
            "8.0",
            "all",
            "displayName",
            "true",
            "False",
            "1",
            "-1",
            "100",
            "99999999999999999999",
            "00000000-0000-0000-0000-000000000000",
            "01234567-89ab-4def-8123-456789abcdef",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| encoded(&text)),
        "[A-Za-z0-9_-]{0,200}",
        "(%[0-9a-f]{2}){0,20}",
    ];
    let pair = (key, value).prop_map(|(key, value)| format!("{key}={value}"));
    let version = prop::bool::weighted(0.8);
    (version, prop::collection::vec(pair, 0..4)).prop_map(|(version, mut pairs)| {
        if version {
            pairs.push("api-version=7.2-preview.1".to_owned());
        }
        pairs.join("&")
    })
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let reader = signed(&claims(MONA, "vso.pats"));
    let authorization = prop_oneof![
        10 => Just(format!("Bearer {}", token(MONA)).into_bytes()),
        1 => Just(format!("Bearer {reader}").into_bytes()),
        1 => "(Bearer|Basic|bearer|x) [A-Za-z0-9+/=._-]{0,120}".prop_map(String::into_bytes),
        1 => prop::collection::vec(32_u8..=255, 0..60),
    ];
    let other = (
        prop::sample::select(vec![
            "accept",
            "content-type",
            "content-length",
            "x-tfs-session",
            "x-vss-e2eid",
            "x-forwarded-for",
            "user-agent",
            "x-tfs-fedauthredirect",
            "x-http-method-override",
            "authorization",
            "origin",
        ]),
        prop_oneof![
            prop::sample::select(vec![
                "application/json",
                "text/html",
                "*/*",
                "Suppress",
                "DELETE",
                "5",
                "a,b"
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
            Just(b"application/json;api-version=7.2-preview.1".to_vec()),
            prop::collection::vec(32_u8..=255, 0..60),
        ],
    );
    (authorization, prop::collection::vec(other, 0..3)).prop_map(|(authorization, mut others)| {
        others.push(("authorization", authorization));
        others
    })
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        prop::sample::select(vec![
            "ci",
            "vso.code",
            "vso.code vso.build",
            "app_token",
            "2026-12-24T12:00:00Z",
            "/Date(1796119200000)/",
            "true",
            "01234567-89ab-4def-8123-456789abcdef",
            "",
            "9999-12-31T23:59:59.9999999-23:59",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let value = prop_oneof![
        8 => text.prop_map(serde_json::Value::from),
        1 => any::<i64>().prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
        1 => Just(serde_json::json!([{ "a": [] }])),
    ];
    let names = vec!["displayName", "scope", "validTo", "allOrgs", "authorizationId", "SCOPE", "other"];
    let object = prop::collection::vec((prop::sample::select(names), value), 0..7);
    let object = object.prop_map(|fields| {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    });
    prop_oneof![
        6 => object.clone(),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (object, any::<prop::sample::Index>()).prop_map(|(mut bytes, cut)| {
            bytes.truncate(cut.index(bytes.len() + 1));
            bytes
        }),
    ]
}

fn thrown() -> impl Strategy<Value = Thrown> {
    (methods(), paths(), queries(), headers(), bodies()).prop_map(|(method, path, query, headers, body)| {
        Thrown { method, address: format!("{path}?{query}"), headers, body }
    })
}

/// `None`: not even a request that the HTTP library would hand on.
fn request(thrown: &Thrown) -> Option<Request<Body>> {
    let mut request = Request::new(Body::from(thrown.body.clone()));
    *request.method_mut() = thrown.method.parse().ok()?;
    *request.uri_mut() = thrown.address.parse().ok()?;
    for (name, value) in &thrown.headers {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    Some(request)
}

#[test]
fn every_request_gets_a_proper_answer() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::start());
    let answered = std::cell::Cell::new(0_u32);
    let mut runner = TestRunner::new(Config { cases: 1500, failure_persistence: None, ..Config::default() });
    runner
        .run(&thrown(), |thrown| {
            let Some(request) = request(&thrown) else { return Ok(()) };
            let reply = runtime.block_on(app.send(request));
            prop_assert!(reply.status.as_u16() < 500, "{:?}", reply);
            let html = reply.header("content-type") == Some("text/html; charset=utf-8");
            prop_assert_eq!(html, reply.status == 302);
            if reply.status.as_u16() >= 400 && !reply.body.is_empty() {
                let key = reply.json()["typeKey"].as_str().unwrap().to_owned();
                reply.error(reply.status.as_u16(), &key);
            } else if !html && !reply.body.is_empty() {
                reply.ok();
            }
            answered.set(answered.get() + u32::from(reply.status == 200));
            Ok(())
        })
        .unwrap();
    assert!(
        answered.get() > 100,
        "only {} requests got through: the generators are too wild",
        answered.get()
    );
}
