//! Imports.

use std::sync::Arc;

use super::setting::{Setting, actor, days, start};
use crate::change::{Change, ChangeKind};
use crate::import::Import;
use crate::model::{Revocation, RevocationReason};
use crate::{Authorization, Person, State, Storage};

/// Many PATs, one number, one audit record; people who are there already are left alone.
pub async fn an_import_is_one_change(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let existing = setting.created(ana, "existing").await;
    let (changes, audit) = (setting.changes().await.len(), setting.audit(&setting.organization).await.len());

    let revocation = Revocation { at: start() + days(1), reason: RevocationReason::Administrator };
    let pats: Vec<Authorization> = (0..500)
        .map(|number| {
            let owner = if number % 2 == 0 { ana } else { ben };
            let pat = setting.pat(owner, &format!("imported {number}"));
            Authorization { revoked: (number % 10 == 0).then_some(revocation), ..pat }
        })
        .collect();
    let renamed = Person { user_name: "renamed@fabrikam.example".to_owned(), ..ana.clone() };
    let import = Import {
        organization_id: setting.organization.id,
        owners: vec![renamed, ben.clone()],
        pats: pats.iter().map(|pat| (pat.clone(), setting.secret())).collect(),
        actor: actor(ana),
        at: start(),
        audit_id: setting.id(),
    };
    setting.storage.import(import).await.unwrap();

    for pat in &pats {
        let found = setting.storage.find(pat.organization_id, pat.owner, pat.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(pat));
    }
    assert_eq!(setting.ids(ana, Some(State::Revoked)).await.len(), 50);
    assert_eq!(setting.ids(ana, Some(State::Active)).await.len(), 201);
    assert_eq!(setting.ids(ben, Some(State::Active)).await.len(), 250);

    let after = setting.changes().await;
    assert_eq!(after.len(), changes + 1);
    let imported =
        Change { kind: ChangeKind::Imported, organization_id: setting.organization.id, subject: None };
    assert_eq!(after.last().map(|change| change.change), Some(imported));
    assert_eq!(setting.audit(&setting.organization).await.len(), audit + 1);

    setting.storage.revoke(setting.revoke(ana, existing.id)).await.unwrap();
    let records = setting.audit(&setting.organization).await;
    assert!(records.last().unwrap().data.contains(&ana.user_name), "an import renames nobody");
}

/// One PAT that cannot be written, and none is.
pub async fn an_import_is_written_wholly_or_not_at_all(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let existing = setting.created(ana, "existing").await;
    let (changes, audit) = (setting.changes().await, setting.audit(&setting.organization).await);
    let good = setting.pat(ben, "good");
    let bad = Authorization { id: existing.id, ..setting.pat(ben, "bad") };
    let import = Import {
        organization_id: setting.organization.id,
        owners: vec![ben.clone()],
        pats: [good, bad].map(|pat| (pat, setting.secret())).into(),
        actor: actor(ben),
        at: start(),
        audit_id: setting.id(),
    };
    setting.storage.import(import).await.unwrap_err();
    assert!(setting.ids(ben, None).await.is_empty());
    assert_eq!(setting.changes().await, changes);
    assert_eq!(setting.audit(&setting.organization).await, audit);
}
