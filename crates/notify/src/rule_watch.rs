//! Telling owners that a revocation rule ended PATs of theirs.

use std::sync::Arc;
use std::time::Duration;

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::notice::rules::AnnounceRules;
use patcycle_lifecycle::notice::{Channels, Outbox};
use tokio_util::sync::CancellationToken;

/// So many owners are told in one transaction.
const OWNERS_AT_ONCE: u32 = 100;

/// Looks for rules whose owners are not told yet. It remembers how far it got: after a standstill it goes on where it was.
#[derive(Debug)]
pub struct RuleWatch {
    outbox: Arc<dyn Outbox>,
    channels: Channels,
}

impl RuleWatch {
    /// A watch that tells through these channels.
    pub fn new(outbox: Arc<dyn Outbox>, channels: Channels) -> Self {
        Self { outbox, channels }
    }

    /// Looks again and again with a pause of `look` in between, until it is told to stop.
    pub async fn run(&self, look: Duration, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // What cannot be read or written now can be at the next look.
            if let Err(error) = self.run_once(&stop).await {
                tracing::warn!(%error, "owners cannot be told of revocation rules now");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(look) => {}
            }
        }
    }

    /// Puts notices into the outbox for everybody who is not told yet. Gives how many owners were looked at.
    pub async fn run_once(&self, stop: &CancellationToken) -> Result<usize, StorageError> {
        let mut looked_at = 0;
        while !stop.is_cancelled() {
            let command = AnnounceRules { channels: self.channels.clone(), owners: OWNERS_AT_ONCE };
            let announced = self.outbox.announce_rules(command).await?;
            looked_at += announced.looked_at;
            if announced.finished {
                break;
            }
        }
        Ok(looked_at)
    }
}
