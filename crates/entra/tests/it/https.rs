//! Private certificate authorities.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use patcycle_entra::http::{HttpClient, HttpError, Trust};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

/// Answers `connections` TLS connections with an empty JSON object; those that fail the handshake count too.
fn serve(certificate: CertificateDer<'static>, key: &[u8], connections: usize) -> Url {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.to_vec()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
    std::thread::spawn(move || {
        for _ in 0..connections {
            let (stream, _) = listener.accept().unwrap();
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut lines = BufReader::new(&mut tls).lines();
            // A handshake that fails shows up as an error on the first read.
            if lines.by_ref().map_while(Result::ok).any(|line| line.is_empty()) {
                drop(lines);
                let _ = tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        }
    });
    url
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_when_it_is_named() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, pem: String| {
        std::fs::write(folder.path().join(name), pem).unwrap();
        folder.path().join(name)
    };
    let ours = file("ca.pem", made.cert.pem());
    let theirs = file("other.pem", other.cert.pem());
    let url = serve(made.cert.der().clone(), &made.signing_key.serialize_der(), 3);
    for trust in [Trust::Only(ours.clone()), Trust::SystemAnd(ours)] {
        let answer = HttpClient::new(trust.clone()).get(&url).await;
        assert_eq!(answer.map(|answer| answer.body.to_vec()), Ok(b"{}".to_vec()), "{trust:?}");
    }
    let stranger = HttpClient::new(Trust::Only(theirs)).get(&url).await.unwrap_err();
    assert!(matches!(stranger, HttpError::Unreachable { .. }), "{stranger:?}");
    assert!(stranger.to_string().contains("certificate"), "{stranger}");

    let empty = file("empty.pem", "no certificate".to_owned());
    let fault = HttpClient::new(Trust::Only(empty)).get(&url).await.unwrap_err();
    assert!(matches!(fault, HttpError::CaFile { .. }), "{fault:?}");
}
