//! Notices by mail, to the owner of the PAT.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use jiff::Timestamp;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message as MailMessage, Tokio1Executor};
use patcycle_primitives::Secret;

use crate::compose::Message;
use crate::sender::{SendError, Sender};

/// How long the server may take for each answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte on (RFC 8314; usually port 465).
    Implicit,
    /// STARTTLS, and nothing is sent without it.
    StartTls,
    /// Nothing. For a server on this machine.
    None,
}

/// The mail server and how to use it.
#[derive(Debug)]
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is protected.
    pub tls: MailTls,
    /// A PEM file of the only authorities to trust; `None`: the system's.
    pub ca_file: Option<PathBuf>,
    /// The sender: `Patcycle <patcycle@fabrikam.example>`.
    pub from: String,
    /// User and password, where the server wants them.
    pub credentials: Option<(String, Secret)>,
}

/// Mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is no address.
    #[error("`{0}` is not a mail address")]
    From(String),
    /// The authorities cannot be read.
    #[error("cannot read the certificate file `{path}`: {reason}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong with its content.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("cannot set up TLS for the mail server: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// Sends notices through one mail server.
#[derive(Debug)]
pub struct Mail {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mail {
    /// Makes no connection yet.
    pub fn new(settings: MailSettings) -> Result<Self, MailError> {
        let from = settings.from.parse().map_err(|_| MailError::From(settings.from.clone()))?;
        let tls = match settings.tls {
            MailTls::None => Tls::None,
            MailTls::Implicit => Tls::Wrapper(tls_parameters(&settings)?),
            MailTls::StartTls => Tls::Required(tls_parameters(&settings)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(TIMEOUT));
        if let Some((user, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(user, password.expose().to_owned()));
        }
        Ok(Self { from, transport: builder.build() })
    }

    fn write(&self, message: &Message) -> Result<MailMessage, SendError> {
        let owner = &message.owner;
        let no_address =
            |_| SendError::Permanent("the owner's sign-in name is not a mail address".to_owned());
        let address = owner.user_name.parse().map_err(no_address)?;
        let name = owner.display_name.chars().filter(|character| !character.is_control()).collect();
        // A receiver that gets it twice can see by this id that it is the same.
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        MailMessage::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(name), address))
            .subject(message.subject.clone())
            .message_id(Some(id))
            .date(system_time(message.sent_at))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|error| SendError::Permanent(format!("the mail cannot be written: {error}")))
    }
}

#[async_trait]
impl Sender for Mail {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mail = self.write(message)?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => {
                let status = error.status().map(|code| code.to_string()).unwrap_or_default();
                Err(SendError::Permanent(format!("the mail server refused it for good ({status})")))
            }
            Err(error) => Err(SendError::Temporary(reason(&error))),
        }
    }
}

/// To the second, as mail has it.
fn system_time(instant: Timestamp) -> SystemTime {
    let seconds = u64::try_from(instant.as_second()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// What the server or the system said last. A server's own words may repeat the address, so only its code is taken.
fn reason(error: &lettre::transport::smtp::Error) -> String {
    if let Some(code) = error.status() {
        return format!("the mail server answered {code}");
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    format!("the mail server cannot be reached: {innermost}")
}

fn tls_parameters(settings: &MailSettings) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let failed = |reason: String| MailError::CaFile { path: path.clone(), reason };
        let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| failed(error.to_string()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    Ok(builder.build_rustls()?)
}

/// `Auto-Submitted: auto-generated` (RFC 3834): out-of-office answers are not sent back.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
