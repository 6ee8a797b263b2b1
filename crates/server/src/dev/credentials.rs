//! `credentials.toml`: what is random in a data directory, made once, so that a restart has the same.
//! Plain text on purpose: it is for development only.

use patcycle_primitives::{Random, RandomError, Secret};
use serde::Deserialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::directory::Directory;
use crate::files::{self, FileError};

/// The characters of passwords and keys: none that a shell, a URL or TOML treats specially.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The credentials could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Somebody changed the file. The parser's text is left out: it would show the line.
    #[error("`{0}` cannot be understood")]
    Unreadable(std::path::PathBuf),
    /// New ones would not fit the tenant that is there.
    #[error("`{0}` is missing, but the tenant's database is there")]
    Lost(std::path::PathBuf),
}

impl CredentialsError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Random(_) => "Try again.",
            Self::Unreadable(_) | Self::Lost(_) => {
                "Put the file back, or start with an empty data directory."
            }
        }
    }
}

/// Everything in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// 8 hexadecimal digits, for the names of cookies.
    pub(crate) installation: String,
    /// The key of `/_dev`.
    pub(crate) control_key: Secret,
    pub(crate) fabrikam: Tenant,
    pub(crate) contoso: Tenant,
    pub(crate) web_application: Application,
    pub(crate) public_application: PublicApplication,
    pub(crate) service_application: Application,
    pub(crate) admin_consent_application: PublicApplication,
    pub(crate) user: Person,
    pub(crate) admin: Person,
    pub(crate) mfa_user: MfaPerson,
    pub(crate) other_user: Person,
}

/// A tenant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tenant {
    pub(crate) id: Uuid,
}

/// An application with a secret.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    pub(crate) id: Uuid,
    pub(crate) secret: Secret,
}

/// An application without one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicApplication {
    pub(crate) id: Uuid,
}

/// A person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) password: Secret,
}

/// A person with a second factor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MfaPerson {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) password: Secret,
    /// The TOTP secret, base32.
    pub(crate) totp: Secret,
}

impl Credentials {
    /// Those of the directory; makes them when it has none.
    pub(crate) fn load_or_make(directory: &Directory, random: &dyn Random) -> Result<Self, CredentialsError> {
        let path = directory.credentials();
        if files::read_if_there(&path)?.is_none() {
            if directory.tenant().exists() {
                return Err(CredentialsError::Lost(path));
            }
            files::write_private(&path, make(random)?.as_bytes())?;
        }
        Self::load(directory)
    }

    /// Those of a directory that has some.
    pub(crate) fn load(directory: &Directory) -> Result<Self, CredentialsError> {
        let path = directory.credentials();
        let text = files::read(&path)?;
        toml::from_str(&text).map_err(|_| CredentialsError::Unreadable(path))
    }
}

fn make(random: &dyn Random) -> Result<Zeroizing<String>, RandomError> {
    let id = || random.uuid();
    let key = |length| random_text(random, ALPHABET, length);
    let totp = random_text(random, BASE32, 32)?;
    Ok(Zeroizing::new(format!(
        "# Made by `patcycle dev`, once for this directory. Plain text on purpose: for development only.\n\
         installation = \"{}\"\n\
         control_key = \"{}\"\n\n\
         [fabrikam]\nid = \"{}\"\n\n\
         [contoso]\nid = \"{}\"\n\n\
         [web_application]\nid = \"{}\"\nsecret = \"{}\"\n\n\
         [public_application]\nid = \"{}\"\n\n\
         [service_application]\nid = \"{}\"\nsecret = \"{}\"\n\n\
         [admin_consent_application]\nid = \"{}\"\n\n\
         [user]\nid = \"{}\"\nname = \"ana@fabrikam.example\"\npassword = \"{}\"\n\n\
         [admin]\nid = \"{}\"\nname = \"admin@fabrikam.example\"\npassword = \"{}\"\n\n\
         [mfa_user]\nid = \"{}\"\nname = \"mia@fabrikam.example\"\npassword = \"{}\"\ntotp = \"{}\"\n\n\
         [other_user]\nid = \"{}\"\nname = \"otto@contoso.example\"\npassword = \"{}\"\n",
        *random_text(random, b"0123456789abcdef", 8)?,
        *key(43)?,
        id()?,
        id()?,
        id()?,
        *key(40)?,
        id()?,
        id()?,
        *key(40)?,
        id()?,
        id()?,
        *key(20)?,
        id()?,
        *key(20)?,
        id()?,
        *key(20)?,
        *totp,
        id()?,
        *key(20)?,
    )))
}

/// `length` characters of the alphabet, each equally likely. The alphabet has at most 256.
pub(crate) fn random_text(
    random: &dyn Random,
    alphabet: &[u8],
    length: usize,
) -> Result<Zeroizing<String>, RandomError> {
    let size = alphabet.len().clamp(1, 256);
    // Bytes from here on would favour the first characters.
    let limit = 256 - 256 % size;
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0; 64]);
    while text.len() < length {
        random.fill(bytes.as_mut_slice())?;
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < limit);
        let wanted = length - text.len();
        text.extend(
            fair.filter_map(|byte| alphabet.get(byte % size)).take(wanted).map(|byte| char::from(*byte)),
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use patcycle_primitives::{OsRandom, SeededRandom};

    use super::*;

    #[test]
    fn a_restart_has_the_same_ones_and_another_directory_has_others() {
        let parent = tempfile::tempdir().unwrap();
        let one = Directory::make(&parent.path().join("one")).unwrap();
        let two = Directory::make(&parent.path().join("two")).unwrap();
        let first = Credentials::load_or_make(&one, &OsRandom).unwrap();
        let again = Credentials::load_or_make(&one, &OsRandom).unwrap();
        let other = Credentials::load_or_make(&two, &OsRandom).unwrap();
        assert_eq!(first.control_key.expose(), again.control_key.expose());
        assert_eq!(first.user.password.expose(), again.user.password.expose());
        assert_eq!(first.web_application.id, again.web_application.id);
        assert_ne!(first.control_key.expose(), other.control_key.expose());
        assert_ne!(first.user.password.expose(), other.user.password.expose());
        let mode = std::fs::metadata(one.credentials()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn lost_ones_are_not_replaced() {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::make(&parent.path().join("dev")).unwrap();
        std::fs::create_dir(directory.tenant()).unwrap();
        let error = Credentials::load_or_make(&directory, &OsRandom).unwrap_err();
        assert!(matches!(error, CredentialsError::Lost(_)), "{error}");
        assert!(!directory.credentials().exists());
    }

    #[test]
    fn debug_and_errors_show_none_of_them() {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::make(&parent.path().join("dev")).unwrap();
        let credentials = Credentials::load_or_make(&directory, &SeededRandom::new(7)).unwrap();
        let shown = format!("{credentials:?}");
        for secret in [
            &credentials.control_key,
            &credentials.web_application.secret,
            &credentials.user.password,
            &credentials.mfa_user.totp,
        ] {
            assert!(!shown.contains(secret.expose()));
        }
        std::fs::write(directory.credentials(), "control_key = \"s3cret").unwrap();
        let error = Credentials::load(&directory).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }

    #[test]
    fn random_text_has_the_length_and_the_alphabet() {
        let text = random_text(&SeededRandom::new(1), BASE32, 1000).unwrap();
        assert_eq!(text.len(), 1000);
        assert!(text.bytes().all(|byte| BASE32.contains(&byte)));
    }
}
