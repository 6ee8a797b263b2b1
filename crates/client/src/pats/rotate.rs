//! Give a PAT a new secret, and settle that: only where the service offers `rotate` (see [`PatClient::offers`]).

use jiff::Timestamp;
use patcycle_contract::requests::RequestedDate;
use patcycle_contract::{IdempotencyKey, PatToken, PatTokenRotateRequest};
use reqwest::Method;
use reqwest::header::HeaderValue;
use uuid::Uuid;

use crate::answer::read_pat;
use crate::client::PatClient;
use crate::error::ClientError;
use crate::transport::Request;

/// A new secret to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotatePat {
    /// Which PAT.
    pub authorization_id: Uuid,
    /// The new end; `None`: it lives for as long again as it was given. The service may shorten it.
    pub valid_to: Option<Timestamp>,
    /// For how many seconds the old secret goes on working; the service may shorten that too.
    pub overlap_seconds: u32,
}

impl PatClient {
    /// Gives a PAT a new secret. The answer holds it in `token`. Repeated with the same key, for an hour the answer is
    /// the same, so this is asked again until there is one, within the bounds of the retry policy.
    pub async fn rotate(&self, wanted: &RotatePat, key: &IdempotencyKey) -> Result<PatToken, ClientError> {
        let body = PatTokenRotateRequest {
            valid_to: wanted.valid_to.map_or(RequestedDate::Absent, RequestedDate::At),
            overlap_seconds: Some(wanted.overlap_seconds.into()),
        };
        let body = super::create::json(&body)?;
        let request = self.below(wanted.authorization_id, &["rotate"], Some(body), Some(key));
        read_pat(&self.call(&request).await?)
    }

    /// Ends the old secret of a rotation now. With a key only if it is that rotation's.
    pub async fn finish_rotation(
        &self,
        authorization_id: Uuid,
        key: Option<&IdempotencyKey>,
    ) -> Result<PatToken, ClientError> {
        let request = self.below(authorization_id, &["rotate", "finish"], None, key);
        read_pat(&self.call(&request).await?)
    }

    /// Goes back to the old secret of a rotation, while it still works. With a key only if it is that rotation's.
    pub async fn undo_rotation(
        &self,
        authorization_id: Uuid,
        key: Option<&IdempotencyKey>,
    ) -> Result<PatToken, ClientError> {
        let request = self.below(authorization_id, &["rotate", "undo"], None, key);
        read_pat(&self.call(&request).await?)
    }

    fn below(
        &self,
        authorization_id: Uuid,
        path: &[&str],
        body: Option<Vec<u8>>,
        key: Option<&IdempotencyKey>,
    ) -> Request {
        let mut request = self.request(Method::POST, &[], body);
        // Addresses with http or https always have segments.
        if let Ok(mut segments) = request.url.path_segments_mut() {
            segments.push(&authorization_id.to_string()).extend(path);
        }
        // Letters of base64url are always a header value.
        request.idempotency_key = key.and_then(|key| HeaderValue::from_str(key.as_str()).ok());
        if let Some(key) = &mut request.idempotency_key {
            key.set_sensitive(true);
        }
        request
    }
}
