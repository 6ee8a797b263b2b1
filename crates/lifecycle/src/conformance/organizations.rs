//! Organizations.

use std::sync::Arc;

use uuid::Uuid;

use super::setting::{Setting, days, specification, start};
use crate::change::ChangeKind;
use crate::{Membership, OrganizationSpecification, PolicySettings, Storage};

/// Tenant, membership and administrators follow the specification; id, name and policies stay.
pub async fn organizations_are_brought_up_to_date(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let made = &setting.organization;
    let policies = setting.storage.policies(made.id).await.unwrap();
    assert_eq!(policies.organization, PolicySettings::default());

    let changed = OrganizationSpecification {
        name: made.name.clone(),
        tenant_id: Uuid::from_u128(5),
        membership: Membership::Listed(vec![setting.ana.id]),
        administrators: vec![setting.ben.id, setting.ana.id],
        policies: PolicySettings::permitting_global_pats(),
    };
    let put =
        setting.storage.put_organization(changed.clone(), setting.id(), start() + days(1)).await.unwrap();
    assert_eq!(put.id, made.id);
    assert_eq!(put.tenant_id, changed.tenant_id);
    assert_eq!(put.membership, changed.membership);
    assert_eq!(put.administrators, changed.administrators);
    let kept = setting.storage.policies(made.id).await.unwrap();
    assert_eq!(kept, policies, "the policies of an existing organization are kept");

    let before = setting.changes().await;
    assert_eq!(before.last().map(|change| change.change.kind), Some(ChangeKind::Organization));
    let again = setting.storage.put_organization(changed, setting.id(), start() + days(2)).await.unwrap();
    assert_eq!(again, put);
    assert_eq!(setting.changes().await.len(), before.len(), "nothing changed, so nothing is recorded");
}

/// A name in other letters of case is the same organization.
pub async fn organizations_compare_names_without_case(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let shouted = specification("FabriKam", setting.organization.tenant_id);
    let found = setting.storage.put_organization(shouted, setting.id(), start()).await.unwrap();
    assert_eq!(found, setting.organization);

    let permissive = OrganizationSpecification {
        policies: PolicySettings::permitting_global_pats(),
        ..specification("contoso", Uuid::from_u128(6))
    };
    let id = setting.id();
    let made = setting.storage.put_organization(permissive, id, start()).await.unwrap();
    let policies = setting.storage.policies(made.id).await.unwrap();
    assert_eq!((made.id, policies.organization), (id, PolicySettings::permitting_global_pats()));
}
