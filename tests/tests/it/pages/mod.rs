//! The pages that people meet, in a real browser: everybody can use them, they need no script, and they ask nobody else
//! for anything.

mod accounts;
mod command_line;
mod device;
mod messages;
mod sign_in;

use patcycle_tests::{Chromium, Dev};
use url::Url;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A web application that waits for the answer of a sign-in.
struct Application {
    server: MockServer,
}

impl Application {
    async fn start() -> Self {
        let server = MockServer::start().await;
        let page = "<!DOCTYPE html><html lang=\"en\"><title>Application</title><h1>Back at the application</h1></html>";
        let answer = ResponseTemplate::new(200).set_body_raw(page, "text/html");
        Mock::given(path("/getAToken")).respond_with(answer).mount(&server).await;
        Self { server }
    }

    /// Its redirect URI: on loopback the port does not matter to the tenant.
    fn redirect_uri(&self) -> String {
        format!("http://localhost:{}/getAToken", self.server.address().port())
    }

    /// Where it sends people to sign in. `client` names a variable of `dev.env`.
    fn authorize(&self, dev: &Dev, client: &str, more: &[(&str, &str)]) -> String {
        let mut address: Url = format!("{}/oauth2/v2.0/authorize", dev.var("AUTHORITY")).parse().unwrap();
        address
            .query_pairs_mut()
            .append_pair("client_id", dev.var(client))
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("scope", "openid profile offline_access")
            .append_pair("state", "a state")
            .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(more);
        address.into()
    }

    /// What the last sign-in brought in its query.
    async fn received(&self) -> Vec<(String, String)> {
        let requests = self.server.received_requests().await.unwrap();
        let last = requests.iter().rfind(|request| request.url.path() == "/getAToken");
        last.expect("a sign-in came back").url.query_pairs().into_owned().collect()
    }
}

/// Asserts that the pages asked nobody but `dev` and the application for anything, and did nothing that their own
/// policies forbid.
async fn assert_kept_to_themselves(browser: &Chromium, dev: &Dev, application: Option<&Application>) {
    let mut known = vec![dev.var("BASE_URL").to_owned(), dev.var("CONSOLE_URL").to_owned()];
    known.extend(application.map(|one| format!("http://localhost:{}", one.server.address().port())));
    for origin in browser.requested_origins().await {
        assert!(known.contains(&origin), "asked {origin}");
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}
