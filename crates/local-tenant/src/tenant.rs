//! The local tenant itself: opened once, shared by its router and its administration.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::{Clock, Random};

use crate::error::LocalTenantError;
use crate::keys::KeyRing;
use crate::store::Store;

/// The shortest and the longest life of access tokens that can be set.
const LIFETIMES: std::ops::RangeInclusive<SignedDuration> =
    SignedDuration::from_secs(1)..=SignedDuration::from_hours(24);

/// How a local tenant is set up.
#[derive(Debug, Clone)]
pub struct LocalTenantSettings {
    /// The directory of its database, `tenant.sqlite`. It must exist.
    pub directory: PathBuf,
    /// The life of access tokens and ID tokens, 1 second to 24 hours; Entra's own is an hour or a little more.
    pub access_token_lifetime: SignedDuration,
    /// Where the current token-signing key is written (PKCS#8 PEM, readable by its owner only, replaced in one
    /// step), so that tests can forge tokens.
    pub signing_key_file: PathBuf,
    /// Eight hexadecimal digits that tell this installation's cookies from those of others: cookies ignore ports.
    pub installation: String,
}

/// Tenants, their people and applications, and the endpoints by which people sign in.
///
/// Cloning is cheap; all clones are the same tenant. One process only may serve a directory; others may open it
/// beside that for administration.
#[derive(Debug, Clone)]
pub struct LocalTenant {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) keys: KeyRing,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) access_token_lifetime: SignedDuration,
    pub(crate) installation: String,
    /// Seals what pages carry along. New at each start: a page of before must be loaded again.
    pub(crate) page_key: [u8; 32],
}

impl LocalTenant {
    /// Opens the tenant's directory, and makes database and signing key where they are missing.
    pub async fn open(
        settings: LocalTenantSettings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, LocalTenantError> {
        let LocalTenantSettings { directory, access_token_lifetime, signing_key_file, installation } =
            settings;
        if !LIFETIMES.contains(&access_token_lifetime) {
            let value = access_token_lifetime.as_secs().to_string();
            return Err(LocalTenantError::invalid(
                "access token lifetime",
                value,
                "it must be 1 to 86400 seconds",
            ));
        }
        if installation.len() != 8 || !installation.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(LocalTenantError::invalid(
                "installation",
                installation,
                "it must be 8 hexadecimal digits",
            ));
        }
        let store = Store::open(&directory.join("tenant.sqlite")).await?;
        let keys =
            KeyRing::open(store.clone(), Arc::clone(&clock), signing_key_file, access_token_lifetime).await?;
        let mut page_key = [0; 32];
        random.fill(&mut page_key)?;
        let inner = Inner { store, keys, clock, random, access_token_lifetime, installation, page_key };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// All routes of the tenant, for the root of the listener at `base_url` (`https://localhost:PORT`, without a
    /// slash at the end): its addresses are in the discovery document, in tokens and in pages.
    pub fn router(&self, base_url: impl AsRef<str>) -> axum::Router {
        crate::http::router(Arc::clone(&self.inner), base_url.as_ref())
    }

    /// Publishes the next token-signing key, unless it is published already, and lets it sign as soon as every
    /// cache can know it: 48 hours after its publication. Answers that instant.
    ///
    /// Without this, keys rotate by themselves every 42 days.
    pub async fn rotate_keys(&self) -> Result<Timestamp, LocalTenantError> {
        self.inner.keys.rotate().await
    }

    /// Ends the connections to the database.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
