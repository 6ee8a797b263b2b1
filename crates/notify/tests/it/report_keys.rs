//! The published keys of leak reports.

use std::sync::Arc;

use jiff::SignedDuration;
use patcycle_lifecycle::leak::ReportKeys as _;
use patcycle_notify::{ReportKeyList, ReportKeySettings};
use patcycle_primitives::{AdvancingClock, FixedClock};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PublicKeyData as _};
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::instant;

fn entry(name: &str, key: &KeyPair) -> Value {
    json!({ "key_identifier": name, "key": key.public_key_pem(), "is_current": true })
}

async fn publish(server: &MockServer, keys: Vec<Value>) {
    server.reset().await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "public_keys": keys }));
    Mock::given(method("GET")).respond_with(answer).mount(server).await;
}

async fn fetches(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_list_is_kept_for_a_day_and_fetched_anew_for_an_unknown_key() {
    let server = MockServer::start().await;
    let [first, second] = [(); 2].map(|()| KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
    let other_curve = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    publish(&server, vec![entry("one", &first), entry("other curve", &other_curve)]).await;
    let clock = AdvancingClock::new(Arc::new(FixedClock(instant())));
    let settings = ReportKeySettings { url: server.uri().parse().unwrap(), ca_file: None };
    let list = ReportKeyList::new(settings, Arc::new(clock.clone())).unwrap();

    assert_eq!(list.key("one").await.unwrap().as_deref(), Some(first.der_bytes()));
    assert_eq!(list.key("other curve").await.unwrap(), None, "only P-256 counts");
    for _ in 0..50 {
        assert_eq!(list.key("invented").await.unwrap(), None);
    }
    assert_eq!(fetches(&server).await, 1, "invented names cost one fetch a minute at most");

    publish(&server, vec![entry("two", &second)]).await;
    clock.advance(SignedDuration::from_mins(1));
    assert_eq!(list.key("two").await.unwrap().as_deref(), Some(second.der_bytes()));
    assert_eq!(list.key("one").await.unwrap(), None, "a key that was taken off the list is refused");

    server.reset().await;
    clock.advance(SignedDuration::from_hours(23));
    assert!(list.key("two").await.unwrap().is_some());
    clock.advance(SignedDuration::from_hours(1));
    assert!(list.key("two").await.is_err(), "a list that is old and cannot be had anew tells nothing");
    publish(&server, vec![entry("two", &second)]).await;
    assert!(list.key("two").await.is_err(), "the address is left alone for a minute");
    clock.advance(SignedDuration::from_mins(1));
    assert!(list.key("two").await.unwrap().is_some());
}
