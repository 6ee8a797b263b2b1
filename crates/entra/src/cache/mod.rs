//! What is kept between two runs: who signed in, the refresh token, and access tokens that are still good.
//!
//! Where it is kept is the caller's: a [`TokenStore`] holds one blob of bytes, in a keychain, an encrypted
//! file or memory. Many processes may use one store; each change is a short read-modify-write under the
//! store's own lock, and no lock is held while the network is asked.

mod account;
mod memory;
mod store;
mod token_cache;

pub use account::CachedAccount;
pub use memory::MemoryStore;
pub use store::{Change, StoreBytes, StoreError, TokenStore};
pub use token_cache::{CachedToken, TokenCache};
