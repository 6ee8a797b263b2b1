//! Mail, through a real server.

use std::sync::Arc;

use patcycle_lifecycle::notice::{Outbox as _, Stage};
use patcycle_notify::{Dispatched, Mail, MailSettings, MailTls, SendError, Sender};
use patcycle_primitives::Clock as _;

use crate::support::mail_server::MailServer;
use crate::support::{FakeSender, World, days, hours};

fn mail(server: &MailServer) -> Arc<dyn Sender> {
    let settings = MailSettings {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        tls: MailTls::None,
        ca_file: None,
        from: "Patcycle <patcycle@fabrikam.example>".to_owned(),
        credentials: None,
    };
    Arc::new(Mail::new(settings).unwrap())
}

/// The text of a mail, with soft line breaks and folded headers joined, and encoded words left as they are.
fn text(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("\r\n ", " ").replace("\r\n", "\n")
}

#[tokio::test]
async fn an_owner_gets_mail_about_what_becomes_of_a_pat() {
    let server = MailServer::start();
    let world = World::with(mail(&server)).await;
    world.watch(&[7]).await;
    let kept = world.create("ci of fabrikam", days(30)).await;
    let leaked = world.create("leaked", days(30)).await;
    assert_eq!(world.dispatch().await, Dispatched { delivered: 2, ..Dispatched::default() });
    world.leak(&leaked).await;
    world.advance(hours(1));
    assert_eq!(world.dispatch().await.delivered, 1);
    let ending = world.create("ending", days(8)).await;
    world.advance(days(1) + hours(1));
    world.watch(&[7]).await;
    world.revoke(&kept).await;
    assert_eq!(world.dispatch().await.delivered, 3);

    let mails: Vec<String> = server.mails().iter().map(|mail| text(mail)).collect();
    assert_eq!(mails.len(), 6);
    // What is due together goes out in no promised order.
    let about = |subject: &str| {
        let subject = format!("Subject: {subject}\n");
        let found: Vec<&String> = mails.iter().filter(|mail| mail.contains(&subject)).collect();
        assert_eq!(found.len(), 1, "one mail has {subject}");
        found[0]
    };
    for subject in [
        "Personal access token \"ci of fabrikam\" was created",
        "Personal access token \"leaked\" was created",
        "Personal access token \"leaked\" was found in a public place",
        "Personal access token \"ending\" was created",
        "Personal access token \"ending\" nearing expiration",
        "Personal access token \"ci of fabrikam\" was revoked by an administrator",
    ] {
        let mail = about(subject);
        assert!(mail.starts_with("X-Recipients: ana@fabrikam.example\n"), "{mail}");
        assert!(mail.contains("From: Patcycle <patcycle@fabrikam.example>\n"), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated\n"), "{mail}");
        for pat in [&kept, &leaked, &ending] {
            assert!(!mail.contains(&pat.token.as_ref().unwrap().expose()[..8]), "no mail holds a secret");
        }
    }
    let leak = about("Personal access token \"leaked\" was found in a public place");
    assert!(leak.contains("found 1 hour ago") && leak.contains("was revoked and works no longer"), "{leak}");
    let expiring = about("Personal access token \"ending\" nearing expiration");
    assert!(expiring.contains("expires in 6 days"), "{expiring}");
}

#[tokio::test]
async fn a_mail_server_that_is_down_for_a_day_gets_each_notice_once_and_true() {
    let mut server = MailServer::start();
    let world = World::with(mail(&server)).await;
    world.watch(&[7]).await;
    world.create("made before", days(60)).await;
    world.create("ends meanwhile", hours(3)).await;
    server.kill();
    let mut postponed = 0;
    for _ in 0..26 {
        world.watch(&[7]).await;
        let dispatched = world.dispatch().await;
        assert_eq!((dispatched.delivered, dispatched.dropped), (0, 0));
        postponed += dispatched.postponed;
        world.advance(hours(1));
    }
    assert!(postponed > 26, "it was tried again and again: {postponed}");
    assert!(server.mails().is_empty());

    server.restart();
    let (mut delivered, mut rounds) = (0, 0);
    while delivered < 3 && rounds < 5 {
        delivered += world.dispatch().await.delivered;
        world.advance(hours(1));
        rounds += 1;
    }
    assert_eq!(delivered, 3);
    for _ in 0..5 {
        world.watch(&[7]).await;
        assert_eq!(world.dispatch().await, Dispatched::default(), "nothing is told twice");
        world.advance(hours(1));
    }
    let mails: Vec<String> = server.mails().iter().map(|mail| text(mail)).collect();
    assert_eq!(mails.len(), 3);
    let about =
        |subject: &str| mails.iter().find(|mail| mail.contains(&format!("Subject: {subject}\n"))).unwrap();
    assert!(about("Personal access token \"made before\" was created").contains("was created 26 hours ago"));
    let created = about("Personal access token \"ends meanwhile\" was created");
    assert!(created.contains("It has expired since."), "{created}");
    let expired = about("Personal access token \"ends meanwhile\" has expired");
    assert!(expired.contains("expired 23 hours ago"), "{expired}");
    let mut ids: Vec<&str> = mails
        .iter()
        .flat_map(|mail| mail.lines().filter(|line| line.to_ascii_lowercase().starts_with("message-id:")))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each mail has an id of its own");
}

#[tokio::test]
async fn what_was_sent_but_not_noted_comes_again_with_the_same_id() {
    let sender = Arc::new(FakeSender::default());
    let world = World::with(sender.clone()).await;
    world.create("ci", days(30)).await;
    // Taken, as by a process that is killed before it can note what it did.
    let now = world.clock.now();
    let taken = world.store.outbox_due(now, now + hours(1), 10).await.unwrap();
    assert_eq!((taken.len(), taken[0].notice.stage), (1, Stage::Created));
    assert_eq!(world.dispatch().await, Dispatched::default(), "it is somebody else's for now");
    world.advance(hours(1));
    assert_eq!(world.dispatch().await.delivered, 1);
    assert_eq!(sender.told(), [(Stage::Created, "ci".to_owned())]);
}

#[tokio::test]
async fn a_failure_is_tried_for_a_week_with_growing_pauses() {
    let sender = Arc::new(FakeSender::default());
    let world = World::with(sender.clone()).await;
    sender.fail(Some(SendError::Temporary("said the test".to_owned())));
    world.create("ci", days(30)).await;
    assert_eq!(world.dispatch().await.postponed, 1);
    assert_eq!(world.dispatch().await, Dispatched::default(), "there is a pause");
    let mut attempts = 1;
    for _ in 0..(7 * 24) {
        world.advance(hours(1));
        attempts += world.dispatch().await.postponed;
    }
    assert!((100..=7 * 24 + 1).contains(&attempts), "{attempts}");
    world.advance(hours(2));
    assert_eq!(world.dispatch().await, Dispatched { dropped: 1, ..Dispatched::default() });
    world.create("other", days(30)).await;
    sender.fail(Some(SendError::Permanent("said the test".to_owned())));
    assert_eq!(world.dispatch().await, Dispatched { dropped: 1, ..Dispatched::default() });
}

#[tokio::test]
async fn without_a_channel_nothing_is_written_to_the_outbox() {
    let world = World::start(Vec::new()).await;
    let pat = world.create("ci", days(30)).await;
    world.revoke(&pat).await;
    let now = world.clock.now() + days(400);
    assert!(world.store.outbox_due(now, now, 10).await.unwrap().is_empty());
}
