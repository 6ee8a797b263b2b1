//! Is this PAT good, here and for this?
//!
//! [`Lifecycle::verify`] looks at the form first, which costs no I/O, then reads the store once and asks
//! [`decide`], a pure function. Nothing is written: a use goes to memory (see [`crate::usage`]), and so does one of a
//! secret that a rotation has replaced (see [`crate::rotation`]).

use std::net::IpAddr;

use jiff::Timestamp;
use patcycle_contract::{PolicyName, ScopeSet};
use patcycle_token::{Digest, ParsedPat};
use uuid::Uuid;

use crate::model::{Authorization, Person, State, StoredSecret};
use crate::policy::check_use;
use crate::rotation::Reuse;
use crate::usage::Use;
use crate::{Cutoffs, Lifecycle, Organization, Policies, RevocationRules, StorageError};

/// What is asked about a PAT.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Where it is presented.
    pub organization: &'a Organization,
    /// The scope that it must grant, by name or by inclusion; `None`: whichever it has.
    pub scope: Option<&'a str>,
    /// Who presented it, for its owner to see.
    pub address: Option<IpAddr>,
}

/// The rows that [`decide`] needs, read at one instant.
#[derive(Debug, Clone)]
pub struct VerifyFacts {
    /// The secret whose digest was presented.
    pub secret: StoredSecret,
    /// The PAT that it belongs to.
    pub authorization: Authorization,
    /// The tenant of the PAT's organization.
    pub tenant_id: Uuid,
    /// The PAT's owner.
    pub owner: Option<Person>,
    /// What ends PATs by the many in the PAT's own organization.
    pub cutoffs: Cutoffs,
    /// The revocation rules of the organization where the PAT is presented. They end no PAT of another one, but a
    /// global PAT that they would end is not good there.
    pub rules: RevocationRules,
    /// The policies that hold where the PAT is presented.
    pub policies: Policies,
}

/// Why a PAT is not good. For logs and trusted gateways: who presents a PAT sees one refusal for all of them
/// but [`Reason::Scope`] (properties of contract.md §12 #22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No PAT by its form, or with a wrong checksum.
    #[error("it is no personal access token by its form")]
    Malformed,
    /// A PAT of the 52-character form, which nothing here ever made (contract.md §12 #40).
    #[error("it has the old form of 52 characters")]
    Legacy,
    /// Nobody was given this secret here.
    #[error("its digest is unknown")]
    Unknown,
    /// The digest is stored as the work of another pepper than the one that made it.
    #[error("its digest is stored under another pepper's number")]
    WrongPepper,
    /// It was revoked: alone, by a raised epoch or by a rule.
    #[error("it was revoked")]
    Revoked,
    /// Its end has passed.
    #[error("it has expired")]
    Expired,
    /// It begins later: the clock was set back.
    #[error("it is not valid yet")]
    NotYetValid,
    /// The secret was replaced by a rotation, and the overlap is over.
    #[error("its secret was replaced")]
    Superseded,
    /// Its owner is disabled or no longer known.
    #[error("its owner is disabled")]
    OwnerDisabled,
    /// It belongs to another organization, or to another tenant.
    #[error("it belongs to another organization")]
    WrongOrganization,
    /// Its owner does not belong to the organization.
    #[error("its owner is not a member of the organization")]
    NotMember,
    /// A policy forbids its use in the organization.
    #[error("its use is forbidden by the policy {}", .0.as_str())]
    Policy(PolicyName),
    /// Good in all other respects, but it does not grant the scope.
    #[error("its scope is not enough")]
    Scope,
}

/// A good PAT.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The PAT.
    pub authorization: Authorization,
    /// Which of its secrets was presented.
    pub generation: u32,
    /// Its owner.
    pub owner: Person,
    /// The clock reading that decided.
    pub at: Timestamp,
}

impl Grant {
    /// Whole days until the PAT's end, rounded down.
    pub fn days_left(&self) -> i64 {
        self.authorization.valid_to.duration_since(self.at).as_hours().div_euclid(24)
    }
}

/// The answer to a [`Question`].
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once for each request and taken apart at once")]
pub enum Verdict {
    /// It is good.
    Good(Grant),
    /// It is not.
    Refused(Reason),
}

