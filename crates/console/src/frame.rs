//! What all pages have: the language, who is signed in, the way around.

use std::sync::Arc;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use http::StatusCode;

use crate::browser::Destination;
use crate::console::Console;
use crate::session::Person;
use crate::text::Texts;
use crate::visit::{SignedIn, Visit};

/// The part of the console that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Pats,
    Inventory,
    Policies,
    Audit,
    Leaks,
    /// Messages, the start page.
    None,
}

/// What surrounds the content of a page.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) texts: &'static Texts,
    pub(crate) person: Option<&'a Person>,
    /// What the forms of the page bring back; empty where nobody is signed in.
    pub(crate) form_key: &'a str,
    pub(crate) section: Section,
    pub(crate) organization: &'a str,
    /// Where a change of the language comes back to.
    pub(crate) destination: Destination,
}

impl<'a> Frame<'a> {
    /// Around a page of somebody who is signed in.
    pub(crate) fn of(visit: &'a SignedIn, section: Section) -> Self {
        let session = &visit.opened.session;
        Self {
            texts: visit.texts,
            person: session.person.as_ref(),
            form_key: session.form_key.expose(),
            section,
            organization: visit.console.organization(),
            destination: visit.destination,
        }
    }

    /// Around a page that anybody may see.
    pub(crate) fn of_visit(visit: &'a Visit, section: Section) -> Self {
        let person = visit.opened.as_ref().and_then(|opened| opened.session.person.as_ref());
        let form_key = visit.opened.as_ref().filter(|_| person.is_some());
        Self {
            person,
            form_key: form_key.map(|opened| opened.session.form_key.expose()).unwrap_or_default(),
            section,
            destination: visit.destination,
            ..Self::outside(&visit.console, visit.texts)
        }
    }

    /// Around a page without a session.
    pub(crate) fn outside(console: &'a Arc<Console>, texts: &'static Texts) -> Self {
        Self {
            texts,
            person: None,
            form_key: "",
            section: Section::None,
            organization: console.organization(),
            destination: Destination::default(),
        }
    }

    /// A text.
    pub(crate) fn t(&self, id: &str) -> String {
        self.texts.get(id)
    }

    /// The text of one of several values.
    pub(crate) fn of_family(&self, family: &str, value: &str) -> String {
        self.texts.get(&format!("{family}-{value}"))
    }

    /// Whether the parts for administrators are shown.
    pub(crate) fn is_administrator(&self) -> bool {
        self.person.is_some_and(|person| person.is_administrator)
    }
}

/// A page as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
