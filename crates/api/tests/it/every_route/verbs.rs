//! Other verbs, and headers that claim another one, open no route (property 5).

use http::Method;

use super::samples::{Audience, SAMPLES};
use super::world::World;
use crate::support::issuer::{ADA, OTTO, token};
use crate::support::reply::Reply;

const ASKING: [Method; 3] = [Method::GET, Method::HEAD, Method::OPTIONS];
const CHANGING: [Method; 4] = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
const OVERRIDES: [&str; 3] = ["x-http-method-override", "x-http-method", "x-method-override"];

/// The address in an organization that Otto does not belong to.
fn closed_to_otto(address: &str) -> String {
    address.replacen("fabrikam", "few", 1)
}

#[tokio::test]
async fn head_is_refused_like_get() {
    let world = World::start().await;
    let otto = token(OTTO);
    for sample in SAMPLES.iter().filter(|sample| sample.method() == Method::GET) {
        let address = closed_to_otto(&world.address(sample));
        for credential in [None, Some(otto.as_str()), Some("x")] {
            let ask = async |verb| world.call_by(verb, sample, &address).by(credential).send().await;
            let (get, head) = (ask(Method::GET).await, ask(Method::HEAD).await);
            assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{}", sample.route);
            let open = matches!(sample.audience, Audience::Anyone | Audience::SignedIn(_));
            assert!(open || get.status == 401, "{}: {get:?}", sample.route);
        }
    }
}

#[tokio::test]
async fn no_verb_and_no_header_that_claims_another_does_anything() {
    let world = World::start().await;
    let (otto, administrator) = (token(OTTO), token(ADA));
    let written = world.written().await;
    for sample in SAMPLES {
        let (open, closed) = (world.address(sample), closed_to_otto(&world.address(sample)));
        let callers =
            [(&closed, None), (&closed, Some(otto.as_str())), (&open, Some(administrator.as_str()))];
        for verb in ASKING.iter().chain(&CHANGING) {
            // The administrator may change things, so only verbs that ask are hers.
            let callers = if ASKING.contains(verb) { &callers[..] } else { &callers[..2] };
            for (address, credential) in callers {
                let call = || world.call_by(verb.clone(), sample, address).by(*credential);
                let claimed = sample.method();
                let plain = call().send().await;
                let claiming =
                    OVERRIDES.iter().fold(call(), |call, name| call.header(name, claimed.as_str()));
                let told = |reply: Reply| (reply.status, reply.body);
                assert_eq!(told(claiming.send().await), told(plain), "{verb} on {}", sample.route);
            }
        }
        assert_eq!(world.written().await, written, "{} wrote something", sample.route);
    }
}