/// The rule, at one clock reading.
///
/// The scope comes last: only who holds a PAT that is good otherwise learns that its scope is what is missing.
pub fn decide(facts: &VerifyFacts, question: &Question<'_>, now: Timestamp) -> Result<(), Reason> {
    let authorization = &facts.authorization;
    match authorization.state(now, &facts.cutoffs) {
        State::Revoked => return Err(Reason::Revoked),
        State::Expired => return Err(Reason::Expired),
        State::Active => {}
    }
    // The begin was rounded when it was stored; what is compared with it is rounded alike.
    if patcycle_contract::date::round(now) < authorization.valid_from {
        return Err(Reason::NotYetValid);
    }
    if facts.secret.dies_at.is_some_and(|dies_at| dies_at <= now) {
        return Err(Reason::Superseded);
    }
    let owner = facts.owner.as_ref().filter(|owner| !owner.disabled).ok_or(Reason::OwnerDisabled)?;
    let organization = question.organization;
    let is_home = authorization.organization_id == organization.id;
    if facts.tenant_id != organization.tenant_id || !(is_home || authorization.all_organizations) {
        return Err(Reason::WrongOrganization);
    }
    if !is_home && facts.rules.revoke(authorization.scope.split(' '), authorization.valid_from) {
        return Err(Reason::Revoked);
    }
    if !organization.has_member(authorization.owner) {
        return Err(Reason::NotMember);
    }
    if let Some(policy) = check_use(&facts.policies, owner, authorization, now) {
        return Err(Reason::Policy(policy));
    }
    match question.scope {
        Some(scope) if !grants(&authorization.scope, scope) => Err(Reason::Scope),
        Some(_) | None => Ok(()),
    }
}

/// Scopes that cannot be understood grant nothing.
fn grants(held: &str, required: &str) -> bool {
    ScopeSet::parse(held).is_ok_and(|held| held.allows(required))
}

impl Lifecycle {
    /// The verdict on a presented PAT. A good one is remembered as used.
    ///
    /// # Errors
    /// [`StorageError`] when the store cannot tell. That says nothing about the PAT.
    pub async fn verify(&self, presented: &str, question: &Question<'_>) -> Result<Verdict, StorageError> {
        match patcycle_token::parse(presented) {
            Ok(ParsedPat::Current { .. }) => {}
            Ok(ParsedPat::Legacy { .. }) => return Ok(Verdict::Refused(Reason::Legacy)),
            Err(_) => return Ok(Verdict::Refused(Reason::Malformed)),
        }
        let now = self.clock.now();
        let Some((facts, is_presented)) = self.look_up(presented, question.organization.id).await? else {
            return Ok(Verdict::Refused(Reason::Unknown));
        };
        if !is_presented {
            return Ok(Verdict::Refused(Reason::WrongPepper));
        }
        if let Err(reason) = decide(&facts, question, now) {
            if reason == Reason::Superseded {
                self.reuses.record(Reuse {
                    organization_id: facts.authorization.organization_id,
                    owner: facts.authorization.owner,
                    authorization: facts.authorization.id,
                    generation: facts.secret.generation,
                    at: now,
                    address: question.address,
                });
            }
            return Ok(Verdict::Refused(reason));
        }
        let VerifyFacts { secret, authorization, owner: Some(owner), .. } = facts else {
            return Ok(Verdict::Refused(Reason::OwnerDisabled));
        };
        self.uses.record(Use {
            authorization: authorization.id,
            generation: secret.generation,
            organization: question.organization.id,
            at: now,
            address: question.address,
            count: 1,
        });
        Ok(Verdict::Good(Grant { authorization, generation: secret.generation, owner, at: now }))
    }

    /// What is stored of the presented secret, and whether it is stored under the pepper that gives its digest.
    async fn look_up(
        &self,
        presented: &str,
        organization_id: Uuid,
    ) -> Result<Option<(VerifyFacts, bool)>, StorageError> {
        let mut digests = self.peppers.digests(presented);
        let (Some(current), previous) = (digests.next(), digests.next()) else { return Ok(None) };
        let digest = |candidate: (u16, Digest)| candidate.1;
        let found = self.storage.find_secret(organization_id, current.1, previous.map(digest)).await?;
        Ok(found.map(|facts| {
            let stored = (facts.secret.pepper_number, facts.secret.digest);
            let is_presented = stored == current || previous.is_some_and(|previous| stored == previous);
            (facts, is_presented)
        }))
    }
}

#[cfg(test)]
mod tests;
