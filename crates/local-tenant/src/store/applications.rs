//! Applications with their redirect URIs, secrets and certificates.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Store, instant, is_duplicate, microseconds};
use crate::error::LocalTenantError;
use crate::model::{Application, ApplicationKind, Platform, RedirectUri};
use crate::scopes::Permission;

/// An application as it is inserted.
#[derive(Debug)]
pub(crate) struct ApplicationRow {
    pub(crate) application: Application,
    pub(crate) secrets: Vec<SecretRow>,
    pub(crate) certificates: Vec<CertificateRow>,
}

/// A client secret's digest and end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretRow {
    pub(crate) digest: Vec<u8>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A certificate's thumbprints and its public key (`SubjectPublicKeyInfo`, DER).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateRow {
    pub(crate) sha256: Vec<u8>,
    pub(crate) sha1: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
}

impl Store {
    pub(crate) async fn insert_application(&self, row: &ApplicationRow) -> Result<(), LocalTenantError> {
        let mut transaction = self.pool.begin().await?;
        let Application {
            id,
            tenant_id,
            name,
            kind,
            multi_tenant,
            needs_approval,
            permissions,
            redirect_uris,
        } = &row.application;
        let confidential = *kind == ApplicationKind::Confidential;
        let permissions = permissions.iter().map(|one| one.name()).collect::<Vec<_>>().join(" ");
        let query = sqlx::query!(
            "INSERT INTO application
             (id, tenant_id, name, confidential, multi_tenant, needs_approval, permissions)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id,
            tenant_id,
            name,
            confidential,
            multi_tenant,
            needs_approval,
            permissions,
        );
        match query.execute(&mut *transaction).await {
            Err(error) if is_duplicate(&error) => {
                return Err(LocalTenantError::Exists { what: "the application", name: id.to_string() });
            }
            other => other?,
        };
        for RedirectUri { uri, platform } in redirect_uris {
            let platform = platform.as_str();
            sqlx::query!(
                "INSERT INTO redirect_uri (application_id, uri, platform) VALUES ($1, $2, $3)",
                id,
                uri,
                platform,
            )
            .execute(&mut *transaction)
            .await?;
        }
        for SecretRow { digest, expires_at } in &row.secrets {
            let expires_at = expires_at.map(microseconds);
            sqlx::query!(
                "INSERT INTO client_secret (application_id, digest, expires_at) VALUES ($1, $2, $3)",
                id,
                digest,
                expires_at,
            )
            .execute(&mut *transaction)
            .await?;
        }
        for CertificateRow { sha256, sha1, public_key } in &row.certificates {
            sqlx::query!(
                "INSERT INTO client_certificate (application_id, sha256, sha1, public_key)
                 VALUES ($1, $2, $3, $4)",
                id,
                sha256,
                sha1,
                public_key,
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn add_client_secret(
        &self,
        id: Uuid,
        secret: &SecretRow,
    ) -> Result<(), LocalTenantError> {
        let expires_at = secret.expires_at.map(microseconds);
        sqlx::query!(
            "INSERT INTO client_secret (application_id, digest, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at",
            id,
            secret.digest,
            expires_at,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(crate) async fn application(&self, id: Uuid) -> Result<Option<Application>, LocalTenantError> {
        let row = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id: Uuid", name, confidential AS "confidential: bool",
                      multi_tenant AS "multi_tenant: bool", needs_approval AS "needs_approval: bool", permissions
               FROM application WHERE id = $1"#,
            id,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Application {
            id,
            tenant_id: row.tenant_id,
            name: row.name,
            kind: if row.confidential { ApplicationKind::Confidential } else { ApplicationKind::Public },
            multi_tenant: row.multi_tenant,
            needs_approval: row.needs_approval,
            permissions: row.permissions.split(' ').filter_map(Permission::find).collect(),
            redirect_uris: self.redirect_uris(id).await?,
        }))
    }

    pub(crate) async fn applications_of(
        &self,
        tenant_id: Uuid,
    ) -> Result<Vec<Application>, LocalTenantError> {
        let ids = sqlx::query_scalar!(
            r#"SELECT id AS "id: Uuid" FROM application WHERE tenant_id = $1 ORDER BY name, id"#,
            tenant_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut applications = Vec::with_capacity(ids.len());
        for id in ids {
            applications.extend(self.application(id).await?);
        }
        Ok(applications)
    }

    async fn redirect_uris(&self, id: Uuid) -> Result<Vec<RedirectUri>, LocalTenantError> {
        let rows = sqlx::query!(
            "SELECT uri, platform FROM redirect_uri WHERE application_id = $1 ORDER BY rowid",
            id
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |platform: &str| Platform::parse(platform).ok_or(LocalTenantError::Corrupt("a platform"));
        rows.into_iter().map(|row| Ok(RedirectUri { platform: read(&row.platform)?, uri: row.uri })).collect()
    }

    /// Every redirect URI of every application that exists in a tenant.
    pub(crate) async fn redirect_uris_in(
        &self,
        tenant_id: Option<Uuid>,
    ) -> Result<Vec<RedirectUri>, LocalTenantError> {
        let rows = sqlx::query!(
            "SELECT uri, platform FROM redirect_uri JOIN application ON application.id = application_id
             WHERE multi_tenant OR $1 IS NULL OR tenant_id = $1",
            tenant_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |platform: &str| Platform::parse(platform).ok_or(LocalTenantError::Corrupt("a platform"));
        rows.into_iter().map(|row| Ok(RedirectUri { platform: read(&row.platform)?, uri: row.uri })).collect()
    }

    pub(crate) async fn client_secrets(&self, id: Uuid) -> Result<Vec<SecretRow>, LocalTenantError> {
        let rows = sqlx::query!("SELECT digest, expires_at FROM client_secret WHERE application_id = $1", id)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(SecretRow { digest: row.digest, expires_at: row.expires_at.map(instant).transpose()? })
            })
            .collect()
    }

    pub(crate) async fn client_certificates(
        &self,
        id: Uuid,
    ) -> Result<Vec<CertificateRow>, LocalTenantError> {
        let query = sqlx::query_as!(
            CertificateRow,
            "SELECT sha256, sha1, public_key FROM client_certificate WHERE application_id = $1",
            id,
        );
        Ok(query.fetch_all(&self.pool).await?)
    }
}
