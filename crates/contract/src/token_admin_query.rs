//! The query parameters of Token Admin's list (contract.md §4.1, §12 #34, #45).

use uuid::Uuid;

use crate::excerpt::excerpt;
use crate::query::first;

/// The number of PATs on a page when `pageSize` is absent.
pub const DEFAULT_PAGE_SIZE: u16 = 20;
/// The most PATs on a page; a larger `pageSize` means this one.
pub const MAX_PAGE_SIZE: u16 = 1000;

/// Why a page cannot be given. Answered with status 400; the text is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenAdminQueryError {
    /// `pageSize` is no positive number.
    #[error("pageSize is \"{given}\". Use a whole number from 1 to {MAX_PAGE_SIZE}.")]
    PageSize {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// `continuationToken` is no UUID.
    #[error("continuationToken is \"{given}\", which is no UUID. Send the one of the page before.")]
    ContinuationToken {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// `isPublic` is no boolean.
    #[error("isPublic is \"{given}\". Use true for SSH keys or false for personal access tokens.")]
    IsPublic {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
}

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenAdminQuery {
    /// The most PATs on the page: 1 to [`MAX_PAGE_SIZE`].
    pub page_size: u16,
    /// Where the page before ended; `None` on the first page.
    pub continuation_token: Option<Uuid>,
    /// SSH keys in place of PATs.
    pub is_public: bool,
}

impl TokenAdminQuery {
    /// Reads decoded query pairs (see [`crate::query::decode`]). Keys and values match without regard to case, an
    /// empty value counts as absent, unknown keys are ignored.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, TokenAdminQueryError> {
        let value = |key| first(pairs, key).map(str::trim).filter(|value| !value.is_empty());
        Ok(Self {
            page_size: value("pageSize").map_or(Ok(DEFAULT_PAGE_SIZE), parse_page_size)?,
            continuation_token: value("continuationToken").map(parse_continuation_token).transpose()?,
            is_public: value("isPublic").map_or(Ok(false), parse_is_public)?,
        })
    }
}

fn parse_page_size(given: &str) -> Result<u16, TokenAdminQueryError> {
    match given.parse::<i32>() {
        Ok(size) if size > 0 => Ok(u16::try_from(size).unwrap_or(MAX_PAGE_SIZE).min(MAX_PAGE_SIZE)),
        Ok(_) | Err(_) => Err(TokenAdminQueryError::PageSize { given: excerpt(given) }),
    }
}

fn parse_continuation_token(given: &str) -> Result<Uuid, TokenAdminQueryError> {
    Uuid::try_parse(given).map_err(|_| TokenAdminQueryError::ContinuationToken { given: excerpt(given) })
}

fn parse_is_public(given: &str) -> Result<bool, TokenAdminQueryError> {
    if given.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if given.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(TokenAdminQueryError::IsPublic { given: excerpt(given) })
    }
}
