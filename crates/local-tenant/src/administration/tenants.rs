//! Tenants: create and find.

use uuid::Uuid;

use super::name;
use crate::error::LocalTenantError;
use crate::model::Tenant;
use crate::tenant::LocalTenant;

/// Segments that stand for any tenant, so that no domain may have their names.
const RESERVED: [&str; 3] = ["common", "organizations", "consumers"];

/// A tenant to create.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its id; absent: a random one.
    pub id: Option<Uuid>,
    /// Its domain, letters, digits, dots and hyphens: may stand for the id in addresses.
    pub domain: String,
    /// Its name, for people.
    pub name: String,
    /// Whether a person may consent to an application on their own; Entra's default is yes.
    pub users_may_consent: bool,
}

impl LocalTenant {
    /// Creates a tenant.
    pub async fn create_tenant(&self, new: NewTenant) -> Result<Tenant, LocalTenantError> {
        let NewTenant { id, domain, name: shown, users_may_consent } = new;
        let domain = domain.trim().to_ascii_lowercase();
        let invalid = |why| LocalTenantError::invalid("domain", domain.clone(), why);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if domain.is_empty() || domain.len() > 253 || !domain.bytes().all(plain) {
            return Err(invalid("it must have letters, digits, dots and hyphens only"));
        }
        if RESERVED.contains(&domain.as_str()) || Uuid::try_parse(&domain).is_ok() {
            return Err(invalid("that name has a meaning of its own in addresses"));
        }
        let id = id.map_or_else(|| self.inner.random.uuid(), Ok)?;
        let tenant = Tenant { id, domain, name: name("tenant name", &shown)?, users_may_consent };
        self.inner.store.insert_tenant(&tenant).await?;
        Ok(tenant)
    }

    /// The tenant of an id or a domain, without regard to case.
    pub async fn find_tenant(&self, id_or_domain: &str) -> Result<Option<Tenant>, LocalTenantError> {
        match Uuid::try_parse(id_or_domain) {
            Ok(id) => self.inner.store.tenant(id).await,
            Err(_) => self.inner.store.tenant_of_domain(id_or_domain).await,
        }
    }

    /// All tenants, by domain.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, LocalTenantError> {
        self.inner.store.tenants().await
    }
}
