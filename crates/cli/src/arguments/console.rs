//! `console`.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Arg, ArgMatches, Args, FromArgMatches};
use patcycle_server::console::{Flag, KEYS, SettingKey};

/// Run the web console, in front of Azure DevOps or a patcycle server.
///
/// The settings are those of the sample application for the PAT API, under the same names: in a TOML file, as environment
/// variables, or as flags; a flag goes before its variable, and that before the file. A client secret is never a flag: give
/// it as CLIENT_SECRET in the environment, or name its file. Register PUBLIC_URL with /getAToken behind it as the
/// application's redirect URI (platform Web).
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle console --config console.toml
  patcycle console --client-id 11111111-2222-4333-8444-555555555555 --client-secret-file client-secret \\
    --authority https://login.microsoftonline.com/fabrikam.onmicrosoft.com \\
    --endpoint 'https://vssps.dev.azure.com/fabrikam/_apis/Tokens/Pats?api-version=7.1-preview.1'
  patcycle console --config console.toml --listen https://0.0.0.0:8443 \\
    --public-url https://pats.fabrikam.example \\
    --tls-certificate-file server.pem --tls-key-file server-key.pem

A file of settings:
  CLIENT_ID = \"11111111-2222-4333-8444-555555555555\"
  CLIENT_SECRET_FILE = \"/etc/patcycle/client-secret\"
  AUTHORITY = \"https://login.microsoftonline.com/fabrikam.onmicrosoft.com\"
  ENDPOINT = \"https://vssps.dev.azure.com/fabrikam/_apis/Tokens/Pats?api-version=7.1-preview.1\"")]
pub(crate) struct ConsoleArguments {
    /// A file of settings (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// When the console answers, write one JSON object with its addresses here.
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
}

/// A flag for each setting that may be one.
#[derive(Debug, Clone, Default)]
pub(crate) struct SettingFlags(Vec<(&'static SettingKey, String)>);

impl SettingFlags {
    /// What was given for a setting.
    pub(crate) fn get(&self, key: &SettingKey) -> Option<&str> {
        self.0.iter().find(|(given, _)| *given == key).map(|(_, value)| value.as_str())
    }
}

/// Setting, id and name of each flag: the parser keeps references to them.
static FLAGS: LazyLock<Vec<(&'static SettingKey, String, String)>> = LazyLock::new(|| {
    let own = KEYS.iter().filter(|key| key.flag == Flag::Own);
    let named = own.filter_map(|key| {
        let flag = key.flag()?.trim_start_matches("--").to_owned();
        Some((key, format!("console.{}", key.name), flag))
    });
    named.collect()
});

impl Args for SettingFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        let options = FLAGS.iter().map(|(key, id, flag)| {
            Arg::new(id.as_str())
                .long(flag.as_str())
                .value_name("VALUE")
                .help(key.meaning)
                .help_heading("Settings")
        });
        command.args(options)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = FLAGS
            .iter()
            .filter_map(|(key, id, _)| matches.get_one::<String>(id).map(|value| (*key, value.clone())));
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
