//! Who may use whom (docs in ARCHITECTURE.md). Any other arrow fails.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Each crate of ours, with the crates of ours that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("primitives", &[]),
    ("contract", &["primitives"]),
    ("token", &["contract", "primitives"]),
    ("lifecycle", &["token", "contract", "primitives"]),
    ("store-sqlite", &["lifecycle", "token", "contract", "primitives"]),
    ("entra", &["contract", "primitives"]),
    ("local-tenant", &["entra", "contract", "primitives"]),
    ("client", &["contract", "primitives"]),
    ("notify", &["lifecycle", "token", "contract", "primitives"]),
    ("api", &["lifecycle", "token", "entra", "contract", "primitives"]),
    ("console", &["entra", "client", "contract", "primitives"]),
    (
        "server",
        &[
            "api",
            "console",
            "client",
            "store-sqlite",
            "local-tenant",
            "notify",
            "lifecycle",
            "token",
            "entra",
            "contract",
            "primitives",
        ],
    ),
    ("cli", &["client", "entra", "server", "contract", "primitives"]),
    ("xtask", &["store-sqlite", "lifecycle", "token", "contract", "primitives"]),
    ("evidence", &[]),
    ("tests", &["evidence", "client", "token", "contract", "primitives"]),
    ("bench", &["store-sqlite", "lifecycle", "token", "contract", "primitives"]),
];

/// Libraries that only some crates may use.
const RESERVED: &[(&str, &[&str])] = &[
    // bench measures the disk itself; xtask runs migrations to check queries against; tests tamper with databases.
    ("sqlx", &["store-sqlite", "local-tenant", "bench", "xtask", "tests"]),
    ("axum", &["api", "console", "local-tenant", "server"]),
    ("reqwest", &["entra", "client", "notify", "tests", "bench"]),
    ("hyper", &["entra"]),
    ("utoipa", &["contract", "api"]),
];

/// Crates without I/O: no runtime, no HTTP, no database.
const PURE: &[&str] = &["primitives", "contract", "token", "lifecycle"];
const IMPURE_LIBRARIES: &[&str] = &["axum", "sqlx", "reqwest", "hyper", "axum-server"];

fn folder(package: &Package) -> String {
    package.manifest_path.parent().unwrap().file_name().unwrap().to_owned()
}

/// Each crate of ours with its normal and build dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let folders: BTreeMap<_, _> = metadata
        .workspace_packages()
        .iter()
        .map(|package| (package.name.to_string(), folder(package)))
        .collect();
    metadata
        .workspace_packages()
        .iter()
        .map(|package| {
            let used = package
                .dependencies
                .iter()
                .filter(|dependency| {
                    dependency.kind != DependencyKind::Development || folder(package) == "tests"
                })
                .map(|dependency| folders.get(&dependency.name).unwrap_or(&dependency.name).clone());
            (folder(package), used.collect())
        })
        .collect()
}

#[test]
fn crates_use_only_what_they_may() {
    let dependencies = dependencies();
    let ours: BTreeSet<&str> = dependencies.keys().map(String::as_str).collect();
    let listed: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, listed, "each crate has a line in MAY_USE");
    for (name, may_use) in MAY_USE {
        for used in dependencies[*name].iter().filter(|used| ours.contains(used.as_str())) {
            assert!(may_use.contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

#[test]
fn libraries_stay_where_they_belong() {
    for (name, used) in dependencies() {
        for (library, may) in RESERVED {
            assert!(!used.contains(*library) || may.contains(&name.as_str()), "{name} may not use {library}");
        }
        if PURE.contains(&name.as_str()) {
            let impure = IMPURE_LIBRARIES.iter().find(|library| used.contains(**library));
            assert_eq!(impure, None, "{name} does no I/O");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let reasons = std::fs::read_to_string(metadata.workspace_root.join("docs/dependencies.md")).unwrap();
    let used: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| dependency.name.clone())
        .collect();
    for name in used {
        assert!(reasons.contains(&format!("| `{name}` |")), "docs/dependencies.md has no reason for {name}");
    }
}
