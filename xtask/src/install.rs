//! Installing what the tests need beside Rust: programs, and the real clients that run against the tenant.

use std::path::Path;
use std::process::Command;

use crate::steps::{execute, output_of, say};

/// A program that tests call, and the Debian package that has it.
struct Need {
    program: &'static str,
    arguments: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        program: "gcc",
        arguments: &["--version"],
        package: "gcc",
        purpose: "SQLite and the cryptography are C",
    },
    Need {
        program: "git",
        arguments: &["--version"],
        package: "git",
        purpose: "generated files are compared",
    },
    Need {
        program: "python3",
        arguments: &["-c", "import venv, ensurepip"],
        package: "python3-venv",
        purpose: "MSAL Python and the quickstart run against the local tenant",
    },
    Need {
        program: "npm",
        arguments: &["--version"],
        package: "npm",
        purpose: "MSAL Node runs against the local tenant",
    },
    Need {
        program: "certutil",
        arguments: &["-H"],
        package: "libnss3-tools",
        purpose: "`patcycle dev trust` is tested on a scratch NSS database",
    },
    Need {
        program: "chromium",
        arguments: &["--version"],
        package: "chromium",
        purpose: "the pages are tested in a real browser",
    },
    Need {
        program: "chromedriver",
        arguments: &["--version"],
        package: "chromium-driver",
        purpose: "drives that browser",
    },
    Need {
        program: "dbus-daemon",
        arguments: &["--version"],
        package: "dbus-daemon",
        purpose: "sign-ins are kept in the keychain of a scratch desktop",
    },
    Need {
        program: "dbus-send",
        arguments: &["--version"],
        package: "dbus-bin",
        purpose: "asks whether that keychain is up",
    },
    Need {
        program: "gnome-keyring-daemon",
        arguments: &["--version"],
        package: "gnome-keyring",
        purpose: "the keychain of that desktop",
    },
    Need {
        program: "secret-tool",
        arguments: &["search", "--help"],
        package: "libsecret-tools",
        purpose: "another program that looks into that keychain",
    },
];

/// Installs the Python and Node packages of `tests/clients` below the target directory, and builds the Rust one there.
pub(crate) fn clients(root: &Path) -> Result<(), String> {
    let manifests = root.join("tests/clients");
    let clients = root.join("target/test-clients");
    std::fs::create_dir_all(&clients)
        .map_err(|error| format!("cannot make {}: {error}", clients.display()))?;
    let python = clients.join("python");
    if !python.join("bin/python").exists() {
        execute(Command::new("python3").args(["-m", "venv"]).arg(&python))?;
    }
    let mut pip = Command::new(python.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    execute(pip.arg(manifests.join("requirements.txt")))?;
    std::fs::copy(manifests.join("package.json"), clients.join("package.json"))
        .map_err(|error| format!("cannot copy package.json: {error}"))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"]);
    execute(npm.current_dir(&clients))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--locked", "--manifest-path"]);
    build.arg(manifests.join("azure_devops_rust/Cargo.toml"));
    execute(build.arg("--target-dir").arg(clients.join("rust")).env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

/// Makes sure that every needed program is there: by apt-get as root, else by telling what to install.
pub(crate) fn run() -> Result<(), String> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !is_there(need)).collect();
    if missing.is_empty() {
        say("all there");
        return Ok(());
    }
    for need in &missing {
        say(&format!("missing: {} ({})", need.package, need.purpose));
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if !may_install() {
        return Err(format!(
            "please install them and run again, on Debian: sudo apt-get install {}",
            packages.join(" ")
        ));
    }
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
        command
    };
    execute(apt_get().arg("update"))?;
    execute(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&packages))?;
    match NEEDS.iter().find(|need| !is_there(need)) {
        None => Ok(()),
        Some(need) => Err(format!("`{}` does not work although {} is installed", need.program, need.package)),
    }
}

/// `certutil -H` and the like exit with 1 although they are there, so starting is enough unless the need asks
/// an interpreter a question.
fn is_there(need: &Need) -> bool {
    let mut command = Command::new(need.program);
    command.args(need.arguments);
    if need.arguments.first() == Some(&"-c") {
        return output_of(&mut command).is_some();
    }
    command.output().is_ok()
}

fn may_install() -> bool {
    let user_id = output_of(Command::new("id").arg("-u"));
    user_id.is_some_and(|id| id.trim() == "0") && Path::new("/usr/bin/apt-get").exists()
}
