use std::collections::HashMap;
use std::time::Duration;

use patcycle_contract::SessionTokenError;

use super::*;
use crate::error::{ErrorKind, Unreachable, UnreachableKind};
use crate::select::Candidate;
use crate::token_source::{TokenSourceError, TokenSourceErrorKind};

fn is_prose(text: &str) -> bool {
    text.starts_with(|first: char| first.is_uppercase() || first == '`') && text.ends_with(['.', '?', ')'])
}

#[expect(clippy::unnecessary_box_returns, reason = "the variants hold a box")]
fn fault(status: u16, message: &str) -> Box<ServiceFault> {
    let code = message.split_once(':').map(|(code, _)| code.to_owned());
    Box::new(ServiceFault { status, code, message: message.to_owned(), ..ServiceFault::default() })
}

#[test]
fn every_reason_has_a_sentence_and_a_next_step_of_its_own() {
    assert_eq!(SessionTokenError::ALL.len(), 37);
    let mut sentences: HashMap<String, Vec<&str>> = HashMap::new();
    for reason in SessionTokenError::ALL {
        let Explanation { message, next } = explain_reason(reason);
        assert!(is_prose(&message) && is_prose(&next), "{reason:?}: {message} {next}");
        assert!(!message.contains(reason.as_str()), "{reason:?}: {message}");
        sentences.entry(message).or_default().push(reason.as_str());
    }
    // Only reasons that mean the same to a person share a sentence.
    let mut shared: Vec<_> = sentences.into_values().filter(|reasons| reasons.len() > 1).collect();
    shared.sort();
    assert_eq!(
        shared,
        [
            vec!["invalidClient", "invalidClientType", "invalidClientId"],
            vec!["sourceNotSupported", "invalidSourceIP", "invalidSource"]
        ]
    );
}

#[test]
fn an_unknown_reason_is_shown_by_name_with_the_words_of_the_service() {
    let error = SessionTokenError::Unknown("moonPhaseViolation".to_owned());
    let domain = Domain { error, message: Some("not at full moon".to_owned()), status: 200 };
    let explained = ClientError::Domain(Box::new(domain)).explain();
    assert!(explained.message.contains("`moonPhaseViolation`"), "{explained:?}");
    assert!(explained.message.ends_with("The service says: not at full moon."), "{explained:?}");
}

#[test]
fn reasons_become_exit_kinds() {
    use SessionTokenError as E;
    for (reason, kind) in [
        (E::FullScopePatPolicyViolation, ErrorKind::Refused),
        (E::GlobalPatCreationBlocked, ErrorKind::Refused),
        (E::AuthorizationNotFound, ErrorKind::NotFound),
        (E::InvalidScope, ErrorKind::Failed),
        (E::FailedToReadTenantPolicy, ErrorKind::Unavailable),
        (E::Unknown("x".to_owned()), ErrorKind::Failed),
    ] {
        assert_eq!(kind_of(&reason), kind, "{reason:?}");
    }
}

#[test]
fn the_tables_of_codes_are_prose_and_know_the_published_ones() {
    for (name, message, next) in service_code::rows() {
        assert!(is_prose(message) && is_prose(next), "{name}: {message} {next}");
    }
    for code in ["TF400813", "TF400898", "TF401444", "TF400733", "VS403463", "VS30063"] {
        let explained = ClientError::Refused(fault(403, &format!("{code}: words"))).explain();
        assert!(explained.message.ends_with(&format!("The service says: {code}: words.")), "{explained:?}");
        assert!(!explained.message.starts_with("You may not do this in this"), "{explained:?}");
    }
    for name in [
        "VssVersionNotSpecifiedException",
        "VssInvalidPreviewVersionException",
        "VssVersionOutOfRangeException",
        "VssInvalidApiResourceVersionException",
    ] {
        let fault = ServiceFault { status: 400, type_key: Some(name.to_owned()), ..ServiceFault::default() };
        let explained = ClientError::Rejected(Box::new(fault)).explain();
        assert!(explained.next.contains("-preview.1"), "{name}: {explained:?}");
    }
    let message = "Service principals are not allowed to perform this action.";
    let explained = ClientError::Refused(fault(403, message)).explain();
    assert!(explained.message.starts_with("Applications and managed identities"), "{explained:?}");
}

#[test]
fn every_error_explains_itself() {
    let needed = |reason| {
        let fault = ServiceFault { status: 401, ..ServiceFault::default() };
        ClientError::SignInNeeded(Box::new(SignIn { reason, fault, claims: None }))
    };
    let unreachable = |kind| {
        let (host, detail) = ("https://localhost:1".to_owned(), "detail".to_owned());
        ClientError::Unreachable(Unreachable { kind, host, detail, may_have_arrived: false })
    };
    let unconfirmed = |found| {
        let cause = unreachable(UnreachableKind::Timeout);
        ClientError::UnconfirmedCreate(Box::new(UnconfirmedCreate {
            cause,
            display_name: "ci".to_owned(),
            found,
        }))
    };
    let candidate = Candidate {
        authorization_id: uuid::Uuid::from_u128(7),
        display_name: "ci".to_owned(),
        scope: "vso.code".to_owned(),
        valid_from: jiff::Timestamp::UNIX_EPOCH,
        valid_to: jiff::Timestamp::UNIX_EPOCH,
    };
    let html = |status| ClientError::Html(HtmlAnswer { status, host: "https://localhost".to_owned() });
    let host = || "https://else.example".to_owned();
    let errors = [
        needed(SignInReason::Unauthorized),
        needed(SignInReason::Redirect),
        needed(SignInReason::NonAuthoritative),
        needed(SignInReason::Page),
        needed(SignInReason::FirstVisit),
        needed(SignInReason::ClaimsChallenge),
        ClientError::Token(TokenSourceError {
            kind: TokenSourceErrorKind::SignInNeeded,
            message: "You are not signed in".to_owned(),
            next: "Run `patcycle login`".to_owned(),
        }),
        ClientError::Destination(DestinationError::NotAzureDevOps { host: host() }),
        ClientError::Destination(DestinationError::NotSecure { host: host() }),
        ClientError::Destination(DestinationError::AnotherHost { host: host(), configured: host() }),
        ClientError::Destination(DestinationError::UserInformation { host: host() }),
        ClientError::Refused(fault(403, "")),
        ClientError::NotFound(fault(404, "")),
        ClientError::Conflict(fault(409, "")),
        ClientError::Rejected(fault(400, "")),
        ClientError::Throttled { fault: fault(429, ""), retry_after: None },
        ClientError::Throttled { fault: fault(429, ""), retry_after: Some(Duration::from_secs(90)) },
        ClientError::Unavailable(fault(503, "")),
        html(200),
        html(404),
        html(502),
        unreachable(UnreachableKind::Dns),
        unreachable(UnreachableKind::Connect),
        unreachable(UnreachableKind::Tls),
        unreachable(UnreachableKind::Proxy),
        unreachable(UnreachableKind::Timeout),
        unreachable(UnreachableKind::Interrupted),
        unreachable(UnreachableKind::TooLong),
        ClientError::Unexpected { status: 200, problem: "it is empty".to_owned() },
        ClientError::Redirected { status: 308, to: host() },
        unconfirmed(None),
        unconfirmed(Some(vec![])),
        unconfirmed(Some(vec![candidate])),
        ClientError::Settings(SettingsError::Organization { name: "a/b".to_owned() }),
    ];
    for error in errors {
        let Explanation { message, next } = error.explain();
        assert!(is_prose(&message) && is_prose(&next), "{error:?}: {message} | {next}");
        assert!(!error.to_string().is_empty());
    }
}
