//! `GET …/_patcycle/audit?after=`.

use http::Method;
use patcycle_contract::audit::{AuditHead, AuditRecords, verify};

use crate::support::TestApp;
use crate::support::issuer::{ADA, token};

const EXPORT: &str = "/fabrikam/_apis/_patcycle/audit";

async fn export(app: &TestApp, query: &str) -> AuditRecords {
    let reply = app.get(&format!("{EXPORT}{query}")).bearer(&token(ADA)).version(None).send().await;
    serde_json::from_value(reply.ok()).unwrap()
}

#[tokio::test]
async fn a_reader_can_check_the_chain() {
    let app = TestApp::start().await;
    for name in ["a", "b", "c"] {
        app.create(name, 30).await;
    }
    let all = export(&app, "").await.records;
    let head = verify(AuditHead::default(), &all).unwrap();
    assert_eq!(head.sequence, 3);
    assert_eq!(all, app.audit().await);
    let rest = export(&app, "?after=1").await.records;
    assert_eq!(verify(AuditHead::from(&all[0]), &rest), Ok(head));
    assert!(export(&app, "?after=3").await.records.is_empty());
    assert_eq!(export(&app, "?after=").await.records.len(), 3);
}

#[tokio::test]
async fn it_is_for_administrators_only() {
    let app = TestApp::start().await;
    app.assert_for_administrators_only(Method::GET, EXPORT).await;
    for after in ["-1", "x", "1.5", "99999999999999999999999"] {
        let reply = app.get(&format!("{EXPORT}?after={after}")).bearer(&token(ADA)).send().await;
        assert_eq!(reply.status, 400, "{after}");
    }
}
