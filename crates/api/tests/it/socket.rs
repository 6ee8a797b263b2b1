//! Over a real connection: what the HTTP library makes of requests and answers.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::support::TestApp;
use crate::support::issuer::{MONA, token};

const DEADLINE: Duration = Duration::from_secs(20);

async fn serve(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// Sends bytes, and gives all that comes back until the connection is closed.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

fn request(line: &str, more: &str) -> String {
    let token = token(MONA);
    format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn answers_on_the_wire_are_as_they_should_be() {
    let app = TestApp::start().await;
    let address = serve(&app).await;
    let pat = app.create("ci", 30).await;
    let id = pat["authorizationId"].as_str().unwrap();

    let list = exchange(address, &request("GET //fabrikam/_apis/tokens/pats?%24top=100", "")).await;
    assert!(list.starts_with("HTTP/1.1 200 OK\r\n"), "{list}");
    assert!(list.contains("\r\ncontent-type: application/json; charset=utf-8\r\n"));
    assert!(list.ends_with("\"token\":null}]}"));

    let head = exchange(address, &request("HEAD /fabrikam/_apis/tokens/pats", "")).await;
    let length = list.split_once("\r\n\r\n").unwrap().1.len();
    assert!(head.contains(&format!("\r\ncontent-length: {length}\r\n")), "{head}");
    assert!(head.ends_with("\r\n\r\n"));

    let line = format!("DELETE /fabrikam/_apis/tokens/pats?authorizationId={id}&api-version=6.1-preview");
    let body = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let delete = exchange(address, &request(&line, body)).await;
    assert!(delete.starts_with("HTTP/1.1 204 No Content\r\n"), "{delete}");
    for header in ["content-length", "content-type", "transfer-encoding"] {
        assert!(!delete.contains(&format!("\r\n{header}:")), "{delete}");
    }
    assert!(delete.ends_with("\r\n\r\n"));
    assert_eq!(app.audit().await[1].actor.address.unwrap().to_string(), "127.0.0.1");

    let absolute = "GET https://vssps.dev.azure.com/fabrikam/_apis/tokens/pats";
    assert!(exchange(address, &request(absolute, "")).await.starts_with("HTTP/1.1 200 OK\r\n"));
    let spelled =
        exchange(address, &request("GET /fabrikam/_apis/tokens/pats", "authorization: Bearer x\r\n")).await;
    assert!(spelled.starts_with("HTTP/1.1 401 "), "a second header in another case: {spelled}");
}

#[tokio::test]
async fn a_long_body_of_a_stranger_is_not_taken_in() {
    let app = TestApp::start().await;
    let address = serve(&app).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head =
        "POST /fabrikam/_apis/tokens/pats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    timeout(DEADLINE, stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(answer, b"HTTP/1.1 401");
}

#[tokio::test]
async fn who_sends_a_long_body_reads_the_answer() {
    let app = TestApp::start().await;
    let address = serve(&app).await;
    let body = "a".repeat(3_000_000);
    let more = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let line = "POST /fabrikam/_apis/tokens/pats?api-version=7.2-preview.1";
    let answer = exchange(address, &request(line, &more)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let waits = "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n";
    let answer = exchange(address, &request(line, waits)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "nobody is asked to go on: {answer}");
}
