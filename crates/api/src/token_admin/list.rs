//! `GET …/tokenadmin/personalaccesstokens/{subjectDescriptor}`: an owner's PATs, page by page.

use http::StatusCode;
use patcycle_contract::session_token::PagedSessionTokensView;
use patcycle_contract::{SubjectDescriptor, SubjectDescriptorError, TokenAdminQuery};
use patcycle_lifecycle::token_admin::TokenAdminError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let SubjectDescriptor(owner) = subject(call.parameters.get("subjectDescriptor").unwrap_or_default())?;
    let query =
        TokenAdminQuery::parse(call.query).map_err(|error| Answer::bad_argument(error.to_string()))?;
    let page = call.state.lifecycle.tokens_of(call.caller, call.organization, owner, query).await;
    match page {
        Ok(page) => {
            let view = PagedSessionTokensView { page: &page, version: call.version };
            Ok(Answer::json(StatusCode::OK, &view))
        }
        Err(error @ TokenAdminError::UnknownOwner) => {
            Err(Answer::service_error(StatusCode::NOT_FOUND, error.to_string()))
        }
        Err(TokenAdminError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(TokenAdminError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}

/// Who is named. Somebody of a kind that has no PATs here is as unknown as a person who was never here.
pub(crate) fn subject(text: &str) -> Result<SubjectDescriptor, Answer> {
    text.parse().map_err(|error: SubjectDescriptorError| match error {
        SubjectDescriptorError::Malformed { .. } => Answer::bad_argument(error.to_string()),
        SubjectDescriptorError::OtherKind { .. } => {
            Answer::service_error(StatusCode::NOT_FOUND, error.to_string())
        }
    })
}
