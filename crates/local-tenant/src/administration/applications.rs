//! Applications: register, find, add a secret, take consents back.

use jiff::Timestamp;
use patcycle_primitives::Secret;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use x509_parser::pem::Pem;
use x509_parser::public_key::PublicKey;

use super::name;
use crate::digest::{random_text, sha256};
use crate::error::LocalTenantError;
use crate::model::{Application, ApplicationKind, Platform, RedirectUri};
use crate::redirect;
use crate::scopes::Permission;
use crate::store::{ApplicationRow, CertificateRow, SecretRow};
use crate::tenant::LocalTenant;

/// Random bytes of a client secret: 240 bits, 40 characters as Entra's.
const SECRET_BYTES: usize = 30;

/// The least number of bits of a certificate's key.
const MINIMUM_KEY_BITS: usize = 2048;

/// An application to register.
///
/// One without redirect URIs cannot sign people in: with a secret or a certificate it is a service that acts
/// for itself.
#[derive(Debug)]
pub struct NewApplication {
    /// Its client id; absent: a random one.
    pub id: Option<Uuid>,
    /// The tenant to register it in.
    pub tenant_id: Uuid,
    /// Its name, as the consent page shows it.
    pub name: String,
    /// Whether it can keep a secret.
    pub kind: ApplicationKind,
    /// Whether people of other tenants may sign in to it.
    pub multi_tenant: bool,
    /// Where people may be sent back to: as a web application, or a native one where it is public.
    pub redirect_uris: Vec<String>,
    /// The same for single-page applications.
    pub spa_redirect_uris: Vec<String>,
    /// The permissions of the Azure DevOps resource: what `.default` stands for.
    pub permissions: Vec<Permission>,
    /// Whether an administrator must consent before anyone can use it.
    pub needs_approval: bool,
    /// Its client secret, if it has one. At least 16 characters.
    pub client_secret: Option<Secret>,
    /// Its certificates, PEM. A private key beside a certificate is passed over.
    pub certificates: Vec<String>,
}

impl LocalTenant {
    /// Registers an application.
    pub async fn create_application(&self, new: NewApplication) -> Result<Application, LocalTenantError> {
        let shown = name("application name", &new.name)?;
        if self.inner.store.tenant(new.tenant_id).await?.is_none() {
            return Err(LocalTenantError::NotFound { what: "tenant", name: new.tenant_id.to_string() });
        }
        let secrets = new.client_secret.as_ref().map(|secret| client_secret(secret, None)).transpose()?;
        let certificates = new.certificates.iter().map(|pem| read_certificates(pem));
        let certificates: Vec<_> =
            certificates.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        if new.kind == ApplicationKind::Public && (secrets.is_some() || !certificates.is_empty()) {
            let why = "a public application cannot keep a secret or a key; make it confidential";
            return Err(LocalTenantError::invalid("application", shown, why));
        }
        let platform = if new.kind == ApplicationKind::Public { Platform::Native } else { Platform::Web };
        let own = new.redirect_uris.into_iter().map(|uri| RedirectUri { uri, platform });
        let spa = new.spa_redirect_uris.into_iter().map(|uri| RedirectUri { uri, platform: Platform::Spa });
        let redirect_uris = without_duplicates(own.chain(spa))?;
        let application = Application {
            id: new.id.map_or_else(|| self.inner.random.uuid(), Ok)?,
            tenant_id: new.tenant_id,
            name: shown,
            kind: new.kind,
            multi_tenant: new.multi_tenant,
            needs_approval: new.needs_approval,
            permissions: new.permissions,
            redirect_uris,
        };
        let row = ApplicationRow { application, secrets: secrets.into_iter().collect(), certificates };
        self.inner.store.insert_application(&row).await?;
        Ok(row.application)
    }

    /// The application of a client id.
    pub async fn find_application(&self, id: Uuid) -> Result<Option<Application>, LocalTenantError> {
        self.inner.store.application(id).await
    }

    /// The applications that are registered in a tenant, by name.
    pub async fn applications(&self, tenant_id: Uuid) -> Result<Vec<Application>, LocalTenantError> {
        self.inner.store.applications_of(tenant_id).await
    }

    /// Adds a client secret to a confidential application. Without an end it is good for ever.
    pub async fn add_client_secret(
        &self,
        application_id: Uuid,
        secret: &Secret,
        expires_at: Option<Timestamp>,
    ) -> Result<(), LocalTenantError> {
        let row = client_secret(secret, expires_at)?;
        let Some(application) = self.inner.store.application(application_id).await? else {
            return Err(LocalTenantError::NotFound { what: "application", name: application_id.to_string() });
        };
        if application.kind == ApplicationKind::Public {
            let why = "a public application cannot keep a secret; make it confidential";
            return Err(LocalTenantError::invalid("application", application.name, why));
        }
        self.inner.store.add_client_secret(application_id, &row).await
    }

    /// A random client secret, to be passed on to [`Self::create_application`].
    pub fn new_client_secret(&self) -> Result<Secret, LocalTenantError> {
        Ok(random_text(self.inner.random.as_ref(), SECRET_BYTES)?)
    }

    /// Takes back every consent to an application in a tenant: the next use asks again.
    pub async fn revoke_consents(
        &self,
        tenant_id: Uuid,
        application_id: Uuid,
    ) -> Result<(), LocalTenantError> {
        self.inner.store.remove_consents(tenant_id, application_id).await
    }
}

fn client_secret(secret: &Secret, expires_at: Option<Timestamp>) -> Result<SecretRow, LocalTenantError> {
    if secret.expose().len() < 16 {
        let why = "it has less than 16 characters; use a random one";
        return Err(LocalTenantError::invalid("client secret", "…", why));
    }
    // A digest without salt and work is right for a random secret; people do not choose these.
    Ok(SecretRow { digest: sha256(secret.expose()).to_vec(), expires_at })
}

fn without_duplicates(uris: impl Iterator<Item = RedirectUri>) -> Result<Vec<RedirectUri>, LocalTenantError> {
    let mut kept: Vec<RedirectUri> = Vec::new();
    for uri in uris {
        redirect::check(&uri.uri)?;
        if kept.iter().all(|one| one.uri != uri.uri) {
            kept.push(uri);
        }
    }
    Ok(kept)
}

fn read_certificates(pem: &str) -> Result<Vec<CertificateRow>, LocalTenantError> {
    let invalid = |why| LocalTenantError::invalid("certificate", "PEM", why);
    let mut rows = Vec::new();
    for block in Pem::iter_from_buffer(pem.as_bytes()) {
        let block = block.map_err(|_| invalid("it is not PEM"))?;
        if block.label != "CERTIFICATE" {
            continue;
        }
        let certificate = block.parse_x509().map_err(|_| invalid("it is not an X.509 certificate"))?;
        let key = certificate.public_key();
        match key.parsed() {
            Ok(PublicKey::RSA(rsa)) if rsa.key_size() >= MINIMUM_KEY_BITS => {}
            Ok(PublicKey::RSA(_)) => return Err(invalid("its key has less than 2048 bits")),
            _ => return Err(invalid("its key is not an RSA key")),
        }
        rows.push(CertificateRow {
            sha256: Sha256::digest(&block.contents).to_vec(),
            sha1: Sha1::digest(&block.contents).to_vec(),
            public_key: key.raw.to_vec(),
        });
    }
    if rows.is_empty() { Err(invalid("there is no certificate in it")) } else { Ok(rows) }
}
