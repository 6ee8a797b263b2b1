//! What the samples speak of: PATs of Mona's in every state that a route needs, and the ways to ask.

use http::Method;
use patcycle_api::{ApiSettings, VerifyRule};
use patcycle_contract::{SubjectDescriptor, scope};
use patcycle_lifecycle::{Settings, Storage as _};
use serde_json::json;

use super::samples::Sample;
use crate::support::TestApp;
use crate::support::app::{Call, idempotency_key};
use crate::support::issuer::MONA;

/// The names of PATs: the last two are within the overlap of a rotation.
pub(super) const PATS: [&str; 5] = ["{kept}", "{revoked}", "{listed}", "{finished}", "{undone}"];
/// What the key of every rotation here comes from.
const ROTATION: u64 = 7;

pub(super) struct World {
    pub(super) app: TestApp,
    /// What stands in braces in the samples.
    names: Vec<(&'static str, String)>,
}

impl World {
    pub(super) async fn start() -> Self {
        let rule = VerifyRule {
            name: "code".to_owned(),
            scope: scope::find("vso.code").unwrap(),
            organization: "fabrikam".to_owned(),
        };
        let api = ApiSettings { verify_rules: vec![rule], ..ApiSettings::default() };
        let app = TestApp::start_with(api, Settings::default()).await;
        let mut names =
            vec![("{person}", MONA.to_string()), ("{descriptor}", SubjectDescriptor(MONA).to_string())];
        for name in PATS {
            let pat = app.create(name, 30).await;
            let id = pat["authorizationId"].as_str().unwrap().to_owned();
            if ["{finished}", "{undone}"].contains(&name) {
                app.rotate(&id, ROTATION, &json!({ "overlapSeconds": 3600 })).send().await.pat();
            }
            names.push((name, id));
        }
        Self { app, names }
    }

    /// The sample's address.
    pub(super) fn address(&self, sample: &Sample) -> String {
        self.fill(sample.address, None)
    }

    fn fill(&self, text: &str, id: Option<&str>) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| {
            let is_pat = PATS.contains(name);
            text.replace(name, id.filter(|_| is_pat).unwrap_or(value))
        })
    }

    /// The sample's request without credentials.
    pub(super) fn call(&self, sample: &Sample) -> Call<'_> {
        self.call_at(sample, &self.address(sample))
    }

    /// The same about another PAT.
    pub(super) fn call_about(&self, sample: &Sample, id: &str) -> Call<'_> {
        let body = self.fill(sample.body, Some(id));
        self.send(sample.method(), &self.fill(sample.address, Some(id)), body)
    }

    /// The same at another address.
    pub(super) fn call_at(&self, sample: &Sample, address: &str) -> Call<'_> {
        self.call_by(sample.method(), sample, address)
    }

    /// The same by another verb too.
    pub(super) fn call_by(&self, method: Method, sample: &Sample, address: &str) -> Call<'_> {
        self.send(method, address, self.fill(sample.body, None))
    }

    fn send(&self, method: Method, address: &str, body: String) -> Call<'_> {
        let call = self.app.request(method, address).anonymous().header("host", "pats.example");
        let call = call.header("idempotency-key", &idempotency_key(ROTATION));
        if body.is_empty() { call } else { call.header("content-type", "application/json").body(body) }
    }

    /// The id of a PAT.
    pub(super) fn id(&self, name: &str) -> String {
        self.fill(name, None)
    }

    /// How many changes of anything and how many audit records of the organization there are.
    pub(super) async fn written(&self) -> (u64, usize) {
        (self.app.store.change_head().await.unwrap().sequence, self.app.audit().await.len())
    }
}
