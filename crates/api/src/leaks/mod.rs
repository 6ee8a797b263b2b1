//! PATs that were found where secrets must not be (design of `/_patcycle/leaks`): anybody may report them, signed
//! reporters learn whether it was one, administrators may ask whose it is.

mod intake;
pub(crate) mod lookup;
pub(crate) mod receive;
pub(crate) mod report;
mod seen;

use http::StatusCode;
use patcycle_contract::WrappedException;
use patcycle_lifecycle::audit::Actor;
use patcycle_primitives::Secret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::exchange::Exchange;

pub use intake::{LeakIntake, LeakWorker};
pub use seen::LeakReports;

/// The most tokens of one request.
pub(crate) const MAXIMUM_TOKENS: usize = 100;

/// What somebody found.
#[derive(Deserialize, ToSchema)]
#[schema(as = LeakedTokens)]
struct Find {
    /// At most 100.
    #[schema(value_type = Vec<String>)]
    tokens: Vec<Secret>,
    #[serde(default, rename = "where")]
    place: Option<String>,
}

/// Reads a body that holds secrets: its text is wiped, and no message repeats any of it.
fn parse<T: DeserializeOwned>(body: Vec<u8>, exchange: &Exchange) -> Result<T, Answer> {
    let body = zeroize::Zeroizing::new(body);
    serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        tracing::info!(line, column, activity.id = %exchange.activity_id, "unreadable body");
        Answer::error(StatusCode::BAD_REQUEST, &WrappedException::unreadable_body(exchange.activity_id))
    })
}

fn parse_find(body: Vec<u8>, exchange: &Exchange) -> Result<Find, Answer> {
    let find: Find = parse(body, exchange)?;
    if find.tokens.len() > MAXIMUM_TOKENS {
        return Err(too_many(find.tokens.len(), MAXIMUM_TOKENS));
    }
    Ok(find)
}

fn too_many(count: usize, maximum: usize) -> Answer {
    Answer::bad_argument(format!("The request has {count} tokens. Send at most {maximum} at once."))
}

/// The one who reports: an address, and never a person.
fn reporter(exchange: &Exchange) -> Actor {
    Actor {
        address: exchange.address,
        user_agent: exchange.user_agent.clone(),
        activity_id: Some(exchange.activity_id),
        ..Actor::default()
    }
}
