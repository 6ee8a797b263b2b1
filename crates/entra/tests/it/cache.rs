//! The token cache: what it gives without the person, and what it leaves alone.

use std::sync::Arc;

use jiff::SignedDuration;
use patcycle_entra::SignInError;
use patcycle_entra::cache::{Change, MemoryStore, StoreBytes, StoreError, TokenCache, TokenStore};
use patcycle_entra::error::SignInErrorKind;
use patcycle_entra::flows::device_code;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::service::{SignInService, refused, request, scopes};
use crate::tokens::OTHER_TENANT;

struct Signed {
    service: SignInService,
    store: Arc<MemoryStore>,
    cache: TokenCache,
}

async fn signed_in() -> Signed {
    let service = SignInService::start().await;
    let store = Arc::new(MemoryStore::default());
    let cache = TokenCache::new(store.clone(), service.client());
    sign_in(&service, &cache).await;
    Signed { service, store, cache }
}

async fn sign_in(service: &SignInService, cache: &TokenCache) {
    let client = service.client();
    let code = device_code::begin(&client, &request()).await.unwrap();
    let grant = code.wait(&client, &|_| Box::pin(std::future::ready(()))).await.unwrap();
    cache.remember(grant, &scopes()).await.unwrap();
}

async fn token(cache: &TokenCache) -> String {
    cache.access_token(&scopes()).await.unwrap().token.expose().to_owned()
}

#[tokio::test]
async fn nobody_is_signed_in_at_first() {
    let service = SignInService::start().await;
    let cache = TokenCache::new(Arc::new(MemoryStore::default()), service.client());
    assert!(cache.account().await.unwrap().is_none());
    let error = cache.access_token(&scopes()).await.unwrap_err();
    assert!(matches!(error, SignInError::NotSignedIn) && error.kind() == SignInErrorKind::SignInNeeded);
    assert!(!cache.forget().await.unwrap());
    assert!(service.server.received_requests().await.unwrap().is_empty(), "nobody was asked");
}

#[tokio::test]
async fn gives_the_cached_token_until_five_minutes_before_its_end() {
    let Signed { service, cache, .. } = signed_in().await;
    assert_eq!(token(&cache).await, "access-1");
    service.clock.advance(SignedDuration::from_secs(54 * 60 + 59));
    assert_eq!((token(&cache).await.as_str(), service.asked("refresh_token")), ("access-1", 0));
    service.clock.advance(SignedDuration::from_secs(1));
    assert_eq!((token(&cache).await.as_str(), service.asked("refresh_token")), ("access-2", 1));
    assert_eq!((token(&cache).await.as_str(), service.asked("refresh_token")), ("access-2", 1));
    // The refresh token was replaced: the second renewal needs the new one.
    service.clock.advance(SignedDuration::from_hours(1));
    let third = cache.access_token(&scopes()).await.unwrap();
    assert_eq!(third.token.expose(), "access-3");
    assert_eq!(third.account.renewed_at, cache.account().await.unwrap().unwrap().renewed_at);
    assert_eq!(third.account.user_name.as_deref(), Some("mona@fabrikam.example"));
}

