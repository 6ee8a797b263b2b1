//! Client assertions, in the manners of MSAL Python and MSAL Node.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use patcycle_local_tenant::{Application, NewApplication};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::support::{ADO, Answer, BASE, FABRIKAM, SECRET, World, application, assert_aadsts, decode_part};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;

struct Certificate {
    pair: KeyPair,
    pem: String,
    der: Vec<u8>,
}

fn certificate() -> Certificate {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate =
        rcgen::CertificateParams::new(["client".to_owned()]).unwrap().self_signed(&key).unwrap();
    Certificate {
        pair: KeyPair::from_pkcs8(&key.serialize_der()).unwrap(),
        pem: format!("{}{}", key.serialize_pem(), certificate.pem()),
        der: certificate.der().to_vec(),
    }
}

fn sign(certificate: &Certificate, pss: bool, header: &Value, claims: &Value) -> String {
    let mut token = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let mut signature = vec![0; certificate.pair.public_modulus_len()];
    let padding: &'static dyn aws_lc_rs::signature::RsaEncoding =
        if pss { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
    certificate.pair.sign(padding, &SystemRandom::new(), token.as_bytes(), &mut signature).unwrap();
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    token
}

struct Setting {
    world: World,
    certificate: Certificate,
    client: Application,
}

impl Setting {
    async fn new() -> Self {
        let world = World::new().await;
        let certificate = certificate();
        let new = NewApplication { certificates: vec![certificate.pem.clone()], ..application("Certified") };
        let client = world.tenant.create_application(new).await.unwrap();
        Self { world, certificate, client }
    }

    fn seconds(&self) -> f64 {
        self.world.now().as_duration().as_secs_f64()
    }

    fn audience() -> String {
        format!("{BASE}/{FABRIKAM}/oauth2/v2.0/token")
    }

    /// As MSAL Python: padded thumbprints, fractions of seconds, no `nbf`, line breaks in `x5c`.
    fn python(&self) -> (Value, Value) {
        let id = self.client.id.to_string();
        let header = json!({
            "alg": "PS256", "typ": "JWT",
            "x5t": URL_SAFE.encode(Sha1::digest(&self.certificate.der)),
            "x5t#S256": URL_SAFE.encode(Sha256::digest(&self.certificate.der)),
            "x5c": ["MIIB\nAAAA\n"],
        });
        let now = self.seconds() + 0.12;
        let claims = json!({
            "aud": Self::audience(), "iss": id, "sub": id, "jti": "j", "iat": now, "exp": now + 600.0,
        });
        (header, claims)
    }

    /// As MSAL Node: no padding, whole seconds, `nbf` half a second ahead, no `iat`.
    fn node(&self) -> (Value, Value) {
        let id = self.client.id.to_string();
        let header =
            json!({"alg": "RS256", "x5t": URL_SAFE_NO_PAD.encode(Sha1::digest(&self.certificate.der))});
        let now = self.world.now().as_second() + 1;
        let claims =
            json!({"aud": Self::audience(), "iss": id, "sub": id, "jti": "j", "nbf": now, "exp": now + 600});
        (header, claims)
    }

    async fn ask(&self, assertion: &str, more: &[(&str, &str)]) -> Answer {
        let scope = format!("{ADO}/.default");
        let id = self.client.id.to_string();
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", id.as_str()),
            ("scope", scope.as_str()),
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion),
        ];
        form.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        form.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        self.world.token(&form).await
    }
}

