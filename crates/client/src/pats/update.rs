//! Change a PAT's name, scope, end or reach. Its secret stays.

use jiff::Timestamp;
use patcycle_contract::{PatToken, date};
use reqwest::Method;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::answer::read_pat;
use crate::client::PatClient;
use crate::error::ClientError;

/// A change. `None` keeps what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePat {
    /// Which PAT.
    pub authorization_id: Uuid,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The new scopes, blank-separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The new end. The service may shorten it: what it answers is the truth.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_date")]
    pub valid_to: Option<Timestamp>,
    /// Whether it is good in all organizations of its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_orgs: Option<bool>,
}

impl UpdatePat {
    /// A change of nothing yet.
    pub fn new(authorization_id: Uuid) -> Self {
        Self { authorization_id, display_name: None, scope: None, valid_to: None, all_orgs: None }
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn optional_date<S: Serializer>(date: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    date.map(date::format).serialize(serializer)
}

impl PatClient {
    /// Changes a PAT and gives it as it is now.
    pub async fn update(&self, change: &UpdatePat) -> Result<PatToken, ClientError> {
        let body = super::create::json(change)?;
        let request = self.request(Method::PUT, &[], Some(body));
        read_pat(&self.call(&request).await?)
    }
}
