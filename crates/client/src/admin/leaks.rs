//! Whose are these strings? For administrators who were handed some that were found.

use patcycle_contract::leaks::{LeakFinding, LeakFindings};
use patcycle_primitives::Secret;
use reqwest::Method;
use serde::{Serialize, Serializer};

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;
use crate::pats::json;

#[derive(Serialize)]
struct Found<'a> {
    #[serde(serialize_with = "exposed")]
    tokens: &'a [Secret],
}

/// The one place where strings that may be secrets go out again: to the service that knows whether they are.
fn exposed<S: Serializer>(tokens: &[Secret], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(tokens.iter().map(Secret::expose))
}

impl PatClient {
    /// For each string whether it is the secret of a PAT of this organization, and of which, in the order of the strings;
    /// at most [`patcycle_contract::leaks::MAX_LEAKED_TOKENS`] at a time. Nothing is changed. Administrators only, and
    /// only where the service is a patcycle server.
    pub async fn look_up_leaked(&self, tokens: &[Secret]) -> Result<Vec<LeakFinding>, ClientError> {
        let body = json(&Found { tokens })?;
        let request = self.request_at(Method::POST, &["_patcycle", "leaks", "lookup"], &[], Some(body));
        let findings: LeakFindings = read(&self.call(&request).await?)?;
        Ok(findings.value)
    }
}
