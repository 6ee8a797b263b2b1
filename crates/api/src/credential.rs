//! What a request brings to show who sends it: the one place that reads the `Authorization` header.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use patcycle_primitives::Secret;

/// What a request brings to show who sends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    /// Nothing.
    None,
    /// Something in `Bearer` that is no PAT.
    AccessToken(&'a str),
    /// A PAT in `Bearer`, or anything in `Basic`, which only PATs ever use.
    PersonalAccessToken(Wrapped<'a>),
    /// Several headers, an unknown scheme, or nothing readable.
    Unusable,
}

/// A PAT, or what should be one, as it stands in the header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapped<'a> {
    /// `Bearer`: as it is.
    Bearer(&'a str),
    /// `Basic`: the password of an encoded pair, whoever the user is said to be.
    Basic(&'a str),
}

/// A PAT, or what should be one.
pub(crate) enum Presented<'a> {
    Plain(&'a str),
    Decoded(Secret),
}

impl Presented<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Decoded(secret) => secret.expose(),
        }
    }
}

impl<'a> Credential<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        match Self::wrapped(headers) {
            Ok(None) => Self::None,
            Err(Unreadable) => Self::Unusable,
            Ok(Some(Wrapped::Bearer(token))) if patcycle_token::parse(token).is_err() => {
                Self::AccessToken(token)
            }
            Ok(Some(pat)) => Self::PersonalAccessToken(pat),
        }
    }

    /// The credential where only a PAT counts. Its form is not looked at.
    pub(crate) fn presented_pat(headers: &'a HeaderMap) -> Option<Presented<'a>> {
        Self::wrapped(headers).ok().flatten()?.unwrap()
    }

    fn wrapped(headers: &'a HeaderMap) -> Result<Option<Wrapped<'a>>, Unreadable> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            // Whoever checks the first and uses the second can be fooled, so neither is used.
            return Err(Unreadable);
        }
        let text = value.to_str().map_err(|_| Unreadable)?.trim();
        let (scheme, token) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let token = token.trim();
        if scheme.eq_ignore_ascii_case("Basic") {
            Ok(Some(Wrapped::Basic(token)))
        } else if scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty() {
            Ok(Some(Wrapped::Bearer(token)))
        } else {
            Err(Unreadable)
        }
    }
}

struct Unreadable;

impl<'a> Wrapped<'a> {
    /// The PAT itself; `None`: the pair is not encoded as it should be.
    pub(crate) fn unwrap(self) -> Option<Presented<'a>> {
        let encoded = match self {
            Self::Bearer(token) => return Some(Presented::Plain(token)),
            Self::Basic(encoded) => encoded,
        };
        let pair = Secret::new(String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?);
        let (_user, password) = pair.expose().split_once(':')?;
        Some(Presented::Decoded(Secret::new(password)))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use patcycle_primitives::SeededRandom;
    use patcycle_token::{Signature, mint};

    use super::*;

    fn headers(fields: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(AUTHORIZATION, HeaderValue::from_str(field).unwrap());
        }
        headers
    }

    fn is(fields: &[&str], expected: Credential<'_>) -> bool {
        Credential::of(&headers(fields)) == expected
    }

    fn password(field: &str) -> Option<String> {
        Credential::presented_pat(&headers(&[field])).map(|presented| presented.as_str().to_owned())
    }

    #[test]
    fn reads_one_bearer_token_in_any_spelling() {
        assert!(is(&[], Credential::None));
        for field in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c ", "Bearer\ta.b.c"] {
            assert!(is(&[field], Credential::AccessToken("a.b.c")), "{field}");
        }
        for field in ["", "Bearer", "Bearer ", "a.b.c", "Negotiate a.b.c", "Bearera.b.c"] {
            assert!(is(&[field], Credential::Unusable), "{field}");
        }
        assert!(is(&["Bearer a.b.c", "Bearer a.b.c"], Credential::Unusable));
    }

    #[test]
    fn knows_a_pat_in_any_spelling() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let pat = mint(&SeededRandom::new(7), now, Signature::Patcycle).unwrap();
        let pat = pat.expose();
        for field in [format!("Bearer {pat}"), format!("bearer  {pat}")] {
            assert!(is(&[&field], Credential::PersonalAccessToken(Wrapped::Bearer(pat))));
        }
        for (field, encoded) in [("Basic Zm9v", "Zm9v"), ("basic", ""), ("BASIC Onh4", "Onh4")] {
            assert!(is(&[field], Credential::PersonalAccessToken(Wrapped::Basic(encoded))));
        }
    }

    #[test]
    fn the_password_of_a_pair_is_the_pat_whoever_the_user_is() {
        for pair in [":secret", "mona:secret", "żółw@fabrikam:secret"] {
            let field = format!("Basic {}", STANDARD.encode(pair));
            assert_eq!(password(&field).as_deref(), Some("secret"), "{pair}");
        }
        let tail = format!("Basic {}", STANDARD.encode("mona:a:b"));
        assert_eq!(password(&tail).as_deref(), Some("a:b"), "a password may hold colons");
        let as_user = format!("Basic {}", STANDARD.encode("secret:"));
        assert_eq!(password(&as_user).as_deref(), Some(""));
        assert_eq!(password("Bearer secret").as_deref(), Some("secret"));
        for field in ["Basic", "Basic !", "Basic Zm9v", "Basic /w==", "Digest Zm9v", ""] {
            assert_eq!(password(field), None, "{field}");
        }
        let doubled = headers(&["Bearer a", "Bearer a"]);
        assert!(Credential::presented_pat(&doubled).is_none());
    }
}
