//! `login`, `logout`, `whoami`.

use clap::Args;

/// Sign in, and keep the sign-in for the commands that follow.
///
/// Opens the system browser where there is one, and shows a device code otherwise (over SSH, in a container, without a
/// display). Nothing is kept in a plain file unless `--token-store` or `PATCYCLE_TOKEN_STORE` says so.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle login
  patcycle login --device
  patcycle login --paste                                    a browser on another machine
  patcycle login --device -o json | head -n1                userCode, verificationUri, expiresIn
  patcycle login --tenant-id contoso.example --client-id 11111111-2222-3333-4444-555555555555")]
pub(crate) struct LoginArguments {
    /// Show a code to be typed into a page on any device.
    #[arg(long, group = "method")]
    pub(crate) device: bool,
    /// Show an address to be opened in any browser, and ask for the address it ends at.
    #[arg(long, group = "method")]
    pub(crate) paste: bool,
    /// Open the system's browser, whatever the surroundings look like.
    #[arg(long, group = "method")]
    pub(crate) browser: bool,
    /// The user name to offer on the sign-in page.
    #[arg(long, value_name = "USER")]
    pub(crate) login_hint: Option<String>,
}

/// Forget everything that a sign-in of this profile left on this machine.
///
/// PATs are not touched: see `patcycle revoke`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle logout
  patcycle logout --profile work")]
pub(crate) struct LogoutArguments {}

/// Show who is signed in, where, and until when.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  patcycle whoami
  patcycle whoami -o json")]
pub(crate) struct WhoamiArguments {}
