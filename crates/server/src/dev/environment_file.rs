//! `dev.env`: the variables that configure the command line, readable by a shell.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zeroize::Zeroizing;

/// The lines of the file. Values are quoted so that a shell takes them byte for byte.
#[derive(Default)]
pub(crate) struct EnvironmentFile(Zeroizing<String>);

impl EnvironmentFile {
    /// Adds `PATCYCLE_{name}`.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "PATCYCLE_{name}={}", *quote(value));
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// In single quotes a shell takes everything as it is, except a single quote.
pub(crate) fn quote(value: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("'{}'", Zeroizing::new(value.replace('\'', r"'\''")).as_str()))
}

/// Reads a file that [`EnvironmentFile`] wrote. Lines of another form are passed over.
pub(crate) fn parse(text: &str) -> BTreeMap<String, Zeroizing<String>> {
    let line = |line: &str| {
        let (name, quoted) = line.split_once('=')?;
        let value = quoted.strip_prefix('\'')?.strip_suffix('\'')?.replace(r"'\''", "'");
        Some((name.to_owned(), Zeroizing::new(value)))
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a shell must take as it is.
    const AWKWARD: &str = "it's $HOME `id` \"x\" \\ ! # ü";

    #[test]
    fn a_shell_reads_back_what_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("dev.env");
        let mut file = EnvironmentFile::default();
        file.set("AWKWARD", AWKWARD);
        file.set("EMPTY", "");
        std::fs::write(&path, file.as_bytes()).unwrap();
        let script = "set -a; . \"$1\"; printf '%s|%s' \"$PATCYCLE_AWKWARD\" \"$PATCYCLE_EMPTY\"";
        let shell =
            std::process::Command::new("sh").args(["-eu", "-c", script, "sh"]).arg(&path).output().unwrap();
        assert_eq!(String::from_utf8(shell.stdout).unwrap(), format!("{AWKWARD}|"));
    }

    #[test]
    fn it_reads_back_itself() {
        let mut file = EnvironmentFile::default();
        file.set("AWKWARD", AWKWARD);
        let read = parse(std::str::from_utf8(file.as_bytes()).unwrap());
        assert_eq!(read["PATCYCLE_AWKWARD"].as_str(), AWKWARD);
    }
}
