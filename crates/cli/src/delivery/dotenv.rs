//! `--to dotenv:FILE#KEY`: one value of an environment file, everything else byte for byte as it was.
//!
//! Comments, order, quotes, `export`, blanks around `=`, CRLF and a missing last line feed are kept. The file is replaced
//! at once, with mode 0600 or what is stricter already, through a symbolic link at its target, and read back.

use std::fs;
use std::io;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patcycle_primitives::Secret;
use zeroize::Zeroizing;

use super::dotenv_syntax::{Assignment, assignments};
use crate::atomic_file;

/// How long another process may be editing.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// The largest file that is edited.
const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// Why a secret cannot be written there. No text holds a value of the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DotenvError {
    /// Reading, writing or locking failed.
    #[error("cannot use `{}`: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A link whose target is not there, a directory, a device.
    #[error("`{}` is not a file", .0.display())]
    NotAFile(PathBuf),
    /// UTF-16, or no text at all, or far too long.
    #[error("`{}` is not an environment file in UTF-8", .0.display())]
    NotText(PathBuf),
    /// It is not clear which one a reader takes.
    #[error("`{}` assigns `{key}` {count} times", path.display())]
    Repeated {
        /// The file.
        path: PathBuf,
        /// The variable.
        key: String,
        /// How often.
        count: usize,
    },
    /// What was read back is not what was written, or it is not certain that it stays.
    #[error("it is not certain that `{}` holds what was just written to it", .0.display())]
    ReadBack(PathBuf),
    /// The secret has a character that no kind of quotes can hold.
    #[error("the secret has characters that an environment file cannot hold")]
    Unquotable,
}

/// A variable of an environment file that was found fit to take a secret.
#[derive(Debug)]
pub(crate) struct DotenvTarget {
    path: PathBuf,
    key: String,
}

impl DotenvTarget {
    /// Looks whether the file can be edited: before the secret is made, so that none is lost.
    pub(crate) fn prepare(file: &Path, key: &str) -> Result<Self, DotenvError> {
        let fault = |error| DotenvError::Io { path: file.to_owned(), error };
        let path = match fs::symlink_metadata(file) {
            Ok(_) => fs::canonicalize(file).map_err(|_| DotenvError::NotAFile(file.to_owned()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => file.to_owned(),
            Err(error) => return Err(fault(error)),
        };
        let target = Self { path, key: key.to_owned() };
        edit(&target.path, &target.read()?, key, &Secret::new("x"))?;
        // The replacement needs room beside the file, which a read-only directory does not give.
        tempfile::tempfile_in(atomic_file::directory_of(&target.path)).map_err(fault)?;
        Ok(target)
    }

    /// Where the secret goes, for the person.
    pub(crate) fn describe(&self) -> String {
        format!("{}#{}", self.path.display(), self.key)
    }

    /// Writes the secret, and reads it back.
    pub(crate) fn write(&self, secret: &Secret) -> Result<(), DotenvError> {
        let fault = |error| DotenvError::Io { path: self.path.clone(), error };
        let directory = atomic_file::directory_of(&self.path);
        let _lock = atomic_file::lock_directory(&directory, LOCK_LIMIT).map_err(fault)?;
        let edited = edit(&self.path, &self.read()?, &self.key, secret)?;
        let mode = match fs::metadata(&self.path) {
            Ok(metadata) => metadata.permissions().mode() & atomic_file::OWNER_ONLY,
            Err(_) => atomic_file::OWNER_ONLY,
        };
        let replaced = atomic_file::replace(&self.path, &edited, mode);
        match (replaced, self.read()) {
            (Ok(()), Ok(back)) if self.holds(&back, secret) => Ok(()),
            // The old content is still there, so nothing happened.
            (Err(error), Ok(back)) if !self.holds(&back, secret) => Err(fault(error)),
            // It was replaced and cannot be read, or was not made durable: nobody knows.
            _ => Err(DotenvError::ReadBack(self.path.clone())),
        }
    }

    fn holds(&self, content: &[u8], secret: &Secret) -> bool {
        let found = find(&self.path, content, &self.key).ok().flatten();
        found.is_some_and(|assignment| assignment.value(content).as_slice() == secret.expose().as_bytes())
    }

    /// The content; nothing where there is no file yet.
    fn read(&self) -> Result<Zeroizing<Vec<u8>>, DotenvError> {
        let path = &self.path;
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Zeroizing::new(Vec::new())),
            Err(error) => return Err(DotenvError::Io { path: path.clone(), error }),
        };
        if !metadata.is_file() {
            return Err(DotenvError::NotAFile(path.clone()));
        }
        if metadata.len() > MAXIMUM_BYTES {
            return Err(DotenvError::NotText(path.clone()));
        }
        fs::read(path).map(Zeroizing::new).map_err(|error| DotenvError::Io { path: path.clone(), error })
    }
}

