//! Trying a policy before it holds: which PATs, and which of their uses of late, it would have refused.
//!
//! The very rules of the policy are asked, with all others off, about every PAT that works now. A use is judged by
//! what PAT, owner and policy are now, whatever they were when it happened; how old sign-ins were is not
//! kept, so the policy about them tells of no PAT. Nothing is changed.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::policy::{PolicyEffect, PolicyRehearsal, RefusedUses, RehearsalCounts, RehearsedPat};
use patcycle_contract::{PolicyName, PolicyPatch, PolicySetting};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::PolicyConflict;
use super::read::show;
use super::{Policies, check_issue, check_use, latest_end};
use crate::continuation::BadContinuationToken;
use crate::model::{Authorization, Person, State};
use crate::storage::PolicySubjectsRequest;
use crate::usage::{DailyUse, DailyUsesRequest, Day};
use crate::{Caller, Cutoffs, Lifecycle, Organization, StorageError};

/// How far back creations and uses count.
const PERIOD: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a rehearsal may be paged.
const CONTINUATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// PATs that are read at once.
const READ_AT_ONCE: u32 = 1000;
/// PATs whose uses are read at once.
const USES_READ_AT_ONCE: usize = 100;
/// PATs of one page.
pub const PAGE: usize = 100;
/// A page with so many entries of uses takes no further PAT.
const PAGE_USES: usize = 2000;

/// A PAT that a policy may have something against.
#[derive(Debug, Clone)]
pub struct PolicySubject {
    /// The PAT.
    pub authorization: Authorization,
    /// Its owner.
    pub owner: Person,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
    /// Its last use in the organization of the rehearsal, and from where, as far as it is written already.
    pub last_use: Option<(Timestamp, Option<String>)>,
}

