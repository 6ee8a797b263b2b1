//! `dev app` and `dev user` on a data directory.

use patcycle_server::dev::app::{self, AppError, NewDevApplication, NewDevUser};
use patcycle_server::{Context, ErrorKind, ServerError};

use crate::dev::Place;
use crate::http::Call;

fn application(name: &str) -> NewDevApplication {
    NewDevApplication {
        name: name.to_owned(),
        redirect_uris: vec!["http://localhost:5000/getAToken".to_owned()],
        ..NewDevApplication::default()
    }
}

#[tokio::test]
async fn an_application_made_while_dev_runs_can_be_used_at_once() {
    let place = Place::new();
    let context = Context::system();
    let dev = place.start().await;
    let created = app::create(&place.data(), application("nightly"), &context).await.unwrap();
    let secret = created.client_secret.unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=499b84ac-1321-427f-aa17-267ca6975798%2F.default",
        created.client_id,
        secret.expose()
    );
    let url = format!("{}/oauth2/v2.0/token", place.environment()["AUTHORITY"]);
    let call = Call::new("POST", url).trusting(place.data().join("ca.pem"));
    let answer =
        call.header("Content-Type: application/x-www-form-urlencoded").body(&form).send().await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    dev.stop().await.unwrap();
}

#[tokio::test]
async fn a_certificate_takes_the_place_of_a_secret() {
    let place = Place::new();
    let context = Context::system();
    place.start().await.stop().await.unwrap();
    let certificate = Some(place.data().join("client-certificate.pem"));
    let new = NewDevApplication { certificate, ..application("with certificate") };
    assert!(app::create(&place.data(), new, &context).await.unwrap().client_secret.is_none());
    let public = NewDevApplication { public: true, ..application("public") };
    assert!(app::create(&place.data(), public, &context).await.unwrap().client_secret.is_none());
}

#[tokio::test]
async fn people_are_created_disabled_and_given_a_second_factor() {
    let place = Place::new();
    let context = Context::system();
    place.start().await.stop().await.unwrap();
    let new = NewDevUser {
        user_name: "eva@fabrikam.example".to_owned(),
        multi_factor: true,
        ..NewDevUser::default()
    };
    let created = app::create_user(&place.data(), new.clone(), &context).await.unwrap();
    assert!(created.password.expose().len() >= 16 && created.totp_secret.is_some());
    let again = app::create_user(&place.data(), new, &context).await.unwrap_err();
    assert_eq!(ServerError::from(again).kind(), ErrorKind::Conflict);

    let off = app::set_mfa(&place.data(), "eva@fabrikam.example", false, &context).await.unwrap();
    assert!(off.is_none());
    let on = app::set_mfa(&place.data(), "eva@fabrikam.example", true, &context).await.unwrap().unwrap();
    assert_ne!(on.expose(), created.totp_secret.unwrap().expose());
    app::disable_user(&place.data(), "EVA@fabrikam.example", &context).await.unwrap();
    let nobody = app::disable_user(&place.data(), "nobody@fabrikam.example", &context).await.unwrap_err();
    assert!(matches!(nobody, AppError::NoUser(_)));
}

#[tokio::test]
async fn what_cannot_be_is_told_before_anything_is_made() {
    let place = Place::new();
    let context = Context::system();
    let absent = app::create(&place.data(), application("early"), &context).await.unwrap_err();
    assert!(absent.next_step().contains("Start `patcycle dev"), "{absent}");
    assert_eq!(ServerError::from(absent).kind(), ErrorKind::NotFound);
    assert!(!place.data().exists());

    place.start().await.stop().await.unwrap();
    let new = NewDevApplication { permissions: vec!["vso.code".to_owned()], ..application("x") };
    let error = app::create(&place.data(), new, &context).await.unwrap_err();
    assert_eq!(ServerError::from(error).kind(), ErrorKind::Usage);
    let new = NewDevApplication { redirect_uris: vec!["http://example.com/".to_owned()], ..application("x") };
    let error = app::create(&place.data(), new, &context).await.unwrap_err();
    assert_eq!(ServerError::from(error).kind(), ErrorKind::Usage);
}
