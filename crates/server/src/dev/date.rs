//! The `Date` header shows the twin's clock, so that a client whose own clock stands elsewhere can tell.

use std::sync::Arc;

use axum::response::Response;
use http::HeaderValue;
use http::header::DATE;
use jiff::fmt::rfc2822::DateTimePrinter;
use patcycle_primitives::Clock;

/// Dates the answer by `clock`.
pub(super) fn stamp(clock: &Arc<dyn Clock>, mut response: Response) -> Response {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&clock.now()).ok();
    // A year beyond 9999 has no such form; the listener then dates the answer itself.
    if let Some(date) = date.and_then(|date| HeaderValue::try_from(date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use patcycle_primitives::FixedClock;

    use super::*;

    #[test]
    fn answers_are_dated_by_the_clock() {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock("2027-02-22T21:08:09.5Z".parse().unwrap()));
        let response = stamp(&clock, Response::new(Body::empty()));
        assert_eq!(response.headers()[DATE], "Mon, 22 Feb 2027 21:08:09 GMT");
    }
}
