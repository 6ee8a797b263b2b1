//! The engine against a service, a delivery and a journal that fail on command, at every step and in every way.

use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_contract::{PatToken, SessionTokenError};
use patcycle_primitives::Secret;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::error::{ClientError, Domain, ServiceFault, UnconfirmedCreate, Unreachable, UnreachableKind};
use crate::pats::CreatePat;
use crate::select::Candidate;

const OLD: Uuid = Uuid::from_u128(1);
const NEW: Uuid = Uuid::from_u128(2);

/// How the service answers a create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Create {
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
enum Revoke {
    Works,
    Gone,
    Refuses,
    /// It is done and the answer is lost.
    LosesTheAnswer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Arrives,
    Fails,
    /// It arrives and is reported as uncertain.
    Uncertain,
}

/// What happened, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Created,
    Delivered,
    RevokeAsked(Uuid),
    Told(&'static str),
}

#[derive(Debug)]
struct World {
    create: Create,
    revoke_old: Revoke,
    revoke_new: Revoke,
    arrival: Arrival,
    /// The step that cannot be written down.
    unwritable: Option<&'static str>,
    events: Mutex<Vec<Event>>,
    old_is_valid: Mutex<bool>,
    new_is_valid: Mutex<bool>,
    delivered: Mutex<bool>,
}

impl World {
    fn new() -> Self {
        Self {
            create: Create::Grants,
            revoke_old: Revoke::Works,
            revoke_new: Revoke::Works,
            arrival: Arrival::Arrives,
            unwritable: None,
            events: Mutex::default(),
            old_is_valid: Mutex::new(true),
            new_is_valid: Mutex::new(false),
            delivered: Mutex::new(false),
        }
    }

    /// Notes an event and checks what must hold at every moment.
    fn note(&self, event: Event) {
        let (old, new, delivered) = (self.old(), self.new_pat(), *self.delivered.lock().unwrap());
        assert!(old || delivered, "neither the old PAT nor a delivered secret, at {event:?}");
        assert!(!delivered || new || old, "the delivered secret is dead, at {event:?}");
        if event == Event::RevokeAsked(OLD) {
            assert!(delivered, "the old PAT is revoked before the delivery");
        }
        if event == Event::RevokeAsked(NEW) {
            assert!(!delivered, "a delivered PAT is revoked");
        }
        self.events.lock().unwrap().push(event);
    }

    fn old(&self) -> bool {
        *self.old_is_valid.lock().unwrap()
    }

    fn new_pat(&self) -> bool {
        *self.new_is_valid.lock().unwrap()
    }

    fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    fn granted(&self) -> PatToken {
        let pat = PatToken {
            display_name: "ci".to_owned(),
            valid_to: plan().wanted.valid_to,
            scope: "vso.code".to_owned(),
            target_accounts: Some(vec![Uuid::from_u128(77)]),
            valid_from: now(),
            authorization_id: NEW,
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

fn plan() -> RotationPlan {
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
        self.note(Event::RevokeAsked(authorization_id));
        let (behaviour, valid) = match authorization_id {
            OLD => (self.revoke_old, &self.old_is_valid),
            _ => (self.revoke_new, &self.new_is_valid),
        };
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

struct Sink<'a>(&'a World);

#[async_trait]
impl Deliver for Sink<'_> {
    async fn deliver(&mut self, pat: &PatToken, secret: &Secret) -> Result<(), DeliverError> {
        assert_eq!(secret.expose(), "n3w-s3cret");
        assert!(pat.token.is_none() && pat.authorization_id == NEW);
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

struct Journal<'a>(&'a World);

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

/// The engine never waits for anything but its parts, and those here are ready at once.
fn run(world: &World) -> Result<Rotated, RotationError> {
    futures::executor::block_on(rotate(world, &plan(), &mut Sink(world), &mut Journal(world)))
}

fn stopped(change: impl FnOnce(&mut World)) -> (World, RotationError) {
    let mut world = World::new();
    change(&mut world);
    let error = run(&world).unwrap_err();
    (world, error)
}

#[test]
fn the_order_of_a_rotation() {
    let world = World::new();
    let rotated = run(&world).unwrap();
    let told = Event::Told;
    assert_eq!(
        world.events(),
        [
            told("planned"),
            Event::Created,
            told("created"),
            told("compared"),
            Event::Delivered,
            told("delivered"),
            Event::RevokeAsked(OLD),
            told("revoked")
        ]
    );
    assert_eq!((rotated.old, rotated.new.authorization_id, rotated.old_already_gone), (OLD, NEW, false));
    assert!(rotated.new.token.is_none() && rotated.differences.is_empty());
}

#[test]
fn a_shorter_life_is_told_and_may_be_refused() {
    let mut world = World::new();
    world.create = Create::Shorter;
    let rotated = run(&world).unwrap();
    assert!(matches!(rotated.differences.as_slice(), [Difference::ShorterLife { .. }]));

    let mut world = World::new();
    world.create = Create::Shorter;
    let plan = RotationPlan { accept_shorter_life: false, ..plan() };
    let error = futures::executor::block_on(rotate(&world, &plan, &mut Sink(&world), &mut ())).unwrap_err();
    assert!(matches!(error.fault, RotationFault::Differences(_)));
    assert!(world.old() && !world.new_pat());
}

#[test]
fn a_refused_create_leaves_everything() {
    let (world, error) = stopped(|world| world.create = Create::Refuses);
    assert!(matches!((&error.aftermath.old, &error.aftermath.new), (OldPat::Kept(OLD), NewPat::None)));
    assert!(world.old() && !world.new_pat());
    let explained = error.explain();
    assert!(
        explained
            .message
            .ends_with(&format!("The old PAT `ci` ({OLD}) is still valid as before. No new PAT exists."))
    );
}

#[test]
fn a_lost_create_names_the_new_one_and_never_the_old_one() {
    let (_, error) = stopped(|world| world.create = Create::LosesTheAnswer);
    let explained = error.explain();
    assert!(explained.message.starts_with("It is not known whether a new PAT was made."), "{explained:?}");
    assert!(explained.next.contains(&format!("`patcycle revoke {NEW}`")), "{explained:?}");
    assert!(!explained.next.contains(&OLD.to_string()), "{explained:?}");
    let (_, error) = stopped(|world| world.create = Create::LosesTheAnswerAndTheList);
    assert!(error.explain().next.starts_with("When the service is back"));
}

#[test]
fn what_is_not_as_asked_for_is_undone() {
    for create in [Create::OtherScope, Create::Global, Create::NoSecret, Create::EmptySecret] {
        let (world, error) = stopped(|world| world.create = create);
        assert!(matches!(error.aftermath.new, NewPat::Undone(NEW)), "{create:?}");
        assert!(world.old() && !world.new_pat() && !world.events().contains(&Event::Delivered), "{create:?}");
        assert!(world.events().contains(&Event::Told("undone")));
    }
}

#[test]
fn the_id_of_the_old_pat_is_never_undone() {
    let (world, error) = stopped(|world| world.create = Create::SameId);
    assert!(matches!(error.fault, RotationFault::SameAuthorization));
    assert!(world.old() && !world.events().iter().any(|event| matches!(event, Event::RevokeAsked(_))));
}

#[test]
fn a_failed_delivery_keeps_the_old_and_ends_the_new() {
    let (world, error) = stopped(|world| world.arrival = Arrival::Fails);
    assert!(world.old() && !world.new_pat());
    let explained = error.explain();
    assert_eq!(
        explained.message,
        format!(
            "The new secret was not delivered: broken pipe. The old PAT `ci` ({OLD}) is still valid as before. \
             The new PAT ({NEW}) was revoked again."
        )
    );
    assert_eq!(error.kind(), None);

    let (world, error) =
        stopped(|world| (world.arrival, world.revoke_new) = (Arrival::Fails, Revoke::Refuses));
    assert!(world.old() && world.new_pat());
    assert!(matches!(error.aftermath.new, NewPat::NotUndone(NEW, _)));
    assert!(error.explain().next.contains(&format!("`patcycle revoke {NEW}`")));
}

#[test]
fn an_uncertain_delivery_keeps_both() {
    let (world, error) = stopped(|world| world.arrival = Arrival::Uncertain);
    assert!(world.old() && world.new_pat());
    assert_eq!(error.aftermath.delivered, Delivery::Maybe);
    let next = error.explain().next;
    assert!(next.contains(&format!("revoke {NEW}")) && next.contains(&format!("revoke {OLD}")), "{next}");
}

#[test]
fn a_failed_revoke_leaves_both_and_says_which_to_end() {
    let (world, error) = stopped(|world| world.revoke_old = Revoke::Refuses);
    assert!(world.old() && world.new_pat());
    assert!(matches!(error.aftermath.old, OldPat::Kept(OLD)));
    assert!(error.explain().next.contains(&format!("`patcycle revoke {OLD}`")));
    let (_, error) = stopped(|world| world.revoke_old = Revoke::LosesTheAnswer);
    assert!(matches!(error.aftermath.old, OldPat::MayBeRevoked(OLD)));

    let mut world = World::new();
    world.revoke_old = Revoke::Gone;
    assert!(run(&world).unwrap().old_already_gone);
}

#[test]
fn what_cannot_be_written_down_is_not_built_upon() {
    let (world, error) = stopped(|world| world.unwritable = Some("planned"));
    assert!(!world.events().contains(&Event::Created) && matches!(error.aftermath.new, NewPat::None));
    for step in ["created", "compared"] {
        let (world, error) = stopped(|world| world.unwritable = Some(step));
        assert!(
            world.old() && !world.new_pat() && matches!(error.aftermath.new, NewPat::Undone(NEW)),
            "{step}"
        );
    }
    let (world, error) = stopped(|world| world.unwritable = Some("delivered"));
    assert!(world.old() && world.new_pat() && error.aftermath.delivered == Delivery::Yes);
    let (world, error) = stopped(|world| world.unwritable = Some("revoked"));
    assert!(!world.old() && world.new_pat() && matches!(error.aftermath.old, OldPat::Revoked(OLD)));
}

#[test]
fn a_first_issue_is_undone_when_it_is_not_delivered() {
    let issued = |world: &World| {
        futures::executor::block_on(issue(world, &plan().wanted, &mut Sink(world), &mut Journal(world)))
    };
    let world = World::new();
    assert_eq!(issued(&world).unwrap().pat.authorization_id, NEW);
    assert!(!world.events().contains(&Event::RevokeAsked(OLD)));

    let mut world = World::new();
    world.arrival = Arrival::Fails;
    let error = issued(&world).unwrap_err();
    assert!(matches!((&error.aftermath.old, &error.aftermath.new), (OldPat::None, NewPat::Undone(NEW))));
    assert!(!world.new_pat());

    let mut world = World::new();
    world.create = Create::OtherScope;
    assert!(matches!(issued(&world).unwrap().differences.as_slice(), [Difference::Scope { .. }]));
}

#[test]
fn killed_after_any_number_of_polls_nothing_is_lost() {
    // A rotation whose parts each need one more poll, dropped after every number of polls.
    for polls in 0..20 {
        let world = World::new();
        let plan = plan();
        let slow = Slow(&world);
        let (mut sink, mut journal) = (Slow(&world), Slow(&world));
        let mut rotation = Box::pin(rotate(&slow, &plan, &mut sink, &mut journal));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let finished = (0..polls).any(|_| rotation.as_mut().poll(&mut context).is_ready());
        drop(rotation);
        let delivered = *world.delivered.lock().unwrap();
        assert!(world.old() || (delivered && world.new_pat()), "after {polls} polls");
        assert_eq!(finished, world.events().last() == Some(&Event::Told("revoked")), "after {polls} polls");
    }
}

/// A world whose every part waits once before and once after it does something.
struct Slow<'a>(&'a World);

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

fn any_world() -> impl Strategy<Value = World> {
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

proptest! {
    /// Whatever fails, in whatever combination: `World::note` checks the two invariants at every event, and here
    /// the error is held against what exists.
    #[test]
    fn the_aftermath_is_the_truth(world in any_world()) {
        let outcome = run(&world);
        let delivered = *world.delivered.lock().unwrap();
        prop_assert!(world.old() || (delivered && world.new_pat()));
        let error = match outcome {
            Ok(rotated) => {
                prop_assert!(!world.old() && world.new_pat() && delivered);
                prop_assert!(rotated.new.token.is_none());
                return Ok(());
            }
            Err(error) => error,
        };
        match error.aftermath.old {
            OldPat::Kept(_) => prop_assert!(world.old()),
            OldPat::Revoked(_) => prop_assert!(!world.old()),
            OldPat::MayBeRevoked(_) => {}
            OldPat::None => prop_assert!(false, "there was an old PAT"),
        }
        match &error.aftermath.new {
            NewPat::None | NewPat::Undone(_) => prop_assert!(!world.new_pat()),
            NewPat::Live(_) => prop_assert!(world.new_pat()),
            NewPat::Unknown(_) => {}
            NewPat::NotUndone(_, error) => prop_assert!(world.new_pat() || error.outcome_is_unknown()),
        }
        match error.aftermath.delivered {
            Delivery::Yes => prop_assert!(delivered),
            Delivery::No => prop_assert!(!delivered),
            Delivery::Maybe => {}
        }
        let explained = error.explain();
        let all = format!("{error} {error:?} {} {}", explained.message, explained.next);
        prop_assert!(!all.contains("n3w-s3cret"));
        prop_assert!(explained.message.ends_with('.') && explained.next.ends_with('.'), "{:?}", explained);
        // Something that is alive and useless is named for revoking.
        if world.new_pat() && !delivered && !matches!(error.aftermath.new, NewPat::Unknown(None)) {
            let names_it = explained.next.contains(&NEW.to_string());
            prop_assert!(names_it, "{:?}", explained);
        }
    }
}
