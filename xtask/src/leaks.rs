//! The search for secrets in what a test run leaves behind.
//!
//! All tests that run a service, a store or the program keep their directories and logs (at trace) below one
//! directory, and note every secret that they see (PATs, access and refresh tokens) in its ledger: the end-to-end
//! tests, and those of `api`, `server`, `store-sqlite`, `local-tenant`, `client` and `cli`. Afterwards no file but the
//! ledger may hold one.
//!
//! Nobody can note a PAT whose create was never answered, as when the service is killed in between: its secret existed
//! in the killed process only. Such a one is searched for by its form: what was left behind may hold no text that looks
//! like a whole PAT, noted or not.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::say;

/// Tells the tests where to leave what they produce.
pub(crate) const DIRECTORY_VARIABLE: &str = "PATCYCLE_TEST_EVIDENCE";

/// Files with one noted secret a line: `pat <random part>` or `token <text>`.
const LEDGER: &str = "ledger";
/// Files whose purpose is to hold secrets.
const KEPT_SECRET: &[&str] = &["credentials.toml", "dev.env", "cli", "kept-secret"];
/// How much of a PAT's random part may not be found anywhere.
const WINDOW: usize = 8;
/// What stands in every PAT of 84 characters, behind 52 of its own and before 26 more.
const MARK: &[u8] = b"JQQJ99";
const BEFORE_MARK: usize = 52;
const AFTER_MARK: usize = 26;

/// What one test run leaves behind.
#[derive(Debug)]
pub(crate) struct Evidence {
    directory: PathBuf,
}

impl Evidence {
    /// An empty directory for a run.
    pub(crate) fn start(root: &Path) -> Result<Self, String> {
        let directory = root.join("target/test-evidence");
        if directory.exists() {
            fs::remove_dir_all(&directory)
                .map_err(|error| format!("cannot empty {}: {error}", directory.display()))?;
        }
        fs::create_dir_all(directory.join(LEDGER))
            .map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
        Ok(Self { directory })
    }

    /// Where the tests write.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Searches everything that was left behind, and the committed snapshots.
    pub(crate) fn search(&self, root: &Path) -> Result<(), String> {
        let needles = Needles::read(&self.directory.join(LEDGER))?;
        if needles.pat_windows.is_empty() || needles.tokens.is_empty() {
            return Err("the tests noted no secrets: the search would prove nothing".to_owned());
        }
        let mut files = Vec::new();
        collect(&self.directory, &mut files)?;
        for folder in ["crates", "tests", "docs"] {
            collect(&root.join(folder), &mut files)?;
        }
        let mut bytes_searched = 0;
        for file in &files {
            let content =
                fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            bytes_searched += content.len();
            if let Some(offset) = needles.find_in(&content) {
                return Err(format!("{} holds a secret at byte {offset}", file.display()));
            }
            if let Some(offset) = looks_like_pat(&content).filter(|_| file.starts_with(&self.directory)) {
                return Err(format!("{} holds what looks like a PAT at byte {offset}", file.display()));
            }
        }
        say(&format!(
            "{} windows of PATs and {} tokens not found in {} files, {} MB",
            needles.pat_windows.len(),
            needles.tokens.len(),
            files.len(),
            bytes_searched / 1_000_000
        ));
        Ok(())
    }
}

/// What must not be found.
#[derive(Debug, Default)]
struct Needles {
    pat_windows: HashSet<[u8; WINDOW]>,
    /// The first bytes of each token, with the tokens that begin so.
    tokens: std::collections::HashMap<[u8; WINDOW], Vec<Vec<u8>>>,
}

impl Needles {
    fn read(ledger: &Path) -> Result<Self, String> {
        let mut needles = Self::default();
        let mut files = Vec::new();
        collect_all(ledger, &mut files)?;
        for file in files {
            let text = fs::read_to_string(&file)
                .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            for line in text.lines() {
                match line.split_once(' ') {
                    Some(("pat", random)) => {
                        let windows = random.as_bytes().windows(WINDOW);
                        needles
                            .pat_windows
                            .extend(windows.filter_map(|window| <[u8; WINDOW]>::try_from(window).ok()));
                    }
                    Some(("token", token)) => needles.add_token(token),
                    _ => return Err(format!("{}: an unknown line", file.display())),
                }
            }
        }
        Ok(needles)
    }

