use super::*;

const FABRIKAM: Uuid = Uuid::from_u128(100);

fn used(authorization: u128, generation: u32, second: i64) -> Use {
    Use {
        authorization: Uuid::from_u128(authorization),
        generation,
        organization: FABRIKAM,
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second),
        address: Some([127, 0, 0, 1].into()),
        count: 1,
    }
}

#[test]
fn uses_from_one_address_are_counted_by_the_day_and_the_latest_tells_when() {
    let recorder = UseRecorder::default();
    for second in [59, 61, 119, 20, DAY_SECONDS] {
        recorder.record(used(1, 1, second));
    }
    assert_eq!(recorder.pending(), [Use { count: 4, ..used(1, 1, 119) }, used(1, 1, DAY_SECONDS)]);
    let id = Uuid::from_u128(1);
    assert_eq!(recorder.last(id), Some(used(1, 1, DAY_SECONDS)));
    assert_eq!(recorder.pending_generation(id), Some(1));
    assert_eq!(recorder.pending_generation(Uuid::from_u128(404)), None);
}

#[test]
fn of_uses_in_one_minute_the_last_one_counts() {
    let recorder = UseRecorder::default();
    for (second, host) in [(61, 9), (65, 1), (63, 5)] {
        recorder.record(Use { address: Some([127, 0, 0, host].into()), ..used(1, 1, second) });
    }
    assert_eq!(recorder.last(Uuid::from_u128(1)), Some(used(1, 1, 60)));
    let last: Vec<_> = recorder.pending().iter().map(|used| used.at.as_second()).collect();
    assert_eq!(last, [61, 63, 65], "and is written last");
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
fn further_addresses_are_counted_together() {
    let recorder = UseRecorder::default();
    let further = 3;
    for host in 0..(u32::try_from(MAXIMUM_ADDRESSES).unwrap() + further) {
        recorder.record(Use { address: Some(std::net::Ipv4Addr::from(host).into()), ..used(1, 1, 7) });
    }
    recorder.record(Use { address: Some([0, 0, 0, 3].into()), ..used(1, 1, 7) });
    let pending = recorder.pending();
    assert_eq!(pending.len(), MAXIMUM_ADDRESSES + 1);
    let count = |address: Option<IpAddr>| pending.iter().find(|used| used.address == address).unwrap().count;
    assert_eq!(count(None), u64::from(further));
    assert_eq!(count(Some([0, 0, 0, 3].into())), 2, "a known one goes on");
}

#[test]
fn secrets_of_one_pat_are_told_apart_and_the_later_use_is_the_pats() {
    let recorder = UseRecorder::default();
    recorder.record(used(1, 1, 120));
    recorder.record(used(1, 2, 60));
    assert_eq!(recorder.pending().len(), 2);
    assert_eq!(recorder.last(Uuid::from_u128(1)), Some(used(1, 1, 120)));
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
    assert!(recorder.pending().contains(&Use { count: 2, ..used(0, 1, 60) }), "known ones go on");
}

#[test]
fn a_day_is_one_of_the_calendar() {
    let instant: Timestamp = "2026-11-23T23:59:59Z".parse().unwrap();
    assert_eq!(Day::of(instant).date().to_string(), "2026-11-23");
    assert_eq!(Day::first_remembered(instant).date().to_string(), "2026-10-24");
    assert_eq!(
        Day::of(Timestamp::UNIX_EPOCH - SignedDuration::from_secs(1)).date().to_string(),
        "1969-12-31"
    );
}
