//! What the console says when something did not work: what happened, what to do next, and, where there are, the
//! service's own words.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use patcycle_client::{ClientError, ErrorKind, TokenSourceErrorKind};
use patcycle_entra::SignInError;
use patcycle_entra::aadsts::Remedy;

use crate::browser::Destination;
use crate::browser::forms::FormError;
use crate::console::Console;
use crate::frame::{Frame, Section};
use crate::pages::message::{MessagePage, NextStep};
use crate::sessions::KeeperError;
use crate::text::Texts;
use crate::visit::{SignedIn, Visit, see_other};

/// An answer in the place of the one that was hoped for.
#[derive(Debug)]
pub(crate) struct Refused(Box<Response>);

impl From<Response> for Refused {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Something that did not work, in words.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    /// What happened.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) next: String,
    /// The service's own words, where there are any.
    pub(crate) detail: String,
}

impl Words {
    /// The texts `{id}-title`, `{id}-message` and `{id}-next`.
    pub(crate) fn of(texts: &Texts, status: StatusCode, id: &str) -> Self {
        let text = |part: &str| texts.get(&format!("{id}-{part}"));
        Self {
            status,
            title: text("title"),
            message: text("message"),
            next: text("next"),
            detail: String::new(),
        }
    }

    fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// A failed call of the API, in words.
pub(crate) fn words(texts: &Texts, error: &ClientError) -> Words {
    let status = match error.kind() {
        _ if matches!(error, ClientError::Rejected(_)) => StatusCode::BAD_REQUEST,
        ErrorKind::Usage => StatusCode::BAD_REQUEST,
        ErrorKind::SignIn => StatusCode::UNAUTHORIZED,
        ErrorKind::Refused => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Failed => StatusCode::BAD_GATEWAY,
    };
    let of = |id: &str| Words::of(texts, status, id);
    match error {
        ClientError::SignInNeeded(needed) => of("failure-not-accepted").with_detail(&needed.fault.message),
        ClientError::Token(error) => match error.kind {
            TokenSourceErrorKind::Refused => of("failure-sign-in-refused").with_detail(&error.message),
            TokenSourceErrorKind::Unavailable => of("failure-sign-in-away").with_detail(&error.message),
            _ => of("failure-not-accepted").with_detail(&error.message),
        },
        ClientError::Refused(fault) => of("failure-refused").with_detail(&fault.message),
        ClientError::NotFound(fault) => of("failure-not-found").with_detail(&fault.message),
        ClientError::Conflict(fault) => of("failure-conflict").with_detail(&fault.message),
        ClientError::Rejected(fault) => of("failure-rejected").with_detail(&fault.message),
        ClientError::Throttled { fault, retry_after } => {
            let words = of("failure-throttled").with_detail(&fault.message);
            match retry_after {
                Some(wait) => {
                    Words { next: texts.count("failure-throttled-wait", wait.as_secs().max(1)), ..words }
                }
                None => words,
            }
        }
        ClientError::Unavailable(fault) => of("failure-unavailable").with_detail(&fault.message),
        ClientError::Html(_) => of("failure-html").with_detail(error.to_string()),
        ClientError::Unreachable(_) => of("failure-unreachable").with_detail(error.to_string()),
        ClientError::Domain(domain) => {
            let id = format!("pat-error-{}", domain.error.as_str());
            let detail = domain.message.clone().unwrap_or_default();
            if texts.has(&format!("{id}-title")) {
                return of(&id).with_detail(detail);
            }
            let detail = if detail.is_empty() { domain.error.as_str().to_owned() } else { detail };
            of("failure-domain").with_detail(detail)
        }
        ClientError::UnconfirmedCreate(unconfirmed) => {
            let id = match unconfirmed.found.as_deref() {
                None => "failure-unconfirmed-unknown",
                Some([]) => "failure-unconfirmed-none",
                Some(_) => "failure-unconfirmed-found",
            };
            of(id).with_detail(unconfirmed.cause.explain().message)
        }
        ClientError::Destination(_)
        | ClientError::Settings(_)
        | ClientError::Redirected { .. }
        | ClientError::Unexpected { .. } => of("failure-unexpected").with_detail(error.to_string()),
    }
}

/// The page of a failed call. Whoever has to sign in is sent there when nothing was asked for but a page.
pub(crate) fn of_call(visit: &SignedIn, error: &ClientError, is_page: bool) -> Refused {
    if error.kind() == ErrorKind::SignIn && is_page && !is_refused_just_after_sign_in(visit) {
        return Refused::from(see_other(&format!("/login?to={}", visit.destination.name())));
    }
    tracing::info!(%error, "a call of the API failed");
    let words = words(visit.texts, error);
    let steps = match error.kind() {
        ErrorKind::SignIn => vec![NextStep::sign_in_again(visit.texts, visit.destination)],
        // It is the sign-in that was refused: the same one would be again.
        ErrorKind::Refused if matches!(error, ClientError::Token(_)) => {
            vec![NextStep::sign_in_again(visit.texts, visit.destination), NextStep::list(visit.texts)]
        }
        _ => vec![NextStep::again(visit.texts, visit.destination), NextStep::list(visit.texts)],
    };
    signed_in(visit, words, steps)
}

/// A service that refuses a brand-new sign-in refuses the next one too: no endless trip between the two.
fn is_refused_just_after_sign_in(visit: &SignedIn) -> bool {
    let Some(person) = &visit.opened.session.person else { return true };
    visit.console.clock.now().duration_since(person.signed_in_at) < jiff::SignedDuration::from_secs(30)
}

/// A page in words for somebody who is signed in.
pub(crate) fn signed_in(visit: &SignedIn, words: Words, steps: Vec<NextStep>) -> Refused {
    let frame = Frame::of(visit, Section::None);
    Refused::from(MessagePage::answer(frame, words, steps))
}

/// A page in words for a visit, signed in or not.
pub(crate) fn of_visit(visit: &Visit, words: Words, steps: Vec<NextStep>) -> Refused {
    let frame = Frame::of_visit(visit, Section::None);
    Refused::from(MessagePage::answer(frame, words, steps))
}

/// Sessions cannot be read or written.
pub(crate) fn of_sessions(console: &Arc<Console>, texts: &'static Texts, error: &KeeperError) -> Refused {
    tracing::error!(%error, "a session could not be opened or written");
    let words = Words::of(texts, StatusCode::SERVICE_UNAVAILABLE, "failure-sessions");
    Refused::from(MessagePage::answer(Frame::outside(console, texts), words, Vec::new()))
}

/// A form of somebody who is signed in no longer.
pub(crate) fn signed_out(console: &Arc<Console>, texts: &'static Texts, destination: Destination) -> Refused {
    let words = Words::of(texts, StatusCode::UNAUTHORIZED, "failure-signed-out");
    let steps = vec![NextStep::sign_in(texts, destination)];
    Refused::from(MessagePage::answer(Frame::outside(console, texts), words, steps))
}

/// A form that is not believed.
pub(crate) fn of_form(visit: &SignedIn, error: FormError) -> Refused {
    let (status, id) = match error {
        FormError::Foreign => (StatusCode::FORBIDDEN, "failure-form-foreign"),
        FormError::Key => (StatusCode::FORBIDDEN, "failure-form-key"),
        FormError::Unreadable => (StatusCode::BAD_REQUEST, "failure-form-unreadable"),
    };
    tracing::warn!(?error, "a form was not believed");
    signed_in(visit, Words::of(visit.texts, status, id), vec![NextStep::list(visit.texts)])
}

/// A page for administrators.
pub(crate) fn not_administrator(visit: &SignedIn) -> Refused {
    let words = Words::of(visit.texts, StatusCode::FORBIDDEN, "failure-administrators");
    signed_in(visit, words, vec![NextStep::list(visit.texts)])
}

/// There is no such page.
pub(crate) fn no_page(visit: &Visit) -> Refused {
    let words = Words::of(visit.texts, StatusCode::NOT_FOUND, "failure-no-page");
    of_visit(visit, words, vec![NextStep::list(visit.texts)])
}

/// The sign-in is too old to make a secret.
pub(crate) fn stale(visit: &SignedIn) -> Refused {
    let words = Words::of(visit.texts, StatusCode::FORBIDDEN, "failure-stale");
    signed_in(visit, words, vec![NextStep::step_up(visit.texts, visit.destination)])
}

/// More browsers want to sign in than a console has to expect.
pub(crate) fn too_many_sign_ins(visit: &Visit) -> Refused {
    of_visit(visit, Words::of(visit.texts, StatusCode::TOO_MANY_REQUESTS, "failure-busy"), Vec::new())
}

/// A sign-in that did not come to its end.
pub(crate) fn of_sign_in(visit: &Visit, error: &SignInError, destination: Destination) -> Refused {
    tracing::info!(%error, "a sign-in failed");
    let texts = visit.texts;
    let (status, id) = match error {
        SignInError::WrongState => (StatusCode::BAD_REQUEST, "failure-state"),
        SignInError::Refused(refusal) | SignInError::SignInNeeded(refusal) => match refusal.remedy() {
            Remedy::Administrator => (StatusCode::FORBIDDEN, "failure-approval"),
            Remedy::Consent => (StatusCode::FORBIDDEN, "failure-consent"),
            Remedy::Account => (StatusCode::FORBIDDEN, "failure-account"),
            Remedy::Registration => (StatusCode::BAD_GATEWAY, "failure-registration"),
            Remedy::Wait => (StatusCode::SERVICE_UNAVAILABLE, "failure-sign-in-away"),
            Remedy::SignIn | Remedy::SignInByBrowser | Remedy::Report => {
                (StatusCode::FORBIDDEN, "failure-sign-in")
            }
        },
        SignInError::Http(_) | SignInError::Unavailable { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "failure-sign-in-away")
        }
        _ => (StatusCode::BAD_GATEWAY, "failure-sign-in"),
    };
    let mut steps = vec![NextStep::sign_in(texts, destination)];
    if id == "failure-approval" {
        let link = visit.console.admin_consent_url();
        steps.insert(0, NextStep::outside(texts.get("step-approve"), link));
    }
    of_visit(visit, Words::of(texts, status, id).with_detail(error.to_string()), steps)
}
