//! What a person reads when `dev` is ready.

use std::io::{self, Write};

use super::environment_file::quote;
use super::start::environment_command;
use super::{DevOptions, RunningDev};

pub(super) fn write(
    running: &RunningDev,
    options: &DevOptions,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let RunningDev { base_url, console_url, directory, people, .. } = running;
    let program = &options.program;
    writeln!(out, "\npatcycle dev is ready.\n")?;
    writeln!(out, "  API and sign-in   {base_url}")?;
    writeln!(out, "  Page              {console_url}")?;
    writeln!(out, "  Data              {}\n", directory.path().display())?;
    writeln!(out, "Sign in and make a PAT, in another shell:\n")?;
    writeln!(out, "  {}", environment_command(directory))?;
    writeln!(out, "  {program} login")?;
    writeln!(out, "  {program} create --name ci --scope vso.code --valid-for 30d --show-secret")?;
    writeln!(out, "  {program} list\n")?;
    writeln!(out, "People (passwords: {}):\n", directory.credentials().display())?;
    for (name, role) in people {
        writeln!(out, "  {name:<26} {role}")?;
    }
    let data_directory = directory.path().display().to_string();
    let trust = format!("{program} dev trust --data-dir {}", *quote(&data_directory));
    if running.new_authority {
        writeln!(
            out,
            "\nThe certificate authority is new. To make browsers trust it, for localhost only:\n\n  {trust}"
        )?;
    }
    if !options.allow_remote.is_empty() {
        let names = options.allow_remote.join(", ");
        writeln!(
            out,
            "\nWarning: reachable as {names} too. Passwords are weakly guarded here; `/_dev` is off."
        )?;
    }
    writeln!(out, "\nStop with Ctrl-C.")?;
    out.flush()
}
