//! People whose access was taken away.

use std::sync::Arc;

use patcycle_contract::SessionTokenError;

use super::setting::{Setting, actor, days, refused, start};
use crate::change::{Change, ChangeKind};
use crate::inventory::InventoryRequest;
use crate::person_access::{PersonAccess, PersonAccessError, SetPersonAccess};
use crate::verify::{self, Question, Reason};
use crate::{Organization, Person, Storage};

/// Ben asks.
fn set(setting: &Setting, person: &Person, access: PersonAccess) -> SetPersonAccess {
    SetPersonAccess {
        organization_id: setting.organization.id,
        person: person.id,
        access,
        actor: actor(&setting.ben),
        at: start() + days(1),
        audit_id: setting.id(),
    }
}

/// Nothing of a disabled person works in the organization, nothing changes elsewhere, and all of it comes back. Each
/// change is told once.
pub async fn a_disabled_person_has_nothing_that_works(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let ana = &setting.ana;
    let create = setting.create(ana, setting.pat(ana, "ci"));
    let digest = create.secret.digest;
    let pat = setting.storage.create(create).await.unwrap();
    let verdict = async |organization: &Organization| {
        let facts = setting.storage.find_secret(organization.id, digest, None).await.unwrap().unwrap();
        verify::decide(&facts, &Question { organization, scope: None, address: None }, start() + days(2))
    };
    let access = async |organization: &Organization| {
        setting.storage.standing(organization.id, ana.id).await.unwrap().access
    };
    assert_eq!(verdict(&setting.organization).await, Ok(()));

    let command = set(&setting, ana, PersonAccess::Disabled);
    let disabled = setting.storage.set_person_access(command).await.unwrap();
    assert_eq!(disabled, Person { disabled: true, ..ana.clone() });
    assert_eq!(verdict(&setting.organization).await, Err(Reason::OwnerDisabled));
    assert_eq!(access(&setting.organization).await, PersonAccess::Disabled);
    assert_eq!(access(&setting.other_organization).await, PersonAccess::Enabled);
    let refusal = refused(setting.storage.create(setting.create(ana, setting.pat(ana, "more"))).await);
    assert_eq!(refusal.error, SessionTokenError::InvalidUserId);
    let refusal = refused(setting.storage.update(setting.update(ana, pat.id)).await);
    assert_eq!(refusal.error, SessionTokenError::InvalidUserId);
    let mut elsewhere = setting.pat(ana, "elsewhere");
    elsewhere.organization_id = setting.other_organization.id;
    setting.storage.create(setting.create(ana, elsewhere)).await.unwrap();
    let inventory = InventoryRequest {
        organization_id: setting.organization.id,
        tenant_id: ana.tenant_id,
        owner: None,
        after: Vec::new(),
        limit: 10,
    };
    let rows = setting.storage.inventory(inventory).await.unwrap();
    assert_eq!((rows.len(), rows[0].owner.disabled), (1, true));
    let known = setting.storage.people_named(setting.organization.id, ana.user_name.to_uppercase()).await;
    assert_eq!(known.unwrap(), [disabled]);
    let known = setting.storage.person(setting.other_organization.id, ana.id).await.unwrap();
    assert_eq!(known.as_ref(), Some(ana));

    setting.storage.set_person_access(set(&setting, ana, PersonAccess::Disabled)).await.unwrap();
    for _ in 0..2 {
        let enabled =
            setting.storage.set_person_access(set(&setting, ana, PersonAccess::Enabled)).await.unwrap();
        assert_eq!(enabled, *ana);
    }
    assert_eq!(verdict(&setting.organization).await, Ok(()));
    setting.created(ana, "more").await;
    let about_her = |kind| {
        let organization_id = setting.organization.id;
        move |change: &&Change| **change == Change { kind, organization_id, subject: Some(ana.id) }
    };
    let changes: Vec<Change> = setting.changes().await.into_iter().map(|numbered| numbered.change).collect();
    for kind in [ChangeKind::PersonDisabled, ChangeKind::PersonEnabled] {
        assert_eq!(changes.iter().filter(about_her(kind)).count(), 1, "{kind:?}");
    }
    assert_eq!(setting.audit(&setting.organization).await.len(), 4);
}

/// Nobody disables themselves or a stranger, and who is disabled enables nobody.
pub async fn access_is_taken_from_others_by_those_who_have_it(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let asked = async |command: SetPersonAccess| setting.storage.set_person_access(command).await;
    let stranger = asked(set(&setting, ana, PersonAccess::Disabled)).await;
    assert!(matches!(stranger, Err(PersonAccessError::Unknown)), "{stranger:?}");
    setting.created(ana, "hers").await;
    setting.created(ben, "his").await;
    let oneself = asked(set(&setting, ben, PersonAccess::Disabled)).await;
    assert!(matches!(oneself, Err(PersonAccessError::Oneself)), "{oneself:?}");
    let by_ana = SetPersonAccess { actor: actor(ana), ..set(&setting, ben, PersonAccess::Disabled) };
    asked(by_ana).await.unwrap();
    for person in [ana, ben] {
        let by_ben = asked(set(&setting, person, PersonAccess::Enabled)).await;
        assert!(matches!(by_ben, Err(PersonAccessError::ActorDisabled)), "{by_ben:?}");
    }
    assert_eq!(setting.audit(&setting.organization).await.len(), 3);
}
