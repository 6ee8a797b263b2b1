//! The application under test.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt as _;
use patcycle_api::{
    ApiSettings, ApiState, AuditWitness, DirectoryEntry, LeakIntake, LeakReports, LeakWorker,
    OrganizationDirectory,
};
use patcycle_contract::IdempotencyKey;
use patcycle_entra::validation::TokenValidator;
use patcycle_evidence::Scratch;
use patcycle_lifecycle::{
    Lifecycle, Membership, Organization, OrganizationSpecification, Policies, PolicySettings, Settings,
};
use patcycle_lifecycle::{Storage as _, audit::AuditRecord};
use patcycle_primitives::{AdvancingClock, Clock, FixedClock, Random, SeededRandom};
use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
use patcycle_token::{PepperSet, RotationKey};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::issuer::{ADA, Issuer, MONA, OTHER_TENANT, TENANT, noon, token};
use super::reply::Reply;
use super::store::{Fault, FaultyStore};

/// Where the operations are.
pub(crate) const PATS: &str = "/fabrikam/_apis/tokens/pats";

pub(crate) struct TestApp {
    pub(crate) router: Router,
    pub(crate) clock: AdvancingClock,
    pub(crate) issuer: Issuer,
    pub(crate) store: SqliteStore,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) peppers: Arc<PepperSet>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) fabrikam: Organization,
    organization_ids: HashMap<String, Uuid>,
    leak_worker: tokio::sync::Mutex<LeakWorker>,
    fault: Arc<Mutex<Option<Fault>>>,
    directory: Scratch,
}

impl TestApp {
    /// With the defaults. `fabrikam` is for everybody of its tenant, `few` for a list without Otto, `apart` has
    /// an issuer and an audience of its own in the same tenant, `contoso` belongs to another tenant and permits
    /// global PATs.
    pub(crate) async fn start() -> Self {
        Self::start_with(ApiSettings::default(), Settings::default()).await
    }

    pub(crate) async fn start_with(api: ApiSettings, settings: Settings) -> Self {
        Self::start_believing(api, settings, LeakReports::default()).await
    }

    /// With leak reports that are believed.
    pub(crate) async fn start_believing(
        api: ApiSettings,
        settings: Settings,
        leak_reports: LeakReports,
    ) -> Self {
        let directory = Scratch::new("api");
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(7));
        let clock = AdvancingClock::new(Arc::new(FixedClock(noon())));
        let shared_clock: Arc<dyn Clock> = Arc::new(clock.clone());
        let options = SqliteOptions::new(random.uuid().unwrap());
        let store = SqliteStore::open(&directory.path().join("patcycle.sqlite"), options).await.unwrap();
        let issuer = Issuer::start().await;
        let apart = issuer.apart();

