//! The marks by which a refusal is found again: trace id, correlation id, time.

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fault::{Fault, Place};
use super::parameters::Parameters;
use crate::error::LocalTenantError;
use crate::tenant::Inner;

/// The marks of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trace {
    pub(super) id: Uuid,
    /// The client's own mark, echoed.
    pub(super) correlation_id: Uuid,
    pub(super) at: Timestamp,
}

impl Trace {
    /// Clients send their mark as a header, in the query or in the form. A text that is no GUID is passed over.
    pub(super) fn of(
        inner: &Inner,
        headers: &HeaderMap,
        parameters: &[&Parameters],
    ) -> Result<Self, LocalTenantError> {
        const NAME: &str = "client-request-id";
        let header = headers.get(NAME).and_then(|value| value.to_str().ok());
        let sent = header.or_else(|| parameters.iter().find_map(|one| one.first(NAME)));
        let id = inner.random.uuid()?;
        let correlation_id = sent.and_then(|text| Uuid::try_parse(text.trim()).ok());
        let correlation_id = correlation_id.map_or_else(|| inner.random.uuid(), Ok)?;
        Ok(Self { id, correlation_id, at: inner.clock.now() })
    }

    /// The time as Entra writes it, `2026-11-23 17:35:31Z`.
    pub(super) fn timestamp(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
    }

    /// The number, the sentence and the marks, in one text.
    pub(super) fn describe(&self, fault: &Fault, place: Place) -> String {
        format!(
            "AADSTS{}: {fault} Trace ID: {} Correlation ID: {} Timestamp: {}",
            fault.terms(place).code,
            self.id,
            self.correlation_id,
            self.timestamp()
        )
    }

    /// The error object.
    pub(super) fn envelope(&self, fault: &Fault, place: Place, base_url: &str) -> Value {
        let terms = fault.terms(place);
        let mut envelope = json!({
            "error": terms.error,
            "error_description": self.describe(fault, place),
            "error_codes": [terms.code],
            "timestamp": self.timestamp(),
            "trace_id": self.id,
            "correlation_id": self.correlation_id,
            "error_uri": error_uri(base_url, terms.code),
        });
        if let Some(object) = envelope.as_object_mut() {
            if let Some(suberror) = terms.suberror {
                object.insert("suberror".to_owned(), suberror.into());
            }
            if matches!(fault, Fault::MultiFactorNeeded(_)) {
                object.insert("claims".to_owned(), multi_factor_claims().into());
            }
        }
        envelope
    }
}

/// Where a number is explained.
pub(super) fn error_uri(base_url: &str, code: u32) -> String {
    format!("{base_url}/error?code={code}")
}

/// The challenge that a client passes on to the authorize endpoint, JSON in a text.
pub(super) fn multi_factor_claims() -> String {
    json!({"access_token": {"amr": {"essential": true, "values": ["mfa"]}}}).to_string()
}
