//! `ENDPOINT` of the sample application: one address that holds the service, the organization and the api-version.

use url::Url;

/// What an `ENDPOINT` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) base_url: Url,
    pub(super) organization: String,
    pub(super) api_version: Option<String>,
}

/// Reads `BASE/ORGANIZATION/_apis/tokens/pats?api-version=VERSION`, with the fixed segments in any case. The old hosts
/// `ORGANIZATION.vssps.visualstudio.com` have the organization in their name.
pub(super) fn parse(text: &str) -> Result<Endpoint, &'static str> {
    let mut base_url = Url::parse(text).map_err(|_| "it is not an address")?;
    if base_url.host_str().is_none() || !base_url.username().is_empty() || base_url.password().is_some() {
        return Err("it must be an address with a host, and without a user name");
    }
    let api_version = base_url
        .query_pairs()
        .find(|(name, _)| name.eq_ignore_ascii_case("api-version"))
        .map(|(_, version)| version.into_owned())
        .filter(|version| !version.is_empty());
    let segments: Vec<String> = base_url
        .path_segments()
        .into_iter()
        .flatten()
        .filter(|segment| !segment.is_empty())
        .map(str::to_owned)
        .collect();
    let before = match segments.as_slice() {
        [before @ .., apis, tokens, pats]
            if apis.eq_ignore_ascii_case("_apis")
                && tokens.eq_ignore_ascii_case("tokens")
                && pats.eq_ignore_ascii_case("pats") =>
        {
            before
        }
        _ => return Err("its path does not end in `/ORGANIZATION/_apis/tokens/pats`"),
    };
    let (prefix, organization) = match (organization_in_host(&base_url), before) {
        (Some(organization), []) => (before, organization),
        (_, [prefix @ .., organization]) => (prefix, organization.clone()),
        (None, []) => return Err("there is no organization in it"),
    };
    base_url.set_path(&prefix.join("/"));
    base_url.set_query(None);
    base_url.set_fragment(None);
    Ok(Endpoint { base_url, organization, api_version })
}

fn organization_in_host(url: &Url) -> Option<String> {
    let host = url.host_str()?.strip_suffix(".visualstudio.com")?;
    host.split('.').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, Option<String>) {
        let Endpoint { base_url, organization, api_version } = parse(text).unwrap();
        (base_url.to_string(), organization, api_version)
    }

    #[test]
    fn it_gives_service_organization_and_version() {
        let version = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("https://vssps.dev.azure.com/fabrikam/_apis/Tokens/Pats?api-version=6.1-preview"),
            ("https://vssps.dev.azure.com/".into(), "fabrikam".into(), version("6.1-preview"))
        );
        assert_eq!(
            read("https://pats.example:8443/below/here/fabrikam/_APIS/tokens/pats/"),
            ("https://pats.example:8443/below/here".into(), "fabrikam".into(), None)
        );
        assert_eq!(
            read("https://fabrikam.vssps.visualstudio.com/_apis/tokens/pats?API-Version=7.1-preview.1"),
            ("https://fabrikam.vssps.visualstudio.com/".into(), "fabrikam".into(), version("7.1-preview.1"))
        );
    }

    #[test]
    fn it_is_refused_where_something_is_missing() {
        for text in [
            "vssps.dev.azure.com/fabrikam/_apis/tokens/pats",
            "https://vssps.dev.azure.com/_apis/tokens/pats",
            "https://vssps.dev.azure.com/fabrikam",
            "https://vssps.dev.azure.com/fabrikam/_apis/tokens",
            "https://ana:pw@vssps.dev.azure.com/fabrikam/_apis/tokens/pats",
            "mailto:ana@fabrikam.example",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
