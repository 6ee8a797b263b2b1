//! Revocation rules, and what administrators revoke and see.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::SessionTokenError;

use super::setting::{Setting, actor, days, refused, start};
use crate::audit::AuditRecord;
use crate::change::ChangeKind;
use crate::model::{RevocationReason, State};
use crate::notice::Channels;
use crate::revocation_rule::CreateRevocationRule;
use crate::revoke_many::RevokeMany;
use crate::token_admin::OwnerRowsRequest;
use crate::{Authorization, Storage};

pub(super) fn rule(setting: &Setting, scopes: &[&str], created_before: Timestamp) -> CreateRevocationRule {
    CreateRevocationRule {
        organization_id: setting.organization.id,
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        created_before,
        channels: Channels::default(),
        actor: actor(&setting.ben),
        at: start() + days(1),
        audit_id: setting.id(),
    }
}

fn revoke_many(setting: &Setting, ids: &[uuid::Uuid]) -> RevokeMany {
    RevokeMany {
        organization_id: setting.organization.id,
        ids: ids.to_vec(),
        reason: RevocationReason::Administrator,
        given_reason: None,
        actor: actor(&setting.ben),
        at: start() + days(2),
        audit_ids: ids.iter().map(|_| setting.id()).collect(),
        channels: crate::notice::Channels::default(),
    }
}

/// A rule ends what it covers, in every operation, and nothing else; what is made afterwards works.
pub async fn a_rule_revokes_what_was_made_before_it(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let old = setting.created(ana, "old").await;
    let mut wider = setting.pat(ana, "wider");
    "vso.code_write".clone_into(&mut wider.scope);
    let wider = setting.storage.create(setting.create(ana, wider)).await.unwrap();
    let his = setting.created(ben, "his").await;

    let instant = start() + SignedDuration::from_secs(1);
    setting.storage.create_revocation_rule(rule(&setting, &["vso.code"], instant)).await.unwrap();
    assert_eq!(setting.ids(ana, Some(State::Revoked)).await, [old.id]);
    assert_eq!(setting.ids(ana, Some(State::Active)).await, [wider.id]);
    assert_eq!(setting.ids(ben, Some(State::Revoked)).await, [his.id]);
    let mut update = setting.update(ana, old.id);
    update.display_name = Some("back".to_owned());
    let refusal = refused(setting.storage.update(update).await);
    assert_eq!(refusal.error, SessionTokenError::AuthorizationNotFound);
    let mut update = setting.update(ana, wider.id);
    update.scope = Some("vso.code".to_owned());
    assert_eq!(refused(setting.storage.update(update).await).error, SessionTokenError::InvalidScope);
    // Revoking what a rule has revoked is fine, and writes nothing.
    setting.storage.revoke(setting.revoke(ana, old.id)).await.unwrap();

    // Made after the rule, though the clock reads the same: dated after it.
    let fresh = setting.created(ana, "fresh").await;
    assert_eq!(fresh.valid_from, instant);
    assert_eq!(setting.find(ana, fresh.id).await, Some(fresh.clone()));
    assert!(setting.ids(ana, Some(State::Active)).await.contains(&fresh.id));

    // An earlier instant takes nothing back, and is no change.
    setting.storage.create_revocation_rule(rule(&setting, &["vso.code"], start())).await.unwrap();
    let rules = setting.storage.revocation_rules(setting.organization.id).await.unwrap();
    assert_eq!(rules.cutoff(["vso.code"]), Some(instant));
    let elsewhere = setting.storage.revocation_rules(setting.other_organization.id).await.unwrap();
    assert_eq!(elsewhere.iter().count(), 0);
    let changes = setting.changes().await;
    let made = |kind| changes.iter().filter(|change| change.change.kind == kind).count();
    assert_eq!((made(ChangeKind::RevocationRule), made(ChangeKind::Revoked)), (1, 0));
    assert_eq!(setting.audit(&setting.organization).await.len(), 5);
}

