//! Listeners: bound first, served when everything else is ready, drained at the end.
//!
//! What a client may cost: a connection that says nothing is closed after [`FIRST_REQUEST`], one that idles between
//! requests after [`IDLE`], a body must be there after [`BODY`], an answer after [`ANSWER`]; headers are limited
//! to [`HEADER_BYTES`] and [`HEADERS`]. Above the limit of connections new ones wait in the kernel's queue.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::{Router, ServiceExt};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{AddrListener, Address, Handle};
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tower_http::timeout::{RequestBodyDeadlineLayer, TimeoutLayer};

use crate::gate::Gated;

/// From the end of the handshake to the end of the first request's header.
const FIRST_REQUEST: Duration = Duration::from_secs(15);
/// Between two requests of a connection, the next header included.
const IDLE: Duration = Duration::from_secs(75);
/// For a whole request body.
const BODY: Duration = Duration::from_secs(20);
/// For a whole answer, the body of the request included.
const ANSWER: Duration = Duration::from_mins(1);
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 128;
/// All headers of a request together.
const HEADER_BYTES: u32 = 64 * 1024;
/// Their number.
const HEADERS: usize = 100;
/// Connections that wait for being accepted.
const BACKLOG: u32 = 1024;
/// Connections of one listener, where the process may open so many files.
const MOST_CONNECTIONS: u64 = 16 * 1024;
/// Open files that are kept for everything but connections.
const SPARE_FILES: u64 = 128;
/// How long a stop waits for requests in work.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// A listener could not be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct ListenError {
    address: SocketAddr,
    source: io::Error,
}

impl ListenError {
    /// Whether another process listens there.
    pub fn is_in_use(&self) -> bool {
        self.source.kind() == io::ErrorKind::AddrInUse
    }

    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::AddrInUse => {
                "Stop what listens there, or choose another port (0 takes a free one)."
            }
            io::ErrorKind::PermissionDenied => "Choose a port above 1023, or give this user the right to it.",
            _ => "Choose an address of this machine.",
        }
    }
}

/// A listener that accepts nothing yet.
#[derive(Debug)]
pub(crate) struct Bound {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

/// Binds. Port 0 takes a free one. Connections queue up until [`serve`] takes them.
pub(crate) fn bind(address: SocketAddr) -> Result<Bound, ListenError> {
    let bind = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        Ok(Bound { listener, address })
    };
    bind().map_err(|source| ListenError { address, source })
}

/// A listener at work.
#[derive(Debug)]
pub(crate) struct Running {
    handle: Handle<Peer>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Accepts nothing more, ends idle connections and waits for requests in work, at most [`DRAIN`].
    pub(crate) async fn drain(self) {
        self.handle.graceful_shutdown(Some(DRAIN));
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a listener ended with an error"),
            Err(error) => tracing::error!(%error, "a listener broke down"),
        }
    }
}

/// Puts the time limits of a request around `router`.
pub(crate) fn limited(router: Router) -> Router {
    router
        .layer(RequestBodyDeadlineLayer::new(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER))
}

/// Serves until it is drained. The peer's address is in each request as `ConnectInfo<SocketAddr>`.
/// Returns when connections are being accepted.
pub(crate) async fn serve(bound: Bound, tls: Option<RustlsConfig>, service: Gated) -> Running {
    let handle = Handle::new();
    let listener = LimitedListener {
        listener: bound.listener,
        connections: Arc::new(Semaphore::new(most_connections())),
    };
    let mut server = axum_server::Server::<Peer>::from_listener(listener)
        .handle(handle.clone())
        .first_request_timeout(FIRST_REQUEST)
        .accept_error_handler(|peer: Option<&Peer>, error| {
            tracing::debug!(peer = ?peer.map(|peer| peer.0), %error, "a connection was not accepted");
        });
    let builder = server.http_builder();
    builder.http1().header_read_timeout(IDLE).max_buf_size(HEADER_BYTES as usize).max_headers(HEADERS);
    builder
        .http2()
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES)
        .keep_alive_interval(IDLE / 3)
        .keep_alive_timeout(FIRST_REQUEST);
    let service =
        ServiceExt::<axum::extract::Request>::into_make_service_with_connect_info::<SocketAddr>(service);
    let task = match tls {
        Some(config) => tokio::spawn(server.acceptor(RustlsAcceptor::new(config)).serve(service)),
        None => tokio::spawn(server.serve(service)),
    };
    let _ = handle.listening().await;
    Running { handle, task }
}

/// Raises the limit of open files as far as the system lets it, and leaves some for everything else.
fn most_connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = MOST_CONNECTIONS + SPARE_FILES;
    let goal = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let files = match current {
        Some(current) if current < goal => {
            let raised = Rlimit { current: Some(goal), maximum };
            if setrlimit(Resource::Nofile, raised).is_ok() { goal } else { current }
        }
        Some(current) => current,
        None => wanted,
    };
    usize::try_from(files.saturating_sub(SPARE_FILES).clamp(16, MOST_CONNECTIONS)).unwrap_or(usize::MAX)
}

/// Who is connected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(SocketAddr);

impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

impl Address for Peer {
    type Stream = LimitedStream;
    type Listener = LimitedListener;
}

/// Accepts while fewer than so many connections are open.
#[derive(Debug)]
pub(crate) struct LimitedListener {
    listener: TcpListener,
    connections: Arc<Semaphore>,
}

impl AddrListener<LimitedStream, Peer> for LimitedListener {
    fn bind_to(_: Peer) -> impl Future<Output = io::Result<Self>> + Send {
        // Listeners are bound before the server is made, so that a taken port is an error of the start.
        std::future::ready(Err(io::ErrorKind::Unsupported.into()))
    }

    async fn accept_stream(&self) -> io::Result<(LimitedStream, Peer)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.map_err(io::Error::other)?;
        let (stream, address) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok((LimitedStream { stream, _permit: permit }, Peer(address)))
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.listener.local_addr().map(Peer)
    }
}

/// A connection that counts while it is open.
#[derive(Debug)]
pub(crate) struct LimitedStream {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for LimitedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for LimitedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
