//! Revocation rules: everything issued before an instant that carries one of these scopes is refused from now on,
//! in one step and whatever the count (contract.md §4.1).
//!
//! PATs are measured by the rules when they are looked at, as by the epochs; delegated access tokens, which nobody
//! can revoke one by one, when they are presented.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::requests::RequestedDate;
use patcycle_contract::{RevocationRuleRequest, date, scope};
use serde_json::Map;
use uuid::Uuid;

use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord};
use crate::change::{Change, ChangeKind};
use crate::cutoffs::{RevocationRules, ScopeCutoff};
use crate::notice::{Channels, Stage};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// How far `createdBefore` may lie ahead: clients that send "now" by their own clock are no fault.
const CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(5);
/// A little more than one step of the grid of 1/300 s that PATs' dates lie on.
const GRID_STEP: SignedDuration = SignedDuration::from_micros(3_334);

/// Makes a rule. Scopes and instant were checked.
#[derive(Debug, Clone)]
pub struct CreateRevocationRule {
    /// Where.
    pub organization_id: Uuid,
    /// Names of scopes, lower-case, each once.
    pub scopes: Vec<String>,
    /// What was issued before this instant is revoked.
    pub created_before: Timestamp,
    /// Who is told.
    pub channels: Channels,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct RevocationRuleFacts {
    /// The organization's rules so far.
    pub rules: RevocationRules,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct RevocationRuleOutcome {
    /// The scopes whose instant moves.
    pub raised: Vec<ScopeCutoff>,
    /// Whether owners are to be told, one after the other: see [`crate::notice::rules`].
    pub is_told: bool,
    /// The audit record.
    pub audit: AuditRecord,
    /// The change record.
    pub change: Change,
}

/// The rule: an instant only ever moves forward. `None`: older rules cover all of it, nothing is written.
pub fn decide(command: &CreateRevocationRule, facts: &RevocationRuleFacts) -> Option<RevocationRuleOutcome> {
    let is_raised =
        |scope: &str| facts.rules.cutoff([scope]).is_none_or(|cutoff| cutoff < command.created_before);
    let raised: Vec<ScopeCutoff> = command
        .scopes
        .iter()
        .filter(|scope| is_raised(scope))
        .map(|scope| ScopeCutoff { scope: scope.clone(), created_before: command.created_before })
        .collect();
    if raised.is_empty() {
        return None;
    }
    let mut data = Map::new();
    data.insert("Scopes".to_owned(), command.scopes.join(" ").into());
    data.insert("CreatedBefore".to_owned(), date::format(command.created_before).into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: command.organization_id,
        at: command.at,
        action: AuditAction::RevocationRuleCreate,
        actor: command.actor.clone(),
        data,
    };
    Some(RevocationRuleOutcome {
        raised,
        is_told: command.channels.want(Stage::Revoked, command.organization_id),
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::RevocationRule,
            organization_id: command.organization_id,
            subject: None,
        },
    })
}

/// Why there is no rule.
#[derive(Debug, thiserror::Error)]
pub enum RevocationRuleError {
    /// No scope.
    #[error("scopes is missing or blank. Name at least one scope, such as vso.code, or app_token.")]
    NoScopes,
    /// A scope that does not exist: nothing could carry it, so the rule would protect from nothing.
    #[error("The scope \"{0}\" does not exist. Write scopes such as vso.code_write, separated by blanks.")]
    UnknownScope(String),
    /// The instant cannot be read.
    #[error("createdBefore: {0}")]
    BadDate(#[from] date::DateError),
    /// The instant lies ahead: such a rule would refuse what is made tomorrow as well, sign-ins included.
    #[error(
        "createdBefore {given} lies in the future: the service's clock shows {now}. Leave it out for now."
    )]
    Future {
        /// What was asked for.
        given: String,
        /// The service's time.
        now: String,
    },
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No randomness for the audit record's id.
    #[error(transparent)]
    Random(#[from] patcycle_primitives::RandomError),
}

impl Lifecycle {
    /// Makes a rule. When this answers `Ok`, all that it covers is dead and stays dead.
    pub async fn create_revocation_rule(
        &self,
        caller: &Caller,
        organization: &Organization,
        request: RevocationRuleRequest,
    ) -> Result<(), RevocationRuleError> {
        let now = self.clock.now();
        let command = CreateRevocationRule {
            organization_id: organization.id,
            scopes: parse_scopes(request.scopes.as_deref().unwrap_or_default())?,
            created_before: parse_instant(request.created_before, now)?,
            channels: self.settings.channels.clone(),
            actor: caller.into(),
            at: now,
            audit_id: self.random.uuid()?,
        };
        Ok(self.storage.create_revocation_rule(command).await?)
    }

    /// The rules of an organization.
    pub async fn revocation_rules(
        &self,
        organization: &Organization,
    ) -> Result<RevocationRules, StorageError> {
        self.storage.revocation_rules(organization.id).await
    }
}

/// Scopes of the sign-in count too: access tokens carry them.
fn parse_scopes(text: &str) -> Result<Vec<String>, RevocationRuleError> {
    let mut scopes: Vec<String> = Vec::new();
    for given in text.split_whitespace() {
        let known = scope::find(given)
            .ok_or_else(|| RevocationRuleError::UnknownScope(given.chars().take(60).collect()))?;
        if !scopes.iter().any(|scope| scope == known.name) {
            scopes.push(known.name.to_owned());
        }
    }
    if scopes.is_empty() { Err(RevocationRuleError::NoScopes) } else { Ok(scopes) }
}

/// Never later than just behind everything that was made so far: dates of PATs are rounded to a grid, so a PAT that
/// exists may be dated up to half a step ahead.
fn parse_instant(requested: RequestedDate, now: Timestamp) -> Result<Timestamp, RevocationRuleError> {
    let behind_everything = date::round(date::round(now) + GRID_STEP);
    match requested {
        RequestedDate::Absent => Ok(behind_everything),
        RequestedDate::Unreadable(error) => Err(error.into()),
        RequestedDate::At(given) if given > now + CLOCK_DIFFERENCE => {
            Err(RevocationRuleError::Future { given: date::format(given), now: date::format(now) })
        }
        RequestedDate::At(given) => Ok(whole_microseconds(given).min(behind_everything)),
    }
}

/// Stores keep microseconds. What a finer instant covers stays covered.
fn whole_microseconds(instant: Timestamp) -> Timestamp {
    let rest = instant.as_nanosecond().rem_euclid(1_000);
    let missing = i64::try_from((1_000 - rest) % 1_000).unwrap_or_default();
    instant.checked_add(SignedDuration::from_nanos(missing)).unwrap_or(instant)
}
