//! What stands before a router: it may let a request through, answer it itself, or end the connection.

use std::convert::Infallible;
use std::fmt::Debug;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use axum::{BoxError, Router};
use futures::future::BoxFuture;
use http::{Method, Request};
use tower::{Service, ServiceExt as _};

/// The connection is to be ended. An error of the service, because an answer is what must not be given.
#[derive(Debug, thiserror::Error)]
#[error("the connection is ended on purpose")]
pub(crate) struct Closed;

impl From<Infallible> for Closed {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a gate says of a request, maybe after a while: `Ok(None)` lets it through.
pub(crate) type Word = BoxFuture<'static, Result<Option<Response>, Closed>>;

/// Looks at each request before anything else does.
pub(crate) trait Gate: Debug + Send + Sync {
    /// `None` lets the request through at once.
    fn meet(&self, method: &Method, path: &str) -> Option<Word>;
}

/// A router, behind a gate if there is one.
#[derive(Debug, Clone)]
pub(crate) struct Gated {
    gate: Option<Arc<dyn Gate>>,
    router: Router,
}

impl Gated {
    pub(crate) fn open(router: Router) -> Self {
        Self { gate: None, router }
    }

    pub(crate) fn behind(gate: Arc<dyn Gate>, router: Router) -> Self {
        Self { gate: Some(gate), router }
    }
}

impl<B> Service<Request<B>> for Gated
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
        let word = self.gate.as_ref().and_then(|gate| gate.meet(request.method(), request.uri().path()));
        let router = self.router.clone();
        Box::pin(async move {
            if let Some(word) = word
                && let Some(answer) = word.await?
            {
                return Ok(answer);
            }
            Ok(router.oneshot(request.map(Body::new)).await?)
        })
    }
}
