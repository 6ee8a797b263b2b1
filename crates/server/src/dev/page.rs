//! The page at `/`: what runs here and how to sign in. Plain HTML, no script. It shows no password: whoever can
//! reach the port is not always whoever can read the data directory.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;
use sha2::{Digest as _, Sha256};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1.25rem}\
h1{font-size:1.7rem;line-height:1.2;margin-bottom:.25rem}h2{font-size:1.15rem;margin-top:2.2rem}\
pre{padding:.9rem 1rem;border:1px solid #8886;border-radius:.5rem;overflow-x:auto}\
code{font-family:ui-monospace,monospace;font-size:.92em}\
table{border-collapse:collapse}td,th{text-align:left;padding:.3rem 1.2rem .3rem 0;vertical-align:top}\
a:focus-visible{outline:3px solid;outline-offset:2px}";

/// What the page tells.
#[derive(Debug)]
pub(crate) struct Facts {
    /// `https://localhost:PORT`
    pub(crate) base_url: String,
    /// The tenant's id.
    pub(crate) tenant_id: String,
    /// The line that configures a shell.
    pub(crate) environment_command: String,
    /// The data directory.
    pub(crate) directory: String,
    /// Name and role.
    pub(crate) people: [(String, &'static str); 3],
}

#[derive(Debug)]
struct Page {
    html: String,
    policy: String,
}

/// The route `/`.
pub(crate) fn router(facts: &Facts) -> Router {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Router::new().route("/", get(page)).with_state(Arc::new(Page { html: html(facts), policy }))
}

async fn page(State(page): State<Arc<Page>>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, page.policy.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, page.html.clone()).into_response()
}

fn html(facts: &Facts) -> String {
    let mut people = String::new();
    for (name, role) in &facts.people {
        // Writing to a string cannot fail.
        let _ = writeln!(people, "<tr><td><code>{}</code></td><td>{}</td></tr>", escape(name), escape(role));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>patcycle dev</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>patcycle dev</h1>\n\
         <p>An offline twin for working with personal access tokens: an Entra-compatible tenant and the \
         PAT Lifecycle Management API, on this computer only.</p>\n\
         <h2>Sign in</h2>\n\
         <p>In a shell:</p>\n\
         <pre><code>{environment}\npatcycle login\npatcycle create --name ci --scope vso.code --valid-for 30d --show-secret\n\
         patcycle list</code></pre>\n\
         <p>The sign-in page asks for one of these people of the tenant <code>fabrikam</code>. Their passwords are in \
         <code>{directory}/credentials.toml</code>.</p>\n\
         <table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Who</th></tr></thead>\n\
         <tbody>\n{people}</tbody>\n</table>\n\
         <h2>What runs here</h2>\n\
         <table>\n<tbody>\n\
         <tr><th scope=\"row\">API</th><td><code>{base}/fabrikam/_apis/tokens/pats</code></td></tr>\n\
         <tr><th scope=\"row\">Authority</th><td><code>{base}/{tenant}</code></td></tr>\n\
         <tr><th scope=\"row\">Discovery</th><td><a href=\"{base}/{tenant}/v2.0/.well-known/openid-configuration\">\
         openid-configuration</a></td></tr>\n\
         <tr><th scope=\"row\">Health</th><td><a href=\"/healthz\">healthz</a>, <a href=\"/readyz\">readyz</a></td></tr>\n\
         </tbody>\n</table>\n\
         <p>The https addresses have a certificate of a private authority. <code>patcycle dev trust</code> makes \
         browsers of this account trust it, for localhost only; <code>patcycle dev untrust</code> takes that back.</p>\n\
         </main>\n</body>\n</html>\n",
        environment = escape(&facts.environment_command),
        directory = escape(&facts.directory),
        base = escape(&facts.base_url),
        tenant = escape(&facts.tenant_id),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_escaped_and_has_no_script() {
        let facts = Facts {
            base_url: "https://localhost:7243".into(),
            tenant_id: "t".into(),
            environment_command: "set -a; . '/tmp/a&b<script>/dev.env'".into(),
            directory: "/tmp/a&b<script>".into(),
            people: [("ana".into(), "a person"), ("admin".into(), "administrator"), ("mia".into(), "TOTP")],
        };
        let html = html(&facts);
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("/tmp/a&amp;b&lt;script&gt;/credentials.toml"), "{html}");
        assert!(html.contains("patcycle login"));
    }
}
