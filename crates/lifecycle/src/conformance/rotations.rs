//! Native rotations: one successor, whose answer can be told again.

use std::sync::Arc;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use patcycle_contract::{IdempotencyKey, SessionTokenError, date};
use patcycle_primitives::SeededRandom;
use patcycle_token::{Digest, PepperSet, RotationKey, Signature};
use uuid::Uuid;

use super::setting::{Setting, actor, days, start};
use super::uses::written;
use crate::change::ChangeKind;
use crate::rotation::{
    ANSWER_KEPT, Conflict, Derivation, FinishRotation, REUSE_WINDOW, RecordReuse, Reuse, Rotate,
    RotationError, RotationState, SecretSource, UndoRotation,
};
use crate::usage::Use;
use crate::{Authorization, Person, Storage};

const CALLERS: u64 = 64;

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

/// Rotations of one service, whose clients draw their keys from seeds.
struct Rotating<'a> {
    setting: &'a Setting,
    source: SecretSource,
}

impl<'a> Rotating<'a> {
    fn new(setting: &'a Setting) -> Self {
        let random = SeededRandom::new(31);
        let key = Arc::new(RotationKey::generate(&random).unwrap());
        let peppers = Arc::new(PepperSet::generate(&random).unwrap());
        Self { setting, source: SecretSource { key, peppers, signature: Signature::Patcycle } }
    }

    fn key(seed: u64) -> IdempotencyKey {
        IdempotencyKey::generate(&SeededRandom::new(seed)).unwrap()
    }

    fn rotate(&self, owner: &Person, id: Uuid, seed: u64, at: Timestamp, overlap: SignedDuration) -> Rotate {
        let derivation = Derivation { source: self.source.clone(), key: Arc::new(Self::key(seed)) };
        Rotate {
            organization_id: self.setting.organization.id,
            owner: owner.id,
            id,
            groups: owner.groups.clone(),
            valid_to: None,
            overlap,
            used_generation: None,
            key_digest: self.source.key_digest(&derivation.key),
            request_digest: Digest::from_bytes([7; 32]),
            derivation,
            actor: actor(owner),
            signed_in_at: None,
            at,
            audit_id: self.setting.id(),
        }
    }

    fn finish(&self, owner: &Person, id: Uuid, seed: Option<u64>, at: Timestamp) -> FinishRotation {
        FinishRotation {
            organization_id: self.setting.organization.id,
            owner: owner.id,
            id,
            key_digest: seed.map(|seed| self.source.key_digest(&Self::key(seed))),
            actor: actor(owner),
            at,
            audit_id: self.setting.id(),
        }
    }

    fn undo(&self, owner: &Person, id: Uuid, seed: Option<u64>, at: Timestamp) -> UndoRotation {
        let FinishRotation { organization_id, owner, id, key_digest, actor, at, audit_id } =
            self.finish(owner, id, seed, at);
        UndoRotation { organization_id, owner, id, key_digest, actor, at, audit_id }
    }
}

