//! The form in which accounts are stored.

use jiff::Timestamp;
use patcycle_primitives::Secret;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::store::StoreBytes;

/// The version of the stored form. A store of a later version is left alone.
const VERSION: u32 = 1;

/// The most access tokens kept for one account.
const ACCESS_TOKENS: usize = 8;

/// Someone who signed in. Nothing secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedAccount {
    /// The authority, `https://HOST/TENANT`.
    pub authority: String,
    /// The application.
    pub client_id: String,
    /// The person's tenant.
    pub tenant_id: Uuid,
    /// The person in it.
    pub object_id: Uuid,
    /// The sign-in name.
    pub user_name: Option<String>,
    /// The person's name.
    pub display_name: Option<String>,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// When the sign-in was last renewed. Entra lets it die 90 days after that.
    pub renewed_at: Timestamp,
    /// Whether it can be renewed at all.
    pub renewable: bool,
}

/// All that is stored.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Accounts {
    version: u32,
    /// The latest sign-in first.
    pub(super) accounts: Vec<Account>,
}

/// One account as stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) authority: String,
    pub(super) client_id: String,
    pub(super) tenant_id: Uuid,
    pub(super) object_id: Uuid,
    pub(super) user_name: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) signed_in_at: Timestamp,
    pub(super) renewed_at: Timestamp,
    #[serde(serialize_with = "stored_option", default)]
    pub(super) refresh_token: Option<Secret>,
    pub(super) access_tokens: Vec<StoredToken>,
}

/// One access token as stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredToken {
    /// As asked for, sorted; the cache looks it up by this.
    pub(super) scopes: Vec<String>,
    #[serde(serialize_with = "stored")]
    pub(super) token: Secret,
    pub(super) expires_at: Timestamp,
}

fn stored<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn stored_option<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(serializer)
}

impl Default for Accounts {
    fn default() -> Self {
        Self { version: VERSION, accounts: Vec::new() }
    }
}

impl Accounts {
    /// Reads stored bytes; none are no accounts.
    pub(super) fn read(bytes: Option<&[u8]>) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Some(bytes) = bytes else { return Ok(Self::default()) };
        let Version { version } = serde_json::from_slice(bytes).map_err(|_| "it is not a token cache")?;
        if version != VERSION {
            return Err("it was written by another version of patcycle");
        }
        serde_json::from_slice(bytes).map_err(|_| "it is damaged")
    }

    /// The bytes to store.
    pub(super) fn write(&self) -> Result<StoreBytes, &'static str> {
        // Room for everything at once: a vector that grows leaves copies of the secrets behind.
        let secrets = |account: &Account| -> usize {
            let tokens =
                account.access_tokens.iter().map(|one| one.token.expose().len() + 512).sum::<usize>();
            account.refresh_token.as_ref().map_or(0, |token| token.expose().len()) + tokens + 2048
        };
        let room = self.accounts.iter().map(secrets).sum::<usize>() * 2 + 64;
        let mut bytes = StoreBytes::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *bytes, self).map_err(|_| "it cannot be written")?;
        Ok(bytes)
    }
}

impl Account {
    /// Whether both are the same person by the same application at the same authority.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.is_by(&other.authority, &other.client_id)
            && (self.tenant_id, self.object_id) == (other.tenant_id, other.object_id)
    }

    pub(super) fn is_by(&self, authority: &str, client_id: &str) -> bool {
        self.authority == authority && self.client_id == client_id
    }

    /// Puts an access token in the place of the one with the same scopes, and drops what has ended.
    pub(super) fn keep(&mut self, token: StoredToken, now: Timestamp) {
        self.access_tokens.retain(|held| held.scopes != token.scopes && held.expires_at > now);
        self.access_tokens.insert(0, token);
        self.access_tokens.truncate(ACCESS_TOKENS);
    }

    pub(super) fn summary(&self) -> CachedAccount {
        CachedAccount {
            authority: self.authority.clone(),
            client_id: self.client_id.clone(),
            tenant_id: self.tenant_id,
            object_id: self.object_id,
            user_name: self.user_name.clone(),
            display_name: self.display_name.clone(),
            signed_in_at: self.signed_in_at,
            renewed_at: self.renewed_at,
            renewable: self.refresh_token.is_some(),
        }
    }
}
