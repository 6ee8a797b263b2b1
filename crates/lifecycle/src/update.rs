//! Changing a PAT's name, scope, end or targets. Its secret and its id stay.

use std::sync::Arc;

use jiff::Timestamp;
use patcycle_contract::requests::RequestedId;
use patcycle_contract::{PatToken, PatTokenUpdateRequest, SessionTokenError};
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::create::{disabled_owner, parse_end, parse_name, parse_scope};
use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Person, State};
use crate::policy::{self, Policies};
use crate::{Caller, Lifecycle, OperationError, Organization, Refusal};

/// What is to change; `None` keeps what is there. All values were checked.
#[derive(Debug, Clone)]
pub struct Update {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// Which.
    pub id: Uuid,
    /// The groups of the owner, who asks.
    pub groups: Vec<Uuid>,
    /// The new name.
    pub display_name: Option<String>,
    /// The new canonical scope.
    pub scope: Option<String>,
    /// The new end.
    pub valid_to: Option<Timestamp>,
    /// The new targets.
    pub all_organizations: Option<bool>,
    /// Who asked.
    pub actor: Actor,
    /// When whoever asks signed in, as far as it is known.
    pub signed_in_at: Option<Timestamp>,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct UpdateFacts {
    /// The policies that hold in the organization.
    pub policies: Arc<Policies>,
    /// The PAT, if there is one of that id, owner and organization.
    pub authorization: Option<Authorization>,
    /// Its owner.
    pub person: Option<Person>,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What the rule says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made once for each command and taken apart at once")]
pub enum UpdateOutcome {
    /// All is as asked already; nothing is written.
    Unchanged(Authorization),
    /// Write this.
    Changed {
        /// The PAT as it will be.
        authorization: Authorization,
        /// The owner, changed; `None`: the stored row is right.
        person: Option<Person>,
        /// The audit record.
        audit: AuditRecord,
        /// The change record.
        change: Change,
    },
}

/// The rule.
pub fn decide(command: &Update, facts: &UpdateFacts) -> Result<UpdateOutcome, Refusal> {
    let (Some(current), Some(owner)) = (&facts.authorization, &facts.person) else {
        return Err(Refusal::not_found());
    };
    if owner.disabled {
        return Err(disabled_owner());
    }
    match current.state(command.at, &facts.cutoffs) {
        State::Active => {}
        State::Revoked => return Err(Refusal::not_found()),
        State::Expired => {
            return Err(Refusal::new(
                SessionTokenError::ExpiredPatCannotBeExtended,
                "This personal access token has expired and stays as it is. Create a new one.",
            ));
        }
    }
    let owner = Person { groups: command.groups.clone(), ..owner.clone() };
    let updated = Authorization {
        display_name: command.display_name.clone().unwrap_or_else(|| current.display_name.clone()),
        scope: command.scope.clone().unwrap_or_else(|| current.scope.clone()),
        valid_to: command.valid_to.unwrap_or(current.valid_to),
        all_organizations: command.all_organizations.unwrap_or(current.all_organizations),
        ..current.clone()
    };
    let valid_to = permitted_end(&facts.policies, &owner, current, updated.valid_to, command.at)?;
    let updated = Authorization { valid_to, ..updated };
    // Asking for all organizations is refused even where a PAT is good in all of them already.
    if policy::is_stronger(current, &updated) || command.all_organizations == Some(true) {
        policy::check_issue(&facts.policies, &owner, &updated, command.at)?;
        policy::check_sign_in(&facts.policies, &owner, command.signed_in_at, command.at)?;
    }
    if &updated == current {
        return Ok(UpdateOutcome::Unchanged(updated));
    }
    if updated.state(command.at, &facts.cutoffs) == State::Revoked {
        return Err(Refusal::new(
            SessionTokenError::InvalidScope,
            "A revocation rule of this organization ended what was made earlier with one of these scopes, and this \
             personal access token was. Create a new one.",
        ));
    }
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: updated.organization_id,
        at: command.at,
        action: AuditAction::PatUpdate,
        actor: command.actor.clone(),
        data: describe(&updated, &owner),
    };
    Ok(UpdateOutcome::Changed {
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::Updated,
            organization_id: updated.organization_id,
            subject: Some(updated.id),
        },
        person: (facts.person.as_ref() != Some(&owner)).then_some(owner),
        authorization: updated,
    })
}

/// The end that the PAT gets: the one asked for, cut to what the policy grants from the PAT's making on. A PAT that
/// is older than that already can be shortened, but not be given a later end.
fn permitted_end(
    policies: &Policies,
    owner: &Person,
    current: &Authorization,
    asked: Timestamp,
    at: Timestamp,
) -> Result<Timestamp, Refusal> {
    match policy::latest_end(policies, owner, current.valid_from, at) {
        Some(latest) if asked != current.valid_to && latest > at => Ok(asked.min(latest)),
        Some(latest) if asked > current.valid_to => Err(Refusal::new(
            SessionTokenError::PatLifespanPolicyViolation,
            format!(
                "Your tenant limits the life of personal access tokens, and by that this one would have had to end \
                 on {}. It cannot be given a later end. Create a new one.",
                patcycle_contract::date::format(latest)
            ),
        )),
        Some(_) | None => Ok(asked),
    }
}

impl Lifecycle {
    /// Changes one of the caller's PATs. Absent fields stay; a blank name or scope is refused, not ignored.
    pub async fn update(
        &self,
        caller: &Caller,
        organization: &Organization,
        request: PatTokenUpdateRequest,
    ) -> Result<PatToken, OperationError> {
        let now = self.clock.now();
        let RequestedId::Of(id) = request.authorization_id else {
            return Err(OperationError::Refused(Refusal::new(
                SessionTokenError::InvalidAuthorizationId,
                "authorizationId is missing, malformed or all zero. \
                 Send the id of the token to change in the body; the list shows it.",
            )));
        };
        let display_name = request.display_name.as_deref().map(|name| parse_name(Some(name))).transpose()?;
        let scope = request.scope.as_deref().map(parse_scope).transpose()?;
        let command = Update {
            organization_id: organization.id,
            owner: caller.object_id,
            id,
            groups: caller.groups.clone(),
            display_name: display_name.map(|name| name.as_str().to_owned()),
            scope: scope.map(|scope| scope.as_str().to_owned()),
            valid_to: parse_end(&request.valid_to, now)?,
            all_organizations: request.all_orgs,
            actor: caller.into(),
            signed_in_at: caller.signed_in_at,
            at: now,
            audit_id: self.random.uuid()?,
        };
        Ok(self.storage.update(command).await?.to_pat_token())
    }
}
