//! The organizations that are served, found by the first segment of the path.

use std::collections::HashMap;
use std::sync::Arc;

use http::HeaderValue;
use patcycle_lifecycle::Organization;
use url::Url;
use uuid::Uuid;

/// One organization and where its people sign in.
#[derive(Debug, Clone)]
pub struct DirectoryEntry {
    /// The organization, as the store has it.
    pub organization: Organization,
    /// The configured issuers whose tokens it takes, as in `TrustedIssuer::issuer`. None: nobody may call.
    pub issuers: Vec<String>,
    /// The authority of its tenant, `https://HOST/TENANT-ID`: what `WWW-Authenticate` names.
    pub authority: String,
    /// Where a browser that brings no credentials is sent.
    pub sign_in_url: String,
}

/// Why a directory cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// Two organizations of one name.
    #[error("the organization `{0}` is there twice; names compare without regard to case")]
    Twice(String),
    /// The authority cannot be put into a header.
    #[error("the authority of `{organization}` is not an address: `{authority}`")]
    Authority {
        /// The organization's name.
        organization: String,
        /// The authority as given.
        authority: String,
    },
    /// The sign-in address is none.
    #[error("the sign-in address of `{organization}` is not an address: `{address}`")]
    SignInUrl {
        /// The organization's name.
        organization: String,
        /// The address as given.
        address: String,
    },
}

/// All organizations that are served. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OrganizationDirectory(Arc<HashMap<String, Place>>);

/// An organization, ready to be answered for.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) organization: Organization,
    pub(crate) issuers: Vec<String>,
    pub(crate) sign_in_url: Url,
    /// `Bearer authorization_uri=…`: by this, client tools find the tenant.
    pub(crate) bearer_challenge: HeaderValue,
    pub(crate) authority: HeaderValue,
    pub(crate) tenant_id: HeaderValue,
}

impl OrganizationDirectory {
    /// A directory of these.
    pub fn new(entries: Vec<DirectoryEntry>) -> Result<Self, DirectoryError> {
        let mut places = HashMap::with_capacity(entries.len());
        for entry in entries {
            let name = entry.organization.name.clone();
            if places.insert(name.to_ascii_lowercase(), Place::new(entry)?).is_some() {
                return Err(DirectoryError::Twice(name));
            }
        }
        Ok(Self(Arc::new(places)))
    }

    /// The organization of that name, in any case.
    pub(crate) fn find(&self, name: &str) -> Option<&Place> {
        self.0.get(&name.to_ascii_lowercase())
    }
}

impl OrganizationDirectory {
    /// The organizations that a person of a tenant belongs to, in no order.
    pub(crate) fn of_member(&self, tenant_id: Uuid, object_id: Uuid) -> impl Iterator<Item = &Organization> {
        let organizations = self.0.values().map(|place| &place.organization);
        organizations.filter(move |organization| {
            organization.tenant_id == tenant_id && organization.has_member(object_id)
        })
    }
}

impl Place {
    fn new(entry: DirectoryEntry) -> Result<Self, DirectoryError> {
        let DirectoryEntry { organization, issuers, authority, sign_in_url } = entry;
        let bad_authority = || DirectoryError::Authority {
            organization: organization.name.clone(),
            authority: authority.clone(),
        };
        Url::parse(&authority).map_err(|_| bad_authority())?;
        let header = |text: &str| HeaderValue::from_str(text).map_err(|_| bad_authority());
        let bearer_challenge = header(&format!("Bearer authorization_uri={authority}"))?;
        let authority = header(&authority)?;
        let tenant_id = header(&organization.tenant_id.to_string())?;
        let sign_in_url = Url::parse(&sign_in_url).map_err(|_| DirectoryError::SignInUrl {
            organization: organization.name.clone(),
            address: sign_in_url,
        })?;
        Ok(Self { organization, issuers, sign_in_url, bearer_challenge, authority, tenant_id })
    }
}

#[cfg(test)]
mod tests {
    use patcycle_lifecycle::Membership;

    use super::*;

    const SIGN_IN: &str = "https://login.example/sign-in";

    fn entry(name: &str, authority: &str, sign_in_url: &str) -> DirectoryEntry {
        DirectoryEntry {
            organization: Organization {
                id: Uuid::from_u128(1),
                name: name.to_owned(),
                tenant_id: Uuid::from_u128(2),
                membership: Membership::Tenant,
                administrators: Vec::new(),
            },
            issuers: Vec::new(),
            authority: authority.to_owned(),
            sign_in_url: sign_in_url.to_owned(),
        }
    }

    #[test]
    fn names_match_without_regard_to_case() {
        let directory =
            OrganizationDirectory::new(vec![entry("fabrikam", "https://login.example/t", SIGN_IN)]).unwrap();
        assert!(directory.find("FabriKam").is_some());
        assert!(directory.find("fabrika").is_none() && directory.find("").is_none());
    }

    #[test]
    fn refuses_what_it_could_not_answer_for() {
        let twice =
            vec![entry("a", "https://x.example/t", SIGN_IN), entry("A", "https://x.example/t", SIGN_IN)];
        assert_eq!(OrganizationDirectory::new(twice).unwrap_err(), DirectoryError::Twice("A".to_owned()));
        for bad in [
            entry("a", "no address", SIGN_IN),
            entry("a", "https://x.example/\r\nSet-Cookie: a", SIGN_IN),
            entry("a", "https://x.example/t", "//nowhere"),
        ] {
            assert!(OrganizationDirectory::new(vec![bad]).is_err());
        }
    }
}
