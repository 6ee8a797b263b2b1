//! What every command works with: settings, terminal, clock, randomness, and where to talk.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use patcycle_primitives::{Clock, OsRandom, Random, SystemClock};

use crate::arguments::Globals;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};
use crate::interrupt::Critical;
use crate::output::Output;
use crate::output::sanitize::sanitize;
use crate::settings::Settings;

/// Which of the three streams a person sits at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminals {
    pub(crate) stdin: bool,
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
}

impl Terminals {
    /// Those of this process.
    pub(crate) fn of_process() -> Self {
        Self {
            stdin: std::io::stdin().is_terminal(),
            stdout: std::io::stdout().is_terminal(),
            stderr: std::io::stderr().is_terminal(),
        }
    }
}

/// The surroundings of one run.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) environment: Environment,
    pub(crate) terminals: Terminals,
    pub(crate) output: Output,
    pub(crate) yes: bool,
    pub(crate) no_input: bool,
    pub(crate) quiet: bool,
    pub(crate) critical: Critical,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl Context {
    /// The surroundings of this process.
    pub(crate) fn of_process(globals: &Globals, environment: Environment) -> CommandResult<Self> {
        let directory = std::env::current_dir().map_err(|error| {
            CommandError::failed("workingDirectory", format!("no working directory: {error}"))
        })?;
        let settings = Settings::resolve(globals, &environment, &directory)?;
        let terminals = Terminals::of_process();
        let output = Output::new(settings.output.as_ref().map(|output| output.value), terminals.stdout);
        Ok(Self {
            settings,
            environment,
            terminals,
            output,
            yes: globals.yes,
            no_input: globals.no_input,
            quiet: globals.quiet,
            critical: Critical::default(),
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
        })
    }

    /// Whether somebody is there to answer a question.
    pub(crate) fn may_ask(&self) -> bool {
        !self.no_input && self.environment.ci.is_none() && self.terminals.stdin && self.terminals.stderr
    }

    /// Says something on stderr.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            // Talk is not worth failing for.
            let _ = writeln!(anstream::stderr(), "{}", sanitize(text));
        }
    }

    /// Warns on stderr.
    pub(crate) fn warn(&self, text: &str) {
        if !self.quiet {
            let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
            let _ = writeln!(anstream::stderr(), "{yellow}warning:{yellow:#} {}", sanitize(text));
        }
    }
}
