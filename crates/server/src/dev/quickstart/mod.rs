//! `patcycle dev quickstart python DIR`: a small Flask application that signs a person in and manages their PATs, with
//! its configuration filled in from the running `dev`.

use std::path::{Path, PathBuf};

use super::directory::{Directory, DirectoryError};
use super::environment_file;
use crate::files::{self, FileError};

/// The first line of the configuration, by which a quickstart is known again.
const MARK: &str = "# Written by `patcycle dev quickstart python`.";
const CONFIGURATION: &str = "app_config.py";
/// Everything but the configuration.
const FILES: &[(&str, &str)] = &[
    ("app.py", include_str!("python/app.py")),
    ("pats.py", include_str!("python/pats.py")),
    ("requirements.txt", include_str!("python/requirements.txt")),
    ("README.md", include_str!("python/README.md")),
    ("templates/base.html", include_str!("python/templates/base.html")),
    ("templates/index.html", include_str!("python/templates/index.html")),
    ("templates/error.html", include_str!("python/templates/error.html")),
];

/// The application could not be written.
#[derive(Debug, thiserror::Error)]
pub enum QuickstartError {
    /// No directory of `dev`.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// `dev` does not run, so its ports are not known.
    #[error("`patcycle dev` is not running on `{0}`, so its addresses are not known")]
    NotRunning(PathBuf),
    /// The target holds something else.
    #[error("`{0}` is not empty and holds no quickstart")]
    NotEmpty(PathBuf),
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
}

impl QuickstartError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Directory(error) => error.next_step(),
            Self::NotRunning(_) => "Start it, then try again.",
            Self::NotEmpty(_) => "Choose another directory.",
            Self::File(error) => error.next_step(),
        }
    }
}

/// Writes the application to `target`. In one that was written before, only the configuration is written again, so
/// that changes to the rest stay.
pub fn python(data_directory: &Path, target: &Path) -> Result<(), QuickstartError> {
    let directory = Directory::existing(data_directory)?;
    let not_running = || QuickstartError::NotRunning(directory.path().to_owned());
    let environment = files::read_if_there(&directory.environment())?.ok_or_else(not_running)?;
    let environment = environment_file::parse(&environment);
    let value = |name: &str| {
        environment.get(&format!("PATCYCLE_{name}")).map(|value| value.as_str()).ok_or_else(not_running)
    };
    let endpoint = format!(
        "{}/{}/_apis/tokens/pats?api-version=7.1-preview.1",
        value("BASE_URL")?,
        value("ORGANIZATION")?
    );
    let configuration = zeroize::Zeroizing::new(format!(
        "{MARK} It holds a secret:\n\
         # keep it out of version control. When `patcycle dev` gets other ports, run the command again.\n\n\
         # Where people sign in: one tenant.\n\
         AUTHORITY = {}\n\n\
         # The application that was registered there, and its secret.\n\
         CLIENT_ID = {}\n\
         CLIENT_SECRET = {}\n\n\
         # The path of the registered redirect URI, http://localhost:5000/getAToken.\n\
         REDIRECT_PATH = \"/getAToken\"\n\n\
         # The PAT API of the organization.\n\
         ENDPOINT = {}\n\n\
         # Every permission that the application was registered with, of the Azure DevOps resource.\n\
         SCOPE = [\"499b84ac-1321-427f-aa17-267ca6975798/.default\"]\n\n\
         # The private certificate authority of this `patcycle dev`.\n\
         CA_FILE = {}\n",
        literal(value("AUTHORITY")?),
        literal(value("CLIENT_ID")?),
        literal(value("CLIENT_SECRET")?),
        literal(&endpoint),
        literal(value("CA_FILE")?),
    ));

    let known = files::read_if_there(&target.join(CONFIGURATION))?.is_some_and(|text| text.starts_with(MARK));
    if !known {
        refuse_filled(target)?;
        for (name, content) in FILES {
            let path = target.join(name);
            let parent = path.parent().unwrap_or(target);
            std::fs::create_dir_all(parent)
                .map_err(|source| FileError::new("make the directory", parent, source))?;
            files::write_public(&path, content.as_bytes())?;
        }
    }
    Ok(files::write_private(&target.join(CONFIGURATION), configuration.as_bytes())?)
}

fn refuse_filled(target: &Path) -> Result<(), QuickstartError> {
    let first = match std::fs::read_dir(target) {
        Ok(mut entries) => entries.next(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => return Err(FileError::new("look into", target, source).into()),
    };
    if first.is_some() { Err(QuickstartError::NotEmpty(target.to_owned())) } else { Ok(()) }
}

/// A string literal of Python, which reads JSON's escapes.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("dev");
        Directory::make(&data).unwrap();
        let target = parent.path().join("quickstart");
        (parent, data, target)
    }

    fn write_environment(data: &Path, secret: &str) {
        let mut file = environment_file::EnvironmentFile::default();
        for (name, value) in [
            ("BASE_URL", "https://localhost:7243"),
            ("ORGANIZATION", "fabrikam"),
            ("AUTHORITY", "https://localhost:7243/t"),
            ("CLIENT_ID", "id"),
            ("CLIENT_SECRET", secret),
            ("CA_FILE", "/tmp/ca.pem"),
        ] {
            file.set(name, value);
        }
        std::fs::write(data.join("dev.env"), file.as_bytes()).unwrap();
    }

    #[test]
    fn every_file_is_python_that_parses_with_the_values_in_it() {
        let (_parent, data, target) = running();
        write_environment(&data, "a\"b\\c'd");
        python(&data, &target).unwrap();
        let script = "import ast, sys, runpy\n\
                      for name in ('app.py', 'pats.py', 'app_config.py'):\n\
                      \x20   ast.parse(open(sys.argv[1] + '/' + name).read(), name)\n\
                      values = runpy.run_path(sys.argv[1] + '/app_config.py')\n\
                      print(values['CLIENT_SECRET'], values['ENDPOINT'], values['SCOPE'][0])";
        let python =
            std::process::Command::new("python3").args(["-c", script]).arg(&target).output().unwrap();
        let said = String::from_utf8(python.stdout).unwrap();
        let errors = String::from_utf8(python.stderr).unwrap();
        let endpoint = "https://localhost:7243/fabrikam/_apis/tokens/pats?api-version=7.1-preview.1";
        let scope = "499b84ac-1321-427f-aa17-267ca6975798/.default";
        assert_eq!(said, format!("a\"b\\c'd {endpoint} {scope}\n"), "{errors}");
    }

    #[test]
    fn a_second_time_only_the_configuration_is_written() {
        let (_parent, data, target) = running();
        write_environment(&data, "first");
        python(&data, &target).unwrap();
        std::fs::write(target.join("app.py"), "# mine\n").unwrap();
        write_environment(&data, "second");
        python(&data, &target).unwrap();
        let read = |name: &str| std::fs::read_to_string(target.join(name)).unwrap();
        assert_eq!(read("app.py"), "# mine\n");
        assert!(read(CONFIGURATION).contains("\"second\""));
    }

    #[test]
    fn it_needs_a_running_dev_and_an_empty_target() {
        let (parent, data, target) = running();
        assert!(matches!(python(&data, &target), Err(QuickstartError::NotRunning(_))));
        write_environment(&data, "secret");
        assert!(matches!(python(&data, parent.path()), Err(QuickstartError::NotEmpty(_))));
    }
}
