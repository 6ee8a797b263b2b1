//! What `dev` and `console` log.

use patcycle_server::telemetry::LogLevel;

use crate::arguments::Globals;
use crate::environment::Environment;
use crate::error::CommandResult;
use crate::logging;

/// How much a server logs: `usual` unless the person asks for more or less.
pub(super) fn server_log_level(
    globals: &Globals,
    environment: &Environment,
    usual: LogLevel,
) -> CommandResult<LogLevel> {
    let by_itself = if globals.quiet { LogLevel::Error } else { usual };
    let asked = logging::level(globals.verbose, environment.log.as_deref())?;
    let name = asked.map(|level| level.to_string().to_ascii_lowercase());
    Ok(name.and_then(|name| LogLevel::from_name(&name)).unwrap_or(by_itself))
}
