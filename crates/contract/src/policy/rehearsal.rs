//! What a policy would have done, had it held.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::Policy;
use crate::date;

/// What a policy would refuse of a PAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PolicyEffect {
    /// It was made in the last 30 days, and would not have been.
    Creation,
    /// It could not be given a later end as it is.
    Renewal,
    /// It would have been given an earlier end.
    Lifespan,
    /// It could not be used.
    Use,
}

impl PolicyEffect {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Renewal => "renewal",
            Self::Lifespan => "lifespan",
            Self::Use => "use",
        }
    }
}

fn write_date<S: Serializer>(date: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&date::format(*date))
}

/// Uses that a policy would have refused, judged by what the PAT, its owner and the policy are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RefusedUses {
    /// On which day, in UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub day: Date,
    /// From where; none for uses whose address is not known, and for those from more than 32 addresses on that day.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub address: Option<IpAddr>,
    /// How often.
    pub count: u64,
}

/// A PAT that a policy would have something against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RehearsedPat {
    /// Its handle.
    pub authorization_id: Uuid,
    /// Its name.
    pub display_name: String,
    /// Its scopes.
    pub scope: String,
    /// The object id of its owner.
    pub owner_id: Uuid,
    /// The sign-in name of its owner.
    pub owner_name: String,
    /// Whether it is good in all organizations.
    pub all_orgs: bool,
    /// When it was made.
    #[serde(serialize_with = "write_date", deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_from: Timestamp,
    /// Its end.
    #[serde(serialize_with = "write_date", deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_to: Timestamp,
    /// What would be refused.
    pub refuses: Vec<PolicyEffect>,
    /// Its last use in this organization, to the minute, if that was in the last 30 days.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// Its uses in this organization in the last 30 days, if the policy would have refused them: the latest day first.
    #[serde(default)]
    pub refused_uses: Vec<RefusedUses>,
}

/// How much a policy would refuse, over all PATs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RehearsalCounts {
    /// PATs that it would have something against.
    pub pats: u64,
    /// Of these, PATs made in the last 30 days that would not have been.
    pub creations: u64,
    /// Of these, PATs that could not be given a later end.
    pub renewals: u64,
    /// Of these, PATs that would have been given an earlier end.
    pub lifespans: u64,
    /// Of these, PATs that could not be used.
    pub uses: u64,
    /// Of these, PATs that were used in the last 30 days and would have been refused then.
    pub used_in_last30_days: u64,
    /// How often these were used in the last 30 days.
    #[serde(default)]
    pub uses_in_last30_days: u64,
}

impl RehearsalCounts {
    /// Counts one more.
    pub fn add(&mut self, pat: &RehearsedPat) {
        self.pats += 1;
        self.uses_in_last30_days += pat.refused_uses.iter().map(|uses| uses.count).sum::<u64>();
        for effect in &pat.refuses {
            match effect {
                PolicyEffect::Creation => self.creations += 1,
                PolicyEffect::Renewal => self.renewals += 1,
                PolicyEffect::Lifespan => self.lifespans += 1,
                PolicyEffect::Use => {
                    self.uses += 1;
                    self.used_in_last30_days += u64::from(pat.last_used_at.is_some());
                }
            }
        }
    }
}

/// The answer to a rehearsal, or one page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyRehearsal {
    /// The policy as it was tried.
    pub policy: Policy,
    /// The PATs that were looked at: all that work.
    pub examined: u64,
    /// How much would be refused of all of them. The same on every page.
    pub counts: RehearsalCounts,
    /// The PATs of this page.
    pub pats: Vec<RehearsedPat>,
    /// Where the next page starts; empty at the end.
    pub continuation_token: String,
}
