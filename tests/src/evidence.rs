//! What a test run leaves behind, for the search for secrets that follows it.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where evidence goes; a folder of the target directory when the tests are run by hand.
fn root() -> PathBuf {
    std::env::var_os("PATCYCLE_TEST_EVIDENCE")
        .map_or_else(|| crate::command::target_directory().join("test-evidence-by-hand"), PathBuf::from)
}

/// A new, empty directory that is kept after the test.
///
/// # Panics
/// When it cannot be made.
pub fn directory(name: &str) -> PathBuf {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = root().join(format!("{name}-{}-{number}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// Notes a PAT: no eight characters of its random part may be found anywhere.
///
/// # Panics
/// When `pat` is not a PAT of the 84-character form, or the ledger cannot be written.
pub fn note_pat(pat: &str) {
    assert_eq!(pat.len(), 84, "a PAT has 84 characters");
    note(&format!("pat {}", &pat[..52]));
}

/// Notes an access or refresh token.
///
/// # Panics
/// When the ledger cannot be written.
pub fn note_token(token: &str) {
    assert!(!token.is_empty() && !token.contains(char::is_whitespace), "a token is one word");
    note(&format!("token {token}"));
}

/// The file that secrets are noted in, for programs that note their own.
///
/// # Panics
/// When its folder cannot be made.
pub fn ledger() -> PathBuf {
    let ledger = root().join("ledger");
    fs::create_dir_all(&ledger).unwrap();
    ledger.join(std::process::id().to_string())
}

fn note(line: &str) {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(ledger()).unwrap();
    // One write a line: tests of one process share the file.
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}
