//! Two stores on one file: each sees what the other wrote, although both remember much.

use futures::future::join_all;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::epoch::RaiseEpoch;
use patcycle_lifecycle::{Epochs, Storage as _};
use uuid::Uuid;

use crate::support::{Cast, Place, start};

#[tokio::test]
async fn turns_are_taken() {
    let place = Place::new();
    let stores = [place.open().await, place.open().await];
    let casts = [Cast::new(&stores[0], 1).await, Cast::new(&stores[1], 2).await];
    for turn in 0..10 {
        let (here, there) = (turn % 2, (turn + 1) % 2);
        let pat = stores[here].create(casts[here].create(&turn.to_string())).await.unwrap();
        assert_eq!(casts[there].find(&stores[there], pat.id).await, Some(pat));
    }
    assert_eq!(casts[0].check_records(&stores[0]).await, 11);

    let mut last = casts[1].create("one too many");
    last.maximum_active = 10;
    stores[1].create(last).await.unwrap_err();

    let raise = RaiseEpoch {
        organization_id: casts[0].organization.id,
        owner: None,
        owner_name: None,
        reason: None,
        channels: patcycle_lifecycle::notice::Channels::default(),
        actor: Actor::default(),
        at: start(),
        audit_id: Uuid::from_u128(8),
    };
    stores[0].raise_epoch(raise).await.unwrap();
    let fresh = stores[1].create(casts[1].create("after the raised epoch")).await.unwrap();
    assert_eq!(fresh.epochs, Epochs { organization: 1, owner: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_write_at_once() {
    let place = Place::new();
    let stores = [place.open().await, place.open().await];
    let casts = [Cast::new(&stores[0], 1).await, Cast::new(&stores[1], 2).await];
    let writers = stores.iter().zip(&casts).flat_map(|(store, cast)| {
        (0..8).map(move |writer| async move {
            for round in 0..10 {
                store.create(cast.create(&format!("{writer}/{round}"))).await.unwrap();
            }
        })
    });
    join_all(writers).await;
    assert_eq!(casts[0].check_records(&stores[0]).await, 161);
}
