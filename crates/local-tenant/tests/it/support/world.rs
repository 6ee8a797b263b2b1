//! Two tenants, their people and their applications.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use jiff::{SignedDuration, Timestamp};
use patcycle_evidence::Scratch;
use patcycle_local_tenant::{
    Application, ApplicationKind, LocalTenant, LocalTenantSettings, NewApplication, NewTenant, NewUser,
    Permission, User,
};
use patcycle_primitives::{AdvancingClock, Clock as _, FixedClock, Secret, SeededRandom};
use serde_json::Value;
use uuid::Uuid;

use super::browser::{Answer, Browser};

pub(crate) const BASE: &str = "https://localhost:7243";
pub(crate) const START: &str = "2026-11-23T10:00:00Z";
pub(crate) const FABRIKAM: Uuid = Uuid::from_u128(0xf0f0_0000_0000_4000_8000_0000_0000_0001);
pub(crate) const CONTOSO: Uuid = Uuid::from_u128(0xc0c0_0000_0000_4000_8000_0000_0000_0002);
pub(crate) const ADA: &str = "ada@fabrikam.example";
/// Has TOTP.
pub(crate) const EVE: &str = "eve@fabrikam.example";
/// The administrator.
pub(crate) const ROOT: &str = "root@fabrikam.example";
/// Of contoso.
pub(crate) const BOB: &str = "bob@contoso.example";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const SECRET: &str = "a-client-secret-of-forty-characters-here";
pub(crate) const REDIRECT: &str = "http://localhost:5000/getAToken";
pub(crate) const TOTP_SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub(crate) const ADO: &str = "499b84ac-1321-427f-aa17-267ca6975798";
pub(crate) const SCOPE: &str =
    "499b84ac-1321-427f-aa17-267ca6975798/user_impersonation openid profile offline_access";

/// A tenant on a directory of its own.
pub(crate) struct World {
    pub(crate) directory: Scratch,
    pub(crate) clock: AdvancingClock,
    pub(crate) tenant: LocalTenant,
    pub(crate) router: Router,
    /// Confidential, for all tenants.
    pub(crate) web: Application,
    /// Public, for all tenants.
    pub(crate) public: Application,
    /// Public, needs an administrator's approval.
    pub(crate) guarded: Application,
}

impl World {
    pub(crate) async fn new() -> Self {
        let directory = Scratch::new("local-tenant");
        let clock = AdvancingClock::new(Arc::new(FixedClock(START.parse().unwrap())));
        let tenant = open(directory.path(), &clock, 1).await;
        for (id, domain, name) in
            [(FABRIKAM, "fabrikam.example", "Fabrikam"), (CONTOSO, "contoso.example", "Contoso")]
        {
            let new =
                NewTenant { id: Some(id), domain: domain.into(), name: name.into(), users_may_consent: true };
            tenant.create_tenant(new).await.unwrap();
        }
        for (name, tenant_id) in [(ADA, FABRIKAM), (EVE, FABRIKAM), (ROOT, FABRIKAM), (BOB, CONTOSO)] {
            tenant.create_user(new_user(name, tenant_id)).await.unwrap();
        }
        let web = NewApplication { client_secret: Some(Secret::new(SECRET)), ..application("Web app") };
        let web = tenant.create_application(NewApplication { multi_tenant: true, ..web }).await.unwrap();
        let public = NewApplication { kind: ApplicationKind::Public, ..application("Command line") };
        let public = NewApplication {
            multi_tenant: true,
            redirect_uris: vec!["http://localhost".into(), "https://app.example/cb".into()],
            ..public
        };
        let public = tenant.create_application(public).await.unwrap();
        let guarded =
            NewApplication { kind: ApplicationKind::Public, needs_approval: true, ..application("Guarded") };
        let guarded = tenant.create_application(guarded).await.unwrap();
        let router = tenant.router(BASE);
        Self { directory, clock, tenant, router, web, public, guarded }
    }

