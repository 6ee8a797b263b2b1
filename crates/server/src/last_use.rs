//! Writes when PATs were last used: from time to time, and once more at the end.

use std::time::Duration;

use patcycle_lifecycle::Lifecycle;
use tokio_util::sync::CancellationToken;

/// What a process that is killed may lose.
const INTERVAL: Duration = Duration::from_secs(30);

/// Writes every 30 seconds until it is told to stop, and then a last time: stop listeners first.
pub(crate) async fn write_regularly(lifecycle: Lifecycle, stop: CancellationToken) {
    write_after_each(lifecycle, || tokio::time::sleep(INTERVAL), stop).await;
}

async fn write_after_each<Pause: Future<Output = ()>>(
    lifecycle: Lifecycle,
    pause: impl Fn() -> Pause,
    stop: CancellationToken,
) {
    loop {
        let is_last = tokio::select! {
            () = stop.cancelled() => true,
            () = pause() => false,
        };
        write(&lifecycle).await;
        if is_last {
            return;
        }
    }
}

async fn write(lifecycle: &Lifecycle) {
    match lifecycle.flush_reuses().await {
        Ok(recorded) => {
            for reuse in recorded {
                let address = reuse.address.map(|address| address.to_string()).unwrap_or_default();
                tracing::warn!(
                    authorization.id = %reuse.authorization,
                    secret.generation = reuse.generation,
                    client.address = address,
                    "a secret that a rotation had replaced was used, and refused; its record is in the audit"
                );
            }
        }
        Err(error) => {
            tracing::warn!(%error, "uses of replaced secrets were not written; they are kept for the next time");
        }
    }
    match lifecycle.flush_uses().await {
        Ok(flushed) if flushed.dropped > 0 => {
            tracing::warn!(flushed.written, flushed.dropped, "some last uses were not remembered");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "last uses were not written; they are kept for the next time"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};
    use patcycle_contract::PatTokenCreateRequest;
    use patcycle_lifecycle::verify::{Question, Verdict};
    use patcycle_lifecycle::{
        Caller, CallerCredential, Membership, OrganizationSpecification, PolicySettings, Settings,
        Storage as _,
    };
    use patcycle_primitives::{FixedClock, SeededRandom};
    use patcycle_store_sqlite::{SqliteOptions, SqliteStore};
    use patcycle_token::{PepperSet, RotationKey};
    use tokio::sync::Notify;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn uses_are_written_after_each_pause_and_at_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(Uuid::from_u128(1));
        let store = SqliteStore::open(&directory.path().join("patcycle.sqlite"), options).await.unwrap();
        let random = Arc::new(SeededRandom::new(7));
        let peppers = Arc::new(PepperSet::generate(&*random).unwrap());
        let rotation_key = Arc::new(RotationKey::generate(&*random).unwrap());
        let clock = Arc::new(FixedClock(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 56)));
        let lifecycle = Lifecycle::new(
            Arc::new(store.clone()),
            clock,
            random,
            peppers,
            rotation_key,
            Settings::default(),
        );
        let specification = OrganizationSpecification {
            name: "fabrikam".to_owned(),
            tenant_id: Uuid::from_u128(2),
            membership: Membership::Tenant,
            administrators: Vec::new(),
            policies: PolicySettings::default(),
        };
        let organization =
            store.put_organization(specification, Uuid::from_u128(3), Timestamp::UNIX_EPOCH).await.unwrap();
        let caller = Caller {
            tenant_id: Uuid::from_u128(2),
            object_id: Uuid::from_u128(4),
            user_name: "ana@fabrikam.example".to_owned(),
            display_name: "Ana".to_owned(),
            groups: Vec::new(),
            signed_in_at: None,
            credential: CallerCredential::AccessToken,
            application_id: None,
            address: None,
            user_agent: None,
            activity_id: Uuid::from_u128(5),
        };
        let mut used = Vec::new();
        for name in ["first", "second"] {
            let request = PatTokenCreateRequest {
                display_name: Some(name.to_owned()),
                scope: Some("vso.code".to_owned()),
                ..PatTokenCreateRequest::default()
            };
            used.push(lifecycle.create(&caller, &organization, request).await.unwrap());
        }
        let verify = async |index: usize| {
            let secret = used[index].token.as_ref().unwrap().expose();
            let question = Question { organization: &organization, scope: None, address: None };
            assert!(matches!(lifecycle.verify(secret, &question).await, Ok(Verdict::Good(_))));
        };
        let ids: Vec<Uuid> = used.iter().map(|pat| pat.authorization_id).collect();
        let written = async || store.last_uses(ids.clone()).await.unwrap().len();

        let (tick, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        let pause = {
            let tick = Arc::clone(&tick);
            move || Arc::clone(&tick).notified_owned()
        };
        let job = tokio::spawn(write_after_each(lifecycle.clone(), pause, stop.clone()));
        verify(0).await;
        assert_eq!(written().await, 0);
        tick.notify_one();
        while written().await == 0 {
            tokio::task::yield_now().await;
        }
        verify(1).await;
        assert_eq!(written().await, 1);
        stop.cancel();
        job.await.unwrap();
        assert_eq!(written().await, 2);
    }
}
