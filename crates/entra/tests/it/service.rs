//! A fake sign-in service: codes, device codes and refresh tokens, with the checks that a real one makes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use patcycle_entra::Authority;
use patcycle_entra::flows::{ClientApplication, SignInRequest};
use patcycle_entra::http::{HttpClient, Trust};
use patcycle_primitives::{AdvancingClock, FixedClock, SeededRandom};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::tokens::{PERSON, TENANT, encode, merged, noon};

pub(crate) const CLIENT: &str = "0f0f0f0f-1111-4222-8333-444444444444";

/// What the tests ask for.
pub(crate) fn scopes() -> Vec<String> {
    vec!["499b84ac-1321-427f-aa17-267ca6975798/.default".to_owned()]
}

pub(crate) fn request() -> SignInRequest {
    SignInRequest { scopes: scopes(), ..SignInRequest::default() }
}

/// What the service knows and what the tests tell it to do.
#[derive(Default)]
pub(crate) struct Plan {
    /// Answers to give instead, first come first served.
    pub(crate) answers: Vec<ResponseTemplate>,
    /// Changes to the claims of the id token.
    pub(crate) identity: Option<Value>,
    /// Pairs of a code and the query of the authorize request that made it.
    codes: HashMap<String, HashMap<String, String>>,
    /// The refresh tokens that are good, and how many were made.
    pub(crate) refresh_tokens: Vec<String>,
    made: u32,
    /// Forms that the token endpoint got.
    pub(crate) forms: Vec<HashMap<String, String>>,
}

pub(crate) struct SignInService {
    pub(crate) server: MockServer,
    pub(crate) plan: Arc<Mutex<Plan>>,
    pub(crate) clock: AdvancingClock,
}

impl SignInService {
    pub(crate) async fn start() -> Self {
        let server = MockServer::start().await;
        let plan = Arc::new(Mutex::new(Plan::default()));
        let base = format!("{}/{TENANT}", server.uri());
        let discovery = json!({
            "issuer": format!("{base}/v2.0"),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
            "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        });
        Mock::given(method("GET"))
            .and(path(format!("/{TENANT}/v2.0/.well-known/openid-configuration")))
            .respond_with(ResponseTemplate::new(200).set_body_json(discovery))
            .mount(&server)
            .await;
        Mock::given(method("POST"))
            .and(path(format!("/{TENANT}/oauth2/v2.0/devicecode")))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({
                "user_code": "ABCD12345", "device_code": "device-secret", "verification_uri": format!("{base}/device"),
                "expires_in": 900, "interval": 5, "message": "enter it",
            })))
            .mount(&server)
            .await;
        let token_plan = Arc::clone(&plan);
        let issuer = format!("{base}/v2.0");
        Mock::given(method("POST"))
            .and(path(format!("/{TENANT}/oauth2/v2.0/token")))
            .respond_with(move |request: &Request| token_plan.lock().unwrap().answer(request, &issuer))
            .mount(&server)
            .await;
        Self { server, plan, clock: AdvancingClock::new(Arc::new(FixedClock(noon()))) }
    }

    pub(crate) fn client(&self) -> ClientApplication {
        self.client_for(TENANT)
    }

    pub(crate) fn client_for(&self, tenant: &str) -> ClientApplication {
        let authority = Authority::parse(&format!("{}/{tenant}", self.server.uri())).unwrap();
        let http = Arc::new(HttpClient::new(Trust::System));
        ClientApplication::new(
            authority,
            CLIENT,
            http,
            Arc::new(self.clock.clone()),
            Arc::new(SeededRandom::new(7)),
        )
    }

    /// What the person's browser would do: sign in, and say where the service sends it back to.
    pub(crate) fn browse(&self, url: &Url) -> Url {
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(query["client_id"], CLIENT);
        assert_eq!(
            (query["response_type"].as_str(), query["code_challenge_method"].as_str()),
            ("code", "S256")
        );
        assert!(query["scope"].contains("offline_access") && query["scope"].contains("openid"));
        let mut back: Url = query["redirect_uri"].parse().unwrap();
        let code = format!("code-number-000{}", self.plan.lock().unwrap().codes.len());
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &query["state"]);
        self.plan.lock().unwrap().codes.insert(code, query);
        back
    }

    /// The next answers of the token endpoint.
    pub(crate) fn answer_next(&self, answers: impl IntoIterator<Item = ResponseTemplate>) {
        self.plan.lock().unwrap().answers.extend(answers);
    }

    /// How many times the token endpoint was asked with this grant.
    pub(crate) fn asked(&self, grant: &str) -> usize {
        self.plan.lock().unwrap().forms.iter().filter(|form| form["grant_type"].ends_with(grant)).count()
    }
}

/// An error answer of the token endpoint.
pub(crate) fn refused(error: &str, code: u32, description: &str) -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({
        "error": error, "error_codes": [code], "error_description": format!("AADSTS{code}: {description}"),
    }))
}

impl Plan {
    fn answer(&mut self, request: &Request, issuer: &str) -> ResponseTemplate {
        let form: HashMap<String, String> = form_urlencoded::parse(&request.body).into_owned().collect();
        self.forms.push(form.clone());
        if !self.answers.is_empty() {
            return self.answers.remove(0);
        }
        match form["grant_type"].as_str() {
            "authorization_code" => self.redeem(&form, issuer),
            "refresh_token" => self.renew(&form),
            "urn:ietf:params:oauth:grant-type:device_code" => {
                assert_eq!(form["device_code"], "device-secret");
                self.grant(None, issuer)
            }
            other => panic!("unexpected grant {other}"),
        }
    }

    fn redeem(&mut self, form: &HashMap<String, String>, issuer: &str) -> ResponseTemplate {
        let Some(asked) = self.codes.remove(&form["code"]) else {
            return refused("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.");
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
        assert_eq!(
            (challenge, &form["redirect_uri"]),
            (asked["code_challenge"].clone(), &asked["redirect_uri"])
        );
        self.grant(Some(&asked["nonce"]), issuer)
    }

    fn renew(&mut self, form: &HashMap<String, String>) -> ResponseTemplate {
        let Some(known) = self.refresh_tokens.iter().position(|token| *token == form["refresh_token"]) else {
            return refused("invalid_grant", 700_082, "The refresh token has expired due to inactivity.");
        };
        // Stricter than Entra, which leaves the old one valid.
        self.refresh_tokens.remove(known);
        self.tokens()
    }

    fn tokens(&mut self) -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(self.answer_body())
    }

    fn answer_body(&mut self) -> Value {
        self.made += 1;
        let refresh_token = format!("refresh-{}", self.made);
        self.refresh_tokens.push(refresh_token.clone());
        json!({
            "token_type": "Bearer", "scope": "s/user_impersonation s/.default", "expires_in": 3600,
            "access_token": format!("access-{}", self.made), "refresh_token": refresh_token,
        })
    }

    fn grant(&mut self, nonce: Option<&str>, issuer: &str) -> ResponseTemplate {
        let now: Timestamp = noon();
        let mut claims = json!({
            "iss": issuer, "aud": CLIENT, "exp": now.as_second() + 3600, "tid": TENANT, "oid": PERSON,
            "preferred_username": "mona@fabrikam.example", "name": "Mona <Lisa>",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        let claims = merged(claims, self.identity.take().unwrap_or(json!({})));
        let mut body = self.answer_body();
        body["id_token"] = json!(format!("{}.{}.c2ln", encode(&json!({ "alg": "RS256" })), encode(&claims)));
        ResponseTemplate::new(200).set_body_json(body)
    }
}
