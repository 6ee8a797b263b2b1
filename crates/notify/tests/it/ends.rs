//! Ends that come near and pass.

use std::sync::Arc;

use patcycle_lifecycle::notice::Stage;

use crate::support::{FakeSender, World, days, hours};

async fn world() -> (World, Arc<FakeSender>) {
    let sender = Arc::new(FakeSender::default());
    let stages = vec![Stage::Expiring, Stage::Expired];
    let world = World::start(vec![("channel", stages, sender.clone())]).await;
    (world, sender)
}

fn told(stage: Stage, name: &str) -> (Stage, String) {
    (stage, name.to_owned())
}

#[tokio::test]
async fn an_end_is_told_at_the_configured_days_and_when_it_passes() {
    let (world, sender) = world().await;
    world.watch(&[7, 1]).await;
    world.create("ci", days(10)).await;
    let mut seen = Vec::new();
    for day in 0..12 {
        world.watch(&[7, 1]).await;
        world.dispatch().await;
        let now = sender.told();
        seen.extend(now[seen.len()..].iter().map(|(stage, _)| (day, *stage)).collect::<Vec<_>>());
        world.advance(days(1));
    }
    // The look at the very end of day 10 comes before the end has settled.
    assert_eq!(
        seen.iter().map(|(day, stage)| (*day, *stage)).collect::<Vec<(i32, Stage)>>(),
        [(3, Stage::Expiring), (9, Stage::Expiring), (11, Stage::Expired)]
    );
    let texts: Vec<String> = sender.sent().iter().map(|message| message.text.clone()).collect();
    assert!(texts[2].contains("expired 24 hours ago"), "{}", texts[2]);
    assert_eq!(world.actions().await, ["Token.PatCreateEvent", "Token.PatExpiredEvent"]);
}

#[tokio::test]
async fn a_standstill_is_caught_up_with_what_is_true_then() {
    let (world, sender) = world().await;
    world.watch(&[7]).await;
    world.create("ended long ago", days(9)).await;
    world.create("ends soon", days(15)).await;
    world.create("ends late", days(60)).await;
    world.advance(days(12));
    world.watch(&[7]).await;
    world.dispatch().await;
    // What has ended is told of as ended, and not as near its end.
    assert_eq!(sender.told(), [told(Stage::Expired, "ended long ago"), told(Stage::Expiring, "ends soon")]);
    let texts: Vec<String> = sender.sent().iter().map(|message| message.text.clone()).collect();
    assert!(texts[0].contains("expired 3 days ago") && texts[1].contains("expires in 3 days"), "{texts:?}");
}

#[tokio::test]
async fn what_is_revoked_or_renewed_is_no_news() {
    let (world, sender) = world().await;
    world.watch(&[7]).await;
    let revoked = world.create("revoked", days(10)).await;
    world.create("near", days(10)).await;
    world.revoke(&revoked).await;
    world.advance(days(4));
    // Found near its end; revoked before the notice leaves.
    world.watch(&[7]).await;
    let late = world.create("late", days(7) + hours(1)).await;
    world.advance(hours(2));
    world.watch(&[7]).await;
    world.revoke(&late).await;
    let dispatched = world.dispatch().await;
    assert_eq!((dispatched.delivered, dispatched.dropped), (1, 1));
    assert_eq!(sender.told(), [told(Stage::Expiring, "near")]);
}

#[tokio::test]
async fn many_that_end_in_the_same_second_are_each_told_once() {
    let (world, sender) = world().await;
    world.watch(&[]).await;
    for number in 0..450 {
        world.create(&format!("pat {number}"), hours(1)).await;
    }
    world.advance(hours(2));
    assert_eq!(world.watch(&[]).await, 450);
    assert_eq!(world.watch(&[]).await, 0, "what was seen is not looked at again");
    assert_eq!(world.dispatch().await.delivered, 450);
    let mut told: Vec<String> = sender.told().into_iter().map(|(_, name)| name).collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 450);
    let expired = world.actions().await.iter().filter(|action| *action == "Token.PatExpiredEvent").count();
    assert_eq!(expired, 450);
}

#[tokio::test]
async fn two_watchers_tell_nothing_twice() {
    let (world, sender) = world().await;
    world.watch(&[7]).await;
    for number in 0..20 {
        world.create(&format!("pat {number}"), hours(1)).await;
    }
    world.advance(hours(2));
    tokio::join!(world.watch(&[7]), world.watch(&[7]), world.watch(&[7]));
    world.dispatch().await;
    assert_eq!(sender.sent().len(), 20);
    let expired = world.actions().await.iter().filter(|action| *action == "Token.PatExpiredEvent").count();
    assert_eq!(expired, 20);
}

#[tokio::test]
async fn the_first_look_tells_nothing_of_what_was_before() {
    let (world, sender) = world().await;
    world.create("old", hours(1)).await;
    world.advance(days(3));
    world.watch(&[7]).await;
    world.watch(&[7]).await;
    world.dispatch().await;
    assert!(sender.sent().is_empty());
}
