//! Faults as the gate before everything: they give the wrong answers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Method, header};

use super::{Faults, Outcome, Ready};
use crate::gate::{Closed, Gate, Word};

/// The paths that set and clear faults. No fault may lock them.
const CONTROL: &str = "/_dev/";

impl Gate for Faults {
    fn meet(&self, method: &Method, path: &str) -> Option<Word> {
        if path.starts_with(CONTROL) {
            return None;
        }
        let fault = self.take(method, path)?;
        Some(Box::pin(async move { answer(fault).await }))
    }
}

/// The wrong answer, or `None` when the request goes on.
async fn answer(fault: Arc<Ready>) -> Result<Option<Response>, Closed> {
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let Outcome::Answer { status, headers, content_type, body } = &fault.outcome else {
        return match fault.outcome {
            Outcome::Close => Err(Closed),
            _ => Ok(None),
        };
    };
    let mut answer = Response::new(Body::from(body.clone()));
    *answer.status_mut() = *status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in headers {
        answer.headers_mut().insert(name, value.clone());
    }
    Ok(Some(answer))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::super::Fault;
    use super::*;
    use crate::gate::Gated;

    fn layer(json: &str) -> Gated {
        let faults = Faults::default();
        faults.add(serde_json::from_str::<Vec<Fault>>(json).unwrap()).unwrap();
        let router =
            Router::new().route("/_dev/faults", get(|| async { "control" })).fallback(|| async { "usual" });
        Gated::behind(Arc::new(faults), router)
    }

    async fn call(layer: &Gated, path: &str) -> Result<(StatusCode, String), Closed> {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = layer.clone().oneshot(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        Ok((status, String::from_utf8(body.to_vec()).unwrap()))
    }

    #[tokio::test]
    async fn it_answers_instead_of_the_router_and_then_no_more() {
        let layer = layer(
            r#"[{"path":"/**","times":1,"html":true},{"path":"/**","times":1,"patTokenError":"ACCESSDENIED"},
                {"path":"/**","times":1,"answer":{"status":503,"body":{"a":1}}},{"path":"/**","times":1,"delayMs":1}]"#,
        );
        let (status, body) = call(&layer, "/x").await.unwrap();
        assert_eq!(status, 203);
        assert!(body.contains("<html"), "{body}");
        let (status, body) = call(&layer, "/x").await.unwrap();
        assert_eq!(status, 200);
        assert!(
            body.contains(r#""patToken":null"#) && body.contains(r#""patTokenError":"accessDenied""#),
            "{body}"
        );
        assert_eq!(
            call(&layer, "/x").await.unwrap(),
            (StatusCode::SERVICE_UNAVAILABLE, r#"{"a":1}"#.to_owned())
        );
        assert_eq!(call(&layer, "/x").await.unwrap().1, "usual");
        assert_eq!(call(&layer, "/x").await.unwrap().1, "usual");
    }

    #[tokio::test]
    async fn closing_is_an_error_of_the_connection() {
        let layer = layer(r#"[{"path":"/**","times":1,"close":true}]"#);
        assert!(call(&layer, "/x").await.is_err());
        assert_eq!(call(&layer, "/x").await.unwrap().1, "usual");
    }

    #[tokio::test]
    async fn no_fault_locks_the_control_paths() {
        let layer = layer(r#"[{"path":"/**","close":true}]"#);
        assert_eq!(call(&layer, "/_dev/faults").await.unwrap().1, "control");
    }
}
