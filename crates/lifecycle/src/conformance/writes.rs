//! Creating, changing and revoking, one at a time.

use std::sync::Arc;

use patcycle_contract::SessionTokenError;

use super::setting::{Setting, days, refused, start};
use crate::change::ChangeKind;
use crate::model::{Revocation, RevocationReason};
use crate::{Authorization, Epochs, State, Storage, StorageError, TransactionError};

/// What create answers is what find and the list show at once.
pub async fn a_created_pat_is_found_as_it_was_made(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let wanted = Authorization {
        display_name: "Größe \u{1f511} \u{202e}x".to_owned(),
        scope: "vso.build vso.code_write".to_owned(),
        valid_to: start() + days(365),
        ..setting.pat(&setting.ana, "")
    };
    let created = setting.storage.create(setting.create(&setting.ana, wanted.clone())).await.unwrap();
    assert_eq!(created, wanted);
    assert_eq!(setting.find(&setting.ana, wanted.id).await.as_ref(), Some(&wanted));
    assert_eq!(setting.ids(&setting.ana, Some(State::Active)).await, [wanted.id]);
}

/// Named fields change, the others stay; a change of nothing writes nothing.
pub async fn an_update_changes_what_it_names(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pat = setting.created(&setting.ana, "before").await;
    let mut command = setting.update(&setting.ana, pat.id);
    command.display_name = Some("after".to_owned());
    command.valid_to = Some(start() + days(90));
    let updated = setting.storage.update(command.clone()).await.unwrap();
    let wanted =
        Authorization { display_name: "after".to_owned(), valid_to: start() + days(90), ..pat.clone() };
    assert_eq!(updated, wanted);
    assert_eq!(setting.find(&setting.ana, pat.id).await, Some(wanted.clone()));

    let changes = setting.changes().await.len();
    let same = setting.storage.update(command).await.unwrap();
    assert_eq!(same, wanted);
    assert_eq!(setting.changes().await.len(), changes, "an update that changes nothing is no change");

    let mut command = setting.update(&setting.ana, pat.id);
    command.scope = Some("vso.work".to_owned());
    let rescoped = setting.storage.update(command).await.unwrap();
    assert_eq!(rescoped, Authorization { scope: "vso.work".to_owned(), ..wanted });
    assert_eq!(setting.find(&setting.ana, pat.id).await, Some(rescoped));
}

/// The first revocation counts; a second one is fine and writes nothing; no update brings it back.
pub async fn a_revoked_pat_stays_revoked(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pat = setting.created(&setting.ana, "ci").await;
    let revoke = setting.revoke(&setting.ana, pat.id);
    setting.storage.revoke(revoke.clone()).await.unwrap();
    let revocation = Revocation { at: revoke.at, reason: RevocationReason::Owner };
    let wanted = Authorization { revoked: Some(revocation), ..pat.clone() };
    assert_eq!(setting.find(&setting.ana, pat.id).await.as_ref(), Some(&wanted));
    assert_eq!(setting.ids(&setting.ana, Some(State::Revoked)).await, [pat.id]);
    assert!(setting.ids(&setting.ana, Some(State::Active)).await.is_empty());

    let changes = setting.changes().await.len();
    let mut again = setting.revoke(&setting.ana, pat.id);
    again.at = revoke.at + days(1);
    again.reason = RevocationReason::Leaked;
    setting.storage.revoke(again).await.unwrap();
    let mut update = setting.update(&setting.ana, pat.id);
    update.display_name = Some("back".to_owned());
    let refusal = refused(setting.storage.update(update).await);
    assert_eq!(refusal.error, SessionTokenError::AuthorizationNotFound);
    assert_eq!(setting.find(&setting.ana, pat.id).await, Some(wanted));
    assert_eq!(setting.changes().await.len(), changes);
}

