//! `GET /console/pats/{id}/revoke`: asks. `POST …`: revokes. There is no way back.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::PatState;

use super::row::Row;
use crate::failure::{self, Refused};
use crate::frame::{Frame, Section, page};
use crate::visit::{PatId, SignedIn, see_other};

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage<'a> {
    frame: Frame<'a>,
    row: Row,
}

pub(crate) async fn ask(visit: SignedIn, PatId(id): PatId) -> Result<Response, Refused> {
    let pat = visit.client().get(id).await.map_err(|error| failure::of_call(&visit, &error, true))?;
    let now = visit.console.clock.now();
    let row = Row::new(visit.texts, &pat, PatState::by_time(&pat, now), now);
    Ok(page(StatusCode::OK, &RevokePage { frame: Frame::of(&visit, Section::Pats), row }))
}

pub(crate) async fn revoke(visit: SignedIn, PatId(id): PatId, request: Request) -> Result<Response, Refused> {
    visit.form(request).await?;
    visit.client().revoke(id).await.map_err(|error| failure::of_call(&visit, &error, false))?;
    Ok(see_other("/console/pats?done=revoked"))
}
