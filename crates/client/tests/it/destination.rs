//! Rule 11: a token of a Microsoft issuer for Azure DevOps is never sent to another host, nor any token along a
//! redirect.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use patcycle_client::destination::DestinationError;
use patcycle_client::{
    ClientError, ClientSettings, ErrorKind, ListPats, ProxySettings, TokenIssuer, UnreachableKind, UpdatePat,
};
use uuid::Uuid;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Bench, Tokens, client, page, wanted};

#[tokio::test]
async fn a_microsoft_token_never_reaches_another_host() {
    let bench = Bench::with(TokenIssuer::Microsoft, |_| ()).await;
    Mock::given(any()).respond_with(page(&[], "")).mount(&bench.server).await;
    let id = Uuid::from_u128(1);
    let errors = [
        bench.client.list(&ListPats::default()).await.unwrap_err(),
        bench.client.get(id).await.unwrap_err(),
        bench.client.create(&wanted()).await.unwrap_err(),
        bench.client.update(&UpdatePat::new(id)).await.unwrap_err(),
        bench.client.revoke(id).await.unwrap_err(),
    ];
    for error in errors {
        let refused = matches!(error, ClientError::Destination(DestinationError::NotAzureDevOps { .. }));
        assert!(refused && error.kind() == ErrorKind::Refused, "{error}");
        assert!(error.explain().next.contains("`scope`"));
    }
    assert!(bench.requests().await.is_empty(), "something was sent");
}

#[tokio::test]
async fn no_token_goes_along_a_redirect() {
    let elsewhere = MockServer::start().await;
    Mock::given(any()).respond_with(page(&[], "")).mount(&elsewhere).await;
    for status in [301, 302, 303, 307, 308] {
        let bench = Bench::new().await;
        // Another host, and another path of the same one.
        for target in [format!("{}/x?y=z", elsewhere.uri()), "/else".to_owned()] {
            bench.server.reset().await;
            let moved = ResponseTemplate::new(status).insert_header("location", target.as_str());
            Mock::given(any()).respond_with(moved).mount(&bench.server).await;
            let error = bench.client.list(&ListPats::default()).await.unwrap_err();
            let expected = match status {
                302 | 303 => matches!(error, ClientError::SignInNeeded(_)),
                _ => matches!(error, ClientError::Redirected { .. }),
            };
            assert!(expected, "{status}: {error}");
            assert!(bench.requests().await.iter().all(|request| request.url.path() != "/else"));
        }
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty(), "a redirect was followed");
}

/// A proxy that notes the first bytes of one connection and refuses.
fn refusing_proxy() -> (url::Url, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut seen = [0; 4096];
        let length = connection.read(&mut seen).unwrap();
        connection.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&seen[..length]).into_owned()
    });
    (url, thread)
}

#[tokio::test]
async fn a_proxy_sees_the_host_and_no_token() {
    let (proxy, seen) = refusing_proxy();
    let mut settings = ClientSettings::new("https://pats.example".parse().unwrap(), "fabrikam");
    settings.proxy = ProxySettings { url: Some(proxy), except: None };
    let error =
        client(settings, Tokens::from(TokenIssuer::Other)).list(&ListPats::default()).await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Unreachable(why) if why.kind == UnreachableKind::Proxy),
        "{error:?}"
    );
    let seen = seen.join().unwrap();
    assert!(seen.starts_with("CONNECT pats.example:443"), "{seen}");
    assert!(!seen.to_ascii_lowercase().contains("bearer"), "{seen}");
}

#[tokio::test]
async fn loopback_never_goes_through_a_proxy() {
    // Nobody listens there: a call through it would fail.
    let proxy = "http://127.0.0.1:9".parse().unwrap();
    let bench = Bench::with(TokenIssuer::Other, |settings| {
        settings.proxy = ProxySettings { url: Some(proxy), except: None };
    })
    .await;
    Mock::given(any()).respond_with(page(&[], "")).expect(1).mount(&bench.server).await;
    bench.client.list(&ListPats::default()).await.unwrap();
}