/// After a refusal rows, audit and changes are as before.
pub async fn refusals_leave_nothing(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let create = setting.create(&setting.ana, setting.pat(&setting.ana, "ci"));
    let secret = create.secret.clone();
    let pat = setting.storage.create(create).await.unwrap();
    let (changes, audit) = (setting.changes().await, setting.audit(&setting.organization).await);

    let global = Authorization { all_organizations: true, ..setting.pat(&setting.ben, "global") };
    let global_id = global.id;
    let refusal = refused(setting.storage.create(setting.create(&setting.ben, global)).await);
    assert_eq!(refusal.error, SessionTokenError::GlobalPatCreationBlocked);
    assert_eq!(setting.find(&setting.ben, global_id).await, None);

    let mut late = setting.update(&setting.ana, pat.id);
    late.display_name = Some("late".to_owned());
    late.at = pat.valid_to;
    let refusal = refused(setting.storage.update(late).await);
    assert_eq!(refusal.error, SessionTokenError::ExpiredPatCannotBeExtended);

    let unknown = setting.revoke(&setting.ana, setting.id());
    assert_eq!(
        refused(setting.storage.revoke(unknown).await).error,
        SessionTokenError::AuthorizationNotFound
    );

    // An id that exists already is no refusal but a failure; it leaves as little.
    let mut twice = setting.create(&setting.ben, setting.pat(&setting.ben, "twice"));
    twice.authorization.id = pat.id;
    let answer = setting.storage.create(twice).await;
    assert!(matches!(answer, Err(TransactionError::Storage(StorageError::Unavailable(_)))), "{answer:?}");
    let mut same_secret = setting.create(&setting.ben, setting.pat(&setting.ben, "same secret"));
    same_secret.secret = secret;
    let answer = setting.storage.create(same_secret).await;
    assert!(matches!(answer, Err(TransactionError::Storage(StorageError::Unavailable(_)))), "{answer:?}");
    assert!(setting.ids(&setting.ben, None).await.is_empty());

    assert_eq!(setting.find(&setting.ana, pat.id).await, Some(pat));
    assert_eq!(setting.changes().await, changes);
    assert_eq!(setting.audit(&setting.organization).await, audit);
}

/// Another owner, another organization: the same answer as for an id that nobody has.
pub async fn what_is_not_the_callers_is_not_found(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pat = setting.created(&setting.ana, "hers").await;
    setting.created(&setting.ben, "his").await;
    let unknown = refused(setting.storage.revoke(setting.revoke(&setting.ben, setting.id())).await);

    assert_eq!(setting.find(&setting.ben, pat.id).await, None);
    assert!(!setting.ids(&setting.ben, None).await.contains(&pat.id));
    assert_eq!(refused(setting.storage.revoke(setting.revoke(&setting.ben, pat.id)).await), unknown);
    let mut update = setting.update(&setting.ben, pat.id);
    update.display_name = Some("mine".to_owned());
    assert_eq!(refused(setting.storage.update(update).await), unknown);

    let elsewhere = setting.other_organization.id;
    assert_eq!(setting.storage.find(elsewhere, setting.ana.id, pat.id).await.unwrap(), None);
    let mut revoke = setting.revoke(&setting.ana, pat.id);
    revoke.organization_id = elsewhere;
    assert_eq!(refused(setting.storage.revoke(revoke).await), unknown);
    assert_eq!(setting.find(&setting.ana, pat.id).await, Some(pat));
}

/// Expired and revoked PATs, and those of others, do not count against the maximum.
pub async fn the_maximum_counts_active_pats_only(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let attempt = |owner, name: &str, at, lifetime| {
        let pat = Authorization { valid_to: at + lifetime, ..setting.pat(owner, name) };
        let mut command = setting.create(owner, pat);
        command.at = at;
        command.maximum_active = 2;
        setting.storage.create(command)
    };
    let ana = &setting.ana;
    let short = attempt(ana, "short", start(), days(1)).await.unwrap();
    let long = attempt(ana, "long", start(), days(30)).await.unwrap();
    let refusal = refused(attempt(ana, "third", start(), days(1)).await);
    assert_eq!(refusal.error, SessionTokenError::FailedToIssueAccessToken);
    attempt(&setting.ben, "of another", start(), days(1)).await.unwrap();

    // At its end, exclusive, a PAT no longer counts.
    let just_before = short.valid_to - jiff::SignedDuration::from_micros(1);
    refused(attempt(ana, "too early", just_before, days(1)).await);
    let next = attempt(ana, "in its place", short.valid_to, days(30)).await.unwrap();
    refused(attempt(ana, "full again", short.valid_to, days(1)).await);

    setting.storage.revoke(setting.revoke(ana, next.id)).await.unwrap();
    attempt(ana, "for the revoked one", start() + days(2), days(30)).await.unwrap();
    refused(attempt(ana, "full once more", start() + days(2), days(1)).await);

    setting.storage.raise_epoch(setting.raise_epoch(Some(ana))).await.unwrap();
    let fresh = attempt(ana, "after the raised epoch", start() + days(3), days(30)).await.unwrap();
    assert_eq!(fresh.epochs, Epochs { organization: 0, owner: 1 });
    assert_eq!(setting.ids(ana, Some(State::Active)).await, [fresh.id]);
    assert!(setting.ids(ana, Some(State::Revoked)).await.contains(&long.id));
    let created = setting.changes().await;
    let created = created.iter().filter(|change| change.change.kind == ChangeKind::Created);
    assert_eq!(created.count(), 6, "each refused attempt left no change");
}
