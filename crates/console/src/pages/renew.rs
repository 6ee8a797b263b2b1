//! `POST /console/pats/{id}/renew`: another end, the same secret.

use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::UpdatePat;

use super::detail::RENEWALS;
use super::message::NextStep;
use super::moments::days;
use crate::browser::Destination;
use crate::browser::forms::Form;
use crate::failure::{self, Refused, Words};
use crate::visit::{PatId, SignedIn, see_other};

pub(crate) async fn renew(visit: SignedIn, PatId(id): PatId, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    visit.freshly_signed_in()?;
    let change = UpdatePat { valid_to: Some(end(&visit, &form)?), ..UpdatePat::new(id) };
    visit.client().update(&change).await.map_err(|error| failure::of_call(&visit, &error, false))?;
    Ok(see_other(&format!("{}?done=renewed", Destination::Pat(id).path())))
}

/// So many days from now, as the form says.
pub(super) fn end(visit: &SignedIn, form: &Form) -> Result<jiff::Timestamp, Refused> {
    let count = form.one("days").parse().ok().filter(|count| RENEWALS.contains(count));
    let end = count.and_then(|count| visit.console.clock.now().checked_add(days(count)).ok());
    end.ok_or_else(|| {
        let words = Words::of(visit.texts, StatusCode::BAD_REQUEST, "create-no-end");
        failure::signed_in(visit, words, vec![NextStep::again(visit.texts, visit.destination)])
    })
}
