//! Where reports wait: bounded, with a budget for each source, and answered before anything is looked up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use jiff::Timestamp;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::{Lifecycle, OperationError};
use patcycle_primitives::{Clock, Secret};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// So many tokens a source may report at once, and so many more each minute.
const BURST: NonZeroU32 = NonZeroU32::new(200).expect("not zero");
const EACH_MINUTE: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
/// So many reports wait at most.
const WAITING: usize = 256;
/// So many sources are remembered before those with a full budget are forgotten.
const REMEMBERED_SOURCES: usize = 10_000;
/// How often a report is tried when the store cannot take it, and the pause in between.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);

/// Tokens that wait to be looked up. What has not the form of a PAT never gets here.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) tokens: Vec<Secret>,
    pub(super) place: Option<String>,
    pub(super) actor: Actor,
}

/// Why a report is not taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

type Limiter = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, ServiceClock, NoOpMiddleware<Nanos>>;

/// Takes reports.
#[derive(Debug, Clone)]
pub struct LeakIntake {
    limiter: Arc<Limiter>,
    waiting: mpsc::Sender<Report>,
}

/// Looks up what was reported, one after another.
#[derive(Debug)]
pub struct LeakWorker {
    lifecycle: Lifecycle,
    waiting: mpsc::Receiver<Report>,
}

impl LeakIntake {
    /// The intake, and the worker that must run for it.
    pub fn new(lifecycle: Lifecycle, clock: Arc<dyn Clock>) -> (Self, LeakWorker) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let quota = Quota::per_minute(EACH_MINUTE).allow_burst(BURST);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), ServiceClock(clock));
        let intake = Self { limiter: Arc::new(limiter), waiting: sender };
        (intake, LeakWorker { lifecycle, waiting: receiver })
    }

    /// Takes `tokens` out of the budget of the report's source.
    pub(super) fn spend(&self, source: Option<IpAddr>, tokens: usize) -> Result<(), Full> {
        if self.limiter.len() > REMEMBERED_SOURCES {
            self.limiter.retain_recent();
        }
        let tokens = u32::try_from(tokens).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        match self.limiter.check_key_n(&source_key(source), tokens) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }

    pub(super) fn queue(&self, report: Report) -> Result<(), Full> {
        self.waiting.try_send(report).map_err(|_| Full)
    }
}

/// IPv6 sources own whole networks: the first 64 bits count.
fn source_key(source: Option<IpAddr>) -> IpAddr {
    match source.map(|address| address.to_canonical()) {
        None => Ipv4Addr::UNSPECIFIED.into(),
        Some(IpAddr::V4(address)) => address.into(),
        Some(IpAddr::V6(address)) => {
            Ipv6Addr::from(u128::from(address) & (u128::from(u64::MAX) << 64)).into()
        }
    }
}

impl LeakWorker {
    /// Works until it is told to stop, and then on what was taken already.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                report = self.waiting.recv() => match report {
                    Some(report) => self.work(report).await,
                    None => return,
                },
                () = stop.cancelled() => break,
            }
        }
        self.waiting.close();
        while let Some(report) = self.waiting.recv().await {
            self.work(report).await;
        }
    }

    /// Works on what waits now.
    pub async fn run_once(&mut self) {
        while let Ok(report) = self.waiting.try_recv() {
            self.work(report).await;
        }
    }

    async fn work(&self, report: Report) {
        for token in &report.tokens {
            for attempt in 1..=ATTEMPTS {
                let done =
                    self.lifecycle.report_leak(token, report.place.as_deref(), report.actor.clone()).await;
                match done {
                    Ok(_) => break,
                    Err(OperationError::Storage(error)) if attempt < ATTEMPTS => {
                        tracing::warn!(%error, "a leak report waits for the store");
                        tokio::time::sleep(PAUSE).await;
                    }
                    Err(error) => {
                        tracing::error!(%error, "a leak report is lost");
                        break;
                    }
                }
            }
        }
    }
}

/// The service's clock, as the limiter wants to read it.
#[derive(Debug, Clone)]
struct ServiceClock(Arc<dyn Clock>);

impl GovernorClock for ServiceClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let since = self.0.now().duration_since(Timestamp::UNIX_EPOCH);
        Nanos::new(u64::try_from(since.as_nanos()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_source_is_a_network() {
        let key = |text: &str| source_key(Some(text.parse().unwrap())).to_string();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(key("2001:db8:1:2:ffff::"), "2001:db8:1:2::");
        assert_eq!(key("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(source_key(None).to_string(), "0.0.0.0");
    }
}
