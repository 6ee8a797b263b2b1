//! The reference page of the configuration is made from the list of its keys.

use std::path::Path;

use patcycle_server::configuration::reference;

#[test]
fn the_configuration_reference_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/configuration.md");
    if std::env::var_os("PATCYCLE_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, reference(), "run `cargo xtask reference` and commit the page");
}
