//! `GET …/tokenadmin/personalaccesstokens/{subjectDescriptor}`: an owner's PATs, page by page.

use http::StatusCode;
use patcycle_contract::session_token::{PagedSessionTokens, PagedSessionTokensView};
use patcycle_contract::{SubjectDescriptor, SubjectDescriptorError, TokenAdminQuery};
use patcycle_lifecycle::token_admin::TokenAdminError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

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

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Token Admin", "Lists an owner's PATs")
        .query("pageSize", "How many, up to 1000; 20 when absent.")
        .query("continuationToken", "Where the page starts: from the page before.")
        .choice("isPublic", &["true", "false"], "true asks for SSH keys, which are not kept here.")
        .answers::<PagedSessionTokens>(200, "One page; a continuationToken of null ends the list.")
}
