//! Full disks, damaged rows, closed stores.

use std::path::Path;
use std::time::Duration;

use futures::future::join_all;
use patcycle_contract::SessionTokenError;
use patcycle_lifecycle::{Storage as _, StorageError, TransactionError};
use patcycle_store_sqlite::SqliteStore;
use sqlx::Connection as _;
use uuid::Uuid;

use crate::support::{Cast, Place};

/// Fills the store until something does not fit. Gives the ids that were acknowledged.
async fn fill(store: &SqliteStore, cast: &Cast, at_once: usize) -> Vec<Uuid> {
    let mut acknowledged = Vec::new();
    for round in 0..1000 {
        let answers = join_all((0..at_once).map(|number| {
            let mut command = cast.create(&format!("{round}/{number}"));
            command.maximum_active = 0;
            store.create(command)
        }))
        .await;
        let mut full = false;
        for answer in answers {
            match answer {
                Ok(pat) => acknowledged.push(pat.id),
                Err(TransactionError::Storage(StorageError::Unavailable(reason))) => {
                    assert!(reason.contains("full"), "{reason}");
                    full = true;
                }
                Err(other) => panic!("expected that the store is full, got {other}"),
            }
        }
        if full {
            return acknowledged;
        }
    }
    panic!("the store never became full");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_writes_nothing() {
    for at_once in [1, 16] {
        let mut place = Place::new();
        place.options.maximum_pages = Some(60);
        let store = place.open().await;
        let cast = Cast::new(&store, 1).await;
        let mut acknowledged = fill(&store, &cast, at_once).await;
        // A second time, on the connection that replaced the first.
        acknowledged.extend(fill(&store, &cast, at_once).await);
        assert!(acknowledged.len() > 10);
        for id in &acknowledged {
            assert!(cast.find(&store, *id).await.is_some());
        }
        let sequence = cast.check_records(&store).await;
        assert_eq!(sequence, 1 + acknowledged.len() as u64, "what was refused is not there");
        store.close().await;

        place.options.maximum_pages = None;
        let store = place.open().await;
        let more = store.create(cast.create("with room again")).await.unwrap();
        assert!(cast.find(&store, more.id).await.is_some());
        assert_eq!(cast.check_records(&store).await, sequence + 1);
    }
}

#[tokio::test]
async fn a_failed_command_leaves_no_row_at_all() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let existing = store.create(cast.create("existing")).await.unwrap();
    // In one group with others that are kept: the id turns out to be taken, for every other one after person and
    // cohort, which are new, were written.
    let commands = (0..32).map(|number| {
        let mut command = cast.create(&number.to_string());
        if number % 4 == 1 {
            command.owner.id = Uuid::from_u128(1000 + number);
            command.authorization.owner = command.owner.id;
        }
        if number % 2 == 1 {
            command.authorization.id = existing.id;
        }
        store.create(command)
    });
    let before = store.groups_committed();
    for (number, answer) in join_all(commands).await.into_iter().enumerate() {
        if number % 2 == 1 {
            let Err(TransactionError::Storage(StorageError::Unavailable(_))) = answer else {
                panic!("{answer:?}");
            };
        } else {
            answer.unwrap();
        }
    }
    assert!(store.groups_committed() - before < 16, "they were not together");
    let mut raw = place.raw().await;
    let counts: (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM cohort),
            (SELECT count(*) FROM authorization), (SELECT count(*) FROM secret)",
    )
    .fetch_one(&mut raw)
    .await
    .unwrap();
    assert_eq!(counts, (1, 1, 17, 17));
}

#[tokio::test]
async fn a_write_lock_that_never_comes_is_told_and_forgotten() {
    let mut place = Place::new();
    place.options.busy_timeout = Duration::from_millis(20);
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let mut raw = place.raw().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut raw).await.unwrap();
    let answer = store.create(cast.create("locked out")).await;
    assert!(matches!(answer, Err(TransactionError::Storage(StorageError::Unavailable(_)))), "{answer:?}");
    assert!(matches!(store.check_ready().await, Err(StorageError::Unavailable(_))));
    sqlx::query("ROLLBACK").execute(&mut raw).await.unwrap();
    store.check_ready().await.unwrap();
    store.create(cast.create("let in")).await.unwrap();
    assert_eq!(cast.check_records(&store).await, 2);
}

#[tokio::test]
async fn a_damaged_row_is_told_as_such() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let pat = store.create(cast.create("damaged")).await.unwrap();
    let whole = store.create(cast.create("whole")).await.unwrap();
    store.revoke(cast.revoke(pat.id)).await.unwrap();
    let mut raw = place.raw().await;
    sqlx::query("UPDATE authorization SET revocation_reason = 'weather' WHERE revoked_at IS NOT NULL")
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    let found = store.find(cast.organization.id, cast.person.id, pat.id).await;
    assert!(matches!(&found, Err(StorageError::Corrupt(reason)) if reason.contains("weather")), "{found:?}");
    let answer = store.revoke(cast.revoke(pat.id)).await;
    assert!(matches!(answer, Err(TransactionError::Storage(StorageError::Corrupt(_)))), "{answer:?}");
    store.revoke(cast.revoke(whole.id)).await.unwrap();
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_told() {
    let place = Place::new();
    let path = place.path().with_file_name("absent").join("patcycle.sqlite");
    let refused = SqliteStore::open(&path, place.options.clone()).await.unwrap_err();
    assert!(
        matches!(&refused, StorageError::Unavailable(reason) if reason.contains("directory")),
        "{refused}"
    );
    assert!(!Path::new(&path).exists());
}

#[tokio::test]
async fn closing_answers_what_was_accepted_and_refuses_the_rest() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let accepted: Vec<_> = (0..64)
        .map(|number| {
            let (store, command) = (store.clone(), cast.create(&number.to_string()));
            tokio::spawn(async move { store.create(command).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut written = 0;
    for task in accepted {
        match tokio::time::timeout(Duration::from_secs(30), task).await.unwrap().unwrap() {
            Ok(_) => written += 1,
            Err(TransactionError::Storage(StorageError::Unavailable(_))) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(matches!(store.check_ready().await, Err(StorageError::Unavailable(_))));
    store.close().await;
    let store = place.open().await;
    assert_eq!(cast.check_records(&store).await, 1 + written);
}

/// What cannot be read is never taken for a permission, but revoking goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_policies_forbid_and_let_revoke() {
    for (statement, error) in [
        ("UPDATE organization SET policies = '{'", SessionTokenError::FailedToReadOrgPolicy),
        (
            "INSERT INTO tenant (id, policies) SELECT tenant_id, '{\"TenantPolicy.Newer\":{}}' FROM organization",
            SessionTokenError::FailedToReadTenantPolicy,
        ),
    ] {
        let place = Place::new();
        let store = place.open().await;
        let cast = Cast::new(&store, 1).await;
        let made = store.create(cast.create("before")).await.unwrap();
        sqlx::query(statement).execute(&mut place.raw().await).await.unwrap();

        let Err(TransactionError::Refused(refusal)) = store.create(cast.create("after")).await else {
            panic!()
        };
        assert_eq!(refusal.error, error);
        let shown = store.policies(cast.organization.id).await;
        assert!(matches!(shown, Err(StorageError::Corrupt(_))), "{shown:?}");
        store.revoke(cast.revoke(made.id)).await.unwrap();
    }
}
