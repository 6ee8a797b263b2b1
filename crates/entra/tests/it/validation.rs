//! Which tokens are believed.

use std::sync::Arc;

use jiff::SignedDuration;
use patcycle_entra::validation::{CallerKind, IssuerError, TokenFault, TokenValidator, TrustedIssuer};
use patcycle_primitives::{AdvancingClock, FixedClock};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::keys::KeyService;
use crate::tokens::{
    FORGED_KEY, KEY, OTHER_TENANT, PERSON, RESOURCE, TENANT, claims, claims_with, confused, encode, good,
    header, merged, noon, public, signed,
};

async fn fault_of(token: &str) -> TokenFault {
    let service = KeyService::start().await;
    service.validator().validate(token).await.unwrap_err()
}

#[tokio::test]
async fn believes_both_shapes_and_reads_them() {
    let service = KeyService::start().await;
    let validator = service.validator();
    let old = validator.validate(&good(&claims())).await.unwrap();
    assert_eq!(
        (old.tenant_id.to_string(), old.object_id.to_string()),
        (TENANT.to_owned(), PERSON.to_owned())
    );
    assert_eq!(old.kind, CallerKind::User);
    assert!(old.has_scope("user_impersonation") && old.has_scope("vso.pats") && !old.has_scope("vso"));
    assert_eq!(old.user_name.as_deref(), Some("mona@fabrikam.example"));
    assert_eq!(old.display_name.as_deref(), Some("Mona Lisa"));
    assert_eq!(old.authentication_methods, ["pwd", "mfa"]);
    assert_eq!(old.groups.len(), 1);
    assert_eq!(old.token_id.as_deref(), Some("token-1"));
    assert_eq!(old.application_id.unwrap().to_string(), "0f0f0f0f-1111-4222-8333-444444444444");
    assert_eq!((old.issued_at, old.expires_at), (noon(), noon() + SignedDuration::from_hours(1)));

    let new = claims_with(json!({
        "iss": service.issuer(), "ver": "2.0", "upn": null, "appid": null, "preferred_username": "mona@v2.example",
        "azp": "0f0f0f0f-1111-4222-8333-444444444444", "aud": "api://patcycle", "iat": null,
    }));
    let new = validator.validate(&good(&new)).await.unwrap();
    assert_eq!(new.user_name.as_deref(), Some("mona@v2.example"));
    assert_eq!((new.application_id, new.issued_at), (old.application_id, noon()));
}

#[tokio::test]
async fn the_azure_devops_audience_has_three_spellings() {
    let service = KeyService::start().await;
    for audience in [RESOURCE, "https://app.vssps.visualstudio.com", "https://app.vssps.visualstudio.com/"] {
        let token = good(&claims_with(json!({ "aud": audience })));
        assert!(service.validator().validate(&token).await.is_ok(), "{audience}");
    }
}

#[tokio::test]
async fn tells_applications_from_people() {
    let service = KeyService::start().await;
    for (changes, kind) in [
        (json!({ "idtyp": "app", "scp": null, "sub": PERSON }), CallerKind::Application),
        (json!({ "idtyp": null, "scp": null, "sub": PERSON }), CallerKind::Application),
        (json!({ "idtyp": null, "scp": " ", "sub": PERSON }), CallerKind::Application),
        (json!({ "idtyp": "app" }), CallerKind::Application),
        (json!({ "idtyp": "APP" }), CallerKind::Application),
        (json!({ "idtyp": "device" }), CallerKind::Application),
        (json!({ "idtyp": "" }), CallerKind::Application),
        (json!({ "idtyp": "user" }), CallerKind::User),
        (json!({ "idtyp": null }), CallerKind::User),
        (json!({ "idtyp": null, "sub": PERSON }), CallerKind::User),
        (json!({ "idtyp": "user", "scp": null }), CallerKind::User),
    ] {
        let token = service.validator().validate(&good(&claims_with(changes.clone()))).await.unwrap();
        assert_eq!(token.kind, kind, "{changes}");
    }
}

