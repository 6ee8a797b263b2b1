//! Single-use forms: those that make a secret. Each carries a random id; the session remembers which were sent and what
//! they made, so that a reload or a second press makes nothing twice.

use http::StatusCode;
use patcycle_primitives::Secret;
use uuid::Uuid;

use crate::failure::{self, Refused, Words};
use crate::pages::message::NextStep;
use crate::session::FormUse;
use crate::sessions::KeeperError;
use crate::visit::SignedIn;

/// The longest id that is looked at.
const MAXIMUM_LENGTH: usize = 64;

/// The id of a new form.
pub(crate) fn new_form(visit: &SignedIn) -> Result<Secret, Refused> {
    let id = crate::random::text(&*visit.console.random);
    id.map_err(|error| failure::of_sessions(&visit.console, visit.texts, &KeeperError::Random(error)))
}

/// Lets a form go on that was not sent before, and marks it as sent. Else the answer says what it made.
pub(crate) async fn first_use(visit: &SignedIn, form: &str) -> Result<(), Refused> {
    if form.is_empty() || form.len() > MAXIMUM_LENGTH {
        return Err(failure::of_form(visit, crate::browser::forms::FormError::Unreadable));
    }
    let failed = |error: KeeperError| failure::of_sessions(&visit.console, visit.texts, &error);
    let ended = || failure::signed_out(&visit.console, visit.texts, visit.destination);
    let mut held = visit.console.sessions.hold(visit.opened.key).await.map_err(failed)?.ok_or_else(ended)?;
    match held.session_mut().spend(form) {
        FormUse::First => {
            // Kept before anything is made; a session that was ended elsewhere makes nothing.
            if held.save().await.map_err(failed)? { Ok(()) } else { Err(ended()) }
        }
        FormUse::Again(made) => Err(sent_before(visit, made)),
    }
}

fn sent_before(visit: &SignedIn, made: Option<Uuid>) -> Refused {
    let id = if made.is_some() { "form-again" } else { "form-again-unknown" };
    let words = Words::of(visit.texts, StatusCode::CONFLICT, id);
    let mut steps = vec![NextStep::list(visit.texts)];
    if let Some(made) = made {
        steps.insert(0, NextStep::pat(visit.texts, made));
    }
    failure::signed_in(visit, words, steps)
}

/// Notes what a form made. Without the note a second sending still makes nothing; it only says less.
pub(crate) async fn made(visit: &SignedIn, form: &str, id: Uuid) {
    change(visit, |session| session.made(form, id)).await;
}

/// Lets a form be sent again that made nothing.
pub(crate) async fn release(visit: &SignedIn, form: &str) {
    change(visit, |session| session.release(form)).await;
}

async fn change(visit: &SignedIn, edit: impl FnOnce(&mut crate::session::Session)) {
    let changed = async {
        let Some(mut held) = visit.console.sessions.hold(visit.opened.key).await? else { return Ok(()) };
        edit(held.session_mut());
        held.save().await.map(drop)
    };
    let changed: Result<(), KeeperError> = changed.await;
    if let Err(error) = changed {
        tracing::warn!(%error, "what a form made could not be noted");
    }
}
