//! Faults on purpose: which request gets which wrong answer, and how often.

mod gate;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use globset::{GlobBuilder, GlobMatcher};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use patcycle_contract::SessionTokenError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most faults that wait at once.
const MOST_FAULTS: usize = 1000;
/// The longest delay, in milliseconds.
const LONGEST_DELAY: u64 = 60_000;

/// A fault as it is written: `{"path":"/fabrikam/_apis/**","times":3,"answer":{"status":429}}`. What stands in
/// `answer` may stand beside it as well.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fault {
    /// A pattern for the path: `*` stays within a segment, `**` does not. Without regard to case.
    path: String,
    /// The method; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// How many requests it still meets; absent: all, until it is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Answer>,
    #[serde(flatten, skip_serializing)]
    beside: Answer,
}

/// What the client gets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Answer {
    /// What is no member of an answer; refused, so that a slip of the pen is not silently nothing.
    #[serde(flatten, skip_serializing)]
    unknown: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    /// A string is sent as it is, anything else as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    /// Waits first. Alone: the request is then answered as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    /// Ends the connection without an answer.
    #[serde(skip_serializing_if = "is_false")]
    close: bool,
    /// Answers with a sign-in page: `true`, or the page itself. Status 203 unless another is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<Value>,
    /// Answers with this `patTokenError` and without a PAT. Status 200 unless another is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pat_token_error: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Why a fault cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FaultError {
    #[error("`path` is not a pattern: {0}")]
    Path(String),
    #[error("`path` must begin with `/` or `*`")]
    PathStart,
    #[error("`method` is not an HTTP method")]
    Method,
    #[error("`times` must be 1 or more; leave it out for every request")]
    Times,
    #[error("`{0}` is not a member of a fault")]
    Unknown(String),
    #[error("say what happens: at least one of `status`, `delayMs`, `close`, `html` and `patTokenError`")]
    Nothing,
    #[error("write the answer inside `answer` or beside it, not both")]
    Twice,
    #[error("`close` sends nothing, so it goes with `delayMs` only")]
    CloseAndMore,
    #[error("`html`, `patTokenError` and `body` exclude each other")]
    Bodies,
    #[error("`status` must be from 200 to 599")]
    Status,
    #[error("`headers`: `{0}` cannot be sent")]
    Header(String),
    #[error("`delayMs` may be at most 60000")]
    Delay,
    #[error("`html` must be `true` or a string")]
    Html,
    #[error("`patTokenError`: there is no value `{0}`")]
    PatTokenError(String),
    #[error("there are 1000 faults already; clear them with DELETE")]
    TooMany,
}

/// A fault that was checked.
#[derive(Debug)]
struct Active {
    fault: Fault,
    pattern: GlobMatcher,
    method: Option<Method>,
    answer: Arc<Ready>,
}

/// An answer that can be given without anything going wrong.
#[derive(Debug, Default)]
struct Ready {
    delay_ms: u64,
    outcome: Outcome,
}

#[derive(Debug, Default)]
enum Outcome {
    /// The request goes on as usual.
    #[default]
    Pass,
    Close,
    Answer {
        status: StatusCode,
        headers: Vec<(HeaderName, HeaderValue)>,
        content_type: &'static str,
        body: String,
    },
}

/// The faults that wait. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    active: Mutex<Vec<Active>>,
    /// The length of the list, so that a request without faults takes no lock.
    count: AtomicUsize,
}

impl Faults {
    /// Adds them behind those that are there: all, or none when one is wrong.
    pub(crate) fn add(&self, faults: Vec<Fault>) -> Result<(), FaultError> {
        let checked = faults.into_iter().map(Active::try_from).collect::<Result<Vec<_>, _>>()?;
        let mut active = self.lock();
        if active.len() + checked.len() > MOST_FAULTS {
            return Err(FaultError::TooMany);
        }
        active.extend(checked);
        self.0.count.store(active.len(), Ordering::Release);
        Ok(())
    }

