//! `cargo xtask screenshots`: the pictures of the console that the guides show.

use std::process::Command;

use crate::steps::execute;
use crate::test::{cargo, root};

/// Takes all of them anew, of a real `patcycle dev` in a real browser.
pub(crate) fn run() -> Result<(), String> {
    let root = root();
    execute(cargo(&root).args(["build", "--release", "--workspace", "--bins", "--examples"]))?;
    // Not by `cargo run`: for one package alone cargo would choose other features and compile half of it again.
    let camera = root.join("target/release/examples/screenshots");
    execute(Command::new(camera).arg(root.join("docs/images")))
}