#[tokio::test]
async fn other_scopes_have_tokens_of_their_own() {
    let Signed { service, cache, .. } = signed_in().await;
    let other = vec!["api://patcycle/.default".to_owned()];
    assert_eq!(cache.access_token(&other).await.unwrap().token.expose(), "access-2");
    assert_eq!(token(&cache).await, "access-1");
    assert_eq!(cache.access_token(&other).await.unwrap().token.expose(), "access-2");
    assert_eq!(service.asked("refresh_token"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_need_a_new_token_renew_once() {
    let Signed { service, cache, .. } = signed_in().await;
    service.clock.advance(SignedDuration::from_hours(2));
    let cache = Arc::new(cache);
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let cache = Arc::clone(&cache);
            tokio::spawn(async move { token(&cache).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "access-2");
    }
    assert_eq!(service.asked("refresh_token"), 1);
}

#[tokio::test]
async fn a_token_that_a_service_refused_is_renewed_on_demand() {
    let Signed { service, cache, .. } = signed_in().await;
    let claims = r#"{"access_token":{"nbf":{"essential":true}}}"#;
    let anew = cache.access_token_anew(&scopes(), Some(claims)).await.unwrap();
    assert_eq!(anew.token.expose(), "access-2");
    assert_eq!(service.plan.lock().unwrap().forms.last().unwrap()["claims"], claims);
    assert_eq!(token(&cache).await, "access-2");
}

#[tokio::test]
async fn a_dead_refresh_token_says_why_and_what_to_do() {
    for (code, words) in [
        (700_082, "not used for a long time"),
        (50173, "password"),
        (70043, "more often"),
        (54005, "already used"),
        (50076, "second factor"),
        (9_999_999, "invalid_grant"),
    ] {
        let Signed { service, cache, .. } = signed_in().await;
        service.clock.advance(SignedDuration::from_hours(2));
        service.answer_next([refused("invalid_grant", code, "Dead.")]);
        let error = cache.access_token(&scopes()).await.unwrap_err();
        assert!(matches!(error, SignInError::SignInNeeded(_)), "{error}");
        assert_eq!(error.kind(), SignInErrorKind::SignInNeeded);
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.next_step().unwrap().contains("patcycle login"));
        assert!(!format!("{error} {error:?}").contains("refresh-1"));
    }
}

#[tokio::test]
async fn a_policy_is_not_mended_by_signing_in() {
    let Signed { service, cache, .. } = signed_in().await;
    service.clock.advance(SignedDuration::from_hours(2));
    service.answer_next([refused("invalid_grant", 53003, "Blocked.")]);
    let error = cache.access_token(&scopes()).await.unwrap_err();
    assert_eq!((error.kind(), error.codes()), (SignInErrorKind::Refused, [53003].as_slice()));
}

#[tokio::test]
async fn a_service_that_is_away_does_not_waste_a_token_that_still_lives() {
    let Signed { service, cache, .. } = signed_in().await;
    service.clock.advance(SignedDuration::from_mins(57));
    service.answer_next([ResponseTemplate::new(503)]);
    assert_eq!(token(&cache).await, "access-1");
    service.clock.advance(SignedDuration::from_mins(4));
    service.answer_next([ResponseTemplate::new(503)]);
    let error = cache.access_token(&scopes()).await.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::Unavailable);
}

#[tokio::test]
async fn two_processes_on_one_store_use_each_others_renewals() {
    let Signed { service, store, cache } = signed_in().await;
    let other = TokenCache::new(store.clone(), service.client());
    service.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(token(&other).await, "access-2");
    assert_eq!(token(&cache).await, "access-2");
    assert_eq!(service.asked("refresh_token"), 1);
}

/// A store in which, once, another process renews just after the first reads.
#[derive(Debug)]
struct Racing {
    store: Arc<MemoryStore>,
    news: std::sync::Mutex<(u32, Option<StoreBytes>)>,
}

impl TokenStore for Racing {
    fn describe(&self) -> String {
        "racing".to_owned()
    }

    fn load(&self) -> Result<Option<StoreBytes>, StoreError> {
        let bytes = self.store.load();
        let mut news = self.news.lock().unwrap();
        // Two reads look for a cached token and the third for the refresh token.
        news.0 += 1;
        if news.0 == 3
            && let Some(later) = news.1.take()
        {
            let mut later = Some(later);
            self.store.update(&mut |_| later.take().map_or(Change::Keep, Change::Write))?;
        }
        bytes
    }

    fn update(&self, change: &mut dyn FnMut(Option<&[u8]>) -> Change) -> Result<(), StoreError> {
        self.store.update(change)
    }
}

#[tokio::test]
async fn a_refresh_token_that_another_process_replaced_is_tried_again() {
    let Signed { service, store, cache } = signed_in().await;
    service.clock.advance(SignedDuration::from_hours(2));
    let before = store.load().unwrap().unwrap();
    assert_eq!(token(&cache).await, "access-2");
    let after = store.load().unwrap();
    let mut before = Some(before);
    store.update(&mut |_| before.take().map_or(Change::Keep, Change::Write)).unwrap();
    let racing = Racing { store, news: std::sync::Mutex::new((0, after)) };
    let late = TokenCache::new(Arc::new(racing), service.client());
    assert_eq!(token(&late).await, "access-3");
    assert_eq!(service.asked("refresh_token"), 3, "the stale token was refused once");
}

#[tokio::test]
async fn another_account_in_a_renewal_is_refused() {
    let Signed { service, cache, .. } = signed_in().await;
    service.clock.advance(SignedDuration::from_mins(56));
    let issuer = format!("{}/{}/v2.0", service.server.uri(), crate::tokens::TENANT);
    let claims = json!({
        "iss": issuer, "aud": crate::service::CLIENT, "exp": crate::tokens::noon().as_second() + 7200,
        "tid": crate::tokens::TENANT, "oid": OTHER_TENANT,
    });
    let id_token = format!("e30.{}.c2ln", crate::tokens::encode(&claims));
    service.answer_next([ResponseTemplate::new(200).set_body_json(json!({
        "token_type": "Bearer", "expires_in": "3600", "access_token": "someone-else", "id_token": id_token,
    }))]);
    let error = cache.access_token(&scopes()).await.unwrap_err();
    assert!(matches!(error, SignInError::OtherAccount), "{error}");
}

#[tokio::test]
async fn signing_out_forgets_everything_and_is_not_undone() {
    let Signed { service, store, cache } = signed_in().await;
    sign_in(&service, &cache).await;
    assert!(cache.forget().await.unwrap());
    assert!(store.load().unwrap().is_none(), "nothing is left in the store");
    assert!(matches!(cache.access_token(&scopes()).await, Err(SignInError::NotSignedIn)));
}

#[tokio::test]
async fn a_damaged_store_is_reported_kept_and_cleared_by_signing_out() {
    let Signed { service, store, cache } = signed_in().await;
    for content in ["", "{", "[]", r#"{"version":2,"accounts":[]}"#, r#"{"version":1,"accounts":[{}]}"#] {
        let put = |_: Option<&[u8]>| Change::Write(StoreBytes::new(content.as_bytes().to_vec()));
        store.update(&mut { put }).unwrap();
        let error = cache.access_token(&scopes()).await.unwrap_err();
        assert!(matches!(error, SignInError::Store(StoreError::Damaged { .. })), "{content}: {error}");
        assert!(error.next_step().unwrap().contains("patcycle logout"));
        assert_eq!(store.load().unwrap().unwrap().as_slice(), content.as_bytes());
        assert!(cache.forget().await.unwrap());
        assert!(store.load().unwrap().is_none());
    }
    sign_in(&service, &cache).await;
    assert!(cache.account().await.unwrap().is_some());
}

#[tokio::test]
async fn accounts_of_another_application_stay() {
    let Signed { service, store, cache } = signed_in().await;
    let authority = service.client().authority().clone();
    let http = Arc::new(patcycle_entra::http::HttpClient::new(patcycle_entra::http::Trust::System));
    let client = patcycle_entra::flows::ClientApplication::new(
        authority,
        "another-application",
        http,
        Arc::new(service.clock.clone()),
        Arc::new(patcycle_primitives::SeededRandom::new(1)),
    );
    let other = TokenCache::new(store, client);
    assert!(other.account().await.unwrap().is_none());
    assert!(!other.forget().await.unwrap());
    assert!(cache.account().await.unwrap().is_some());
}
