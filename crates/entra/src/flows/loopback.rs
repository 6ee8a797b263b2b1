//! Signing in with this machine's browser, which comes back to a listener on the loopback address.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use patcycle_primitives::Secret;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use url::Url;

use super::SignInRequest;
use super::application::ClientApplication;
use super::authorization_code::Attempt;
use super::callback::Callback;
use super::grant::Grant;
use super::page::{Page, content_security_policy};
use crate::error::SignInError;

/// How many connections are served at once; a browser opens two or three.
const CONNECTIONS: usize = 16;

/// How long the last page may take to leave.
const FAREWELL: Duration = Duration::from_secs(2);

/// How often another port is tried when someone else has it on the other loopback address.
const PORTS_TRIED: usize = 8;

/// Signs a person in. `open` gets the address and must bring a browser there, or say why it can't.
/// Waits for the person at most `limit`. The browser ends on a page that says how it went.
pub async fn sign_in(
    client: &ClientApplication,
    request: &SignInRequest,
    open: &(dyn Fn(&Url) -> Result<(), String> + Send + Sync),
    limit: Duration,
) -> Result<Grant, SignInError> {
    let (port, listeners) = listen().await.map_err(|error| SignInError::Listener(error.to_string()))?;
    let attempt = Attempt::begin(client, request, format!("http://localhost:{port}")).await?;
    let (visits, mut visitors) = mpsc::channel(1);
    let door = Arc::new(Door {
        port,
        state: Secret::new(attempt.state().expose()),
        used: AtomicBool::new(false),
        visits,
        places: Semaphore::new(CONNECTIONS),
    });
    // Dropped at the end, which closes the listeners and every connection.
    let mut listening = JoinSet::new();
    for listener in listeners {
        listening.spawn(accept(listener, Arc::clone(&door)));
    }
    open(attempt.url()).map_err(SignInError::Browser)?;
    let visit =
        tokio::time::timeout(limit, visitors.recv()).await.ok().flatten().ok_or(SignInError::TimedOut)?;
    let outcome = attempt.redeem(client, visit.callback).await;
    let page = match &outcome {
        Ok(grant) => {
            Page::signed_in(grant.identity.as_ref().and_then(|identity| identity.user_name.as_deref()))
        }
        Err(error) => Page::failed(&error.to_string(), error.next_step()),
    };
    // The browser may be gone already; the sign-in is as good without its page.
    if visit.answer.send(page).is_ok() {
        let _ = tokio::time::timeout(FAREWELL, visit.gone).await;
    }
    outcome
}

/// The browser's return.
struct Visit {
    callback: Callback,
    answer: oneshot::Sender<Page>,
    /// Ends when the connection has, so that the page is not cut off.
    gone: oneshot::Receiver<()>,
}

/// What all connections share.
struct Door {
    port: u16,
    state: Secret,
    used: AtomicBool,
    visits: mpsc::Sender<Visit>,
    places: Semaphore,
}

/// Listens on both loopback addresses: were `[::1]` left free, another program of this machine could take it
/// and receive what browsers send to `localhost`.
async fn listen() -> std::io::Result<(u16, Vec<TcpListener>)> {
    let mut last = std::io::Error::from(ErrorKind::AddrInUse);
    for _ in 0..PORTS_TRIED {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = first.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(second) => return Ok((port, vec![first, second])),
            Err(error) if error.kind() == ErrorKind::AddrInUse => last = error,
            // No IPv6 here, so nobody else can have it either.
            Err(_) => return Ok((port, vec![first])),
        }
    }
    Err(last)
}

async fn accept(listener: TcpListener, door: Arc<Door>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&door)))),
            // Out of file handles, or a connection that ended at once: neither may spin.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn serve(stream: TcpStream, door: Arc<Door>) {
    let Ok(_place) = door.places.acquire().await else { return };
    let (alive, gone) = oneshot::channel::<()>();
    let gone = Mutex::new(Some(gone));
    let service = hyper::service::service_fn(|request| {
        let gone = gone.lock().unwrap_or_else(PoisonError::into_inner).take();
        let door = &door;
        async move { Ok::<_, std::convert::Infallible>(response(&door.answer(&request, gone).await)) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    // A browser that goes away in the middle is no news.
    let _ = server
        .keep_alive(false)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    drop(alive);
}

impl Door {
    async fn answer(&self, request: &Request<Incoming>, gone: Option<oneshot::Receiver<()>>) -> Page {
        if !self.is_for_us(request) {
            return Page::refused(421, "This address is for one sign-in on this machine.");
        }
        if request.method() != Method::GET {
            return Page::refused(405, "This address is only visited.");
        }
        let callback = Callback::from_query(request.uri().query().unwrap_or_default());
        if request.uri().path() != "/" || !callback.is_answer() {
            return Page::refused(404, "There is no such page.");
        }
        if !callback.has_state(&self.state) {
            return Page::refused(400, "This is the answer to another sign-in.");
        }
        if self.used.swap(true, Ordering::SeqCst) {
            return Page::refused(410, "This sign-in was answered already.");
        }
        let Some(gone) = gone else { return Page::refused(400, "This connection was used already.") };
        let (answer, page) = oneshot::channel();
        if self.visits.send(Visit { callback, answer, gone }).await.is_err() {
            return Page::refused(410, "This sign-in has ended.");
        }
        page.await.unwrap_or_else(|_| Page::refused(410, "This sign-in has ended."))
    }

    /// A page on the web could point a name of its own here (DNS rebinding).
    fn is_for_us(&self, request: &Request<Incoming>) -> bool {
        let host = request.headers().get(hyper::header::HOST).and_then(|host| host.to_str().ok());
        let names = ["localhost", "127.0.0.1", "[::1]"];
        names
            .iter()
            .any(|name| host.is_some_and(|host| host.eq_ignore_ascii_case(&format!("{name}:{}", self.port))))
    }
}

fn response(page: &Page) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(page.html())));
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("x-frame-options", HeaderValue::from_static("DENY"));
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy()) {
        headers.insert("content-security-policy", policy);
    }
    response
}
