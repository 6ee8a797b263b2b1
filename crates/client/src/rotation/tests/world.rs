//! A service, a delivery and a journal that fail on command, and what must hold at every moment.

use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_contract::{IdempotencyKey, PatToken, SessionTokenError};
use patcycle_primitives::{RandomError, Secret, SeededRandom};
use proptest::prelude::*;
use uuid::Uuid;

use crate::error::{ClientError, Domain, ServiceFault, UnconfirmedCreate, Unreachable, UnreachableKind};
use crate::pats::{CreatePat, RotatePat};
use crate::rotation::*;
use crate::select::Candidate;

pub(super) const OLD: Uuid = Uuid::from_u128(1);
pub(super) const NEW: Uuid = Uuid::from_u128(2);

/// How the service answers a create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Create {
    Grants,
    Refuses,
    /// The PAT is made, the answer is lost, and the list shows it.
    LosesTheAnswer,
    /// The same, and the list cannot be read.
    LosesTheAnswerAndTheList,
    NoSecret,
    EmptySecret,
    SameId,
    OtherScope,
    Global,
    Shorter,
}

/// How the service answers a revoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Revoke {
    Works,
    Gone,
    Refuses,
    /// It is done and the answer is lost.
    LosesTheAnswer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    Arrives,
    Fails,
    /// It arrives and is reported as uncertain.
    Uncertain,
}

/// What happened, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Created,
    Delivered,
    RevokeAsked(Uuid),
    /// The service was asked to end the old secret.
    FinishAsked,
    /// The service was asked to go back to the old secret.
    UndoAsked,
    Told(&'static str),
}

