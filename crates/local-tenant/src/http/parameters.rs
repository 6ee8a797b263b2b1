//! Parameters of a query or a form.

use super::fault::Fault;

/// Parameters in their order. An empty value counts as absent, as OAuth demands.
#[derive(Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`, whatever the bytes.
    pub(super) fn parse(encoded: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(encoded);
        Self(
            pairs
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// The first value of a name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The one value of a name; twice is a fault: the two readers of a request must not see two different ones.
    pub(super) fn one(&self, name: &'static str) -> Result<Option<&str>, Fault> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Fault::Duplicate(name)),
            (value, None) => Ok(value),
        }
    }

    /// The one value of a name that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, Fault> {
        self.one(name)?.ok_or(Fault::Missing(name))
    }

    /// Whether the client wants `client_info`.
    pub(super) fn wants_client_info(&self) -> bool {
        self.first("client_info") == Some("1")
    }
}
