//! What the engine works with: the service that makes and revokes, the one that takes the secret, and the one
//! that writes down what has been done.

use async_trait::async_trait;
use patcycle_contract::PatToken;
use patcycle_primitives::Secret;
use uuid::Uuid;

use super::compare::Difference;
use crate::client::PatClient;
use crate::error::ClientError;
use crate::pats::CreatePat;

/// The two calls that a rotation makes.
#[async_trait]
pub trait PatService: Send + Sync {
    /// Makes a PAT; see [`PatClient::create`].
    async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError>;

    /// Revokes a PAT; see [`PatClient::revoke`].
    async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError>;
}

#[async_trait]
impl PatService for PatClient {
    async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError> {
        PatClient::create(self, wanted).await
    }

    async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError> {
        PatClient::revoke(self, authorization_id).await
    }
}

/// Takes a new secret to where it is used.
#[async_trait]
pub trait Deliver: Send {
    /// Delivers the secret of `pat`, and comes back with `Ok` only when it is there for good: written, flushed,
    /// and read back where that is possible. After `Ok` the old PAT is revoked.
    async fn deliver(&mut self, pat: &PatToken, secret: &Secret) -> Result<(), DeliverError>;
}

/// Whether a secret has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It has not: what was there before is still there, and nothing uses the new secret.
    No,
    /// It may have: something may use the new secret already.
    Maybe,
    /// It has.
    Yes,
}

/// Why a delivery failed. The texts must not hold the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeliverError {
    /// Whether the new secret may be in use all the same. If so, neither PAT is revoked.
    pub may_be_delivered: bool,
    /// What happened: one sentence.
    pub message: String,
}

impl DeliverError {
    /// A delivery that has certainly left everything as it was.
    pub fn not_delivered(message: impl Into<String>) -> Self {
        Self { may_be_delivered: false, message: message.into() }
    }

    /// A delivery of which nobody knows how far it came.
    pub fn maybe_delivered(message: impl Into<String>) -> Self {
        Self { may_be_delivered: true, message: message.into() }
    }
}

/// Something that has been done. Each is told before the next thing begins.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Nothing has been done yet; the create follows.
    Planned {
        /// The PAT that is to be replaced; `None` when a first one is made.
        old: Option<Uuid>,
        /// What will be asked for.
        wanted: &'a CreatePat,
    },
    /// The service has made the new PAT.
    Created {
        /// The new PAT, without its secret.
        pat: &'a PatToken,
        /// Its secret, for an observer that keeps it sealed until the delivery is done. `None` when the service
        /// sent none.
        secret: Option<&'a Secret>,
    },
    /// What was granted has been accepted; the delivery follows.
    Compared {
        /// The new PAT.
        new: Uuid,
        /// What is otherwise than asked for.
        differences: &'a [Difference],
    },
    /// The new secret has arrived; the revoke of the old PAT follows.
    Delivered {
        /// The new PAT.
        new: Uuid,
    },
    /// The old PAT is revoked. The end of a rotation.
    Revoked {
        /// The old PAT.
        old: Uuid,
        /// Whether the service no longer knew it.
        already_gone: bool,
    },
    /// The new PAT is revoked, after a failure before the delivery. The end of a rotation that was undone.
    Undone {
        /// The new PAT.
        new: Uuid,
    },
}

impl Step<'_> {
    /// The name of the step, for messages and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Created { .. } => "created",
            Self::Compared { .. } => "compared",
            Self::Delivered { .. } => "delivered",
            Self::Revoked { .. } => "revoked",
            Self::Undone { .. } => "undone",
        }
    }
}

/// Why an observer wants the rotation to stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ObserverError(pub String);

/// Is told of every step. An error stops the rotation: what cannot be written down is not built upon.
#[async_trait]
pub trait Observer: Send {
    /// `step` has been done.
    async fn reached(&mut self, step: Step<'_>) -> Result<(), ObserverError>;
}

/// Writes nothing down.
#[async_trait]
impl Observer for () {
    async fn reached(&mut self, _step: Step<'_>) -> Result<(), ObserverError> {
        Ok(())
    }
}
