//! Checkpoints of the audit: the end of each organization's chain, signed, appended to a file beside the database.
//!
//! The chain shows edits, deletions and moves by itself, but not that its end was cut. Whoever keeps a copy of this file
//! where the service cannot write it can show that too.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use patcycle_api::AuditWitness;
use patcycle_contract::audit::{AuditCheckpoint, AuditHead};
use patcycle_lifecycle::{Storage, StorageError};
use patcycle_primitives::{Clock, Random, RandomError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::Context;
use crate::files::{self, FileError};

/// How often the chains are looked at.
const INTERVAL: Duration = Duration::from_mins(1);
const SEED_BYTES: usize = 32;

/// The checkpoints cannot be had or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key's file is damaged.
    #[error("`{0}` holds no key of checkpoints: it must be 64 hexadecimal digits")]
    Key(PathBuf),
    /// The store cannot tell the end of a chain.
    #[error("the end of the audit cannot be read: {0}")]
    Storage(#[from] StorageError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl CheckpointError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Key(_) => {
                "Restore the file from its backup. With a new one, tell everybody who keeps checkpoints its public key."
            }
            Self::Storage(_) | Self::Random(_) => "Try again.",
        }
    }
}

/// Where the key is, unless the configuration says otherwise.
pub(crate) fn key_beside(pepper_file: &Path) -> PathBuf {
    beside(pepper_file, ".audit")
}

/// Where the checkpoints are, unless the configuration says otherwise.
pub(crate) fn file_beside(pepper_file: &Path) -> PathBuf {
    beside(pepper_file, ".checkpoints")
}

