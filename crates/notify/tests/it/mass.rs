//! Notices about PATs that ended together: everything of an owner, or what a revocation rule covers.

use std::sync::Arc;

use patcycle_contract::owner_revocation::GivenReason;
use patcycle_contract::{RevocationRuleRequest, SubjectDescriptor};
use patcycle_lifecycle::Caller;
use patcycle_lifecycle::notice::Stage;
use patcycle_notify::Message;
use uuid::Uuid;

use crate::support::{ANA, FakeSender, World, days};

/// What was said of PATs that ended together: to whom, and of how many.
fn told(sender: &FakeSender) -> Vec<(Uuid, u64)> {
    let mass = |message: &Message| message.data["count"].as_u64().map(|count| (message.owner.id, count));
    sender.sent().iter().filter_map(mass).collect()
}

async fn revoke_everything(world: &World) {
    let reason = GivenReason::parse("left").unwrap();
    let owner = SubjectDescriptor(ANA);
    world.lifecycle.revoke_owner(&World::caller(), &world.organization, owner, reason).await.unwrap();
}

async fn rule(world: &World, scopes: &str) {
    let request =
        RevocationRuleRequest { scopes: Some(scopes.to_owned()), ..RevocationRuleRequest::default() };
    world.lifecycle.create_revocation_rule(&World::caller(), &world.organization, request).await.unwrap();
}

fn owner(number: u128) -> Caller {
    let id = Uuid::from_u128(1000 + number);
    Caller { object_id: id, user_name: format!("{number}@fabrikam.example"), ..World::caller() }
}

#[tokio::test]
async fn an_owner_is_told_once_of_everything_that_was_revoked() {
    let sender = Arc::new(FakeSender::default());
    let world = World::with(sender.clone()).await;
    world.create("short", days(1)).await;
    world.advance(days(2));
    for name in ["one", "other"] {
        world.create(name, days(30)).await;
    }
    revoke_everything(&world).await;
    world.dispatch().await;
    assert_eq!(told(&sender), [(ANA, 2)]);
    let sent = sender.sent();
    let message = sent.iter().find(|message| message.data["count"] == 2).unwrap();
    assert_eq!(message.stage, Stage::Revoked);
    assert_eq!(message.subject, "2 personal access tokens were revoked by an administrator");
    assert!(message.text.contains("in the organization fabrikam were revoked by an administrator just now"));
    assert_eq!(message.data["ownerName"], "ana@fabrikam.example");

    revoke_everything(&world).await;
    world.dispatch().await;
    assert_eq!(told(&sender).len(), 1, "nothing was left to end");
    world.create("new", days(30)).await;
    revoke_everything(&world).await;
    world.dispatch().await;
    assert_eq!(told(&sender), [(ANA, 2), (ANA, 1)], "another act is told of again");
}

#[tokio::test]
async fn every_owner_of_what_a_rule_ended_is_told_once() {
    let sender = Arc::new(FakeSender::default());
    let world = World::with(sender.clone()).await;
    let owners = 230;
    for number in 0..owners {
        world.create_of(&owner(number), "vso.code").await;
    }
    world.create_of(&owner(0), "vso.code vso.wiki").await;
    world.create_of(&owner(0), "vso.work").await;
    world.create_of(&owner(500), "vso.work").await;
    world.dispatch().await;
    assert_eq!(world.watch_rules().await, 0);

    rule(&world, "vso.code").await;
    // A standstill after the first portion, and a second rule that ends nothing more.
    assert_eq!(world.watch_a_portion_of_rules().await, 100);
    rule(&world, "vso.wiki").await;
    world.watch_rules().await;
    assert_eq!(world.watch_rules().await, 0, "all are told");
    world.dispatch().await;
    let mut expected: Vec<(Uuid, u64)> = (1..owners).map(|number| (owner(number).object_id, 1)).collect();
    expected.insert(0, (owner(0).object_id, 2));
    let mut all = told(&sender);
    all.sort_unstable();
    assert_eq!(all, expected);
}
