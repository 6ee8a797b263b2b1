//! What the policies leave to a person, found out by asking them about PATs that nobody makes.

use jiff::Timestamp;
use patcycle_contract::limits::{PatCreation, PatLimits};
use patcycle_contract::scope::FULL;
use uuid::Uuid;

use super::{Policies, check_issue, latest_end};
use crate::model::{Authorization, Epochs, Person};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// What the policies leave to `person`.
pub fn limits(policies: &Policies, person: &Person, at: Timestamp) -> PatLimits {
    let may_make = |scope: &str, all_organizations| {
        check_issue(policies, person, &imagined(person, scope, all_organizations, at), at).is_ok()
    };
    let days = |end: Timestamp| u32::try_from(end.duration_since(at).as_hours() / 24).unwrap_or(u32::MAX);
    let creation = if may_make("vso.code", false) {
        PatCreation::Allowed
    } else if may_make("vso.packaging", false) {
        PatCreation::PackagingOnly
    } else {
        PatCreation::Refused
    };
    PatLimits {
        creation,
        full_scope: may_make(FULL, false),
        global: may_make("vso.code", true),
        maximum_lifespan_days: latest_end(policies, person, at, at).map(days),
    }
}

/// A PAT of this kind, as if it were made now.
fn imagined(person: &Person, scope: &str, all_organizations: bool, at: Timestamp) -> Authorization {
    Authorization {
        id: Uuid::nil(),
        organization_id: Uuid::nil(),
        owner: person.id,
        display_name: String::new(),
        scope: scope.to_owned(),
        all_organizations,
        valid_from: at,
        valid_to: at,
        revoked: None,
        epochs: Epochs::default(),
    }
}

impl Lifecycle {
    /// What the policies leave to the caller in this organization.
    pub async fn limits(
        &self,
        caller: &Caller,
        organization: &Organization,
    ) -> Result<PatLimits, StorageError> {
        let policies = self.storage.policies(organization.id).await?;
        Ok(limits(&policies, &Person::from(caller), self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use patcycle_contract::policy::{AllowedPrincipal, PolicyProperties};
    use patcycle_contract::{PolicyName, PolicySetting};

    use super::*;
    use crate::policy::PolicySettings;

    const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

    fn person() -> Person {
        Person {
            id: Uuid::from_u128(7),
            tenant_id: Uuid::from_u128(1),
            user_name: "mona@fabrikam.example".to_owned(),
            display_name: "Mona".to_owned(),
            disabled: false,
            groups: Vec::new(),
        }
    }

    fn open() -> Policies {
        Policies { organization: PolicySettings::permitting_global_pats(), ..Policies::default() }
    }

    #[test]
    fn nothing_is_forbidden_where_no_policy_holds() {
        let expected = PatLimits {
            creation: PatCreation::Allowed,
            full_scope: true,
            global: true,
            maximum_lifespan_days: None,
        };
        assert_eq!(limits(&open(), &person(), NOW), expected);
    }

    #[test]
    fn each_policy_takes_what_it_forbids() {
        let on = |name| open().with(name, PolicySetting::of(true));
        assert!(!limits(&on(PolicyName::RestrictFullScopePats), &person(), NOW).full_scope);
        assert!(!limits(&on(PolicyName::RestrictGlobalPats), &person(), NOW).global);
        let refused = limits(&on(PolicyName::RestrictPatCreation), &person(), NOW);
        assert_eq!((refused.creation, refused.full_scope), (PatCreation::Refused, false));
        let packaging = PolicySetting {
            value: Some(true),
            properties: PolicyProperties {
                is_packaging_scope_enabled: Some(true),
                ..PolicyProperties::default()
            },
        };
        let packaging = open().with(PolicyName::RestrictPatCreation, packaging);
        assert_eq!(limits(&packaging, &person(), NOW).creation, PatCreation::PackagingOnly);
    }

    #[test]
    fn who_is_on_the_list_is_free_of_it() {
        let lifespan = |allowed| PolicySetting {
            value: Some(true),
            properties: PolicyProperties {
                max_pat_lifespan_in_days: Some(14),
                allowed_users_and_group_object_ids: Some(allowed),
                ..PolicyProperties::default()
            },
        };
        let days = |allowed| {
            let policies = open().with(PolicyName::RestrictLifespan, lifespan(allowed));
            limits(&policies, &person(), NOW).maximum_lifespan_days
        };
        assert_eq!(days(Vec::new()), Some(14));
        let allowed = AllowedPrincipal { display_name: String::new(), object_id: person().id };
        assert_eq!(days(vec![allowed]), None);
    }
}