#[tokio::test]
async fn refuses_wrong_claims() {
    let now = noon().as_second();
    for (changes, fault) in [
        (json!({ "aud": "api://someone-else" }), TokenFault::WrongAudience),
        (json!({ "aud": [RESOURCE, "api://someone-else"] }), TokenFault::WrongAudience),
        (json!({ "aud": [RESOURCE] }), TokenFault::WrongAudience),
        (json!({ "aud": null }), TokenFault::WrongAudience),
        (json!({ "exp": now }), TokenFault::Expired),
        (json!({ "exp": now - 1 }), TokenFault::Expired),
        (json!({ "exp": null }), TokenFault::Claim("exp")),
        (json!({ "exp": 1e300 }), TokenFault::Claim("exp")),
        (json!({ "nbf": null }), TokenFault::Claim("nbf")),
        (json!({ "nbf": now + 301 }), TokenFault::NotYetValid),
        (json!({ "tid": OTHER_TENANT }), TokenFault::WrongTenant),
        (
            json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") }),
            TokenFault::WrongTenant,
        ),
        (json!({ "tid": null }), TokenFault::Claim("tid")),
        (json!({ "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") }), TokenFault::UnknownIssuer),
        (json!({ "iss": format!("https://sts.windows.net/{TENANT}") }), TokenFault::UnknownIssuer),
        (
            json!({ "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0") }),
            TokenFault::UnknownIssuer,
        ),
        (json!({ "iss": null }), TokenFault::Claim("iss")),
        (json!({ "oid": null }), TokenFault::Claim("oid")),
        (json!({ "oid": "mona@fabrikam.example" }), TokenFault::Claim("oid")),
    ] {
        assert_eq!(fault_of(&good(&claims_with(changes.clone()))).await, fault, "{changes}");
    }
    for changes in [json!({ "exp": "3600" }), json!({ "scp": ["a"] }), json!({ "nbf": true })] {
        let fault = fault_of(&good(&claims_with(changes.clone()))).await;
        assert!(matches!(fault, TokenFault::Malformed(_)), "{changes}: {fault:?}");
    }
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let changes =
        json!({ "aud": "0f0f0f0f-1111-4222-8333-444444444444", "scp": null, "nonce": "n", "ver": "2.0" });
    assert_eq!(fault_of(&good(&claims_with(changes))).await, TokenFault::WrongAudience);
}

#[tokio::test]
async fn accepts_fractions_and_a_clock_that_is_ahead() {
    let service = KeyService::start().await;
    let now = noon().as_second();
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
    let fraction = now as f64 + 0.25;
    for changes in [
        json!({ "iat": fraction, "nbf": fraction, "exp": fraction }),
        json!({ "nbf": now + 300 }),
        json!({ "exp": now + 1 }),
    ] {
        let outcome = service.validator().validate(&good(&claims_with(changes.clone()))).await;
        assert!(outcome.is_ok(), "{changes}: {outcome:?}");
    }
}

#[tokio::test]
async fn refuses_every_other_algorithm() {
    let unsigned = format!("{}.{}.", encode(&merged(header(), json!({ "alg": "none" }))), encode(&claims()));
    assert_eq!(fault_of(&unsigned).await, TokenFault::Algorithm);
    assert_eq!(fault_of(&confused(&claims())).await, TokenFault::Algorithm);
    for algorithm in ["none", "None", "HS256", "RS512", "PS256", "ES256", "rs256", ""] {
        let token = signed(&KEY, &merged(header(), json!({ "alg": algorithm })), &claims());
        assert_eq!(fault_of(&token).await, TokenFault::Algorithm, "{algorithm}");
    }
}

#[tokio::test]
async fn the_header_brings_no_keys() {
    let forged = public(&FORGED_KEY, "key-1");
    for (changes, fault) in [
        (json!({ "jwk": forged }), TokenFault::BadSignature),
        (
            json!({ "jku": "https://attacker.example/keys", "x5u": "https://attacker.example/c" }),
            TokenFault::BadSignature,
        ),
        (json!({ "x5c": ["MIIB"] }), TokenFault::BadSignature),
        (json!({ "jwk": forged, "kid": "mine" }), TokenFault::UnknownKey),
    ] {
        let token = signed(&FORGED_KEY, &merged(header(), changes.clone()), &claims());
        assert_eq!(fault_of(&token).await, fault, "{changes}");
    }
    // The same fields are no harm beside a good signature.
    let service = KeyService::start().await;
    let token =
        signed(&KEY, &merged(header(), json!({ "jku": "https://example.com", "x5c": [] })), &claims());
    assert!(service.validator().validate(&token).await.is_ok());
    for crit in [json!(["exp"]), json!([]), json!({ "x": 1 })] {
        let token = signed(&KEY, &merged(header(), json!({ "crit": crit })), &claims());
        assert_eq!(fault_of(&token).await, TokenFault::CriticalHeader);
    }
    let without_key = signed(&KEY, &merged(header(), json!({ "kid": null })), &claims());
    assert!(matches!(fault_of(&without_key).await, TokenFault::Malformed(_)));
}

