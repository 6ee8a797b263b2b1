//! The pages: HTML without scripts, with one style sheet inside, and the headers that keep them safe.

use std::sync::LazyLock;

use askama::Template;
use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, Place};
use super::trace::Trace;

/// The style sheet, inside every page.
pub(super) const STYLE: &str = include_str!("../../templates/style.css");

/// The one script there is: it sends the form of a `form_post` answer on its way. Without scripts the person
/// presses the button.
pub(super) const SUBMIT_SCRIPT: &str = "document.forms[0].submit();";

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));
static SUBMIT_SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(SUBMIT_SCRIPT));

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// User name and password.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage<'a> {
    pub(super) application: &'a str,
    pub(super) directory: &'a str,
    pub(super) user_name: &'a str,
    pub(super) error: &'a str,
    pub(super) page: &'a str,
    pub(super) flow: &'a str,
}

/// A one-time code.
#[derive(Template)]
#[template(path = "one_time_code.html")]
pub(super) struct OneTimeCodePage<'a> {
    pub(super) application: &'a str,
    pub(super) user_name: &'a str,
    pub(super) error: &'a str,
    pub(super) page: &'a str,
    pub(super) flow: &'a str,
}

/// One of several accounts.
#[derive(Template)]
#[template(path = "accounts.html")]
pub(super) struct AccountsPage<'a> {
    pub(super) application: &'a str,
    pub(super) accounts: Vec<AccountChoice>,
    pub(super) page: &'a str,
    pub(super) flow: &'a str,
}

/// An account to pick.
pub(super) struct AccountChoice {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) user_name: String,
}

/// What an application wants.
#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct ConsentPage<'a> {
    pub(super) application: &'a str,
    pub(super) client_id: String,
    pub(super) user_name: &'a str,
    pub(super) directory: &'a str,
    pub(super) permissions: Vec<(&'static str, &'static str)>,
    /// Whether the answer is for the whole tenant.
    pub(super) for_tenant: bool,
    /// Whether the person may widen the answer to the whole tenant.
    pub(super) may_widen: bool,
    pub(super) page: &'a str,
    pub(super) flow: &'a str,
}

/// An administrator is needed.
#[derive(Template)]
#[template(path = "approval.html")]
pub(super) struct ApprovalPage<'a> {
    pub(super) application: &'a str,
    pub(super) user_name: &'a str,
    pub(super) directory: &'a str,
    pub(super) detail: &'a str,
    pub(super) page: &'a str,
    pub(super) flow: &'a str,
}

/// The code that a device shows.
#[derive(Template)]
#[template(path = "device_code.html")]
pub(super) struct DeviceCodePage<'a> {
    pub(super) error: &'a str,
    pub(super) user_code: &'a str,
}

/// Whether the device is the person's own.
#[derive(Template)]
#[template(path = "device_confirm.html")]
pub(super) struct DeviceConfirmPage<'a> {
    pub(super) application: &'a str,
    pub(super) user_name: &'a str,
    pub(super) user_code: &'a str,
    pub(super) page: &'a str,
    pub(super) flow: &'a str,
}

/// Something to say, and nothing to do.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct MessagePage<'a> {
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    pub(super) detail: &'a str,
    /// Whether it is a refusal.
    pub(super) alert: bool,
}

/// An answer that travels by form to the application.
#[derive(Template)]
#[template(path = "form_post.html")]
pub(super) struct FormPostPage<'a> {
    pub(super) redirect_uri: &'a str,
    pub(super) parameters: &'a [(&'a str, String)],
}

/// Shows a page. `form_action` is where its forms may lead beside this origin: browsers apply the rule to the
/// redirect that answers a form, too.
pub(super) fn show(status: StatusCode, page: &impl Template, form_action: Option<&str>) -> Response<Body> {
    show_with(status, page, &format!("form-action 'self' {}", form_action.unwrap_or_default()))
}

/// Shows the page whose form goes to the application by itself.
pub(super) fn show_form_post(page: &FormPostPage<'_>, form_action: &str) -> Response<Body> {
    let policy = format!("form-action {form_action}; script-src {}", *SUBMIT_SCRIPT_HASH);
    show_with(StatusCode::OK, page, &policy)
}

/// A refusal that must not leave this origin.
pub(super) fn refuse(trace: &Trace, fault: &Fault, place: Place) -> Response<Body> {
    super::answer::log(fault, place, trace);
    let detail = trace.describe(fault, place);
    let page = MessagePage {
        title: "Sorry, but we’re having trouble signing you in.",
        text: &fault.to_string(),
        detail: &detail,
        alert: true,
    };
    let mut answer = show(fault.status(place), &page, None);
    super::answer::mark(&mut answer, trace);
    answer
}

fn show_with(status: StatusCode, page: &impl Template, policy: &str) -> Response<Body> {
    let mut answer = match page.render() {
        Ok(html) => Response::new(Body::from(html)),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            let mut answer = Response::new(Body::from("This page could not be shown."));
            *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return answer;
        }
    };
    *answer.status_mut() = status;
    let policy = format!(
        "default-src 'none'; style-src {}; {policy}; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    let headers = answer.headers_mut();
    if let Ok(value) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    let fixed: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
