//! The policies of an organization and its tenant.

use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};
use patcycle_contract::PolicyName;
use patcycle_contract::policy::AllowedPrincipal;
use uuid::Uuid;

/// The policies on PATs: which there are, and which of them hold.
///
/// A policy binds PATs that are made, renewed or widened from then on. `rehearse` tells beforehand whom it would hit.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin policy list
  patcycle admin policy rehearse maximum-lifespan --days 30
  patcycle admin policy set maximum-lifespan on --days 30")]
pub(crate) struct PolicyArguments {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List all policies.
    #[command(after_help = "\
Examples:
  patcycle admin policy list
  patcycle admin policy list -o json

Columns of -o tsv: policy, value, set, level, summary.")]
    List,
    /// Show one policy with its properties and those whom it does not bind.
    #[command(after_help = "\
Examples:
  patcycle admin policy show restrict-pat-creation
  patcycle admin policy show TenantPolicy.RestrictPersonalAccessTokenLifespan -o json")]
    Show {
        /// The policy: a name that `list` shows, or its name in Azure DevOps.
        #[arg(value_name = "POLICY")]
        policy: PolicyChoice,
    },
    Set(PolicySetArguments),
    Rehearse(PolicyRehearseArguments),
}

/// Change a policy: shows what changes, and asks first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin policy set restrict-full-scope on
  patcycle admin policy set maximum-lifespan on --days 30 --yes
  patcycle admin policy set restrict-pat-creation on --packaging on
  patcycle admin policy set restrict-pat-creation --allow 6f1e9c3a-2222-4333-8444-555555555555='Build team'
  patcycle admin policy set revoke-leaked default")]
pub(crate) struct PolicySetArguments {
    /// The policy: a name that `list` shows, or its name in Azure DevOps.
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PolicyChoice,
    /// On, off, or what it is where nobody has set it. Left out: as it is.
    #[arg(value_enum, value_name = "VALUE")]
    pub(crate) value: Option<PolicyValue>,
    #[command(flatten)]
    pub(crate) properties: PolicyPropertyArguments,
}

/// Tell which PATs, and which of their uses in the last 30 days, a policy would have refused. Changes nothing.
///
/// A use is judged by what the PAT, its owner and the policy are now. The table counts refused uses; JSON tells each day and
/// address.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin policy rehearse restrict-full-scope
  patcycle admin policy rehearse maximum-lifespan --days 30 -o json
  patcycle admin policy rehearse restrict-pat-creation --packaging on --limit 20

Columns of -o tsv: authorizationId, displayName, ownerName, scope, validTo, refuses, lastUsedAt, uses refused.")]
pub(crate) struct PolicyRehearseArguments {
    /// The policy: a name that `list` shows, or its name in Azure DevOps.
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PolicyChoice,
    /// The value to try.
    #[arg(value_enum, value_name = "VALUE", default_value = "on")]
    pub(crate) value: PolicyValue,
    #[command(flatten)]
    pub(crate) properties: PolicyPropertyArguments,
    /// At most so many PATs; the counts are of all.
    #[arg(long, value_name = "N", default_value = "100")]
    pub(crate) limit: usize,
}

/// What a policy has besides its value.
#[derive(Debug, Args)]
pub(crate) struct PolicyPropertyArguments {
    /// The longest life of a PAT, in days (maximum-lifespan).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) days: Option<u32>,
    /// The oldest sign-in with which PATs are made, rotated and extended, in hours (maximum-sign-in-age).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8784))]
    pub(crate) hours: Option<u32>,
    /// Whether PATs with packaging scopes alone are let off (restrict-pat-creation).
    #[arg(long, value_enum, value_name = "ON|OFF")]
    pub(crate) packaging: Option<Switch>,
    /// Whether the list of those let off counts (restrict-pat-creation). `--allow` switches it on.
    #[arg(long, value_enum, value_name = "ON|OFF")]
    pub(crate) allow_list: Option<Switch>,
    /// Let a person or a group off, by object id, with a name to remember them by. Repeatable.
    #[arg(long, value_name = "ID[=NAME]")]
    pub(crate) allow: Vec<Allowed>,
    /// Bind a person or a group again, by object id. Repeatable.
    #[arg(long, value_name = "ID")]
    pub(crate) disallow: Vec<Uuid>,
}

/// A policy by one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PolicyChoice(pub(crate) PolicyName);

impl FromStr for PolicyChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        PolicyName::find(text).map(Self).ok_or_else(|| {
            let known: Vec<&str> = PolicyName::ALL.iter().map(|name| name.short()).collect();
            format!("there is no policy `{text}`; there are {}", known.join(", "))
        })
    }
}

/// Somebody to be let off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowed(pub(crate) AllowedPrincipal);

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (id, name) = text.split_once('=').unwrap_or((text, ""));
        let object_id = Uuid::try_parse(id.trim()).map_err(|_| {
            format!("`{id}` is not an object id; the tenant shows it for each person and group")
        })?;
        Ok(Self(AllowedPrincipal { display_name: name.trim().to_owned(), object_id }))
    }
}

/// The value of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyValue {
    /// It holds.
    On,
    /// It does not.
    Off,
    /// As if nobody had ever set it.
    Default,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_groups_have_names_if_wanted() {
        let id = "6f1e9c3a-2222-4333-8444-555555555555";
        let name = |text: &str| text.parse::<Allowed>().map(|allowed| allowed.0.display_name);
        assert_eq!(name(id), Ok(String::new()));
        assert_eq!(name(&format!("{id}=Build = team")), Ok("Build = team".to_owned()));
        assert!(name("ana@fabrikam.example").unwrap_err().contains("object id"));
    }

    #[test]
    fn policies_have_two_names() {
        for text in ["maximum-lifespan", "TenantPolicy.RestrictPersonalAccessTokenLifespan"] {
            assert_eq!(text.parse(), Ok(PolicyChoice(PolicyName::RestrictLifespan)));
        }
        assert!("lifespan".parse::<PolicyChoice>().unwrap_err().contains("maximum-lifespan"));
    }
}
