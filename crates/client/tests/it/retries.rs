use std::time::Duration;

use patcycle_client::{ClientError, ErrorKind, ListPats, TokenIssuer, UnreachableKind};
use uuid::Uuid;
use wiremock::matchers::{any, header, method};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Bench, TOKENS, authorization, client, page, pat, result, wanted};

fn id() -> Uuid {
    Uuid::from_u128(1)
}

fn within(actual: Duration, from: u64, to: u64) -> bool {
    (Duration::from_millis(from)..=Duration::from_millis(to)).contains(&actual)
}

async fn fails_then_works(bench: &Bench, verb: &str, failure: ResponseTemplate, success: ResponseTemplate) {
    Mock::given(method(verb)).respond_with(failure).up_to_n_times(1).mount(&bench.server).await;
    Mock::given(method(verb)).respond_with(success).mount(&bench.server).await;
}

#[tokio::test]
async fn a_read_is_repeated_with_growing_waits_and_an_end() {
    let bench = Bench::new().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(503)).expect(4).mount(&bench.server).await;
    let error = bench.client.get(id()).await.unwrap_err();
    assert!(matches!(error, ClientError::Unavailable(_)));
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let waits = bench.waits.all();
    assert_eq!(waits.len(), 3, "{waits:?}");
    for (wait, longest) in waits.into_iter().zip([500, 1000, 2000]) {
        assert!(within(wait, longest / 2, longest), "{wait:?} of {longest}");
    }
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    for (value, milliseconds) in [("7", 7000), ("Mon, 23 Nov 2026 10:00:07 GMT", 7000)] {
        let bench = Bench::new().await;
        let throttled = ResponseTemplate::new(429).insert_header("retry-after", value);
        fails_then_works(&bench, "GET", throttled, result(&pat(1, "ci"))).await;
        bench.client.get(id()).await.unwrap();
        let waits = bench.waits.all();
        assert!(waits.len() == 1 && within(waits[0], milliseconds, milliseconds + 100), "{value} {waits:?}");
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_told_instead() {
    let bench = Bench::new().await;
    let throttled = ResponseTemplate::new(429).insert_header("retry-after", "3600");
    Mock::given(any()).respond_with(throttled).expect(1).mount(&bench.server).await;
    let error = bench.client.get(id()).await.unwrap_err();
    let ClientError::Throttled { retry_after, .. } = &error else { panic!("{error}") };
    assert_eq!(*retry_after, Some(Duration::from_hours(1)));
    assert_eq!(error.explain().next, "Try again in 3600 seconds.");
}

#[tokio::test]
async fn a_delay_header_slows_all_later_calls_down() {
    for name in ["x-ratelimit-delay", "retry-after"] {
        let bench = Bench::new().await;
        let delayed = result(&pat(1, "ci")).insert_header(name, "5");
        Mock::given(any()).respond_with(delayed).mount(&bench.server).await;
        bench.client.get(id()).await.unwrap();
        assert_eq!(bench.waits.all(), [Duration::ZERO; 0]);
        bench.client.get(id()).await.unwrap();
        let waits = bench.waits.all();
        assert!(waits.len() == 1 && within(waits[0], 3000, 5000), "{name}: {waits:?}");
    }
}

#[tokio::test]
async fn changes_come_back_only_when_that_is_safe() {
    let unavailable = || ResponseTemplate::new(503).insert_header("retry-after", "1");
    let bench = Bench::new().await;
    fails_then_works(&bench, "DELETE", unavailable(), ResponseTemplate::new(204)).await;
    bench.client.revoke(id()).await.unwrap();
    assert_eq!(bench.requests().await.len(), 2);

    let bench = Bench::new().await;
    Mock::given(method("DELETE"))
        .respond_with(ResponseTemplate::new(500))
        .expect(1)
        .mount(&bench.server)
        .await;
    let error = bench.client.revoke(id()).await.unwrap_err();
    assert!(error.outcome_is_unknown());

    // 429 says that the service did not look at it.
    let bench = Bench::new().await;
    let throttled = ResponseTemplate::new(429).insert_header("retry-after", "1");
    fails_then_works(&bench, "POST", throttled, result(&pat(1, "ci"))).await;
    bench.client.create(&wanted()).await.unwrap();
    assert_eq!(bench.requests().await.len(), 2);
}

#[tokio::test]
async fn the_token_is_renewed_once_and_once_only() {
    let bench = Bench::new().await;
    let new = format!("Bearer {}", TOKENS[1]);
    let accepts_new = Mock::given(header("authorization", new.as_str()));
    accepts_new.respond_with(page(&[pat(1, "ci")], "")).mount(&bench.server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401)).mount(&bench.server).await;
    assert_eq!(bench.client.list(&ListPats::default()).await.unwrap().len(), 1);
    assert_eq!(*bench.tokens.forced.lock().unwrap(), [false, true]);
    let sent: Vec<_> =
        bench.requests().await.iter().map(|request| authorization(request).to_owned()).collect();
    assert_eq!(sent, ["Bearer first-access-token", "Bearer second-access-token"]);

    let bench = Bench::new().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401)).expect(2).mount(&bench.server).await;
    let error = bench.client.list(&ListPats::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignIn);
    assert_eq!(bench.waits.all(), [Duration::ZERO; 0]);
}

#[tokio::test]
async fn nobody_listening_is_told_after_some_attempts() {
    let bench = Bench::with(TokenIssuer::Other, |_| ()).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let base = format!("http://{address}").parse().unwrap();
    let settings = patcycle_client::ClientSettings::new(base, "fabrikam");
    let client = client(settings, bench.tokens.clone()).with_sleeper(bench.waits.clone());
    // Nothing can have arrived, so that even a create may be tried again, and is known not to be made.
    let error = client.create(&wanted()).await.unwrap_err();
    let ClientError::Unreachable(why) = &error else { panic!("{error}") };
    assert_eq!((why.kind, why.may_have_arrived), (UnreachableKind::Connect, false));
    assert_eq!(bench.waits.all().len(), 3);
}
