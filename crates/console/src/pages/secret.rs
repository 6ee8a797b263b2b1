//! The page that shows a new secret, once: the answer to the request that made it.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use patcycle_client::PatState;
use patcycle_contract::PatToken;
use patcycle_primitives::Secret;

use super::download::{Kind, variable_name};
use super::row::Row;
use crate::frame::{Frame, Section, page};
use crate::visit::SignedIn;

/// What made the secret.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A new PAT.
    Created {
        /// The end that was asked for.
        asked: Timestamp,
    },
    /// A rotation by the service: the old secret ends then.
    Rotated {
        /// The end of the overlap.
        old_until: Timestamp,
    },
    /// A new PAT in the place of an old one, which still works until the person says so.
    Replaced {
        /// The old PAT.
        old: uuid::Uuid,
    },
}

#[derive(Template)]
#[template(path = "secret.html")]
struct SecretPage<'a> {
    frame: Frame<'a>,
    row: Row,
    secret: &'a str,
    origin: Origin,
    /// Whether the service granted an earlier end than was asked for.
    is_shortened: bool,
    old_until: Option<super::moments::Moment>,
    kinds: [Kind; 3],
    variable: String,
    curl: String,
}

pub(crate) fn show(visit: &SignedIn, mut pat: PatToken, origin: Origin) -> Response {
    let secret = pat.token.take().unwrap_or_else(|| Secret::new(""));
    let now = visit.console.clock.now();
    let is_shortened = match &origin {
        // The service rounds; a minute is no shortening.
        Origin::Created { asked } => asked.duration_since(pat.valid_to).as_secs() > 60,
        _ => false,
    };
    let old_until = match &origin {
        Origin::Rotated { old_until } => Some((*old_until).into()),
        _ => None,
    };
    let variable = variable_name(&pat.display_name);
    let curl =
        format!("curl --user \":${variable}\" \"{}/_apis/connectionData\"", visit.console.organization_url());
    page(
        StatusCode::OK,
        &SecretPage {
            frame: Frame::of(visit, Section::Pats),
            row: Row::new(visit.texts, &pat, PatState::Active, now),
            secret: secret.expose(),
            origin,
            is_shortened,
            old_until,
            kinds: Kind::ALL,
            variable,
            curl,
        },
    )
}
