//! Logs: one line for each event on stderr, as text or JSON.
//!
//! Below `info`, libraries print what they transport: header frames, key material hints, bodies. So a lower level
//! holds for this product's own events only, whatever the operator asks for; libraries stay at `info`.

use std::io::IsTerminal as _;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::SetGlobalDefaultError;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// Every crate of this product is named so.
const OWN_TARGETS: &str = "patcycle";

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What needs a person.
    Error,
    /// What may need one.
    Warn,
    /// One line for each request.
    Info,
    /// Why something was decided.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The level of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "error" => Self::Error,
            "warn" => Self::Warn,
            "info" => Self::Info,
            "debug" => Self::Debug,
            "trace" => Self::Trace,
            _ => return None,
        })
    }

    fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object.
    Json,
}

impl LogFormat {
    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSettings {
    /// How much.
    pub level: LogLevel,
    /// In which form.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { level: LogLevel::Info, format: LogFormat::Text }
    }
}

/// Sends the events of this process to stderr. Once per process: a second call fails.
pub fn install(settings: LogSettings) -> Result<(), SetGlobalDefaultError> {
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match settings.format {
        LogFormat::Text => layer.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(targets(settings.level)));
    tracing::subscriber::set_global_default(subscriber)
}

fn targets(level: LogLevel) -> Targets {
    let level = level.filter();
    Targets::new().with_default(level.min(LevelFilter::INFO)).with_target(OWN_TARGETS, level)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn libraries_stay_at_info_whatever_is_asked() {
        let targets = targets(LogLevel::Trace);
        for library in
            ["h2::codec", "hyper_util::client", "reqwest::connect", "rustls::server", "sqlx::query", "tower"]
        {
            assert!(!targets.would_enable(library, &Level::DEBUG), "{library}");
            assert!(targets.would_enable(library, &Level::INFO), "{library}");
        }
        assert!(targets.would_enable("patcycle_api::pats::create", &Level::TRACE));
    }

    #[test]
    fn a_quiet_level_quietens_libraries_too() {
        let targets = targets(LogLevel::Error);
        assert!(!targets.would_enable("h2::codec", &Level::WARN));
        assert!(!targets.would_enable("patcycle_api", &Level::WARN));
    }
}
