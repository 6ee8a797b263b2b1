//! `cargo xtask screenshots`: the pictures of the console that the guides show.

use crate::steps::execute;
use crate::test::{cargo, root};

/// Takes all of them anew, of a real `patcycle dev` in a real browser.
pub(crate) fn run() -> Result<(), String> {
    let root = root();
    execute(cargo(&root).args(["build", "--release", "--workspace", "--bins", "--examples"]))?;
    execute(
        cargo(&root)
            .args([
                "run",
                "--release",
                "--quiet",
                "--package",
                "patcycle-tests",
                "--example",
                "screenshots",
                "--",
            ])
            .arg(root.join("docs/images")),
    )
}
