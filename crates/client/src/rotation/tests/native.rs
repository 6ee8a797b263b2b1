//! The same engine where the service replaces secrets itself.

use proptest::prelude::*;

use super::world::{Arrival, Create, Event, Journal, OLD, Revoke, Sink, Slow, World, any_world, plan};
use super::*;

fn world() -> World {
    let mut world = World::new();
    world.native = true;
    world
}

fn run_with(world: &World, overlap_seconds: u32) -> Result<Rotated, RotationError> {
    let plan = RotationPlan { overlap_seconds, ..plan() };
    futures::executor::block_on(rotate(world, &plan, &mut Sink(world), &mut Journal(world)))
}

fn stopped(change: impl FnOnce(&mut World)) -> (World, RotationError) {
    let mut world = world();
    change(&mut world);
    let error = run_with(&world, 0).unwrap_err();
    (world, error)
}

#[test]
fn the_old_secret_ends_after_the_delivery_and_could_outlive_everything_before() {
    let world = world();
    let rotated = run_with(&world, 0).unwrap();
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
            Event::FinishAsked,
            told("revoked")
        ]
    );
    assert_eq!((rotated.old, rotated.new.authorization_id, rotated.overlaps), (OLD, OLD, false));
    assert!(rotated.new.token.is_none() && !world.old() && world.new_pat());
    assert_eq!(*world.asked_overlap.lock().unwrap(), Some(604_800));
}

#[test]
fn with_an_overlap_nothing_is_ended() {
    let world = world();
    let rotated = run_with(&world, 3600).unwrap();
    assert!(rotated.overlaps && world.old() && world.new_pat());
    assert_eq!(*world.asked_overlap.lock().unwrap(), Some(3600));
    assert_eq!(world.events().last(), Some(&Event::Told("overlapping")));
}

#[test]
fn an_overlap_is_refused_where_the_service_has_none() {
    let world = World::new();
    let error = run_with(&world, 3600).unwrap_err();
    assert!(matches!(error.fault, RotationFault::NoOverlap) && world.events().is_empty() && world.old());
    assert!(error.explain().next.starts_with("Rotate without an overlap"));
}

#[test]
fn a_failed_delivery_goes_back_to_the_old_secret() {
    let (world, error) = stopped(|world| world.arrival = Arrival::Fails);
    assert!(world.old() && !world.new_pat());
    assert_eq!(
        error.explain().message,
        format!(
            "The new secret was not delivered: broken pipe. `ci` ({OLD}) has its old secret again, which is valid as \
             before. The new one has ended."
        )
    );
    let (world, error) =
        stopped(|world| (world.arrival, world.revoke_new) = (Arrival::Fails, Revoke::Refuses));
    assert!(world.old() && world.new_pat());
    assert!(error.explain().next.contains(&format!("`patcycle rotate {OLD} --undo`")));
}

#[test]
fn what_is_unclear_names_the_way_out() {
    let (world, error) = stopped(|world| world.arrival = Arrival::Uncertain);
    let next = error.explain().next;
    assert!(world.old() && world.new_pat() && next.contains("--finish") && next.contains("--undo"), "{next}");
    let (_, error) = stopped(|world| world.create = Create::LosesTheAnswer);
    let explained = error.explain();
    assert!(
        explained.message.starts_with("It is not known whether the secret was replaced."),
        "{explained:?}"
    );
    assert!(explained.next.contains("--undo"), "{explained:?}");
    let (_, error) = stopped(|world| world.revoke_old = Revoke::Refuses);
    let explained = error.explain();
    assert!(explained.message.starts_with("The old secret was not ended."), "{explained:?}");
    assert!(explained.next.contains(&format!("`patcycle rotate {OLD} --finish`")), "{explained:?}");
    let (world, error) = stopped(|world| world.create = Create::Refuses);
    assert!(world.old() && error.explain().message.ends_with("which is valid as before."));
}

#[test]
fn killed_after_any_number_of_polls_nothing_is_lost() {
    for polls in 0..24 {
        let world = world();
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
    #[test]
    fn the_aftermath_is_the_truth(mut world in any_world(), overlap in prop::sample::select(vec![0, 3600])) {
        world.native = true;
        let outcome = run_with(&world, overlap);
        let delivered = *world.delivered.lock().unwrap();
        prop_assert!(world.old() || (delivered && world.new_pat()));
        let error = match outcome {
            Ok(rotated) => {
                prop_assert!(world.new_pat() && delivered && world.old() == rotated.overlaps);
                return Ok(());
            }
            Err(error) => error,
        };
        prop_assert!(error.aftermath.native);
        match error.aftermath.old {
            OldPat::Kept(_) => prop_assert!(world.old()),
            OldPat::Revoked(_) => prop_assert!(!world.old()),
            OldPat::MayBeRevoked(_) => {}
            OldPat::None => prop_assert!(false, "there was an old secret"),
        }
        match &error.aftermath.new {
            NewPat::None | NewPat::Undone(_) => prop_assert!(!world.new_pat()),
            NewPat::Live(_) => prop_assert!(world.new_pat()),
            NewPat::Unknown(_) => {}
            NewPat::NotUndone(_, error) => prop_assert!(world.new_pat() || error.outcome_is_unknown()),
        }
        let explained = error.explain();
        let all = format!("{error} {error:?} {} {}", explained.message, explained.next);
        prop_assert!(!all.contains("n3w-s3cret"));
        prop_assert!(explained.message.ends_with('.') && explained.next.ends_with('.'), "{:?}", explained);
        if world.new_pat() && !delivered {
            prop_assert!(explained.next.contains("--undo"), "{:?}", explained);
        }
    }
}