fn find(path: &Path, content: &[u8], key: &str) -> Result<Option<Assignment>, DotenvError> {
    let mut found: Vec<Assignment> = assignments(content)
        .into_iter()
        .filter(|assignment| &content[assignment.key.clone()] == key.as_bytes())
        .collect();
    match found.len() {
        0 | 1 => Ok(found.pop()),
        count => Err(DotenvError::Repeated { path: path.to_owned(), key: key.to_owned(), count }),
    }
}

/// The content with the one value exchanged, or with a line more.
fn edit(path: &Path, content: &[u8], key: &str, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, DotenvError> {
    let is_utf16 = content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]);
    if is_utf16 || content.contains(&0) {
        return Err(DotenvError::NotText(path.to_owned()));
    }
    let Some(assignment) = find(path, content, key)? else {
        return append(content, key, secret);
    };
    let mut value = quoted(secret.expose(), assignment.quote)?;
    if content.get(assignment.whole_value.end) == Some(&b'#') {
        // `A=# c` is an empty value and a comment, `A=b# c` would be one value.
        value.push(' ');
    }
    Ok(splice(content, assignment.whole_value, value.as_bytes()))
}

fn append(content: &[u8], key: &str, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, DotenvError> {
    let value = quoted(secret.expose(), None)?;
    let end_of_line: &[u8] = if content.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
    let byte_order_mark: &[u8] = b"\xef\xbb\xbf";
    let is_empty = content.is_empty() || content == byte_order_mark;
    let is_complete = is_empty || content.ends_with(b"\n");
    let mut edited = Zeroizing::new(Vec::with_capacity(content.len() + key.len() + value.len() + 8));
    edited.extend_from_slice(content);
    if !is_complete {
        edited.extend_from_slice(end_of_line);
    }
    edited.extend_from_slice(key.as_bytes());
    edited.push(b'=');
    edited.extend_from_slice(value.as_bytes());
    if is_complete {
        edited.extend_from_slice(end_of_line);
    }
    Ok(edited)
}

/// The value in the quotes that stood there; plain text that needs quotes gets single ones.
fn quoted(text: &str, quote: Option<u8>) -> Result<Zeroizing<String>, DotenvError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+/:@%,".contains(&byte);
    if text.is_empty() || text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err(DotenvError::Unquotable);
    }
    let plain = text.bytes().all(is_plain);
    let quote = match quote {
        None if plain => return Ok(Zeroizing::new(text.to_owned())),
        Some(quote) if plain => quote,
        // Inside single quotes nothing has a meaning, in every reader.
        _ if !text.contains('\'') => b'\'',
        _ => return Err(DotenvError::Unquotable),
    };
    let quote = char::from(quote);
    Ok(Zeroizing::new(format!("{quote}{text}{quote}")))
}

fn splice(content: &[u8], range: Range<usize>, value: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut edited = Zeroizing::new(Vec::with_capacity(content.len() + value.len()));
    edited.extend_from_slice(&content[..range.start]);
    edited.extend_from_slice(value);
    edited.extend_from_slice(&content[range.end..]);
    edited
}

#[cfg(test)]
mod tests;
