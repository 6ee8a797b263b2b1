//! `[create]` of a settings file.

use serde::Deserialize;

use crate::arguments::values::Lifetime;

/// What `create` uses when its options are silent.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateDefaults {
    /// Scopes, blank-separated.
    pub(crate) scope: Option<String>,
    /// How long a new PAT lives.
    #[serde(default, deserialize_with = "lifetime")]
    pub(crate) valid_for: Option<Lifetime>,
}

fn lifetime<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Lifetime>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}
