//! The cache itself: gives an access token without the person where that is possible.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::Secret;
use tokio::sync::Mutex;

use super::account::{Account, Accounts, CachedAccount, StoredToken};
use super::store::{Change, StoreError, TokenStore};
use crate::error::SignInError;
use crate::flows::refresh::refresh;
use crate::flows::{ClientApplication, Grant};

/// A token with less than this left is renewed. Microsoft's own libraries use the same.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// An access token from the cache or just renewed.
#[derive(Debug)]
pub struct CachedToken {
    /// The token.
    pub token: Secret,
    /// When it ends, by this machine's clock.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub account: CachedAccount,
}

/// The accounts of one authority and application in one store. Share one per process.
#[derive(Debug)]
pub struct TokenCache {
    store: Arc<dyn TokenStore>,
    client: ClientApplication,
    /// One renewal at a time; the others find its outcome in the store.
    renewing: Mutex<()>,
}

impl TokenCache {
    /// The cache of `client`'s accounts in `store`. Does no I/O.
    pub fn new(store: Arc<dyn TokenStore>, client: ClientApplication) -> Self {
        Self { store, client, renewing: Mutex::new(()) }
    }

    /// Who signed in last, if anybody.
    pub async fn account(&self) -> Result<Option<CachedAccount>, SignInError> {
        Ok(self.load().await?.as_ref().map(Account::summary))
    }

    /// An access token for `scopes`: from the cache if it has more than five minutes left, else renewed.
    /// [`SignInError::NotSignedIn`] and [`SignInError::SignInNeeded`] say that only the person can help.
    pub async fn access_token(&self, scopes: &[String]) -> Result<CachedToken, SignInError> {
        if let Some(found) = self.find(scopes, RENEW_BEFORE).await? {
            return Ok(found);
        }
        let _turn = self.renewing.lock().await;
        if let Some(found) = self.find(scopes, RENEW_BEFORE).await? {
            return Ok(found);
        }
        match self.renew(scopes, None).await {
            Err(error) if is_passing(&error) => {
                // The service is away, but a token that is good for some seconds does the job.
                let rest = self.find(scopes, SignedDuration::from_secs(10)).await?;
                rest.ok_or(error)
            }
            outcome => outcome,
        }
    }

    /// A new access token, whatever the cache holds: for a service that refused the cached one. `claims` is
    /// what the refusal demanded, if anything.
    pub async fn access_token_anew(
        &self,
        scopes: &[String],
        claims: Option<&str>,
    ) -> Result<CachedToken, SignInError> {
        let _turn = self.renewing.lock().await;
        self.renew(scopes, claims).await
    }

    /// Keeps a sign-in. `scopes` are those that were asked for. A damaged store is replaced.
    pub async fn remember(&self, grant: Grant, scopes: &[String]) -> Result<CachedAccount, SignInError> {
        let identity = grant.identity.ok_or(SignInError::Identity("the id token is missing"))?;
        let now = self.client.clock().now();
        let account = Account {
            authority: self.client.authority().as_str().to_owned(),
            client_id: self.client.client_id().to_owned(),
            tenant_id: identity.tenant_id,
            object_id: identity.object_id,
            user_name: identity.user_name,
            display_name: identity.display_name,
            signed_in_at: now,
            renewed_at: now,
            refresh_token: grant.refresh_token,
            access_tokens: vec![StoredToken {
                scopes: key_of(scopes),
                token: grant.access_token,
                expires_at: grant.expires_at,
            }],
        };
        let summary = account.summary();
        let mut account = Some(account);
        self.change(true, move |accounts| {
            let Some(account) = account.take() else { return false };
            accounts.accounts.retain(|held| !held.is_same_as(&account));
            accounts.accounts.insert(0, account);
            true
        })
        .await?;
        Ok(summary)
    }

    /// Forgets every account of this authority and application; a damaged store is cleared. Says whether there
    /// was anything to forget. The tokens stay valid at the service until they end.
    pub async fn forget(&self) -> Result<bool, SignInError> {
        let (authority, client_id) =
            (self.client.authority().as_str().to_owned(), self.client.client_id().to_owned());
        let store = Arc::clone(&self.store);
        let forgotten = blocking(move || {
            let mut forgotten = false;
            store.update(&mut |bytes| {
                let Ok(mut accounts) = Accounts::read(bytes) else {
                    forgotten = true;
                    return Change::Delete;
                };
                let before = accounts.accounts.len();
                accounts.accounts.retain(|held| !held.is_by(&authority, &client_id));
                forgotten = accounts.accounts.len() < before;
                if accounts.accounts.is_empty() {
                    return if bytes.is_some() { Change::Delete } else { Change::Keep };
                }
                accounts.write().map_or(Change::Delete, Change::Write)
            })?;
            Ok(forgotten)
        });
        forgotten.await
    }

