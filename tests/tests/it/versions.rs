//! Every answer about PATs and of Token Admin, in every version that is served, has the shape of that version: with the
//! fields that it brought, and without those of later ones (contract.md §1.4, §1.5, §4.1).

use patcycle_tests::{Dev, evidence};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shapes::assert_shape;

/// As the published specifications of each version write them, and as clients shorten them.
const OF_PATS: [&str; 8] = [
    "6.1-preview.1",
    "6.1-preview",
    "7.0-preview.1",
    "7.0-preview",
    "7.1-preview.1",
    "7.1-preview",
    "7.2-preview.1",
    "7.2-preview",
];
/// Released with 7.0; a preview of a released version is that version.
const OF_TOKEN_ADMIN: [&str; 10] = [
    "5.0-preview.1",
    "5.1-preview.1",
    "5.2-preview.1",
    "6.0-preview.1",
    "6.1-preview.1",
    "7.0",
    "7.1",
    "7.1-preview.1",
    "7.2-preview.1",
    "7.2-preview",
];

/// An id that nobody has.
const UNKNOWN: &str = "01234567-89ab-4def-8123-456789abcdef";

/// How a client tells the version.
#[derive(Debug, Clone, Copy)]
enum Way {
    Query,
    Accept,
}

/// A person who asks in one version.
struct Asking<'a> {
    dev: &'a Dev,
    token: &'a str,
    version: &'a str,
    way: Way,
}

