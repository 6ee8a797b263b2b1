//! What the legacy endpoint of session tokens is asked (contract.md §10.6).

use uuid::Uuid;

use crate::excerpt::excerpt;
use crate::json::{BodyError, Fields};
use crate::list::{DisplayFilterOption, SortByOption};
use crate::query::first;
use crate::requests::RequestedDate;

/// The body of create. Nothing in it is checked but the types.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionTokenCreateRequest {
    /// The name.
    pub display_name: Option<String>,
    /// Blank-separated scopes.
    pub scope: Option<String>,
    /// The end.
    pub valid_to: RequestedDate,
    /// Ids of organizations; `None`: this one. An entry that is no id is `None`.
    pub target_accounts: Option<Vec<Option<Uuid>>>,
}

impl SessionTokenCreateRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = Fields::parse(body)?;
        let accounts = fields.strings("targetAccounts")?;
        Ok(Self {
            display_name: fields.string("displayName")?.map(str::to_owned),
            scope: fields.string("scope")?.map(str::to_owned),
            valid_to: RequestedDate::parse(fields.string("validTo")?),
            target_accounts: accounts
                .map(|ids| ids.into_iter().map(|id| Uuid::try_parse(id.trim()).ok()).collect()),
        })
    }
}

/// The most session tokens on a page, and the number when `pageSize` is absent.
pub const MAX_PAGE_SIZE: usize = 1000;

/// Why a list cannot be made. Answered with status 400; the text is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} is \"{given}\", which is none of its values.")]
pub struct SessionTokenQueryError {
    parameter: &'static str,
    given: String,
}

/// What the list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTokenQuery {
    /// Which.
    pub filter: DisplayFilterOption,
    /// In which order.
    pub sort: SortByOption,
    /// In which direction.
    pub ascending: bool,
    /// The first row that is shown, from 1.
    pub start_row: usize,
    /// The most rows that are shown.
    pub page_size: usize,
    /// SSH keys in place of tokens.
    pub is_public: bool,
    /// Newer pages of Azure DevOps send `pageRequestTimeStamp`, and get the paged form.
    pub is_paged: bool,
}

impl SessionTokenQuery {
    /// Reads decoded query pairs. Keys and values match without regard to case, options may be given by number, an
    /// empty value counts as absent. `createdByOption` is ignored: nothing is told apart by it.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, SessionTokenQueryError> {
        let value = |key| first(pairs, key).map(str::trim).filter(|value| !value.is_empty());
        let read = |parameter: &'static str, given: &str, parsed: Option<_>| {
            parsed.ok_or_else(|| SessionTokenQueryError { parameter, given: excerpt(given) })
        };
        let flag = |key: &'static str, absent: bool| match value(key) {
            None => Ok(absent),
            Some(given) if given.eq_ignore_ascii_case("true") => Ok(true),
            Some(given) if given.eq_ignore_ascii_case("false") => Ok(false),
            Some(given) => Err(SessionTokenQueryError { parameter: key, given: excerpt(given) }),
        };
        let count = |key: &'static str, absent: usize| match value(key) {
            None => Ok(absent),
            Some(given) => read(key, given, given.parse::<usize>().ok().filter(|count| *count > 0)),
        };
        let filter = "displayFilterOption";
        let sort = "sortByOption";
        Ok(Self {
            filter: match value(filter) {
                None => DisplayFilterOption::Active,
                Some(given) => DisplayFilterOption::parse(given)
                    .ok_or_else(|| SessionTokenQueryError { parameter: filter, given: excerpt(given) })?,
            },
            sort: match value(sort) {
                None => SortByOption::DisplayDate,
                Some(given) => SortByOption::parse(given)
                    .ok_or_else(|| SessionTokenQueryError { parameter: sort, given: excerpt(given) })?,
            },
            ascending: flag("isSortAscending", true)?,
            start_row: count("startRowNumber", 1)?,
            page_size: count("pageSize", MAX_PAGE_SIZE)?.min(MAX_PAGE_SIZE),
            is_public: flag("isPublic", false)?,
            is_paged: value("pageRequestTimeStamp").is_some(),
        })
    }
}
