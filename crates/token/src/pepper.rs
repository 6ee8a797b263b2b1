//! The keys that digests are made with.

use hmac::{Hmac, KeyInit as _, Mac as _};
use patcycle_primitives::{Random, RandomError, Secret};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Digest;

/// Set before labels of derived keys. No PAT holds a blank, so no derived key is ever a digest.
const DERIVATION: &str = "patcycle derived key: ";

/// A numbered 256-bit key. The number is stored with each digest that it made.
pub struct Pepper {
    number: u16,
    key: Zeroizing<[u8; 32]>,
    /// The state of HMAC after the key went in: each digest starts from a copy of it.
    prepared: Hmac<Sha256>,
}

impl Pepper {
    /// A pepper with this number and key.
    pub fn new(number: u16, key: [u8; 32]) -> Self {
        let key = Zeroizing::new(key);
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..32].copy_from_slice(&*key);
        // HMAC fills a short key up with zeros to one block; with a whole block it cannot fail.
        let prepared = Hmac::new((&*block).into());
        Self { number, key, prepared }
    }

    /// A new random pepper.
    pub fn generate(number: u16, random: &dyn Random) -> Result<Self, RandomError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        random.fill(&mut *key)?;
        Ok(Self::new(number, *key))
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// What tells this pepper from others, for stores to remember: it leads to neither the pepper nor a digest.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.derive("pepper fingerprint")
    }

    fn derive(&self, label: &str) -> [u8; 32] {
        self.prepared.clone().chain_update(DERIVATION).chain_update(label).finalize().into_bytes().into()
    }

    fn digest(&self, text: &str) -> Digest {
        Digest::from_bytes(self.prepared.clone().chain_update(text).finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Pepper({}, [redacted])", self.number)
    }
}

/// The pepper that new digests are made with, and during a change the one before it.
#[derive(Debug)]
pub struct PepperSet {
    current: Pepper,
    previous: Option<Pepper>,
}

impl PepperSet {
    /// A set of these. They must have different numbers; with equal ones the previous pepper is left out, since
    /// nobody could tell which of them made a digest.
    pub fn new(current: Pepper, previous: Option<Pepper>) -> Self {
        let previous = previous.filter(|previous| previous.number != current.number);
        Self { current, previous }
    }

    /// A set with one new random pepper, number 1.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        Ok(Self::new(Pepper::generate(1, random)?, None))
    }

    /// The pepper that new digests are made with.
    pub fn current(&self) -> &Pepper {
        &self.current
    }

    /// The pepper before it, while digests made with it are still good.
    pub fn previous(&self) -> Option<&Pepper> {
        self.previous.as_ref()
    }

    /// The digest of a new PAT, with the number of the pepper that made it.
    pub fn digest(&self, secret: &Secret) -> (u16, Digest) {
        (self.current.number, self.current.digest(secret.expose()))
    }

    /// The digests that a presented PAT may be stored under, newest pepper first.
    pub fn digests(&self, presented: &str) -> impl Iterator<Item = (u16, Digest)> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .map(move |pepper| (pepper.number, pepper.digest(presented)))
    }

    /// A key of its own for another purpose, bound to the current pepper: it changes when that does. Different
    /// labels give unrelated keys, and none of them tells anything about the pepper or a digest.
    pub fn derive_key(&self, label: &str) -> [u8; 32] {
        self.current.derive(label)
    }
}

#[cfg(test)]
mod tests;
