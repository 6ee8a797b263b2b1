//! A store that lasts as long as the process.

use std::sync::{Mutex, PoisonError};

use super::store::{Change, StoreBytes, StoreError, TokenStore};

/// Keeps the bytes in memory.
#[derive(Default)]
pub struct MemoryStore(Mutex<Option<StoreBytes>>);

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MemoryStore([redacted])")
    }
}

impl TokenStore for MemoryStore {
    fn describe(&self) -> String {
        "memory".to_owned()
    }

    fn load(&self) -> Result<Option<StoreBytes>, StoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn update(&self, change: &mut dyn FnMut(Option<&[u8]>) -> Change) -> Result<(), StoreError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match change(held.as_ref().map(|bytes| bytes.as_slice())) {
            Change::Keep => {}
            Change::Write(bytes) => *held = Some(bytes),
            Change::Delete => *held = None,
        }
        Ok(())
    }
}
