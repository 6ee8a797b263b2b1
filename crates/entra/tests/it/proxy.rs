//! Proxies of the environment: honoured, but never for this machine.
//!
//! The environment is a process's, so each case runs another test of this binary in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use patcycle_entra::http::{HttpClient, HttpError, Trust};

fn other_test(name: &str, proxy: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--include-ignored"]).stdin(Stdio::null());
    for variable in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"] {
        command.env(variable, proxy);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    command
}

#[test]
fn this_machine_is_reached_without_the_proxy() {
    let output = other_test("keys::making_a_validator_asks_nobody", "http://127.0.0.1:1").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn other_machines_are_reached_by_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let mut child =
        other_test("proxy::asks_for_a_distant_host", &proxy).stdout(Stdio::null()).spawn().unwrap();
    let (sender, first_line) = mpsc::channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        sender.send(line).unwrap();
    });
    let line = first_line.recv_timeout(Duration::from_secs(30)).unwrap();
    assert!(line.starts_with("CONNECT login.example:443 "), "{line}");
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
#[ignore = "run by its neighbour, with a proxy in the environment"]
async fn asks_for_a_distant_host() {
    let url = "https://login.example/".parse().unwrap();
    // A root of its own: a machine without certificate authorities could not set up TLS at all.
    let made = rcgen::generate_simple_self_signed(vec!["login.example".to_owned()]).unwrap();
    let root = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(root.path(), made.cert.pem()).unwrap();
    let client = HttpClient::new(Trust::SystemAnd(root.path().to_owned()));
    let error = client.get(&url).await.unwrap_err();
    assert!(matches!(error, HttpError::Unreachable { .. }), "{error:?}");
}
