//! The engine against a world that fails at every step and in every way.

mod native;
mod world;

use proptest::prelude::*;

use self::world::{Arrival, Create, Event, Journal, NEW, OLD, Revoke, Sink, Slow, World, any_world, plan};
use super::*;

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
