//! Raised epochs.

use std::sync::Arc;

use patcycle_contract::SessionTokenError;

use super::setting::{Setting, refused};
use crate::change::{Change, ChangeKind};
use crate::{Epochs, State, Storage};

/// What an owner had is revoked, what others have stays, what the owner makes afterwards works.
pub async fn a_raised_epoch_of_an_owner_revokes_theirs_only(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let old = setting.created(ana, "old").await;
    let his = setting.created(ben, "his").await;

    let epochs = setting.storage.raise_epoch(setting.raise_epoch(Some(ana))).await.unwrap();
    assert_eq!(epochs, Epochs { organization: 0, owner: 1 });
    assert_eq!(setting.ids(ana, Some(State::Revoked)).await, [old.id]);
    assert!(setting.ids(ana, Some(State::Active)).await.is_empty());
    assert_eq!(setting.ids(ben, Some(State::Active)).await, [his.id]);
    let mut update = setting.update(ana, old.id);
    update.display_name = Some("back".to_owned());
    let refusal = refused(setting.storage.update(update).await);
    assert_eq!(refusal.error, SessionTokenError::AuthorizationNotFound);

    let fresh = setting.created(ana, "fresh").await;
    assert_eq!(fresh.epochs, epochs);
    assert_eq!(setting.find(ana, fresh.id).await.map(|pat| pat.epochs), Some(epochs));
    assert_eq!(setting.ids(ana, Some(State::Active)).await, [fresh.id]);
    assert_eq!(setting.ids(ana, None).await.len(), 2);

    let raised = Change {
        kind: ChangeKind::EpochRaised,
        organization_id: setting.organization.id,
        subject: Some(ana.id),
    };
    let changes = setting.changes().await;
    assert_eq!(changes.iter().filter(|change| change.change == raised).count(), 1);
}

/// The organization's epoch ends everybody's PATs, and both epochs go on counting on their own.
pub async fn a_raised_epoch_of_an_organization_revokes_everybodys(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    setting.storage.raise_epoch(setting.raise_epoch(Some(ben))).await.unwrap();
    let hers = setting.created(ana, "hers").await;
    let his = setting.created(ben, "his").await;
    let mut elsewhere = setting.pat(ana, "elsewhere");
    elsewhere.organization_id = setting.other_organization.id;
    let elsewhere = setting.storage.create(setting.create(ana, elsewhere)).await.unwrap();

    let epochs = setting.storage.raise_epoch(setting.raise_epoch(None)).await.unwrap();
    assert_eq!(epochs.organization, 1);
    for (owner, pat) in [(ana, &hers), (ben, &his)] {
        assert_eq!(setting.ids(owner, Some(State::Revoked)).await, [pat.id]);
        assert!(setting.ids(owner, Some(State::Active)).await.is_empty());
        // Revoking what a raised epoch has revoked is fine.
        setting.storage.revoke(setting.revoke(owner, pat.id)).await.unwrap();
    }
    let mut request = setting.page(ana);
    request.organization_id = setting.other_organization.id;
    request.state = Some(State::Active);
    assert_eq!(setting.storage.page(request).await.unwrap(), [elsewhere]);

    let fresh = setting.created(ben, "fresh").await;
    assert_eq!(fresh.epochs, Epochs { organization: 1, owner: 1 });
    let epochs = setting.storage.raise_epoch(setting.raise_epoch(Some(ben))).await.unwrap();
    assert_eq!(epochs, Epochs { organization: 1, owner: 2 });
    assert!(setting.ids(ben, Some(State::Active)).await.is_empty());
}
