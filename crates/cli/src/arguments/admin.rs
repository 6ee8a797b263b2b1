//! The commands of an organization's administrators.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::values::{EndTime, Lifetime};

/// What an organization's administrators do: look after everybody's PATs, and read the audit.
///
/// Works against a patcycle server. The service decides who is an administrator.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle admin audit list --since 7d")]
pub(crate) struct AdminArguments {
    #[command(subcommand)]
    pub(crate) command: AdminCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    Audit(AuditArguments),
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
