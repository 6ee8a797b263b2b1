//! The claims of a token, and the rules that they must meet. Pure: the time comes in.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::fault::TokenFault;
use super::token::{AccessToken, CallerKind};

/// How far the issuer's clock may be ahead of ours. There is no such allowance at the end: clients renew
/// five minutes before it, so accepting longer would only prolong a stolen token.
const NOT_BEFORE_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Claims as they came. Those that only decorate are read leniently, those that decide strictly.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: Option<String>,
    pub(super) tid: Option<String>,
    aud: Option<Value>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    auth_time: Option<NumericDate>,
    oid: Option<String>,
    sub: Option<String>,
    scp: Option<String>,
    idtyp: Option<String>,
    appid: Option<Value>,
    azp: Option<Value>,
    upn: Option<Value>,
    unique_name: Option<Value>,
    preferred_username: Option<Value>,
    name: Option<Value>,
    groups: Option<Value>,
    amr: Option<Value>,
    uti: Option<Value>,
}

/// Seconds since 1970, whole or not: some issuers and libraries write fractions.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct NumericDate(f64);

impl NumericDate {
    fn timestamp(self) -> Option<Timestamp> {
        SignedDuration::try_from_secs_f64(self.0).ok().and_then(|since| Timestamp::from_duration(since).ok())
    }
}

impl Claims {
    /// The tenant, which must be a GUID in its usual form.
    pub(super) fn tenant_id(&self) -> Result<Uuid, TokenFault> {
        self.tid.as_deref().and_then(guid).ok_or(TokenFault::Claim("tid"))
    }

    /// Checks time and audience and takes over what the service needs. The caller has checked the signature,
    /// and that tenant and `issuer`, the configured one, fit it.
    pub(super) fn accept(
        self,
        issuer: &str,
        audiences: &[String],
        now: Timestamp,
    ) -> Result<AccessToken, TokenFault> {
        let expires_at = instant(self.exp, "exp")?;
        let not_before = instant(self.nbf, "nbf")?;
        if expires_at <= now {
            return Err(TokenFault::Expired);
        }
        if not_before > now.checked_add(NOT_BEFORE_SKEW).unwrap_or(Timestamp::MAX) {
            return Err(TokenFault::NotYetValid);
        }
        // A list is refused even when one member fits: Entra never writes one, and the others are strangers.
        let Some(Value::String(audience)) = &self.aud else { return Err(TokenFault::WrongAudience) };
        if !audiences.contains(audience) {
            return Err(TokenFault::WrongAudience);
        }
        let issued_at = if self.iat.is_some() { instant(self.iat, "iat")? } else { not_before };
        // Whoever signed in later than the token says did so for another one.
        let signed_in_at = if self.auth_time.is_some() {
            instant(self.auth_time, "auth_time")?.min(issued_at)
        } else {
            issued_at
        };
        let object_id = self.oid.as_deref().and_then(guid).ok_or(TokenFault::Claim("oid"))?;
        let kind = self.kind();
        Ok(AccessToken {
            issuer: issuer.to_owned(),
            tenant_id: self.tenant_id()?,
            object_id,
            kind,
            scopes: self
                .scp
                .as_deref()
                .unwrap_or_default()
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            user_name: text(self.upn).or(text(self.unique_name)).or(text(self.preferred_username)),
            display_name: text(self.name),
            groups: texts(self.groups).iter().filter_map(|group| guid(group)).collect(),
            authentication_methods: texts(self.amr),
            application_id: text(self.appid).or(text(self.azp)).as_deref().and_then(guid),
            token_id: text(self.uti),
            issued_at,
            signed_in_at,
            expires_at,
        })
    }

    /// An application says so by `idtyp`; where that claim is absent, it has no scopes and is its own subject.
    /// Whatever `idtyp` names beside `user` is no person.
    fn kind(&self) -> CallerKind {
        let says_so = self.idtyp.as_deref().is_some_and(|kind| kind != "user");
        let without_scopes = self.scp.as_deref().is_none_or(|scopes| scopes.trim().is_empty());
        let own_subject = self.sub.is_some() && self.sub == self.oid;
        if says_so || (without_scopes && own_subject) { CallerKind::Application } else { CallerKind::User }
    }
}

fn instant(claim: Option<NumericDate>, name: &'static str) -> Result<Timestamp, TokenFault> {
    claim.and_then(NumericDate::timestamp).ok_or(TokenFault::Claim(name))
}

/// A GUID with hyphens: the other spellings that a UUID library reads never occur in tokens.
fn guid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn texts(value: Option<Value>) -> Vec<String> {
    match value {
        Some(Value::Array(values)) => values.into_iter().filter_map(|one| text(Some(one))).collect(),
        _ => Vec::new(),
    }
}
