//! `patcycle dev trust` and `untrust`: the private authority in the browsers' database of this account (NSS, which
//! Chromium and others read), and in the system's store if asked.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::credentials::{Credentials, CredentialsError};
use super::directory::{Directory, DirectoryError};
use crate::files::{self, FileError};

/// The programs and places that are used.
#[derive(Debug, Clone)]
pub struct TrustTools {
    /// The program that writes NSS databases.
    pub certutil: PathBuf,
    /// The directory of this account's NSS database.
    pub nss_database: PathBuf,
    /// The program that gathers the system's authorities.
    pub update_ca_certificates: PathBuf,
    /// Where it finds those that were added on this machine.
    pub system_directory: PathBuf,
}

impl TrustTools {
    /// Those of Debian, for the account whose home directory is `home`.
    pub fn usual(home: &Path) -> Self {
        Self {
            certutil: "certutil".into(),
            nss_database: home.join(".pki/nssdb"),
            update_ca_certificates: "update-ca-certificates".into(),
            system_directory: "/usr/local/share/ca-certificates".into(),
        }
    }
}

/// The authority could not be put in or taken out.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// No directory of `dev`.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Its credentials cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program is not installed.
    #[error("`{program}` is not installed")]
    Missing {
        /// The program.
        program: String,
        /// The package that has it.
        package: &'static str,
    },
    /// A program failed.
    #[error("`{program}` failed: {reason}")]
    Program {
        /// The program.
        program: String,
        /// What it said.
        reason: String,
    },
}

impl TrustError {
    /// What to do about it.
    pub fn next_step(&self) -> String {
        match self {
            Self::Directory(error) => error.next_step().to_owned(),
            Self::Credentials(error) => error.next_step().to_owned(),
            Self::File(error) => error.next_step().to_owned(),
            Self::Missing { package, .. } => {
                format!("Install the package `{package}` (on Debian: `apt install {package}`).")
            }
            Self::Program { program, .. } => format!("Look at what `{program}` says, then try again."),
        }
    }
}

/// What was done: one sentence each, for people.
pub type Done = Vec<String>;

/// Puts the authority of the data directory into the NSS database, and into the system's store if `system`.
pub fn trust(data_directory: &Path, system: bool, tools: &TrustTools) -> Result<Done, TrustError> {
    let directory = Directory::existing(data_directory)?;
    let name = name(&directory)?;
    let database = format!("sql:{}", tools.nss_database.display());
    if !tools.nss_database.join("cert9.db").exists() {
        files::make_private_directory(&tools.nss_database)?;
        certutil(tools, &["-N", "--empty-password", "-d", &database])?;
    }
    // One of the same name may be of an authority that was renewed since.
    let _ = certutil(tools, &["-D", "-d", &database, "-n", &name]);
    let ca = directory.ca();
    certutil(tools, &["-A", "-d", &database, "-t", "C,,", "-n", &name, "-i", &ca.to_string_lossy()])?;
    let mut done = vec![format!(
        "`{}` trusts the authority `{name}` now, for localhost only. Restart the browser.",
        tools.nss_database.display()
    )];
    if system {
        let file = system_file(&name, tools);
        files::write_public(&file, files::read(&ca)?.as_bytes())?;
        update(tools, &[])?;
        done.push(format!("The system trusts it too (`{}`).", file.display()));
    }
    Ok(done)
}

/// Takes the authority of the data directory out again. What is not there is fine.
pub fn untrust(data_directory: &Path, system: bool, tools: &TrustTools) -> Result<Done, TrustError> {
    let directory = Directory::existing(data_directory)?;
    let name = name(&directory)?;
    let mut done = Vec::new();
    let database = format!("sql:{}", tools.nss_database.display());
    let known = tools.nss_database.join("cert9.db").exists()
        && certutil(tools, &["-L", "-d", &database, "-n", &name]).map_or_else(not_there, |()| Ok(true))?;
    if known {
        certutil(tools, &["-D", "-d", &database, "-n", &name])?;
        done.push(format!("`{}` no longer trusts the authority `{name}`.", tools.nss_database.display()));
    } else {
        done.push(format!("`{}` does not know the authority `{name}`.", tools.nss_database.display()));
    }
    let file = system_file(&name, tools);
    if system && file.exists() {
        files::remove(&file)?;
        update(tools, &["--fresh"])?;
        done.push("The system no longer trusts it.".to_owned());
    }
    Ok(done)
}

