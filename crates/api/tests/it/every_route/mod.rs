//! The whole table of routes: each route is used here as a client uses it, asked by everybody who must not use it, and
//! in every version. A route that has no row in [`samples`] fails the tests.

mod addresses;
mod callers;
mod owners;
mod samples;
mod verbs;
mod versions;
mod world;

use std::collections::BTreeSet;

use patcycle_api::routes::ROUTES;

/// A route as the rows of these tests name it.
fn name_of(route: &patcycle_api::routes::Route) -> String {
    let selector = route.selected_by.map(|key| format!("?{key}")).unwrap_or_default();
    format!("{} {}{selector}", route.method, route.path)
}

/// That rows of a table are the routes, each once.
#[track_caller]
fn assert_same<'a>(rows: impl IntoIterator<Item = &'a str>, routes: impl IntoIterator<Item = String>) {
    let mut seen = BTreeSet::new();
    for row in rows {
        assert!(seen.insert(row.to_owned()), "{row} stands here twice");
    }
    assert_eq!(seen, routes.into_iter().collect(), "write the missing rows, and take out the others");
}

#[test]
fn every_route_has_a_sample() {
    assert_same(samples::SAMPLES.iter().map(|sample| sample.route), ROUTES.iter().map(name_of));
}
