//! Giving a PAT a new secret.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::rotation::MAXIMUM_OVERLAP_SECONDS;
use patcycle_contract::{IdempotencyKey, PatToken, PatTokenRotateRequest, date};
use patcycle_token::Digest;
use uuid::Uuid;

use super::{ANSWER_KEPT, Conflict, Derivation, Rotation, RotationError, RotationState, Secrets, usable};
use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord, describe};
use crate::change::{Change, ChangeKind};
use crate::create::{MAXIMUM_LIFETIME, parse_end};
use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Person, StoredSecret};
use crate::policy::{self, Policies};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// A rotation to be made. The end was checked.
#[derive(Debug, Clone)]
pub struct Rotate {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// Which.
    pub id: Uuid,
    /// The groups of the owner, who asks.
    pub groups: Vec<Uuid>,
    /// The new end; `None`: the PAT lives for as long again as it was given.
    pub valid_to: Option<Timestamp>,
    /// How long the old secret goes on working, at most.
    pub overlap: SignedDuration,
    /// Makes the new secret once its generation is known.
    pub derivation: Derivation,
    /// The newest secret whose use is not written yet.
    pub used_generation: Option<u32>,
    /// By which the `Idempotency-Key` is known again.
    pub key_digest: Digest,
    /// By which the request is known again.
    pub request_digest: Digest,
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
pub struct RotateFacts {
    /// The policies that hold in the organization.
    pub policies: Arc<Policies>,
    /// The PAT with its secrets, if there is one of that id, owner and organization.
    pub authorization: Option<(Authorization, Secrets)>,
    /// Its owner.
    pub person: Option<Person>,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
    /// Whether a use of the present secret is written.
    pub is_used: bool,
    /// The last rotation.
    pub last: Option<Rotation>,
    /// The rotation that the command's key made.
    pub same_key: Option<Rotation>,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What the rule says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made once for each command and taken apart at once")]
pub enum RotateOutcome {
    /// This rotation is the one that was asked for; nothing is written.
    Repeated(Rotation),
    /// Write this.
    Rotated {
        /// The PAT as it will be.
        authorization: Authorization,
        /// The owner, changed; `None`: the stored row is right.
        person: Option<Person>,
        /// Its new secret.
        secret: StoredSecret,
        /// When the present secret dies.
        dies_at: Timestamp,
        /// The rotation.
        rotation: Rotation,
        /// The audit record.
        audit: AuditRecord,
        /// The change record.
        change: Change,
    },
}

/// The rule.
pub fn decide(command: &Rotate, facts: &RotateFacts) -> Result<RotateOutcome, RotationError> {
    let (current, secrets, owner) =
        usable(facts.authorization.as_ref(), facts.person.as_ref(), &facts.cutoffs, command.at)?;
    let is_used = facts.is_used || command.used_generation == Some(secrets.current.generation);
    if let Some(known) = &facts.same_key {
        return repeat(command, secrets, known, is_used);
    }
    if facts.last.as_ref().is_some_and(|last| is_open(last, secrets, command.at, is_used)) {
        return Err(Conflict::Open.into());
    }
    let owner = Person { groups: command.groups.clone(), ..owner.clone() };
    let valid_from = date::round(command.at);
    let asked = command.valid_to.unwrap_or_else(|| same_lifetime(current, valid_from));
    let latest = policy::latest_end(&facts.policies, &owner, valid_from, command.at);
    let valid_to = latest.map_or(asked, |latest| asked.min(latest));
    let authorization = Authorization { valid_from, valid_to, ..current.clone() };
    policy::check_issue(&facts.policies, &owner, &authorization, command.at)?;
    policy::check_sign_in(&facts.policies, &owner, command.signed_in_at, command.at)?;

    // Undone rotations have used up their generations too.
    let generation =
        facts.last.as_ref().map_or(0, |last| last.generation).max(secrets.current.generation) + 1;
    let secret = command.derivation.stored(current.id, generation, command.at)?;
    let latest = policy::latest_end(&facts.policies, &owner, current.valid_from, command.at);
    let dies_at = overlap_end(command, current, latest).min(valid_to);
    let answer = serde_json::to_string(&authorization.to_pat_token())
        .map_err(|error| StorageError::Corrupt(error.to_string()))?;

    let mut data = describe(&authorization, &owner);
    data.insert("Generation".to_owned(), generation.into());
    data.insert("OldSecretEnds".to_owned(), date::format(dies_at).into());
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: authorization.organization_id,
        at: command.at,
        action: AuditAction::PatRotate,
        actor: command.actor.clone(),
        data,
    };
    Ok(RotateOutcome::Rotated {
        secret,
        dies_at,
        rotation: Rotation {
            generation,
            key_digest: command.key_digest,
            request_digest: command.request_digest,
            at: command.at,
            old_valid_from: current.valid_from,
            old_valid_to: current.valid_to,
            valid_to,
            answer,
            state: RotationState::Begun,
        },
        person: (facts.person.as_ref() != Some(&owner)).then_some(owner),
        audit: event.chain(facts.audit_head),
        change: Change {
            kind: ChangeKind::Rotated,
            organization_id: authorization.organization_id,
            subject: Some(authorization.id),
        },
        authorization,
    })
}

/// The rotation that the key made, while its answer may still be told.
fn repeat(
    command: &Rotate,
    secrets: &Secrets,
    known: &Rotation,
    is_used: bool,
) -> Result<RotateOutcome, RotationError> {
    if known.request_digest != command.request_digest {
        return Err(Conflict::OtherRequest.into());
    }
    let is_latest = known.generation == secrets.current.generation;
    if !is_latest || !can_be_told(known, command.at, is_used) {
        return Err(Conflict::Over.into());
    }
    if !command.derivation.gives(command.id, &secrets.current, known.at)? {
        return Err(Conflict::NotDerivable.into());
    }
    Ok(RotateOutcome::Repeated(known.clone()))
}

/// Whether no other rotation may begin.
fn is_open(last: &Rotation, secrets: &Secrets, at: Timestamp, is_used: bool) -> bool {
    last.state == RotationState::Begun
        && (secrets.overlap_end(at).is_some() || can_be_told(last, at, is_used))
}

/// Whether the answer of the rotation may still be asked for. Who uses the new secret has got it.
fn can_be_told(rotation: &Rotation, at: Timestamp, is_used: bool) -> bool {
    !is_used && at.duration_since(rotation.at) < ANSWER_KEPT
}

/// When the old secret dies: never later than it would have by itself, nor than a policy grants it, whichever
/// overlap was asked for.
fn overlap_end(command: &Rotate, current: &Authorization, latest: Option<Timestamp>) -> Timestamp {
    let end = (command.at + command.overlap).min(current.valid_to);
    latest.map_or(end, |latest| end.min(latest)).max(command.at)
}

/// As long a life again as the PAT was given, within what a new one may have.
fn same_lifetime(current: &Authorization, valid_from: Timestamp) -> Timestamp {
    let lifetime = current.valid_to.duration_since(current.valid_from);
    date::round(valid_from + lifetime.min(MAXIMUM_LIFETIME))
}

impl Lifecycle {
    /// Gives one of the caller's PATs a new secret. With the same key the answer is the same for [`ANSWER_KEPT`],
    /// unless the secret is used before. `overlap_seconds` must be at most [`MAXIMUM_OVERLAP_SECONDS`]; more counts as
    /// that.
    pub async fn rotate(
        &self,
        caller: &Caller,
        organization: &Organization,
        id: Uuid,
        request: &PatTokenRotateRequest,
        key: IdempotencyKey,
    ) -> Result<PatToken, RotationError> {
        let now = self.clock.now();
        let valid_to = parse_end(&request.valid_to, now)?;
        let source = self.rotation_secrets();
        let overlap = request.overlap_seconds.unwrap_or(0).clamp(0, i64::from(MAXIMUM_OVERLAP_SECONDS));
        let derivation = Derivation { source: source.clone(), key: Arc::new(key) };
        let command = Rotate {
            organization_id: organization.id,
            owner: caller.object_id,
            id,
            groups: caller.groups.clone(),
            valid_to,
            overlap: SignedDuration::from_secs(overlap),
            used_generation: self.uses.pending_generation(id),
            key_digest: source.key_digest(&derivation.key),
            request_digest: source.request_digest(valid_to, request.overlap_seconds),
            derivation: derivation.clone(),
            actor: caller.into(),
            signed_in_at: caller.signed_in_at,
            at: now,
            audit_id: self.random.uuid()?,
        };
        let rotation = self.storage.rotate(command).await?;
        let secret = derivation.secret(id, rotation.generation, rotation.at)?;
        let pat: PatToken = serde_json::from_str(&rotation.answer)
            .map_err(|error| StorageError::Corrupt(format!("the answer of a rotation: {error}")))?;
        Ok(PatToken { token: Some(secret), ..pat })
    }
}
