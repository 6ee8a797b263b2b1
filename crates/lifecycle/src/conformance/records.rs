//! The audit chain and the change feed.

use std::sync::Arc;

use super::setting::{Setting, actor, days, start};
use crate::Storage;
use crate::audit::AuditAction;
use crate::change::ChangeKind;

/// The chain holds, per organization, and has one record for each change, with what was written and by whom.
pub async fn every_change_has_one_audit_record(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let ana = &setting.ana;
    assert!(setting.audit(&setting.organization).await.is_empty());
    let create = setting.create(ana, setting.pat(ana, "ci"));
    let ids = (create.audit_id, create.authorization.id);
    setting.storage.create(create).await.unwrap();
    let mut update = setting.update(ana, ids.1);
    update.valid_to = Some(start() + days(40));
    setting.storage.update(update).await.unwrap();
    setting.storage.revoke(setting.revoke(ana, ids.1)).await.unwrap();
    setting.storage.raise_epoch(setting.raise_epoch(None)).await.unwrap();
    let mut elsewhere = setting.pat(ana, "elsewhere");
    elsewhere.organization_id = setting.other_organization.id;
    setting.storage.create(setting.create(ana, elsewhere)).await.unwrap();

    let records = setting.audit(&setting.organization).await;
    let actions: Vec<&str> = records.iter().map(|record| record.action.as_str()).collect();
    let wanted =
        [AuditAction::PatCreate, AuditAction::PatUpdate, AuditAction::PatRevoke, AuditAction::PatRevokeAll];
    assert_eq!(actions, wanted.map(AuditAction::as_str));
    assert_eq!(records[0].id, ids.0);
    assert_eq!(records[0].at, start());
    assert_eq!(records[0].actor, actor(ana));
    assert!(records[0].data.contains(&ids.1.to_string()));
    assert_eq!(setting.audit(&setting.other_organization).await.len(), 1);
}

/// Numbers begin at 1 and rise by one, in the order of the commits; the head is the last one and its
/// incarnation stays.
pub async fn changes_are_numbered_without_gaps(storage: Arc<dyn Storage>) {
    let before = storage.change_head().await.unwrap();
    assert_eq!(before.sequence, 0);
    let setting = Setting::new(storage).await;
    let ana = &setting.ana;
    let first = setting.created(ana, "first").await;
    let second = setting.created(ana, "second").await;
    setting.storage.revoke(setting.revoke(ana, first.id)).await.unwrap();
    let mut update = setting.update(ana, second.id);
    update.display_name = Some("renamed".to_owned());
    setting.storage.update(update).await.unwrap();

    let changes = setting.changes().await;
    let seen: Vec<_> = changes.iter().map(|entry| (entry.change.kind, entry.change.subject)).collect();
    let wanted = [
        (ChangeKind::Organization, None),
        (ChangeKind::Organization, None),
        (ChangeKind::Created, Some(first.id)),
        (ChangeKind::Created, Some(second.id)),
        (ChangeKind::Revoked, Some(first.id)),
        (ChangeKind::Updated, Some(second.id)),
    ];
    assert_eq!(seen, wanted);
    assert!(changes[2..].iter().all(|entry| entry.change.organization_id == setting.organization.id));
    assert_eq!(setting.storage.change_head().await.unwrap().incarnation, before.incarnation);
    setting.storage.check_ready().await.unwrap();
}
