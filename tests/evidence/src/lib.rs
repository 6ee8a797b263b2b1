//! What a test run leaves behind, for the search for secrets that follows it.
//!
//! `cargo xtask test` names a directory. Tests keep their files and logs there, and note every secret that they see
//! in its ledger; afterwards no file but the ledger may hold one. Without the variable, by hand, what is scratch is
//! removed as usual.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a library for tests fails as tests do")]

mod found;
mod scratch;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub use scratch::Scratch;

/// Names the directory of a run.
const VARIABLE: &str = "PATCYCLE_TEST_EVIDENCE";

static NEXT: AtomicU32 = AtomicU32::new(0);
static LOG: Once = Once::new();

/// The directory of the run, if there is one.
fn of_run() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).map(PathBuf::from)
}

/// Where evidence goes; a folder of the target directory when the tests are run by hand.
fn root() -> PathBuf {
    of_run().unwrap_or_else(|| {
        let executable = std::env::current_exe().unwrap();
        // target/PROFILE/deps/TEST
        executable.ancestors().nth(3).unwrap().join("test-evidence-by-hand")
    })
}

/// A new, empty directory that is kept after the test.
pub fn directory(name: &str) -> PathBuf {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = root().join(format!("{name}-{}-{number}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// Keeps the log of this process as `PATCYCLE_LOG=trace` writes it, in a run whose runner gives each test a process of
/// its own. Elsewhere, and from the second call on, it does nothing.
pub fn keep_log() {
    if of_run().is_none() || std::env::var_os("NEXTEST").is_none() {
        return;
    }
    LOG.call_once(|| {
        let file = fs::File::create(directory("log").join("trace.log")).unwrap();
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file);
        let targets =
            Targets::new().with_default(LevelFilter::INFO).with_target("patcycle", LevelFilter::TRACE);
        // A test that looks at the log itself was here first.
        let _ = tracing_subscriber::registry().with(lines).with(targets).try_init();
    });
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

/// Notes every PAT, access token and refresh token in an answer or a program's output.
pub fn note_all_in(text: &str) {
    for pat in found::pats(text) {
        note_pat(pat);
    }
    for token in found::signed_tokens(text) {
        note_token(token);
    }
    for token in found::oauth_tokens(text) {
        note_token(&token);
    }
}

/// The file that secrets are noted in, for programs that note their own.
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
