//! How the keys of an issuer are had, kept and fetched again.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use patcycle_entra::validation::{TokenFault, TokenValidator, TrustedIssuer};
use patcycle_primitives::{AdvancingClock, Clock, FixedClock};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::tokens::{
    FORGED_KEY, KEY, NEXT_KEY, RESOURCE, TENANT, claims, claims_with, good, header, merged, noon, public,
    signed,
};

/// A service that publishes keys and counts who asks.
pub(crate) struct KeyService {
    server: MockServer,
}

impl KeyService {
    /// A service with one key, `key-1`.
    pub(crate) async fn start() -> Self {
        let service = Self { server: MockServer::start().await };
        service.publish(json!([public(&KEY, "key-1")]), Duration::ZERO).await;
        service
    }

    pub(crate) fn issuer(&self) -> String {
        format!("{}/{TENANT}/v2.0", self.server.uri())
    }

    pub(crate) fn trusted(&self) -> TrustedIssuer {
        TrustedIssuer {
            issuer: self.issuer(),
            tenant_id: TENANT.parse().unwrap(),
            audiences: vec![RESOURCE.to_owned(), "api://patcycle".to_owned()],
            ca_file: None,
            accept_v1_issuer: true,
        }
    }

    pub(crate) fn validator(&self) -> TokenValidator {
        self.validator_with(Arc::new(FixedClock(noon())))
    }

    pub(crate) fn validator_with(&self, clock: Arc<dyn Clock>) -> TokenValidator {
        TokenValidator::new(vec![self.trusted()], clock).unwrap()
    }

    async fn publish(&self, keys: Value, delay: Duration) {
        let address = format!("{}/{TENANT}/discovery/v2.0/keys", self.server.uri());
        self.answer(json!({ "issuer": self.issuer(), "jwks_uri": address }), json!({ "keys": keys }), delay)
            .await;
    }

    async fn answer(&self, discovery: Value, keys: Value, delay: Duration) {
        self.server.reset().await;
        let answer = |body: Value| ResponseTemplate::new(200).set_body_json(body).set_delay(delay);
        let at = |place: &str| path(format!("/{TENANT}/{place}"));
        let document = Mock::given(method("GET")).and(at("v2.0/.well-known/openid-configuration"));
        document.respond_with(answer(discovery)).mount(&self.server).await;
        Mock::given(method("GET"))
            .and(at("discovery/v2.0/keys"))
            .respond_with(answer(keys))
            .mount(&self.server)
            .await;
    }

    /// From now on every request is answered with 503.
    async fn fail(&self) {
        self.server.reset().await;
        Mock::given(method("GET")).respond_with(ResponseTemplate::new(503)).mount(&self.server).await;
    }