#[track_caller]
fn conflict<T: std::fmt::Debug>(answer: Result<T, RotationError>) -> Conflict {
    match answer {
        Err(RotationError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(answer: Result<T, RotationError>) -> SessionTokenError {
    match answer {
        Err(RotationError::Refused(refusal)) => refusal.error,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// The same key and request give the same rotation and write nothing, for as long as the answer is kept.
pub async fn a_rotation_is_told_again_to_its_key(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let (ana, pat) = (&setting.ana, setting.created(&setting.ana, "ci").await);
    let at = start() + days(10);
    let command = rotating.rotate(ana, pat.id, 1, at, hours(0));
    let rotation = setting.storage.rotate(command.clone()).await.unwrap();
    assert_eq!((rotation.generation, rotation.state), (2, RotationState::Begun));
    // As long a life again as it was given: 30 days.
    let (valid_from, valid_to) = (date::round(at), date::round(at + days(30)));
    let rotated = Authorization { valid_from, valid_to, ..pat.clone() };
    assert_eq!(setting.find(ana, pat.id).await, Some(rotated));
    assert_eq!(setting.ids(ana, None).await, [pat.id], "id and PAT stay");

    let changes = setting.changes().await;
    assert_eq!(changes.last().unwrap().change.kind, ChangeKind::Rotated);
    assert_eq!(changes.last().unwrap().change.subject, Some(pat.id));
    let last_moment = at + ANSWER_KEPT - SignedDuration::from_micros(1);
    let again = Rotate { at: last_moment, ..command.clone() };
    assert_eq!(setting.storage.rotate(again).await.unwrap(), rotation);
    let other = Rotate { request_digest: Digest::from_bytes([8; 32]), ..command.clone() };
    assert_eq!(conflict(setting.storage.rotate(other).await), Conflict::OtherRequest);
    let late = Rotate { at: at + ANSWER_KEPT, ..command.clone() };
    assert_eq!(conflict(setting.storage.rotate(late).await), Conflict::Over);
    // Another service's key would make another secret: that one is not told.
    let stranger = Rotating::new(&setting);
    let mut foreign = rotating.rotate(ana, pat.id, 1, at, hours(0));
    foreign.derivation.source.key = Arc::new(RotationKey::new([9; 32]));
    assert_eq!(conflict(setting.storage.rotate(foreign).await), Conflict::NotDerivable);
    let mut other_pepper = stranger.rotate(ana, pat.id, 1, at, hours(0));
    other_pepper.derivation.source.peppers = Arc::new(PepperSet::generate(&SeededRandom::new(77)).unwrap());
    assert_eq!(conflict(setting.storage.rotate(other_pepper).await), Conflict::NotDerivable);
    assert_eq!(setting.changes().await, changes, "nothing of it was written");
    assert_eq!(setting.audit(&setting.organization).await.len(), 2);
}

/// While a rotation overlaps, or its answer may be asked for, no other one begins.
pub async fn an_open_rotation_keeps_others_out(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let (ana, pat) = (&setting.ana, setting.created(&setting.ana, "ci").await);
    let at = start() + days(1);
    let rotate = |seed, at, overlap| setting.storage.rotate(rotating.rotate(ana, pat.id, seed, at, overlap));
    rotate(1, at, hours(24)).await.unwrap();
    assert_eq!(conflict(rotate(2, at, hours(0)).await), Conflict::Open);
    assert_eq!(conflict(rotate(2, at + hours(23), hours(0)).await), Conflict::Open);
    let second = rotate(2, at + hours(24), hours(0)).await.unwrap();
    assert_eq!(second.generation, 3);
    // Without an overlap, for as long as the answer may be asked for.
    let at = at + hours(24);
    assert_eq!(
        conflict(rotate(3, at + ANSWER_KEPT - SignedDuration::from_secs(1), hours(0)).await),
        Conflict::Open
    );
    assert_eq!(rotate(3, at + ANSWER_KEPT, hours(0)).await.unwrap().generation, 4);
    assert_eq!(
        conflict(rotate(1, at + ANSWER_KEPT, hours(24)).await),
        Conflict::Over,
        "an old key makes nothing"
    );
    assert_eq!(setting.audit(&setting.organization).await.len(), 4);
}

/// Finishing settles a rotation, so that the next may begin; doing it twice writes once.
pub async fn a_rotation_can_be_finished_once(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let (ana, pat) = (&setting.ana, setting.created(&setting.ana, "ci").await);
    let at = start() + days(1);
    let finish = |seed| setting.storage.finish_rotation(rotating.finish(ana, pat.id, seed, at + hours(1)));
    assert_eq!(conflict(finish(None).await), Conflict::NoRotation);
    setting.storage.rotate(rotating.rotate(ana, pat.id, 1, at, hours(24))).await.unwrap();
    assert_eq!(conflict(finish(Some(2)).await), Conflict::OtherRotation);
    let finished = finish(Some(1)).await.unwrap();
    assert_eq!(setting.find(ana, pat.id).await.as_ref(), Some(&finished));
    let changes = setting.changes().await;
    assert_eq!(changes.last().unwrap().change.kind, ChangeKind::RotationFinished);
    assert_eq!(finish(None).await.unwrap(), finished);
    assert_eq!(setting.changes().await, changes);
    let undo = rotating.undo(ana, pat.id, None, at + hours(1));
    assert_eq!(conflict(setting.storage.undo_rotation(undo).await), Conflict::OverlapOver);
    let next = rotating.rotate(ana, pat.id, 2, at + hours(1), hours(0));
    assert_eq!(setting.storage.rotate(next).await.unwrap().generation, 3);
    assert_eq!(setting.audit(&setting.organization).await.len(), 4);
}

/// Undoing brings the old secret back with its own beginning and end; a generation is never used twice.
pub async fn a_rotation_can_be_undone_while_it_overlaps(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let (ana, pat) = (&setting.ana, setting.created(&setting.ana, "ci").await);
    let at = start() + days(1);
    let undo = |seed, at| setting.storage.undo_rotation(rotating.undo(ana, pat.id, seed, at));
    assert_eq!(conflict(undo(None, at).await), Conflict::NoRotation);
    let first = rotating.rotate(ana, pat.id, 1, at, hours(24));
    setting.storage.rotate(first.clone()).await.unwrap();
    assert_eq!(conflict(undo(Some(2), at).await), Conflict::OtherRotation);
    assert_eq!(conflict(undo(None, at + hours(24)).await), Conflict::OverlapOver);
    assert_eq!(undo(Some(1), at + hours(23)).await.unwrap(), pat);
    assert_eq!(setting.find(ana, pat.id).await.as_ref(), Some(&pat));
    let changes = setting.changes().await;
    assert_eq!(changes.last().unwrap().change.kind, ChangeKind::RotationUndone);
    assert_eq!(undo(None, at + hours(23)).await.unwrap(), pat);
    let finish = rotating.finish(ana, pat.id, None, at + hours(23));
    assert_eq!(conflict(setting.storage.finish_rotation(finish).await), Conflict::Undone);
    assert_eq!(conflict(setting.storage.rotate(first).await), Conflict::Over);
    assert_eq!(setting.changes().await, changes);

    let next = rotating.rotate(ana, pat.id, 2, at + hours(23), hours(1));
    assert_eq!(setting.storage.rotate(next).await.unwrap().generation, 3);
    // An end that the owner brought nearer since is not put off again by an undo.
    let mut nearer = setting.update(ana, pat.id);
    (nearer.at, nearer.valid_to) = (at + hours(23), Some(start() + days(5)));
    setting.storage.update(nearer).await.unwrap();
    let undone = undo(None, at + hours(23)).await.unwrap();
    assert_eq!((undone.valid_from, undone.valid_to), (pat.valid_from, start() + days(5)));
}

/// Unknown, foreign, revoked and expired PATs are not rotated.
pub async fn rotations_are_for_the_owner_of_an_active_pat(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let (ana, ben) = (&setting.ana, &setting.ben);
    let (pat, revoked) = (setting.created(ana, "ci").await, setting.created(ana, "revoked").await);
    setting.created(ben, "his").await;
    setting.storage.rotate(rotating.rotate(ana, revoked.id, 1, start(), hours(99))).await.unwrap();
    setting.storage.revoke(setting.revoke(ana, revoked.id)).await.unwrap();
    let (changes, at) = (setting.changes().await, start() + days(2));
    let not_found = SessionTokenError::AuthorizationNotFound;
    for (person, id) in [(ana, setting.id()), (ben, pat.id), (ana, revoked.id)] {
        let rotate = rotating.rotate(person, id, 2, at, hours(1));
        assert_eq!(refusal(setting.storage.rotate(rotate).await), not_found);
        let finish = rotating.finish(person, id, None, at);
        assert_eq!(refusal(setting.storage.finish_rotation(finish).await), not_found);
        let undo = rotating.undo(person, id, None, at);
        assert_eq!(refusal(setting.storage.undo_rotation(undo).await), not_found);
    }
    let late = rotating.rotate(ana, pat.id, 2, pat.valid_to, hours(1));
    assert_eq!(refusal(setting.storage.rotate(late).await), SessionTokenError::ExpiredPatCannotBeExtended);
    let mut elsewhere = rotating.rotate(ana, pat.id, 2, at, hours(1));
    elsewhere.organization_id = setting.other_organization.id;
    assert_eq!(refusal(setting.storage.rotate(elsewhere).await), not_found);
    assert_eq!(setting.changes().await, changes);
    assert_eq!(setting.find(ana, pat.id).await, Some(pat));
}

/// 64 callers at once, with and without an overlap: those with keys of their own make one successor among them, and
/// those who share a key are all told the same.
pub async fn one_rotation_among_many_makes_the_successor(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = &Rotating::new(&setting);
    let ana = &setting.ana;
    for overlap in [hours(0), hours(24)] {
        let pat = setting.created(ana, "ci").await;
        let at = start() + days(1);
        let rotate = |seed| {
            let command = rotating.rotate(ana, pat.id, seed, at, overlap);
            setting.storage.rotate(command)
        };
        let answers = join_all((0..CALLERS).map(rotate)).await;
        let (made, failed): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), failed.len()), (1, 63));
        for answer in failed {
            assert_eq!(conflict(answer), Conflict::Open);
        }

        let shared = setting.created(ana, "shared").await;
        let rotate = |_| setting.storage.rotate(rotating.rotate(ana, shared.id, 5, at, overlap));
        let answers: Vec<_> =
            join_all((0..CALLERS).map(rotate)).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|answer| answer == &answers[0] && answer.generation == 2));
    }
    let audit = setting.audit(&setting.organization).await;
    assert_eq!(audit.iter().filter(|record| record.action == "Token.PatRotateEvent").count(), 4);
    assert_eq!(audit.len(), 8);
}

