//! Client assertions (RFC 7523): an application proves by a certificate who it is.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Endpoint;
use super::directory::Directory;
use super::fault::Fault;
use super::parameters::Parameters;
use crate::digest::from_base64url;
use crate::keys::verify_rsa;
use crate::model::Application;
use crate::store::CertificateRow;

/// The only type of assertion.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far the client's clock may be off. MSAL Node rounds its clock up, so that `nbf` lies ahead.
const SKEW: SignedDuration = SignedDuration::from_secs(300);

/// How far ahead an assertion may end.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// The assertion of a request, if it has one.
pub(super) fn sent(form: &Parameters) -> Result<Option<&str>, Fault> {
    const TYPE: &str = "client_assertion_type";
    match (form.one("client_assertion")?, form.one(TYPE)?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Fault::Missing("client_assertion")),
        (Some(assertion), Some(ASSERTION_TYPE)) => Ok(Some(assertion)),
        (Some(_), None) => Err(Fault::Missing(TYPE)),
        (Some(_), Some(_)) => Err(Fault::BadParameter { name: TYPE, why: "it must be the type jwt-bearer" }),
    }
}

/// The header. `x5c`, `jku` and their like are passed over: only a registered certificate counts.
#[derive(Deserialize)]
struct Header {
    alg: String,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
    crit: Option<Value>,
}

/// The claims. MSAL Python writes fractions of seconds and no `nbf`, MSAL Node whole ones and no `iat`.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
}

struct Assertion<'a> {
    header: Header,
    claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Assertion<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header: serde_json::from_slice(&from_base64url(header)?).ok()?,
            claims: serde_json::from_slice(&from_base64url(claims)?).ok()?,
            signed,
            signature: from_base64url(signature)?,
        })
    }
}

/// The application that an assertion says it is of. To be believed after [`check`] only.
pub(super) fn unverified_issuer(text: &str) -> Option<String> {
    Assertion::parse(text)?.claims.iss
}

/// Checks that an assertion is of this application, for this endpoint, and now.
pub(super) async fn check(
    endpoint: &Endpoint,
    directory: &Directory,
    application: &Application,
    text: &str,
) -> Result<(), Fault> {
    let malformed = Fault::AssertionUntrusted("it is not a JWT with the claims of a client assertion");
    let assertion = Assertion::parse(text).ok_or(malformed)?;
    let header = &assertion.header;
    let pss = match header.alg.as_str() {
        "RS256" => false,
        "PS256" => true,
        _ => return Err(Fault::AssertionUntrusted("its algorithm must be RS256 or PS256")),
    };
    if header.crit.is_some() {
        return Err(Fault::AssertionUntrusted("its header has critical extensions"));
    }
    let certificates = endpoint.inner.store.client_certificates(application.id).await?;
    let certificate = certificates.iter().find(|row| is_named(row, header));
    let certificate = certificate.ok_or(Fault::AssertionUntrusted(
        "no registered certificate of the application has its thumbprint",
    ))?;
    if !verify_rsa(&certificate.public_key, pss, assertion.signed.as_bytes(), &assertion.signature) {
        return Err(Fault::AssertionUntrusted("its signature is not that of the registered certificate"));
    }
    check_claims(&assertion.claims, &audiences(endpoint, directory), application, endpoint.inner.clock.now())
}

/// By SHA-256 where the header has it, else by SHA-1; padded or not.
fn is_named(row: &CertificateRow, header: &Header) -> bool {
    match (&header.x5t_s256, &header.x5t) {
        (Some(thumbprint), _) => from_base64url(thumbprint).as_deref() == Some(&row.sha256),
        (None, Some(thumbprint)) => from_base64url(thumbprint).as_deref() == Some(&row.sha1),
        (None, None) => false,
    }
}

/// The token endpoint as published, or the issuer.
fn audiences(endpoint: &Endpoint, directory: &Directory) -> [String; 2] {
    let segment = directory.segment();
    [endpoint.token_endpoint(&segment), endpoint.issuer(&segment)]
}

fn check_claims(
    claims: &Claims,
    audiences: &[String; 2],
    application: &Application,
    now: Timestamp,
) -> Result<(), Fault> {
    let id = application.id.to_string();
    let is_own = |claim: &Option<String>| claim.as_ref().is_some_and(|text| text.eq_ignore_ascii_case(&id));
    if !is_own(&claims.iss) || !is_own(&claims.sub) {
        return Err(Fault::AssertionSubject);
    }
    if !claims.aud.as_ref().is_some_and(|audience| audiences.contains(audience)) {
        return Err(Fault::AssertionAudience(audiences[0].clone()));
    }
    let now = now.as_duration().as_secs_f64();
    let skew = SKEW.as_secs_f64();
    let end = claims.exp.ok_or(Fault::AssertionTime)?;
    let begun = claims.nbf.is_none_or(|begin| begin <= now + skew);
    // Written so that a number that is none counts as outside.
    let ends_in_time = end > now - skew && end <= now + LONGEST.as_secs_f64() + skew;
    if begun && ends_in_time { Ok(()) } else { Err(Fault::AssertionTime) }
}
