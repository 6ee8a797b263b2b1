//! What a console asks the sign-in service for, and that a token leaves only for the host it is meant for
//! (design.md §4, rule 11).

use patcycle_client::destination::is_azure_devops;
use patcycle_entra::Authority;
use patcycle_entra::resource::{AZURE_DEVOPS_RESOURCE, is_azure_devops_audience};
use url::Url;

/// Microsoft's tokens for Azure DevOps would be sent to another service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "people sign in at Microsoft, and `{host}` is not Azure DevOps: a token for Azure DevOps must not be sent there"
)]
pub struct ForeignHost {
    host: String,
}

/// The scopes to ask for in front of `base_url`: those that are given, else Azure DevOps' own where a token of that kind
/// may go.
pub(crate) fn resolve(
    given: Vec<String>,
    authority: &Authority,
    base_url: &Url,
) -> Result<Vec<String>, ForeignHost> {
    let scopes = if given.is_empty() { vec![format!("{AZURE_DEVOPS_RESOURCE}/.default")] } else { given };
    let for_azure_devops = scopes.iter().any(|scope| is_of_azure_devops(scope));
    if for_azure_devops && authority.is_microsoft() && !is_azure_devops(base_url) {
        return Err(ForeignHost { host: base_url.origin().ascii_serialization() });
    }
    Ok(scopes)
}

fn is_of_azure_devops(scope: &str) -> bool {
    scope.rsplit_once('/').is_some_and(|(resource, _)| is_azure_devops_audience(resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_for_azure_devops_goes_to_azure_devops() {
        let microsoft = Authority::parse("https://login.microsoftonline.com/organizations").unwrap();
        let local = Authority::parse("https://localhost:7243/t").unwrap();
        let azure: Url = "https://vssps.dev.azure.com".parse().unwrap();
        let own: Url = "https://pats.example".parse().unwrap();
        let default = vec!["499b84ac-1321-427f-aa17-267ca6975798/.default".to_owned()];
        let own_scope = vec!["api://patcycle/.default".to_owned()];
        assert_eq!(resolve(Vec::new(), &microsoft, &azure), Ok(default.clone()));
        assert_eq!(resolve(Vec::new(), &local, &own), Ok(default.clone()));
        assert_eq!(resolve(own_scope.clone(), &microsoft, &own), Ok(own_scope));
        assert!(resolve(Vec::new(), &microsoft, &own).is_err());
        assert!(resolve(default, &microsoft, &own).is_err());
        let other_spelling = vec!["https://app.vssps.visualstudio.com/user_impersonation".to_owned()];
        assert!(resolve(other_spelling, &microsoft, &own).is_err());
    }
}
