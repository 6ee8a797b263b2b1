//! Every kind of refusal, as it comes over the wire, becomes a typed error with a sentence and a next step.

use patcycle_client::{ClientError, ErrorKind, SignInReason};
use patcycle_contract::SessionTokenError;
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Bench, TOKENS, html};

async fn refusal(answer: ResponseTemplate) -> ClientError {
    let bench = Bench::new().await;
    Mock::given(any()).respond_with(answer).mount(&bench.server).await;
    let error = bench.client.get(Uuid::from_u128(1)).await.unwrap_err();
    let explained = error.explain();
    assert!(!explained.message.is_empty() && !explained.next.is_empty());
    let shown = format!("{error} {error:?} {explained:?}");
    assert!(TOKENS.iter().all(|token| !shown.contains(token)), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    error
}

fn envelope(status: u16, message: &str, type_key: &str) -> ResponseTemplate {
    let body = json!({
        "$id": "1", "innerException": null, "message": message, "typeName": format!("N.{type_key}, A"),
        "typeKey": type_key, "errorCode": 0, "eventId": 3000
    });
    ResponseTemplate::new(status).set_body_json(body)
}

fn result(status: u16, error: &Value) -> ResponseTemplate {
    let body =
        json!({ "patToken": null, "patTokenError": error, "patTokenErrorMessage": "In words.\u{1b}[31m" });
    ResponseTemplate::new(status).set_body_json(body)
}

#[tokio::test]
async fn all_reasons_with_every_status() {
    for reason in SessionTokenError::ALL.iter().filter(|reason| **reason != SessionTokenError::None) {
        for status in [200, 400, 403] {
            let error = refusal(result(status, &json!(reason.as_str()))).await;
            let ClientError::Domain(domain) = &error else { panic!("{error}") };
            assert_eq!((&domain.error, domain.status), (reason, status));
            assert!(error.explain().message.contains("The service says: In words."), "{error}");
        }
    }
    let error = refusal(result(200, &json!("aReasonOfTomorrow"))).await;
    assert!(error.explain().message.contains("`aReasonOfTomorrow`"));
    assert_eq!(error.kind(), ErrorKind::Failed);
    let error = refusal(result(200, &json!("none"))).await;
    assert!(matches!(error, ClientError::Unexpected { .. }), "{error}");
}

#[tokio::test]
async fn sign_in_in_all_its_shapes() {
    let message = "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.";
    let page = "<html><title>Azure DevOps Services | Sign In</title>";
    let moved = ResponseTemplate::new(302).insert_header("location", "https://sps.example/_signin?realm=x");
    let challenge = r#"Bearer error="insufficient_claims", claims="eyJhIjp7fX0=""#;
    let first =
        r"TF401444: Please sign-in at least once as t\\u in a web browser to enable access to the service.";
    for (answer, reason) in [
        (envelope(401, message, "UnauthorizedRequestException"), SignInReason::Unauthorized),
        (html(401, page), SignInReason::Unauthorized),
        (html(203, page), SignInReason::NonAuthoritative),
        (html(200, page), SignInReason::Page),
        (moved, SignInReason::Redirect),
        (
            ResponseTemplate::new(401).insert_header("www-authenticate", challenge),
            SignInReason::ClaimsChallenge,
        ),
        (envelope(403, first, "X"), SignInReason::FirstVisit),
    ] {
        let error = refusal(answer).await;
        let ClientError::SignInNeeded(sign_in) = &error else { panic!("{error}") };
        assert_eq!(sign_in.reason, reason);
        assert_eq!(error.kind(), ErrorKind::SignIn);
    }
}

#[tokio::test]
async fn refusals_of_the_service() {
    for (answer, kind, says) in [
        (
            envelope(
                403,
                "Service principals are not allowed to perform this action.",
                "InvalidAccessException",
            ),
            ErrorKind::Refused,
            "only a person who signed in can",
        ),
        (
            envelope(403, "The requested operation is not allowed.", "InvalidAccessException"),
            ErrorKind::Refused,
            "a PAT cannot make or change PATs",
        ),
        (
            envelope(403, "VS403463: The conditional access policy has failed.", "VssServiceException"),
            ErrorKind::Refused,
            "conditional access rules",
        ),
        (
            envelope(
                403,
                "VS30063: You are not authorized to access https://dev.azure.com.",
                "VssUnauthorizedException",
            ),
            ErrorKind::Refused,
            "may not use this organization",
        ),
        (
            envelope(
                400,
                "The requested version \"7.1\" of the resource is under preview.",
                "VssInvalidPreviewVersionException",
            ),
            ErrorKind::Failed,
            "preview only",
        ),
        (
            envelope(400, "TF400898: An Internal Error Occurred. Activity Id: x.", "JsonReaderException"),
            ErrorKind::Failed,
            "could not read the request as JSON",
        ),
        (
            envelope(404, "The organization is unknown.", "OrganizationNotFoundException"),
            ErrorKind::NotFound,
            "no such PAT or organization",
        ),
        (envelope(409, "Changed meanwhile.", "ConflictException"), ErrorKind::Conflict, "contradicts"),
        (html(404, "<html>Not here"), ErrorKind::NotFound, "not found"),
        (html(200, "<html>Hotel network"), ErrorKind::Failed, "instead of data"),
        (
            ResponseTemplate::new(429).set_body_string("TF400733: The request has been canceled"),
            ErrorKind::Unavailable,
            "throttling",
        ),
        (ResponseTemplate::new(501).set_body_string("no"), ErrorKind::Unavailable, "fault of its own"),
    ] {
        let error = refusal(answer).await;
        assert_eq!(error.kind(), kind, "{error}");
        let explained = error.explain();
        assert!(explained.message.contains(says), "{explained:?} lacks {says}");
    }
}

#[tokio::test]
async fn an_operators_id_is_told_for_a_fault_of_the_service() {
    let id = "6b2b8a0e-5a3b-4c0e-9a68-0d4c5a7f9f10";
    let answer =
        envelope(501, "TF400898: An Internal Error Occurred.", "Exception").insert_header("activityid", id);
    assert!(refusal(answer).await.explain().next.contains(id));
}

#[tokio::test]
async fn a_service_that_echoes_the_token_is_not_quoted() {
    let token = "A".repeat(84);
    let error = refusal(envelope(403, &format!("\u{1b}]0;x\u{7}no: {token}"), "E")).await;
    assert!(!format!("{error:?}").contains(&token));
    assert!(error.to_string().contains("[hidden]"), "{error}");
}
