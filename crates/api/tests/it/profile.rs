//! Profile and accounts: how clients find their organizations (contract.md §4.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::Call;
use crate::support::issuer::{MONA, OTHER_TENANT, OTTO, changed, claims, forged, signed, token};

const ME: &str = "/_apis/profile/profiles/me";
const ACCOUNTS: &str = "/_apis/accounts";

fn get<'a>(app: &'a TestApp, address: &str) -> Call<'a> {
    app.get(address).version(Some("7.1")).header("host", "pats.example")
}

fn names(accounts: &Value) -> Vec<&str> {
    accounts["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["accountName"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn tells_who_one_is_with_and_without_an_organization() {
    let app = TestApp::start().await;
    for address in [ME, "/_apis/Profile/Profiles/Me/", "/fabrikam/_apis/profile/profiles/me"] {
        let me = get(&app, address).send().await.ok();
        assert_eq!(
            me,
            json!({
                "displayName": "Mona Lisa", "publicAlias": MONA, "emailAddress": "mona@fabrikam.example",
                "coreRevision": 0, "timeStamp": "0001-01-01T00:00:00+00:00", "id": MONA, "revision": 0,
            }),
            "{address}"
        );
    }
    get(&app, ME).version(Some("7.1-preview.3")).send().await.ok();
}

#[tokio::test]
async fn tells_ones_own_organizations_alone() {
    let app = TestApp::start().await;
    let accounts = get(&app, &format!("{ACCOUNTS}?memberId={MONA}")).send().await.ok();
    assert_eq!(names(&accounts), ["apart", "fabrikam", "few"]);
    assert_eq!(
        accounts["value"][1],
        json!({
            "accountId": app.fabrikam.id, "accountUri": "https://pats.example/fabrikam/",
            "accountName": "fabrikam", "properties": {},
        })
    );
    assert_eq!(accounts["count"], 3);
    let within = get(&app, &format!("/fabrikam/_apis/Accounts?memberId={MONA}")).send().await.ok();
    assert_eq!(within, accounts);
    assert_eq!(get(&app, ACCOUNTS).send().await.ok(), accounts);
    let otto = get(&app, ACCOUNTS).bearer(&token(OTTO)).send().await.ok();
    assert_eq!(names(&otto), ["apart", "fabrikam"], "few does not list him");
    let about_another = get(&app, &format!("{ACCOUNTS}?memberId={OTTO}")).send().await.ok();
    assert_eq!(about_another, json!({ "count": 0, "value": [] }));
    get(&app, &format!("{ACCOUNTS}?memberId=x")).send().await.error(400, "ArgumentException");
    let foreign = json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") });
    let foreign = signed(&changed(claims(MONA, "vso.profile"), foreign));
    assert_eq!(names(&get(&app, ACCOUNTS).bearer(&foreign).send().await.ok()), ["contoso"]);
}

#[tokio::test]
async fn takes_access_tokens_of_people_alone() {
    let app = TestApp::start().await;
    let pat = app.post(&json!({ "displayName": "full", "scope": "app_token" })).send().await.pat();
    let pat = pat["token"].as_str().unwrap();
    let application = changed(claims(MONA, "user_impersonation"), json!({ "idtyp": "app", "scp": null }));
    for address in [ME, ACCOUNTS, "/fabrikam/_apis/profile/profiles/me", "/fabrikam/_apis/accounts"] {
        let reply = get(&app, address).anonymous().send().await;
        reply.error(401, "UnauthorizedRequestException");
        assert!(reply.all("www-authenticate")[0].starts_with("Bearer"));
        let basic = format!("Basic {}", STANDARD.encode(format!(":{pat}")));
        for call in [
            get(&app, address).bearer(pat),
            get(&app, address).anonymous().header("authorization", &basic),
            get(&app, address).bearer(&forged(&claims(MONA, "user_impersonation"))),
            get(&app, address).bearer(&signed(&claims(MONA, "vso.code"))),
        ] {
            assert_eq!(call.send().await.status, 401, "{address}");
        }
        let reply = get(&app, address).bearer(&signed(&application)).send().await;
        reply.error(403, "InvalidAccessException");
    }
    app.issuer.server.reset().await;
    let reply = get(&app, ME).bearer(&token(OTTO)).send().await;
    assert!([200, 503].contains(&reply.status.as_u16()), "keys that are known stay known: {reply:?}");
}