    /// Ends the tenant and opens it again on the same directory.
    pub(crate) async fn restart(self) -> Self {
        self.tenant.close().await;
        let tenant = open(self.directory.path(), &self.clock, 2).await;
        let router = tenant.router(BASE);
        Self { tenant, router, ..self }
    }

    /// Opens the same directory a second time.
    pub(crate) async fn open_again(&self) -> LocalTenant {
        open(self.directory.path(), &self.clock, 3).await
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn user(&self, name: &str) -> User {
        self.tenant.find_user_named(name).await.unwrap().unwrap()
    }

    /// The address of a sign-in to the web application, with more parameters.
    pub(crate) fn authorize(&self, more: &[(&str, &str)]) -> String {
        self.authorize_for(&self.web, REDIRECT, more)
    }

    #[expect(clippy::unused_self, reason = "called like its neighbours")]
    pub(crate) fn authorize_for(
        &self,
        application: &Application,
        redirect: &str,
        more: &[(&str, &str)],
    ) -> String {
        let id = application.id.to_string();
        let usual = [
            ("client_id", id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", redirect),
            ("scope", SCOPE),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name)) {
            query.append_pair(name, value);
        }
        query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
        format!("/{FABRIKAM}/oauth2/v2.0/authorize?{}", query.finish())
    }

    /// A code of the web application for ada.
    pub(crate) async fn code(&self, more: &[(&str, &str)]) -> String {
        let answer = self.browser().pass(&self.authorize(more), ADA, PASSWORD).await;
        answer.returned().remove("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, &[]).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.browser().send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.post(&format!("/{FABRIKAM}/oauth2/v2.0/token"), form).await
    }

    /// A request of the web application with its secret.
    pub(crate) async fn web_token(&self, form: &[(&str, &str)]) -> Answer {
        let id = self.web.id.to_string();
        let own = [("client_id", id.as_str()), ("client_secret", SECRET)];
        let own = own.into_iter().filter(|(name, _)| form.iter().all(|(other, _)| other != name));
        let form: Vec<_> = own.chain(form.iter().copied()).filter(|(_, value)| !value.is_empty()).collect();
        self.token(&form).await
    }

    pub(crate) async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
        form.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        form.extend_from_slice(more);
        self.web_token(&form).await
    }

    /// The tokens of a whole sign-in of ada to the web application.
    pub(crate) async fn tokens(&self) -> Value {
        let code = self.code(&[]).await;
        let answer = self.redeem(&code, &[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.web_token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(crate) async fn key_set(&self) -> Value {
        self.browser().get(&format!("/{FABRIKAM}/discovery/v2.0/keys")).await.json()
    }
}

async fn open(directory: &Path, clock: &AdvancingClock, seed: u64) -> LocalTenant {
    let settings = LocalTenantSettings {
        directory: directory.to_owned(),
        access_token_lifetime: SignedDuration::from_secs(3600),
        signing_key_file: directory.join("signing-key.pem"),
        installation: "1a2b3c4d".into(),
    };
    LocalTenant::open(settings, Arc::new(clock.clone()), Arc::new(SeededRandom::new(seed))).await.unwrap()
}

fn new_user(name: &str, tenant_id: Uuid) -> NewUser {
    NewUser {
        id: None,
        tenant_id,
        user_name: name.into(),
        display_name: format!("{} Lovelace", name.split('@').next().unwrap()),
        password: Secret::new(PASSWORD),
        administrator: name == ROOT,
        totp_secret: (name == EVE).then(|| Secret::new(TOTP_SEED)),
        groups: if name == ROOT { vec![Uuid::from_u128(99)] } else { Vec::new() },
    }
}

pub(crate) fn application(name: &str) -> NewApplication {
    NewApplication {
        id: None,
        tenant_id: FABRIKAM,
        name: name.into(),
        kind: ApplicationKind::Confidential,
        multi_tenant: false,
        redirect_uris: vec![REDIRECT.into()],
        spa_redirect_uris: Vec::new(),
        permissions: vec![Permission::UserImpersonation],
        needs_approval: false,
        client_secret: None,
        certificates: Vec::new(),
    }
}
