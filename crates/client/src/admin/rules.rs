//! Revocation rules: everything issued before an instant that carries one of some scopes is refused.

use patcycle_contract::RevocationRuleRequest;
use patcycle_contract::revocations::{RevocationRule, RevocationRules};
use reqwest::Method;

use crate::answer::{read, read_nothing};
use crate::client::PatClient;
use crate::error::ClientError;
use crate::pats::json;

const RULES: &[&str] = &["tokenadmin", "revocationrules"];

impl PatClient {
    /// What the rules of the organization come to: for each scope one instant. Administrators only, and only where the
    /// service is a patcycle server.
    pub async fn revocation_rules(&self) -> Result<Vec<RevocationRule>, ClientError> {
        let request = self.request_at(Method::GET, RULES, &[], None);
        let rules: RevocationRules = read(&self.call(&request).await?)?;
        Ok(rules.value)
    }

    /// Makes a rule. Administrators only. There is no way back.
    pub async fn create_revocation_rule(&self, rule: &RevocationRuleRequest) -> Result<(), ClientError> {
        let request = self.request_at(Method::POST, RULES, &[], Some(json(rule)?));
        read_nothing(&self.call(&request).await?)
    }
}
