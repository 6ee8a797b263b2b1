//! Read the audit log, the newest entries first.

use std::collections::VecDeque;

use futures::stream::{self, Stream};
use jiff::Timestamp;
use patcycle_contract::audit::{AuditLogQueryResult, DecoratedAuditLogEntry};
use reqwest::Method;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

/// The most batches that are read: two million entries.
const MAXIMUM_BATCHES: usize = 10_000;

/// Which part of the log.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditLogFilter {
    /// Nothing before; inclusive.
    pub from: Option<Timestamp>,
    /// Nothing from here on; exclusive.
    pub until: Option<Timestamp>,
}

/// What has been read of the log so far.
struct Batches<'a> {
    client: &'a PatClient,
    filter: AuditLogFilter,
    /// Where the next batch starts; `None` at the end.
    next: Option<String>,
    read: usize,
    waiting: VecDeque<DecoratedAuditLogEntry>,
}

impl PatClient {
    /// The entries of the organization's audit log, the newest first. The next batch is read when the last one is
    /// used up. Administrators only.
    pub fn audit_log(
        &self,
        filter: AuditLogFilter,
    ) -> impl Stream<Item = Result<DecoratedAuditLogEntry, ClientError>> + Send + '_ {
        let batches =
            Batches { client: self, filter, next: Some(String::new()), read: 0, waiting: VecDeque::new() };
        stream::try_unfold(batches, |mut batches| async move {
            let entry = batches.next().await?;
            Ok(entry.map(|entry| (entry, batches)))
        })
    }
}

impl Batches<'_> {
    async fn next(&mut self) -> Result<Option<DecoratedAuditLogEntry>, ClientError> {
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                return Ok(Some(entry));
            }
            let Some(from) = self.next.take() else { return Ok(None) };
            let batch = self.batch(&from).await?;
            self.waiting.extend(batch.decorated_audit_log_entries);
            self.next = batch.continuation_token.filter(|token| batch.has_more && !token.is_empty());
            if self.next.as_deref() == Some(&from) {
                let problem = "the log repeats a continuation token".to_owned();
                return Err(ClientError::Unexpected { status: 200, problem });
            }
        }
    }

    async fn batch(&mut self, from: &str) -> Result<AuditLogQueryResult, ClientError> {
        self.read += 1;
        if self.read > MAXIMUM_BATCHES {
            let problem = "the log does not end".to_owned();
            return Err(ClientError::Unexpected { status: 200, problem });
        }
        let start = self.filter.from.map(|instant| instant.to_string());
        let end = self.filter.until.map(|instant| instant.to_string());
        let mut parameters = Vec::new();
        if let Some(start) = &start {
            parameters.push(("startTime", start.as_str()));
        }
        if let Some(end) = &end {
            parameters.push(("endTime", end.as_str()));
        }
        if !from.is_empty() {
            parameters.push(("continuationToken", from));
        }
        let request = self.client.request_at(Method::GET, &["audit", "auditlog"], &parameters, None);
        read(&self.client.call(&request).await?)
    }
}
