//! `/metrics` in the Prometheus text format, on a listener of its own.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{Method, header};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// Requests answered, by method and status.
const REQUESTS: &str = "patcycle_http_requests_total";
/// Seconds from the end of the header to the begin of the answer.
const DURATION: &str = "patcycle_http_request_duration_seconds";
/// Upper ends of the duration's buckets, in seconds.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// How often recorded durations are folded into their buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// The metrics of this process. The recorder is one per process, so a second server shares it.
pub(crate) fn install() -> Result<PrometheusHandle, BuildError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new().set_buckets(BUCKETS)?.install_recorder()?;
    metrics::describe_counter!(REQUESTS, "Requests answered, by method and status.");
    metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "Time until the answer begins.");
    Ok(HANDLE.get_or_init(|| handle).clone())
}

/// Folds recorded durations until it is told to stop; without it they would pile up.
pub(crate) async fn upkeep(handle: PrometheusHandle, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(UPKEEP) => handle.run_upkeep(),
        }
    }
}

/// The page.
pub(crate) fn router(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(render)).with_state(handle)
}

async fn render(State(handle): State<PrometheusHandle>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

/// Counts and times each request of the router it is laid around.
pub(crate) async fn record(request: Request, next: Next) -> Response {
    let method = method_label(request.method());
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!(REQUESTS, "method" => method, "status" => status).increment(1);
    metrics::histogram!(DURATION, "method" => method).record(started.elapsed());
    response
}

/// A client can invent methods, and each label is a series of its own.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
