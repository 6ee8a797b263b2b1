//! `GET /_patcycle`: tells that this is Patcycle and not Azure DevOps, so that clients know what to offer.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::openapi::Documentation;

/// What this service offers beyond the API of Azure DevOps, under the names that clients look for.
const FEATURES: &[&str] = &["rotate", "verify", "usage", "history", "limits"];

#[derive(Serialize, ToSchema)]
struct About {
    product: &'static str,
    version: &'static str,
    features: &'static [&'static str],
}

pub(crate) fn handle() -> Answer {
    let about = About { product: "patcycle", version: env!("CARGO_PKG_VERSION"), features: FEATURES };
    Answer::json(StatusCode::OK, &about)
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Service", "What this service is and offers")
        .text("Azure DevOps has nothing here: by this a client knows what it may offer.")
        .answers::<About>(200, "Product, version, features.")
}
