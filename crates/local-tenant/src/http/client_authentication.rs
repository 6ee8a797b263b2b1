//! Who calls the token endpoint: an application, and how it proves that.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::Endpoint;
use super::client_assertion;
use super::directory::Directory;
use super::fault::Fault;
use super::parameters::Parameters;
use crate::digest::sha256;
use crate::model::{Application, ApplicationKind};
use crate::tokens::ClientProof;

/// The calling application.
pub(super) struct Client {
    pub(super) application: Application,
    pub(super) proof: ClientProof,
}

/// What the application sent as proof.
enum Credential<'a> {
    None,
    Secret(Zeroizing<String>),
    Assertion(&'a str),
}

/// Finds the application and checks its proof. A confidential one without a proof passes here, because a
/// single-page redirect URI needs none: grants that do call [`require_proof`].
pub(super) async fn authenticate(
    endpoint: &Endpoint,
    directory: &Directory,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<Client, Fault> {
    let basic = basic_credentials(headers)?;
    let assertion = client_assertion::sent(form)?;
    let secret = form.one("client_secret")?.map(|secret| Zeroizing::new(secret.to_owned()));
    let named = form.one("client_id")?;
    let (basic_id, basic_secret) = basic.map_or((None, None), |(id, secret)| (Some(id), Some(secret)));
    let client_id = match (named, &basic_id) {
        (Some(named), Some(basic)) if !named.eq_ignore_ascii_case(basic) => {
            return Err(Fault::CredentialsTwice);
        }
        (Some(named), _) => named.to_owned(),
        (None, Some(basic)) => basic.clone(),
        (None, None) => {
            assertion.and_then(client_assertion::unverified_issuer).ok_or(Fault::Missing("client_id"))?
        }
    };
    let application = directory.application(endpoint, &client_id).await?;
    let credential = match (basic_secret.or(secret), assertion, headers.contains_key(header::AUTHORIZATION)) {
        (Some(_), Some(_), _) => return Err(Fault::CredentialsTwice),
        (Some(_), None, true) if form.first("client_secret").is_some() => {
            return Err(Fault::CredentialsTwice);
        }
        (Some(secret), None, _) => Credential::Secret(secret),
        (None, Some(assertion), _) => Credential::Assertion(assertion),
        (None, None, _) => Credential::None,
    };
    let proof = match (application.kind, credential) {
        (_, Credential::None) => ClientProof::None,
        (ApplicationKind::Public, _) => return Err(Fault::PublicWithSecret),
        (ApplicationKind::Confidential, Credential::Secret(secret)) => {
            check_secret(endpoint, &application, &secret).await?;
            ClientProof::Secret
        }
        (ApplicationKind::Confidential, Credential::Assertion(assertion)) => {
            client_assertion::check(endpoint, directory, &application, assertion).await?;
            ClientProof::Certificate
        }
    };
    Ok(Client { application, proof })
}

/// Refuses an application that proved nothing although it could.
pub(super) fn require_proof(client: &Client) -> Result<(), Fault> {
    if client.proof == ClientProof::None { Err(Fault::CredentialsMissing) } else { Ok(()) }
}

async fn check_secret(endpoint: &Endpoint, application: &Application, secret: &str) -> Result<(), Fault> {
    let digest = sha256(secret);
    let known = endpoint.inner.store.client_secrets(application.id).await?;
    let row = known.iter().find(|row| row.digest.ct_eq(digest.as_slice()).into());
    let row = row.ok_or(Fault::WrongSecret(application.id))?;
    let now = endpoint.inner.clock.now();
    if row.expires_at.is_some_and(|end| end <= now) {
        Err(Fault::SecretExpired(application.id))
    } else {
        Ok(())
    }
}

/// HTTP Basic, both parts form-encoded (RFC 6749, section 2.3.1).
fn basic_credentials(headers: &HeaderMap) -> Result<Option<(String, Zeroizing<String>)>, Fault> {
    let bad =
        Fault::BadParameter { name: "Authorization", why: "it is not HTTP Basic with client id and secret" };
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let text = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let text = Zeroizing::new(String::from_utf8(text).ok()?);
        let (id, secret) = text.split_once(':')?;
        Some((form_decode(id)?.to_string(), form_decode(secret)?))
    };
    read().map(Some).ok_or(bad)
}

fn form_decode(text: &str) -> Option<Zeroizing<String>> {
    let encoded = Zeroizing::new(format!("x={}", text.replace('&', "%26").replace('=', "%3D")));
    let (_, value) = url::form_urlencoded::parse(encoded.as_bytes()).next()?;
    Some(Zeroizing::new(value.into_owned()))
}
