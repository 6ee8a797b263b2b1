//! What administrators read: everybody's PATs, and the log.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::setting::{Setting, days, start};
use crate::audit_log::AuditLogRequest;
use crate::inventory::InventoryRequest;
use crate::{Authorization, Storage};

/// The inventory has every PAT of the organization once, however it is paged, with its owner; one owner's when asked.
pub async fn an_inventory_has_everybodys_pats_once(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let mut made = Vec::new();
    for number in 0..7_u64 {
        let owner = if number % 3 == 0 { ben } else { ana };
        let mut pat = setting.pat(owner, &format!("pat {number}"));
        // Some ends are equal, so that only the ids tell them apart.
        pat.valid_to = start() + days(20 + i64::try_from(number / 2).unwrap());
        made.push(setting.storage.create(setting.create(owner, pat)).await.unwrap());
    }
    setting.storage.revoke(setting.revoke(ana, made[1].id)).await.unwrap();
    let mut elsewhere = setting.pat(ana, "elsewhere");
    elsewhere.organization_id = setting.other_organization.id;
    setting.storage.create(setting.create(ana, elsewhere)).await.unwrap();
    setting.storage.raise_epoch(setting.raise_epoch(Some(ben))).await.unwrap();

    let wanted: BTreeSet<Uuid> = made.iter().map(|pat| pat.id).collect();
    for limit in [1, 2, 3, 100] {
        let read = inventory(&setting, None, limit).await;
        assert_eq!(read.len(), made.len(), "pages of {limit}");
        assert_eq!(read.iter().map(|pat| pat.id).collect::<BTreeSet<_>>(), wanted);
    }
    let of_ben = inventory(&setting, Some(ben.id), 2).await;
    assert_eq!(of_ben.len(), 3);
    assert!(of_ben.iter().all(|pat| pat.owner == ben.id));
}

/// All pages of an inventory. Checks owners and epochs.
async fn inventory(setting: &Setting, owner: Option<Uuid>, limit: u32) -> Vec<Authorization> {
    let mut request = InventoryRequest {
        organization_id: setting.organization.id,
        tenant_id: setting.ana.tenant_id,
        owner,
        after: Vec::new(),
        limit,
    };
    let mut read = Vec::new();
    for _ in 0..100 {
        let rows = setting.storage.inventory(request.clone()).await.unwrap();
        let Some(last) = rows.last() else { break };
        request.after.clone_from(&last.place);
        for row in rows {
            let person = if row.authorization.owner == setting.ana.id { &setting.ana } else { &setting.ben };
            assert_eq!(&row.owner, person);
            assert_eq!(row.epochs.owner, u64::from(person.id == setting.ben.id));
            read.push(row.authorization);
        }
    }
    read
}

/// The log has the newest record first, within its window, and its end is the head of the chain.
pub async fn the_audit_log_goes_backwards(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let ana = &setting.ana;
    let first = setting.created(ana, "first").await;
    setting.created(ana, "second").await;
    setting.storage.revoke(setting.revoke(ana, first.id)).await.unwrap();
    let whole = AuditLogRequest {
        organization_id: setting.organization.id,
        tenant_id: ana.tenant_id,
        from: None,
        until: None,
        after: None,
        limit: 100,
    };
    let sequences = |rows: Vec<crate::audit_log::AuditLogRow>| -> Vec<u64> {
        rows.iter().map(|row| row.record.sequence).collect()
    };
    let rows = setting.storage.audit_log(whole.clone()).await.unwrap();
    assert!(rows.iter().all(|row| row.actor_display_name.as_deref() == Some("ana")));
    let newest = rows[0].record.clone();
    assert_eq!(sequences(rows), [3, 2, 1]);
    assert_eq!(setting.storage.audit_head(setting.organization.id).await.unwrap(), (&newest).into());

    let after = AuditLogRequest { after: Some((newest.at, 3)), limit: 1, ..whole.clone() };
    assert_eq!(sequences(setting.storage.audit_log(after).await.unwrap()), [2]);
    let window = AuditLogRequest { from: Some(start()), until: Some(newest.at), ..whole.clone() };
    assert_eq!(sequences(setting.storage.audit_log(window).await.unwrap()), [2, 1]);
    let other = AuditLogRequest { organization_id: setting.other_organization.id, ..whole };
    assert!(setting.storage.audit_log(other).await.unwrap().is_empty());
}
