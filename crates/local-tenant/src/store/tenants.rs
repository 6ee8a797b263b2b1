//! Tenants.

use uuid::Uuid;

use super::{Store, is_duplicate};
use crate::error::LocalTenantError;
use crate::model::Tenant;

impl Store {
    pub(crate) async fn insert_tenant(&self, tenant: &Tenant) -> Result<(), LocalTenantError> {
        let Tenant { id, domain, name, users_may_consent } = tenant;
        let query = sqlx::query!(
            "INSERT INTO tenant (id, domain, name, users_may_consent) VALUES ($1, $2, $3, $4)",
            id,
            domain,
            name,
            users_may_consent,
        );
        match query.execute(&self.pool).await {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => {
                Err(LocalTenantError::Exists { what: "the tenant", name: domain.clone() })
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn tenant(&self, id: Uuid) -> Result<Option<Tenant>, LocalTenantError> {
        let query = sqlx::query_as!(
            Tenant,
            r#"SELECT id AS "id: Uuid", domain, name, users_may_consent AS "users_may_consent: bool"
               FROM tenant WHERE id = $1"#,
            id,
        );
        Ok(query.fetch_optional(&self.pool).await?)
    }

    pub(crate) async fn tenant_of_domain(&self, domain: &str) -> Result<Option<Tenant>, LocalTenantError> {
        let query = sqlx::query_as!(
            Tenant,
            r#"SELECT id AS "id: Uuid", domain, name, users_may_consent AS "users_may_consent: bool"
               FROM tenant WHERE domain = $1"#,
            domain,
        );
        Ok(query.fetch_optional(&self.pool).await?)
    }

    pub(crate) async fn tenants(&self) -> Result<Vec<Tenant>, LocalTenantError> {
        let query = sqlx::query_as!(
            Tenant,
            r#"SELECT id AS "id: Uuid", domain, name, users_may_consent AS "users_may_consent: bool"
               FROM tenant ORDER BY domain"#,
        );
        Ok(query.fetch_all(&self.pool).await?)
    }
}
