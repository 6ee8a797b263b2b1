//! `api-version`: its grammar, and which versions of each resource are served.
//!
//! The PAT resource never left preview, so a version of it is served only with the `-preview` flag. The revision
//! behind the flag (`-preview.1`) says nothing that matters here: there is only one.

use crate::excerpt::excerpt;

/// The namespace and the assembly of every error here.
const NAMESPACE: &str = "Microsoft.VisualStudio.Services.WebApi";

/// The versions of one resource, as its row in the answer to `OPTIONS` publishes them (contract.md §10.3).
#[derive(Debug, PartialEq, Eq)]
pub struct ResourceVersions {
    /// Its route, with `{area}` and `{resource}`.
    pub route: &'static str,
    /// The oldest version that is served.
    pub minimum: ApiVersion,
    /// The newest version that needs no `-preview` flag; `None`: the resource never left preview.
    pub released: Option<ApiVersion>,
}

impl ResourceVersions {
    /// Who the caller is, and where the services are.
    pub const CONNECTION_DATA: Self =
        Self { route: "_apis/{resource}", minimum: ApiVersion::V1_0, released: None };

    /// Which host serves an area. Clients of 5.1 are still in use (contract.md §12 #42).
    pub const RESOURCE_AREAS: Self =
        Self { route: "_apis/{resource}/{areaId}", minimum: ApiVersion::V1_0, released: None };

    /// The older way to the same (contract.md §10.6).
    pub const SERVICE_DEFINITIONS: Self = Self {
        route: "_apis/{resource}/{serviceType}/{identifier}",
        minimum: ApiVersion::V1_0,
        released: Some(ApiVersion::V1_0),
    };

    /// The PAT resource (contract.md §12 #42).
    pub const PATS: Self =
        Self { route: "_apis/{area}/{resource}", minimum: ApiVersion::V6_1, released: None };

    /// The policies of tenants and organizations, as the clients of contract.md §6 ask for them.
    pub const POLICIES: Self =
        Self { route: "_apis/{area}/{resource}/{policyName}", minimum: ApiVersion::V5_0, released: None };

    /// The audit log. Clients of 5.1 are still in use.
    pub const AUDIT_LOG: Self =
        Self { route: "_apis/{area}/{resource}", minimum: ApiVersion::V5_1, released: None };

    /// The list of Token Admin (contract.md §4.1, §12 #42).
    pub const TOKEN_ADMIN_LIST: Self = Self {
        route: "_apis/{area}/{resource}/{subjectDescriptor}",
        minimum: ApiVersion::V5_0,
        released: Some(ApiVersion::V7_1),
    };

    /// The people of Graph (contract.md §4.3): it never left preview.
    pub const GRAPH_USERS: Self =
        Self { route: "_apis/{area}/{resource}/{userDescriptor}", minimum: ApiVersion::V1_0, released: None };

    /// Graph's way from an id to a descriptor.
    pub const GRAPH_DESCRIPTORS: Self =
        Self { route: "_apis/{area}/{resource}/{storageKey}", minimum: ApiVersion::V1_0, released: None };

    /// Graph's way from a descriptor to an id.
    pub const GRAPH_STORAGE_KEYS: Self = Self {
        route: "_apis/{area}/{resource}/{subjectDescriptor}",
        minimum: ApiVersion::V1_0,
        released: None,
    };

    /// Profiles (contract.md §4.3).
    pub const PROFILES: Self = Self {
        route: "_apis/{area}/{resource}/{id}",
        minimum: ApiVersion::V1_0,
        released: Some(ApiVersion::V7_1),
    };

    /// Accounts (contract.md §4.3).
    pub const ACCOUNTS: Self = Self {
        route: "_apis/{resource}/{accountId}",
        minimum: ApiVersion::V1_0,
        released: Some(ApiVersion::V7_1),
    };

    /// The legacy endpoint of session tokens (contract.md §10.6). Git Credential Manager asks for 1.0.
    pub const SESSION_TOKENS: Self = Self {
        route: "_apis/{area}/{resource}",
        minimum: ApiVersion::V1_0,
        released: Some(ApiVersion::V7_1),
    };

    /// Revocations and revocation rules of Token Admin.
    pub const TOKEN_ADMIN: Self = Self {
        route: "_apis/{area}/{resource}",
        minimum: ApiVersion::V5_0,
        released: Some(ApiVersion::V7_1),
    };
}

/// A version of the API: its number, without preview flag and revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    major: u32,
    minor: u8,
}

impl ApiVersion {
    /// The first version of all.
    pub const V1_0: Self = Self { major: 1, minor: 0 };
    /// 5.0
    pub const V5_0: Self = Self { major: 5, minor: 0 };
    /// The first version with the audit log.
    pub const V5_1: Self = Self { major: 5, minor: 1 };
    /// The first version in which session tokens have claims.
    pub const V6_0: Self = Self { major: 6, minor: 0 };
    /// The first version with the PAT resource.
    pub const V6_1: Self = Self { major: 6, minor: 1 };
    /// 7.0
    pub const V7_0: Self = Self { major: 7, minor: 0 };
    /// 7.1
    pub const V7_1: Self = Self { major: 7, minor: 1 };
    /// 7.2
    pub const V7_2: Self = Self { major: 7, minor: 2 };
    /// The newest version that is served.
    pub const LATEST: Self = Self::V7_2;