    async fn renew(&self, scopes: &[String], claims: Option<&str>) -> Result<CachedToken, SignInError> {
        let mut account = self.load().await?.ok_or(SignInError::NotSignedIn)?;
        let Some(mut used) = account.refresh_token.take() else { return Err(SignInError::NotSignedIn) };
        let mut outcome = refresh(&self.client, &used, scopes, claims).await;
        if matches!(outcome, Err(SignInError::SignInNeeded(_)))
            && let Some(newer) = self.newer_refresh_token(&account, &used).await?
        {
            // Another process renewed in the meantime, or the person signed in again.
            outcome = refresh(&self.client, &newer, scopes, claims).await;
            used = newer;
        }
        let grant = outcome?;
        if let Some(identity) = &grant.identity
            && (identity.tenant_id, identity.object_id) != (account.tenant_id, account.object_id)
        {
            return Err(SignInError::OtherAccount);
        }
        let found = CachedToken {
            token: Secret::new(grant.access_token.expose()),
            expires_at: grant.expires_at,
            account: CachedAccount {
                renewable: true,
                renewed_at: self.client.clock().now(),
                ..account.summary()
            },
        };
        self.keep_renewed(account, used, grant, scopes).await?;
        Ok(found)
    }

    async fn keep_renewed(
        &self,
        account: Account,
        used: Secret,
        grant: Grant,
        scopes: &[String],
    ) -> Result<(), SignInError> {
        let now = self.client.clock().now();
        let token =
            StoredToken { scopes: key_of(scopes), token: grant.access_token, expires_at: grant.expires_at };
        let mut news = Some((token, grant.refresh_token));
        self.change(false, move |accounts| {
            // Whoever signed out meanwhile stays signed out.
            let Some(held) = accounts.accounts.iter_mut().find(|held| held.is_same_as(&account)) else {
                return false;
            };
            let Some((token, refresh_token)) = news.take() else { return false };
            held.keep(token, now);
            held.renewed_at = now;
            let is_still_ours =
                held.refresh_token.as_ref().is_some_and(|token| token.expose() == used.expose());
            if is_still_ours && refresh_token.is_some() {
                held.refresh_token = refresh_token;
            }
            true
        })
        .await
    }

    async fn newer_refresh_token(
        &self,
        account: &Account,
        used: &Secret,
    ) -> Result<Option<Secret>, SignInError> {
        let held = self.load().await?.filter(|held| held.is_same_as(account));
        Ok(held.and_then(|held| held.refresh_token).filter(|token| token.expose() != used.expose()))
    }

    async fn find(
        &self,
        scopes: &[String],
        at_least: SignedDuration,
    ) -> Result<Option<CachedToken>, SignInError> {
        let Some(mut account) = self.load().await? else { return Err(SignInError::NotSignedIn) };
        let wanted = key_of(scopes);
        let until = self.client.clock().now().checked_add(at_least).unwrap_or(Timestamp::MAX);
        let position =
            account.access_tokens.iter().position(|held| held.scopes == wanted && held.expires_at > until);
        let found = position.map(|position| account.access_tokens.swap_remove(position));
        Ok(found.map(|held| CachedToken {
            token: held.token,
            expires_at: held.expires_at,
            account: account.summary(),
        }))
    }

    /// The account that signed in last.
    async fn load(&self) -> Result<Option<Account>, SignInError> {
        let store = Arc::clone(&self.store);
        let accounts = blocking(move || {
            let bytes = store.load()?;
            Accounts::read(bytes.as_ref().map(|bytes| bytes.as_slice()))
                .map_err(|reason| damaged(&*store, reason))
        });
        let (authority, client_id) = (self.client.authority().as_str(), self.client.client_id());
        Ok(accounts.await?.accounts.into_iter().find(|held| held.is_by(authority, client_id)))
    }

    /// One read-modify-write. `edit` says whether there is anything to write.
    async fn change(
        &self,
        replace_damaged: bool,
        mut edit: impl FnMut(&mut Accounts) -> bool + Send + 'static,
    ) -> Result<(), SignInError> {
        let store = Arc::clone(&self.store);
        let done = blocking(move || {
            let mut fault = None;
            store.update(&mut |bytes| {
                let mut accounts = match Accounts::read(bytes) {
                    Ok(accounts) => accounts,
                    Err(_) if replace_damaged => Accounts::default(),
                    Err(reason) => {
                        fault = Some(damaged(&*store, reason));
                        return Change::Keep;
                    }
                };
                if !edit(&mut accounts) {
                    return Change::Keep;
                }
                accounts.write().map_or_else(
                    |reason| {
                        fault = Some(damaged(&*store, reason));
                        Change::Keep
                    },
                    Change::Write,
                )
            })?;
            fault.map_or(Ok(()), Err)
        });
        done.await
    }
}

fn is_passing(error: &SignInError) -> bool {
    error.kind() == crate::error::SignInErrorKind::Unavailable
}

/// Scopes in a fixed order: two lists that mean the same find the same token.
fn key_of(scopes: &[String]) -> Vec<String> {
    let mut key: Vec<String> =
        scopes.iter().flat_map(|scope| scope.split_ascii_whitespace()).map(str::to_ascii_lowercase).collect();
    key.sort();
    key.dedup();
    key
}

fn damaged(store: &dyn TokenStore, reason: &str) -> StoreError {
    StoreError::Damaged { place: store.describe(), reason: reason.to_owned() }
}

/// Keychains and locks block, so they are asked on a thread of their own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, SignInError> {
    let interrupted =
        |_| StoreError::Unavailable { place: "token store".to_owned(), reason: "interrupted".to_owned() };
    Ok(tokio::task::spawn_blocking(work).await.map_err(interrupted)??)
}
