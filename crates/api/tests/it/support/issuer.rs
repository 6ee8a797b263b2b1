//! An issuer of access tokens: it publishes keys, and signs what the tests tell it to.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use patcycle_entra::validation::TrustedIssuer;
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";
pub(crate) const TENANT: Uuid = Uuid::from_u128(0x3b0f_1a52_4c53_4b2f_9f57_0c6f_3f2c_7a11);
pub(crate) const OTHER_TENANT: Uuid = Uuid::from_u128(0x7777_7777_4c53_4b2f_9f57_0c6f_3f2c_7a22);
pub(crate) const MONA: Uuid = Uuid::from_u128(0xa1f0_c0de_0000_4000_8000_0000_0000_beef);
/// The administrator of `fabrikam` and `few`.
pub(crate) const ADA: Uuid = Uuid::from_u128(0xa1f0_c0de_0000_4000_8000_0000_0000_0ada);
pub(crate) const OTTO: Uuid = Uuid::from_u128(0xa1f0_c0de_0000_4000_8000_0000_0000_0770);

static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());
static FORGED_KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

/// When all tests begin.
pub(crate) fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// A service that publishes the key of both tenants.
pub(crate) struct Issuer {
    pub(crate) server: MockServer,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let issuer = Self { server: MockServer::start().await };
        for tenant in [TENANT, OTHER_TENANT] {
            let keys = format!("/{tenant}/discovery/v2.0/keys");
            let document = json!({
                "issuer": issuer.of(tenant), "jwks_uri": format!("{}{keys}", issuer.server.uri()),
            });
            issuer.answer(&format!("/{tenant}/v2.0/.well-known/openid-configuration"), document).await;
            issuer.answer(&keys, json!({ "keys": [public(&KEY)] })).await;
        }
        let document = json!({
            "issuer": issuer.apart().issuer,
            "jwks_uri": format!("{}/{TENANT}/discovery/v2.0/keys", issuer.server.uri()),
        });
        let address = format!("/apart/{TENANT}/v2.0/.well-known/openid-configuration");
        issuer.answer(&address, document).await;
        issuer
    }

    async fn answer(&self, address: &str, body: Value) {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET")).and(path(address)).respond_with(answer).mount(&self.server).await;
    }

    fn of(&self, tenant: Uuid) -> String {
        format!("{}/{tenant}/v2.0", self.server.uri())
    }

    /// A second issuer of the first tenant, with the same key and an audience of its own.
    pub(crate) fn apart(&self) -> TrustedIssuer {
        TrustedIssuer {
            issuer: format!("{}/apart/{TENANT}/v2.0", self.server.uri()),
            audiences: vec![APART.to_owned()],
            accept_v1_issuer: false,
            ..self.trusted(TENANT)
        }
    }

    pub(crate) fn trusted(&self, tenant: Uuid) -> TrustedIssuer {
        TrustedIssuer {
            issuer: self.of(tenant),
            tenant_id: tenant,
            audiences: vec![RESOURCE.to_owned()],
            ca_file: None,
            accept_v1_issuer: true,
        }
    }
}

/// The audience of the issuer that stands apart.
pub(crate) const APART: &str = "api://apart";

/// The claims of a delegated token for Azure DevOps, issued at noon for an hour.
pub(crate) fn claims(person: Uuid, scopes: &str) -> Value {
    let now = noon().as_second();
    json!({
        "aud": RESOURCE, "iss": format!("https://sts.windows.net/{TENANT}/"), "iat": now, "nbf": now,
        "exp": now + 3600, "tid": TENANT, "oid": person, "sub": "pairwise-subject", "scp": scopes,
        "upn": "mona@fabrikam.example", "name": "Mona Lisa", "appid": "0f0f0f0f-1111-4222-8333-444444444444",
    })
}

/// The same claims with some replaced; `null` takes one away.
pub(crate) fn changed(mut claims: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (name, value) in changes {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(&name);
        } else {
            claims[name] = value;
        }
    }
    claims
}

/// A good token of this person.
pub(crate) fn token(person: Uuid) -> String {
    signed(&claims(person, "user_impersonation"))
}

pub(crate) fn signed(claims: &Value) -> String {
    sign(&KEY, claims)
}

/// A token that names the issuer's key and is signed with another.
pub(crate) fn forged(claims: &Value) -> String {
    sign(&FORGED_KEY, claims)
}

/// A token that says it needs no signature.
pub(crate) fn unsigned(claims: &Value) -> String {
    format!("{}.{}.", encode(&json!({ "typ": "JWT", "alg": "none", "kid": "key-1" })), encode(claims))
}

fn sign(key: &KeyPair, claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "key-1" });
    let message = format!("{}.{}", encode(&header), encode(claims));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn public(key: &KeyPair) -> Value {
    let public = key.public_key();
    json!({
        "kty": "RSA", "use": "sig", "kid": "key-1",
        "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
    })
}
