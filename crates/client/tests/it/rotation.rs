//! The rotation engine with the real client: what goes over the wire, and in which order.

use async_trait::async_trait;
use patcycle_client::rotation::{Deliver, DeliverError, NewEnd, NewPat, RotationPlan, rotate};
use patcycle_contract::PatToken;
use patcycle_primitives::Secret;
use serde_json::json;
use uuid::Uuid;
use wiremock::matchers::{body_json, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Bench, now, pat, result};

/// Takes a secret, and notes how many calls the service had seen by then.
struct Sink<'a> {
    bench: &'a Bench,
    works: bool,
    calls_before: Option<usize>,
}

#[async_trait]
impl Deliver for Sink<'_> {
    async fn deliver(&mut self, pat: &PatToken, secret: &Secret) -> Result<(), DeliverError> {
        assert_eq!((pat.authorization_id, secret.expose()), (Uuid::from_u128(2), "n3w-s3cret"));
        self.calls_before = Some(self.bench.requests().await.len());
        if self.works { Ok(()) } else { Err(DeliverError::not_delivered("broken pipe")) }
    }
}

async fn bench() -> (Bench, RotationPlan) {
    let bench = Bench::new().await;
    let old: PatToken = serde_json::from_value(pat(1, "ci")).unwrap();
    let plan = RotationPlan::new(&old, NewEnd::SameLifetime, now()).unwrap();
    let mut made = pat(2, "ci");
    made["token"] = "n3w-s3cret".into();
    let asked = json!({
        "displayName": "ci", "scope": "vso.code", "validTo": "2026-12-23T10:00:00Z", "allOrgs": false
    });
    Mock::given(method("POST")).and(body_json(asked)).respond_with(result(&made)).mount(&bench.server).await;
    Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(204)).mount(&bench.server).await;
    (bench, plan)
}

async fn calls(bench: &Bench) -> Vec<String> {
    let call = |request: &wiremock::Request| {
        let id = request
            .url
            .query_pairs()
            .find(|(name, _)| name == "authorizationId")
            .map(|(_, id)| id.into_owned());
        let last = id.and_then(|id| id.chars().last()).map(String::from).unwrap_or_default();
        format!("{} {last}", request.method)
    };
    bench.requests().await.iter().map(call).collect()
}

#[tokio::test]
async fn creates_delivers_and_only_then_revokes_the_old_one() {
    let (bench, plan) = bench().await;
    let mut sink = Sink { bench: &bench, works: true, calls_before: None };
    let rotated = rotate(&bench.client, &plan, &mut sink, &mut ()).await.unwrap();
    assert_eq!((rotated.old, rotated.new.authorization_id), (Uuid::from_u128(1), Uuid::from_u128(2)));
    assert!(rotated.differences.is_empty(), "{:?}", rotated.differences);
    assert_eq!(sink.calls_before, Some(2));
    // What the service offers is asked first; nothing, in this case.
    assert_eq!(calls(&bench).await, ["GET ", "POST ", "DELETE 1"]);
}

#[tokio::test]
async fn without_delivery_only_the_new_one_is_revoked() {
    let (bench, plan) = bench().await;
    let mut sink = Sink { bench: &bench, works: false, calls_before: None };
    let error = rotate(&bench.client, &plan, &mut sink, &mut ()).await.unwrap_err();
    assert!(matches!(error.aftermath.new, NewPat::Undone(id) if id == Uuid::from_u128(2)));
    assert_eq!(calls(&bench).await, ["GET ", "POST ", "DELETE 2"]);
}

/// A service that replaces secrets itself, whose first answer to that is lost.
async fn native_bench() -> (Bench, RotationPlan) {
    let bench = Bench::new().await;
    let about = json!({ "product": "patcycle", "version": "1", "features": ["verify", "rotate"] });
    let about = ResponseTemplate::new(200).set_body_json(about);
    Mock::given(method("GET")).and(path("/_patcycle")).respond_with(about).mount(&bench.server).await;
    let old: PatToken = serde_json::from_value(pat(2, "ci")).unwrap();
    let plan = RotationPlan::new(&old, NewEnd::SameLifetime, now()).unwrap();
    let address = format!("/fabrikam/_apis/tokens/pats/{}/rotate", Uuid::from_u128(2));
    let mut made = pat(2, "ci");
    made["token"] = "n3w-s3cret".into();
    let lost = Mock::given(method("POST")).and(path(&address)).respond_with(ResponseTemplate::new(500));
    lost.up_to_n_times(1).mount(&bench.server).await;
    Mock::given(method("POST")).and(path(&address)).respond_with(result(&made)).mount(&bench.server).await;
    for settled in ["finish", "undo"] {
        let settled = format!("{address}/{settled}");
        let answer = result(&pat(2, "ci"));
        Mock::given(method("POST")).and(path(settled)).respond_with(answer).mount(&bench.server).await;
    }
    (bench, plan)
}

/// The last segments of the calls, and whether all that carry a key carry the same.
async fn native_calls(bench: &Bench) -> (Vec<String>, bool) {
    let requests = bench.requests().await;
    let keys: Vec<_> = requests.iter().filter_map(|request| request.headers.get("idempotency-key")).collect();
    let last = |request: &wiremock::Request| request.url.path().rsplit('/').next().unwrap().to_owned();
    let one = keys.len() == requests.len() - 1 && keys.iter().all(|key| **key == keys[0] && key.len() == 43);
    (requests.iter().map(last).collect(), one)
}

#[tokio::test]
async fn a_service_that_rotates_is_asked_again_with_the_same_key_and_finished_after_the_delivery() {
    let (bench, plan) = native_bench().await;
    let mut sink = Sink { bench: &bench, works: true, calls_before: None };
    let rotated = rotate(&bench.client, &plan, &mut sink, &mut ()).await.unwrap();
    assert_eq!((rotated.old, rotated.new.authorization_id), (Uuid::from_u128(2), Uuid::from_u128(2)));
    assert_eq!(sink.calls_before, Some(3));
    let (calls, one_key) = native_calls(&bench).await;
    assert_eq!(
        (calls, one_key),
        (vec!["_patcycle".into(), "rotate".into(), "rotate".into(), "finish".into()], true)
    );
    let asked: serde_json::Value = bench.requests().await[1].body_json().unwrap();
    assert_eq!(asked, json!({ "validTo": "2026-12-23T10:00:00Z", "overlapSeconds": 604_800 }));
}

#[tokio::test]
async fn a_service_that_rotates_goes_back_when_the_delivery_fails() {
    let (bench, plan) = native_bench().await;
    let mut sink = Sink { bench: &bench, works: false, calls_before: None };
    let error = rotate(&bench.client, &plan, &mut sink, &mut ()).await.unwrap_err();
    assert!(matches!(error.aftermath.new, NewPat::Undone(_)) && error.aftermath.native);
    let (calls, one_key) = native_calls(&bench).await;
    assert_eq!(
        (calls, one_key),
        (vec!["_patcycle".into(), "rotate".into(), "rotate".into(), "undo".into()], true)
    );
}
