//! Claims: what stands in access tokens, ID tokens and `client_info`.

use jiff::{SignedDuration, Timestamp};
use patcycle_entra::resource::AZURE_DEVOPS_RESOURCE;
use patcycle_primitives::{Random, RandomError};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::digest::{base64url, sha256};
use crate::grant::Grant;
use crate::model::{Application, User};

/// The audience of access tokens that are for no resource of ours: the user information endpoint.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The role template of global administrators, in `wids`.
const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// How an application proved who it is: `appidacr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientProof {
    /// Not at all: a public client.
    None,
    /// By a secret.
    Secret,
    /// By a certificate.
    Certificate,
}

impl ClientProof {
    fn claim(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

/// From when to when a token is good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) now: Timestamp,
    pub(crate) lifetime: SignedDuration,
}

impl Validity {
    fn claims(self) -> [(&'static str, Value); 3] {
        let now = self.now.as_second();
        [("iat", json!(now)), ("nbf", json!(now)), ("exp", json!(now + self.lifetime.as_secs()))]
    }
}

/// The access token of a person, in Entra's first shape, which Azure DevOps takes.
pub(crate) fn access_token(
    grant: &Grant,
    user: &User,
    proof: ClientProof,
    validity: Validity,
    random: &dyn Random,
) -> Result<Value, RandomError> {
    let mut claims = common(grant.tenant_id, grant.application_id, proof, validity, random)?;
    let audience = if grant.scopes.resource.is_some() { AZURE_DEVOPS_RESOURCE } else { GRAPH };
    let methods = if grant.multi_factor { json!(["pwd", "mfa"]) } else { json!(["pwd"]) };
    let add = [
        ("aud", json!(audience)),
        ("acr", json!("1")),
        ("amr", methods),
        ("idtyp", json!("user")),
        ("ipaddr", json!("127.0.0.1")),
        ("name", json!(user.display_name)),
        ("family_name", json!(user.family_name)),
        ("given_name", json!(user.given_name)),
        ("oid", json!(user.id)),
        ("puid", json!(puid(user.id))),
        ("scp", json!(grant.scopes.claim())),
        ("sid", json!(grant.session_id)),
        ("sub", json!(pairwise_subject(user, audience))),
        ("unique_name", json!(user.user_name)),
        ("upn", json!(user.user_name)),
    ];
    claims.extend(add.map(|(name, value)| (name.to_owned(), value)));
    if user.administrator {
        claims.insert("wids".to_owned(), json!([GLOBAL_ADMINISTRATOR]));
    }
    add_groups(&mut claims, user);
    Ok(Value::Object(claims))
}

/// The access token of an application that acts for itself: its own subject, without scopes.
pub(crate) fn application_token(
    application: &Application,
    tenant_id: Uuid,
    proof: ClientProof,
    validity: Validity,
    random: &dyn Random,
) -> Result<Value, RandomError> {
    let mut claims = common(tenant_id, application.id, proof, validity, random)?;
    let principal = application.service_principal_id(tenant_id);
    let add = [
        ("aud", json!(AZURE_DEVOPS_RESOURCE)),
        ("appid", json!(application.id)),
        ("idp", json!(issuer_v1(tenant_id))),
        ("idtyp", json!("app")),
        ("oid", json!(principal)),
        ("sub", json!(principal)),
    ];
    claims.extend(add.map(|(name, value)| (name.to_owned(), value)));
    Ok(Value::Object(claims))
}

/// The ID token, in Entra's second shape.
pub(crate) fn id_token(
    issuer: &str,
    grant: &Grant,
    user: &User,
    nonce: Option<&str>,
    validity: Validity,
    random: &dyn Random,
) -> Result<Value, RandomError> {
    let client = grant.application_id.to_string();
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    for (name, value) in validity.claims() {
        add(name, value);
    }
    add("aud", json!(client));
    add("iss", json!(issuer));
    add("sub", json!(pairwise_subject(user, &client)));
    add("oid", json!(user.id));
    add("tid", json!(grant.tenant_id));
    add("ver", json!("2.0"));
    add("rh", json!(decoration("rh", grant.tenant_id)));
    add("uti", json!(token_id(random)?));
    if grant.scopes.openid.profile {
        add("name", json!(user.display_name));
        add("preferred_username", json!(user.user_name));
        add("given_name", json!(user.given_name));
        add("family_name", json!(user.family_name));
    }
    if grant.scopes.openid.email {
        add("email", json!(user.user_name));
    }
    // MSAL refuses a nonce that it did not send.
    if let Some(nonce) = nonce {
        add("nonce", json!(nonce));
    }
    if grant.claims.auth_time {
        add("auth_time", json!(grant.authenticated_at.as_second()));
    }
    if grant.claims.login_hint {
        add("login_hint", json!(login_hint(user)));
    }
    if grant.claims.sid {
        add("sid", json!(grant.session_id));
    }
    add_groups(&mut claims, user);
    Ok(Value::Object(claims))
}

/// Who the account is, for MSAL's cache: base64url of the person's and the tenant's id.
pub(crate) fn client_info(user_id: Uuid, tenant_id: Uuid) -> String {
    base64url(json!({"uid": user_id, "utid": tenant_id}).to_string())
}

/// The opaque login hint of an ID token.
pub(crate) fn login_hint(user: &User) -> String {
    format!("O.{}", base64url(json!({"u": user.user_name}).to_string()))
}

/// The user name behind a login hint: a user name as people know it, or the claim above.
pub(crate) fn user_name_of_hint(hint: &str) -> String {
    let opaque = hint.strip_prefix("O.").and_then(crate::digest::from_base64url);
    let name = opaque.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let name = name.and_then(|value| value.get("u").and_then(Value::as_str).map(str::to_owned));
    name.unwrap_or_else(|| hint.trim().to_owned())
}

/// The subject of a person for one audience: others cannot tell that it is the same person.
pub(crate) fn pairwise_subject(user: &User, audience: &str) -> String {
    base64url(sha256(&format!("subject/{}/{}/{audience}", user.tenant_id, user.id)))
}

/// The issuer of tokens in the first shape.
pub(crate) fn issuer_v1(tenant_id: Uuid) -> String {
    format!("https://sts.windows.net/{tenant_id}/")
}

fn common(
    tenant_id: Uuid,
    application_id: Uuid,
    proof: ClientProof,
    validity: Validity,
    random: &dyn Random,
) -> Result<Map<String, Value>, RandomError> {
    let fixed = [
        ("iss", json!(issuer_v1(tenant_id))),
        ("tid", json!(tenant_id)),
        ("appid", json!(application_id)),
        ("appidacr", json!(proof.claim())),
        ("ver", json!("1.0")),
        ("aio", json!(token_id(random)?)),
        ("rh", json!(decoration("rh", tenant_id))),
        ("uti", json!(token_id(random)?)),
    ];
    let all = fixed.into_iter().chain(validity.claims());
    Ok(all.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn add_groups(claims: &mut Map<String, Value>, user: &User) {
    if !user.groups.is_empty() {
        claims.insert("groups".to_owned(), json!(user.groups));
    }
}

/// Unique per token, 22 characters.
fn token_id(random: &dyn Random) -> Result<String, RandomError> {
    Ok(base64url(random.uuid()?.as_bytes()))
}

fn decoration(purpose: &str, id: Uuid) -> String {
    format!("0.{}.", base64url(Sha256::digest(format!("{purpose}/{id}"))))
}

fn puid(id: Uuid) -> String {
    let (high, _) = id.as_u64_pair();
    format!("{high:016X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_hint_is_read_in_both_forms() {
        assert_eq!(user_name_of_hint(" ada@fabrikam.example "), "ada@fabrikam.example");
        let opaque = format!("O.{}", base64url(r#"{"u":"ada@fabrikam.example"}"#));
        assert_eq!(user_name_of_hint(&opaque), "ada@fabrikam.example");
        assert_eq!(user_name_of_hint("O.***"), "O.***");
    }
}
