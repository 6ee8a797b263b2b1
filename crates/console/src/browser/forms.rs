//! Forms: read, and believed only when they come from a page of this console in this session.
//!
//! Three things must hold: the browser says that the request comes from the console's own origin
//! (`Sec-Fetch-Site`, or `Origin` where a browser lacks that), the session's cookie came along, and the form brings the
//! session's form key. The content type alone says nothing.

use axum::body::Body;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, Limited};
use patcycle_primitives::Secret;
use subtle::ConstantTimeEq as _;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// The longest form: a bulk action on a thousand PATs.
const MAXIMUM_BYTES: usize = 128 * 1024;
/// The field with the session's form key.
pub(crate) const KEY_FIELD: &str = "form_key";
/// The field with the id of a single-use form.
pub(crate) const ONCE_FIELD: &str = "form_id";

/// Why a form is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    /// It comes from another site, or the browser does not say from where.
    Foreign,
    /// It is of another session, or of none.
    Key,
    /// It is too long, incomplete or no form.
    Unreadable,
}

/// The fields of a form, in their order.
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// The first value of a field, without blanks around it; empty where it is absent.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a field.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.trim())
    }

    /// Whether a box is ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// Whether it brings this key. Takes the same time wherever the two differ.
    pub(crate) fn has_key(&self, key: &Secret) -> bool {
        bool::from(self.one(KEY_FIELD).as_bytes().ct_eq(key.expose().as_bytes()))
    }
}

/// Whether the request comes from a page of `origin`.
pub(crate) fn is_of_origin(headers: &HeaderMap, origin: &Url) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = text(header::ORIGIN.as_str()).map(|given| given == origin.origin().ascii_serialization());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin" && own != Some(false),
        None => own == Some(true),
    }
}

/// Reads the fields. They are not believed yet.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Form, FormError> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(FormError::Unreadable);
    }
    let bytes =
        Limited::new(body, MAXIMUM_BYTES).collect().await.map_err(|_| FormError::Unreadable)?.to_bytes();
    let fields = form_urlencoded::parse(&bytes);
    Ok(Form(fields.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_the_own_origin_counts() {
        let origin: Url = "https://pats.example:8443/".parse().unwrap();
        for (pairs, expected) in [
            (&[("origin", "https://pats.example:8443"), ("sec-fetch-site", "same-origin")][..], true),
            (&[("origin", "https://pats.example:8443")], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], false),
            (&[("origin", "https://pats.example:8443"), ("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://pats.example")], false),
            (&[("origin", "http://pats.example:8443")], false),
            (&[("origin", "null")], false),
            (&[("content-type", "application/json")], false),
            (&[], false),
        ] {
            assert_eq!(is_of_origin(&headers(pairs), &origin), expected, "{pairs:?}");
        }
    }

    #[tokio::test]
    async fn fields_are_read_in_order() {
        let kind = headers(&[("content-type", "application/x-www-form-urlencoded; charset=utf-8")]);
        let form = read(&kind, Body::from("id=1&id=2&name=+a%26b+&all=on&form_key=k")).await.unwrap();
        assert_eq!(form.all("id").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((form.one("name"), form.one("absent")), ("a&b", ""));
        assert!(form.is_ticked("all") && !form.is_ticked("none"));
        assert!(form.has_key(&Secret::new("k")) && !form.has_key(&Secret::new("K")));
        assert!(read(&kind, Body::from("a".repeat(MAXIMUM_BYTES + 1))).await.is_err());
        assert!(read(&headers(&[("content-type", "application/json")]), Body::from("{}")).await.is_err());
    }
}
