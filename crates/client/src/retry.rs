//! When a call is made again, and after how long. Pure decisions; the loop is in `client`.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};

use crate::error::Unreachable;

/// Bounds on repeating a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most times that one call is made, the first one included.
    pub attempts: u32,
    /// The wait before the second attempt where the service names none; it doubles each time, and a random half
    /// of it is left out, so that many clients do not come back together.
    pub first_wait: Duration,
    /// The most time that is waited before one attempt. A service that asks for more is told to the caller.
    pub maximum_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 4, first_wait: Duration::from_millis(500), maximum_wait: Duration::from_mins(1) }
    }
}

/// How an attempt failed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure<'a> {
    /// No answer.
    Unreachable(&'a Unreachable),
    /// An answer with this status.
    Status(StatusCode),
}

/// Whether a call that failed like this may be made again without doing harm twice.
///
/// A read always may. A change may when nothing arrived, or when the service says that it did not look at it
/// (429); a change that names its target (PUT, DELETE) also when the service says when to come back (503 with
/// `Retry-After`). A create whose outcome is unknown never.
pub(crate) fn may_repeat(method: &Method, failure: Failure<'_>, retry_after: Option<Duration>) -> bool {
    let reads = *method == Method::GET;
    let names_its_target = *method == Method::PUT || *method == Method::DELETE;
    match failure {
        Failure::Unreachable(unreachable) => {
            use crate::error::UnreachableKind::{Connect, Dns, Interrupted, Proxy, Timeout, Tls, TooLong};
            let passes = match unreachable.kind {
                Dns | Connect | Timeout | Interrupted => true,
                Tls | Proxy | TooLong => false,
            };
            passes && (reads || !unreachable.may_have_arrived)
        }
        Failure::Status(StatusCode::TOO_MANY_REQUESTS) => true,
        Failure::Status(StatusCode::SERVICE_UNAVAILABLE) if names_its_target => retry_after.is_some(),
        Failure::Status(status) => reads && status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED,
    }
}

/// How long to wait before attempt number `next` (the second one is 2), or `None` to give up.
///
/// `random` decides the jitter: 0 waits half of the doubled time, `u32::MAX` all of it.
pub(crate) fn wait_before(
    policy: &RetryPolicy,
    next: u32,
    asked: Option<Duration>,
    random: u32,
) -> Option<Duration> {
    if next > policy.attempts {
        return None;
    }
    let doubled =
        policy.first_wait.saturating_mul(1 << next.saturating_sub(2).min(16)).min(policy.maximum_wait);
    let jittered = doubled / 2 + (doubled / 2).mul_f64(f64::from(random) / f64::from(u32::MAX));
    match asked {
        None => Some(jittered),
        Some(asked) if asked > policy.maximum_wait => None,
        // Only later, never earlier than asked.
        Some(asked) => Some((asked + jittered / 10).min(policy.maximum_wait.max(asked))),
    }
}

/// `Retry-After` as a duration: whole seconds, or a date compared with `now`. Nonsense is as good as absent.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// `X-RateLimit-Delay`: for how many seconds the service held the answer back, with a fraction.
pub(crate) fn rate_limit_delay(headers: &HeaderMap) -> Option<Duration> {
    seconds(headers.get("x-ratelimit-delay")?.to_str().ok()?.trim())
}

fn seconds(text: &str) -> Option<Duration> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;
    use crate::error::UnreachableKind;

    fn unreachable(kind: UnreachableKind, may_have_arrived: bool) -> Unreachable {
        Unreachable { kind, host: String::new(), detail: String::new(), may_have_arrived }
    }

    fn repeats(method: &Method, status: u16, retry_after: Option<u64>) -> bool {
        let failure = Failure::Status(StatusCode::from_u16(status).unwrap());
        may_repeat(method, failure, retry_after.map(Duration::from_secs))
    }

    #[test]
    fn reads_are_repeated() {
        for status in [429, 500, 502, 503, 504] {
            assert!(repeats(&Method::GET, status, None), "{status}");
        }
        for status in [200, 302, 400, 401, 403, 404, 409, 501] {
            assert!(!repeats(&Method::GET, status, Some(1)), "{status}");
        }
        let broken = unreachable(UnreachableKind::Interrupted, true);
        assert!(may_repeat(&Method::GET, Failure::Unreachable(&broken), None));
    }

    #[test]
    fn a_create_is_repeated_only_when_it_certainly_was_not_done() {
        for status in [500, 502, 503, 504] {
            assert!(!repeats(&Method::POST, status, Some(1)), "{status}");
        }
        assert!(repeats(&Method::POST, 429, Some(1)));
        for kind in [UnreachableKind::Timeout, UnreachableKind::Interrupted, UnreachableKind::TooLong] {
            let failure = unreachable(kind, true);
            for method in [Method::POST, Method::PUT, Method::DELETE] {
                assert!(!may_repeat(&method, Failure::Unreachable(&failure), None), "{method} {kind:?}");
            }
        }
        let refused = unreachable(UnreachableKind::Connect, false);
        assert!(may_repeat(&Method::POST, Failure::Unreachable(&refused), None));
        let untrusted = unreachable(UnreachableKind::Tls, false);
        assert!(!may_repeat(&Method::GET, Failure::Unreachable(&untrusted), None));
    }

    #[test]
    fn a_change_comes_back_when_told_to() {
        for method in [Method::PUT, Method::DELETE] {
            assert!(repeats(&method, 503, Some(2)));
            assert!(!repeats(&method, 503, None));
            assert!(!repeats(&method, 500, Some(2)));
        }
    }

    #[test]
    fn understands_retry_after() {
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(read("120"), Some(Duration::from_mins(2)));
        assert_eq!(read(" 1.5 "), Some(Duration::from_millis(1500)));
        assert_eq!(read("Mon, 23 Nov 2026 10:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(read("Mon, 23 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["-5", "soon", "", "NaN", "inf", "1e400"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn gives_up_when_the_service_asks_for_too_long() {
        let policy = RetryPolicy::default();
        assert_eq!(wait_before(&policy, 2, Some(Duration::from_secs(61)), 0), None);
        assert_eq!(wait_before(&policy, 5, None, 0), None);
    }

    proptest! {
        #[test]
        fn waits_stay_in_bounds(next in 2_u32..100, asked in prop::option::of(0_u64..120_000), random: u32) {
            let policy = RetryPolicy { attempts: 50, ..RetryPolicy::default() };
            let asked = asked.map(Duration::from_millis);
            if let Some(wait) = wait_before(&policy, next, asked, random) {
                prop_assert!(next <= policy.attempts);
                prop_assert!(wait <= policy.maximum_wait);
                prop_assert!(asked.is_none_or(|asked| wait >= asked));
                prop_assert!(asked.is_some() || wait >= policy.first_wait / 2);
            }
        }
    }
}