/// Once the new secret was used, its answer is not told any more, and another rotation may begin. Uses of the old one
/// count for nothing.
pub async fn a_used_secret_ends_the_telling(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let ana = &setting.ana;
    let at = start() + days(1);
    for is_written in [true, false] {
        let pat = setting.created(ana, "ci").await;
        let used = |generation| Use {
            authorization: pat.id,
            generation,
            organization: setting.organization.id,
            at,
            address: None,
            count: 1,
        };
        setting.storage.record_uses(written(vec![used(1)])).await.unwrap();
        let mut first = rotating.rotate(ana, pat.id, 1, at, hours(0));
        setting.storage.rotate(first.clone()).await.unwrap();
        first.used_generation = Some(1);
        setting.storage.rotate(first.clone()).await.unwrap();
        let mut second = rotating.rotate(ana, pat.id, 2, at, hours(0));
        assert_eq!(conflict(setting.storage.rotate(second.clone()).await), Conflict::Open);
        if is_written {
            setting.storage.record_uses(written(vec![used(2)])).await.unwrap();
        } else {
            (first.used_generation, second.used_generation) = (Some(2), Some(2));
        }
        assert_eq!(conflict(setting.storage.rotate(first).await), Conflict::Over);
        assert_eq!(setting.storage.rotate(second).await.unwrap().generation, 3);
    }
}

