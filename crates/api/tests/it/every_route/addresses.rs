//! A token in the address of any route is refused, whoever sends it, and is not in the log (property 18).

use crate::log::Lines;
use crate::support::issuer::{ADA, token};

use super::samples::SAMPLES;
use super::world::World;

/// Gateways append the address of their client, which is for the gateway to judge (design.md §6).
const BY_RULE: &str = "GET /_patcycle/verify/{rule}/{*}";

#[tokio::test]
async fn a_token_in_the_address_of_any_route_is_refused_and_not_logged() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.clone());
    let subscriber = subscriber.with_max_level(tracing::Level::TRACE).finish();
    let world = World::start().await;
    let pat = world.app.create("exposed", 30).await;
    let pat = pat["token"].as_str().unwrap();
    let access_token = token(ADA);
    let written = world.written().await;
    // The requests are answered on this thread.
    let _log = tracing::subscriber::set_default(subscriber);
    let mut refused = 0;
    for sample in SAMPLES.iter().filter(|sample| sample.route != BY_RULE) {
        let address = world.address(sample);
        let separator = if address.contains('?') { '&' } else { '?' };
        for carried in [pat, &access_token] {
            let address = format!("{address}{separator}note={carried}");
            for call in
                [world.call_at(sample, &address), world.call_at(sample, &address).bearer(&access_token)]
            {
                let reply = call.send().await;
                let told = reply.error(400, "ArgumentException");
                assert!(told.contains("carries a token"), "{}: {told}", sample.route);
                refused += 1;
            }
        }
    }
    assert_eq!(world.written().await, written);
    let text = lines.text();
    // Verification writes no line for each request.
    let logged = text.lines().filter(|line| line.contains("http.status=400")).count();
    assert_eq!(logged, refused - 4, "one line for each request");
    let signature = access_token.rsplit('.').next().unwrap();
    for secret in [&pat[..52], &signature[..340]] {
        for start in 0..=secret.len() - 8 {
            assert!(!text.contains(&secret[start..start + 8]), "a part of a token is in the log");
        }
    }
}
