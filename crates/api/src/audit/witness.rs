//! What the service can show of its checkpoints.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use patcycle_contract::audit::AuditCheckpoint;
use uuid::Uuid;

/// The public key of the checkpoints, and the newest one of each organization. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct AuditWitness {
    public_key: Option<Arc<str>>,
    newest: Arc<Mutex<HashMap<Uuid, AuditCheckpoint>>>,
}

impl AuditWitness {
    /// One whose checkpoints are signed with the key that belongs to `public_key`: 32 bytes in hexadecimal.
    pub fn new(public_key: &str) -> Self {
        Self { public_key: Some(public_key.into()), newest: Arc::default() }
    }

    /// The public key; `None`: no checkpoints are made.
    pub fn public_key(&self) -> Option<&str> {
        self.public_key.as_deref()
    }

    /// The newest checkpoint of an organization.
    pub fn newest(&self, organization_id: Uuid) -> Option<AuditCheckpoint> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).get(&organization_id).cloned()
    }

    /// Remembers a checkpoint that is on disk.
    pub fn put(&self, checkpoint: AuditCheckpoint) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.insert(checkpoint.organization_id, checkpoint);
    }
}
