//! Taking a person's access to an organization away, and giving it back, by an administrator (contract.md §4.3).
//!
//! Nothing of a disabled person works: their PATs and session tokens are not good, and they manage nothing. Nothing is
//! revoked either: whoever is enabled again has what has not ended meanwhile. Other organizations of the tenant have
//! administrators of their own, so nothing changes there.

use jiff::Timestamp;
use patcycle_contract::SubjectDescriptor;
use patcycle_primitives::RandomError;
use serde_json::Map;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord};
use crate::change::{Change, ChangeKind};
use crate::cutoffs::RevocationRules;
use crate::{Caller, Lifecycle, Organization, Person, StorageError};

/// Whether a person may use an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonAccess {
    /// They may.
    Enabled,
    /// They may not.
    Disabled,
}

/// What is asked of a caller before anything else.
#[derive(Debug, Clone)]
pub struct CallerStanding {
    /// The rules that their access token is measured by.
    pub rules: RevocationRules,
    /// Whether they may use the organization.
    pub access: PersonAccess,
}

/// Sets a person's access.
#[derive(Debug, Clone)]
pub struct SetPersonAccess {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub person: Uuid,
    /// To what.
    pub access: PersonAccess,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct PersonAccessFacts {
    /// The organization.
    pub organization: Organization,
    /// The person, if they were here before.
    pub person: Option<Person>,
    /// What the person has now.
    pub access: PersonAccess,
    /// What the actor has now.
    pub actor_access: PersonAccess,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct PersonAccessOutcome {
    /// The person as they are from now on.
    pub person: Person,
    /// The records; `None`: all is as asked already.
    pub records: Option<(AuditRecord, Change)>,
}

/// Why a person's access stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum PersonAccessError {
    /// Nobody who is known here.
    #[error(
        "Nobody of this organization is known by this name or id. graph/users lists those who are known."
    )]
    Unknown,
    /// Two people or more of one name.
    #[error("Several people of this organization have this name. Send the originId of the one you mean.")]
    Ambiguous,
    /// An administrator who would lock themselves out.
    #[error("You cannot disable yourself: another administrator can. Nothing was changed.")]
    Oneself,
    /// An administrator who was disabled while the request was on its way.
    #[error("Your account is disabled in this organization. Ask one of its administrators.")]
    ActorDisabled,
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No randomness for the audit record's id.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The rule. Whoever disables stays enabled, so an organization always keeps an administrator.
pub fn decide(
    command: &SetPersonAccess,
    facts: &PersonAccessFacts,
) -> Result<PersonAccessOutcome, PersonAccessError> {
    if facts.actor_access == PersonAccess::Disabled {
        return Err(PersonAccessError::ActorDisabled);
    }
    if command.access == PersonAccess::Disabled && command.actor.object_id == Some(command.person) {
        return Err(PersonAccessError::Oneself);
    }
    let is_named = facts.organization.names(command.person);
    if !is_named && (facts.person.is_none() || !facts.organization.has_member(command.person)) {
        return Err(PersonAccessError::Unknown);
    }
    // Whom the configuration names may never have been here.
    let known = facts.person.clone().unwrap_or_else(|| Person {
        id: command.person,
        tenant_id: facts.organization.tenant_id,
        user_name: command.person.to_string(),
        display_name: command.person.to_string(),
        disabled: false,
        groups: Vec::new(),
    });
    let person = Person { disabled: command.access == PersonAccess::Disabled, ..known };
    if facts.access == command.access {
        return Ok(PersonAccessOutcome { person, records: None });
    }
    let (action, kind) = match command.access {
        PersonAccess::Disabled => (AuditAction::PersonDisable, ChangeKind::PersonDisabled),
        PersonAccess::Enabled => (AuditAction::PersonEnable, ChangeKind::PersonEnabled),
    };
    let mut data = Map::new();
    data.insert("UserId".to_owned(), person.id.to_string().into());
    data.insert("UserName".to_owned(), person.user_name.clone().into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: command.organization_id,
        at: command.at,
        action,
        actor: command.actor.clone(),
        data,
    };
    let change = Change { kind, organization_id: command.organization_id, subject: Some(person.id) };
    Ok(PersonAccessOutcome { person, records: Some((event.chain(facts.audit_head), change)) })
}

impl Lifecycle {
    /// Whether the caller may use the organization, and what their access token is measured by.
    pub async fn standing(
        &self,
        organization: &Organization,
        object_id: Uuid,
    ) -> Result<CallerStanding, StorageError> {
        self.storage.standing(organization.id, object_id).await
    }

    /// Sets a person's access, and gives the person. When this answers `Ok`, it holds for every request that begins
    /// afterwards. Doing it again changes nothing.
    pub async fn set_person_access(
        &self,
        caller: &Caller,
        organization: &Organization,
        person: SubjectDescriptor,
        access: PersonAccess,
    ) -> Result<Person, PersonAccessError> {
        let command = SetPersonAccess {
            organization_id: organization.id,
            person: person.0,
            access,
            actor: caller.into(),
            at: self.clock.now(),
            audit_id: self.random.uuid()?,
        };
        self.storage.set_person_access(command).await
    }

    /// The one person of the organization with this sign-in name; case counts not.
    pub async fn person_named(
        &self,
        organization: &Organization,
        user_name: &str,
    ) -> Result<SubjectDescriptor, PersonAccessError> {
        let mut people = self.storage.people_named(organization.id, user_name.to_owned()).await?;
        people.retain(|person| organization.has_member(person.id));
        match people.as_slice() {
            [] => Err(PersonAccessError::Unknown),
            [person] => Ok(SubjectDescriptor(person.id)),
            _ => Err(PersonAccessError::Ambiguous),
        }
    }
}