/// Why there is no rehearsal.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The change to try does not fit the policy as it is.
    #[error(transparent)]
    Conflict(#[from] PolicyConflict),
    /// The continuation token is not one of this rehearsal.
    #[error(transparent)]
    BadContinuationToken(#[from] BadContinuationToken),
    /// The store could not read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Where a page begins, and what the first page has counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Position {
    now: Timestamp,
    after: Uuid,
    examined: u64,
    counts: RehearsalCounts,
}

/// What the policy would have against a PAT; `None`: nothing. In its own organization a PAT is made, renewed and
/// used; in another one, a global PAT is only used.
pub fn judge(
    policies: &Policies,
    organization_id: Uuid,
    subject: &PolicySubject,
    now: Timestamp,
) -> Option<RehearsedPat> {
    let PolicySubject { authorization, owner, last_use, .. } = subject;
    let mut refuses = Vec::new();
    if authorization.organization_id == organization_id {
        let is_refused = check_issue(policies, owner, authorization, now).is_err();
        let latest = latest_end(policies, owner, authorization.valid_from, now);
        if is_refused && authorization.valid_from >= now - PERIOD {
            refuses.push(PolicyEffect::Creation);
        }
        if is_refused || latest.is_some_and(|latest| latest <= now) {
            refuses.push(PolicyEffect::Renewal);
        }
        if latest.is_some_and(|latest| latest < authorization.valid_to) {
            refuses.push(PolicyEffect::Lifespan);
        }
    }
    if check_use(policies, owner, authorization, now).is_some() {
        refuses.push(PolicyEffect::Use);
    }
    let of_late = last_use.as_ref().filter(|(at, _)| *at >= now - PERIOD);
    (!refuses.is_empty()).then(|| RehearsedPat {
        authorization_id: authorization.id,
        display_name: authorization.display_name.clone(),
        scope: authorization.scope.clone(),
        owner_id: owner.id,
        owner_name: owner.user_name.clone(),
        all_orgs: authorization.all_organizations,
        valid_from: authorization.valid_from,
        valid_to: authorization.valid_to,
        refuses,
        last_used_at: of_late.map(|(at, _)| *at),
        last_used_address: of_late.and_then(|(_, address)| address.clone()),
        refused_uses: Vec::new(),
    })
}

impl Lifecycle {
    /// Tries a policy with a change made. The first page looks at every PAT and counts; the pages after it go on
    /// with the list where the one before has ended.
    pub async fn rehearse_policy(
        &self,
        caller: &Caller,
        organization: &Organization,
        name: PolicyName,
        patch: &PolicyPatch,
        continuation_token: Option<&str>,
    ) -> Result<PolicyRehearsal, RehearsalError> {
        let now = self.clock.now();
        let current = self.storage.policies(organization.id).await?;
        let setting = patch.apply(current.setting(name)).map_err(|path| PolicyConflict { path })?;
        let tried = Policies::only(name, setting.clone());
        let binding = binding(caller, organization, name, &setting);
        let start = continuation_token.map(|token| self.open(&binding, token, now)).transpose()?;

        let mut page = Page { pats: Vec::new(), uses: 0, is_full: false };
        let counted = match start {
            None => self.count(&tried, organization, now, &mut page).await?,
            Some(start) => {
                self.fill(&tried, organization, &start, &mut page).await?;
                start
            }
        };
        let next = page.is_full.then(|| page.pats.last()).flatten().map(|last| {
            let position = Position { after: last.authorization_id, ..counted.clone() };
            // A position always has a form in JSON.
            self.continuation.seal(&binding, &serde_json::to_vec(&position).unwrap_or_default())
        });
        Ok(PolicyRehearsal {
            policy: show(name, &setting, None, now),
            examined: counted.examined,
            counts: counted.counts,
            pats: page.pats,
            continuation_token: next.unwrap_or_default(),
        })
    }

    /// Looks at every PAT. The first ones that the policy has something against go to the page.
    async fn count(
        &self,
        tried: &Policies,
        organization: &Organization,
        now: Timestamp,
        page: &mut Page,
    ) -> Result<Position, StorageError> {
        let mut counted =
            Position { now, after: Uuid::nil(), examined: 0, counts: RehearsalCounts::default() };
        while let Some(subjects) = self.subjects(organization, now, &mut counted.after).await? {
            counted.examined += subjects.iter().filter(|subject| works(subject, now)).count() as u64;
            for pat in self.judge_all(tried, organization.id, &subjects, now).await? {
                counted.counts.add(&pat);
                page.add(pat);
            }
        }
        Ok(counted)
    }

    /// Goes on with the list.
    async fn fill(
        &self,
        tried: &Policies,
        organization: &Organization,
        start: &Position,
        page: &mut Page,
    ) -> Result<(), StorageError> {
        let mut after = start.after;
        while !page.is_full
            && let Some(subjects) = self.subjects(organization, start.now, &mut after).await?
        {
            let pats = self.judge_all(tried, organization.id, &subjects, start.now).await?;
            for pat in pats {
                page.add(pat);
            }
        }
        Ok(())
    }

    /// Those that work and that the policy has something against, with the uses that it would have refused.
    async fn judge_all(
        &self,
        tried: &Policies,
        organization_id: Uuid,
        subjects: &[PolicySubject],
        now: Timestamp,
    ) -> Result<Vec<RehearsedPat>, StorageError> {
        let working = subjects.iter().filter(|subject| works(subject, now));
        let mut pats: Vec<RehearsedPat> =
            working.filter_map(|subject| judge(tried, organization_id, subject, now)).collect();
        let mut unusable: Vec<&mut RehearsedPat> =
            pats.iter_mut().filter(|pat| pat.refuses.contains(&PolicyEffect::Use)).collect();
        for portion in unusable.chunks_mut(USES_READ_AT_ONCE) {
            let request = DailyUsesRequest {
                organization_id,
                authorizations: portion.iter().map(|pat| pat.authorization_id).collect(),
                since: Day::first_remembered(now),
            };
            let mut uses: HashMap<Uuid, Vec<RefusedUses>> = HashMap::new();
            for daily in self.storage.daily_uses(request).await? {
                let DailyUse { authorization, day, address, count } = daily;
                uses.entry(authorization).or_default().push(RefusedUses { day: day.date(), address, count });
            }
            for pat in portion {
                pat.refused_uses = uses.remove(&pat.authorization_id).unwrap_or_default();
            }
        }
        Ok(pats)
    }

    /// The next PATs after an id, which moves on; `None` at the end.
    async fn subjects(
        &self,
        organization: &Organization,
        now: Timestamp,
        after: &mut Uuid,
    ) -> Result<Option<Vec<PolicySubject>>, StorageError> {
        let request = PolicySubjectsRequest {
            organization_id: organization.id,
            tenant_id: organization.tenant_id,
            now,
            after: *after,
            limit: READ_AT_ONCE,
        };
        let subjects = self.storage.policy_subjects(request).await?;
        if let Some(last) = subjects.last() {
            *after = last.authorization.id;
        }
        Ok((!subjects.is_empty()).then_some(subjects))
    }

    fn open(&self, binding: &[u8], token: &str, now: Timestamp) -> Result<Position, BadContinuationToken> {
        let payload = self.continuation.open(binding, token)?;
        let position: Position = serde_json::from_slice(&payload).map_err(|_| BadContinuationToken)?;
        let is_old = now.duration_since(position.now) > CONTINUATION_LIFETIME;
        if is_old { Err(BadContinuationToken) } else { Ok(position) }
    }
}

fn works(subject: &PolicySubject, now: Timestamp) -> bool {
    subject.authorization.state(now, &subject.cutoffs) == State::Active
}

/// The PATs of a page; full when there are more than fit.
struct Page {
    pats: Vec<RehearsedPat>,
    uses: usize,
    is_full: bool,
}

impl Page {
    fn add(&mut self, pat: RehearsedPat) {
        if !self.is_full && self.pats.len() < PAGE && self.uses < PAGE_USES {
            self.uses += pat.refused_uses.len();
            self.pats.push(pat);
        } else {
            self.is_full = true;
        }
    }
}

/// What a continuation token belongs to: caller, organization, policy, and what is tried.
fn binding(
    caller: &Caller,
    organization: &Organization,
    name: PolicyName,
    setting: &PolicySetting,
) -> Vec<u8> {
    let tried = serde_json::to_vec(setting).unwrap_or_default();
    [
        caller.tenant_id.as_bytes().as_slice(),
        caller.object_id.as_bytes(),
        organization.id.as_bytes(),
        b"rehearsal",
        name.as_str().as_bytes(),
        &[0],
        &tried,
    ]
    .concat()
}
