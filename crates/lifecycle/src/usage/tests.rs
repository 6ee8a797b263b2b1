use jiff::SignedDuration;

use super::*;

const FABRIKAM: Uuid = Uuid::from_u128(100);

fn used(authorization: u128, generation: u32, second: i64) -> Use {
    Use {
        authorization: Uuid::from_u128(authorization),
        generation,
        organization: FABRIKAM,
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second),
        address: Some([127, 0, 0, u8::try_from(second % 256).unwrap()].into()),
    }
}

#[test]
fn the_last_use_counts_to_the_minute() {
    let recorder = UseRecorder::default();
    for second in [59, 61, 119, 20] {
        recorder.record(used(1, 1, second));
    }
    let last = Use { at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(1), ..used(1, 1, 119) };
    assert_eq!(recorder.pending(), [last]);
    assert_eq!(recorder.pending_generation(last.authorization), Some(1));
    assert_eq!(recorder.pending_generation(Uuid::from_u128(404)), None);
}

#[test]
fn a_use_during_a_flush_is_not_forgotten() {
    let recorder = UseRecorder::default();
    recorder.record(used(1, 1, 0));
    recorder.record(used(2, 1, 0));
    let written = recorder.pending();
    recorder.record(used(2, 1, 60));
    recorder.forget(&written);
    assert_eq!(recorder.pending(), [used(2, 1, 60)]);
}

#[test]
fn secrets_of_one_pat_are_told_apart_and_the_later_use_is_the_pats() {
    let recorder = UseRecorder::default();
    recorder.record(used(1, 1, 120));
    recorder.record(used(1, 2, 60));
    assert_eq!(recorder.pending().len(), 2);
    assert_eq!(recorder.last(Uuid::from_u128(1)).unwrap().minute, used(1, 1, 120).at);
    assert_eq!(recorder.last(Uuid::from_u128(17)), None, "of the same shard");
}

#[test]
fn memory_is_bounded_and_what_does_not_fit_is_counted() {
    let recorder = UseRecorder::default();
    let beyond = 5;
    for number in 0..(SHARD_CAPACITY as u128 + beyond) {
        // All in one shard.
        recorder.record(used(number << 8, 1, 0));
    }
    assert_eq!(recorder.pending().len(), SHARD_CAPACITY);
    assert_eq!(u128::from(recorder.dropped.load(Ordering::Relaxed)), beyond);
    recorder.record(used(0, 1, 60));
    assert!(recorder.pending().contains(&used(0, 1, 60)), "known ones go on");
}
