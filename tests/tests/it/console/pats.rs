//! One's PATs: made, looked at, renewed, changed, revoked.

use super::{NEW, PATS, Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_made_from_what_was_chosen() {
    let visit = Visit::of("create", "USER").await;
    let browser = &visit.browser;
    browser.follow("Make the first one").await;
    browser.arrives_at(NEW).await;
    browser.assert_accessible().await;
    browser.fill("Name", "build server").await;
    browser.follow("start builds").await;
    browser.sees("vso.build_execute").await;
    browser.fill("Search scopes", "packag read").await;
    browser.press("Make the token").await;
    browser.sees("build server: your new secret").await;
    browser.assert_accessible().await;
    let secret = visit.secret().await;
    assert!(visit.is_good(&secret).await);
    browser.follow("I have stored it").await;
    browser.sees("build server").await;
    browser.sees("Made").await;
    browser.assert_accessible().await;
    assert!(!browser.source().await.contains(&secret));
    let pats = visit.pats("active").await;
    assert_eq!(pats.len(), 1);
    assert_eq!(
        (pats[0]["displayName"].as_str(), pats[0]["scope"].as_str()),
        (Some("build server"), Some("vso.build_execute"))
    );
    visit.assert_kept_to_itself().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_on_the_day_that_was_chosen() {
    let visit = Visit::of("create-date", "USER").await;
    let browser = &visit.browser;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "until a day").await;
    let now: jiff::Timestamp = visit.dev.control(reqwest::Method::GET, "/_dev/clock", None).await["now"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let day = (now + jiff::SignedDuration::from_hours(40 * 24)).strftime("%Y-%m-%d").to_string();
    browser.set("The last day (UTC)", &day).await;
    browser.sees("In your time zone:").await;
    browser.press("Make the token").await;
    browser.sees("This is the only time it is shown").await;
    visit.secret().await;
    let pats = visit.pats("active").await;
    let end = pats[0]["validTo"].as_str().unwrap();
    assert!(end.starts_with(&format!("{day}T23:59:59")), "{end}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_said_and_what_was_filled_in_stays() {
    let visit = Visit::without_scripts("create-refused").await;
    let browser = &visit.browser;
    visit.open(NEW).await;
    browser.fill("Name", "without scopes").await;
    browser.press("Make the token").await;
    browser.sees("The token could do nothing").await;
    assert_eq!(browser.value("Name").await, "without scopes");
    browser.assert_fits_a_phone().await;
    visit.open(&format!("{NEW}?scope=vso.code")).await;
    browser.fill("Name", "on no day").await;
    browser.tick("on a date").await;
    browser.press("Make the token").await;
    browser.sees("The end is not in the future").await;
    assert_eq!(visit.pats("all").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_renewed_changed_and_revoked() {
    let visit = Visit::of("life", "USER").await;
    let browser = &visit.browser;
    let secret = visit.create("first name").await;
    browser.follow("I have stored it").await;
    let before = visit.pats("active").await[0]["validTo"].as_str().unwrap().to_owned();

    browser.choose("From now on for", "90 days").await;
    browser.press("Renew").await;
    browser.sees("Renewed. The secret is the same.").await;
    browser.assert_accessible().await;
    assert!(*visit.pats("active").await[0]["validTo"].as_str().unwrap() > *before);
    assert!(visit.is_good(&secret).await);

    browser.follow("Change name and scopes").await;
    browser.sees("What it may do").await;
    browser.assert_accessible().await;
    browser.fill("Name", "second name").await;
    browser.press("Save").await;
    browser.sees("Changed. The secret is the same.").await;
    assert_eq!(visit.pats("active").await[0]["displayName"], "second name");

    browser.follow("Revoke…").await;
    browser.sees("Revoke second name?").await;
    browser.assert_accessible().await;
    browser.follow("Cancel").await;
    assert!(visit.is_good(&secret).await, "nothing was confirmed");
    browser.follow("Revoke…").await;
    browser.press("Revoke it").await;
    browser.arrives_at(PATS).await;
    browser.sees("Revoked. Whatever used the token is refused from now on.").await;
    assert!(!visit.is_good(&secret).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_works_without_scripts() {
    let visit = Visit::without_scripts("no-script").await;
    let browser = &visit.browser;
    let secret = visit.create("no script").await;
    browser.press("Reveal").await;
    browser.sees(&secret).await;
    browser.follow("I have stored it").await;
    browser.press("Renew").await;
    browser.sees("Renewed.").await;
    browser.press("Rotate").await;
    browser.sees("The old secret still works").await;
    let new = visit.secret().await;
    browser.press("End the old secret now").await;
    browser.sees("The old secret has ended.").await;
    assert!(visit.is_good(&new).await && !visit.is_good(&secret).await);
    browser.follow("Revoke…").await;
    browser.press("Revoke it").await;
    browser.sees("Revoked.").await;
    browser.choose("State", "revoked").await;
    browser.press("Show").await;
    browser.sees("no script").await;
    assert!(!visit.is_good(&new).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_name_is_only_a_name() {
    let visit = Visit::of("hostile", "USER").await;
    for (number, name) in
        ["<script>document.title='owned'</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}' onclick='x"]
            .into_iter()
            .enumerate()
    {
        visit.create(name).await;
        visit.browser.sees(name).await;
        visit.browser.follow("I have stored it").await;
        visit.browser.sees(name).await;
        visit.open(PATS).await;
        visit.browser.sees(name).await;
        assert_eq!(visit.pats("active").await.len(), number + 1);
    }
    assert_eq!(visit.browser.title().await, "My tokens · Patcycle");
    visit.assert_kept_to_itself().await;
}