#[tokio::test]
async fn refuses_what_has_not_three_parts() {
    let token = good(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    for broken in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!(".{}.{}", parts[1], parts[2]),
        format!("{}..{}", parts[0], parts[2]),
        format!("{token}.x"),
        format!("{token}.."),
        format!("{} .{}.{}", parts[0], parts[1], parts[2]),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        "a".repeat(40_000),
    ] {
        assert!(matches!(fault_of(&broken).await, TokenFault::Malformed(_)), "{broken:.40}");
    }
    let array = encode(&json!(["RS256", "key-1"]));
    assert!(matches!(
        fault_of(&format!("{array}.{}.{}", parts[1], parts[2])).await,
        TokenFault::Malformed(_)
    ));
}

#[tokio::test]
async fn any_changed_letter_breaks_it() {
    let service = KeyService::start().await;
    let validator = service.validator();
    let token = good(&claims());
    validator.validate(&token).await.unwrap();
    for position in (0..token.len()).step_by(7).chain([token.len() - 1]) {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(validator.validate(&changed).await.is_err(), "position {position}");
    }
}

#[tokio::test]
async fn a_remembered_token_ends_when_it_ends() {
    let service = KeyService::start().await;
    let clock = AdvancingClock::new(Arc::new(FixedClock(noon())));
    let validator = service.validator_with(Arc::new(clock.clone()));
    let token = good(&claims());
    let first = validator.validate(&token).await.unwrap();
    assert!(
        Arc::ptr_eq(&first, &validator.validate(&token).await.unwrap()),
        "the second call comes from the cache"
    );
    clock.advance(SignedDuration::from_secs(3599));
    assert!(validator.validate(&token).await.is_ok());
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(validator.validate(&token).await.unwrap_err(), TokenFault::Expired);
}

#[tokio::test]
async fn the_old_issuer_can_be_switched_off() {
    let service = KeyService::start().await;
    let issuer = TrustedIssuer { accept_v1_issuer: false, ..service.trusted() };
    let validator = TokenValidator::new(vec![issuer], Arc::new(FixedClock(noon()))).unwrap();
    assert_eq!(validator.validate(&good(&claims())).await.unwrap_err(), TokenFault::UnknownIssuer);
}

#[test]
fn configured_issuers_are_checked_at_once() {
    let base = TrustedIssuer {
        issuer: format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        tenant_id: TENANT.parse().unwrap(),
        audiences: vec!["api://patcycle".to_owned()],
        ca_file: None,
        accept_v1_issuer: true,
    };
    assert!(base.is_microsoft() && !base.accepts_azure_devops());
    let check = |issuers| TokenValidator::new(issuers, Arc::new(FixedClock(noon()))).map(|_| ());
    let with = |issuer: &str| vec![TrustedIssuer { issuer: issuer.to_owned(), ..base.clone() }];
    assert_eq!(check(vec![base.clone()]), Ok(()));
    assert_eq!(check(vec![]), Err(IssuerError::None));
    assert!(matches!(check(vec![base.clone(), base.clone()]), Err(IssuerError::Twice(_))));
    assert!(matches!(check(with("http://example.com/t")), Err(IssuerError::Address(_))));
    assert!(matches!(check(with("nothing")), Err(IssuerError::Address(_))));
    assert!(matches!(check(with("https://example.com/t?x")), Err(IssuerError::Decorated(_))));
    let silent = vec![TrustedIssuer { audiences: vec![" ".to_owned()], ..base.clone() }];
    assert!(matches!(check(silent), Err(IssuerError::NoAudience(_))));
}

/// A validator whose keys are out of reach: what gets past the parser ends as unavailable.
fn unreachable() -> TokenValidator {
    let issuer = TrustedIssuer {
        issuer: format!("http://127.0.0.1:1/{TENANT}/v2.0"),
        tenant_id: TENANT.parse().unwrap(),
        audiences: vec![RESOURCE.to_owned()],
        ca_file: None,
        accept_v1_issuer: true,
    };
    TokenValidator::new(vec![issuer], Arc::new(FixedClock(noon()))).unwrap()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(
                "alg|kid|crit|iss|tid|aud|exp|nbf|oid|scp|sub|[a-z]{1,4}",
                inner,
                0..6
            )
            .prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_is_believed_or_panics(text in prop_oneof!["\\PC{0,200}", "[A-Za-z0-9_.-]{0,200}", ".{0,200}"]) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        prop_assert!(runtime.block_on(unreachable().validate(&text)).is_err());
    }

    #[test]
    fn no_json_is_believed_or_panics(header in any_json(), payload in any_json(), signature in "[A-Za-z0-9_-]{0,40}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let token = format!("{}.{}.{signature}", encode(&header), encode(&payload));
        prop_assert!(runtime.block_on(unreachable().validate(&token)).is_err());
    }
}
