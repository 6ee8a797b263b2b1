//! Where a person is sent back to, and how.

use axum::body::Body;
use axum::http::Response;

use super::redirect;
use crate::http::Endpoint;
use crate::http::fault::{Fault, Place};
use crate::http::pages::{self, FormPostPage};
use crate::http::parameters::Parameters;
use crate::http::trace::{Trace, error_uri, multi_factor_claims};
use crate::http::visit::Visit;
use crate::model::{Application, Platform};
use crate::redirect::{find, form_action_source, with_fragment, with_query};

/// How the answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// A redirect URI that is known to be the application's, with what must be sent back to it.
#[derive(Debug)]
pub(super) struct ReturnAddress {
    /// As the request spelled it.
    pub(super) uri: String,
    pub(super) platform: Platform,
    /// The request's `state`, unchanged.
    pub(super) state: Option<String>,
    mode: Mode,
    form_action: Option<String>,
}

impl ReturnAddress {
    /// The request's redirect URI, if it is registered. Its faults must stay on a page.
    pub(super) fn find(application: &Application, query: &Parameters) -> Result<Self, Fault> {
        let uri = query.one("redirect_uri")?.ok_or(Fault::NoRedirect)?;
        let mismatch = || Fault::RedirectMismatch { requested: uri.to_owned(), application: application.id };
        let registered = find(&application.redirect_uris, uri).ok_or_else(mismatch)?;
        let mode = match query.one("response_mode")? {
            None | Some("query") => Mode::Query,
            Some("fragment") => Mode::Fragment,
            Some("form_post") => Mode::FormPost,
            Some(_) => {
                let why = "it must be query, fragment or form_post";
                return Err(Fault::BadParameter { name: "response_mode", why });
            }
        };
        Ok(Self {
            uri: uri.to_owned(),
            platform: registered.platform,
            state: query.one("state")?.map(str::to_owned),
            mode,
            form_action: form_action_source(uri),
        })
    }

    /// What the policy of a page must name, so that its form may end at this address.
    pub(super) fn form_action(&self) -> Option<&str> {
        self.form_action.as_deref()
    }

    /// Sends the person back.
    pub(super) fn send(
        &self,
        endpoint: &Endpoint,
        visit: &Visit,
        parameters: &[(&str, String)],
    ) -> Response<Body> {
        let answer = match self.mode {
            Mode::Query => redirect(&with_query(&self.uri, parameters)),
            Mode::Fragment => redirect(&with_fragment(&self.uri, parameters)),
            Mode::FormPost => {
                let page = FormPostPage { redirect_uri: &self.uri, parameters };
                pages::show_form_post(&page, self.form_action.as_deref().unwrap_or("'none'"))
            }
        };
        visit.finish(endpoint, answer)
    }

    /// A refusal, as the application gets it.
    pub(super) fn error_parameters(
        &self,
        fault: &Fault,
        trace: &Trace,
        base_url: &str,
    ) -> Vec<(&'static str, String)> {
        let terms = fault.terms(Place::Authorize);
        let mut parameters = vec![
            ("error", terms.error.to_owned()),
            ("error_description", trace.describe(fault, Place::Authorize)),
            ("error_uri", error_uri(base_url, terms.code)),
        ];
        if let Some(suberror) = terms.suberror {
            parameters.push(("suberror", suberror.to_owned()));
        }
        if matches!(fault, Fault::Declined | Fault::ApprovalRefused(_)) {
            parameters.push(("error_subcode", "cancel".to_owned()));
        }
        if matches!(fault, Fault::MultiFactorNeeded(_)) {
            parameters.push(("claims", multi_factor_claims()));
        }
        if let Some(state) = &self.state {
            parameters.push(("state", state.clone()));
        }
        parameters
    }
}
