//! The README's tour, as written: each command is read from the page and run in one shell's order, on a machine
//! without a keychain.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use patcycle_tests::{Dev, command, dev, evidence};

use crate::sign_in::approve_printed_code;

const PAGE: &str = include_str!("../../../README.md");

/// The commands of the page's console blocks below a heading.
fn commands(heading: &str) -> Vec<&'static str> {
    let section = PAGE.split(&format!("## {heading}")).nth(1).expect("the heading is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```console").skip(1).filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("$ ")).collect()
}

fn shell(directory: &Path, script: &str) -> Command {
    let path = std::env::var_os("PATH").unwrap().into_string().unwrap();
    let binaries = command::binary().parent().unwrap().display().to_string();
    let mut shell = Command::new("bash");
    shell.args(["-euc", script]).current_dir(directory).env_clear().stdin(Stdio::null());
    shell.env("PATH", format!("{binaries}:{path}")).env("HOME", directory);
    shell
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_works_as_written() {
    let directory = evidence::directory("tour");
    let mut commands = commands("A tour in five minutes").into_iter();
    // The tests were built by these two already.
    assert_eq!(commands.next(), Some("cargo build --release"));
    assert_eq!(commands.next(), Some(r#"export PATH="$PWD/target/release:$PATH""#));

    let start = commands.next().unwrap();
    assert!(start.starts_with("patcycle dev"), "{start}");
    let log = fs::File::create(directory.join("dev.log")).unwrap();
    let twin = shell(&directory, &format!("exec {start}")).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let mut twin = Twin(twin);
    let running = Dev::attach(&directory.join("twin"));

    let configure = commands.next().unwrap();
    let mut ran = BTreeMap::new();
    for line in commands {
        let script = format!("{configure}\n{line}");
        if line.contains("login --device") {
            sign_in(&running, &mut shell(&directory, &script)).await;
            continue;
        }
        let output = shell(&directory, &script).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{line}` ended with {}: {said}", output.status);
        ran.insert(line, String::from_utf8(output.stdout).unwrap());
        note_secret(&directory);
    }
    assert!(ran["patcycle show ci -o json"].contains(r#""displayName""#));
    assert!(ran["patcycle list --state revoked"].contains("ci"));
    dev::terminate(&twin.0);
    assert!(twin.0.wait().unwrap().success());
    fs::rename(directory.join(".env"), directory.join("kept-secret")).unwrap();
}

/// The process of the first terminal; it ends with the test, however that ends.
struct Twin(Child);

impl Drop for Twin {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The secret that the tour wrote to its file.
fn note_secret(directory: &Path) {
    let Ok(text) = fs::read_to_string(directory.join(".env")) else { return };
    let value = text.trim().split('=').nth(1).unwrap().trim_matches(['"', '\'']);
    evidence::note_pat(value);
}

/// Approves the device code that the command prints: as JSON, since its output is no terminal.
async fn sign_in(running: &Dev, login: &mut Command) {
    let mut child = login.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    approve_printed_code(running, &mut child).await;
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
