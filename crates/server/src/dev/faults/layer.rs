//! The layer in front of everything that gives the wrong answers.

use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use axum::{BoxError, Router};
use futures::future::BoxFuture;
use http::{HeaderValue, Request, header};
use tower::{Service, ServiceExt as _};

use super::{Faults, Outcome, Ready};

/// The paths that set and clear faults. No fault may lock them.
const CONTROL: &str = "/_dev/";

/// The connection is to be ended. An error of the service, because an answer is what it must not give.
#[derive(Debug, thiserror::Error)]
#[error("the connection is ended by a fault that was set through /_dev/faults")]
pub(crate) struct Closed;

impl From<Infallible> for Closed {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A router behind faults.
#[derive(Debug, Clone)]
pub(crate) struct FaultLayer {
    faults: Faults,
    inner: Router,
}

impl FaultLayer {
    pub(crate) fn new(faults: Faults, inner: Router) -> Self {
        Self { faults, inner }
    }
}

impl<B> Service<Request<B>> for FaultLayer
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Closed;
    type Future = BoxFuture<'static, Result<Response, Closed>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Closed>> {
        // A router is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        let fault = if path.starts_with(CONTROL) { None } else { self.faults.meet(request.method(), path) };
        let inner = self.inner.clone();
        Box::pin(async move {
            if let Some(fault) = fault
                && let Some(answer) = answer(&fault).await?
            {
                return Ok(answer);
            }
            Ok(inner.oneshot(request.map(Body::new)).await?)
        })
    }
}

/// The wrong answer, or `None` when the request goes on.
async fn answer(fault: &Ready) -> Result<Option<Response>, Closed> {
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
    use axum::routing::get;
    use http::StatusCode;
    use http_body_util::BodyExt as _;

    use super::super::Fault;
    use super::*;

    fn layer(json: &str) -> FaultLayer {
        let faults = Faults::default();
        faults.add(serde_json::from_str::<Vec<Fault>>(json).unwrap()).unwrap();
        let router =
            Router::new().route("/_dev/faults", get(|| async { "control" })).fallback(|| async { "usual" });
        FaultLayer::new(faults, router)
    }

    async fn call(layer: &FaultLayer, path: &str) -> Result<(StatusCode, String), Closed> {
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
