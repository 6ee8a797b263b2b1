//! The console put together with what is around it, as `dev`, `serve` and `console` mount it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::SignedDuration;
use patcycle_client::{ClientSettings, ProxySettings, RetryPolicy};
use patcycle_console::sessions::{SealingKey, Sessions, SessionsError};
use patcycle_console::{Console, ConsoleError, ConsoleParts, ConsoleSettings, Development};
use patcycle_entra::Authority;
use patcycle_entra::flows::{ClientApplication, ClientCredential};
use patcycle_entra::http::{HttpClient, Trust};
use patcycle_primitives::{Random, RandomError};
use sha2::{Digest as _, Sha256};
use url::Url;
use zeroize::Zeroizing;

use super::credential::CredentialError;
use crate::Context;
use crate::files::{self, FileError};
use crate::jobs::Jobs;

/// A person waits for a page: what does not answer in this time is said to be away.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// A read is asked again once, soon.
const RETRY: RetryPolicy =
    RetryPolicy { attempts: 2, first_wait: Duration::from_millis(250), maximum_wait: Duration::from_secs(2) };

/// What a console is set up with.
#[derive(Debug)]
pub(crate) struct ConsoleSetup {
    /// Where browsers reach it.
    pub(crate) public_url: Url,
    pub(crate) redirect_path: String,
    /// 8 hexadecimal digits, for the names of cookies; `None`: taken from the key of sessions, so that they stay.
    pub(crate) installation: Option<String>,
    pub(crate) authority: Authority,
    pub(crate) client_id: String,
    pub(crate) credential: ClientCredential,
    pub(crate) scopes: Vec<String>,
    /// Which certificate authorities are trusted besides the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// The API and the organization.
    pub(crate) base_url: Url,
    pub(crate) organization: String,
    pub(crate) api_version: Option<String>,
    pub(crate) network: Network,
    /// Where sessions are kept.
    pub(crate) sessions: Arc<dyn Sessions>,
    /// The file with the key that they are sealed with; made when absent.
    pub(crate) session_key_file: PathBuf,
    pub(crate) fresh_sign_in: SignedDuration,
    pub(crate) development: Option<Development>,
}

/// How the API is reached from here, where that is not directly.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// The proxy (`HTTPS_PROXY`, `NO_PROXY`). Loopback addresses never go through it.
    pub proxy: ProxySettings,
    /// A PEM file of certificate authorities that replace the system's (`SSL_CERT_FILE`).
    pub ssl_cert_file: Option<PathBuf>,
}

/// The console cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleSetupError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key's file is damaged.
    #[error("`{0}` holds no key: 64 hexadecimal digits were expected")]
    Key(PathBuf),
    /// The application's credential cannot be had.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The sessions cannot be kept.
    #[error(transparent)]
    Sessions(#[from] SessionsError),
    /// An address cannot be used.
    #[error("`{0}` is not an address that the console can use: {1}")]
    Address(String, String),
    /// The settings do not fit together.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl ConsoleSetupError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Key(_) => "Put the file back, or remove it: everybody then signs in again.",
            Self::Credential(error) => error.next_step(),
            Self::Sessions(_) => "Name a folder that this user can write to, on a disk with room.",
            Self::Address(..) | Self::Console(_) => "Correct the address in the settings of the console.",
            Self::Random(_) => "Try again.",
        }
    }
}

/// Makes a console and its routes, and starts what it needs beside the requests.
pub(crate) fn mount(
    setup: ConsoleSetup,
    context: &Context,
    jobs: &Jobs,
) -> Result<Router, ConsoleSetupError> {
    let Context { clock, random } = context;
    if let Some(folder) =
        setup.session_key_file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
    {
        files::make_private_directory(folder)?;
    }
    let key = load_or_make_key(&setup.session_key_file, random.as_ref())?;
    let trust = setup.ca_file.clone().map_or(Trust::System, Trust::SystemAnd);
    let application = ClientApplication::confidential(
        setup.authority,
        setup.client_id,
        setup.credential,
        Arc::new(HttpClient::new(trust)),
        Arc::clone(clock),
        Arc::clone(random),
    );
    let mut api = ClientSettings::new(setup.base_url, setup.organization);
    api.ca_file = setup.ca_file;
    api.proxy = setup.network.proxy;
    api.ssl_cert_file = setup.network.ssl_cert_file;
    api.call_timeout = CALL_TIMEOUT;
    api.retry = RETRY;
    if let Some(version) = setup.api_version {
        api.api_version = version;
    }
    let console = Console::new(ConsoleParts {
        settings: ConsoleSettings {
            public_url: setup.public_url,
            redirect_path: setup.redirect_path,
            installation: setup.installation.unwrap_or_else(|| installation(&key)),
            scopes: setup.scopes,
            fresh_sign_in: setup.fresh_sign_in,
            development: setup.development,
        },
        application,
        api,
        sessions: setup.sessions,
        sealing_key: SealingKey::new(&key),
        clock: Arc::clone(clock),
        random: Arc::clone(random),
    })?;
    let console = Arc::new(console);
    let swept = Arc::clone(&console);
    jobs.spawn(|stop| async move {
        while stop.run_until_cancelled(tokio::time::sleep(Console::SWEEP_EVERY)).await.is_some() {
            swept.sweep().await;
        }
    });
    Ok(patcycle_console::router(console))
}

/// The key of the file; made, with mode 0600, where there is none.
fn load_or_make_key(path: &Path, random: &dyn Random) -> Result<Zeroizing<[u8; 32]>, ConsoleSetupError> {
    let mut key = Zeroizing::new([0; 32]);
    if let Some(text) = files::read_if_there(path)? {
        files::warn_when_open_to_others(path, "the key of sessions");
        let decoded = hex::decode_to_slice(text.trim(), key.as_mut_slice());
        decoded.map_err(|_| ConsoleSetupError::Key(path.to_owned()))?;
    } else {
        random.fill(key.as_mut_slice())?;
        let text = Zeroizing::new(format!("{}\n", Zeroizing::new(hex::encode(key.as_slice())).as_str()));
        files::write_private(path, text.as_bytes())?;
    }
    Ok(key)
}

/// Tells consoles on one host apart. A piece of the key's hash tells nothing of the key.
fn installation(key: &[u8; 32]) -> String {
    hex::encode(&Sha256::digest(key)[..4])
}
