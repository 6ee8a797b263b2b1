//! `GET /error?code=N`: what a number means. The `error_uri` of refusals leads here.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{Response, StatusCode};

use super::pages::{self, MessagePage};
use super::parameters::Parameters;

/// The numbers that need more than their own sentence, with what to do.
const EXPLANATIONS: [(u32, &str); 24] = [
    (
        50_011,
        "The redirect URI of the request is not registered. Register it exactly as it is sent; on loopback hosts the port does not matter.",
    ),
    (50_034, "There is no such person in the tenant. Check the user name and the tenant in the address."),
    (50_057, "The person is disabled. Enable them, or sign in as somebody else."),
    (
        50_058,
        "Nobody is signed in in this browser, and the request forbade to ask. Send it without prompt=none.",
    ),
    (
        50_076,
        "The person needs a one-time code. Sign in through the browser: the device code and silent renewals cannot ask for it.",
    ),
    (50_126, "User name or password is wrong."),
    (50_148, "The sign-in had a code_challenge, so the redemption must have its code_verifier."),
    (50_173, "The password was changed after the token was issued. Sign in again."),
    (54_005, "An authorization code is good for one redemption. Sign in again, and redeem the code once."),
    (65_001, "The person has not consented to the application yet. Send an interactive request."),
    (65_004, "The person declined. Nothing was granted."),
    (
        70_000,
        "The code or refresh token is unknown here, or belongs to another application or tenant. Sign in again.",
    ),
    (
        70_003,
        "This grant type is not supported. Use the authorization code, the device code or client credentials.",
    ),
    (70_008, "The authorization code is older than ten minutes. Sign in again."),
    (70_011, "A scope of the request does not exist. Scopes are written RESOURCE/NAME."),
    (70_016, "The person has not finished the device sign-in yet. Poll again after the interval."),
    (70_020, "The device code is older than fifteen minutes. Start again."),
    (90_002, "There is no such tenant. Check the first segment of the address."),
    (90_094, "An administrator must consent to the application first."),
    (700_016, "There is no such application in the tenant. Check the client id and the tenant."),
    (700_027, "The client assertion is not signed by a registered certificate of the application."),
    (700_082, "The refresh token was not used for 90 days. Sign in again."),
    (7_000_215, "The client secret is wrong. Send its value, not its id."),
    (7_000_218, "The application is confidential: send its client_secret or a client_assertion."),
];

pub(super) async fn handle(RawQuery(query): RawQuery) -> Response<Body> {
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let code: Option<u32> = query.first("code").and_then(|code| code.parse().ok());
    let known = code.and_then(|code| EXPLANATIONS.iter().find(|(known, _)| *known == code));
    let text = known
        .map_or("There is nothing more to say about this number than its message says.", |(_, text)| text);
    let title = code.map_or_else(|| "About an error".to_owned(), |code| format!("About AADSTS{code}"));
    let page = MessagePage { title: &title, text, detail: "", alert: false };
    pages::show(StatusCode::OK, &page, None)
}
