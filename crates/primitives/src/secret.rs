//! A string that must not be seen.

use zeroize::Zeroizing;

/// A secret string: a PAT, an access or refresh token, a password.
///
/// `Debug` prints `[redacted]`; the memory is wiped on drop. `Display`, `Clone`, `PartialEq` and `Serialize`
/// do not exist, so that a secret cannot slip into a log line, a second copy, a timing-unsafe comparison or
/// an answer by accident. Whoever needs the text says so with [`Secret::expose`].
///
/// ```compile_fail
/// let secret = patcycle_primitives::Secret::new("s3cret");
/// println!("{secret}");
/// ```
/// ```compile_fail
/// let secret = patcycle_primitives::Secret::new("s3cret");
/// let copy: patcycle_primitives::Secret = Clone::clone(&secret);
/// ```
/// ```compile_fail
/// let secret = patcycle_primitives::Secret::new("s3cret");
/// assert!(secret == secret);
/// ```
/// ```compile_fail
/// fn serialize(_: impl serde::Serialize) {}
/// serialize(patcycle_primitives::Secret::new("s3cret"));
/// ```
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Takes a string over. A `String` with spare capacity is copied once and its old memory wiped.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(Box::from(text.as_str())))
    }

    /// The text itself. Call it only where the secret leaves: a request header, a file, a digest.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_redacted() {
        assert_eq!(format!("{:?}", Some(Secret::new("s3cret"))), "Some([redacted])");
    }

    #[test]
    fn expose_gives_the_text() {
        assert_eq!(Secret::new("s3cret").expose(), "s3cret");
    }
}
