//! `[[organization]]`: names, members, issuers.

use patcycle_entra::validation::TrustedIssuer;
use patcycle_lifecycle::{Membership, OrganizationSpecification, PolicySettings};
use url::Url;
use uuid::Uuid;

use super::ConfigurationError;
use super::raw::{RawIssuer, RawOrganization, Sources};

/// Names that are the first segment of other paths.
const RESERVED: &[&str] = &[
    "common",
    "organizations",
    "consumers",
    "login",
    "logout",
    "device",
    "getatoken",
    "console",
    "static",
    "healthz",
    "readyz",
    "metrics",
    "openapi.json",
];

/// The longest name, in bytes.
const LONGEST_NAME: usize = 50;

/// An organization and whom it believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationConfiguration {
    /// What the store is told.
    pub specification: OrganizationSpecification,
    /// Its issuers, all of its tenant; at least one.
    pub issuers: Vec<TrustedIssuer>,
}

/// Why a name cannot be an organization's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not `[a-z0-9][a-z0-9-]{0,49}`.
    #[error("the name has another form than `[a-z0-9][a-z0-9-]{{0,49}}`")]
    Form,
    /// The first segment of another path.
    #[error("the name is reserved: it would hide other paths of the server")]
    Reserved,
}

/// Checks the name of an organization.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let lower = name.to_ascii_lowercase();
    let reserved =
        RESERVED.contains(&lower.as_str()) || name.starts_with(['_', '.']) || Uuid::try_parse(name).is_ok();
    if reserved {
        return Err(NameError::Reserved);
    }
    let permitted = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > LONGEST_NAME || name.starts_with('-') || !name.bytes().all(permitted) {
        return Err(NameError::Form);
    }
    Ok(())
}

pub(super) fn organizations(
    raw: Vec<RawOrganization>,
    accept_azure_devops_audience: bool,
    sources: &Sources,
) -> Result<Vec<OrganizationConfiguration>, ConfigurationError> {
    if raw.is_empty() {
        let remedy = "Add an `[[organization]]` with a name and an `[[organization.issuer]]`.";
        return Err(sources.error("organization", "there is no organization", remedy));
    }
    let mut organizations: Vec<OrganizationConfiguration> = Vec::with_capacity(raw.len());
    for one in raw {
        let organization = organization(one, accept_azure_devops_audience, sources)?;
        let name = &organization.specification.name;
        if organizations.iter().any(|known| known.specification.name == *name) {
            let problem = format!("`{name}` is there twice");
            return Err(sources.error("organization.name", problem, "Give each its own name."));
        }
        for issuer in organizations.iter().flat_map(|known| &known.issuers) {
            if organization.issuers.iter().any(|new| new.issuer == issuer.issuer && new != issuer) {
                let problem = format!("two organizations describe `{}` differently", issuer.issuer);
                let remedy =
                    "One issuer has one description: write the same audiences and `ca_file` in both.";
                return Err(sources.error("organization.issuer", problem, remedy));
            }
        }
        organizations.push(organization);
    }
    Ok(organizations)
}

fn organization(
    raw: RawOrganization,
    accept_azure_devops_audience: bool,
    sources: &Sources,
) -> Result<OrganizationConfiguration, ConfigurationError> {
    let name = raw.name.unwrap_or_default();
    check_name(&name).map_err(|error| {
        let remedy = "Write a short lower-case name, for example `name = \"fabrikam\"`.";
        sources.error("organization.name", format!("`{name}`: {error}"), remedy)
    })?;
    let listed = object_ids(&raw.listed, "organization.listed", sources)?;
    let membership = match raw.members.as_deref() {
        None | Some("tenant") if listed.is_empty() => Membership::Tenant,
        Some("listed") => Membership::Listed(listed),
        None | Some("tenant") => {
            let remedy = "Write `members = \"listed\"`, or take `listed` out.";
            return Err(sources.error(
                "organization.listed",
                "everyone of the tenant is a member already",
                remedy,
            ));
        }
        Some(other) => {
            let problem = format!("`{other}` is neither `tenant` nor `listed`");
            return Err(sources.error("organization.members", problem, "Write `members = \"tenant\"`."));
        }
    };
    if raw.issuer.is_empty() {
        let problem = format!("`{name}` has no issuer, so nobody could sign in");
        return Err(sources.error("organization.issuer", problem, "Add an `[[organization.issuer]]`."));
    }
    let issuers = raw
        .issuer
        .into_iter()
        .map(|issuer| trusted_issuer(issuer, accept_azure_devops_audience, sources))
        .collect::<Result<Vec<_>, _>>()?;
    let tenant_id = issuers.first().map(|issuer| issuer.tenant_id).unwrap_or_default();
    if issuers.iter().any(|issuer| issuer.tenant_id != tenant_id) {
        let problem = format!("the issuers of `{name}` are of different tenants");
        let remedy = "An organization serves one tenant: make one organization for each.";
        return Err(sources.error("organization.issuer", problem, remedy));
    }
    Ok(OrganizationConfiguration {
        specification: OrganizationSpecification {
            name,
            tenant_id,
            membership,
            administrators: object_ids(&raw.administrators, "organization.administrators", sources)?,
            policies: if raw.permit_global_pats {
                PolicySettings::permitting_global_pats()
            } else {
                PolicySettings::default()
            },
        },
        issuers,
    })
}

fn trusted_issuer(
    raw: RawIssuer,
    accept_azure_devops_audience: bool,
    sources: &Sources,
) -> Result<TrustedIssuer, ConfigurationError> {
    let issuer = raw.issuer.unwrap_or_default();
    let tenant_id = match &raw.tenant_id {
        Some(text) => Uuid::try_parse(text).ok(),
        None => tenant_in(&issuer),
    };
    let Some(tenant_id) = tenant_id else {
        let problem = format!("no tenant id can be read from `{issuer}`");
        let remedy = "Write `issuer = \"https://HOST/TENANT-ID/v2.0\"`, or add `tenant_id = \"…\"`.";
        return Err(sources.error("organization.issuer.issuer", problem, remedy));
    };
    let trusted = TrustedIssuer {
        issuer,
        tenant_id,
        audiences: raw.audiences,
        ca_file: raw.ca_file.filter(|path| !path.is_empty()).map(Into::into),
        accept_v1_issuer: raw.accept_v1_issuer.unwrap_or(true),
    };
    if trusted.is_microsoft() && trusted.accepts_azure_devops() && !accept_azure_devops_audience {
        let problem = format!("tokens of `{}` for Azure DevOps could be replayed against it", trusted.issuer);
        let remedy = "Register an application of your own and write its id as the audience; or, knowing the risk, \
                      write `accept_azure_devops_audience = true`.";
        return Err(sources.error("organization.issuer.audiences", problem, remedy));
    }
    Ok(trusted)
}

fn tenant_in(issuer: &str) -> Option<Uuid> {
    let url = Url::parse(issuer).ok()?;
    url.path_segments()?.find_map(|segment| Uuid::try_parse(segment).ok())
}

fn object_ids(texts: &[String], key: &str, sources: &Sources) -> Result<Vec<Uuid>, ConfigurationError> {
    let parse = |text: &String| {
        Uuid::try_parse(text).map_err(|_| {
            let remedy = "Write the object id that the tenant shows for the person, a GUID.";
            sources.error(key, format!("`{text}` is not an object id"), remedy)
        })
    };
    texts.iter().map(parse).collect()
}
