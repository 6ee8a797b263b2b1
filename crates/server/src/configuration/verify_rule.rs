//! Rules of verification: questions about PATs that a gateway asks by a name.

use patcycle_api::VerifyRule;
use patcycle_contract::scope;

use super::raw::{RawVerifyRule, Sources};
use super::{ConfigurationError, OrganizationConfiguration};

/// The longest name, in bytes.
const LONGEST_NAME: usize = 50;

pub(super) fn verify_rules(
    raw: Vec<RawVerifyRule>,
    organizations: &[OrganizationConfiguration],
    sources: &Sources,
) -> Result<Vec<VerifyRule>, ConfigurationError> {
    let mut rules: Vec<VerifyRule> = Vec::with_capacity(raw.len());
    for one in raw {
        let rule = verify_rule(one, organizations, sources)?;
        if rules.iter().any(|known| known.name == rule.name) {
            let problem = format!("`{}` is there twice", rule.name);
            return Err(sources.error("verify_rule.name", problem, "Give each its own name."));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn verify_rule(
    raw: RawVerifyRule,
    organizations: &[OrganizationConfiguration],
    sources: &Sources,
) -> Result<VerifyRule, ConfigurationError> {
    let permitted = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let name = raw.name.unwrap_or_default();
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(permitted) {
        let problem = format!("`{name}` is not 1 to {LONGEST_NAME} letters, digits, `-` and `_`");
        return Err(sources.error("verify_rule.name", problem, "Write `name = \"code\"`."));
    }
    let asked = raw.scope.unwrap_or_default();
    let scope = scope::find(&asked).filter(|scope| scope.fits_pats()).ok_or_else(|| {
        let problem = format!("`{asked}` is no scope that a PAT can carry");
        sources.error("verify_rule.scope", problem, "Write one scope, for example `scope = \"vso.code\"`.")
    })?;
    let organization = raw.organization.unwrap_or_default();
    if !organizations.iter().any(|known| known.specification.name == organization) {
        let problem = format!("there is no `[[organization]]` of the name `{organization}`");
        let remedy = "Write the name of one, for example `organization = \"fabrikam\"`.";
        return Err(sources.error("verify_rule.organization", problem, remedy));
    }
    Ok(VerifyRule { name, scope, organization })
}