#[tokio::test]
async fn both_libraries_manners_are_accepted() {
    let setting = Setting::new().await;
    let (header, claims) = setting.python();
    let answer = setting.ask(&sign(&setting.certificate, true, &header, &claims), &[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(decode_part(answer.json()["access_token"].as_str().unwrap(), 1)["appidacr"], "2");
    let (header, mut claims) = setting.node();
    let answer =
        setting.ask(&sign(&setting.certificate, false, &header, &claims), &[("client_id", "")]).await;
    assert_eq!(answer.status, 200, "the assertion says who it is of: {answer:?}");
    claims["aud"] = json!(format!("{BASE}/{FABRIKAM}/v2.0"));
    let answer = setting.ask(&sign(&setting.certificate, false, &header, &claims), &[]).await;
    assert_eq!(answer.status, 200, "the issuer serves as audience, too: {answer:?}");
}

#[tokio::test]
async fn forged_and_foreign_assertions_are_refused() {
    let setting = Setting::new().await;
    let other = certificate();
    let (header, claims) = setting.node();
    let good = sign(&setting.certificate, false, &header, &claims);
    let refused = |answer: Answer| assert_aadsts(&answer, UNAUTHORIZED, 700_027, "invalid_client", None);
    refused(setting.ask(&sign(&other, false, &header, &claims), &[]).await);
    let stranger = json!({"alg": "RS256", "x5t": URL_SAFE_NO_PAD.encode(Sha1::digest(&other.der))});
    refused(setting.ask(&sign(&other, false, &stranger, &claims), &[]).await);
    refused(setting.ask(&sign(&setting.certificate, false, &json!({"alg": "RS256"}), &claims), &[]).await);
    refused(setting.ask(&sign(&setting.certificate, true, &header, &claims), &[]).await);
    for algorithm in ["none", "HS256", "RS512"] {
        let mut header = header.clone();
        header["alg"] = json!(algorithm);
        refused(setting.ask(&sign(&setting.certificate, false, &header, &claims), &[]).await);
    }
    let mut critical = header.clone();
    critical["crit"] = json!(["b64"]);
    refused(setting.ask(&sign(&setting.certificate, false, &critical, &claims), &[]).await);
    for broken in ["", "a.b", "a.b.c", "....", &good[..good.len() - 4], &good.replacen('.', "..", 1)] {
        if broken.is_empty() {
            continue;
        }
        refused(setting.ask(broken, &[]).await);
    }
    assert_eq!(setting.ask(&good, &[]).await.status, 200);
}

#[tokio::test]
async fn time_audience_and_subject_are_checked() {
    let setting = Setting::new().await;
    let (header, claims) = setting.node();
    let now = setting.world.now().as_second();
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        sign(&setting.certificate, false, &header, &claims)
    };
    for (name, value) in [
        ("exp", json!(now - 301)),
        ("exp", json!(now + 901)),
        ("exp", Value::Null),
        ("exp", json!(-1e300)),
        ("nbf", json!(now + 302)),
    ] {
        let answer = setting.ask(&with(name, value.clone()), &[]).await;
        assert_aadsts(&answer, UNAUTHORIZED, 700_024, "invalid_client", None);
    }
    let lenient = setting.ask(&with("exp", json!(now - 299)), &[]).await;
    assert_eq!(lenient.status, 200);
    let audience = setting.ask(&with("aud", json!("https://localhost:7243/other")), &[]).await;
    assert_aadsts(&audience, UNAUTHORIZED, 700_023, "invalid_client", None);
    let subject = setting.ask(&with("sub", json!(FABRIKAM.to_string())), &[]).await;
    assert_aadsts(&subject, UNAUTHORIZED, 700_021, "invalid_client", None);
}

#[tokio::test]
async fn one_proof_at_a_time() {
    let setting = Setting::new().await;
    let (header, claims) = setting.node();
    let good = sign(&setting.certificate, false, &header, &claims);
    let bad = StatusCode::BAD_REQUEST;
    let both = setting.ask(&good, &[("client_secret", SECRET)]).await;
    assert_aadsts(&both, bad, 90_014, "invalid_request", None);
    let untyped = setting.ask(&good, &[("client_assertion_type", "")]).await;
    assert_aadsts(&untyped, bad, 900_144, "invalid_request", None);
    let saml = setting.ask(&good, &[("client_assertion_type", "urn:saml")]).await;
    assert_aadsts(&saml, bad, 90_014, "invalid_request", None);
    let public = setting.world.public.id.to_string();
    let mut own = claims.clone();
    own["iss"] = json!(public);
    let assertion = sign(&setting.certificate, false, &header, &own);
    let answer = setting.ask(&assertion, &[("client_id", &public)]).await;
    assert_aadsts(&answer, UNAUTHORIZED, 700_025, "invalid_client", None);
}

#[tokio::test]
async fn only_fit_certificates_can_be_registered() {
    let world = World::new().await;
    let elliptic = rcgen::KeyPair::generate().unwrap();
    let elliptic =
        rcgen::CertificateParams::new(["x".to_owned()]).unwrap().self_signed(&elliptic).unwrap().pem();
    for pem in ["", "nonsense", &elliptic] {
        let new = NewApplication { certificates: vec![pem.to_owned()], ..application("Certified") };
        let error = world.tenant.create_application(new).await.unwrap_err().to_string();
        assert!(error.contains("certificate"), "{error}");
    }
}
