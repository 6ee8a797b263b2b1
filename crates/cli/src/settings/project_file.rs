//! The project file: `.patcycle.toml` of the nearest directory above.
//!
//! It comes with a clone of somebody's repository, so it may say what is meant, never where a token is sent: profile,
//! organization, output and the defaults of `create`. Anything else is an error, not something to skip.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::create_defaults::CreateDefaults;
use crate::arguments::OutputFormat;
use crate::error::{CommandError, CommandResult};

/// The name of the file.
pub(crate) const NAME: &str = ".patcycle.toml";

/// The longest project file that is read, in bytes.
const MAXIMUM_BYTES: u64 = 64 * 1024;

/// The keys that a project file may have.
const PERMITTED: [&str; 4] = ["profile", "organization", "output", "create"];

/// The content of a project file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectFile {
    /// The profile of the user file.
    pub(crate) profile: Option<String>,
    /// The organization.
    pub(crate) organization: Option<String>,
    /// The form of the output.
    pub(crate) output: Option<OutputFormat>,
    /// Defaults of `create`.
    #[serde(default)]
    pub(crate) create: CreateDefaults,
}

/// Reads the nearest project file of `directory` and those above it.
pub(crate) fn find(directory: &Path) -> CommandResult<Option<(PathBuf, ProjectFile)>> {
    for ancestor in directory.ancestors() {
        let path = ancestor.join(NAME);
        match read(&path) {
            Ok(text) => return parse(&path, &text).map(|file| Some((path, file))),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(CommandError::usage(format!("cannot read `{}`: {error}", path.display())));
            }
        }
    }
    Ok(None)
}

/// A link is not followed: a clone could point it at a device that never ends, or at a secret of which an error
/// message then shows a line.
fn read(path: &Path) -> std::io::Result<String> {
    let metadata = std::fs::symlink_metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("a project file must be a file, not a link or a directory"));
    }
    if metadata.len() > MAXIMUM_BYTES {
        return Err(std::io::Error::other(format!("it is longer than {MAXIMUM_BYTES} bytes")));
    }
    let mut text = String::new();
    File::open(path)?.take(MAXIMUM_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn parse(path: &Path, text: &str) -> CommandResult<ProjectFile> {
    let wrong = |reason: String| {
        CommandError::usage(format!("the project file `{}` is wrong: {}", path.display(), reason.trim_end()))
    };
    let table: toml::Table = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    if let Some(key) = table.keys().find(|key| !PERMITTED.contains(&key.as_str())) {
        return Err(CommandError::usage(format!(
            "the project file `{}` sets `{key}`, which a project file must not",
            path.display()
        ))
        .with_next(
            "A project file may set profile, organization, output and [create]. Where tokens are sent is the user's \
             decision: put the rest into a [profile.NAME] of the user file.",
        ));
    }
    toml::from_str(text).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_project_file_must_not_set() {
        for key in ["base_url", "authority", "client_id", "tenant_id", "ca_file", "token_store", "scope"] {
            let error = parse(Path::new("p.toml"), &format!("{key} = \"x\"")).unwrap_err();
            assert!(error.message.contains(&format!("sets `{key}`")), "{}", error.message);
        }
        let error = parse(Path::new("p.toml"), "[profile.work]\nbase_url = 'x'").unwrap_err();
        assert!(error.message.contains("profile"), "{}", error.message);
    }

    #[test]
    fn reads_what_it_may_set() {
        let text = "profile = 'work'\norganization = 'fabrikam'\noutput = 'json'\n[create]\nscope = 'vso.code'\n\
                    valid_for = '7d'\n";
        let file = parse(Path::new("p.toml"), text).unwrap();
        assert_eq!(file.profile.as_deref(), Some("work"));
        assert_eq!(file.create.scope.as_deref(), Some("vso.code"));
        assert_eq!(file.create.valid_for, "7d".parse().ok());
    }

    #[cfg(unix)]
    #[test]
    fn only_a_short_plain_file_is_read() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join(NAME);
        for target in ["/dev/zero", "/etc/hostname", "nowhere"] {
            std::os::unix::fs::symlink(target, &path).unwrap();
            assert!(find(top.path()).unwrap_err().message.contains("not a link"), "{target}");
            std::fs::remove_file(&path).unwrap();
        }
        std::fs::write(&path, "#".repeat(65 * 1024)).unwrap();
        assert!(find(top.path()).unwrap_err().message.contains("longer than 65536 bytes"));
    }

    #[test]
    fn the_nearest_one_counts() {
        let top = tempfile::tempdir().unwrap();
        let below = top.path().join("a/b");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(top.path().join(NAME), "organization = 'far'").unwrap();
        assert_eq!(find(&below).unwrap().unwrap().1.organization.as_deref(), Some("far"));
        std::fs::write(top.path().join("a").join(NAME), "organization = 'near'").unwrap();
        assert_eq!(find(&below).unwrap().unwrap().1.organization.as_deref(), Some("near"));
    }
}
