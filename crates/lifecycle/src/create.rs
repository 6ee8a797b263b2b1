//! Creating a PAT.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::requests::RequestedDate;
use patcycle_contract::{
    DisplayName, DisplayNameError, PatToken, PatTokenCreateRequest, ScopeSet, SessionTokenError,
};
use patcycle_primitives::Secret;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Epochs, Person, StoredSecret};
use crate::notice::{Channels, Notice, Stage};
use crate::policy::{self, Policies};
use crate::{Caller, Lifecycle, OperationError, Organization, Refusal};

/// What `validTo` is when the request has none (contract.md §12 #14).
pub const DEFAULT_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How far `validTo` may lie ahead (contract.md §12 #15).
pub const MAXIMUM_LIFETIME: SignedDuration = SignedDuration::from_hours(366 * 24);

/// By which door a PAT was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatKind {
    /// `tokens/pats`.
    Pat,
    /// The legacy endpoint that credential helpers use (contract.md §10.6).
    CompactSessionToken,
}

/// A PAT to be written. Name, scope and end were checked; the secret exists already.
#[derive(Debug)]
pub struct Create {
    /// The PAT, but for the epochs, which the transaction reads.
    pub authorization: Authorization,
    /// Its first secret.
    pub secret: StoredSecret,
    /// Its owner, as the access token describes them.
    pub owner: Person,
    /// By which door it is made.
    pub kind: PatKind,
    /// Who asked.
    pub actor: Actor,
    /// When whoever asks signed in, as far as it is known.
    pub signed_in_at: Option<Timestamp>,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
    /// How many active PATs the owner may hold; 0 for no limit.
    pub maximum_active: u32,
    /// Who is told.
    pub channels: Channels,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct CreateFacts {
    /// The policies that hold in the organization.
    pub policies: Arc<Policies>,
    /// The owner, if they were here before.
    pub person: Option<Person>,
    /// How many active PATs the owner holds here; the count may stop at the command's maximum.
    pub active_pats: u32,
    /// What it will be measured by.
    pub cutoffs: Cutoffs,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct CreateOutcome {
    /// The PAT.
    pub authorization: Authorization,
    /// The owner, new or changed; `None`: the stored row is right.
    pub person: Option<Person>,
    /// The audit record.
    pub audit: AuditRecord,
    /// The change record.
    pub change: Change,
    /// Whom to tell.
    pub notices: Vec<Notice>,
}

/// The rule. The order of its checks is that of contract.md §12 #20.
pub fn decide(command: &Create, facts: &CreateFacts) -> Result<CreateOutcome, Refusal> {
    if facts.person.as_ref().is_some_and(|person| person.disabled) {
        return Err(disabled_owner());
    }
    if command.maximum_active > 0 && facts.active_pats >= command.maximum_active {
        return Err(Refusal::new(
            SessionTokenError::FailedToIssueAccessToken,
            format!(
                "You have {} active personal access tokens in this organization, and it permits {}. \
                 Revoke those that you no longer need.",
                facts.active_pats, command.maximum_active
            ),
        ));
    }
    let asked = &command.authorization;
    policy::check_issue(&facts.policies, &command.owner, asked, command.at)?;
    policy::check_sign_in(&facts.policies, &command.owner, command.signed_in_at, command.at)?;
    let latest = policy::latest_end(&facts.policies, &command.owner, asked.valid_from, command.at);

    // A PAT that is made after a revocation rule is dated after it, however close the two are.
    let cutoff = facts.cutoffs.rules.cutoff(asked.scope.split(' '));
    let authorization = Authorization {
        valid_from: cutoff.map_or(asked.valid_from, |cutoff| cutoff.max(asked.valid_from)),
        valid_to: latest.map_or(asked.valid_to, |latest| asked.valid_to.min(latest)),
        epochs: facts.cutoffs.epochs,
        ..asked.clone()
    };
    let mut data = describe(&authorization, &command.owner);
    if command.kind == PatKind::CompactSessionToken {
        data.insert("Kind".to_owned(), "compactSessionToken".into());
    }
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: authorization.organization_id,
        at: command.at,
        action: AuditAction::PatCreate,
        actor: command.actor.clone(),
        data,
    };
    Ok(CreateOutcome {
        person: (facts.person.as_ref() != Some(&command.owner)).then(|| command.owner.clone()),
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::Created,
            organization_id: authorization.organization_id,
            subject: Some(authorization.id),
        },
        notices: command.channels.notices(Stage::Created, &authorization, command.at),
        authorization,
    })
}

