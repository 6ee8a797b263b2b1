//! When which key is published and signs. Pure: the time comes in.

use jiff::{SignedDuration, Timestamp};

/// How long a resource server may keep the key set.
pub(crate) const CACHE_AGE: SignedDuration = SignedDuration::from_hours(24);

/// How long a key is published before it signs: two cache ages, so that every cache has it by then, even one
/// that was filled just before and could not be filled again at the first try.
const LEAD: SignedDuration = SignedDuration::from_hours(48);

/// How long a key signs.
const SIGNING_PERIOD: SignedDuration = SignedDuration::from_hours(42 * 24);

/// The life of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// Since when it is in the key set.
    pub(crate) published_at: Timestamp,
    /// Since when it signs, until the next one does.
    pub(crate) signs_from: Timestamp,
}

/// The key that signs at `now`: the last one whose turn has come. Periods are in the order of `signs_from`.
pub(super) fn current(periods: &[Period], now: Timestamp) -> Option<usize> {
    // Were the clock set back before the first one, that one signs all the same.
    periods.iter().rposition(|period| period.signs_from <= now).or((!periods.is_empty()).then_some(0))
}

/// When the successor is to sign that must be published now; absent while there is one, or it has time.
pub(super) fn due_successor(periods: &[Period], now: Timestamp) -> Option<Timestamp> {
    let current = periods.get(current(periods, now)?)?;
    if periods.iter().any(|period| period.signs_from > now) {
        return None;
    }
    let regular = later(current.signs_from, SIGNING_PERIOD);
    let earliest = earliest_signature(now, now);
    (later(now, LEAD) >= regular).then_some(regular.max(earliest))
}

/// The earliest instant at which a key may sign that is published since then.
pub(super) fn earliest_signature(published_at: Timestamp, now: Timestamp) -> Timestamp {
    later(published_at, LEAD).max(now)
}

/// The keys whose last token is gone, in ascending order.
pub(super) fn retired(periods: &[Period], now: Timestamp, token_lifetime: SignedDuration) -> Vec<usize> {
    let Some(current) = current(periods, now) else { return Vec::new() };
    let successors = periods.iter().skip(1).take(current);
    let gone = |successor: &Period| later(later(successor.signs_from, token_lifetime), CACHE_AGE) <= now;
    successors.enumerate().filter(|(_, successor)| gone(successor)).map(|(index, _)| index).collect()
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn hours(hours: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap()
    }

    fn period(published_at: i64, signs_from: i64) -> Period {
        Period { published_at: hours(published_at), signs_from: hours(signs_from) }
    }

    #[test]
    fn a_successor_is_published_two_cache_ages_ahead() {
        let one = [period(0, 0)];
        let end = 42 * 24;
        assert_eq!(due_successor(&one, hours(end - 49)), None);
        assert_eq!(due_successor(&one, hours(end - 48)), Some(hours(end)));
        assert_eq!(due_successor(&[period(0, 0), period(end - 48, end)], hours(end - 1)), None);
    }

    #[test]
    fn after_a_jump_the_old_key_signs_until_the_new_one_is_known() {
        let jump = 91 * 24;
        assert_eq!(due_successor(&[period(0, 0)], hours(jump)), Some(hours(jump + 48)));
        let both = [period(0, 0), period(jump, jump + 48)];
        assert_eq!(current(&both, hours(jump + 47)), Some(0));
        assert_eq!(current(&both, hours(jump + 48)), Some(1));
    }

    #[test]
    fn a_key_stays_published_until_its_tokens_and_caches_are_gone() {
        let both = [period(0, 0), period(52, 100)];
        assert_eq!(retired(&both, hours(99), HOUR), Vec::<usize>::new());
        assert_eq!(retired(&both, hours(124), HOUR), Vec::<usize>::new());
        assert_eq!(retired(&both, hours(125), HOUR), [0]);
        let three = [period(0, 0), period(52, 100), period(152, 200)];
        assert_eq!(retired(&three, hours(225), HOUR), [0, 1]);
    }

    #[test]
    fn an_early_rotation_waits_for_the_caches_too() {
        assert_eq!(earliest_signature(hours(0), hours(0)), hours(48));
        assert_eq!(earliest_signature(hours(0), hours(60)), hours(60));
    }
}
