//! Log lines on stderr, for `--verbose` and `PATCYCLE_LOG`.
//!
//! Below `info`, HTTP libraries print what they transport, so a lower level holds for this product's own lines only.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::error::{CommandError, CommandResult};

/// The level that was asked for, by flags or by name.
pub(crate) fn level(verbose: u8, name: Option<&str>) -> CommandResult<Option<LevelFilter>> {
    match (verbose, name) {
        (0, None) => Ok(None),
        (0, Some(name)) => match name.to_ascii_lowercase().as_str() {
            "error" => Ok(Some(LevelFilter::ERROR)),
            "warn" => Ok(Some(LevelFilter::WARN)),
            "info" => Ok(Some(LevelFilter::INFO)),
            "debug" => Ok(Some(LevelFilter::DEBUG)),
            "trace" => Ok(Some(LevelFilter::TRACE)),
            _ => Err(CommandError::usage(format!("PATCYCLE_LOG is `{name}`, which is not a level"))
                .with_next("Use error, warn, info, debug or trace.")),
        },
        (1, _) => Ok(Some(LevelFilter::INFO)),
        (2, _) => Ok(Some(LevelFilter::DEBUG)),
        _ => Ok(Some(LevelFilter::TRACE)),
    }
}

/// Switches log lines on, if somebody asked.
pub(crate) fn install(level: Option<LevelFilter>) -> CommandResult {
    let Some(level) = level else { return Ok(()) };
    let targets = Targets::new().with_default(level.min(LevelFilter::INFO)).with_target("patcycle", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry()
        .with(targets)
        .with(lines)
        .try_init()
        .map_err(|error| CommandError::failed("logging", format!("cannot write log lines: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_before_the_variable() {
        assert_eq!(level(0, None).unwrap(), None);
        assert_eq!(level(2, Some("error")).unwrap(), Some(LevelFilter::DEBUG));
        assert_eq!(level(0, Some("Trace")).unwrap(), Some(LevelFilter::TRACE));
        assert!(level(0, Some("loud")).is_err());
    }
}