impl Asking<'_> {
    /// Asks under `_apis`; the body of an answer with this status is held against the shape. `None`: it has no body.
    async fn ask(
        &self,
        method: Method,
        address: &str,
        body: Option<&Value>,
        status: u16,
        shape: Option<&str>,
    ) -> Value {
        let mut url =
            format!("{}/{}/_apis/{address}", self.dev.var("BASE_URL"), self.dev.var("ORGANIZATION"));
        if let Way::Query = self.way {
            let separator = if address.contains('?') { '&' } else { '?' };
            url = format!("{url}{separator}api-version={}", self.version);
        }
        let mut request = self.dev.http().request(method.clone(), url).bearer_auth(self.token);
        if let Way::Accept = self.way {
            request = request.header("accept", format!("application/json;api-version={}", self.version));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let asked = format!("{method} {address} in {} by {:?}", self.version, self.way);
        assert_eq!(answer.status(), StatusCode::from_u16(status).unwrap(), "{asked}");
        let text = answer.text().await.unwrap();
        let Some(shape) = shape else {
            assert_eq!(text, "", "{asked}");
            return Value::Null;
        };
        let body: Value = serde_json::from_str(&text).unwrap();
        if let Some(secret) = body["patToken"]["token"].as_str() {
            evidence::note_pat(secret);
        }
        let number = self.version.split('-').next().unwrap();
        assert_shape(shape, number, &body);
        body
    }

    async fn pats(&self) {
        const PATS: &str = "tokens/pats";
        let request = json!({ "displayName": "ci", "scope": "vso.code", "allOrgs": false });
        let made = self.ask(Method::POST, PATS, Some(&request), 200, Some("IssuedPatTokenResult")).await;
        let id = made["patToken"]["authorizationId"].as_str().unwrap();
        let one = format!("{PATS}?authorizationId={id}");
        let nobodys = format!("{PATS}?authorizationId={UNKNOWN}");
        self.ask(Method::GET, &one, None, 200, Some("PatTokenResult")).await;
        let change = json!({ "authorizationId": id, "displayName": "renamed" });
        let changed = self.ask(Method::PUT, PATS, Some(&change), 200, Some("PatTokenResult")).await;
        assert_eq!(changed["patToken"]["displayName"], "renamed");
        self.ask(Method::GET, PATS, None, 200, Some("PagedPatTokens")).await;
        let page = self.ask(Method::GET, &format!("{PATS}?$top=1"), None, 200, Some("PagedPatTokens")).await;
        assert_ne!(page["continuationToken"], "", "there are more");

        // Refusals: of a kind that every version knows, and of one that 7.2 brought.
        self.ask(Method::GET, &nobodys, None, 200, Some("PatTokenResult")).await;
        let nameless = json!({ "displayName": "", "scope": "vso.code" });
        let refused = self.ask(Method::POST, PATS, Some(&nameless), 200, Some("PatTokenResult")).await;
        assert_eq!(refused["patTokenError"], "displayNameRequired");
        let global = json!({ "displayName": "ci", "scope": "vso.code", "allOrgs": true });
        let refused = self.ask(Method::POST, PATS, Some(&global), 200, Some("PatTokenResult")).await;
        let newest = self.version.starts_with("7.2");
        assert_eq!(
            refused["patTokenError"],
            if newest { "globalPATCreationBlocked" } else { "accessDenied" }
        );

        let malformed = format!("{PATS}?authorizationId=x");
        self.ask(Method::GET, &malformed, None, 400, Some("WrappedException")).await;
        self.ask(Method::DELETE, &nobodys, None, 404, Some("WrappedException")).await;
        self.ask(Method::DELETE, &one, None, 204, None).await;
    }

    /// `id`: a PAT of the person's whom the descriptor names.
    async fn token_admin(&self, descriptor: &str, id: &str) {
        let list = format!("tokenadmin/personalaccesstokens/{descriptor}");
        let shape = Some("TokenAdminPagedSessionTokens");
        let all = self.ask(Method::GET, &list, None, 200, shape).await;
        assert!(all["continuationToken"].is_null());
        let first = self.ask(Method::GET, &format!("{list}?pageSize=1"), None, 200, shape).await;
        let following = first["continuationToken"].as_str().unwrap();
        let second = format!("{list}?pageSize=1&continuationToken={following}");
        let second = self.ask(Method::GET, &second, None, 200, shape).await;
        assert_eq!((&first["value"][0], &second["value"][0]), (&all["value"][0], &all["value"][1]));

        let ids = json!([{ "authorizationId": id }]);
        self.ask(Method::POST, "tokenadmin/revocations", Some(&ids), 204, None).await;
        let rule = json!({ "scopes": "vso.wiki" });
        self.ask(Method::POST, "tokenadmin/revocationrules", Some(&rule), 201, None).await;
        let refused = Some("WrappedException");
        self.ask(Method::POST, "tokenadmin/revocations", Some(&json!([])), 400, refused).await;
        self.ask(Method::POST, "tokenadmin/revocationrules", Some(&json!({})), 400, refused).await;
        self.ask(Method::GET, &format!("{list}?pageSize=0"), None, 400, refused).await;
        let nobodys = "tokenadmin/personalaccesstokens/aad.MDEyMzQ1NjctODlhYi00ZGVmLTgxMjMtNDU2Nzg5YWJjZGVm";
        self.ask(Method::GET, nobodys, None, 404, refused).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_about_pats_has_the_shape_of_its_version() {
    let dev = Dev::start("versions-pats");
    let token = dev.tokens_of("USER").await.access;
    let asking = |version, way| Asking { dev: &dev, token: &token, version, way };
    let lasting = json!({ "displayName": "lasting", "scope": "vso.code" });
    for way in [Way::Query, Way::Accept] {
        // Another one, so that a page of one is never the last.
        let first = asking("7.2-preview.1", way);
        first.ask(Method::POST, "tokens/pats", Some(&lasting), 200, Some("IssuedPatTokenResult")).await;
        for version in OF_PATS {
            asking(version, way).pats().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_of_token_admin_has_the_shape_of_its_version() {
    let dev = Dev::start("versions-token-admin");
    let user = dev.tokens_of("USER").await.access;
    let administrator = dev.tokens_of("ADMIN_USER").await.access;
    let person = Asking { dev: &dev, token: &user, version: "7.2-preview.1", way: Way::Query };
    let mut ids = Vec::new();
    for name in ["one", "two"] {
        let request = json!({ "displayName": name, "scope": "vso.code" });
        let made =
            person.ask(Method::POST, "tokens/pats", Some(&request), 200, Some("IssuedPatTokenResult")).await;
        ids.push(made["patToken"]["authorizationId"].as_str().unwrap().to_owned());
    }
    let descriptor = crate::conformance::subject(&user);
    for way in [Way::Query, Way::Accept] {
        for version in OF_TOKEN_ADMIN {
            let asking = Asking { dev: &dev, token: &administrator, version, way };
            asking.token_admin(&descriptor, &ids[0]).await;
        }
    }
}
