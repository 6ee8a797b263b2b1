//! Consents: a person's own, and an administrator's for the whole tenant.

use uuid::Uuid;

use super::Store;
use crate::error::LocalTenantError;

/// Who consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConsentOf {
    /// A person, for themselves.
    Person(Uuid),
    /// An administrator, for everybody of the tenant.
    Tenant,
}

impl ConsentOf {
    fn key(self) -> Vec<u8> {
        match self {
            Self::Person(id) => id.as_bytes().to_vec(),
            Self::Tenant => Vec::new(),
        }
    }
}

impl Store {
    pub(crate) async fn add_consents(
        &self,
        tenant_id: Uuid,
        application_id: Uuid,
        of: ConsentOf,
        scopes: &[String],
    ) -> Result<(), LocalTenantError> {
        let person = of.key();
        let mut transaction = self.pool.begin().await?;
        for scope in scopes {
            sqlx::query!(
                "INSERT INTO consent (tenant_id, application_id, person_id, scope) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING",
                tenant_id,
                application_id,
                person,
                scope,
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn consents(
        &self,
        tenant_id: Uuid,
        application_id: Uuid,
        of: ConsentOf,
    ) -> Result<Vec<String>, LocalTenantError> {
        let person = of.key();
        let query = sqlx::query_scalar!(
            "SELECT scope FROM consent WHERE tenant_id = $1 AND application_id = $2 AND person_id = $3",
            tenant_id,
            application_id,
            person,
        );
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// Takes back every consent to an application in a tenant.
    pub(crate) async fn remove_consents(
        &self,
        tenant_id: Uuid,
        application_id: Uuid,
    ) -> Result<(), LocalTenantError> {
        sqlx::query!(
            "DELETE FROM consent WHERE tenant_id = $1 AND application_id = $2",
            tenant_id,
            application_id,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
