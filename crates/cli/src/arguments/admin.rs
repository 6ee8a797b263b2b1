//! The commands of an organization's administrators.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::pats::StateFilter;
use super::policy::PolicyArguments;
use super::values::{EndTime, Lifetime};

/// What an organization's administrators do: look after everybody's PATs, set policies, and read the audit.
///
/// Works against a patcycle server. The service decides who is an administrator.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin pats --unused-for 90d
  patcycle admin revoke --unused-for 90d --reason 'quarterly clean-up' --dry-run
  patcycle admin policy set maximum-lifespan on --days 30
  patcycle admin audit list --since 7d")]
pub(crate) struct AdminArguments {
    #[command(subcommand)]
    pub(crate) command: AdminCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    Users(UsersArguments),
    Pats(InventoryArguments),
    Revoke(AdminRevokeArguments),
    Rules(RulesArguments),
    Audit(AuditArguments),
    Policy(PolicyArguments),
}

/// List the people who are known in the organization, and decide who may use it.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  patcycle admin users
  patcycle admin users disable ana@fabrikam.example
  patcycle admin users enable --id 0f0e3a5e-6d2b-4a3b-8c53-5f6f0f3f9b11"
)]
pub(crate) struct UsersArguments {
    #[command(subcommand)]
    pub(crate) command: Option<UsersCommand>,
    #[command(flatten)]
    pub(crate) list: ListUsersArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    List(ListUsersArguments),
    /// Take a person's access to the organization away: nothing of theirs works here any more, and they manage nothing.
    ///
    /// Nothing is revoked: enabled again, they have what has not ended meanwhile. `admin revoke --everything-of` ends it
    /// for good. Other organizations are not concerned.
    #[command(after_help = "\
Examples:
  patcycle admin users disable ana@fabrikam.example
  patcycle admin users disable --id 0f0e3a5e-6d2b-4a3b-8c53-5f6f0f3f9b11 --yes -o json")]
    Disable(PersonArguments),
    /// Give a person access to the organization again.
    #[command(after_help = "\
Examples:
  patcycle admin users enable ana@fabrikam.example
  patcycle admin users enable --id 0f0e3a5e-6d2b-4a3b-8c53-5f6f0f3f9b11 -o json")]
    Enable(PersonArguments),
}

/// Who.
#[derive(Debug, Args)]
pub(crate) struct PersonArguments {
    /// A sign-in name, or a descriptor (`aad.…`).
    #[arg(value_name = "NAME", required_unless_present = "id", conflicts_with = "id")]
    pub(crate) name: Option<String>,
    /// An object id.
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<Uuid>,
}

/// List the people who are known in the organization.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin users list
  patcycle admin users list --name 'ana*' -o json

Columns of -o tsv: descriptor, name, display name, id, disabled.")]
pub(crate) struct ListUsersArguments {
    /// Only those whose sign-in name or name matches, with `*` and `?`; case counts not.
    #[arg(long, value_name = "GLOB")]
    pub(crate) name: Option<String>,
}

/// Which PATs of everybody's. Every condition that is given must hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which PATs")]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct FilterArguments {
    /// Of this owner: a sign-in name, an object id, or a descriptor (`aad.…`).
    #[arg(long, value_name = "OWNER")]
    pub(crate) owner: Option<String>,
    /// Never used.
    #[arg(long)]
    pub(crate) never_used: bool,
    /// Not used for so long, in whole days, as in `90d`. One that was never used counts from when it was made.
    #[arg(long, value_name = "SPAN")]
    pub(crate) unused_for: Option<Lifetime>,
    /// With full access.
    #[arg(long)]
    pub(crate) full_scope: bool,
    /// For every organization that their owners can reach.
    #[arg(long)]
    pub(crate) global: bool,
    /// Of owners whose accounts are disabled here.
    #[arg(long)]
    pub(crate) owner_disabled: bool,
    /// That this policy refuses, or would refuse if it were on. `patcycle admin policy list` shows the names.
    #[arg(long, value_name = "POLICY")]
    pub(crate) violates: Option<String>,
}

/// List everybody's PATs, and count them.
///
/// Without a condition: all active ones of the organization.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin pats --count
  patcycle admin pats --never-used --full-scope
  patcycle admin pats --unused-for 90d --all -o json
  patcycle admin pats --owner ana@fabrikam.example --state all
  patcycle admin pats --violates maximum-lifespan

Columns of -o tsv: authorizationId, name, owner, state, made, ends, last used, scope.")]
pub(crate) struct InventoryArguments {
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// In which state.
    #[arg(long, value_enum, default_value = "active")]
    pub(crate) state: StateFilter,
    /// Only count.
    #[arg(long)]
    pub(crate) count: bool,
    /// At most so many.
    #[arg(long, value_name = "N", default_value = "100", conflicts_with = "all")]
    pub(crate) limit: usize,
    /// All of them.
    #[arg(long)]
    pub(crate) all: bool,
}

/// Revoke anybody's PATs: by their ids, by conditions, or everything of an owner. There is no way back.
///
/// All are counted and shown before the first is revoked; `--dry-run` ends there. Above ten PATs the number has to be typed,
/// or given with `--confirm`. The answer is a receipt. With conditions, active PATs are meant.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin revoke 4ab5405d-1a43-4e5c-a1a0-8e2c1f0c8b3d --reason 'found in a log'
  patcycle admin revoke --never-used --unused-for 90d --reason 'clean-up' --dry-run
  patcycle admin revoke --unused-for 90d --reason 'clean-up' --confirm 212 -o json > receipt.json
  patcycle admin revoke --everything-of ana@fabrikam.example --reason 'left the company'")]
