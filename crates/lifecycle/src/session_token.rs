//! Compact session tokens: what Git Credential Manager makes through the legacy endpoint (contract.md §10.6).
//!
//! They are PATs by another door: the same rules and policies, the same lists, the same ways to end them. The audit
//! record of their making tells which door it was.

use jiff::SignedDuration;
use patcycle_contract::requests::RequestedDate;
use patcycle_contract::session_token_request::{SessionTokenCreateRequest, SessionTokenQuery};
use patcycle_contract::{
    DisplayFilterOption, PatTokenCreateRequest, SessionToken, SessionTokenError, SortByOption,
};
use patcycle_primitives::Secret;

use crate::create::PatKind;
use crate::model::State;
use crate::token_admin::{OwnerRow, OwnerRowsRequest};
use crate::{Caller, Lifecycle, OperationError, Organization, Refusal, StorageError};

/// How long a session token lives when the request does not say: Git Credential Manager never does, and a credential
/// helper that asks anew every month would be switched off.
pub const DEFAULT_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// PATs that are read at once.
const ROWS: u32 = 1000;

/// What is made of a session token: the token, and its secret.
#[derive(Debug)]
pub struct IssuedSessionToken {
    /// The token.
    pub token: SessionToken,
    /// The secret.
    pub secret: Secret,
}

impl Lifecycle {
    /// Makes a session token for the caller in this organization.
    pub async fn create_session_token(
        &self,
        caller: &Caller,
        organization: &Organization,
        request: SessionTokenCreateRequest,
    ) -> Result<IssuedSessionToken, OperationError> {
        let here = |accounts: &Vec<_>| accounts.as_slice() == [Some(organization.id)];
        if !request.target_accounts.as_ref().is_none_or(here) {
            return Err(OperationError::Refused(Refusal::new(
                SessionTokenError::InvalidTargetAccounts,
                "A session token is good in the organization that it is asked of, and in no other.",
            )));
        }
        let request = PatTokenCreateRequest {
            display_name: request.display_name,
            scope: request.scope,
            valid_to: match request.valid_to {
                RequestedDate::Absent => RequestedDate::At(self.clock.now() + DEFAULT_LIFETIME),
                given => given,
            },
            all_orgs: Some(false),
        };
        let (authorization, secret) =
            self.issue(caller, organization, request, PatKind::CompactSessionToken).await?;
        Ok(IssuedSessionToken { token: authorization.to_session_token(true), secret })
    }

    /// Rows of the caller's tokens of all kinds, and the number of the next row where there is one.
    pub async fn session_tokens(
        &self,
        caller: &Caller,
        organization: &Organization,
        query: SessionTokenQuery,
    ) -> Result<(Vec<SessionToken>, Option<usize>), StorageError> {
        let now = self.clock.now();
        if query.is_public {
            // SSH keys are not kept here.
            return Ok((Vec::new(), None));
        }
        let state = |row: &OwnerRow| row.authorization.state(now, &row.cutoffs);
        let mut rows = self.rows_of(caller, organization).await?;
        rows.retain(|row| match query.filter {
            DisplayFilterOption::All => true,
            DisplayFilterOption::Active => state(row) == State::Active,
            DisplayFilterOption::Expired => state(row) == State::Expired,
            DisplayFilterOption::Revoked => state(row) == State::Revoked,
        });
        match query.sort {
            SortByOption::DisplayName => rows.sort_by_cached_key(|row| row.authorization.name_key()),
            SortByOption::DisplayDate => rows.sort_by_cached_key(|row| row.authorization.date_key()),
            SortByOption::Status => rows.sort_by_cached_key(|row| (state(row), row.authorization.date_key())),
        }
        if !query.ascending {
            rows.reverse();
        }
        let behind = query.start_row.saturating_add(query.page_size);
        let next = (rows.len() >= behind).then_some(behind);
        let shown = rows.iter().skip(query.start_row - 1).take(query.page_size);
        Ok((shown.map(|row| row.to_session_token(now)).collect(), next))
    }

    /// All PATs of the caller: the legacy list counts rows, so what comes before a page must be read too.
    async fn rows_of(
        &self,
        caller: &Caller,
        organization: &Organization,
    ) -> Result<Vec<OwnerRow>, StorageError> {
        let mut rows: Vec<OwnerRow> = Vec::new();
        loop {
            let request = OwnerRowsRequest {
                organization_id: organization.id,
                owner: caller.object_id,
                after: rows.last().map_or(0, |row| row.number),
                limit: ROWS,
            };
            let page = self.storage.owner_rows(request).await?;
            if page.is_empty() {
                return Ok(rows);
            }
            rows.extend(page);
        }
    }
}
