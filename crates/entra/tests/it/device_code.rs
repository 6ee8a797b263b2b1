//! The code that is entered on another device.

use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;
use patcycle_entra::SignInError;
use patcycle_entra::error::SignInErrorKind;
use patcycle_entra::flows::{Grant, device_code};
use wiremock::ResponseTemplate;

use crate::service::{SignInService, refused, request};

/// Polls to the end without waiting, and says how long it would have waited each time.
async fn wait_with(service: &SignInService, moves_clock: bool) -> (Result<Grant, SignInError>, Vec<u64>) {
    let client = service.client();
    let code = device_code::begin(&client, &request()).await.unwrap();
    assert_eq!((code.user_code.as_str(), code.expires_in), ("ABCD12345", 900));
    assert!(code.verification_uri.as_str().ends_with("/device"));
    let pauses = Mutex::new(Vec::new());
    let pause = |duration: Duration| -> Pin<Box<dyn Future<Output = ()> + Send>> {
        pauses.lock().unwrap().push(duration.as_secs());
        if moves_clock {
            service.clock.advance(SignedDuration::try_from(duration).unwrap());
        }
        Box::pin(std::future::ready(()))
    };
    let outcome = code.wait(&client, &pause).await;
    (outcome, pauses.into_inner().unwrap())
}

fn pending() -> ResponseTemplate {
    refused("authorization_pending", 70016, "OAuth 2.0 device flow error.")
}

#[tokio::test]
async fn waits_at_the_pace_of_the_service() {
    let service = SignInService::start().await;
    service.answer_next([pending(), refused("slow_down", 0, "Too fast."), pending()]);
    let (outcome, pauses) = wait_with(&service, true).await;
    let grant = outcome.unwrap();
    assert_eq!(grant.identity.unwrap().user_name.as_deref(), Some("mona@fabrikam.example"));
    assert_eq!(pauses, [5, 5, 10, 10]);
}

#[tokio::test]
async fn a_service_that_is_away_for_a_moment_is_tolerated() {
    let service = SignInService::start().await;
    service.answer_next([ResponseTemplate::new(503), pending()]);
    let (outcome, pauses) = wait_with(&service, true).await;
    assert!(outcome.is_ok());
    assert_eq!(pauses, [5, 10, 10]);
    service.answer_next((0..6).map(|_| ResponseTemplate::new(502)));
    let (outcome, _) = wait_with(&service, true).await;
    assert_eq!(outcome.unwrap_err().kind(), SignInErrorKind::Unavailable);
}

#[tokio::test]
async fn ends_when_the_code_does() {
    let service = SignInService::start().await;
    service.answer_next([pending(), refused("expired_token", 70020, "The code has expired.")]);
    let (outcome, _) = wait_with(&service, true).await;
    assert!(matches!(outcome, Err(SignInError::DeviceCodeExpired)));

    for moves_clock in [true, false] {
        let service = SignInService::start().await;
        service.answer_next((0..500).map(|_| pending()));
        let (outcome, pauses) = wait_with(&service, moves_clock).await;
        assert!(matches!(outcome, Err(SignInError::DeviceCodeExpired)));
        assert!(pauses.len() <= 182, "{} polls", pauses.len());
    }
}

#[tokio::test]
async fn refusals_say_what_to_do_instead() {
    for (error, code, kind, step) in [
        ("authorization_declined", 65004, SignInErrorKind::Refused, "accept"),
        ("invalid_grant", 50076, SignInErrorKind::SignInNeeded, "browser"),
        ("access_denied", 53003, SignInErrorKind::Refused, "administrator"),
        ("invalid_client", 7_000_218, SignInErrorKind::Configuration, "Allow public client flows"),
    ] {
        let service = SignInService::start().await;
        service.answer_next([refused(error, code, "Refused.")]);
        let (outcome, _) = wait_with(&service, true).await;
        let refusal = outcome.unwrap_err();
        assert_eq!(refusal.kind(), kind, "{refusal}");
        assert!(refusal.next_step().unwrap().contains(step), "{:?}", refusal.next_step());
        assert!(refusal.to_string().contains(&format!("AADSTS{code}")), "{refusal}");
    }
}

#[tokio::test]
async fn a_web_page_in_place_of_an_answer_is_named() {
    let service = SignInService::start().await;
    service.answer_next([ResponseTemplate::new(200).set_body_string("<!doctype html><title>Wi-Fi</title>")]);
    let (outcome, _) = wait_with(&service, true).await;
    let error = outcome.unwrap_err();
    assert!(error.to_string().contains("an HTML page"), "{error}");
    service.answer_next([ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/steal")]);
    let (outcome, _) = wait_with(&service, true).await;
    assert!(outcome.unwrap_err().to_string().contains("a redirect"));
}
