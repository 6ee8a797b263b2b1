//! `GET /console/pats/{id}/edit`: the form for name and scopes. `POST …`: changes them; the secret stays.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::{ErrorKind, UpdatePat};
use patcycle_contract::limits::PatLimits;
use patcycle_contract::scope::FULL;
use uuid::Uuid;

use super::create::limits;
use super::scopes::{Family, PRESETS, Preset, families};
use crate::browser::Destination;
use crate::failure::{self, Refused, Words};
use crate::frame::{Frame, Section, page};
use crate::visit::{PatId, SignedIn, see_other};

#[derive(Template)]
#[template(path = "edit.html")]
struct EditPage<'a> {
    frame: Frame<'a>,
    id: Uuid,
    name: String,
    families: Vec<Family>,
    presets: [Preset; 6],
    is_full: bool,
    limits: Option<PatLimits>,
    refusal: Option<Words>,
}

pub(crate) async fn form(visit: SignedIn, PatId(id): PatId) -> Result<Response, Refused> {
    let pat = visit.client().get(id).await.map_err(|error| failure::of_call(&visit, &error, true))?;
    show(&visit, id, pat.display_name, &pat.scope, None).await
}

async fn show(
    visit: &SignedIn,
    id: Uuid,
    name: String,
    scope: &str,
    refusal: Option<Words>,
) -> Result<Response, Refused> {
    let limits = limits(visit).await?;
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| refusal.status);
    Ok(page(
        status,
        &EditPage {
            frame: Frame::of(visit, Section::Pats),
            id,
            name,
            families: families(scope),
            presets: PRESETS,
            limits,
            is_full: scope.split_whitespace().any(|scope| scope == FULL),
            refusal,
        },
    ))
}

pub(crate) async fn update(visit: SignedIn, PatId(id): PatId, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    visit.freshly_signed_in()?;
    let name = form.one("name").to_owned();
    let scope = form.all("scope").collect::<Vec<_>>().join(" ");
    if scope.is_empty() {
        let words = Words::of(visit.texts, StatusCode::BAD_REQUEST, "create-no-scope");
        return show(&visit, id, name, &scope, Some(words)).await;
    }
    let change =
        UpdatePat { display_name: Some(name.clone()), scope: Some(scope.clone()), ..UpdatePat::new(id) };
    match visit.client().update(&change).await {
        Ok(_) => Ok(see_other(&format!("{}?done=updated", Destination::Pat(id).path()))),
        Err(error) if error.kind() == ErrorKind::SignIn => Err(failure::of_call(&visit, &error, false)),
        Err(error) => {
            let words = failure::words(visit.texts, &error);
            show(&visit, id, name, &scope, Some(words)).await
        }
    }
}