#[derive(Debug)]
pub(super) struct World {
    /// Whether the service replaces secrets itself: then old and new are secrets of one PAT.
    pub(super) native: bool,
    pub(super) create: Create,
    pub(super) revoke_old: Revoke,
    pub(super) revoke_new: Revoke,
    pub(super) arrival: Arrival,
    /// The step that cannot be written down.
    pub(super) unwritable: Option<&'static str>,
    events: Mutex<Vec<Event>>,
    old_is_valid: Mutex<bool>,
    new_is_valid: Mutex<bool>,
    pub(super) delivered: Mutex<bool>,
    /// The overlap of the last rotation, in seconds.
    pub(super) asked_overlap: Mutex<Option<u32>>,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            native: false,
            create: Create::Grants,
            revoke_old: Revoke::Works,
            revoke_new: Revoke::Works,
            arrival: Arrival::Arrives,
            unwritable: None,
            events: Mutex::default(),
            old_is_valid: Mutex::new(true),
            new_is_valid: Mutex::new(false),
            delivered: Mutex::new(false),
            asked_overlap: Mutex::default(),
        }
    }

    /// Notes an event and checks what must hold at every moment.
    fn note(&self, event: Event) {
        let (old, new, delivered) = (self.old(), self.new_pat(), *self.delivered.lock().unwrap());
        assert!(old || delivered, "neither the old PAT nor a delivered secret, at {event:?}");
        assert!(!delivered || new || old, "the delivered secret is dead, at {event:?}");
        if matches!(event, Event::RevokeAsked(OLD) | Event::FinishAsked) {
            assert!(delivered, "the old secret is ended before the delivery");
        }
        if matches!(event, Event::RevokeAsked(NEW) | Event::UndoAsked) {
            assert!(!delivered, "a delivered secret is ended");
        }
        self.events.lock().unwrap().push(event);
    }

    pub(super) fn old(&self) -> bool {
        *self.old_is_valid.lock().unwrap()
    }

    pub(super) fn new_pat(&self) -> bool {
        *self.new_is_valid.lock().unwrap()
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    fn granted(&self) -> PatToken {
        let pat = PatToken {
            display_name: "ci".to_owned(),
            valid_to: plan().wanted.valid_to,
            scope: "vso.code".to_owned(),
            target_accounts: Some(vec![Uuid::from_u128(77)]),
            valid_from: now(),
            authorization_id: if self.native { OLD } else { NEW },
            token: Some(Secret::new("n3w-s3cret")),
        };
        match self.create {
            Create::NoSecret => PatToken { token: None, ..pat },
            Create::EmptySecret => PatToken { token: Some(Secret::new("")), ..pat },
            Create::SameId => PatToken { authorization_id: OLD, ..pat },
            Create::OtherScope => PatToken { scope: "vso.build".to_owned(), ..pat },
            Create::Global => PatToken { target_accounts: None, ..pat },
            Create::Shorter => PatToken { valid_to: at("2026-11-30T10:00:00Z"), ..pat },
            _ => pat,
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-23T10:00:00Z")
}

fn old_pat() -> PatToken {
    PatToken {
        display_name: "ci".to_owned(),
        valid_to: at("2026-12-01T10:00:00Z"),
        scope: "vso.code".to_owned(),
        target_accounts: Some(vec![Uuid::from_u128(77)]),
        valid_from: at("2026-11-01T10:00:00Z"),
        authorization_id: OLD,
        token: None,
    }
}

pub(super) fn plan() -> RotationPlan {
    RotationPlan::new(&old_pat(), NewEnd::SameLifetime, now()).unwrap()
}

fn lost_answer() -> ClientError {
    ClientError::Unreachable(Unreachable {
        kind: UnreachableKind::Timeout,
        host: "https://localhost".to_owned(),
        detail: "no answer".to_owned(),
        may_have_arrived: true,
    })
}

fn refused() -> ClientError {
    ClientError::Refused(Box::new(ServiceFault { status: 403, ..ServiceFault::default() }))
}

#[async_trait]
impl PatService for World {
    async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError> {
        let candidate = |id| Candidate {
            authorization_id: id,
            display_name: wanted.display_name.clone(),
            scope: wanted.scope.clone(),
            valid_from: now(),
            valid_to: wanted.valid_to,
        };
        let unconfirmed = |found| {
            let (cause, display_name) = (lost_answer(), wanted.display_name.clone());
            ClientError::UnconfirmedCreate(Box::new(UnconfirmedCreate { cause, display_name, found }))
        };
        let result = match self.create {
            Create::Refuses => return Err(refused()),
            Create::LosesTheAnswer => Err(unconfirmed(Some(vec![candidate(OLD), candidate(NEW)]))),
            Create::LosesTheAnswerAndTheList => Err(unconfirmed(None)),
            _ => Ok(self.granted()),
        };
        *self.new_is_valid.lock().unwrap() = self.create != Create::SameId;
        self.note(Event::Created);
        result
    }

    async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError> {
        match authorization_id {
            OLD => self.end(Event::RevokeAsked(OLD), self.revoke_old, &self.old_is_valid),
            _ => self.end(Event::RevokeAsked(authorization_id), self.revoke_new, &self.new_is_valid),
        }
    }

    async fn offers_rotation(&self) -> Result<bool, ClientError> {
        Ok(self.native)
    }

    fn idempotency_key(&self) -> Result<IdempotencyKey, RandomError> {
        IdempotencyKey::generate(&SeededRandom::new(1))
    }

    async fn rotate(&self, wanted: &RotatePat, key: &IdempotencyKey) -> Result<PatToken, ClientError> {
        assert!(self.native && wanted.authorization_id == OLD);
        assert_eq!(key.as_bytes(), self.idempotency_key().unwrap().as_bytes());
        *self.asked_overlap.lock().unwrap() = Some(wanted.overlap_seconds);
        let result = match self.create {
            Create::Refuses => return Err(refused()),
            Create::LosesTheAnswer | Create::LosesTheAnswerAndTheList => Err(lost_answer()),
            _ => Ok(self.granted()),
        };
        *self.new_is_valid.lock().unwrap() = true;
        self.note(Event::Created);
        result
    }

    async fn finish_rotation(
        &self,
        authorization_id: Uuid,
        _key: &IdempotencyKey,
    ) -> Result<(), ClientError> {
        assert_eq!(authorization_id, OLD);
        self.end(Event::FinishAsked, self.revoke_old, &self.old_is_valid)
    }

    async fn undo_rotation(&self, authorization_id: Uuid, _key: &IdempotencyKey) -> Result<(), ClientError> {
        assert_eq!(authorization_id, OLD);
        self.end(Event::UndoAsked, self.revoke_new, &self.new_is_valid)
    }
}

impl World {
    /// Ends one of the two, or not.
    fn end(&self, event: Event, behaviour: Revoke, valid: &Mutex<bool>) -> Result<(), ClientError> {
        self.note(event);
        if behaviour != Revoke::Refuses {
            *valid.lock().unwrap() = false;
        }
        match behaviour {
            Revoke::Works => Ok(()),
            Revoke::Gone => Err(ClientError::Domain(Box::new(Domain {
                error: SessionTokenError::AuthorizationNotFound,
                message: None,
                status: 200,
            }))),
            Revoke::Refuses => Err(refused()),
            Revoke::LosesTheAnswer => Err(lost_answer()),
        }
    }
}

pub(super) struct Sink<'a>(pub(super) &'a World);

#[async_trait]
impl Deliver for Sink<'_> {
    async fn deliver(&mut self, pat: &PatToken, secret: &Secret) -> Result<(), DeliverError> {
        assert_eq!(secret.expose(), "n3w-s3cret");
        assert!(pat.token.is_none() && pat.authorization_id == if self.0.native { OLD } else { NEW });
        if self.0.arrival != Arrival::Fails {
            *self.0.delivered.lock().unwrap() = true;
            self.0.note(Event::Delivered);
        }
        match self.0.arrival {
            Arrival::Arrives => Ok(()),
            Arrival::Fails => Err(DeliverError::not_delivered("broken pipe")),
            Arrival::Uncertain => Err(DeliverError::maybe_delivered("cannot read it back")),
        }
    }
}