    /// The version in which a request for `resource` is answered. A preview of a released version counts as that
    /// version (contract.md §12 #43).
    ///
    /// `query` is the value of the query parameter `api-version`, decoded; it wins over `accept`, the whole
    /// `Accept` header. A blank one counts as absent. Requests that change nothing may leave the version out
    /// and get the latest one.
    pub fn negotiate(
        resource: &ResourceVersions,
        method: &str,
        query: Option<&str>,
        accept: Option<&str>,
    ) -> Result<Self, ApiVersionError> {
        let given = query
            .map(str::trim)
            .filter(|version| !version.is_empty())
            .or_else(|| accept.and_then(version_in_accept));
        let Some(given) = given else {
            let changes = ["POST", "PUT", "PATCH", "DELETE"];
            return if changes.iter().any(|change| method.eq_ignore_ascii_case(change)) {
                Err(ApiVersionError::NotSpecified { method: method.to_owned() })
            } else {
                Ok(Self::LATEST)
            };
        };
        let requested: RequestedVersion = given.parse()?;
        if requested.number > Self::LATEST {
            return Err(ApiVersionError::OutOfRange { requested: requested.number });
        }
        if requested.number < resource.minimum {
            return Err(ApiVersionError::OutsideRoute { route: resource.route, requested: requested.number });
        }
        if !requested.preview && resource.released.is_none_or(|released| requested.number > released) {
            return Err(ApiVersionError::UnderPreview { requested: requested.number });
        }
        Ok(requested.number)
    }
}

impl std::fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// `{major}.{minor}[-preview[.{resourceVersion}]]` as a client wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestedVersion {
    /// The number.
    pub number: ApiVersion,
    /// Whether the preview flag was there.
    pub preview: bool,
    /// The revision of the resource, if one was given.
    pub resource_version: Option<u32>,
}

impl std::str::FromStr for RequestedVersion {
    type Err = ApiVersionError;

    fn from_str(text: &str) -> Result<Self, ApiVersionError> {
        parse(text.trim()).ok_or_else(|| ApiVersionError::Invalid { given: excerpt(text) })
    }
}

fn parse(text: &str) -> Option<RequestedVersion> {
    let (number, stage) = match text.split_once('-') {
        Some((number, stage)) => (number, Some(stage)),
        None => (text, None),
    };
    let resource_version = match stage {
        None => None,
        Some(stage) => {
            let (name, revision) = match stage.split_once('.') {
                Some((name, revision)) => (name, Some(digits(revision)?)),
                None => (stage, None),
            };
            if !name.eq_ignore_ascii_case("preview") {
                return None;
            }
            revision
        }
    };
    let number = parse_number(number.strip_prefix(['v', 'V']).unwrap_or(number))?;
    Some(RequestedVersion { number, preview: stage.is_some(), resource_version })
}

/// The number is a decimal, kept with one fraction digit: `7.01` is 7.0, and `7` too.
fn parse_number(text: &str) -> Option<ApiVersion> {
    let (major, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let major = digits(major)?;
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |digit| digit - b'0');
    let minor = digit(0) + u8::from(digit(1) >= 5);
    if minor < 10 {
        Some(ApiVersion { major, minor })
    } else {
        Some(ApiVersion { major: major.checked_add(1)?, minor: 0 })
    }
}

fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The first `api-version` parameter among the media types of an `Accept` header.
fn version_in_accept(accept: &str) -> Option<&str> {
    accept
        .split([',', ';'])
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("api-version"))
        .map(|(_, value)| value.trim().trim_matches('"').trim())
        .find(|value| !value.is_empty())
}

/// Why a request has no usable version. All are answered with status 400; the text is the one that clients of
/// the service know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiVersionError {
    /// None was given, and the request changes something.
    #[error(
        "No api-version was supplied for the \"{method}\" request. The version must be supplied either as \
         part of the Accept header (e.g. \"application/json; api-version=1.0\") or as a query parameter \
         (e.g. \"?api-version=1.0\")."
    )]
    NotSpecified {
        /// The verb of the request.
        method: String,
    },
    /// The preview flag is missing.
    #[error(
        "The requested version \"{requested}\" of the resource is under preview. The -preview flag must be \
         supplied in the api-version for such requests. For example: \"{requested}-preview\""
    )]
    UnderPreview {
        /// What was asked for.
        requested: ApiVersion,
    },
    /// Newer than the latest version.
    #[error(
        "The requested REST API version of {requested} is out of range for this server. The latest REST API \
         version this server supports is {}.",
        ApiVersion::LATEST
    )]
    OutOfRange {
        /// What was asked for.
        requested: ApiVersion,
    },
    /// Older than the resource.
    #[error(
        "The request matched route {route}, but the requested REST API version {requested} was outside the \
         valid version range for this route."
    )]
    OutsideRoute {
        /// The route of the resource.
        route: &'static str,
        /// What was asked for.
        requested: ApiVersion,
    },
    /// Not a version.
    #[error(
        "Invalid api version string: \"{given}\". Api version string must be in the format: \
         {{Major}}.{{Minor}}[-preview[.{{ResourceVersion}}]]."
    )]
    Invalid {
        /// What was given, cut to a length fit for a message.
        given: String,
    },
}

impl ApiVersionError {
    /// `typeKey` of the envelope.
    pub fn type_key(&self) -> &'static str {
        match self {
            Self::NotSpecified { .. } => "VssVersionNotSpecifiedException",
            Self::UnderPreview { .. } => "VssInvalidPreviewVersionException",
            Self::OutOfRange { .. } | Self::OutsideRoute { .. } => "VssVersionOutOfRangeException",
            Self::Invalid { .. } => "VssInvalidApiResourceVersionException",
        }
    }

    /// `typeName` of the envelope.
    pub fn type_name(&self) -> String {
        format!("{NAMESPACE}.{}, {NAMESPACE}", self.type_key())
    }
}

#[cfg(test)]
mod tests;
