//! Questions to the person, on a terminal only, and never on stdout.

use std::io::{BufRead as _, Read as _, Write as _};
use std::path::Path;

use inquire::{InquireError, Password, PasswordDisplayMode};
use patcycle_primitives::Secret;
use zeroize::Zeroizing;

/// The longest line that is read.
const MAXIMUM_LINE: u64 = 64 * 1024;

/// Asks a yes-or-no question; anything but yes is no.
pub(crate) fn confirm(question: &str) -> std::io::Result<bool> {
    let answer = line(&format!("{question} [y/N] "))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Asks for a line.
pub(crate) fn line(question: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr().lock();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut text = String::new();
    std::io::stdin().lock().take(MAXIMUM_LINE).read_line(&mut text)?;
    Ok(text)
}

/// Asks for a passphrase without showing it; a new one twice.
pub(crate) fn passphrase(question: &str, is_new: bool) -> Result<Secret, String> {
    let prompt = Password::new(question).with_display_mode(PasswordDisplayMode::Hidden);
    let prompt = if is_new { prompt } else { prompt.without_confirmation() };
    match prompt.prompt() {
        Ok(text) if text.is_empty() => Err("the passphrase is empty".to_owned()),
        Ok(text) => Ok(Secret::new(text)),
        Err(InquireError::OperationInterrupted | InquireError::OperationCanceled) => {
            Err("no passphrase was given".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The first line of a file, for a passphrase.
pub(crate) fn first_line(path: &Path) -> Result<Secret, String> {
    let fault = |error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
    let file = std::fs::File::open(path).map_err(fault)?;
    let mut text = Zeroizing::new(String::new());
    std::io::BufReader::new(file.take(MAXIMUM_LINE)).read_line(&mut text).map_err(fault)?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("`{}` holds no passphrase in its first line", path.display())),
        passphrase => Ok(Secret::new(passphrase)),
    }
}