    /// Those that still wait, with what is left of their `times`.
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.lock().iter().map(|active| active.fault.clone()).collect()
    }

    pub(crate) fn clear(&self) {
        let mut active = self.lock();
        active.clear();
        self.0.count.store(0, Ordering::Release);
    }

    /// The answer of the first fault that the request meets. It counts as met.
    fn take(&self, method: &Method, path: &str) -> Option<Arc<Ready>> {
        if self.0.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut active = self.lock();
        let meets = |one: &Active| {
            one.method.as_ref().is_none_or(|wanted| wanted == method) && one.pattern.is_match(path)
        };
        let index = active.iter().position(meets)?;
        let met = active.get_mut(index)?;
        let answer = Arc::clone(&met.answer);
        if let Some(times) = &mut met.fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                active.remove(index);
                self.0.count.store(active.len(), Ordering::Release);
            }
        }
        Some(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Active>> {
        self.0.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TryFrom<Fault> for Active {
    type Error = FaultError;

    fn try_from(mut fault: Fault) -> Result<Self, FaultError> {
        if !fault.path.starts_with(['/', '*']) {
            return Err(FaultError::PathStart);
        }
        let pattern = GlobBuilder::new(&fault.path)
            .literal_separator(true)
            .case_insensitive(true)
            .build()
            .map_err(|error| FaultError::Path(error.kind().to_string()))?
            .compile_matcher();
        if fault.times == Some(0) {
            return Err(FaultError::Times);
        }
        let method =
            fault.method.as_deref().map(|name| Method::from_bytes(name.to_ascii_uppercase().as_bytes()));
        let method = method.transpose().map_err(|_| FaultError::Method)?;
        let beside = std::mem::take(&mut fault.beside);
        if let Some(name) = beside.unknown.keys().next() {
            return Err(FaultError::Unknown(name.clone()));
        }
        let answer = match fault.answer.take() {
            None => beside,
            Some(inside) if beside == Answer::default() => inside,
            Some(_) => return Err(FaultError::Twice),
        };
        let ready = Arc::new(answer.check()?);
        fault.answer = Some(answer);
        Ok(Self { fault, pattern, method, answer: ready })
    }
}

impl Answer {
    fn check(&self) -> Result<Ready, FaultError> {
        if let Some(name) = self.unknown.keys().next() {
            return Err(FaultError::Unknown(name.clone()));
        }
        let delay_ms = self.delay_ms.unwrap_or_default();
        if delay_ms > LONGEST_DELAY {
            return Err(FaultError::Delay);
        }
        let bodies = [self.html.is_some(), self.pat_token_error.is_some(), self.body.is_some()];
        if bodies.iter().filter(|given| **given).count() > 1 {
            return Err(FaultError::Bodies);
        }
        let answers = self.status.is_some() || !self.headers.is_empty() || bodies.contains(&true);
        let outcome = match (self.close, answers) {
            (true, true) => return Err(FaultError::CloseAndMore),
            (true, false) => Outcome::Close,
            (false, false) if self.delay_ms.is_some() => Outcome::Pass,
            (false, false) => return Err(FaultError::Nothing),
            (false, true) => self.outcome()?,
        };
        Ok(Ready { delay_ms, outcome })
    }

    fn outcome(&self) -> Result<Outcome, FaultError> {
        let (usual, content_type, body) = match (&self.html, &self.pat_token_error, &self.body) {
            (Some(Value::Bool(true)), ..) => (203, HTML, SIGN_IN_PAGE.to_owned()),
            (Some(Value::String(page)), ..) => (203, HTML, page.clone()),
            (Some(_), ..) => return Err(FaultError::Html),
            (None, Some(name), _) => {
                let Ok(error) = name.parse::<SessionTokenError>();
                if matches!(error, SessionTokenError::Unknown(_)) {
                    return Err(FaultError::PatTokenError(name.clone()));
                }
                let result = serde_json::json!({
                    "patToken": null,
                    "patTokenError": error.as_str(),
                    "patTokenErrorMessage": MESSAGE,
                });
                (200, JSON, result.to_string())
            }
            (None, None, Some(Value::String(text))) => (200, "text/plain; charset=utf-8", text.clone()),
            (None, None, Some(value)) => (200, JSON, value.to_string()),
            (None, None, None) => (200, JSON, serde_json::json!({ "message": MESSAGE }).to_string()),
        };
        let status = self.status.unwrap_or(usual);
        if !(200..=599).contains(&status) {
            return Err(FaultError::Status);
        }
        let status = StatusCode::from_u16(status).map_err(|_| FaultError::Status)?;
        let headers = self.headers.iter().map(|(name, value)| {
            let bad = || FaultError::Header(name.clone());
            let value = HeaderValue::from_str(value).map_err(|_| bad())?;
            Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?, value))
        });
        Ok(Outcome::Answer { status, headers: headers.collect::<Result<_, _>>()?, content_type, body })
    }
}

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const MESSAGE: &str = "This answer was set through /_dev/faults.";
const SIGN_IN_PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sign in</title></head>\
                            <body><h1>Sign in</h1><p>This answer was set through /_dev/faults.</p></body></html>\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn add(faults: &Faults, json: &str) -> Result<(), String> {
        let parsed = serde_json::from_str::<Vec<Fault>>(json).map_err(|error| error.to_string())?;
        faults.add(parsed).map_err(|error| error.to_string())
    }

    #[test]
    fn patterns_meet_paths_by_segment() {
        let faults = Faults::default();
        add(&faults, r#"[{"path":"/fabrikam/_apis/**","close":true},{"path":"/*/keys","close":true}]"#)
            .unwrap();
        for path in ["/fabrikam/_apis/tokens/pats", "/FABRIKAM/_apis/Tokens/Pats", "/common/keys"] {
            assert!(faults.take(&Method::GET, path).is_some(), "{path}");
        }
        for path in ["/contoso/_apis/tokens/pats", "/fabrikam", "/a/b/keys", "/"] {
            assert!(faults.take(&Method::GET, path).is_none(), "{path}");
        }
    }

    #[test]
    fn a_fault_meets_so_many_requests_and_the_next_one_follows() {
        let faults = Faults::default();
        add(
            &faults,
            r#"[{"path":"/**","times":2,"answer":{"status":429}},{"path":"/**","answer":{"status":503}}]"#,
        )
        .unwrap();
        let status = |faults: &Faults| match &faults.take(&Method::GET, "/x").unwrap().outcome {
            Outcome::Answer { status, .. } => status.as_u16(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            [status(&faults), status(&faults), status(&faults), status(&faults)],
            [429, 429, 503, 503]
        );
        assert_eq!(faults.list().len(), 1);
        faults.clear();
        assert!(faults.take(&Method::GET, "/x").is_none());
    }

    #[test]
    fn a_method_can_be_asked_for() {
        let faults = Faults::default();
        add(&faults, r#"[{"path":"/**","method":"delete","close":true}]"#).unwrap();
        assert!(faults.take(&Method::GET, "/x").is_none());
        assert!(faults.take(&Method::DELETE, "/x").is_some());
    }

    #[test]
    fn what_is_listed_can_be_set_again() {
        let faults = Faults::default();
        add(&faults, r#"[{"path":"/a","times":3,"patTokenError":"accessDenied","delayMs":5}]"#).unwrap();
        faults.take(&Method::GET, "/a").unwrap();
        let listed = serde_json::to_string(&faults.list()).unwrap();
        let expected = r#"[{"path":"/a","times":2,"answer":{"delayMs":5,"patTokenError":"accessDenied"}}]"#;
        assert_eq!(listed, expected);
        add(&Faults::default(), &listed).unwrap();
    }

    #[test]
    fn wrong_faults_are_refused_whole() {
        let faults = Faults::default();
        let wrong = [
            r#"[{"path":"/a"}]"#,
            r#"[{"path":"a","close":true}]"#,
            r#"[{"path":"/[","close":true}]"#,
            r#"[{"path":"/a","times":0,"close":true}]"#,
            r#"[{"path":"/a","close":true,"status":500}]"#,
            r#"[{"path":"/a","status":99}]"#,
            r#"[{"path":"/a","status":101}]"#,
            r#"[{"path":"/a","html":1}]"#,
            r#"[{"path":"/a","html":true,"patTokenError":"accessDenied"}]"#,
            r#"[{"path":"/a","patTokenError":"tooBad"}]"#,
            r#"[{"path":"/a","delayMs":600000}]"#,
            r#"[{"path":"/a","answer":{"status":500},"delayMs":5}]"#,
            r#"[{"path":"/a","answer":{"status":500,"header":{}}}]"#,
            r#"[{"path":"/a","status":500,"headers":{"a b":"c"}}]"#,
            r#"[{"path":"/a","status":500,"headers":{"a":"b\nc"}}]"#,
            r#"[{"path":"/a","statsu":500}]"#,
            r#"[{"path":"/good","close":true},{"path":"/bad"}]"#,
        ];
        for json in wrong {
            assert!(add(&faults, json).is_err(), "{json}");
        }
        assert!(faults.list().is_empty());
    }
}
