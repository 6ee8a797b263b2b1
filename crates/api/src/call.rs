//! A request that passed all stations in front of its operation, and the answers that operations share.

use http::StatusCode;
use http::request::Parts;
use patcycle_contract::{ApiVersion, BodyError, PatTokenResult, WrappedException, query};
use patcycle_lifecycle::{Caller, OperationError, Organization, Refusal};
use uuid::Uuid;

use crate::answer::Answer;
use crate::routes::Parameters;
use crate::{ApiState, failure};

/// A request that passed all stations in front of its operation.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a ApiState,
    pub(crate) organization: &'a Organization,
    pub(crate) caller: &'a Caller,
    /// The version of the answer; the latest where a route has none.
    pub(crate) version: ApiVersion,
    /// The parameters of the path.
    pub(crate) parameters: Parameters<'a>,
    /// The decoded query.
    pub(crate) query: &'a [(String, String)],
    pub(crate) parts: &'a Parts,
}

impl Call<'_> {
    /// The answer when an operation that gives a `PatTokenResult` does not succeed.
    pub(crate) fn failed(&self, error: OperationError) -> Answer {
        match error {
            OperationError::Refused(refusal) => self.refused(refusal),
            OperationError::Storage(error) => failure::storage(&error, self.caller.activity_id),
            OperationError::Random(error) => failure::random(error, self.caller.activity_id),
        }
    }

    /// A refusal of the domain: part of a result, status 200 (contract.md §1.7, §12 #6 and #32).
    pub(crate) fn refused(&self, refusal: Refusal) -> Answer {
        let strict = self.state.settings.domain_errors_as_400;
        let result = PatTokenResult {
            pat_token: None,
            pat_token_error: refusal.error.for_version(self.version),
            pat_token_error_message: Some(refusal.message),
        };
        Answer::json(if strict { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &result)
    }

    /// The answer to a body that holds no request.
    pub(crate) fn unreadable(&self, error: &BodyError) -> Answer {
        let activity_id = self.caller.activity_id;
        tracing::info!(reason = %error, activity.id = %activity_id, "unreadable body");
        Answer::error(StatusCode::BAD_REQUEST, &WrappedException::unreadable_body(activity_id))
    }

    /// The `authorizationId` of the query. It may be all zero.
    pub(crate) fn authorization_id(&self) -> Result<Uuid, Answer> {
        let given = query::first(self.query, "authorizationId").map_or("", str::trim);
        if given.is_empty() {
            return Err(Answer::bad_argument(
                "The query parameter authorizationId is missing or empty. Send the id of a token; the list shows it.",
            ));
        }
        Uuid::try_parse(given).map_err(|_| {
            Answer::bad_argument(
                "The query parameter authorizationId is not a UUID. Send the id of a token as the list shows it.",
            )
        })
    }
}