impl Lifecycle {
    /// Makes a PAT for the caller. The answer is the one place where its secret exists.
    pub async fn create(
        &self,
        caller: &Caller,
        organization: &Organization,
        request: PatTokenCreateRequest,
    ) -> Result<PatToken, OperationError> {
        let (authorization, secret) = self.issue(caller, organization, request, PatKind::Pat).await?;
        Ok(PatToken { token: Some(secret), ..authorization.to_pat_token() })
    }

    /// Makes a PAT, through whichever door.
    pub(crate) async fn issue(
        &self,
        caller: &Caller,
        organization: &Organization,
        request: PatTokenCreateRequest,
        kind: PatKind,
    ) -> Result<(Authorization, Secret), OperationError> {
        let now = self.clock.now();
        let valid_from = patcycle_contract::date::round(now);
        let display_name = parse_name(request.display_name.as_deref())?;
        let scope = parse_scope(request.scope.as_deref().unwrap_or_default())?;
        let valid_to = parse_end(&request.valid_to, now)?.unwrap_or(valid_from + DEFAULT_LIFETIME);

        let secret = patcycle_token::mint(&*self.random, now, self.settings.signature)?;
        let (pepper_number, digest) = self.peppers.digest(&secret);
        let command = Create {
            authorization: Authorization {
                id: self.random.uuid()?,
                organization_id: organization.id,
                owner: caller.object_id,
                display_name: display_name.as_str().to_owned(),
                scope: scope.as_str().to_owned(),
                all_organizations: request.all_orgs.unwrap_or(false),
                valid_from,
                valid_to,
                revoked: None,
                epochs: Epochs::default(),
            },
            secret: StoredSecret { digest, pepper_number, generation: 1, dies_at: None },
            owner: caller.into(),
            kind,
            actor: caller.into(),
            signed_in_at: caller.signed_in_at,
            at: now,
            audit_id: self.random.uuid()?,
            maximum_active: self.settings.maximum_active_pats_per_owner,
            channels: self.settings.channels.clone(),
        };
        Ok((self.storage.create(command).await?, secret))
    }
}

pub(crate) fn disabled_owner() -> Refusal {
    Refusal::new(
        SessionTokenError::InvalidUserId,
        "Your account is disabled in this organization. Ask one of its administrators.",
    )
}

pub(crate) fn parse_name(name: Option<&str>) -> Result<DisplayName, Refusal> {
    let name = DisplayName::parse(name).map_err(|error| {
        let reason = match error {
            DisplayNameError::Required => SessionTokenError::DisplayNameRequired,
            DisplayNameError::Invalid => SessionTokenError::InvalidDisplayName,
        };
        Refusal::new(reason, error.to_string())
    })?;
    if patcycle_token::holds_pat(name.as_str()) {
        return Err(Refusal::new(
            SessionTokenError::InvalidDisplayName,
            "displayName holds a personal access token. Names are kept and shown in clear: choose one without it.",
        ));
    }
    Ok(name)
}

pub(crate) fn parse_scope(scope: &str) -> Result<ScopeSet, Refusal> {
    ScopeSet::parse(scope).map_err(|error| Refusal::new(SessionTokenError::InvalidScope, error.to_string()))
}

/// The requested end, rounded as the store keeps it; `None` when the request has none.
pub(crate) fn parse_end(requested: &RequestedDate, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let invalid = |message: String| Refusal::new(SessionTokenError::InvalidValidTo, message);
    let end = match requested {
        RequestedDate::Absent => return Ok(None),
        RequestedDate::Unreadable(error) => return Err(invalid(error.to_string())),
        RequestedDate::At(end) => *end,
    };
    let latest = now + MAXIMUM_LIFETIME;
    if end <= now {
        return Err(invalid(format!(
            "validTo {} is not in the future: the service's clock shows {}.",
            patcycle_contract::date::format(end),
            patcycle_contract::date::format(now)
        )));
    }
    if end > latest {
        return Err(invalid(format!(
            "validTo {} is more than 366 days ahead. The latest end that can be given now is {}.",
            patcycle_contract::date::format(end),
            patcycle_contract::date::format(latest)
        )));
    }
    Ok(Some(patcycle_contract::date::round(end)))
}
