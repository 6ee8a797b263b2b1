//! What the tables say after each of many rotations, finishes and undos (property 31).

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::IdempotencyKey;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::rotation::{
    Derivation, FinishRotation, Rotate, RotationError, SecretSource, UndoRotation,
};
use patcycle_lifecycle::{Authorization, Storage as _};
use patcycle_primitives::{Random as _, SeededRandom};
use patcycle_store_sqlite::SqliteStore;
use patcycle_token::{Digest, PepperSet, RotationKey, Signature};
use sqlx::SqliteConnection;

use crate::support::{Cast, Place, start};

/// A client that rotates one PAT.
struct Client<'a> {
    cast: &'a Cast,
    pat: &'a Authorization,
    source: SecretSource,
    random: SeededRandom,
}

impl Client<'_> {
    /// Does something at `at`. Gives whether it was done.
    async fn act(&self, store: &SqliteStore, at: Timestamp) -> bool {
        let mut bytes = [0; 4];
        self.random.fill(&mut bytes).unwrap();
        let audit_id = self.random.uuid().unwrap();
        let (organization_id, owner, id) = (self.cast.organization.id, self.cast.person.id, self.pat.id);
        let actor = Actor::default();
        let done = match bytes[0] % 4 {
            0 | 1 => {
                let key = Arc::new(IdempotencyKey::generate(&self.random).unwrap());
                let command = Rotate {
                    organization_id,
                    owner,
                    id,
                    groups: Vec::new(),
                    valid_to: None,
                    overlap: SignedDuration::from_secs(i64::from(bytes[1]) * i64::from(bytes[2] % 2) * 60),
                    used_generation: None,
                    key_digest: self.source.key_digest(&key),
                    request_digest: Digest::from_bytes([1; 32]),
                    derivation: Derivation { source: self.source.clone(), key },
                    actor,
                    signed_in_at: None,
                    at,
                    audit_id,
                };
                store.rotate(command).await.map(drop)
            }
            2 => {
                let command =
                    FinishRotation { organization_id, owner, id, key_digest: None, actor, at, audit_id };
                store.finish_rotation(command).await.map(drop)
            }
            _ => {
                let command =
                    UndoRotation { organization_id, owner, id, key_digest: None, actor, at, audit_id };
                store.undo_rotation(command).await.map(drop)
            }
        };
        assert!(matches!(done, Ok(()) | Err(RotationError::Conflict(_))), "{done:?}");
        done.is_ok()
    }
}

#[derive(Debug, sqlx::FromRow)]
struct SecretRow {
    generation: i64,
    place: Option<i64>,
    dies_at: Option<i64>,
}

/// Checks one moment and gives the generation of the present secret.
async fn check(raw: &mut SqliteConnection, at: Timestamp) -> i64 {
    let secrets: Vec<SecretRow> =
        sqlx::query_as("SELECT generation, place, dies_at FROM secret ORDER BY generation")
            .fetch_all(&mut *raw)
            .await
            .unwrap();
    let generations: Vec<i64> = secrets.iter().map(|secret| secret.generation).collect();
    assert_eq!(generations, (1..=i64::try_from(secrets.len()).unwrap()).collect::<Vec<_>>(), "each once");
    let lives = |secret: &&SecretRow| secret.dies_at.is_none_or(|end| at.as_microsecond() < end);
    let alive: Vec<&SecretRow> = secrets.iter().filter(lives).collect();
    assert!(alive.len() <= 2, "{alive:?}");
    assert!(alive.iter().all(|secret| secret.place.is_some()), "{alive:?}");
    let present: Vec<&SecretRow> = secrets.iter().filter(|secret| secret.place == Some(0)).collect();
    assert!(present.len() == 1 && present[0].dies_at.is_none(), "{present:?}");
    assert_eq!(secrets.iter().filter(|secret| secret.dies_at.is_none()).count(), 1, "one head");
    present[0].generation
}

#[tokio::test]
async fn never_more_than_a_present_secret_and_one_in_its_overlap() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    let mut create = cast.create("ci");
    create.authorization.valid_to = start() + SignedDuration::from_hours(24 * 300);
    let pat = &store.create(create).await.unwrap();
    let random = SeededRandom::new(5);
    let source = SecretSource {
        key: Arc::new(RotationKey::generate(&random).unwrap()),
        peppers: Arc::new(PepperSet::generate(&random).unwrap()),
        signature: Signature::Patcycle,
    };
    let client = Client { cast: &cast, pat, source, random };
    let mut raw = place.raw().await;
    let (mut at, mut done, mut backwards, mut present) = (start(), 0, 0, 1);
    for step in 0..400 {
        at += SignedDuration::from_mins(7 + step % 5 * 20);
        done += usize::from(client.act(&store, at).await);
        let now_present = check(&mut raw, at).await;
        backwards += usize::from(now_present < present);
        present = now_present;
    }
    assert!(
        done > 100 && backwards > 5,
        "{done} were done, {backwards} of them undos: that proves too little"
    );
    cast.check_records(&store).await;
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_present_secret() {
    let place = Place::new();
    let store = place.open().await;
    let cast = Cast::new(&store, 1).await;
    store.create(cast.create("ci")).await.unwrap();
    let mut raw = place.raw().await;
    let second = "INSERT INTO secret (digest, authorization, pepper_number, generation)
        SELECT zeroblob(32), authorization, 1, 2 FROM secret";
    let refused = sqlx::query(second).execute(&mut raw).await.unwrap_err().to_string();
    assert!(refused.contains("UNIQUE"), "{refused}");
}