pub(super) struct Journal<'a>(pub(super) &'a World);

#[async_trait]
impl Observer for Journal<'_> {
    async fn reached(&mut self, step: Step<'_>) -> Result<(), ObserverError> {
        self.0.note(Event::Told(step.name()));
        match self.0.unwritable {
            Some(name) if name == step.name() => Err(ObserverError("disk full".to_owned())),
            _ => Ok(()),
        }
    }
}

/// A world whose every part waits once before and once after it does something.
pub(super) struct Slow<'a>(pub(super) &'a World);

async fn pause() {
    let mut first = true;
    std::future::poll_fn(|_| {
        let waits = std::mem::take(&mut first);
        if waits { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
}

#[async_trait]
impl PatService for Slow<'_> {
    async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError> {
        pause().await;
        let created = PatService::create(self.0, wanted).await;
        pause().await;
        created
    }

    async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError> {
        pause().await;
        let revoked = PatService::revoke(self.0, authorization_id).await;
        pause().await;
        revoked
    }

    async fn offers_rotation(&self) -> Result<bool, ClientError> {
        pause().await;
        self.0.offers_rotation().await
    }

    fn idempotency_key(&self) -> Result<IdempotencyKey, RandomError> {
        self.0.idempotency_key()
    }

    async fn rotate(&self, wanted: &RotatePat, key: &IdempotencyKey) -> Result<PatToken, ClientError> {
        pause().await;
        let rotated = self.0.rotate(wanted, key).await;
        pause().await;
        rotated
    }

    async fn finish_rotation(&self, authorization_id: Uuid, key: &IdempotencyKey) -> Result<(), ClientError> {
        pause().await;
        let finished = self.0.finish_rotation(authorization_id, key).await;
        pause().await;
        finished
    }

    async fn undo_rotation(&self, authorization_id: Uuid, key: &IdempotencyKey) -> Result<(), ClientError> {
        pause().await;
        let undone = self.0.undo_rotation(authorization_id, key).await;
        pause().await;
        undone
    }
}

#[async_trait]
impl Deliver for Slow<'_> {
    async fn deliver(&mut self, pat: &PatToken, secret: &Secret) -> Result<(), DeliverError> {
        pause().await;
        let delivered = Sink(self.0).deliver(pat, secret).await;
        pause().await;
        delivered
    }
}

#[async_trait]
impl Observer for Slow<'_> {
    async fn reached(&mut self, step: Step<'_>) -> Result<(), ObserverError> {
        pause().await;
        Journal(self.0).reached(step).await
    }
}

pub(super) fn any_world() -> impl Strategy<Value = World> {
    use prop::sample::select;
    let create = select(vec![
        Create::Grants,
        Create::Grants,
        Create::Grants,
        Create::Refuses,
        Create::LosesTheAnswer,
        Create::LosesTheAnswerAndTheList,
        Create::NoSecret,
        Create::EmptySecret,
        Create::SameId,
        Create::OtherScope,
        Create::Global,
        Create::Shorter,
    ]);
    let revoke = || select(vec![Revoke::Works, Revoke::Gone, Revoke::Refuses, Revoke::LosesTheAnswer]);
    let arrival = select(vec![Arrival::Arrives, Arrival::Arrives, Arrival::Fails, Arrival::Uncertain]);
    let steps = ["planned", "created", "compared", "delivered", "revoked", "undone"];
    let unwritable = prop::option::weighted(0.4, select(steps.to_vec()));
    (create, revoke(), revoke(), arrival, unwritable).prop_map(
        |(create, revoke_old, revoke_new, arrival, unwritable)| World {
            create,
            revoke_old,
            revoke_new,
            arrival,
            unwritable,
            ..World::new()
        },
    )
}