/// The uses of a replaced secret make one record in a window, and nothing else of the PAT changes.
pub async fn a_reuse_is_recorded_once_in_its_window(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let rotating = Rotating::new(&setting);
    let (ana, pat) = (&setting.ana, setting.created(&setting.ana, "ci").await);
    let at = start() + days(1);
    setting.storage.rotate(rotating.rotate(ana, pat.id, 1, at, hours(0))).await.unwrap();
    let rotated = setting.find(ana, pat.id).await;
    let record = |generation, at| {
        let address = Some([192, 0, 2, 7].into());
        let (organization_id, owner) = (setting.organization.id, ana.id);
        let reuse = Reuse { organization_id, owner, authorization: pat.id, generation, at, address };
        setting.storage.record_reuse(RecordReuse { reuse, audit_id: setting.id() })
    };
    assert!(record(1, at).await.unwrap());
    assert!(!record(1, at + REUSE_WINDOW - SignedDuration::from_secs(1)).await.unwrap());
    assert!(record(2, at).await.unwrap(), "each secret has windows of its own");
    assert!(record(1, at + REUSE_WINDOW).await.unwrap());
    let audit = setting.audit(&setting.organization).await;
    let records: Vec<_> =
        audit.iter().filter(|record| record.action == "Token.PatSupersededUseEvent").collect();
    assert_eq!(records.len(), 3);
    assert_eq!(records[0].actor.address, Some([192, 0, 2, 7].into()));
    assert!(records[0].data.contains("\"Generation\":1"), "{}", records[0].data);
    let changes = setting.changes().await;
    assert_eq!(changes.last().unwrap().change.kind, ChangeKind::SupersededUse);
    assert_eq!(setting.find(ana, pat.id).await, rotated, "the present secret is not touched");
    let nobody = Reuse {
        organization_id: setting.organization.id,
        owner: ana.id,
        authorization: setting.id(),
        generation: 1,
        at,
        address: None,
    };
    let nobody = RecordReuse { reuse: nobody, audit_id: setting.id() };
    assert!(!setting.storage.record_reuse(nobody).await.unwrap());
}