/// What a rule has ended does not count against the maximum.
pub async fn the_maximum_leaves_out_what_a_rule_revoked(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let create = |name: &str| {
        let mut command = setting.create(&setting.ana, setting.pat(&setting.ana, name));
        command.maximum_active = 2;
        setting.storage.create(command)
    };
    create("one").await.unwrap();
    create("two").await.unwrap();
    refused(create("three").await);
    let instant = start() + SignedDuration::from_secs(1);
    setting.storage.create_revocation_rule(rule(&setting, &["vso.code"], instant)).await.unwrap();
    create("three").await.unwrap();
    create("four").await.unwrap();
    refused(create("five").await);
}

/// Many at once, of several owners: each has its audit record and its change, or nothing is written.
pub async fn many_are_revoked_wholly_or_not_at_all(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let (hers, his) = (setting.created(ana, "hers").await, setting.created(ben, "his").await);
    let mut elsewhere = setting.pat(ana, "elsewhere");
    elsewhere.organization_id = setting.other_organization.id;
    let elsewhere = setting.storage.create(setting.create(ana, elsewhere)).await.unwrap();
    for stranger in [setting.id(), elsewhere.id] {
        let command = revoke_many(&setting, &[hers.id, stranger, his.id]);
        let refusal = refused(setting.storage.revoke_many(command).await);
        assert!(refusal.message.contains(&stranger.to_string()), "{refusal}");
    }
    assert_eq!(setting.changes().await.len(), 5, "two organizations and three PATs");

    setting.storage.revoke_many(revoke_many(&setting, &[hers.id, his.id])).await.unwrap();
    for (owner, pat) in [(ana, &hers), (ben, &his)] {
        assert_eq!(setting.ids(owner, Some(State::Revoked)).await, [pat.id]);
        let reason = setting.find(owner, pat.id).await.unwrap().revoked.map(|revoked| revoked.reason);
        assert_eq!(reason, Some(RevocationReason::Administrator));
    }
    // Again: nothing is left to do, and nothing is written.
    setting.storage.revoke_many(revoke_many(&setting, &[his.id, hers.id])).await.unwrap();
    let subjects: Vec<_> =
        setting.changes().await.iter().skip(5).map(|change| change.change.subject).collect();
    assert_eq!(subjects, [Some(hers.id), Some(his.id)]);
    let audit = setting.audit(&setting.organization).await;
    let by_ben = |record: &&AuditRecord| record.data.contains(r#""Reason":"administrator""#);
    assert_eq!(audit.iter().filter(by_ben).count(), 2);
}

/// Row numbers follow the order in which PATs were made, whatever happens to them; pages meet.
pub async fn an_owners_rows_are_numbered_once(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let mut made: Vec<Authorization> = Vec::new();
    for number in 0..5 {
        made.push(setting.created(&setting.ana, &format!("pat {number}")).await);
        setting.created(&setting.ben, "between").await;
    }
    setting.storage.revoke(setting.revoke(&setting.ana, made[3].id)).await.unwrap();
    let mut update = setting.update(&setting.ana, made[1].id);
    update.valid_to = Some(start() + days(90));
    setting.storage.update(update).await.unwrap();

    let (mut seen, mut after) = (Vec::new(), 0);
    for _ in 0..10 {
        let request = OwnerRowsRequest {
            organization_id: setting.organization.id,
            owner: setting.ana.id,
            after,
            limit: 2,
        };
        let rows = setting.storage.owner_rows(request).await.unwrap();
        let Some(last) = rows.last() else { break };
        assert!(rows.iter().all(|row| row.number > after && row.owner == setting.ana));
        after = last.number;
        seen.extend(rows.into_iter().map(|row| row.authorization.id));
    }
    assert_eq!(seen, made.iter().map(|pat| pat.id).collect::<Vec<_>>());
}
