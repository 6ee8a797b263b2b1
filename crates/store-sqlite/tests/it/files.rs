//! What lies on the disk.

use patcycle_lifecycle::{Storage as _, StorageError};
use patcycle_primitives::SeededRandom;
use patcycle_store_sqlite::SqliteStore;
use patcycle_token::{PepperSet, Signature, mint, random_part};
use sqlx::Connection as _;
use uuid::Uuid;

use crate::support::{Cast, Place, start};

#[tokio::test]
async fn everything_is_there_after_a_reopening() {
    let mut place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let kept = store.create(cast.create("kept")).await.unwrap();
    let revoked = store.create(cast.create("revoked")).await.unwrap();
    store.revoke(cast.revoke(revoked.id)).await.unwrap();
    let revoked = cast.find(&store, revoked.id).await;
    let head = store.change_head().await.unwrap();
    assert_eq!(head.incarnation, place.options.incarnation);
    store.close().await;

    place.options.incarnation = Uuid::from_u128(99);
    let store = place.open().await;
    let again = Cast::new(&store, 2).await;
    assert_eq!(again.organization, cast.organization);
    assert_eq!(cast.find(&store, kept.id).await, Some(kept));
    assert_eq!(cast.find(&store, revoked.as_ref().unwrap().id).await, revoked);
    assert_eq!(store.change_head().await.unwrap(), head, "the incarnation is that of the creation");
    store.create(again.create("more")).await.unwrap();
    assert_eq!(cast.check_records(&store).await, head.sequence + 1);
}

#[tokio::test]
async fn a_store_that_was_dropped_without_closing_keeps_what_it_acknowledged() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let pat = store.create(cast.create("kept")).await.unwrap();
    drop(store);
    let store = place.open().await;
    assert_eq!(cast.find(&store, pat.id).await, Some(pat));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let beside = |suffix: &str| place.path().with_file_name(format!("patcycle.sqlite{suffix}"));
    let modes = || {
        ["", "-wal", "-shm"]
            .map(|suffix| std::fs::metadata(beside(suffix)).unwrap().permissions().mode() & 0o777)
    };
    let store = place.open().await;
    Cast::new(&store, 1).await;
    assert_eq!(modes(), [0o600; 3]);
    store.close().await;

    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let store = place.open().await;
    Cast::new(&store, 1).await;
    assert_eq!(modes(), [0o600; 3], "a file that was copied with other permissions is taken back");
}

#[tokio::test]
async fn no_window_of_a_secret_is_in_the_files() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let random = SeededRandom::new(7);
    let peppers = PepperSet::generate(&random).unwrap();
    let mut windows: Vec<Vec<u8>> = Vec::new();
    for name in ["first", "second", "third"] {
        let secret = mint(&random, start(), Signature::Patcycle).unwrap();
        patcycle_evidence::note_pat(secret.expose());
        let mut command = cast.create(name);
        (command.secret.pepper_number, command.secret.digest) = peppers.digest(&secret);
        let pat = store.create(command).await.unwrap();
        store.revoke(cast.revoke(pat.id)).await.unwrap();
        let part = random_part(secret.expose()).unwrap();
        windows.extend(part.as_bytes().windows(8).map(<[u8]>::to_vec));
    }
    let search = |bytes: &[u8]| {
        bytes.windows(8).filter(|window| windows.iter().any(|secret| secret == window)).count()
    };
    assert_eq!(search(&place.bytes()), 0, "in the log");
    store.close().await;
    let bytes = place.bytes();
    assert_eq!(search(&bytes), 0, "in the database");
    assert!(bytes.windows(5).any(|window| window == b"third"), "the search reads what was written");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let place = Place::new();
    place.open().await.close().await;
    let mut raw = place.raw().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    raw.close().await.unwrap();
    let refused = SqliteStore::open(&place.path(), place.options.clone()).await.unwrap_err();
    assert!(
        matches!(&refused, StorageError::Corrupt(reason) if reason.contains("newer version")),
        "{refused}"
    );
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let place = Place::new();
    let mut raw = place.raw().await;
    sqlx::query("CREATE TABLE organization (name TEXT)").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    let before = place.bytes();
    let refused = SqliteStore::open(&place.path(), place.options.clone()).await.unwrap_err();
    assert!(
        matches!(&refused, StorageError::Corrupt(reason) if reason.contains("another program")),
        "{refused}"
    );
    assert!(place.bytes() == before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let place = Place::new();
    std::fs::write(place.path(), "no database, but more than a hundred bytes. ".repeat(50)).unwrap();
    let before = place.bytes();
    let refused = SqliteStore::open(&place.path(), place.options.clone()).await.unwrap_err();
    assert!(matches!(refused, StorageError::Corrupt(_)), "{refused}");
    assert!(place.bytes() == before);
}
