//! What the engine works with: the service that makes and revokes, the one that takes the secret, and the one
//! that writes down what has been done.

use async_trait::async_trait;
use patcycle_contract::{IdempotencyKey, PatToken};
use patcycle_primitives::{RandomError, Secret};
use uuid::Uuid;

use super::compare::Difference;
use crate::client::PatClient;
use crate::error::ClientError;
use crate::pats::{CreatePat, RotatePat};

/// The calls that a rotation makes: the first two, or where the service offers it, the last three.
#[async_trait]
pub trait PatService: Send + Sync {
    /// Makes a PAT; see [`PatClient::create`].
    async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError>;

    /// Revokes a PAT; see [`PatClient::revoke`].
    async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError>;

    /// Whether the service replaces secrets itself; see [`PatClient::offers`].
    async fn offers_rotation(&self) -> Result<bool, ClientError>;

    /// A new key for a rotation by the service.
    fn idempotency_key(&self) -> Result<IdempotencyKey, RandomError>;

    /// Gives a PAT a new secret; see [`PatClient::rotate`].
    async fn rotate(&self, wanted: &RotatePat, key: &IdempotencyKey) -> Result<PatToken, ClientError>;

    /// Ends its old secret; see [`PatClient::finish_rotation`].
    async fn finish_rotation(&self, authorization_id: Uuid, key: &IdempotencyKey) -> Result<(), ClientError>;

    /// Goes back to its old secret; see [`PatClient::undo_rotation`].
    async fn undo_rotation(&self, authorization_id: Uuid, key: &IdempotencyKey) -> Result<(), ClientError>;
}

#[async_trait]
impl PatService for PatClient {
    async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError> {
        PatClient::create(self, wanted).await
    }

    async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError> {
        PatClient::revoke(self, authorization_id).await
    }

    async fn offers_rotation(&self) -> Result<bool, ClientError> {
        self.offers("rotate").await
    }

    fn idempotency_key(&self) -> Result<IdempotencyKey, RandomError> {
        PatClient::idempotency_key(self)
    }

    async fn rotate(&self, wanted: &RotatePat, key: &IdempotencyKey) -> Result<PatToken, ClientError> {
        PatClient::rotate(self, wanted, key).await
    }

    async fn finish_rotation(&self, authorization_id: Uuid, key: &IdempotencyKey) -> Result<(), ClientError> {
        PatClient::finish_rotation(self, authorization_id, Some(key)).await.map(drop)
    }

    async fn undo_rotation(&self, authorization_id: Uuid, key: &IdempotencyKey) -> Result<(), ClientError> {
        PatClient::undo_rotation(self, authorization_id, Some(key)).await.map(drop)
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
    /// Nothing has been done yet; the making of the new secret follows.
    Planned {
        /// The PAT that is to be replaced, or to get a new secret; `None` when a first one is made.
        old: Option<Uuid>,
        /// What will be asked for.
        wanted: &'a CreatePat,
        /// By which a rotation by the service is asked for again; `None`: another PAT is made.
        key: Option<&'a IdempotencyKey>,
    },
    /// The service has made the new PAT, or a new secret for the old one.
    Created {
        /// The PAT with the new secret, without it.
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
    /// The old secret works on until its overlap ends. The end of a rotation.
    Overlapping {
        /// The PAT.
        pat: Uuid,
    },
    /// The old secret has ended, and the PAT with it if it was another one. The end of a rotation.
    Revoked {
        /// The old PAT, or the only one.
        old: Uuid,
        /// Whether the service no longer knew it.
        already_gone: bool,
    },
    /// The new secret has ended, and the PAT with it if it was another one, after a failure before the delivery. The end of a rotation that was undone.
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
            Self::Overlapping { .. } => "overlapping",
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
