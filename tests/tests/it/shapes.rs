//! The shapes of answers, transcribed from contract.md §1.5, §1.6, §2.1 and §4.1: independent of the types that the
//! service itself writes with.

use serde_json::{Map, Value};

/// `SessionTokenError` in the published order (contract.md §1.6), with the version that brought each.
pub(crate) const SESSION_TOKEN_ERRORS: [(&str, &str); 37] = [
    ("none", "6.1"),
    ("displayNameRequired", "6.1"),
    ("invalidDisplayName", "6.1"),
    ("invalidValidTo", "6.1"),
    ("invalidScope", "6.1"),
    ("userIdRequired", "6.1"),
    ("invalidUserId", "6.1"),
    ("invalidUserType", "6.1"),
    ("accessDenied", "6.1"),
    ("failedToIssueAccessToken", "6.1"),
    ("invalidClient", "6.1"),
    ("invalidClientType", "6.1"),
    ("invalidClientId", "6.1"),
    ("invalidTargetAccounts", "6.1"),
    ("hostAuthorizationNotFound", "6.1"),
    ("authorizationNotFound", "6.1"),
    ("failedToUpdateAccessToken", "6.1"),
    ("sourceNotSupported", "6.1"),
    ("invalidSourceIP", "6.1"),
    ("invalidSource", "6.1"),
    ("duplicateHash", "6.1"),
    ("sshPolicyDisabled", "6.1"),
    ("invalidToken", "6.1"),
    ("tokenNotFound", "6.1"),
    ("invalidAuthorizationId", "6.1"),
    ("failedToReadTenantPolicy", "6.1"),
    ("globalPatPolicyViolation", "6.1"),
    ("fullScopePatPolicyViolation", "6.1"),
    ("patLifespanPolicyViolation", "6.1"),
    ("invalidTokenType", "7.1"),
    ("invalidAudience", "7.1"),
    ("invalidSubject", "7.1"),
    ("deploymentHostNotSupported", "7.1"),
    ("disablePatCreationPolicyViolation", "7.2"),
    ("failedToReadOrgPolicy", "7.2"),
    ("globalPATCreationBlocked", "7.2"),
    ("expiredPatCannotBeExtended", "7.2"),
];

/// Holds a body against a shape by name, in the way of a version.
#[track_caller]
pub(crate) fn assert_shape(shape: &str, version: &str, body: &Value) {
    match shape {
        "IssuedPatTokenResult" => {
            let pat = result(body, version).expect("a PAT was made");
            assert_eq!(text(&pat["token"]).len(), 84, "the one answer with the secret");
        }
        "PatTokenResult" => {
            if let Some(pat) = result(body, version) {
                assert!(pat["token"].is_null(), "no secret but in the answer to create");
            }
        }
        "PagedPatTokens" => {
            let page = fields(body, &["continuationToken", "patTokens"]);
            assert!(page["continuationToken"].is_string(), "the end of the list is an empty string");
            for pat in list(&page["patTokens"]) {
                pat_token(pat);
                assert!(pat["token"].is_null());
            }
        }
        "TokenAdminPagedSessionTokens" => {
            let page = fields(body, &["value", "continuationToken"]);
            if !page["continuationToken"].is_null() {
                uuid(&page["continuationToken"]);
            }
            for token in list(&page["value"]) {
                session_token(token, version);
            }
        }
        "WrappedException" => envelope(body),
        other => panic!("no shape {other}"),
    }
}

fn result<'a>(body: &'a Value, version: &str) -> Option<&'a Value> {
    let result = fields(body, &["patToken", "patTokenError", "patTokenErrorMessage"]);
    let error = text(&result["patTokenError"]);
    let known = SESSION_TOKEN_ERRORS.iter().find(|(name, _)| *name == error);
    let (_, since) = known.unwrap_or_else(|| panic!("unpublished value {error}"));
    assert!(*since <= version, "{error} came with {since}, and {version} was asked for");
    if error == "none" {
        assert!(result["patTokenErrorMessage"].is_null());
        pat_token(&result["patToken"]);
        return Some(&result["patToken"]);
    }
    assert!(result["patToken"].is_null());
    assert!(!text(&result["patTokenErrorMessage"]).is_empty(), "the reason is told in every version");
    None
}

fn pat_token(pat: &Value) {
    let names =
        ["displayName", "validTo", "scope", "targetAccounts", "validFrom", "authorizationId", "token"];
    let pat = fields(pat, &names);
    text(&pat["displayName"]);
    assert!(!text(&pat["scope"]).is_empty());
    for name in ["validTo", "validFrom"] {
        let (date, fraction) = date(&pat[name]).strip_suffix('Z').map(split).expect("UTC is Z");
        assert_eq!(date.len(), 19);
        assert!(fraction.len() <= 7 && !fraction.ends_with('0'), "{fraction}");
    }
    accounts(&pat["targetAccounts"]);
    uuid(&pat["authorizationId"]);
    assert!(pat["token"].is_null() || pat["token"].is_string());
}

/// Token Admin's dates have no offset (contract.md §1.5).
fn session_token(token: &Value, version: &str) {
    let mut names = vec![
        "clientId",
        "accessId",
        "authorizationId",
        "hostAuthorizationId",
        "userId",
        "validFrom",
        "validTo",
        "displayName",
        "scope",
        "targetAccounts",
        "token",
        "alternateToken",
        "isValid",
        "isPublic",
        "publicData",
        "source",
    ];
    if version >= "6.0" {
        names.push("claims");
    }
    if version >= "7.2" {
        names.push("crossCompanyCorrelatingId");
    }
    let token = fields(token, &names);
    for name in ["clientId", "accessId", "authorizationId", "hostAuthorizationId", "userId"] {
        uuid(&token[name]);
    }
    for name in ["validFrom", "validTo"] {
        assert!(!date(&token[name]).ends_with('Z'), "{}", token[name]);
    }
    for name in ["token", "alternateToken", "publicData", "source"] {
        assert!(token[name].is_null(), "{name}");
    }
    for name in ["isValid", "isPublic"] {
        assert!(token[name].is_boolean());
    }
    text(&token["scope"]);
    accounts(&token["targetAccounts"]);
}

fn envelope(body: &Value) {
    let names = ["$id", "innerException", "message", "typeName", "typeKey", "errorCode", "eventId"];
    let envelope = fields(body, &names);
    assert_eq!(envelope["$id"], "1");
    for name in ["message", "typeName", "typeKey"] {
        assert!(!text(&envelope[name]).is_empty());
    }
    for name in ["errorCode", "eventId"] {
        assert!(envelope[name].is_i64());
    }
}

fn fields<'a>(value: &'a Value, names: &[&str]) -> &'a Map<String, Value> {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
    let mut expected = names.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    object
}

fn accounts(value: &Value) {
    if !value.is_null() {
        let accounts = list(value);
        assert_eq!(accounts.len(), 1, "null, or exactly the organization");
        uuid(&accounts[0]);
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn date(value: &Value) -> &str {
    let text = text(value);
    let readable = text.trim_end_matches('Z').parse::<jiff::civil::DateTime>();
    assert!(readable.is_ok(), "no date: {text}");
    text
}

fn split(date: &str) -> (&str, &str) {
    date.split_once('.').unwrap_or((date, ""))
}

fn uuid(value: &Value) {
    let text = text(value);
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
    assert!(text.chars().all(|digit| digit == '-' || digit.is_ascii_digit() || ('a'..='f').contains(&digit)));
}
