//! The Azure DevOps resource, as tokens name it.

/// The application id of Azure DevOps: the audience of its access tokens, and the prefix of its scopes.
pub const AZURE_DEVOPS_RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";

/// Every spelling of the Azure DevOps audience that a token may carry: the application id and its URI form
/// with and without a final slash.
pub const AZURE_DEVOPS_AUDIENCES: [&str; 3] =
    [AZURE_DEVOPS_RESOURCE, "https://app.vssps.visualstudio.com", "https://app.vssps.visualstudio.com/"];

/// Whether an audience means Azure DevOps, in any of its spellings.
pub fn is_azure_devops_audience(audience: &str) -> bool {
    AZURE_DEVOPS_AUDIENCES.iter().any(|known| known.eq_ignore_ascii_case(audience))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_all_spellings_and_no_neighbour() {
        assert!(is_azure_devops_audience("499B84AC-1321-427F-AA17-267CA6975798"));
        assert!(is_azure_devops_audience("https://app.vssps.visualstudio.com/"));
        assert!(!is_azure_devops_audience("https://app.vssps.visualstudio.com.example/"));
        assert!(!is_azure_devops_audience("api://patcycle"));
    }
}
