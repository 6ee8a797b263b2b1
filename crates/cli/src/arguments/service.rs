//! `dev` and `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Arg, ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum};
use patcycle_server::configuration::{KEYS, Key};
use uuid::Uuid;

/// The directory of `patcycle dev`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DevDirectory {
    /// Where everything is kept. Default: `~/.local/share/patcycle/dev`.
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

/// Run a tenant, the PAT API and a sign-in page on this machine, for trials and tests.
///
/// When everything answers, `DIR/dev.env` holds the settings: `set -a; . DIR/dev.env` points the other commands at it.
/// A restart on the same directory has the same users, applications, PATs and passwords.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  patcycle dev
  patcycle dev --data-dir /tmp/pats --http 127.0.0.1:0 --https 127.0.0.1:0
  patcycle dev trust
  patcycle dev app create my-app --redirect-uri http://localhost:5000/getAToken
  patcycle dev quickstart python ./quickstart"
)]
pub(crate) struct DevArguments {
    #[command(flatten)]
    pub(crate) run: DevRunArguments,
    #[command(subcommand)]
    pub(crate) command: Option<DevCommand>,
}

/// The options of `patcycle dev` itself.
#[derive(Debug, Args)]
pub(crate) struct DevRunArguments {
    #[command(flatten)]
    pub(crate) directory: DevDirectory,
    /// Where to listen for plain http; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7280")]
    pub(crate) http: SocketAddr,
    /// Where to listen for https; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7243")]
    pub(crate) https: SocketAddr,
    /// How many active PATs a person may have; 0: no limit.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) max_pats: u32,
    /// How long the tenant's access tokens live, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) access_token_lifetime: u32,
    /// Answer to this host name too. Warns, and switches the control interface off. Repeatable.
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_remote: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevCommand {
    /// Let this user's browsers trust the certificate authority of the directory.
    #[command(after_help = "\
Examples:
  patcycle dev trust
  patcycle dev trust --system")]
    Trust {
        #[command(flatten)]
        directory: DevDirectory,
        /// The system's store too (needs root).
        #[arg(long)]
        system: bool,
    },
    /// Take that trust back.
    #[command(after_help = "\
Examples:
  patcycle dev untrust
  patcycle dev untrust --system")]
    Untrust {
        #[command(flatten)]
        directory: DevDirectory,
        /// The system's store too (needs root).
        #[arg(long)]
        system: bool,
    },
    /// The applications of the local tenant.
    #[command(
        subcommand,
        after_help = "\
Examples:
  patcycle dev app create my-app --redirect-uri http://localhost:5000/getAToken"
    )]
    App(DevAppCommand),
    /// The users of the local tenant.
    #[command(
        subcommand,
        after_help = "\
Examples:
  patcycle dev user create kim@fabrikam.example"
    )]
    User(DevUserCommand),
    /// Write a small program that signs in and manages PATs, with its settings filled in.
    #[command(
        subcommand,
        after_help = "\
Examples:
  patcycle dev quickstart python ./quickstart"
    )]
    Quickstart(DevQuickstartCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevAppCommand {
    /// Register an application, and print its id and secret.
    #[command(after_help = "\
Examples:
  patcycle dev app create my-app --redirect-uri http://localhost:5000/getAToken
  patcycle dev app create my-tool --redirect-uri http://localhost --public
  patcycle dev app create robot --redirect-uri http://localhost --certificate robot.pem -o json")]
    Create(DevAppCreateArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DevAppCreateArguments {
    /// Its display name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) directory: DevDirectory,
    /// Where sign-in may return to. Repeatable. The port of a loopback address does not count.
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Vec<String>,
    /// A public client: no secret; device code and loopback sign-in.
    #[arg(long, conflicts_with = "certificate")]
    pub(crate) public: bool,
    /// A permission of the Azure DevOps resource. Repeatable. Default: user_impersonation.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) permission: Vec<String>,
    /// An administrator must approve it before anybody can use it.
    #[arg(long)]
    pub(crate) needs_approval: bool,
    /// A certificate (PEM) to authenticate with, instead of a secret.
    #[arg(long, value_name = "PEM")]
    pub(crate) certificate: Option<PathBuf>,
    /// The tenant.
    #[arg(long, value_enum, default_value = "fabrikam")]
    pub(crate) tenant: TenantName,
}

/// One of the two tenants of `patcycle dev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TenantName {
    /// The first.
    Fabrikam,
    /// The second; its organization still permits global PATs.
    Contoso,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevUserCommand {
    /// Add a user with a random password, and print it.
    #[command(after_help = "\
Examples:
  patcycle dev user create kim@fabrikam.example
  patcycle dev user create kim@fabrikam.example --display-name 'Kim Akers' -o json")]
    Create {
        /// The user name, with a domain.
        user: String,
        #[command(flatten)]
        directory: DevDirectory,
        /// The name shown to others. Default: the user name.
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// May approve applications for everybody.
        #[arg(long)]
        administrator: bool,
        /// Is asked for a one-time code (TOTP) too.
        #[arg(long)]
        mfa: bool,
        /// A group that access tokens name, by object id. Repeatable. Policies can let groups off.
        #[arg(long, value_name = "ID")]
        group: Vec<Uuid>,
        /// The tenant.
        #[arg(long, value_enum, default_value = "fabrikam")]
        tenant: TenantName,
    },
    /// Disable a user: no sign-in, no refresh, and the PATs stop working.
    #[command(after_help = "\
Examples:
  patcycle dev user disable kim@fabrikam.example")]
    Disable {
        /// The user name.
        user: String,
        #[command(flatten)]
        directory: DevDirectory,
    },
    /// Demand a second factor (TOTP) of a user, and print its secret; or take the demand back.
    #[command(after_help = "\
Examples:
  patcycle dev user set-mfa kim@fabrikam.example
  patcycle dev user set-mfa kim@fabrikam.example --off")]
    SetMfa {
        /// The user name.
        user: String,
        #[command(flatten)]
        directory: DevDirectory,
        /// No second factor any more.
        #[arg(long)]
        off: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevQuickstartCommand {
    /// A Flask application.
    #[command(after_help = "\
Examples:
  patcycle dev quickstart python ./quickstart")]
    Python {
        /// The directory to write to: absent, empty, or an older quickstart.
        target: PathBuf,
        #[command(flatten)]
        directory: DevDirectory,
    },
}

/// Serve the PAT API for an organization of your own.
///
/// Every key of the configuration but secrets can also be given as a flag or as a variable; flags win over variables,
/// variables over the file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle serve --config /etc/patcycle/patcycle.toml
  patcycle serve --config patcycle.toml --listen http://127.0.0.1:0 --ready-file ready.json")]
pub(crate) struct ServeArguments {
    /// The configuration (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// When all listeners answer, write one JSON object with their addresses here.
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overrides: ServeOverrides,
}

/// A flag for each key of the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServeOverrides {
    /// Key and value, as written.
    pub(crate) given: Vec<(&'static Key, String)>,
}

/// Id, name and help of each flag: the parser keeps references to them.
static FLAGS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let flag = |key: &Key| key.flag().trim_start_matches("--").to_owned();
    KEYS.iter().map(|key| (format!("serve.{}", key.name), flag(key))).collect()
});

impl Args for ServeOverrides {
    fn augment_args(command: clap::Command) -> clap::Command {
        let options = FLAGS.iter().zip(KEYS).map(|((id, flag), key)| {
            Arg::new(id.as_str())
                .long(flag.as_str())
                .value_name("VALUE")
                .help(format!("Key `{}`. {}", key.name, key.meaning))
                .help_heading("Instead of the configuration's keys")
                .hide_short_help(true)
        });
        command.args(options)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ServeOverrides {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = FLAGS
            .iter()
            .zip(KEYS)
            .filter_map(|((id, _), key)| matches.get_one::<String>(id).map(|value| (key, value.clone())));
        Ok(Self { given: given.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
