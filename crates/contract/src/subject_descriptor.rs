//! Subject descriptors: how Graph and Token Admin name a person (contract.md §4.3).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::excerpt::excerpt;

/// What stands before the dot for a person of an Entra tenant.
const ENTRA: &str = "aad";

/// A person of an Entra tenant: `aad.` and the base64url form of their object id, written in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubjectDescriptor(pub Uuid);

/// Why a text names nobody here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectDescriptorError {
    /// No descriptor at all.
    #[error(
        "\"{given}\" is not a subject descriptor. They look like aad.MDAwM… and stand in the answers of \
         graph/users; copy one byte for byte."
    )]
    Malformed {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
    /// A well-formed descriptor of somebody who is no person of an Entra tenant: a group, a service, a guest with a
    /// Microsoft account.
    #[error("The subject descriptor \"{given}\" names no person of this organization's tenant.")]
    OtherKind {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
}

impl FromStr for SubjectDescriptor {
    type Err = SubjectDescriptorError;

    /// Byte for byte: no other spelling of a descriptor is one (contract.md §12 #39).
    fn from_str(text: &str) -> Result<Self, SubjectDescriptorError> {
        let malformed = || SubjectDescriptorError::Malformed { given: excerpt(text) };
        let (kind, encoded) = text.split_once('.').ok_or_else(malformed)?;
        let named = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| malformed())?;
        let well_formed = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        if !well_formed(kind) || named.is_empty() {
            return Err(malformed());
        }
        if kind != ENTRA {
            return Err(SubjectDescriptorError::OtherKind { given: excerpt(text) });
        }
        let id = std::str::from_utf8(&named).ok().and_then(|id| Uuid::try_parse(id).ok());
        id.map(Self).filter(|descriptor| descriptor.to_string() == text).ok_or_else(malformed)
    }
}

impl fmt::Display for SubjectDescriptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Uuid::encode_buffer();
        let id = self.0.hyphenated().encode_lower(&mut buffer);
        write!(formatter, "{ENTRA}.{}", URL_SAFE_NO_PAD.encode(id))
    }
}

impl Serialize for SubjectDescriptor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SubjectDescriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of contract.md §4.3, of another kind but the same form.
    const EXAMPLE: &str = "MjcwYjYwYzMtZThiMy03MGU1LWFjZDYtYzM5Zjk3ZDZmYTRh";

    #[test]
    fn the_published_form_is_read_and_written() {
        let descriptor: SubjectDescriptor = format!("aad.{EXAMPLE}").parse().unwrap();
        assert_eq!(descriptor.0.to_string(), "270b60c3-e8b3-70e5-acd6-c39f97d6fa4a");
        assert_eq!(descriptor.to_string(), format!("aad.{EXAMPLE}"));
    }

    #[test]
    fn other_kinds_are_told_from_nonsense() {
        for text in [format!("msa.{EXAMPLE}"), "vssgp.Uy0xLTktMTU1".to_owned(), "svc.YQ".to_owned()] {
            let error = text.parse::<SubjectDescriptor>().unwrap_err();
            assert!(matches!(error, SubjectDescriptorError::OtherKind { .. }), "{text}");
        }
        let upper = URL_SAFE_NO_PAD.encode("270B60C3-E8B3-70E5-ACD6-C39F97D6FA4A");
        for text in [
            String::new(),
            "aad".to_owned(),
            "aad.".to_owned(),
            format!(".{EXAMPLE}"),
            format!("AAD.{EXAMPLE}"),
            format!("aad.{EXAMPLE}="),
            format!("aad.{EXAMPLE}A"),
            format!("aad.{upper}"),
            format!("aad.{}", EXAMPLE.to_lowercase()),
            "270b60c3-e8b3-70e5-acd6-c39f97d6fa4a".to_owned(),
            "aad.YQ".to_owned(),
        ] {
            let error = text.parse::<SubjectDescriptor>().unwrap_err();
            assert!(matches!(error, SubjectDescriptorError::Malformed { .. }), "{text}");
        }
    }
}
