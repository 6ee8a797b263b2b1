//! The commands on PATs.

use clap::{Args, ValueEnum};

use super::values::{EndTime, Lifetime, Overlap, Sink};

/// `--state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StateFilter {
    /// Neither revoked nor past the end.
    Active,
    /// Past the end.
    Expired,
    /// Revoked.
    Revoked,
    /// Everything.
    All,
}

/// `--sort`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortKey {
    /// By display name.
    Name,
    /// By end.
    Date,
    /// Active, expired, revoked; then by end.
    Status,
}

/// List PATs, to the last page.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle list
  patcycle list --state all --sort name
  patcycle list --expiring-within 14d --name 'ci-*'
  patcycle list --scope vso.code_write -o tsv

Columns of -o tsv: authorizationId, displayName, state, validFrom, validTo, scope, organization.")]
pub(crate) struct ListArguments {
    /// Which PATs.
    #[arg(long, value_enum, default_value = "active")]
    pub(crate) state: StateFilter,
    /// Only those whose end is within this time from now, as in `14d`, `12h` or `2w`.
    #[arg(long, value_name = "SPAN")]
    pub(crate) expiring_within: Option<Lifetime>,
    /// Only those that hold this scope (not: one that includes it). Repeatable: all of them.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// Only those whose name matches, with `*` and `?`; case counts not.
    #[arg(long, value_name = "GLOB")]
    pub(crate) name: Option<String>,
    /// The order.
    #[arg(long, value_enum, default_value = "date")]
    pub(crate) sort: SortKey,
    /// Turn the order round.
    #[arg(long)]
    pub(crate) reverse: bool,
}

/// Show one PAT. Never its secret: nobody has it any more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle show ci
  patcycle show 4ab5405d-1a43-4e5c-a1a0-8e2c1f0c8b3d -o json")]
pub(crate) struct ShowArguments {
    /// Its name, or its authorizationId.
    #[arg(value_name = "NAME|ID")]
    pub(crate) pat: String,
}

/// Where a new secret goes. Decided before the call; without a place nothing is made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the secret goes")]
pub(crate) struct SecretArguments {
    /// Write it into an environment file: `dotenv:FILE#KEY`. The rest of the file stays byte for byte.
    #[arg(long, value_name = "SINK", conflicts_with_all = ["show_secret", "secret_only"])]
    pub(crate) to: Option<Sink>,
    /// Show it on the terminal.
    #[arg(long)]
    pub(crate) show_secret: bool,
    /// Print the secret and a line feed, and nothing else.
    #[arg(long)]
    pub(crate) secret_only: bool,
}

/// When a PAT ends.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub(crate) struct EndArguments {
    /// How long from now, as in `30d`, `12h` or `2w`.
    #[arg(long, value_name = "SPAN")]
    pub(crate) valid_for: Option<Lifetime>,
    /// When: `2026-12-31` (its start, UTC) or an instant such as `2026-12-31T18:00:00Z`.
    #[arg(long, value_name = "DATE")]
    pub(crate) valid_to: Option<EndTime>,
}

/// Create a PAT.
///
/// The secret goes to stdout when that is not a terminal, into a file with `--to`, or on the terminal with
/// `--show-secret`. With none of them nothing is made. A secret that could not be delivered is revoked at once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle create --name ci --scope vso.code --valid-for 30d --to dotenv:.env#CI_PAT
  patcycle create --name feed --scope vso.packaging --valid-to 2026-12-31 --secret-only | docker login …
  patcycle create --name ci --scope vso.code --scope vso.build -o json > pat.json
  patcycle create --name trial --scope vso.profile --valid-for 1d --show-secret

`patcycle scopes list` shows the scopes.")]
pub(crate) struct CreateArguments {
    /// The display name. Names need not be unique, but it helps.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// What it may do. Repeatable; blanks and commas separate too. `app_token` is full access.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    #[command(flatten)]
    pub(crate) end: EndArguments,
    /// For every organization that you can reach (a global PAT; most services refuse it).
    #[arg(long)]
    pub(crate) all_orgs: bool,
    #[command(flatten)]
    pub(crate) secret: SecretArguments,
}

/// Give a PAT a new end. The secret stays; an expired or revoked PAT cannot be renewed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle renew ci --valid-for 30d
  patcycle renew ci --valid-to 2026-12-31")]
pub(crate) struct RenewArguments {
    /// Its name, or its authorizationId.
    #[arg(value_name = "NAME|ID")]
    pub(crate) pat: String,
    #[command(flatten)]
    pub(crate) end: EndArguments,
}

/// Change a PAT's name, scope, end or reach. The secret stays.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle update ci --name ci-main
  patcycle update ci --scope vso.code_write --scope vso.build
  patcycle update old-global --all-orgs false")]
pub(crate) struct UpdateArguments {
    /// Its name, or its authorizationId.
    #[arg(value_name = "NAME|ID")]
    pub(crate) pat: String,
    /// The new display name.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The new scopes, instead of all old ones. Repeatable; blanks and commas separate too.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    #[command(flatten)]
    pub(crate) end: EndArguments,
    /// Whether it is for every organization (`true`), or for this one only (`false`).
    #[arg(long, value_name = "BOOL")]
    pub(crate) all_orgs: Option<bool>,
}

/// Replace the secret of a PAT. Name, scope and lifetime stay; `--valid-for` or `--valid-to` give another lifetime.
///
/// A patcycle server puts a new secret in the place of the old one, and the id stays. Azure DevOps cannot: there
/// another PAT is made, and the old one revoked. Either way the old secret ends last, after the new one was
/// delivered. Whatever fails before that leaves the old one as it is, and the message says what exists now.
///
/// With `--overlap`, on a patcycle server, the old secret works on for that time. Until then `--finish` ends it at
/// once, and `--undo` goes back to it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle rotate ci --to dotenv:.env#CI_PAT
  patcycle rotate ci --secret-only | kubectl create secret generic ci --from-file=pat=/dev/stdin
  patcycle rotate ci --overlap 1h --to dotenv:.env#CI_PAT
  patcycle rotate ci --finish
  patcycle rotate ci --undo")]
pub(crate) struct RotateArguments {
    /// Its name, or its authorizationId.
    #[arg(value_name = "NAME|ID")]
    pub(crate) pat: String,
    #[command(flatten)]
    pub(crate) end: EndArguments,
    /// Let the old secret work on for this time, as in `15min`, `1h` or `7d`; at most a week, and never past its own
    /// end.
    #[arg(long, value_name = "SPAN")]
    pub(crate) overlap: Option<Overlap>,
    /// End the old secret of the last rotation now. Nothing new is made.
    #[arg(long, conflicts_with_all = ROTATING)]
    pub(crate) finish: bool,
    /// Go back to the old secret of the last rotation, while it still works. The new one ends at once.
    #[arg(long, conflicts_with_all = ROTATING, conflicts_with = "finish")]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) secret: SecretArguments,
}

/// Arguments that only make sense when a new secret is made.
const ROTATING: [&str; 6] = ["overlap", "valid_for", "valid_to", "to", "show_secret", "secret_only"];

/// Revoke PATs. There is no way back.
///
/// Asks on a terminal. A script that names a PAT is not asked: a name must be exact, and an ambiguous one revokes
/// nothing. With several, all are looked up before the first is revoked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle revoke ci
  patcycle revoke --yes ci-1 ci-2 4ab5405d-1a43-4e5c-a1a0-8e2c1f0c8b3d")]
pub(crate) struct RevokeArguments {
    /// Names, or authorizationIds.
    #[arg(value_name = "NAME|ID", required = true)]
    pub(crate) pats: Vec<String>,
}
