//! Pages that only say something: errors, good-byes, and what runs here.

use patcycle_tests::{Chromium, Dev};

use super::{Application, assert_kept_to_themselves};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_can_read_them() {
    let dev = Dev::start("pages-messages");
    let application = Application::start().await;
    let browser = Chromium::start(&dev).await;
    let (base, console, authority) = (dev.var("BASE_URL"), dev.var("CONSOLE_URL"), dev.var("AUTHORITY"));
    let unregistered = application.authorize(&dev, "CLIENT_ID", &[]).replace("getAToken", "elsewhere");
    for (address, expected) in [
        (format!("{base}/error?code=50011"), "About AADSTS50011"),
        (unregistered, "AADSTS50011"),
        (format!("{base}/00000000-0000-0000-0000-000000000000/oauth2/v2.0/authorize"), "AADSTS90002"),
        (format!("{authority}/oauth2/v2.0/logout"), "You signed out of your account"),
        (format!("{base}/_patcycle/api"), "API"),
        (format!("{console}/"), "patcycle"),
    ] {
        browser.open(&address).await;
        browser.sees(expected).await;
        browser.assert_accessible().await;
    }
    assert_kept_to_themselves(&browser, &dev, Some(&application)).await;
}
