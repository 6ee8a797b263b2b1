//! `GET …/tokenadmin/revocationrules`: what the rules of the organization come to. Azure DevOps has no such call.

use http::StatusCode;
use patcycle_contract::revocations::{RevocationRule, RevocationRules};

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let rules = call.state.lifecycle.revocation_rules(call.organization).await;
    let rules = rules.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    let rule = |cutoff: &patcycle_lifecycle::ScopeCutoff| RevocationRule {
        scope: cutoff.scope.clone(),
        created_before: cutoff.created_before,
    };
    let value: Vec<RevocationRule> = rules.iter().map(rule).collect();
    Ok(Answer::json(StatusCode::OK, &RevocationRules { count: value.len(), value }))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Token Admin", "Lists what the revocation rules come to")
        .text("Azure DevOps has no such call.")
        .answers::<RevocationRules>(200, "For each scope the instant before which everything is refused.")
}
