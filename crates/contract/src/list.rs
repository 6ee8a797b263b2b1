//! The query parameters of list.

use crate::excerpt::excerpt;
use crate::query::first;

/// The most PATs on a page, and the number when `$top` is absent.
pub const MAX_TOP: u16 = 100;

macro_rules! query_options {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal $wire:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }

            /// A value as clients write it: the name in any case, or its number in the published order, from 1.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim();
                $(if text.eq_ignore_ascii_case($wire) || text == stringify!($number) {
                    return Some(Self::$variant);
                })+
                None
            }
        }
    };
}

query_options! {
    /// Which PATs a list shows.
    DisplayFilterOption {
        /// Neither revoked nor past their end.
        Active = 1 "active",
        /// Revoked.
        Revoked = 2 "revoked",
        /// Past their end.
        Expired = 3 "expired",
        /// All.
        All = 4 "all",
    }
}

query_options! {
    /// What a list is sorted by.
    SortByOption {
        /// The name.
        DisplayName = 1 "displayName",
        /// The end.
        DisplayDate = 2 "displayDate",
        /// Active, expired, revoked.
        Status = 3 "status",
    }
}

/// What a list shows when the query does not say (contract.md §12 #1 and #2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListDefaults {
    /// Which PATs.
    pub filter: DisplayFilterOption,
    /// In which order.
    pub sort: SortByOption,
    /// In which direction.
    pub ascending: bool,
}

impl Default for ListDefaults {
    fn default() -> Self {
        Self { filter: DisplayFilterOption::Active, sort: SortByOption::DisplayDate, ascending: true }
    }
}

/// Why a list cannot be made. Answered with status 400; the text is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListQueryError {
    /// `displayFilterOption` is none of its values.
    #[error("The displayFilterOption \"{given}\" is unknown. Use active, revoked, expired or all.")]
    Filter {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// `sortByOption` is none of its values.
    #[error("The sortByOption \"{given}\" is unknown. Use displayName, displayDate or status.")]
    Sort {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// `isSortAscending` is no boolean.
    #[error("isSortAscending is \"{given}\". Use true or false.")]
    Ascending {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// `$top` is no positive number.
    #[error("$top is \"{given}\". Use a whole number from 1 to 100.")]
    Top {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
}

/// What a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Which PATs.
    pub filter: DisplayFilterOption,
    /// In which order.
    pub sort: SortByOption,
    /// In which direction.
    pub ascending: bool,
    /// Where the page before ended; `None` on the first page. Never empty.
    pub continuation_token: Option<String>,
    /// The most PATs on the page: 1 to [`MAX_TOP`].
    pub top: u16,
}

impl ListQuery {
    /// Reads decoded query pairs (see [`crate::query::decode`]).
    ///
    /// Keys and values match without regard to case, the first of repeated keys counts, an empty value counts
    /// as absent, a `$top` over 100 means 100, unknown keys are ignored.
    pub fn parse(pairs: &[(String, String)], defaults: ListDefaults) -> Result<Self, ListQueryError> {
        let value = |key| first(pairs, key).map(str::trim).filter(|value| !value.is_empty());
        Ok(Self {
            filter: value("displayFilterOption").map_or(Ok(defaults.filter), |given| {
                DisplayFilterOption::parse(given)
                    .ok_or_else(|| ListQueryError::Filter { given: excerpt(given) })
            })?,
            sort: value("sortByOption").map_or(Ok(defaults.sort), |given| {
                SortByOption::parse(given).ok_or_else(|| ListQueryError::Sort { given: excerpt(given) })
            })?,
            ascending: value("isSortAscending").map_or(Ok(defaults.ascending), parse_ascending)?,
            continuation_token: value("continuationToken").map(str::to_owned),
            top: value("$top").map_or(Ok(MAX_TOP), parse_top)?,
        })
    }
}

fn parse_ascending(given: &str) -> Result<bool, ListQueryError> {
    if given.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if given.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(ListQueryError::Ascending { given: excerpt(given) })
    }
}

fn parse_top(given: &str) -> Result<u16, ListQueryError> {
    match given.parse::<i32>() {
        Ok(top) if top > 0 => Ok(u16::try_from(top).unwrap_or(MAX_TOP).min(MAX_TOP)),
        Ok(_) | Err(_) => Err(ListQueryError::Top { given: excerpt(given) }),
    }
}

#[cfg(test)]
mod tests;
