//! Passwords: argon2id, off the async threads.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use patcycle_primitives::{Random, Secret};

use crate::error::LocalTenantError;

/// Memory in KiB and passes. Less than for people on a network: these passwords are random and stand in a file
/// beside the database anyway, a whole test suite signs in with them, and the C library keeps freed blocks of
/// many megabytes for itself: the process would look three times as large as it is.
const MEMORY_KIB: u32 = 2 * 1024;
const PASSES: u32 = 3;

fn hasher() -> Result<Argon2<'static>, LocalTenantError> {
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| LocalTenantError::Password)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// The hash of a password, with a random salt.
pub(crate) async fn hash(password: Secret, random: &dyn Random) -> Result<String, LocalTenantError> {
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    let work = move || {
        let hash: PasswordHash = hasher()?
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .map_err(|_| LocalTenantError::Password)?;
        Ok(hash.to_string())
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| LocalTenantError::Interrupted)?
}

/// Whether the password is the one that was hashed.
pub(crate) async fn verify(password: Secret, hash: String) -> Result<bool, LocalTenantError> {
    let work = move || {
        let hash = PasswordHash::new(&hash).map_err(|_| LocalTenantError::Password)?;
        Ok(hasher()?.verify_password(password.expose().as_bytes(), &hash).is_ok())
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| LocalTenantError::Interrupted)?
}
