//! The reference pages of the servers' settings are made from the lists of their keys.

use std::path::Path;

use patcycle_server::{configuration, console};

#[test]
fn the_configuration_reference_is_current() {
    check("configuration.md", &configuration::reference());
}

#[test]
fn the_reference_of_the_consoles_settings_is_current() {
    check("console.md", &console::reference());
}

fn check(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("PATCYCLE_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, page, "run `cargo xtask reference` and commit the page");
}
