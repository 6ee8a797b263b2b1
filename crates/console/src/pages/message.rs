//! A page that says what happened and what to do next.

use askama::Template;
use axum::response::Response;

use crate::browser::Destination;
use crate::failure::Words;
use crate::frame::{Frame, Section, page};
use crate::text::Texts;

/// Where to go from a message.
#[derive(Debug)]
pub(crate) struct NextStep {
    pub(crate) label: String,
    pub(crate) address: String,
}

impl NextStep {
    fn new(texts: &Texts, id: &str, address: impl Into<String>) -> Self {
        Self { label: texts.get(id), address: address.into() }
    }

    /// To an address outside of the console.
    pub(crate) fn outside(label: String, address: String) -> Self {
        Self { label, address }
    }

    /// To the list.
    pub(crate) fn list(texts: &Texts) -> Self {
        Self::new(texts, "step-list", Destination::Pats.path())
    }

    /// To everybody's PATs.
    pub(crate) fn inventory(texts: &Texts) -> Self {
        Self::new(texts, "step-inventory", Destination::Inventory.path())
    }

    /// To the policies.
    pub(crate) fn policies(texts: &Texts) -> Self {
        Self::new(texts, "step-policies", Destination::Policies.path())
    }

    /// To one PAT.
    pub(crate) fn pat(texts: &Texts, id: uuid::Uuid) -> Self {
        Self::new(texts, "step-pat", Destination::Pat(id).path())
    }

    /// To a page once more.
    pub(crate) fn again(texts: &Texts, destination: Destination) -> Self {
        Self::new(texts, "step-again", destination.path())
    }

    /// To signing in.
    pub(crate) fn sign_in(texts: &Texts, destination: Destination) -> Self {
        Self::new(texts, "step-sign-in", format!("/login?to={}", destination.name()))
    }

    /// To signing in with another account, perhaps.
    pub(crate) fn sign_in_again(texts: &Texts, destination: Destination) -> Self {
        Self::new(texts, "step-sign-in-again", format!("/login?to={}&choose=1", destination.name()))
    }

    /// To proving again who one is.
    pub(crate) fn step_up(texts: &Texts, destination: Destination) -> Self {
        Self::new(texts, "step-step-up", format!("/login?to={}&fresh=1", destination.name()))
    }
}

#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage<'a> {
    frame: Frame<'a>,
    words: Words,
    steps: Vec<NextStep>,
}

impl<'a> MessagePage<'a> {
    /// The page as an answer, with the status of its words.
    pub(crate) fn answer(frame: Frame<'a>, words: Words, steps: Vec<NextStep>) -> Response {
        let status = words.status;
        page(status, &Self { frame, words, steps })
    }
}
