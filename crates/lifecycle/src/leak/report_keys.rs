//! The keys of those whose leak reports are believed.

use async_trait::async_trait;

/// Why it cannot be told whether a key is theirs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the list of report keys cannot be had: {0}")]
pub struct ReportKeyError(pub String);

/// The published list of a secret-scanning service's keys.
#[async_trait]
pub trait ReportKeys: std::fmt::Debug + Send + Sync {
    /// The key of this identifier, an ECDSA P-256 public key as an uncompressed point (65 bytes); `None`: the list, which
    /// is fresh, has none such.
    async fn key(&self, identifier: &str) -> Result<Option<Vec<u8>>, ReportKeyError>;
}
