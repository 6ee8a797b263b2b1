//! Webhooks, to a real HTTPS receiver.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use patcycle_lifecycle::notice::Stage;
use patcycle_notify::{Dispatched, Forbidden, Sender, Webhook, WebhookError, WebhookSecret, WebhookSettings};
use serde_json::Value;
use sha2::Sha256;

use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{World, days, hours};

const KEY: [u8; 32] = *b"one key for each target, 32 long";

fn settings(receiver: &Receiver, host: &str, allowed: &[&str]) -> WebhookSettings {
    WebhookSettings {
        url: format!("https://{host}:{}/hook?a=b", receiver.address.port()).parse().unwrap(),
        secret: WebhookSecret::parse(&format!("whsec_{}", STANDARD.encode(KEY))).unwrap(),
        ca_file: Some(receiver.ca_file.clone()),
        allowed_networks: allowed.iter().map(|network| network.parse().unwrap()).collect(),
    }
}

fn webhook(receiver: &Receiver) -> Arc<dyn Sender> {
    Arc::new(Webhook::new(settings(receiver, "localhost", &["127.0.0.0/8", "::1/128"])).unwrap())
}

#[tokio::test]
async fn a_receiver_can_check_each_request() {
    let receiver = Receiver::start();
    let stages = vec![Stage::Created, Stage::Leaked];
    let world = World::start(vec![("hook", stages, webhook(&receiver))]).await;
    let pat = world.create("ci", days(30)).await;
    world.dispatch().await;
    world.advance(hours(2));
    world.leak(&pat).await;
    assert_eq!(world.dispatch().await.delivered, 1);

    let received = receiver.received();
    assert_eq!(received.len(), 2);
    for ((headers, body), kind) in received.iter().zip(["pat.created", "pat.leaked"]) {
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        // As the specification says it, with nothing of ours.
        let signed = [header("webhook-id"), header("webhook-timestamp"), String::new()].join(".");
        let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
        mac.update(signed.as_bytes());
        mac.update(body);
        let signature = header("webhook-signature");
        let (version, code) = signature.split_once(',').unwrap();
        assert_eq!(version, "v1");
        mac.verify_slice(&STANDARD.decode(code).unwrap()).unwrap();
        let value: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(value["type"], kind);
        assert_eq!(value["data"]["authorizationId"], pat.authorization_id.to_string());
        assert_eq!(value["data"]["ownerName"], "ana@fabrikam.example");
        let text = std::str::from_utf8(body).unwrap();
        assert!(!text.contains(&pat.token.as_ref().unwrap().expose()[..8]), "no webhook holds a secret");
    }
    let leaked: Value = serde_json::from_slice(&received[1].1).unwrap();
    assert_eq!(
        (&leaked["data"]["state"], &leaked["timestamp"]),
        (&"revoked".into(), &"2026-11-25T11:00:00Z".into())
    );
}

#[tokio::test]
async fn a_failed_delivery_comes_again_with_the_same_id() {
    let receiver = Receiver::start();
    let world = World::with(webhook(&receiver)).await;
    world.create("ci", days(30)).await;
    for behaviour in [Behaviour::Status(500), Behaviour::Status(404), Behaviour::Redirect] {
        receiver.behave(behaviour);
        assert_eq!(
            world.dispatch().await,
            Dispatched { postponed: 1, ..Dispatched::default() },
            "{behaviour:?}"
        );
        world.advance(hours(1));
    }
    receiver.behave(Behaviour::Endless);
    // Enough is read to know that it was taken, and no more.
    assert_eq!(world.dispatch().await.delivered, 1);
    let ids: Vec<String> = receiver
        .received()
        .iter()
        .map(|(headers, _)| headers["webhook-id"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 4, "no redirect was followed");
    assert!(ids.iter().all(|id| *id == ids[0]));
    receiver.behave(Behaviour::Status(410));
    world.create("other", days(30)).await;
    assert_eq!(world.dispatch().await, Dispatched { dropped: 1, ..Dispatched::default() });
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_left_after_five_seconds() {
    let receiver = Receiver::start();
    receiver.behave(Behaviour::Silent);
    let world = World::with(webhook(&receiver)).await;
    world.create("ci", days(30)).await;
    let dispatched = tokio::time::timeout(Duration::from_secs(15), world.dispatch()).await.unwrap();
    assert_eq!(dispatched.postponed, 1);
}

#[tokio::test]
async fn a_name_of_the_inside_is_not_connected_to() {
    let receiver = Receiver::start();
    let world = World::with(Arc::new(Webhook::new(settings(&receiver, "localhost", &[])).unwrap())).await;
    world.create("ci", days(30)).await;
    assert_eq!(world.dispatch().await.postponed, 1);
    assert!(receiver.received().is_empty());
    let error = Webhook::new(settings(&receiver, "127.0.0.1", &["10.0.0.0/8"])).unwrap_err();
    assert!(matches!(error, WebhookError::Forbidden(Forbidden::Network(_))), "{error}");
}
