//! A PAT of somebody else's is answered byte for byte like one that nobody has (property 10), and is left as it is.

use http::Method;
use jiff::SignedDuration;
use serde_json::json;

use super::name_of;
use super::samples::{Audience, SAMPLES, Sample};
use super::world::{PATS, World};
use crate::support::app::unknown_id;
use crate::support::issuer::{ADA, MONA, OTTO, token};
use patcycle_api::routes::ROUTES;

/// The samples that name a PAT.
fn naming_a_pat() -> Vec<&'static Sample> {
    let names = |text: &str| PATS.iter().any(|name| text.contains(name));
    SAMPLES.iter().filter(|sample| names(sample.address) || names(sample.body)).collect()
}

#[test]
fn every_route_to_one_pat_is_among_them() {
    let known: Vec<&str> = naming_a_pat().iter().map(|sample| sample.route).collect();
    for route in ROUTES.iter().map(name_of).filter(|route| route.contains("authorizationId")) {
        assert!(known.contains(&route.as_str()), "{route}");
    }
    for verb in ["PUT", "DELETE"] {
        assert!(known.contains(&format!("{verb} /{{organization}}/_apis/tokens/pats").as_str()));
    }
}

#[tokio::test]
async fn somebody_elses_pat_is_like_one_that_is_not_there() {
    let world = World::start().await;
    let app = &world.app;
    let soon = app.request(Method::POST, crate::support::PATS);
    let soon = soon.json(&json!({
        "displayName": "soon over", "scope": "vso.code", "validTo": "2026-11-23T12:10:00Z",
    }));
    let expired = soon.send().await.pat()["authorizationId"].as_str().unwrap().to_owned();
    let revoked = app.create("revoked", 30).await["authorizationId"].as_str().unwrap().to_owned();
    assert_eq!(app.delete(&revoked).send().await.status, 204);
    let elsewhere = app.request(Method::POST, "/few/_apis/tokens/pats");
    let elsewhere = elsewhere.json(&json!({ "displayName": "elsewhere", "scope": "vso.code" }));
    let elsewhere = elsewhere.send().await.pat()["authorizationId"].as_str().unwrap().to_owned();
    app.clock.advance(SignedDuration::from_mins(30));

    let written = world.written().await;
    for sample in naming_a_pat() {
        let verbs = if sample.method() == Method::GET {
            vec![Method::GET, Method::HEAD]
        } else {
            vec![sample.method()]
        };
        for verb in verbs {
            let ask = async |person, id: &str| {
                let call = world.call_about(sample, id).method(verb.clone()).bearer(&token(person));
                let reply = call.send().await;
                let (status, headers, body) = reply.masked();
                let headers = format!("{headers:?}").replace(id, "ID");
                (status, headers, body.replace(id, "ID"))
            };
            let unknown = unknown_id().to_string();
            // An administrator's reach ends with the organization; a person's with what is theirs.
            let mut strangers = vec![(ADA, vec![elsewhere.clone()])];
            if matches!(sample.audience, Audience::Member(..)) {
                let hers = PATS.iter().map(|name| world.id(name)).chain([expired.clone(), revoked.clone()]);
                strangers = vec![(OTTO, hers.collect()), (MONA, vec![elsewhere.clone()])];
            }
            for (person, ids) in strangers {
                let nobodys = ask(person, &unknown).await;
                for id in ids {
                    assert_eq!(ask(person, &id).await, nobodys, "{verb} of {}", sample.route);
                }
            }
        }
    }
    assert_eq!(world.written().await, written);
}
