//! Which certificate authorities are trusted.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use patcycle_client::{
    ClientError, ClientSettings, ListPats, PatClient, SettingsError, TokenIssuer, UnreachableKind,
};
use patcycle_primitives::{FixedClock, SeededRandom};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::{Tokens, client, now};

/// An https service with a certificate that nobody knows, and the file that holds it.
struct Service {
    settings: ClientSettings,
    certificate: PathBuf,
    _directory: tempfile::TempDir,
}

impl Service {
    /// Answers the first `calls` connections with an empty list.
    fn start(calls: usize) -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let certificate = directory.path().join("ca.pem");
        std::fs::write(&certificate, certified.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        std::thread::spawn(move || {
            for connection in listener.incoming().take(calls) {
                let session = ServerConnection::new(config.clone()).unwrap();
                let mut stream = StreamOwned::new(session, connection.unwrap());
                let mut request = [0; 4096];
                // A client that does not trust the certificate hangs up in the handshake.
                if stream.read(&mut request).is_err() {
                    continue;
                }
                let body = r#"{"continuationToken":"","patTokens":[]}"#;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
                write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
                stream.flush().unwrap();
            }
        });
        let settings = ClientSettings::new(base.parse().unwrap(), "fabrikam");
        Self { settings, certificate, _directory: directory }
    }
}

#[tokio::test]
async fn an_authority_is_trusted_when_it_is_named() {
    let service = Service::start(2);
    let added = ClientSettings { ca_file: Some(service.certificate.clone()), ..service.settings.clone() };
    let instead =
        ClientSettings { ssl_cert_file: Some(service.certificate.clone()), ..service.settings.clone() };
    for settings in [added, instead] {
        let pats =
            client(settings, Tokens::from(TokenIssuer::Other)).list(&ListPats::default()).await.unwrap();
        assert!(pats.is_empty());
    }
}

#[tokio::test]
async fn an_unknown_authority_is_told_once_with_the_way_out() {
    let service = Service::start(1);
    // The authorities of this test's own file stand for the system's, which may have none.
    let other = Service::start(0);
    let settings =
        ClientSettings { ssl_cert_file: Some(other.certificate.clone()), ..service.settings.clone() };
    let error =
        client(settings, Tokens::from(TokenIssuer::Other)).list(&ListPats::default()).await.unwrap_err();
    let ClientError::Unreachable(why) = &error else { panic!("{error}") };
    assert_eq!((why.kind, why.may_have_arrived), (UnreachableKind::Tls, false), "{why}");
    assert!(error.explain().next.contains("PATCYCLE_CA_FILE"));
}

#[tokio::test]
async fn a_service_without_tls_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut hello = [0; 1024];
        let _ = connection.read(&mut hello);
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let other = Service::start(0);
    let mut settings = ClientSettings::new(format!("https://localhost:{port}").parse().unwrap(), "fabrikam");
    settings.ssl_cert_file = Some(other.certificate.clone());
    let error =
        client(settings, Tokens::from(TokenIssuer::Other)).list(&ListPats::default()).await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable(why) if why.kind == UnreachableKind::Tls), "{error:?}");
}

#[test]
fn files_that_hold_no_certificate_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "no certificate here").unwrap();
    for file in [empty, directory.path().join("missing.pem")] {
        let mut settings = ClientSettings::new("https://localhost:1".parse().unwrap(), "fabrikam");
        settings.ca_file = Some(file.clone());
        let (tokens, random) = (Tokens::from(TokenIssuer::Other), Arc::new(SeededRandom::new(1)));
        let error = PatClient::new(settings, tokens, Arc::new(FixedClock(now())), random).unwrap_err();
        assert!(matches!(&error, SettingsError::CaFile { path, .. } if *path == file), "{error}");
    }
}
