//! What can carry a notice.

use async_trait::async_trait;

use crate::compose::Message;

/// Why a notice was not delivered. The texts are for the log: they hold no secret and nothing of the notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may go better later.
    #[error("{0}")]
    Temporary(String),
    /// It will never go.
    #[error("{0}")]
    Permanent(String),
}

/// One channel's way out.
#[async_trait]
pub trait Sender: std::fmt::Debug + Send + Sync {
    /// Delivers the message, or says why not. A message that was delivered once may come again.
    async fn send(&self, message: &Message) -> Result<(), SendError>;
}
