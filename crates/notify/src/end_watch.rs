//! Watching for ends that come near or pass.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use patcycle_lifecycle::OperationError;
use patcycle_lifecycle::notice::ends::{AnnounceEnds, Occasion};
use patcycle_lifecycle::notice::{Channels, Outbox};
use patcycle_primitives::{Clock, Random};
use tokio_util::sync::CancellationToken;

/// So many PATs are announced in one transaction.
const ANNOUNCED_AT_ONCE: usize = 200;
/// Ends that pass are announced so much later: a PAT that is being written while it ends is then there to be seen.
const SETTLED: SignedDuration = SignedDuration::from_secs(10);

/// Looks for ends, and remembers how far it got: after a standstill it goes on where it was.
#[derive(Debug)]
pub struct EndWatch {
    outbox: Arc<dyn Outbox>,
    channels: Channels,
    occasions: Vec<Occasion>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl EndWatch {
    /// Watches for ends that pass, and for ends that are so many days ahead.
    pub fn new(
        outbox: Arc<dyn Outbox>,
        channels: Channels,
        days_before_expiry: &[u16],
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let mut occasions = vec![Occasion::Expired];
        // Nobody would be told.
        if !channels.is_empty() {
            occasions.extend(days_before_expiry.iter().map(|days| Occasion::Expiring { days: *days }));
        }
        Self { outbox, channels, occasions, clock, random }
    }

    /// Looks again and again with a pause of `look` in between, until it is told to stop.
    pub async fn run(&self, look: Duration, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // What cannot be read or written now can be at the next look.
            if let Err(error) = self.run_once(&stop).await {
                tracing::warn!(%error, "ends cannot be looked for now");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(look) => {}
            }
        }
    }

    /// Announces every end that has come into reach since the last look. Gives how many PATs were looked at.
    pub async fn run_once(&self, stop: &CancellationToken) -> Result<usize, OperationError> {
        let mut looked_at = 0;
        for occasion in &self.occasions {
            let now = self.clock.now();
            let up_to = match occasion {
                Occasion::Expired => now - SETTLED,
                Occasion::Expiring { .. } => now + occasion.ahead(),
            };
            while !stop.is_cancelled() {
                let audit_ids =
                    (0..ANNOUNCED_AT_ONCE).map(|_| self.random.uuid()).collect::<Result<_, _>>()?;
                let command = AnnounceEnds {
                    occasion: *occasion,
                    up_to,
                    channels: self.channels.clone(),
                    at: now,
                    audit_ids,
                };
                let announced = self.outbox.announce_ends(command).await?;
                looked_at += announced.looked_at;
                if announced.finished {
                    break;
                }
            }
        }
        Ok(looked_at)
    }
}
