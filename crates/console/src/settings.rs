//! What a console is set up with.

use jiff::SignedDuration;
use url::Url;

/// How old a sign-in may be for making a secret, unless it is configured.
pub const FRESH_SIGN_IN: SignedDuration = SignedDuration::from_hours(12);

/// The settings of one console.
#[derive(Debug, Clone)]
pub struct ConsoleSettings {
    /// Where browsers reach it: `https://pats.example`. Only scheme, host and port count.
    pub public_url: Url,
    /// Where the sign-in service sends browsers back to: `/getAToken`.
    pub redirect_path: String,
    /// 8 hexadecimal digits, for the names of cookies.
    pub installation: String,
    /// What to ask the sign-in service for.
    pub scopes: Vec<String>,
    /// How old a sign-in may be for creating, rotating and renewing; then the person is asked for it again.
    pub fresh_sign_in: SignedDuration,
    /// What a development console tells newcomers; `None` everywhere else.
    pub development: Option<Development>,
}

/// What the start page of `patcycle dev` tells: who can sign in, and how the command line is set up. No password:
/// whoever reaches the port is not always whoever can read the data directory.
#[derive(Debug, Clone)]
pub struct Development {
    /// The line that configures a shell.
    pub environment_command: String,
    /// The command that makes browsers trust the twin's certificate.
    pub trust_command: String,
    /// The file with the passwords.
    pub credentials_file: String,
    /// `https://localhost:PORT`: the API and the tenant.
    pub base_url: String,
    /// The organization.
    pub organization: String,
    /// The tenant's id.
    pub tenant_id: String,
    /// User name and role of each person.
    pub people: Vec<(String, String)>,
}

impl ConsoleSettings {
    /// Whether browsers come over https.
    pub(crate) fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The redirect URI, exactly as it must be registered.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}{}", self.public_url.origin().ascii_serialization(), self.redirect_path)
    }
}