fn beside(pepper_file: &Path, ending: &str) -> PathBuf {
    let mut path = pepper_file.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Writes checkpoints of the organizations that are served.
pub(crate) struct AuditCheckpoints {
    storage: Arc<dyn Storage>,
    organization_ids: Vec<Uuid>,
    key: Ed25519KeyPair,
    file: PathBuf,
    clock: Arc<dyn Clock>,
    witness: AuditWitness,
    /// Held while checkpoints are written, so that none is written twice.
    writing: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for AuditCheckpoints {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AuditCheckpoints").field("file", &self.file).finish_non_exhaustive()
    }
}

impl AuditCheckpoints {
    /// Reads the key, which is made where it is absent, and the checkpoints of before. Says in the log when a chain
    /// does not hold the record of its newest checkpoint any more.
    pub(crate) async fn open(
        storage: Arc<dyn Storage>,
        organization_ids: Vec<Uuid>,
        key_file: &Path,
        file: PathBuf,
        context: &Context,
    ) -> Result<Self, CheckpointError> {
        let key = load_or_make_key(key_file, context.random.as_ref())?;
        let witness = AuditWitness::new(&hex::encode(key.public_key().as_ref()));
        let checkpoints = Self {
            storage,
            organization_ids,
            key,
            file,
            clock: Arc::clone(&context.clock),
            witness,
            writing: tokio::sync::Mutex::default(),
        };
        checkpoints.recall()?;
        for id in &checkpoints.organization_ids {
            checkpoints.compare(*id).await?;
        }
        Ok(checkpoints)
    }

    /// What the API shows of them.
    pub(crate) fn witness(&self) -> AuditWitness {
        self.witness.clone()
    }

    /// Remembers the newest checkpoint of each organization from the file.
    fn recall(&self) -> Result<(), CheckpointError> {
        let Some(text) = files::read_if_there(&self.file)? else { return Ok(()) };
        if !text.is_empty() && !text.ends_with('\n') {
            // Of a process that was killed while it wrote. The next line must not continue it.
            append(&self.file, b"\n")?;
        }
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            match serde_json::from_str::<AuditCheckpoint>(line) {
                Ok(checkpoint) if self.has_signed(&checkpoint) => self.witness.put(checkpoint),
                _ => tracing::warn!(
                    file = %self.file.display(),
                    line = number + 1,
                    "this line is no checkpoint that was signed with the key of now"
                ),
            }
        }
        Ok(())
    }

    fn has_signed(&self, checkpoint: &AuditCheckpoint) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.key.public_key().as_ref());
        key.verify(&checkpoint.message(), &checkpoint.signature).is_ok()
    }

    /// Looks whether a chain still holds the record of its newest checkpoint, and says in the log when it does not.
    async fn compare(&self, organization_id: Uuid) -> Result<(), CheckpointError> {
        let Some(checkpoint) = self.witness.newest(organization_id) else { return Ok(()) };
        let before = checkpoint.sequence.saturating_sub(1);
        let found = self.storage.audit_after(organization_id, before, 1).await?;
        if found.first().map(AuditHead::from) != Some(checkpoint.head()) {
            tracing::error!(
                organization.id = %organization_id,
                record = checkpoint.sequence,
                file = %self.file.display(),
                "the audit does not hold the record of its checkpoint: it was changed or cut, or an older backup was \
                 restored; `patcycle admin audit verify --checkpoint` tells more"
            );
        }
        Ok(())
    }

    /// Appends a checkpoint for each organization whose chain has grown since its last one, or was cut.
    pub(crate) async fn write(&self) -> Result<(), CheckpointError> {
        let _writing = self.writing.lock().await;
        for id in &self.organization_ids {
            let head = self.storage.audit_head(*id).await?;
            let newest = self.witness.newest(*id).map_or_else(AuditHead::default, |newest| newest.head());
            if head.sequence == 0 || head == newest {
                continue;
            }
            self.compare(*id).await?;
            let checkpoint = self.sign(*id, head);
            // A checkpoint always has a form in JSON.
            let line = serde_json::to_string(&checkpoint).unwrap_or_default() + "\n";
            append(&self.file, line.as_bytes())?;
            self.witness.put(checkpoint);
        }
        Ok(())
    }

    /// The same; a failure goes to the log, for nobody waits for an answer.
    pub(crate) async fn write_or_warn(&self) {
        if let Err(error) = self.write().await {
            tracing::warn!(%error, next = error.next_step(), "no checkpoint of the audit was written");
        }
    }

    /// Writes at each interval until it is told to stop.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => self.write_or_warn().await,
            }
        }
    }

    fn sign(&self, organization_id: Uuid, head: AuditHead) -> AuditCheckpoint {
        let mut checkpoint = AuditCheckpoint {
            organization_id,
            sequence: head.sequence,
            hash: head.hash,
            at: self.clock.now(),
            signature: [0; 64],
        };
        let signature = self.key.sign(&checkpoint.message());
        // A signature of Ed25519 always has 64 bytes.
        checkpoint.signature.copy_from_slice(signature.as_ref());
        checkpoint
    }
}

/// The key of the file: its seed in hexadecimal. It is made with mode 0600 where it is absent.
fn load_or_make_key(path: &Path, random: &dyn Random) -> Result<Ed25519KeyPair, CheckpointError> {
    let damaged = || CheckpointError::Key(path.to_owned());
    let mut seed = Zeroizing::new([0; SEED_BYTES]);
    if let Some(text) = files::read_if_there(path)? {
        files::warn_when_open_to_others(path, "the key of the audit's checkpoints");
        hex::decode_to_slice(text.trim(), seed.as_mut_slice()).map_err(|_| damaged())?;
    } else {
        random.fill(seed.as_mut_slice())?;
        files::write_private(path, Zeroizing::new(hex::encode(seed.as_slice()) + "\n").as_bytes())?;
        tracing::info!(file = %path.display(), "made the key of the audit's checkpoints");
    }
    Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| damaged())
}

/// Appends durably. The file is made where it is absent, readable for all: it holds nothing secret.
fn append(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let append = || -> io::Result<()> {
        let is_new = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).mode(0o644).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if let (true, Some(directory)) = (is_new, path.parent().filter(|parent| *parent != Path::new(""))) {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    };
    append().map_err(|source| FileError::new("append to", path, source))
}
