//! Real clients of Azure DevOps, unmodified, against a real service (contract.md §11): what they are answered is held
//! against the shapes of the contract.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_tests::{Dev, evidence};
use serde_json::{Value, json};

use crate::msal::{clients, python, script};
use crate::shapes::assert_shape;

/// A person's PATs, an administrator, and what a client has to know.
struct Scene {
    dev: Dev,
    given: Value,
}

impl Scene {
    /// With two PATs of the person, for administrators to find.
    async fn set(name: &str) -> Self {
        let dev = Dev::start(name);
        let user = dev.tokens_of("USER").await.access;
        let administrator = dev.tokens_of("ADMIN_USER").await.access;
        for name in ["one", "two", "three", "four"] {
            create(&dev, &user, name, "vso.code").await;
        }
        let pat = create(&dev, &administrator, "administration", "vso.tokenadministration").await;
        let given = json!({
            "baseUrl": dev.var("BASE_URL"),
            "organization": dev.var("ORGANIZATION"),
            "subjectDescriptor": subject(&user),
            "userToken": user,
            "administratorToken": administrator,
            "pat": pat,
        });
        Self { dev, given }
    }

    /// Runs a client, holds its answers against their shapes, and gives the number of each shape and version.
    fn run(&self, mut client: Command) -> BTreeMap<(String, String), usize> {
        let ca_file = self.dev.var("CA_FILE");
        let mut child = client
            .env_remove("http_proxy")
            .env_remove("https_proxy")
            .env("HOME", self.dev.directory())
            .env("AZURE_DEVOPS_CACHE_DIR", self.dev.directory())
            .env("REQUESTS_CA_BUNDLE", ca_file)
            .env("NODE_EXTRA_CA_CERTS", ca_file)
            .env("SSL_CERT_FILE", ca_file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{}", self.given).unwrap();
        let output = child.wait_with_output().unwrap();
        let mut told = BTreeMap::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let answer: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no answer: {line}"));
            if let Some(secret) = answer["body"]["patToken"]["token"].as_str() {
                evidence::note_pat(secret);
            }
            let text = |name: &str| answer[name].as_str().unwrap().to_owned();
            let (shape, version) = (text("shape"), text("version"));
            assert_shape(&shape, &version, &answer["body"]);
            *told.entry((shape, version)).or_insert(0) += 1;
        }
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        told
    }
}

async fn create(dev: &Dev, token: &str, name: &str, scope: &str) -> String {
    let request = dev.http().post(dev.pats_url()).bearer_auth(token);
    let answer = request.json(&json!({ "displayName": name, "scope": scope })).send().await.unwrap();
    patcycle_tests::tokens::created(&answer.json().await.unwrap()).1
}

/// The subject descriptor of whom a token was issued to (contract.md §4.3).
pub(crate) fn subject(access_token: &str) -> String {
    let claims = URL_SAFE_NO_PAD.decode(access_token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    format!("aad.{}", URL_SAFE_NO_PAD.encode(claims["oid"].as_str().unwrap()))
}

fn azure_devops_python(function: &str) -> Command {
    let mut client = python();
    client.arg(script("azure_devops.py")).arg(function);
    client
}

fn azure_devops_node(function: &str) -> Command {
    let mut client = Command::new("node");
    client.arg(script("azure_devops_node.js")).arg(function).env("NODE_PATH", clients().join("node_modules"));
    client
}

/// A program of its own, so that what the crate brings stays out of the product's lock file.
fn azure_devops_rust(function: &str) -> Command {
    let mut client = Command::new(clients().join("rust/debug/azure-devops-rust"));
    client.arg(function);
    client
}

#[track_caller]
fn assert_told(told: &BTreeMap<(String, String), usize>, shapes: &[&str], versions: &[&str]) {
    for shape in shapes {
        for version in versions {
            let count = told.get(&((*shape).to_owned(), (*version).to_owned()));
            assert!(count.is_some(), "no {shape} of {version} among {told:?}");
        }
    }
}

const OF_PATS: &[&str] = &["IssuedPatTokenResult", "PatTokenResult", "PagedPatTokens"];
const OF_TOKEN_ADMIN: &[&str] = &["TokenAdminPagedSessionTokens"];
const VERSIONS: &[&str] = &["6.1", "7.0", "7.1", "7.2"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_package_works_unmodified() {
    let scene = Scene::set("azure-devops-python").await;
    assert_told(&scene.run(azure_devops_python("pats")), OF_PATS, VERSIONS);
    assert_told(&scene.run(azure_devops_python("token_admin")), OF_TOKEN_ADMIN, &["7.0", "7.1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_package_works_unmodified() {
    let scene = Scene::set("azure-devops-node").await;
    let told = scene.run(azure_devops_node("pats"));
    assert_told(&told, OF_PATS, VERSIONS);
    assert_told(&told, &["WrappedException"], VERSIONS);
    assert_told(&scene.run(azure_devops_node("token_admin")), OF_TOKEN_ADMIN, &["7.0", "7.1", "7.2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rust_crate_works_unmodified() {
    let scene = Scene::set("azure-devops-rust").await;
    let told = scene.run(azure_devops_rust("pats"));
    assert_told(&told, OF_PATS, &["7.1"]);
    assert_told(&told, &["WrappedException"], &["7.1"]);
    let told = scene.run(azure_devops_rust("token_admin"));
    assert_told(&told, OF_TOKEN_ADMIN, &["7.1"]);
    assert_told(&told, &["WrappedException"], &["7.1"]);
    assert_told(&scene.run(azure_devops_rust("token_admin_by_pat")), OF_TOKEN_ADMIN, &["7.1"]);
}
