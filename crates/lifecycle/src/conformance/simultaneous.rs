//! Many callers at once.

use std::collections::HashSet;
use std::sync::Arc;

use futures::future::{join_all, select};
use patcycle_contract::SessionTokenError;

use super::setting::{Setting, refused};
use crate::change::ChangeKind;
use crate::{Authorization, State, Storage, TransactionError};

const WRITERS: usize = 64;

/// 64 writers at once, each of which reads what it wrote before it goes on.
pub async fn many_writers_lose_nothing(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let setting = &setting;
    let created = join_all((0..WRITERS).map(|writer| async move {
        let owner = if writer % 2 == 0 { &setting.ana } else { &setting.ben };
        let mut ids = Vec::new();
        for round in 0..4 {
            let pat = setting.created(owner, &format!("{writer}/{round}")).await;
            assert_eq!(setting.find(owner, pat.id).await, Some(pat.clone()), "a writer reads its own write");
            let mut update = setting.update(owner, pat.id);
            update.display_name = Some(format!("{writer}/{round} renamed"));
            setting.storage.update(update).await.unwrap();
            if round % 2 == 0 {
                setting.storage.revoke(setting.revoke(owner, pat.id)).await.unwrap();
                let found = setting.find(owner, pat.id).await.unwrap();
                assert!(found.revoked.is_some(), "an acknowledged revocation is seen");
            }
            ids.push(pat.id);
        }
        ids
    }))
    .await;
    let created: HashSet<_> = created.into_iter().flatten().collect();
    assert_eq!(created.len(), WRITERS * 4);
    for (owner, state) in [(&setting.ana, State::Active), (&setting.ben, State::Revoked)] {
        assert_eq!(setting.ids(owner, Some(state)).await.len(), WRITERS);
    }
    // Two organizations; four creates, four updates and two revocations for each writer.
    assert_eq!(setting.changes().await.len(), 2 + WRITERS * 10);
    assert_eq!(setting.audit(&setting.organization).await.len(), WRITERS * 10);
}

/// Commands that are refused, or fail, in the midst of others: these are written all the same.
pub async fn a_refusal_leaves_its_neighbours(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let setting = &setting;
    let create = setting.create(&setting.ana, setting.pat(&setting.ana, "existing"));
    let secret = &create.secret.clone();
    let existing = &setting.storage.create(create).await.unwrap();
    let answers = join_all((0..WRITERS).map(|writer| async move {
        let mut command = setting.create(&setting.ana, setting.pat(&setting.ana, &writer.to_string()));
        match writer % 8 {
            0 | 4 => command.authorization.all_organizations = true,
            // Fails while it is written: the id is taken, or later, the secret.
            1 => command.authorization.id = existing.id,
            5 => command.secret = secret.clone(),
            _ => {}
        }
        (command.authorization.clone(), setting.storage.create(command).await)
    }))
    .await;
    for (writer, (pat, answer)) in answers.into_iter().enumerate() {
        match writer % 4 {
            0 => assert_eq!(refused(answer).error, SessionTokenError::GlobalPatCreationBlocked),
            1 => assert!(matches!(answer, Err(TransactionError::Storage(_)))),
            _ => assert_eq!(setting.find(&setting.ana, pat.id).await, Some(answer.unwrap())),
        }
    }
    assert_eq!(setting.find(&setting.ana, existing.id).await, Some(existing.clone()));
    assert_eq!(setting.ids(&setting.ana, None).await.len(), 1 + WRITERS / 2);
    assert_eq!(setting.changes().await.len(), 3 + WRITERS / 2);
    assert_eq!(setting.audit(&setting.organization).await.len(), 1 + WRITERS / 2);
}

/// 64 creates at once for the last places: never one too many, and no place stays empty.
pub async fn the_maximum_holds_among_many_writers(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let setting = &setting;
    let maximum = 10;
    setting.created(&setting.ana, "before").await;
    let answers = join_all((0..WRITERS).map(|writer| async move {
        let mut command = setting.create(&setting.ana, setting.pat(&setting.ana, &writer.to_string()));
        command.maximum_active = maximum;
        setting.storage.create(command).await
    }))
    .await;
    let (made, failed): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 9);
    for answer in failed {
        assert_eq!(refused(answer).error, SessionTokenError::FailedToIssueAccessToken);
    }
    assert_eq!(setting.ids(&setting.ana, Some(State::Active)).await.len(), 10);
}

/// Callers that go away in the midst of a write: what they asked for happens wholly or not at all, and
/// everybody else is served.
pub async fn a_caller_that_stops_waiting_disturbs_nobody(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let setting = &setting;
    let answers = join_all((0..WRITERS).map(|writer| async move {
        let pat = setting.pat(&setting.ana, &writer.to_string());
        let create = setting.storage.create(setting.create(&setting.ana, pat));
        if writer % 2 == 0 {
            return Some(create.await.unwrap());
        }
        // Polled once, so that it is under way, then dropped unless it was done.
        drop(select(create, Box::pin(std::future::ready(()))).await);
        None
    }))
    .await;
    let patient: Vec<Authorization> = answers.into_iter().flatten().collect();
    assert_eq!(patient.len(), WRITERS / 2);
    for pat in &patient {
        assert_eq!(setting.find(&setting.ana, pat.id).await.as_ref(), Some(pat));
    }
    // Also waits until what the impatient ones asked for is done.
    setting.created(&setting.ana, "last").await;
    let pats = setting.ids(&setting.ana, None).await.len();
    let changes = setting.changes().await;
    let created = changes.iter().filter(|change| change.change.kind == ChangeKind::Created).count();
    assert_eq!(created, pats);
    assert_eq!(setting.audit(&setting.organization).await.len(), pats);
}
