//! The tenant's segment of an address, and the application that a request names.

use uuid::Uuid;

use super::Endpoint;
use super::fault::Fault;
use crate::model::{Application, Tenant, User};

/// What the first segment of an address means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directory {
    /// One tenant, by id or domain.
    One(Tenant),
    /// Whichever tenant the person belongs to: `common`, `organizations`.
    Any(&'static str),
    /// Personal accounts, of which there are none: `consumers`.
    Nobody,
}

impl Directory {
    pub(super) async fn find(endpoint: &Endpoint, segment: &str) -> Result<Self, Fault> {
        match segment.to_ascii_lowercase().as_str() {
            "common" => return Ok(Self::Any("common")),
            "organizations" => return Ok(Self::Any("organizations")),
            "consumers" => return Ok(Self::Nobody),
            _ => {}
        }
        let store = &endpoint.inner.store;
        let found = match Uuid::try_parse(segment) {
            Ok(id) => store.tenant(id).await?,
            Err(_) => store.tenant_of_domain(segment).await?,
        };
        found.map(Self::One).ok_or_else(|| Fault::UnknownTenant(segment.to_owned()))
    }

    /// The segment as published addresses have it: the tenant's id, or the word.
    pub(super) fn segment(&self) -> String {
        match self {
            Self::One(tenant) => tenant.id.to_string(),
            Self::Any(word) => (*word).to_owned(),
            Self::Nobody => "consumers".to_owned(),
        }
    }

    /// What people see.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::One(tenant) => &tenant.name,
            Self::Any(_) => "your organization",
            Self::Nobody => "personal accounts",
        }
    }

    /// Whether a person may sign in here.
    pub(super) fn admits(&self, user: &User) -> bool {
        match self {
            Self::One(tenant) => tenant.id == user.tenant_id,
            Self::Any(_) => true,
            Self::Nobody => false,
        }
    }

    /// Whether something of this tenant may be used here.
    pub(super) fn covers(&self, tenant_id: Uuid) -> bool {
        match self {
            Self::One(tenant) => tenant.id == tenant_id,
            Self::Any(_) => true,
            Self::Nobody => false,
        }
    }

    /// The application of a client id, when it exists here.
    pub(super) async fn application(
        &self,
        endpoint: &Endpoint,
        client_id: &str,
    ) -> Result<Application, Fault> {
        let unknown = || Fault::UnknownApplication {
            application: client_id.to_owned(),
            directory: self.name().to_owned(),
        };
        let id = Uuid::try_parse(client_id).map_err(|_| unknown())?;
        let application = endpoint.inner.store.application(id).await?.ok_or_else(unknown)?;
        match self {
            Self::One(tenant) if !application.is_in(tenant.id) => Err(unknown()),
            Self::Any(_) | Self::Nobody if !application.multi_tenant => Err(Fault::NotMultiTenant(id)),
            _ => Ok(application),
        }
    }
}
