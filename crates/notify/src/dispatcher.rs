//! Draining the outbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::notice::{DueNotice, NoticeSubject, Outbox};
use patcycle_primitives::{Clock, Random};
use tokio_util::sync::CancellationToken;

use crate::compose::compose;
use crate::sender::{SendError, Sender};

/// So many notices are taken at once.
const TAKEN_AT_ONCE: u32 = 32;
/// How long a taken notice is nobody else's. Longer than all that are taken at once may need: each sender gives up after
/// a few seconds.
const LEASE: SignedDuration = SignedDuration::from_mins(20);
/// The pause after the first failure; it doubles with each one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// How long delivery is tried. A mail server may be down for a day, and for a weekend; later the news is none.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dispatched {
    /// Notices that were delivered.
    pub delivered: u32,
    /// Notices that are tried again later.
    pub postponed: u32,
    /// Notices that are closed undelivered: there was nothing left to say, or nobody who takes them.
    pub dropped: u32,
}

/// Sends what waits in the outbox.
#[derive(Debug)]
pub struct Dispatcher {
    outbox: Arc<dyn Outbox>,
    senders: HashMap<String, Arc<dyn Sender>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

enum Fate {
    Delivered,
    Dropped,
    Postponed(Timestamp),
}

impl Dispatcher {
    /// `senders`: each with the name of its channel.
    pub fn new(
        outbox: Arc<dyn Outbox>,
        senders: HashMap<String, Arc<dyn Sender>>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { outbox, senders, clock, random }
    }

    /// Sends what is due, round after round with a pause of `look` in between, until it is told to stop.
    pub async fn run(&self, look: Duration, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // What cannot be read or written now can be in the next round.
            if let Err(error) = self.run_once().await {
                tracing::warn!(%error, "the outbox cannot be drained now");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(look) => {}
            }
        }
    }

    /// Sends everything that is due now.
    pub async fn run_once(&self) -> Result<Dispatched, StorageError> {
        let mut dispatched = Dispatched::default();
        loop {
            let now = self.clock.now();
            let due = self.outbox.outbox_due(now, now + LEASE, TAKEN_AT_ONCE).await?;
            if due.is_empty() {
                return Ok(dispatched);
            }
            for notice in due {
                let key = notice.notice.key.clone();
                match self.deliver(&notice).await {
                    Fate::Delivered => {
                        self.outbox.outbox_done(&key, self.clock.now()).await?;
                        dispatched.delivered += 1;
                    }
                    Fate::Dropped => {
                        self.outbox.outbox_done(&key, self.clock.now()).await?;
                        dispatched.dropped += 1;
                    }
                    Fate::Postponed(due_at) => {
                        self.outbox.outbox_retry(&key, due_at).await?;
                        dispatched.postponed += 1;
                    }
                }
            }
        }
    }

    async fn deliver(&self, due: &DueNotice) -> Fate {
        let notice = &due.notice;
        let channel = notice.channel.as_str();
        let subject = match notice.subject {
            NoticeSubject::Pat(id) => id.to_string(),
            NoticeSubject::Several(count) => format!("{count} PATs of {}", notice.owner),
        };
        let Some(sender) = self.senders.get(channel) else {
            tracing::warn!(
                channel,
                "a notice waits for a channel that is configured no longer; it is dropped"
            );
            return Fate::Dropped;
        };
        let now = self.clock.now();
        let Some(message) = compose(due, now) else { return Fate::Dropped };
        let stage = notice.stage.as_str();
        match sender.send(&message).await {
            Ok(()) => {
                tracing::info!(channel, stage, subject, "notice delivered");
                Fate::Delivered
            }
            Err(SendError::Permanent(reason)) => {
                tracing::error!(channel, stage, subject, reason, "a notice cannot be delivered");
                Fate::Dropped
            }
            Err(SendError::Temporary(reason)) if now.duration_since(notice.at) > TRIED_FOR => {
                tracing::error!(channel, stage, subject, reason, "a notice could not be delivered in time");
                Fate::Dropped
            }
            Err(SendError::Temporary(reason)) => {
                let pause = self.pause(due.attempts);
                tracing::warn!(
                    channel,
                    stage,
                    subject,
                    reason,
                    retry_after.s = pause.as_secs(),
                    "a notice could not be delivered yet"
                );
                Fate::Postponed(self.clock.now() + pause)
            }
        }
    }

    /// Doubles with each attempt; half of it is random, so that many notices do not come back together.
    fn pause(&self, attempts: u32) -> SignedDuration {
        let doubled =
            FIRST_PAUSE.checked_mul(1 << attempts.saturating_sub(1).min(16)).unwrap_or(LONGEST_PAUSE);
        let whole = doubled.min(LONGEST_PAUSE);
        let mut byte = [u8::MAX];
        // Without randomness the whole pause is taken.
        let _ = self.random.fill(&mut byte);
        whole / 2 + whole / 2 * i32::from(byte[0]) / i32::from(u8::MAX)
    }
}
