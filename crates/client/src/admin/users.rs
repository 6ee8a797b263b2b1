//! The people of an organization, as Graph lists them.

use std::collections::HashSet;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

/// Where Graph says how its list goes on.
const CONTINUATION: &str = "x-ms-continuationtoken";

/// A person, as far as administrators of PATs need it (contract.md §4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphUser {
    /// What Token Admin names the person by.
    pub descriptor: String,
    /// The name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The sign-in name.
    #[serde(default)]
    pub principal_name: Option<String>,
    /// The object id of an Entra person.
    #[serde(default)]
    pub origin_id: Option<String>,
    /// Whether an administrator took their access to the organization away.
    #[serde(default)]
    pub is_deleted_in_origin: bool,
}

#[derive(Deserialize)]
struct Users {
    value: Vec<GraphUser>,
}

impl PatClient {
    /// The people who are known in the organization, to the end of the list. Administrators only.
    pub async fn users(&self) -> Result<Vec<GraphUser>, ClientError> {
        let (mut users, mut seen) = (Vec::new(), HashSet::new());
        let mut next = String::new();
        while seen.insert(next.clone()) {
            let mut parameters = vec![("subjectTypes", "aad")];
            if !next.is_empty() {
                parameters.push(("continuationToken", next.as_str()));
            }
            let request = self.request_at(Method::GET, &["graph", "users"], &parameters, None);
            let answer = self.call(&request).await?;
            let page: Users = read(&answer)?;
            users.extend(page.value);
            let token = answer.headers.get(CONTINUATION).and_then(|token| token.to_str().ok());
            match token {
                Some(token) if !token.is_empty() => token.clone_into(&mut next),
                _ => return Ok(users),
            }
        }
        Err(ClientError::Unexpected {
            status: 200,
            problem: "the list repeats a continuation token".to_owned(),
        })
    }
}