pub(crate) struct AdminRevokeArguments {
    /// authorizationIds.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<Uuid>,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// Everything that this owner was given so far, in one step whatever the count: a sign-in name, an object id, or a
    /// descriptor.
    #[arg(long, value_name = "OWNER", conflicts_with_all = ["ids", "owner"])]
    pub(crate) everything_of: Option<String>,
    /// Why, for the audit.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Only show and count what would be revoked.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The number of PATs that you expect: instead of typing it. With another number nothing is revoked.
    #[arg(long, value_name = "N")]
    pub(crate) confirm: Option<usize>,
}

/// Revocation rules: everything that carries a scope and was issued before an instant is refused, at once and whatever the
/// count, access tokens included.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin rules list
  patcycle admin rules create --scope vso.code_write --created-before 2026-11-01")]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List what the rules come to: for each scope one instant.
    #[command(after_help = "\
Examples:
  patcycle admin rules list -o json")]
    List,
    Create(CreateRuleArguments),
}

/// Make a rule. There is no way back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin rules create --scope vso.code_write
  patcycle admin rules create --scope vso.code --scope vso.packaging --created-before 2026-11-01 --yes")]
pub(crate) struct CreateRuleArguments {
    /// What carries this scope, by its name alone: not one that includes it. Repeatable: any one of them.
    #[arg(long, value_name = "SCOPE", required = true)]
    pub(crate) scope: Vec<String>,
    /// What was issued before: a time ago such as `7d`, a date (its start, UTC) or an instant. Default: now.
    #[arg(long, value_name = "WHEN")]
    pub(crate) created_before: Option<PastTime>,
}

/// The audit of the organization: who did what, and whether the record of it is whole.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin audit list --since 7d
  patcycle admin audit export > audit.json
  patcycle admin audit verify --checkpoint checkpoints.jsonl")]
pub(crate) struct AuditArguments {
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    List(AuditListArguments),
    Export(AuditExportArguments),
    Verify(AuditVerifyArguments),
}

/// List what was done, the newest first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin audit list
  patcycle admin audit list --since 7d --actor ana@fabrikam.example
  patcycle admin audit list --since 2026-11-01 --until 2026-12-01 --all -o json
  patcycle admin audit list --action Token.PatRevokeEvent -o tsv

Columns of -o tsv: timestamp, actor, actionId, details, ipAddress.")]
pub(crate) struct AuditListArguments {
    /// Nothing before: a time ago such as `7d`, a date (its start, UTC) or an instant.
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<PastTime>,
    /// Nothing from here on, written as `--since`.
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<PastTime>,
    /// Only this action, as in `Token.PatRevokeEvent`; case counts not.
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: Option<String>,
    /// Only what this person did: a sign-in name or an object id; case counts not.
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) actor: Option<String>,
    /// At most so many entries.
    #[arg(long, value_name = "N", default_value = "100", conflicts_with = "all")]
    pub(crate) limit: usize,
    /// All of them.
    #[arg(long)]
    pub(crate) all: bool,
}

/// Export all records with their hashes, as one JSON object.
///
/// With them come the public key of the service's checkpoints and the newest checkpoint. Whoever keeps the export where
/// the service cannot write can prove later that nothing was taken away.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin audit export > audit.json
  patcycle admin audit export | jq -r .publicKey")]
pub(crate) struct AuditExportArguments {}

/// Check that nobody changed, deleted, moved or cut off records.
///
/// The hashes are computed here and not believed. A cut end shows only against a checkpoint: the newest one of the service,
/// and those of the file that the service appends to, of which you should keep a copy. Exits 1 when something is wrong.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin audit verify
  patcycle admin audit verify --checkpoint /mnt/witness/checkpoints.jsonl --public-key 3f0a…
  patcycle admin audit verify --file audit.json")]
pub(crate) struct AuditVerifyArguments {
    /// Check this export and not what the service has now.
    #[arg(long, value_name = "EXPORT")]
    pub(crate) file: Option<PathBuf>,
    /// Checkpoints to check against, one JSON object a line. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Vec<PathBuf>,
    /// The public key of the checkpoints, in hexadecimal, as an `export` printed it once. Default: what the service or
    /// the export says now.
    #[arg(long, value_name = "KEY")]
    pub(crate) public_key: Option<String>,
}

/// A time that has passed: so long ago, or a date or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PastTime {
    /// So long before now.
    Ago(SignedDuration),
    /// Then.
    At(Timestamp),
}

impl PastTime {
    /// The instant, seen from `now`.
    pub(crate) fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now - span,
            Self::At(instant) => instant,
        }
    }
}

impl FromStr for PastTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(Lifetime(span)) = text.parse() {
            return Ok(Self::Ago(span));
        }
        let EndTime(instant) = text.parse().map_err(|_| {
            format!("`{text}` is not a time: write `7d`, `2026-12-31` or `2026-12-31T18:00:00Z`")
        })?;
        Ok(Self::At(instant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_times() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let instant = |text: &str| text.parse::<PastTime>().map(|time| time.instant(now).to_string());
        assert_eq!(instant("7d"), Ok("2026-11-16T12:00:00Z".to_owned()));
        assert_eq!(instant("2026-11-01"), Ok("2026-11-01T00:00:00Z".to_owned()));
        assert_eq!(instant("2026-11-01T18:00:00+02:00"), Ok("2026-11-01T16:00:00Z".to_owned()));
        for wrong in ["", "yesterday", "-7d", "7"] {
            assert!(instant(wrong).is_err(), "{wrong}");
        }
    }
}
