//! The secrets of rotations, which can be made a second time.

use std::sync::Arc;

use jiff::Timestamp;
use patcycle_contract::IdempotencyKey;
use patcycle_primitives::Secret;
use patcycle_token::{Digest, IssueMonth, MintError, PepperSet, RotationKey, Signature};
use uuid::Uuid;

use crate::model::StoredSecret;

/// Labels of digests, and the start of what a secret is derived from.
const KEY: &str = "idempotency key";
const REQUEST: &str = "request";
const SECRET: &[u8] = b"patcycle rotation secret\0";

/// What the service derives secrets of rotations with.
#[derive(Debug, Clone)]
pub struct SecretSource {
    /// From a file beside the pepper's.
    pub key: Arc<RotationKey>,
    /// What secrets are digested with.
    pub peppers: Arc<PepperSet>,
    /// The signature of the PATs that are minted.
    pub signature: Signature,
}

impl SecretSource {
    /// By which an `Idempotency-Key` is known again.
    pub fn key_digest(&self, key: &IdempotencyKey) -> Digest {
        self.key.digest(KEY, key.as_str().as_bytes())
    }

    /// By which a request is known again: what it asks for, not how it was written.
    pub(super) fn request_digest(&self, valid_to: Option<Timestamp>, overlap_seconds: Option<i64>) -> Digest {
        let valid_to = valid_to.map(Timestamp::as_microsecond);
        self.key.digest(REQUEST, format!("{valid_to:?} {overlap_seconds:?}").as_bytes())
    }
}

/// Makes the secrets that one `Idempotency-Key` stands for.
#[derive(Debug, Clone)]
pub struct Derivation {
    /// The service's part.
    pub source: SecretSource,
    /// The client's part.
    pub key: Arc<IdempotencyKey>,
}

impl Derivation {
    /// The secret of this generation of a PAT, made at `at`: HKDF-SHA-256 with the service's key, the client's key as
    /// salt, and PAT and generation as info.
    pub fn secret(&self, authorization: Uuid, generation: u32, at: Timestamp) -> Result<Secret, MintError> {
        let info = [SECRET, authorization.as_bytes(), &generation.to_be_bytes()].concat();
        let month = IssueMonth::of(at)?;
        Ok(self.source.key.mint(self.key.as_bytes(), &info, month, self.source.signature)?)
    }

    /// What is stored of it.
    pub(super) fn stored(
        &self,
        authorization: Uuid,
        generation: u32,
        at: Timestamp,
    ) -> Result<StoredSecret, MintError> {
        let secret = self.secret(authorization, generation, at)?;
        let (pepper_number, digest) = self.source.peppers.digest(&secret);
        Ok(StoredSecret { digest, pepper_number, generation, dies_at: None })
    }

    /// Whether `stored` is what would be derived again, under whichever pepper digested it.
    pub(super) fn gives(
        &self,
        authorization: Uuid,
        stored: &StoredSecret,
        at: Timestamp,
    ) -> Result<bool, MintError> {
        let secret = self.secret(authorization, stored.generation, at)?;
        let mut digests = self.source.peppers.digests(secret.expose());
        Ok(digests.any(|(number, digest)| number == stored.pepper_number && digest == stored.digest))
    }
}
