//! `patcycle admin audit verify` against a database that somebody has tampered with.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use patcycle_tests::{Dev, Outcome, Patcycle};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::admin::{create, place};

/// A service whose audit has five records, four of them below a checkpoint; its administrator, and its database.
struct Scene {
    dev: Dev,
    administrator: Patcycle,
    database: SqliteConnection,
}

impl Scene {
    async fn new(name: &str) -> Self {
        let (dev, person, _) = place(name).await;
        for name in ["one", "two", "three", "four"] {
            create(&person, name, "vso.code");
        }
        let directory = dev.directory().to_path_buf();
        // A checkpoint is written at the end.
        assert_eq!(dev.stop(), Some(0));
        let dev = Dev::start_with(&directory, &[]);
        let token = dev.tokens_of("ADMIN_USER").await.access;
        let administrator = dev.cli().env("PATCYCLE_ACCESS_TOKEN", token);
        create(&administrator, "five", "vso.code");
        let file = dev.data().join("patcycle.sqlite");
        let database = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        Self { dev, administrator, database }
    }

    async fn tamper(&mut self, statement: &'static str) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut self.database).await.unwrap();
    }

    fn verify(&self, arguments: &[&str]) -> Outcome {
        self.administrator.run(&[&["admin", "audit", "verify", "-o", "json"], arguments].concat())
    }

    fn checkpoints(&self) -> PathBuf {
        self.dev.data().join("pepper.checkpoints")
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_audit_is_verified_here_and_from_an_export() {
    let scene = Scene::new("audit-whole").await;
    let verified = scene.verify(&["--checkpoint", text(&scene.checkpoints())]).json();
    assert_eq!((&verified["records"], &verified["checkpoints"]), (&5.into(), &2.into()));

    let export = scene.administrator.run(&["admin", "audit", "export"]).ok();
    let file = scene.dev.directory().join("audit.json");
    std::fs::write(&file, &export).unwrap();
    assert_eq!(scene.verify(&["--file", text(&file)]).json()["hash"], verified["hash"]);
    let key = serde_json::from_str::<serde_json::Value>(&export).unwrap()["publicKey"].clone();
    scene.verify(&["--file", text(&file), "--public-key", key.as_str().unwrap()]).ok();
    let said = scene.verify(&["--public-key", &"0".repeat(64)]).fails_with(1);
    assert!(said.contains("not signed with this public key"), "{said}");

    std::fs::write(&file, export.replace("vso.code", "vso.wiki")).unwrap();
    let said = scene.verify(&["--file", text(&file)]).fails_with(1);
    assert!(said.contains("record 1 was changed"), "{said}");
    let key_file = std::fs::metadata(scene.dev.data().join("pepper.audit")).unwrap();
    assert_eq!(key_file.permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_is_found() {
    let mut scene = Scene::new("audit-edit").await;
    scene.tamper("UPDATE audit SET user_name = 'eve@fabrikam.example' WHERE sequence = 2").await;
    let said = scene.verify(&[]).fails_with(1);
    assert!(said.contains("auditBroken") && said.contains("record 2 was changed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_is_found() {
    let mut scene = Scene::new("audit-delete").await;
    scene.tamper("DELETE FROM audit WHERE sequence = 3").await;
    let said = scene.verify(&[]).fails_with(1);
    assert!(said.contains("expected record 3, found record 4"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reordering_is_found() {
    let mut scene = Scene::new("audit-move").await;
    scene
        .tamper(
            "UPDATE audit SET sequence = 99 WHERE sequence = 2;
            UPDATE audit SET sequence = 2 WHERE sequence = 3;
            UPDATE audit SET sequence = 3 WHERE sequence = 99",
        )
        .await;
    let said = scene.verify(&[]).fails_with(1);
    assert!(said.contains("record 2 was changed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_end_is_found() {
    let mut scene = Scene::new("audit-cut").await;
    let kept = scene.dev.directory().join("kept.jsonl");
    std::fs::copy(scene.checkpoints(), &kept).unwrap();
    scene.tamper("DELETE FROM audit WHERE sequence > 2").await;
    let said = scene.verify(&[]).fails_with(1);
    assert!(said.contains("ends with record 2") && said.contains("knows record 4"), "{said}");
    // Who writes more afterwards does not hide it from whoever kept the checkpoints.
    for name in ["x", "y", "z"] {
        create(&scene.administrator, name, "vso.code");
    }
    let said = scene.verify(&["--checkpoint", text(&kept)]).fails_with(1);
    assert!(said.contains("record 4 is not the one that its checkpoint knows"), "{said}");

    let directory = scene.dev.directory().to_path_buf();
    let Scene { dev, database, .. } = scene;
    drop(database);
    assert_eq!(dev.stop(), Some(0));
    let log = std::fs::read_to_string(directory.join("server.log")).unwrap();
    assert!(
        log.contains("the audit does not hold the record of its checkpoint"),
        "the service says so by itself"
    );
}
