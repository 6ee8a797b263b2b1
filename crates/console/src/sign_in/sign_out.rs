//! `POST /logout`: ends the session here and at the sign-in service.

use axum::extract::Request;
use axum::response::Response;
use http::{HeaderValue, header};

use crate::failure::{self, Refused};
use crate::visit::{SignedIn, see_other};

pub(crate) async fn sign_out(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    visit.form(request).await?;
    let console = &visit.console;
    let ended = console.sessions.end(visit.opened.key).await;
    ended.map_err(|error| failure::of_sessions(console, visit.texts, &error))?;
    let mut response = see_other(&console.sign_out_url().await);
    if let Ok(cookie) = HeaderValue::from_str(&console.cookies.remove_session()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
