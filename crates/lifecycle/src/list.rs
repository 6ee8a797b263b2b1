//! Listing the caller's PATs, page by page.
//!
//! Paging is by key, never by offset, so a page costs the same however deep it lies. The clock reading of the
//! first page travels in the continuation token and decides about states on all pages: a PAT that expires
//! while somebody pages is neither skipped nor shown twice.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::{DisplayFilterOption, ListQuery, PagedPatTokens, SortByOption};

use crate::continuation::BadContinuationToken;
use crate::model::{Authorization, State};
use crate::storage::{PageOrder, PageRequest};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// How long a list may be paged. Older continuation tokens are refused.
const CONTINUATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The continuation token is not one of this list.
    #[error(transparent)]
    BadContinuationToken(#[from] BadContinuationToken),
    /// The store could not read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Position {
    /// The clock reading of the first page.
    now: Timestamp,
    /// Which of the list's ranges is being read.
    range: u8,
    /// The last key of the page before; empty at the start of a range.
    after: Vec<u8>,
}

impl Position {
    fn to_bytes(&self) -> Vec<u8> {
        [&self.now.as_microsecond().to_be_bytes(), [self.range].as_slice(), &self.after].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (now, rest) = bytes.split_first_chunk::<8>()?;
        let (range, after) = rest.split_first()?;
        let now = Timestamp::from_microsecond(i64::from_be_bytes(*now)).ok()?;
        Some(Self { now, range: *range, after: after.to_vec() })
    }
}

impl Lifecycle {
    /// One page of the caller's PATs in this organization, with a token for the next one, or an empty string
    /// at the end.
    pub async fn list(
        &self,
        caller: &Caller,
        organization: &Organization,
        query: ListQuery,
    ) -> Result<PagedPatTokens, ListError> {
        let now = self.clock.now();
        let binding = binding(caller, organization, &query);
        let start = match &query.continuation_token {
            None => Position { now, range: 0, after: Vec::new() },
            Some(token) => {
                let payload = self.continuation.open(&binding, token)?;
                Position::from_bytes(&payload)
                    .filter(|position| now.duration_since(position.now) <= CONTINUATION_LIFETIME)
                    .ok_or(BadContinuationToken)?
            }
        };
        let request = PageRequest {
            organization_id: organization.id,
            owner: caller.object_id,
            state: None,
            now: start.now,
            order: match query.sort {
                SortByOption::DisplayName => PageOrder::Name,
                SortByOption::DisplayDate | SortByOption::Status => PageOrder::Date,
            },
            ascending: query.ascending,
            after: None,
            limit: 0,
        };
        let (page, next) = self.read(request, &ranges(&query), start, usize::from(query.top)).await?;
        Ok(PagedPatTokens {
            continuation_token: Some(
                next.map(|next| self.continuation.seal(&binding, &next.to_bytes())).unwrap_or_default(),
            ),
            pat_tokens: page.iter().map(Authorization::to_pat_token).collect(),
        })
    }

    /// Reads ranges one after another until the page is full. One row more than fits is asked for: it tells
    /// whether there is a next page.
    async fn read(
        &self,
        template: PageRequest,
        ranges: &[Option<State>],
        mut position: Position,
        top: usize,
    ) -> Result<(Vec<Authorization>, Option<Position>), StorageError> {
        let key = match template.order {
            PageOrder::Date => Authorization::date_key,
            PageOrder::Name => Authorization::name_key,
        };
        let mut page: Vec<Authorization> = Vec::with_capacity(top + 1);
        while let Some(state) = ranges.get(usize::from(position.range)) {
            let request = PageRequest {
                state: *state,
                after: (!position.after.is_empty()).then(|| position.after.clone()),
                limit: u32::try_from(top + 1 - page.len()).unwrap_or(u32::MAX),
                ..template.clone()
            };
            let before = page.len();
            page.extend(self.storage.page(request).await?);
            if page.len() > top {
                page.truncate(top);
                if let Some(last) = page[before..].last() {
                    position.after = key(last);
                }
                return Ok((page, Some(position)));
            }
            position = Position { range: position.range + 1, after: Vec::new(), ..position };
        }
        Ok((page, None))
    }
}

/// The ranges of a list, in the order in which they are read.
fn ranges(query: &ListQuery) -> Vec<Option<State>> {
    match (query.filter, query.sort) {
        (DisplayFilterOption::Active, _) => vec![Some(State::Active)],
        (DisplayFilterOption::Expired, _) => vec![Some(State::Expired)],
        (DisplayFilterOption::Revoked, _) => vec![Some(State::Revoked)],
        (DisplayFilterOption::All, SortByOption::Status) => {
            let mut states = vec![Some(State::Active), Some(State::Expired), Some(State::Revoked)];
            if !query.ascending {
                states.reverse();
            }
            states
        }
        (DisplayFilterOption::All, SortByOption::DisplayName | SortByOption::DisplayDate) => vec![None],
    }
}

/// What a continuation token belongs to: caller, organization and filters, but not the page size.
fn binding(caller: &Caller, organization: &Organization, query: &ListQuery) -> Vec<u8> {
    let filter = match query.filter {
        DisplayFilterOption::Active => 0,
        DisplayFilterOption::Revoked => 1,
        DisplayFilterOption::Expired => 2,
        DisplayFilterOption::All => 3,
    };
    let sort = match query.sort {
        SortByOption::DisplayName => 0,
        SortByOption::DisplayDate => 1,
        SortByOption::Status => 2,
    };
    [
        caller.tenant_id.as_bytes().as_slice(),
        caller.object_id.as_bytes(),
        organization.id.as_bytes(),
        &[filter, sort, u8::from(query.ascending)],
    ]
    .concat()
}
