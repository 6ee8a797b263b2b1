//! An answer, and what every answer must hold to.

use http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json; charset=utf-8"), "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// The one PAT of a success.
    #[track_caller]
    pub(crate) fn pat(&self) -> Value {
        let mut result = self.ok();
        assert_eq!(
            (&result["patTokenError"], &result["patTokenErrorMessage"]),
            (&"none".into(), &Value::Null)
        );
        assert_fields(&self.body, &["patToken", "patTokenError", "patTokenErrorMessage"]);
        result["patToken"].take()
    }

    /// The reason of a refusal by the domain, after a look at its shape.
    #[track_caller]
    pub(crate) fn refusal(&self) -> String {
        let result = self.ok();
        assert_fields(&self.body, &["patToken", "patTokenError", "patTokenErrorMessage"]);
        assert!(result["patToken"].is_null());
        assert!(result["patTokenErrorMessage"].as_str().unwrap().ends_with('.'));
        result["patTokenError"].as_str().unwrap().to_owned()
    }

    /// The message of an envelope, after a look at its shape.
    #[track_caller]
    pub(crate) fn error(&self, status: u16, type_key: &str) -> String {
        assert_eq!(self.status, status, "{self:?}");
        let envelope = self.json();
        assert_fields(
            &self.body,
            &["$id", "innerException", "message", "typeName", "typeKey", "errorCode", "eventId"],
        );
        assert_eq!((&envelope["$id"], &envelope["innerException"]), (&"1".into(), &Value::Null));
        assert_eq!(envelope["errorCode"], 0);
        assert_eq!(envelope["typeKey"], type_key, "{self:?}");
        let (name, assembly) = envelope["typeName"].as_str().unwrap().split_once(", ").unwrap();
        assert!(name.ends_with(&format!(".{type_key}")) && !assembly.is_empty());
        let message = envelope["message"].as_str().unwrap().to_owned();
        let told = percent_encoding::percent_decode_str(self.header("x-tfs-serviceerror").unwrap());
        assert_eq!(told.decode_utf8().unwrap(), message);
        message
    }

    /// What every answer must hold to, whatever was asked.
    #[track_caller]
    pub(crate) fn check(&self, method: &Method, path: &str) {
        let id = |name: &str| self.header(name).unwrap().parse::<Uuid>().unwrap();
        for name in ["activityid", "x-vss-e2eid", "x-tfs-session", "x-tfs-processid"] {
            assert!(!id(name).is_nil(), "{name}");
        }
        for (name, value) in [
            ("cache-control", "no-cache, no-store, must-revalidate"),
            ("pragma", "no-cache"),
            ("x-frame-options", "SAMEORIGIN"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(self.all(name), [value]);
        }
        assert!(self.header("p3p").unwrap().starts_with("CP=\"CAO DSP COR"));
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let apis = segments.next().is_some_and(|first| !first.starts_with(['_', '.']))
            && segments.next().is_some_and(|second| second.eq_ignore_ascii_case("_apis"));
        let origins = if apis { vec!["*"] } else { vec![] };
        assert_eq!(self.all("access-control-allow-origin"), origins, "{path}");
        let made_a_rule = self.status == 201 && path.to_ascii_lowercase().contains("/revocationrules");
        let empty = self.status == 204 || made_a_rule;
        assert_eq!(self.body.is_empty(), empty || method == Method::HEAD, "{self:?}");
        assert_eq!(self.header("content-type").is_some(), !empty, "{self:?}");
    }

    /// What every answer to a gateway must hold to: it is short, and kept nowhere.
    #[track_caller]
    pub(crate) fn check_verdict(&self) {
        assert_eq!(self.all("cache-control"), ["no-store"]);
        assert_eq!(self.header("access-control-allow-origin"), None);
        assert_eq!(self.header("activityid"), None);
    }

    /// The answer with everything that differs from request to request taken out.
    pub(crate) fn masked(&self) -> (StatusCode, HeaderMap, String) {
        let mut headers = self.headers.clone();
        for name in ["activityid", "x-vss-e2eid", "x-tfs-session"] {
            headers.remove(HeaderName::from_static(name)).unwrap();
        }
        (self.status, headers, self.body.clone())
    }
}

/// That `body` is one object of exactly these fields, in this order.
#[track_caller]
fn assert_fields(body: &str, expected: &[&str]) {
    let object: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
    let mut sorted = expected.to_vec();
    sorted.sort_unstable();
    let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, sorted);
    let positions = expected.iter().map(|field| body.find(&format!("\"{field}\":")));
    assert!(positions.is_sorted(), "{body}");
}
