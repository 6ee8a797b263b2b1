//! The least HTTP client that can do it: one request, one connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const LIMIT: Duration = Duration::from_secs(20);

/// A request to send.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: String,
    url: String,
    host: Option<String>,
    headers: Vec<String>,
    body: String,
    ca: Option<PathBuf>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The server's certificate, DER.
    pub(crate) certificate: Vec<u8>,
}

impl Call {
    pub(crate) fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            url: url.into(),
            host: None,
            headers: Vec::new(),
            body: String::new(),
            ca: None,
        }
    }

    pub(crate) fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    pub(crate) fn trusting(mut self, ca: impl AsRef<Path>) -> Self {
        self.ca = Some(ca.as_ref().to_owned());
        self
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    pub(crate) fn header(mut self, line: impl Into<String>) -> Self {
        self.headers.push(format!("{}\r\n", line.into()));
        self
    }

    pub(crate) fn bearer(self, key: &str) -> Self {
        self.header(format!("Authorization: Bearer {key}"))
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    /// Sends it. An error means that the connection ended without an answer.
    pub(crate) async fn send(self) -> io::Result<Answer> {
        tokio::task::spawn_blocking(move || self.send_now()).await.unwrap()
    }

    fn send_now(self) -> io::Result<Answer> {
        let (scheme, rest) = self.url.split_once("://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let stream = TcpStream::connect(authority.replace("localhost", "127.0.0.1"))?;
        stream.set_read_timeout(Some(LIMIT))?;
        let request = format!(
            "{} /{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n{}",
            self.method,
            self.host.as_deref().unwrap_or(authority),
            self.body.len(),
            self.headers.concat(),
            self.body,
        );
        if scheme == "http" {
            return exchange(stream, &request);
        }
        let mut stream = self.tls(stream)?;
        let mut answer = exchange(&mut stream, &request)?;
        answer.certificate = stream.conn.peer_certificates().unwrap()[0].to_vec();
        Ok(answer)
    }

    fn tls(&self, stream: TcpStream) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(self.ca.as_ref().unwrap()).unwrap() {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

fn exchange(mut stream: impl Read + Write, request: &str) -> io::Result<Answer> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        // Some servers end TLS without saying so.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    patcycle_evidence::note_all_in(body);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    Ok(Answer { status, head: head.to_lowercase(), body: body.to_owned(), certificate: Vec::new() })
}
