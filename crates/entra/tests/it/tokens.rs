//! Making tokens, right and wrong ones.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) const TENANT: &str = "3b0f1a52-4c53-4b2f-9f57-0c6f3f2c7a11";
pub(crate) const OTHER_TENANT: &str = "77777777-4c53-4b2f-9f57-0c6f3f2c7a22";
pub(crate) const PERSON: &str = "a1f0c0de-0000-4000-8000-00000000beef";
pub(crate) const RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";

/// The service's key, the one that follows it, and a stranger's.
pub(crate) static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static NEXT_KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static FORGED_KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

/// When all tests begin.
pub(crate) fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

pub(crate) fn header() -> Value {
    json!({ "typ": "JWT", "alg": "RS256", "kid": "key-1", "x5t": "key-1" })
}

/// The claims of a delegated token for Azure DevOps in the old shape, issued at noon for an hour.
pub(crate) fn claims() -> Value {
    let now = noon().as_second();
    json!({
        "aud": RESOURCE, "iss": format!("https://sts.windows.net/{TENANT}/"), "iat": now, "nbf": now, "exp": now + 3600,
        "tid": TENANT, "oid": PERSON, "sub": "pairwise-subject", "scp": "user_impersonation vso.pats", "idtyp": "user",
        "upn": "mona@fabrikam.example", "name": "Mona Lisa", "amr": ["pwd", "mfa"], "ver": "1.0", "uti": "token-1",
        "appid": "0f0f0f0f-1111-4222-8333-444444444444", "appidacr": "0",
        "groups": ["22222222-1111-4222-8333-444444444444", "not-an-id"],
    })
}

/// Claims with some replaced; `null` takes one away.
pub(crate) fn claims_with(changes: Value) -> Value {
    merged(claims(), changes)
}

pub(crate) fn merged(mut base: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (name, value) in changes {
        if value.is_null() {
            base.as_object_mut().unwrap().remove(&name);
        } else {
            base[name] = value;
        }
    }
    base
}

pub(crate) fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token signed with RS256 by `key`, whatever its header says.
pub(crate) fn signed(key: &KeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A token as the service makes it.
pub(crate) fn good(claims: &Value) -> String {
    signed(&KEY, &header(), claims)
}

/// A token signed with HS256, with the service's public key as the secret.
pub(crate) fn confused(claims: &Value) -> String {
    let message = format!("{}.{}", encode(&merged(header(), json!({ "alg": "HS256" }))), encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.public_key().as_ref());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())))
}

/// The public half of a key, as a key set has it.
pub(crate) fn public(key: &KeyPair, id: &str) -> Value {
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = key.public_key();
    json!({
        "kty": "RSA", "use": "sig", "kid": id, "x5t": id,
        "n": number(public.modulus().big_endian_without_leading_zero()),
        "e": number(public.exponent().big_endian_without_leading_zero()),
    })
}
