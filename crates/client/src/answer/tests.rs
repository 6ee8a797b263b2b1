use reqwest::header::{HeaderName, HeaderValue};

use super::*;

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers
        .iter()
        .map(|(name, value)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap()));
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: headers.collect(),
        body: body.as_bytes().to_vec().into(),
        host: "https://localhost".to_owned(),
    }
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json; charset=utf-8")];
const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];

fn judged(status: u16, headers: &[(&str, &str)], body: &str) -> ClientError {
    judge(answer(status, headers, body)).unwrap_err()
}

fn sign_in_reason(error: &ClientError) -> Option<SignInReason> {
    if let ClientError::SignInNeeded(sign_in) = error { Some(sign_in.reason) } else { None }
}

fn domain_error(error: &ClientError) -> Option<&SessionTokenError> {
    if let ClientError::Domain(domain) = error { Some(&domain.error) } else { None }
}

#[test]
fn every_way_to_ask_for_a_sign_in() {
    let location = [("location", "https://sps.example/_signin?realm=x")];
    assert_eq!(sign_in_reason(&judged(302, &location, "")), Some(SignInReason::Redirect));
    assert_eq!(sign_in_reason(&judged(203, HTML, "<html>")), Some(SignInReason::NonAuthoritative));
    assert_eq!(sign_in_reason(&judged(200, HTML, "<h1>Sign In</h1>")), Some(SignInReason::Page));
    assert_eq!(sign_in_reason(&judged(401, HTML, "<html>")), Some(SignInReason::Unauthorized));
    assert_eq!(sign_in_reason(&judged(401, &[], "")), Some(SignInReason::Unauthorized));
    let body = r#"{"message":"TF401444: Please sign-in at least once as t\\u in a web browser."}"#;
    assert_eq!(sign_in_reason(&judged(403, JSON, body)), Some(SignInReason::FirstVisit));
}

#[test]
fn a_claims_challenge_is_kept() {
    let challenge = r#"Bearer authorization_uri="x", error="insufficient_claims", claims="eyJhIjp7fX0=""#;
    let error = judged(401, &[("www-authenticate", challenge)], "");
    let ClientError::SignInNeeded(sign_in) = error else { panic!("{error}") };
    assert_eq!(sign_in.reason, SignInReason::ClaimsChallenge);
    assert_eq!(sign_in.claims.as_deref(), Some(r#"{"a":{}}"#));
}

#[test]
fn envelopes_in_all_shapes() {
    let cases: [(&[(&str, &str)], &str); 6] = [
        (JSON, r#"{"$id":"1","innerException":null,"message":"VS1234: no","typeKey":"T","eventId":3000}"#),
        (JSON, r#"{"count":1,"value":{"Message":"VS1234: no"}}"#),
        (JSON, r#"{"Message":"VS1234: no"}"#),
        (&[("content-type", "text/plain")], "VS1234: no\r\n"),
        (&[("x-tfs-serviceerror", "VS1234%3A+no")], ""),
        (&[("x-tfs-serviceerror", "VS1234%3a%20no"), ("content-type", "application/json")], "not json"),
    ];
    for (headers, body) in cases {
        let error = judged(403, headers, body);
        let ClientError::Refused(fault) = error else { panic!("{error}") };
        assert_eq!((fault.message.as_str(), fault.code.as_deref()), ("VS1234: no", Some("VS1234")), "{body}");
    }
}

#[test]
fn a_refusal_of_the_rules_comes_with_any_status() {
    let body = r#"{"patToken":null,"patTokenError":"fullScopePatPolicyViolation","patTokenErrorMessage":"x\u001b[0m"}"#;
    for status in [400, 403] {
        let error = judged(status, JSON, body);
        assert_eq!(domain_error(&error), Some(&SessionTokenError::FullScopePatPolicyViolation));
    }
    let error = read_pat(&answer(200, JSON, body)).unwrap_err();
    let ClientError::Domain(domain) = error else { panic!("{error}") };
    assert_eq!(domain.message.as_deref(), Some("x[0m"));
    let error =
        read_pat(&answer(200, JSON, r#"{"patToken":null,"patTokenError":"brandNewReason"}"#)).unwrap_err();
    assert_eq!(domain_error(&error), Some(&SessionTokenError::Unknown("brandNewReason".to_owned())));
    let legacy = r#"{"message":"FullScopePatPolicyViolation","typeKey":"SessionTokenCreateException"}"#;
    assert_eq!(
        domain_error(&judged(400, JSON, legacy)),
        Some(&SessionTokenError::FullScopePatPolicyViolation)
    );
}

#[test]
fn statuses_are_sorted() {
    let kind = |status| judged(status, JSON, r#"{"message":"m"}"#);
    assert!(matches!(kind(400), ClientError::Rejected(_)));
    assert!(matches!(kind(403), ClientError::Refused(_)));
    assert!(matches!(kind(404), ClientError::NotFound(_)));
    assert!(matches!(kind(409), ClientError::Conflict(_)));
    assert!(matches!(kind(429), ClientError::Throttled { .. }));
    assert!(matches!(kind(503), ClientError::Unavailable(_)));
    assert!(matches!(judged(404, HTML, "<html>not here"), ClientError::Html(HtmlAnswer { status: 404, .. })));
    assert!(matches!(judged(429, HTML, "<html>"), ClientError::Throttled { .. }));
    let body = r#"{"message":"TF400733: The request has been canceled"}"#;
    assert!(matches!(judged(400, JSON, body), ClientError::Throttled { .. }));
    let body = r#"{"message":"Service principals are not allowed to perform this action."}"#;
    assert!(matches!(judged(401, JSON, body), ClientError::Refused(_)));
}

#[test]
fn a_moved_service_is_told_without_its_query() {
    let error = judged(308, &[("location", "https://u:p@else.example/x?code=s3cret#f")], "");
    assert!(
        matches!(&error, ClientError::Redirected { to, .. } if to == "https://else.example/x"),
        "{error}"
    );
}

#[test]
fn unreadable_answers_do_not_show_their_content() {
    let secret = "QQQQsecretQQQQ";
    for (headers, body) in [
        (JSON, format!(r#"{{"patToken":"{secret}"}}"#)),
        (JSON, format!(r#"{{"patToken":{{"displayName":"{secret}"}}}}"#)),
        (JSON, secret.to_owned()),
        (&[("content-type", "text/csv")][..], secret.to_owned()),
        (JSON, String::new()),
    ] {
        let error = read_pat(&answer(200, headers, &body)).unwrap_err();
        assert!(matches!(error, ClientError::Unexpected { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("QQQQ"), "{error:?}");
    }
}

#[test]
fn revoke_may_answer_with_nothing_or_with_a_reason() {
    assert!(read_nothing(&answer(204, &[], "")).is_ok());
    assert!(read_nothing(&answer(200, JSON, r#"{"patToken":null,"patTokenError":"none"}"#)).is_ok());
    let refused = answer(200, JSON, r#"{"patTokenError":"authorizationNotFound"}"#);
    let error = read_nothing(&refused).unwrap_err();
    assert_eq!(domain_error(&error), Some(&SessionTokenError::AuthorizationNotFound));
}