    /// A JWT is searched by its signature: header and claims are no secret.
    fn add_token(&mut self, token: &str) {
        let secret = token.rsplit('.').next().unwrap_or(token).as_bytes();
        if let Some(start) = secret.first_chunk::<WINDOW>() {
            let known = self.tokens.entry(*start).or_default();
            if known.iter().all(|other| other != secret) {
                known.push(secret.to_vec());
            }
        }
    }

    fn find_in(&self, content: &[u8]) -> Option<usize> {
        content.windows(WINDOW).enumerate().find_map(|(offset, window)| {
            let window: [u8; WINDOW] = window.try_into().ok()?;
            let is_token = || {
                let candidates = self.tokens.get(&window)?;
                candidates.iter().any(|token| content[offset..].starts_with(token)).then_some(())
            };
            (self.pat_windows.contains(&window) || is_token().is_some()).then_some(offset)
        })
    }
}

/// Where something stands that has the form of a PAT.
fn looks_like_pat(content: &[u8]) -> Option<usize> {
    let are_part =
        |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| bytes.iter().all(u8::is_ascii_alphanumeric));
    content.windows(MARK.len()).enumerate().find_map(|(offset, window)| {
        if window != MARK {
            return None;
        }
        let start = offset.checked_sub(BEFORE_MARK)?;
        let tail = offset + MARK.len();
        let is_whole = are_part(content.get(start..offset)) && are_part(content.get(tail..tail + AFTER_MARK));
        is_whole.then_some(start)
    })
}

/// All files below `folder` but ledgers and what is meant to hold secrets.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    walk(folder, files, &|name| name == LEDGER || name == "node_modules" || KEPT_SECRET.contains(&name))
}

fn collect_all(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    walk(folder, files, &|_| false)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>, skip: &dyn Fn(&str) -> bool) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_str().is_some_and(skip) {
            continue;
        }
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            walk(&entry.path(), files, skip)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(ledger: &str, found: &str) -> Result<(), String> {
        let root = tempfile::tempdir().unwrap();
        for folder in ["crates", "tests", "docs"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        let evidence = Evidence::start(root.path()).unwrap();
        fs::write(evidence.directory().join("ledger/1"), ledger).unwrap();
        fs::write(evidence.directory().join("server.log"), found).unwrap();
        evidence.search(root.path())
    }

    const LEDGER_TEXT: &str = "pat abcdefghijklmnop\ntoken header.claims.c2lnbmF0dXJl\n";

    #[test]
    fn a_clean_run_passes() {
        search(LEDGER_TEXT, "POST /fabrikam/_apis/tokens/pats 200 header.claims.").unwrap();
    }

    #[test]
    fn what_looks_like_a_pat_is_found_though_nobody_noted_it() {
        let (before, after) = ("a1".repeat(26), "b".repeat(26));
        let error = search(LEDGER_TEXT, &format!("at=\"{before}JQQJ99{after}\"")).unwrap_err();
        assert!(error.contains("looks like a PAT at byte 4"), "{error}");
        search(LEDGER_TEXT, &format!("{}-JQQJ99{after}", &before[1..])).unwrap();
        search(LEDGER_TEXT, &format!("{before}JQQJ99{}", &after[1..])).unwrap();
    }

    #[test]
    fn eight_characters_of_a_pat_are_found() {
        let error = search(LEDGER_TEXT, "log line: efghijkl").unwrap_err();
        assert!(error.contains("server.log") && error.contains("byte 10"), "{error}");
    }

    #[test]
    fn a_token_is_found_by_its_signature() {
        assert!(search(LEDGER_TEXT, "Bearer xxx.yyy.c2lnbmF0dXJl").is_err());
    }

    #[test]
    fn a_run_that_noted_nothing_fails() {
        assert!(search("", "").is_err());
    }
}
