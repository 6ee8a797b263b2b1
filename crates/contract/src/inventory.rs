//! The inventory: all PATs of an organization, for its administrators. Azure DevOps has no such call.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::excerpt::excerpt;
use crate::query::first;
use crate::{DisplayFilterOption, PolicyName, SubjectDescriptor};

/// The most PATs of one page, and the number when `$top` is absent.
pub const MAX_INVENTORY_PAGE: u16 = 500;
/// The longest time without use that can be asked for, in days.
const MAX_DAYS: u16 = 3660;

/// Which PATs. Each condition that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "conditions that are set one by one")]
pub struct InventoryFilter {
    /// In which state.
    pub state: DisplayFilterOption,
    /// Of this owner.
    pub owner: Option<SubjectDescriptor>,
    /// Never used.
    pub never_used: bool,
    /// Not used for so many days; one that was never used counts from when it was made.
    pub unused_for_days: Option<u16>,
    /// With full access.
    pub full_scope: bool,
    /// For all organizations of its owner.
    pub global: bool,
    /// Of an owner whose account is disabled here.
    pub owner_disabled: bool,
    /// That this policy refuses, or would refuse if it were on.
    pub violates: Option<PolicyName>,
}

impl Default for InventoryFilter {
    fn default() -> Self {
        Self {
            state: DisplayFilterOption::Active,
            owner: None,
            never_used: false,
            unused_for_days: None,
            full_scope: false,
            global: false,
            owner_disabled: false,
            violates: None,
        }
    }
}

impl InventoryFilter {
    /// The query parameters that say it.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("state", self.state.as_str().to_owned())];
        if let Some(owner) = &self.owner {
            parameters.push(("owner", owner.to_string()));
        }
        if let Some(days) = self.unused_for_days {
            parameters.push(("unusedForDays", days.to_string()));
        }
        if let Some(policy) = self.violates {
            parameters.push(("violates", policy.as_str().to_owned()));
        }
        let switches = [
            ("neverUsed", self.never_used),
            ("fullScope", self.full_scope),
            ("global", self.global),
            ("ownerDisabled", self.owner_disabled),
        ];
        let set = switches.into_iter().filter(|(_, is_set)| *is_set);
        parameters.extend(set.map(|(name, _)| (name, "true".to_owned())));
        parameters
    }
}

/// Why an inventory cannot be made. Answered with status 400; the text is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InventoryQueryError {
    /// A parameter that there is not. It is not ignored: an inventory that shows more than was asked for is revoked by
    /// somebody.
    #[error(
        "There is no parameter \"{given}\". There are state, owner, neverUsed, unusedForDays, fullScope, global, \
         ownerDisabled, violates, $top and continuationToken."
    )]
    Unknown {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// A parameter has a value that it cannot have.
    #[error("{name} is \"{given}\". Use {expected}.")]
    Value {
        /// The parameter.
        name: &'static str,
        /// What was given, cut to a length fit for a message.
        given: String,
        /// What it can be.
        expected: &'static str,
    },
}

/// What an inventory is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryQuery {
    /// Which PATs.
    pub filter: InventoryFilter,
    /// The most PATs of the page: 1 to [`MAX_INVENTORY_PAGE`].
    pub top: u16,
    /// Where the page before ended; `None` on the first page. Never empty.
    pub continuation_token: Option<String>,
}

const PARAMETERS: &[&str] = &[
    "state",
    "owner",
    "neverUsed",
    "unusedForDays",
    "fullScope",
    "global",
    "ownerDisabled",
    "violates",
    "$top",
    "continuationToken",
    "api-version",
];

impl InventoryQuery {
    /// Reads decoded query pairs (see [`crate::query::decode`]). Names match without regard to case. Unknown names and
    /// empty values are refused.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, InventoryQueryError> {
        let is_known = |name: &str| PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(name));
        if let Some((unknown, _)) = pairs.iter().find(|(name, _)| !is_known(name)) {
            return Err(InventoryQueryError::Unknown { given: excerpt(unknown) });
        }
        let filter = InventoryFilter {
            state: value(pairs, "state", "active, revoked, expired or all", |given| {
                DisplayFilterOption::parse(given)
            })?
            .unwrap_or(DisplayFilterOption::Active),
            owner: value(pairs, "owner", "a subject descriptor, as aad.MDAwM…", |given| {
                given.parse().ok()
            })?,
            never_used: switch(pairs, "neverUsed")?,
            unused_for_days: value(pairs, "unusedForDays", "a number of days from 1 to 3660", |given| {
                given.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days))
            })?,
            full_scope: switch(pairs, "fullScope")?,
            global: switch(pairs, "global")?,
            owner_disabled: switch(pairs, "ownerDisabled")?,
            violates: value(pairs, "violates", "the name of a policy", PolicyName::find)?,
        };
        let top = value(pairs, "$top", "a whole number from 1 to 500", |given| {
            given.parse::<u16>().ok().filter(|top| *top > 0)
        })?;
        Ok(Self {
            filter,
            top: top.unwrap_or(MAX_INVENTORY_PAGE).min(MAX_INVENTORY_PAGE),
            continuation_token: value(pairs, "continuationToken", "the one of the page before", |given| {
                Some(given.to_owned())
            })?,
        })
    }
}