        let mut entries = Vec::new();
        for (name, tenant_id, membership, permit_global_pats) in [
            ("fabrikam", TENANT, Membership::Tenant, false),
            ("few", TENANT, Membership::Listed(vec![MONA]), false),
            ("apart", TENANT, Membership::Tenant, false),
            ("contoso", OTHER_TENANT, Membership::Tenant, true),
        ] {
            let specification = OrganizationSpecification {
                name: name.to_owned(),
                tenant_id,
                membership,
                administrators: if name.starts_with('f') { vec![ADA] } else { Vec::new() },
                policies: if permit_global_pats {
                    PolicySettings::permitting_global_pats()
                } else {
                    PolicySettings::without_retirement()
                },
            };
            let organization =
                store.put_organization(specification, random.uuid().unwrap(), noon()).await.unwrap();
            let issuers = match name {
                "apart" => vec![apart.issuer.clone()],
                _ => vec![issuer.trusted(tenant_id).issuer],
            };
            entries.push(DirectoryEntry {
                organization,
                issuers,
                authority: format!("https://login.example/{tenant_id}"),
                sign_in_url: "https://login.example/sign-in?from=api".to_owned(),
            });
        }
        let fabrikam = entries[0].organization.clone();
        let organization_ids =
            entries.iter().map(|entry| (entry.organization.name.clone(), entry.organization.id)).collect();
        let trusted = vec![issuer.trusted(TENANT), issuer.trusted(OTHER_TENANT), apart];
        let fault = Arc::new(Mutex::new(None));
        let storage = FaultyStore { store: store.clone(), fault: Arc::clone(&fault) };
        let peppers = Arc::new(PepperSet::generate(&*random).unwrap());
        let lifecycle = Lifecycle::new(
            Arc::new(storage),
            Arc::clone(&shared_clock),
            Arc::clone(&random),
            Arc::clone(&peppers),
            Arc::new(RotationKey::generate(&*random).unwrap()),
            settings,
        );
        let (leaks, leak_worker) = LeakIntake::new(lifecycle.clone(), Arc::clone(&shared_clock));
        let router = patcycle_api::router(ApiState {
            lifecycle: lifecycle.clone(),
            leaks,
            leak_reports,
            validator: Arc::new(TokenValidator::new(trusted, shared_clock).unwrap()),
            organizations: OrganizationDirectory::new(entries).unwrap(),
            settings: api,
            audit_witness: AuditWitness::default(),
            random: Arc::clone(&random),
        });
        Self {
            router,
            clock,
            issuer,
            store,
            lifecycle,
            peppers,
            random,
            fabrikam,
            organization_ids,
            leak_worker: tokio::sync::Mutex::new(leak_worker),
            fault,
            directory,
        }
    }

    /// Has the reports of leaks looked at that were taken.
    pub(crate) async fn work_on_leaks(&self) {
        self.leak_worker.lock().await.run_once().await;
    }

    /// Makes the store fail from now on, or work again.
    pub(crate) fn break_store(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
    }

    /// A request by Mona with a version; both can be taken away or replaced.
    pub(crate) fn request(&self, method: Method, address: &str) -> Call<'_> {
        Call {
            app: self,
            method,
            address: address.to_owned(),
            version: Some("7.2-preview.1".to_owned()),
            headers: Vec::new(),
            body: Body::empty(),
        }
        .bearer(&token(MONA))
    }

    pub(crate) fn get(&self, address: &str) -> Call<'_> {
        self.request(Method::GET, address)
    }

    pub(crate) fn post(&self, body: &Value) -> Call<'_> {
        self.request(Method::POST, PATS).json(body)
    }

    pub(crate) fn put(&self, body: &Value) -> Call<'_> {
        self.request(Method::PUT, PATS).json(body)
    }

    pub(crate) fn delete(&self, id: &str) -> Call<'_> {
        self.request(Method::DELETE, &format!("{PATS}?authorizationId={id}"))
    }

    /// Makes a PAT of Mona's in fabrikam, good for `days`.
    pub(crate) async fn create(&self, name: &str, days: i64) -> Value {
        let end = self.clock.now() + jiff::SignedDuration::from_hours(24 * days);
        let body = json!({ "displayName": name, "scope": "vso.code", "validTo": end.to_string() });
        self.post(&body).send().await.pat()
    }

    /// Gives Mona's PAT a new secret; `seed` is where the key comes from.
    pub(crate) fn rotate(&self, id: &str, seed: u64, body: &Value) -> Call<'_> {
        self.request(Method::POST, &format!("{PATS}/{id}/rotate"))
            .header(IdempotencyKey::HEADER, &idempotency_key(seed))
            .json(body)
    }

    /// `finish` or `undo`.
    pub(crate) fn settle(&self, id: &str, how: &str) -> Call<'_> {
        self.request(Method::POST, &format!("{PATS}/{id}/rotate/{how}"))
    }

    /// Everything that the store has written to its directory.
    pub(crate) fn stored_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.directory.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// The policies that hold in an organization, by its name.
    pub(crate) async fn store_policies(&self, organization: &str) -> Policies {
        self.store.policies(self.organization_ids[organization]).await.unwrap()
    }

    pub(crate) async fn audit(&self) -> Vec<AuditRecord> {
        self.store.audit_after(self.fabrikam.id, 0, 1000).await.unwrap()
    }
}

/// A request that is being put together.
pub(crate) struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    address: String,
    version: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.anonymous().header("authorization", &format!("Bearer {token}"))
    }

    /// With this access token or PAT, or without credentials.
    pub(crate) fn by(self, credential: Option<&str>) -> Self {
        match credential {
            Some(credential) => self.bearer(credential),
            None => self.anonymous(),
        }
    }

    pub(crate) fn anonymous(mut self) -> Self {
        self.headers.retain(|(name, _)| name != http::header::AUTHORIZATION);
        self
    }

    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// The query parameter `api-version`.
    pub(crate) fn version(mut self, version: Option<&str>) -> Self {
        self.version = version.map(str::to_owned);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn build(mut self) -> Request<Body> {
        if let Some(version) = &self.version {
            let separator = if self.address.contains('?') { '&' } else { '?' };
            self.address = format!("{}{separator}api-version={version}", self.address);
        }
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.address.parse().unwrap();
        for (name, value) in self.headers {
            request.headers_mut().append(name, value);
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
        request
    }

    pub(crate) async fn send(self) -> Reply {
        let app = self.app;
        app.send(self.build()).await
    }
}

impl TestApp {
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        patcycle_evidence::note_all_in(&body);
        let reply = Reply { status: parts.status, headers: parts.headers, body };
        if path.to_ascii_lowercase().starts_with("/_patcycle/verify") {
            reply.check_verdict();
        } else {
            reply.check(&method, &path);
        }
        reply
    }
}

/// What a client sends as `Idempotency-Key`.
pub(crate) fn idempotency_key(seed: u64) -> String {
    IdempotencyKey::generate(&SeededRandom::new(seed)).unwrap().as_str().to_owned()
}

/// An id that nobody has.
pub(crate) fn unknown_id() -> Uuid {
    Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef)
}
