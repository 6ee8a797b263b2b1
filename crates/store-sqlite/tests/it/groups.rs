//! Group commit.

use futures::future::join_all;
use patcycle_lifecycle::Storage as _;

use crate::support::{Cast, Place};

#[tokio::test]
async fn commands_that_wait_share_a_commit() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let before = store.groups_committed();
    let answers = join_all((0..64).map(|number| store.create(cast.create(&number.to_string())))).await;
    assert!(answers.into_iter().all(|answer| answer.is_ok()));
    let groups = store.groups_committed() - before;
    assert!((1..=8).contains(&groups), "64 commands at once took {groups} commits");
}

#[tokio::test]
async fn a_command_alone_is_a_group() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let before = store.groups_committed();
    for number in 0..10 {
        store.create(cast.create(&number.to_string())).await.unwrap();
    }
    assert_eq!(store.groups_committed() - before, 10);
}

#[tokio::test]
async fn what_changes_nothing_is_not_committed() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let pat = store.create(cast.create("ci")).await.unwrap();
    store.revoke(cast.revoke(pat.id)).await.unwrap();
    let before = store.groups_committed();
    store.revoke(cast.revoke(pat.id)).await.unwrap();
    let mut refused = cast.create("global");
    refused.authorization.all_organizations = true;
    store.create(refused).await.unwrap_err();
    store.check_ready().await.unwrap();
    Cast::new(&store, 2).await;
    assert_eq!(store.groups_committed(), before);
}
