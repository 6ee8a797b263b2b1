//! The JSON of every answer that carries PATs, field by field and in order.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use patcycle_contract::pat::IssuedPatToken;
use patcycle_contract::{
    ApiVersion, IssuedPatTokenResult, PagedPatTokens, PatToken, PatTokenResult, SessionTokenError,
};
use patcycle_primitives::Secret;
use uuid::Uuid;

fn pat_token(token: Option<&str>) -> PatToken {
    PatToken {
        display_name: "new_token".to_owned(),
        valid_to: "2020-12-01T23:46:23.319Z".parse().unwrap(),
        scope: "app_token".to_owned(),
        target_accounts: Some(vec![Uuid::from_u128(0x38aa_a865_2c70_4bf7_a308_0c65_39c3_8c1a)]),
        valid_from: "2020-10-29T17:30:51Z".parse().unwrap(),
        authorization_id: Uuid::from_u128(0x4ab5_bdf6_7e00_4d84_a55d_0dd3_e02b_e7a1),
        token: token.map(Secret::new),
    }
}

const WITHOUT_TOKEN: &str = r#"{"displayName":"new_token","validTo":"2020-12-01T23:46:23.32Z","scope":"app_token","targetAccounts":["38aaa865-2c70-4bf7-a308-0c6539c38c1a"],"validFrom":"2020-10-29T17:30:51Z","authorizationId":"4ab5bdf6-7e00-4d84-a55d-0dd3e02be7a1","token":null}"#;

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn the_secret_shows_in_the_issued_answer_only() {
    let issued = pat_token(Some("s3cret"));
    assert_eq!(json(&issued), WITHOUT_TOKEN);
    let with_token = WITHOUT_TOKEN.replace("\"token\":null", "\"token\":\"s3cret\"");
    assert_eq!(json(&IssuedPatToken(&issued)), with_token);
    assert_eq!(
        json(&IssuedPatTokenResult(issued)),
        format!(r#"{{"patToken":{with_token},"patTokenError":"none","patTokenErrorMessage":null}}"#)
    );
}

#[test]
fn debug_never_shows_the_secret() {
    let issued = IssuedPatTokenResult(pat_token(Some("s3cret")));
    let shown = format!("{issued:?} {:?}", IssuedPatToken(&issued.0));
    assert!(shown.contains("[redacted]") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn answers_to_get_and_update() {
    let result = PatTokenResult {
        pat_token: Some(pat_token(None)),
        pat_token_error: SessionTokenError::None,
        pat_token_error_message: None,
    };
    assert_eq!(
        json(&result),
        format!(r#"{{"patToken":{WITHOUT_TOKEN},"patTokenError":"none","patTokenErrorMessage":null}}"#)
    );
    let refused = PatTokenResult {
        pat_token: None,
        pat_token_error: SessionTokenError::GlobalPatCreationBlocked,
        pat_token_error_message: Some("why".to_owned()),
    };
    assert_eq!(
        json(&refused),
        r#"{"patToken":null,"patTokenError":"globalPATCreationBlocked","patTokenErrorMessage":"why"}"#
    );
}

#[test]
fn pages() {
    let page = PagedPatTokens { continuation_token: Some(String::new()), pat_tokens: vec![pat_token(None)] };
    assert_eq!(json(&page), format!(r#"{{"continuationToken":"","patTokens":[{WITHOUT_TOKEN}]}}"#));
}

#[test]
fn a_global_pat_has_null_targets() {
    let global = PatToken { target_accounts: None, ..pat_token(None) };
    assert!(json(&global).contains(r#""targetAccounts":null"#));
}

#[test]
fn clients_read_what_any_service_writes() {
    let body = r#"{"patToken":{"authorizationId":"4AB5BDF6-7E00-4D84-A55D-0DD3E02BE7A1","displayName":"n",
        "scope":"vso.code","token":"s3cret","validFrom":"2020-10-29T17:30:51","validTo":"2020-12-01T23:46:23.3233333Z",
        "new":1},"patTokenError":"None"}"#;
    let result: PatTokenResult = serde_json::from_str(body).unwrap();
    assert_eq!((result.pat_token_error, result.pat_token_error_message), (SessionTokenError::None, None));
    let token = result.pat_token.unwrap();
    assert_eq!(token.token.unwrap().expose(), "s3cret");
    assert_eq!(
        (token.target_accounts, token.valid_from.to_string().as_str()),
        (None, "2020-10-29T17:30:51Z")
    );
    let result: PatTokenResult =
        serde_json::from_str(r#"{"patToken":null,"patTokenError":"brandNew"}"#).unwrap();
    assert_eq!(result.pat_token_error, SessionTokenError::Unknown("brandNew".to_owned()));
    let page: PagedPatTokens = serde_json::from_str(r#"{"continuationToken":null,"patTokens":[]}"#).unwrap();
    assert_eq!(page.continuation_token, None);
}

#[test]
fn all_error_names_in_the_published_order() {
    let names: Vec<&str> = SessionTokenError::ALL.iter().map(SessionTokenError::as_str).collect();
    let published = "none displayNameRequired invalidDisplayName invalidValidTo invalidScope userIdRequired \
        invalidUserId invalidUserType accessDenied failedToIssueAccessToken invalidClient invalidClientType \
        invalidClientId invalidTargetAccounts hostAuthorizationNotFound authorizationNotFound \
        failedToUpdateAccessToken sourceNotSupported invalidSourceIP invalidSource duplicateHash sshPolicyDisabled \
        invalidToken tokenNotFound invalidAuthorizationId failedToReadTenantPolicy globalPatPolicyViolation \
        fullScopePatPolicyViolation patLifespanPolicyViolation invalidTokenType invalidAudience invalidSubject \
        deploymentHostNotSupported disablePatCreationPolicyViolation failedToReadOrgPolicy globalPATCreationBlocked \
        expiredPatCannotBeExtended";
    assert_eq!(names, published.split_whitespace().collect::<Vec<_>>());
    for (error, name) in SessionTokenError::ALL.iter().zip(names) {
        assert_eq!(&name.to_uppercase().parse::<SessionTokenError>().unwrap(), error);
        assert_eq!(json(error), format!("\"{name}\""));
    }
}

#[test]
fn older_versions_get_access_denied_for_values_they_lack() {
    let known = |version| {
        let told = SessionTokenError::ALL.iter().map(|error| (error, error.clone().for_version(version)));
        told.take_while(|(error, told)| *error == told).count()
    };
    assert_eq!(known(ApiVersion::V6_1), 29);
    assert_eq!(known(ApiVersion::V7_0), 29);
    assert_eq!(known(ApiVersion::V7_1), 33);
    assert_eq!(known(ApiVersion::V7_2), 37);
    for error in &SessionTokenError::ALL[33..] {
        assert_eq!(error.clone().for_version(ApiVersion::V7_1), SessionTokenError::AccessDenied);
    }
}