/// A failed look-up says that the authority is not there; a missing program is an error.
fn not_there(error: TrustError) -> Result<bool, TrustError> {
    match error {
        TrustError::Program { .. } => Ok(false),
        other => Err(other),
    }
}

/// One name for each data directory, so that two of them do not replace each other.
fn name(directory: &Directory) -> Result<String, TrustError> {
    Ok(format!("patcycle dev authority {}", Credentials::load(directory)?.installation))
}

fn system_file(name: &str, tools: &TrustTools) -> PathBuf {
    tools.system_directory.join(format!("{}.crt", name.replace(' ', "-")))
}

fn certutil(tools: &TrustTools, arguments: &[&str]) -> Result<(), TrustError> {
    run(&tools.certutil, arguments, "libnss3-tools")
}

fn update(tools: &TrustTools, arguments: &[&str]) -> Result<(), TrustError> {
    run(&tools.update_ca_certificates, arguments, "ca-certificates")
}

fn run(program: &Path, arguments: &[&str], package: &'static str) -> Result<(), TrustError> {
    let name = program.display().to_string();
    let output = match Command::new(program).args(arguments).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(TrustError::Missing { program: name, package });
        }
        Err(error) => return Err(TrustError::Program { program: name, reason: error.to_string() }),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = said.lines().next().filter(|line| !line.is_empty()).unwrap_or("it gave no reason");
    Err(TrustError::Program { program: name, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use jiff::Timestamp;
    use patcycle_primitives::SeededRandom;

    use super::*;

    /// A program that writes its arguments to a file and keeps a database as certutil does.
    fn fake(path: &Path, script: &str) {
        std::fs::write(path, format!("#!/bin/sh\necho \"$@\" >> \"$0.log\"\n{script}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn log(path: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(format!("{}.log", path.display())).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn set_up() -> (tempfile::TempDir, PathBuf, TrustTools) {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("dev");
        let directory = Directory::make(&data).unwrap();
        Credentials::load_or_make(&directory, &SeededRandom::new(3)).unwrap();
        super::super::certificates::ensure(&directory, Timestamp::UNIX_EPOCH).unwrap();
        let tools = TrustTools {
            certutil: parent.path().join("certutil"),
            nss_database: parent.path().join("home/.pki/nssdb"),
            update_ca_certificates: parent.path().join("update"),
            system_directory: parent.path().join("system"),
        };
        std::fs::create_dir(&tools.system_directory).unwrap();
        (parent, data, tools)
    }

    #[test]
    fn it_goes_into_both_stores_and_out_again() {
        let (_parent, data, tools) = set_up();
        let database = tools.nss_database.join("cert9.db").display().to_string();
        fake(&tools.certutil, &format!("if [ \"$1\" = -N ]; then touch '{database}'; fi"));
        fake(&tools.update_ca_certificates, "");

        trust(&data, true, &tools).unwrap();
        let calls = log(&tools.certutil);
        assert!(calls[0].starts_with("-N --empty-password"), "{calls:?}");
        let added = calls.last().unwrap();
        assert!(added.contains("-t C,,") && added.contains("ca.pem"), "{added}");
        let installed: Vec<_> =
            std::fs::read_dir(&tools.system_directory).unwrap().map(Result::unwrap).collect();
        assert_eq!(installed.len(), 1);
        let ca = std::fs::read(data.join("ca.pem")).unwrap();
        assert_eq!(std::fs::read(installed[0].path()).unwrap(), ca);

        untrust(&data, true, &tools).unwrap();
        assert!(log(&tools.certutil).last().unwrap().starts_with("-D"));
        assert_eq!(std::fs::read_dir(&tools.system_directory).unwrap().count(), 0);
        assert_eq!(log(&tools.update_ca_certificates), ["", "--fresh"]);
    }

    #[test]
    fn a_missing_program_names_its_package() {
        let (_parent, data, tools) = set_up();
        let error = trust(&data, false, &tools).unwrap_err();
        assert!(error.next_step().contains("apt install libnss3-tools"), "{error}");
    }

    #[test]
    fn a_failing_program_is_quoted() {
        let (_parent, data, tools) = set_up();
        fake(&tools.certutil, "echo 'database is locked' >&2; exit 255");
        let error = trust(&data, false, &tools).unwrap_err();
        assert!(error.to_string().contains("database is locked"), "{error}");
    }
}
