//! Signed reports that were answered: a repeated one gets the same answer and does nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use patcycle_lifecycle::leak::ReportKeys;

use super::receive::{Labelled, OLDEST};

/// So many answers are remembered. Beyond that all are forgotten; a report that comes again is then worked on again,
/// which changes nothing, since what it names is dead already.
const REMEMBERED: usize = 4096;

/// Signed reports: whose are believed, and which were seen.
#[derive(Debug, Clone, Default)]
pub struct LeakReports {
    /// The published keys; `None`: no signed report is taken.
    pub keys: Option<Arc<dyn ReportKeys>>,
    pub(super) seen: SeenReports,
}

impl LeakReports {
    /// Believes reports that are signed by these keys.
    pub fn signed_by(keys: Arc<dyn ReportKeys>) -> Self {
        Self { keys: Some(keys), seen: SeenReports::default() }
    }
}

/// By the digest of the body.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenReports(Arc<Mutex<Answers>>);

type Answers = HashMap<[u8; 32], (Timestamp, Vec<Labelled>)>;

impl SeenReports {
    pub(super) fn find(&self, digest: &[u8; 32], now: Timestamp) -> Option<Vec<Labelled>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, labels) = seen.get(digest)?;
        (now.duration_since(*at) <= OLDEST).then(|| labels.clone())
    }

    pub(super) fn remember(&self, digest: [u8; 32], now: Timestamp, labels: Vec<Labelled>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, (at, _)| now.duration_since(*at) <= OLDEST);
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(digest, (now, labels));
    }
}
