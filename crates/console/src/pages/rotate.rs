//! `POST /console/pats/{id}/rotate`: a new secret. Where the service replaces secrets itself it does, and the old one
//! works on for a while; `…/rotate/finish` ends that, `…/rotate/undo` goes back to the old one. Elsewhere another PAT
//! of the same kind is made, and the old one works until the person says that the new secret is stored: the delivery is
//! theirs, so nothing is revoked before it.

use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use jiff::SignedDuration;
use patcycle_client::rotation::{NewEnd, RotationPlan};
use patcycle_client::{ClientError, ErrorKind, RotatePat};
use uuid::Uuid;

use super::detail::OVERLAPS;
use super::message::NextStep;
use super::secret::{self, Origin};
use crate::browser::Destination;
use crate::browser::forms::ONCE_FIELD;
use crate::failure::{self, Refused, Words};
use crate::once;
use crate::visit::{PatId, SignedIn, see_other};

pub(crate) async fn rotate(visit: SignedIn, PatId(id): PatId, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    visit.freshly_signed_in()?;
    let form_id = form.one(ONCE_FIELD);
    once::first_use(&visit, form_id).await?;
    let made = if visit.person()?.is_offered("rotate") {
        by_the_service(&visit, id, form.one("overlap")).await
    } else {
        by_another_pat(&visit, id).await
    };
    match made {
        Ok((pat, origin)) => {
            once::made(&visit, form_id, pat.authorization_id).await;
            Ok(secret::show(&visit, pat, origin))
        }
        Err(NotMade::Call(error)) => {
            if !matches!(error, ClientError::UnconfirmedCreate(_)) && error.kind() != ErrorKind::Unavailable {
                once::release(&visit, form_id).await;
            }
            Err(failure::of_call(&visit, &error, false))
        }
        Err(NotMade::Asked(id)) => {
            once::release(&visit, form_id).await;
            let words = Words::of(visit.texts, StatusCode::BAD_REQUEST, id);
            Err(failure::signed_in(&visit, words, vec![NextStep::again(visit.texts, visit.destination)]))
        }
    }
}

/// Why there is no new secret.
pub(super) enum NotMade {
    /// The service did not make one.
    Call(ClientError),
    /// It was not asked for in a way that makes sense; the texts of this name say why.
    Asked(&'static str),
}

impl From<ClientError> for NotMade {
    fn from(error: ClientError) -> Self {
        Self::Call(error)
    }
}

type Made = Result<(patcycle_contract::PatToken, Origin), NotMade>;

pub(super) async fn by_the_service(visit: &SignedIn, id: Uuid, overlap: &str) -> Made {
    let seconds = overlap.parse().ok().filter(|seconds| OVERLAPS.iter().any(|(known, _)| known == seconds));
    let overlap_seconds: u32 = seconds.ok_or(NotMade::Asked("rotate-no-overlap"))?;
    let client = visit.client();
    let key = client.idempotency_key().map_err(|_| NotMade::Asked("failure-sessions"))?;
    let old = client.get(id).await?;
    let wanted = RotatePat { authorization_id: id, valid_to: None, overlap_seconds };
    let pat = client.rotate(&wanted, &key).await?;
    // The service cuts an overlap at the old secret's own end.
    let until = visit.console.clock.now().checked_add(SignedDuration::from_secs(overlap_seconds.into()));
    let old_until = until.map_or(old.valid_to, |until| until.min(old.valid_to));
    Ok((pat, Origin::Rotated { old_until }))
}

pub(super) async fn by_another_pat(visit: &SignedIn, id: Uuid) -> Made {
    let client = visit.client();
    let old = client.get(id).await?;
    let plan = RotationPlan::new(&old, NewEnd::SameLifetime, visit.console.clock.now());
    let plan = plan.map_err(|_| NotMade::Asked("rotate-no-lifetime"))?;
    let pat = client.create(&plan.wanted).await?;
    Ok((pat, Origin::Replaced { old: id }))
}

pub(crate) async fn finish(visit: SignedIn, PatId(id): PatId, request: Request) -> Result<Response, Refused> {
    visit.form(request).await?;
    let finished = visit.client().finish_rotation(id, None).await;
    finished.map_err(|error| failure::of_call(&visit, &error, false))?;
    Ok(see_other(&format!("{}?done=finished", Destination::Pat(id).path())))
}

pub(crate) async fn undo(visit: SignedIn, PatId(id): PatId, request: Request) -> Result<Response, Refused> {
    visit.form(request).await?;
    visit.freshly_signed_in()?;
    let undone = visit.client().undo_rotation(id, None).await;
    undone.map_err(|error| failure::of_call(&visit, &error, false))?;
    Ok(see_other(&format!("{}?done=undone", Destination::Pat(id).path())))
}
