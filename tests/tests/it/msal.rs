//! Real Microsoft authentication libraries, unmodified, against the local tenant.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use patcycle_tests::{Browser, Dev, command, evidence};
use serde_json::{Value, json};

pub(crate) fn clients() -> PathBuf {
    let clients = command::target_directory().join("test-clients");
    assert!(clients.exists(), "{} is missing: `cargo xtask test` installs it", clients.display());
    clients
}

pub(crate) fn python() -> Command {
    Command::new(clients().join("python/bin/python"))
}

pub(crate) fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("clients").join(name)
}

/// Runs a client and does in the browser what it asks for.
async fn converse(dev: &Dev, mut client: Command) {
    let mut child = client
        .env_remove("http_proxy")
        .env_remove("https_proxy")
        .envs(dev.environment())
        .env("PATCYCLE_TEST_LEDGER", evidence::ledger())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = child.stdin.take().unwrap();
    let mut questions = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut done = false;
    while let Some(Ok(line)) = questions.next() {
        let question: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a question: {line}"));
        done = question["done"] == true;
        if done {
            break;
        }
        let answer = answer(dev, &question).await;
        writeln!(answers, "{answer}").unwrap();
    }
    let output = child.wait_with_output().unwrap();
    assert!(done && output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn answer(dev: &Dev, question: &Value) -> Value {
    let mut browser = dev.browser();
    if let Some(url) = question["open"].as_str() {
        let back = dev.sign_in(&mut browser, url, "USER").await.elsewhere();
        return json!(back.as_str());
    }
    approve_device(dev, &mut browser, question["at"].as_str().unwrap(), question["enter"].as_str().unwrap())
        .await;
    json!(null)
}

/// Enters a device code and signs in.
pub(crate) async fn approve_device(dev: &Dev, browser: &mut Browser, address: &str, code: &str) {
    let page = browser.open(address).await.page();
    let form = page.forms().remove(0);
    let field = form.fields.keys().find(|name| name.contains("code")).expect("a field for the code").clone();
    let page = browser.submit(form.fill(&field, code)).await.page();
    let page = dev.complete(browser, page, "USER").await.page();
    assert!(page.status.is_success(), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msal_python_signs_in_and_refreshes_silently() {
    let dev = Dev::start("msal-python");
    for flow in ["secret", "certificate", "device"] {
        let mut client = python();
        client.arg(script("msal_python.py")).arg(flow);
        converse(&dev, client).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msal_node_signs_in_and_refreshes_silently() {
    let dev = Dev::start("msal-node");
    let mut client = Command::new("node");
    client
        .arg(script("msal_node.js"))
        .env("NODE_PATH", clients().join("node_modules"))
        .env("NODE_EXTRA_CA_CERTS", dev.var("CA_FILE"));
    converse(&dev, client).await;
}