    async fn requests(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

fn by_next_key() -> String {
    signed(&NEXT_KEY, &merged(header(), json!({ "kid": "key-2" })), &claims())
}

#[tokio::test]
async fn making_a_validator_asks_nobody() {
    let service = KeyService::start().await;
    let validator = service.validator();
    assert_eq!(service.requests().await, 0);
    validator.validate(&good(&claims())).await.unwrap();
    assert_eq!(service.requests().await, 2, "the discovery document and the key set");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_fetched_once_for_many_waiters() {
    let service = KeyService::start().await;
    service.publish(json!([public(&KEY, "key-1")]), Duration::from_millis(150)).await;
    let validator = Arc::new(service.validator());
    let waiters: Vec<_> = (0..64)
        .map(|number| {
            let token = good(&claims_with(json!({ "uti": format!("token-{number}") })));
            let validator = Arc::clone(&validator);
            tokio::spawn(async move { validator.validate(&token).await.unwrap().token_id.clone() })
        })
        .collect();
    for (number, waiter) in waiters.into_iter().enumerate() {
        assert_eq!(waiter.await.unwrap(), Some(format!("token-{number}")));
    }
    assert_eq!(service.requests().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_goes_away_does_not_end_the_fetch() {
    let service = KeyService::start().await;
    service.publish(json!([public(&KEY, "key-1")]), Duration::from_millis(150)).await;
    let validator = Arc::new(service.validator());
    let token = good(&claims());
    let hurried = tokio::time::timeout(Duration::from_millis(40), validator.validate(&token)).await;
    assert!(hurried.is_err(), "the first caller left before the keys came");
    validator.validate(&token).await.unwrap();
    assert_eq!(service.requests().await, 2);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute() {
    let service = KeyService::start().await;
    let clock = AdvancingClock::new(Arc::new(FixedClock(noon())));
    let validator = service.validator_with(Arc::new(clock.clone()));
    validator.validate(&good(&claims())).await.unwrap();
    assert_eq!(service.requests().await, 2);

    // Freshly fetched, so the minute has to pass first.
    for _ in 0..20 {
        assert_eq!(validator.validate(&by_next_key()).await.unwrap_err(), TokenFault::UnknownKey);
    }
    assert_eq!(service.requests().await, 2);
    clock.advance(SignedDuration::from_secs(59));
    assert_eq!(validator.validate(&by_next_key()).await.unwrap_err(), TokenFault::UnknownKey);
    assert_eq!(service.requests().await, 2);
    clock.advance(SignedDuration::from_secs(1));
    for _ in 0..20 {
        assert_eq!(validator.validate(&by_next_key()).await.unwrap_err(), TokenFault::UnknownKey);
    }
    assert_eq!(service.requests().await, 4, "one refetch for twenty tokens");

    service.publish(json!([public(&KEY, "key-1"), public(&NEXT_KEY, "key-2")]), Duration::ZERO).await;
    clock.advance(SignedDuration::from_mins(1));
    validator.validate(&by_next_key()).await.unwrap();
    validator.validate(&good(&claims())).await.unwrap();
    assert_eq!(service.requests().await, 2, "counted anew since the rotation");
}

#[tokio::test]
async fn keys_are_renewed_daily_and_kept_while_the_issuer_is_away() {
    let service = KeyService::start().await;
    let clock = AdvancingClock::new(Arc::new(FixedClock(noon())));
    let validator = service.validator_with(Arc::new(clock.clone()));
    let long = json!({ "exp": noon().as_second() + 7 * 86_400 });
    let token = |number: u32| good(&claims_with(merged(long.clone(), json!({ "uti": number.to_string() }))));
    validator.validate(&token(0)).await.unwrap();
    clock.advance(SignedDuration::from_hours(23));
    validator.validate(&token(1)).await.unwrap();
    assert_eq!(service.requests().await, 2);
    clock.advance(SignedDuration::from_hours(1));
    validator.validate(&token(2)).await.unwrap();
    assert_eq!(service.requests().await, 4);

    service.fail().await;
    clock.advance(SignedDuration::from_hours(30));
    for number in 3..9 {
        validator.validate(&token(number)).await.unwrap();
    }
    assert_eq!(service.requests().await, 1, "one attempt, then the old keys for a minute");
    let unknown = validator.validate(&by_next_key()).await.unwrap_err();
    assert!(unknown.is_unavailable() || unknown == TokenFault::Expired, "{unknown:?}");
}

#[tokio::test]
async fn a_withdrawn_key_ends_remembered_tokens_too() {
    let service = KeyService::start().await;
    let clock = AdvancingClock::new(Arc::new(FixedClock(noon())));
    let validator = service.validator_with(Arc::new(clock.clone()));
    validator.validate(&good(&claims())).await.unwrap();
    service.publish(json!([public(&NEXT_KEY, "key-2")]), Duration::ZERO).await;
    clock.advance(SignedDuration::from_mins(2));
    validator.validate(&by_next_key()).await.unwrap();
    assert_eq!(validator.validate(&good(&claims())).await.unwrap_err(), TokenFault::UnknownKey);
}

#[tokio::test]
async fn without_keys_nothing_is_known_and_a_later_call_succeeds() {
    let service = KeyService::start().await;
    service.fail().await;
    let clock = AdvancingClock::new(Arc::new(FixedClock(noon())));
    let validator = service.validator_with(Arc::new(clock.clone()));
    for _ in 0..5 {
        assert!(validator.validate(&good(&claims())).await.unwrap_err().is_unavailable());
    }
    assert_eq!(service.requests().await, 1, "callers in the same moment share the failure");
    service.publish(json!([public(&KEY, "key-1")]), Duration::ZERO).await;
    clock.advance(SignedDuration::from_secs(3));
    validator.validate(&good(&claims())).await.unwrap();
}

#[tokio::test]
async fn a_document_that_cannot_be_trusted_gives_no_keys() {
    let service = KeyService::start().await;
    let keys = json!({ "keys": [public(&KEY, "key-1")] });
    let address = format!("{}/{TENANT}/discovery/v2.0/keys", service.server.uri());
    for discovery in [
        json!({ "issuer": "https://login.microsoftonline.com/x/v2.0", "jwks_uri": address }),
        json!({ "issuer": service.issuer(), "jwks_uri": "http://example.com/keys" }),
        json!({ "issuer": service.issuer(), "jwks_uri": "file:///etc/passwd" }),
        json!({ "issuer": service.issuer() }),
    ] {
        service.answer(discovery.clone(), keys.clone(), Duration::ZERO).await;
        let fault = service.validator().validate(&good(&claims())).await.unwrap_err();
        assert!(fault.is_unavailable(), "{discovery}: {fault:?}");
    }
}

#[tokio::test]
async fn only_signing_keys_of_this_issuer_count() {
    let service = KeyService::start().await;
    let template = format!("{}/{{tenantid}}/v2.0", service.server.uri());
    for (changes, usable) in [
        (json!({ "alg": "RS256" }), true),
        (json!({ "use": null }), true),
        (json!({ "issuer": template }), true),
        (json!({ "issuer": service.issuer() }), true),
        (
            json!({ "issuer": "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0" }),
            false,
        ),
        (json!({ "use": "enc" }), false),
        (json!({ "alg": "HS256" }), false),
        (json!({ "kty": "oct" }), false),
        (json!({ "n": "AQAB" }), false),
    ] {
        let keys = json!([public(&FORGED_KEY, "other"), merged(public(&KEY, "key-1"), changes.clone())]);
        service.publish(keys, Duration::ZERO).await;
        let outcome = service.validator().validate(&good(&claims())).await;
        assert_eq!(outcome.is_ok(), usable, "{changes}: {outcome:?}");
    }
}

#[tokio::test]
async fn two_issuers_of_one_tenant_keep_their_audiences_apart() {
    let (first, second) = (KeyService::start().await, KeyService::start().await);
    second.publish(json!([public(&NEXT_KEY, "key-2")]), Duration::ZERO).await;
    let second_trusted = TrustedIssuer { audiences: vec!["api://second".to_owned()], ..second.trusted() };
    let clock = Arc::new(FixedClock(noon()));
    let validator = TokenValidator::new(vec![first.trusted(), second_trusted], clock).unwrap();
    let by_second = |audience: &str| {
        let header = merged(header(), json!({ "kid": "key-2" }));
        signed(&NEXT_KEY, &header, &claims_with(json!({ "aud": audience })))
    };
    let accepted = validator.validate(&by_second("api://second")).await.unwrap();
    assert_eq!(accepted.issuer, second.issuer(), "the configured name, not the one of the old shape");
    assert_eq!(validator.validate(&by_second(RESOURCE)).await.unwrap_err(), TokenFault::WrongAudience);
    assert_eq!(validator.validate(&good(&claims())).await.unwrap().issuer, first.issuer());
    // In the new shape the token names its issuer, and only that one's keys count.
    let claimed = claims_with(json!({ "iss": first.issuer(), "aud": "api://second" }));
    let crossed = signed(&NEXT_KEY, &merged(header(), json!({ "kid": "key-2" })), &claimed);
    assert_eq!(validator.validate(&crossed).await.unwrap_err(), TokenFault::UnknownKey);
}
