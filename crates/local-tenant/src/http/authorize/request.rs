//! The request of an application, read once its redirect URI is known.

use jiff::SignedDuration;
use serde_json::Value;
use uuid::Uuid;

use crate::grant::{CodeChallenge, OptionalClaims};
use crate::http::fault::Fault;
use crate::http::parameters::Parameters;
use crate::model::{Application, Platform};
use crate::scopes::{GrantedScopes, RequestedScopes};
use crate::tokens::user_name_of_hint;

/// Characters of a challenge, and of a verifier (RFC 7636, section 4).
const CHALLENGE_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

/// Characters of base64url of a SHA-256.
const S256_LENGTH: usize = 43;

/// What the application asked for.
#[derive(Debug)]
pub(super) struct AuthorizeRequest {
    pub(super) scopes: GrantedScopes,
    pub(super) prompt: Prompt,
    pub(super) user_name: Option<String>,
    pub(super) session_id: Option<Uuid>,
    pub(super) max_age: Option<SignedDuration>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<CodeChallenge>,
    pub(super) claims: OptionalClaims,
    pub(super) client_info: bool,
}

/// How the person is to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent words of one parameter")]
pub(super) struct Prompt {
    pub(super) none: bool,
    pub(super) login: bool,
    pub(super) consent: bool,
    pub(super) select_account: bool,
}

impl AuthorizeRequest {
    pub(super) fn read(
        query: &Parameters,
        application: &Application,
        platform: Platform,
    ) -> Result<Self, Fault> {
        for name in ["request", "request_uri"] {
            if query.first(name).is_some() {
                return Err(Fault::BadParameter { name, why: "request objects are not supported" });
            }
        }
        match query.required("response_type")? {
            "code" => {}
            other => return Err(Fault::ResponseType(other.to_owned())),
        }
        let requested = RequestedScopes::parse(query.required("scope")?)?;
        if requested.is_empty() {
            return Err(Fault::Missing("scope"));
        }
        let challenge = challenge(query)?;
        if challenge.is_none() && platform == Platform::Spa {
            return Err(Fault::ChallengeNeeded);
        }
        let max_age = max_age(query)?;
        let mut claims = claims(query)?;
        claims.auth_time |= max_age.is_some();
        Ok(Self {
            scopes: requested.grant_to(application)?,
            prompt: prompt(query)?,
            user_name: query.one("login_hint")?.map(user_name_of_hint),
            session_id: query.one("sid")?.and_then(|id| Uuid::try_parse(id).ok()),
            max_age,
            nonce: query.one("nonce")?.map(str::to_owned),
            challenge,
            claims,
            client_info: query.wants_client_info(),
        })
    }
}

fn prompt(query: &Parameters) -> Result<Prompt, Fault> {
    let Some(text) = query.one("prompt")? else { return Ok(Prompt::default()) };
    let mut prompt = Prompt::default();
    for word in text.split_ascii_whitespace() {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "consent" => prompt.consent = true,
            "select_account" => prompt.select_account = true,
            // There is no sign-up: the sign-in page is what there is.
            "create" => {}
            _ => return Err(Fault::Prompt(text.to_owned())),
        }
    }
    if prompt.none && prompt != (Prompt { none: true, ..Prompt::default() }) {
        return Err(Fault::Prompt(text.to_owned()));
    }
    Ok(prompt)
}

fn challenge(query: &Parameters) -> Result<Option<CodeChallenge>, Fault> {
    const NAME: &str = "code_challenge";
    let method = query.one("code_challenge_method")?;
    let Some(challenge) = query.one(NAME)? else {
        return if method.is_some() { Err(Fault::Missing(NAME)) } else { Ok(None) };
    };
    let bad = |name, why| Err(Fault::BadParameter { name, why });
    if !challenge.bytes().all(is_unreserved) {
        return bad(NAME, "it has characters that a challenge cannot have");
    }
    match method {
        Some("S256") if challenge.len() == S256_LENGTH => Ok(Some(CodeChallenge::S256(challenge.to_owned()))),
        Some("S256") => bad(NAME, "base64url of a SHA-256 has 43 characters"),
        None | Some("plain") if CHALLENGE_LENGTH.contains(&challenge.len()) => {
            Ok(Some(CodeChallenge::Plain(challenge.to_owned())))
        }
        None | Some("plain") => bad(NAME, "it must have 43 to 128 characters"),
        Some(_) => bad("code_challenge_method", "it must be S256 or plain"),
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn max_age(query: &Parameters) -> Result<Option<SignedDuration>, Fault> {
    const NAME: &str = "max_age";
    let Some(text) = query.one(NAME)? else { return Ok(None) };
    let seconds: u32 =
        text.parse().map_err(|_| Fault::BadParameter { name: NAME, why: "it must be seconds, 0 or more" })?;
    Ok(Some(SignedDuration::from_secs(i64::from(seconds))))
}

/// Claims asked for by the parameter `claims` (OpenID Connect Core, section 5.5). What is unknown is passed over.
fn claims(query: &Parameters) -> Result<OptionalClaims, Fault> {
    const NAME: &str = "claims";
    let Some(text) = query.one(NAME)? else { return Ok(OptionalClaims::default()) };
    let bad = |why| Fault::BadParameter { name: NAME, why };
    let value: Value = serde_json::from_str(text).map_err(|_| bad("it is not JSON"))?;
    let object = value.as_object().ok_or_else(|| bad("it must be a JSON object"))?;
    let id_token = object.get("id_token").and_then(Value::as_object);
    let asked = |name: &str| id_token.is_some_and(|claims| claims.contains_key(name));
    Ok(OptionalClaims { auth_time: asked("auth_time"), login_hint: asked("login_hint"), sid: asked("sid") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Parameters {
        Parameters::parse(text.as_bytes())
    }

    #[test]
    fn prompts_are_read_and_none_stands_alone() {
        let both = prompt(&query("prompt=login+consent")).unwrap();
        assert!(both.login && both.consent && !both.none);
        assert!(prompt(&query("prompt=none+login")).is_err());
        assert!(prompt(&query("prompt=maybe")).is_err());
    }

    #[test]
    fn challenges_are_checked_for_their_form() {
        let good = "a".repeat(43);
        let read = |method: &str, value: &str| {
            challenge(&query(&format!("code_challenge={value}&code_challenge_method={method}")))
        };
        assert_eq!(read("S256", &good).unwrap(), Some(CodeChallenge::S256(good.clone())));
        assert_eq!(read("plain", &good).unwrap(), Some(CodeChallenge::Plain(good.clone())));
        assert!(read("S256", "short").is_err());
        assert!(read("S512", &good).is_err());
        assert!(challenge(&query("code_challenge_method=S256")).is_err());
        assert_eq!(challenge(&query("")).unwrap(), None);
    }

    #[test]
    fn claims_are_json_objects() {
        let asked = claims(&query("claims=%7B%22id_token%22%3A%7B%22auth_time%22%3Anull%7D%7D")).unwrap();
        assert!(asked.auth_time && !asked.sid);
        assert!(claims(&query("claims=%5B%5D")).is_err());
        assert!(claims(&query("claims=%7B")).is_err());
    }
}
