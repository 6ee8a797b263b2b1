//! The quickstart: a small Flask application, filled in for the local tenant, signs in and manages PATs.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use patcycle_tests::{Browser, Dev, browser::Arrival};

use crate::msal::python;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_quickstart_signs_in_and_lists() {
    let dev = Dev::start("quickstart");
    let application = dev.directory().join("kept-secret");
    let target = application.to_str().unwrap();
    dev.cli().run(&["dev", "quickstart", "python", target, "--data-dir", dev.data().to_str().unwrap()]).ok();

    let mut server = python()
        .args(["-m", "flask", "run", "--host", "localhost", "--port", "0"])
        .current_dir(&application)
        .env("REQUESTS_CA_BUNDLE", dev.var("CA_FILE"))
        .env("NO_PROXY", "localhost,127.0.0.1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut said = String::new();
    let home = loop {
        let line = lines.next().unwrap_or_else(|| panic!("flask ended: {said}"));
        if let Some(start) = line.find("http://localhost:").or_else(|| line.find("http://127.0.0.1:")) {
            break line[start..].split_whitespace().next().unwrap().replace("127.0.0.1", "localhost");
        }
        said += &(line + "\n");
    };
    let log = std::thread::spawn(move || lines.collect::<Vec<_>>().join("\n"));

    let mut application_browser = Browser::new(dev.http(), &home);
    let mut tenant_browser = dev.browser();
    let mut arrival = application_browser.open("/login").await;
    if let Arrival::Page(page) = &arrival {
        let link = page.text.split("href=\"").find(|part| part.contains("/oauth2/v2.0/authorize"));
        let link = link.expect("a sign-in link").split('"').next().unwrap().replace("&amp;", "&");
        arrival = application_browser.open(&link).await;
    }
    let authorize = arrival.elsewhere();
    let back = dev.sign_in(&mut tenant_browser, authorize.as_str(), "USER").await.elsewhere();
    let page = application_browser.open(back.as_str()).await.page();
    assert!(page.status.is_success(), "{}", page.text);
    let page = application_browser.open("/").await.page();
    assert!(page.text.contains("Sign out") || page.text.contains("sign out"), "{}", page.text);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(!log.join().unwrap().contains("Traceback"));
}