fn switch(pairs: &[(String, String)], name: &'static str) -> Result<bool, InventoryQueryError> {
    let parsed = value(pairs, name, "true or false", |given| given.to_ascii_lowercase().parse().ok())?;
    Ok(parsed.unwrap_or(false))
}

fn value<T>(
    pairs: &[(String, String)],
    name: &'static str,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, InventoryQueryError> {
    let Some(given) = first(pairs, name).map(str::trim) else { return Ok(None) };
    let parsed = (!given.is_empty()).then(|| parse(given)).flatten();
    parsed.map(Some).ok_or_else(|| InventoryQueryError::Value { name, given: excerpt(given), expected })
}

/// One page of an inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryPage {
    /// How many PATs there are on all pages; only on the first one.
    pub counts: Option<InventoryCounts>,
    /// The PATs of this page.
    pub pats: Vec<InventoryPat>,
    /// Where the next page starts; the empty string at the end.
    pub continuation_token: String,
}

/// How many of the PATs that the filter means are what administrators look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryCounts {
    /// All of them.
    pub count: u64,
    /// Never used.
    pub never_used: u64,
    /// Not used for 90 days; one that was never used counts from when it was made.
    pub unused_for90_days: u64,
    /// With full access.
    pub full_scope: u64,
    /// For all organizations of their owners.
    pub global: u64,
    /// Of owners whose accounts are disabled here.
    pub owner_disabled: u64,
}

/// A PAT and its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryPat {
    /// Its id.
    pub authorization_id: Uuid,
    /// Its name.
    pub display_name: String,
    /// Blank-separated scopes.
    pub scope: String,
    /// Whether it is for all organizations of its owner.
    pub global: bool,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_from: Timestamp,
    /// Its end, exclusive.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_to: Timestamp,
    /// `active`, `expired` or `revoked`.
    pub state: String,
    /// Whose it is.
    pub owner: InventoryOwner,
    /// When it was last used, to the minute.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<Timestamp>,
    /// From where.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub last_used_address: Option<IpAddr>,
}

/// Whose a PAT is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InventoryOwner {
    /// As Graph and Token Admin name them.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub descriptor: SubjectDescriptor,
    /// The object id.
    pub object_id: Uuid,
    /// The sign-in name.
    pub user_name: String,
    /// The name.
    pub display_name: String,
    /// Whether the account is disabled here.
    pub disabled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::decode;

    #[test]
    fn a_filter_is_read_as_it_is_written() {
        let filter = InventoryFilter {
            state: DisplayFilterOption::All,
            owner: Some(SubjectDescriptor(Uuid::from_u128(7))),
            never_used: true,
            unused_for_days: Some(90),
            full_scope: true,
            global: true,
            owner_disabled: true,
            violates: Some(PolicyName::RestrictLifespan),
        };
        for filter in [filter, InventoryFilter::default()] {
            let pairs: Vec<_> =
                filter.parameters().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            assert_eq!(InventoryQuery::parse(&pairs).unwrap().filter, filter);
        }
    }

    #[test]
    fn nothing_that_is_not_understood_means_all() {
        for raw in [
            "neverused=yes",
            "never_used=true",
            "unusedForDays=",
            "unusedForDays=0",
            "unusedForDays=-1",
            "unusedForDays=99999",
            "state=gone",
            "owner=",
            "owner=mona",
            "violates=TenantPolicy.Nothing",
            "violates=",
            "fullScope=",
            "$top=0",
            "continuationToken=",
            "x=1",
        ] {
            assert!(InventoryQuery::parse(&decode(raw)).is_err(), "{raw}");
        }
        let query = InventoryQuery::parse(&decode("NeverUsed=True&%24top=9999&api-version=7.2")).unwrap();
        assert!(query.filter.never_used);
        assert_eq!(query.top, MAX_INVENTORY_PAGE);
    }
}
