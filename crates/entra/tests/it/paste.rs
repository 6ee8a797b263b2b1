//! Signing in by an address that is carried over by hand.

use patcycle_entra::SignInError;
use patcycle_entra::flows::paste;

use crate::service::{SignInService, request};

#[tokio::test]
async fn takes_the_address_or_the_code() {
    for bare in [false, true] {
        let service = SignInService::start().await;
        let client = service.client();
        let sign_in = paste::begin(&client, &request()).await.unwrap();
        assert!(sign_in.url().as_str().contains("redirect_uri=http%3A%2F%2Flocalhost&"), "{}", sign_in.url());
        let back = service.browse(sign_in.url());
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let pasted = if bare { format!("{code}\n") } else { format!("  {back}\n") };
        assert!(sign_in.accepts(&pasted));
        assert_eq!(sign_in.finish(&client, &pasted).await.unwrap().access_token.expose(), "access-1");
    }
}

#[tokio::test]
async fn refuses_what_belongs_to_another_sign_in() {
    let service = SignInService::start().await;
    let client = service.client();
    let sign_in = paste::begin(&client, &request()).await.unwrap();
    let error = sign_in.finish(&client, "http://localhost/?code=theirs&state=theirs").await.unwrap_err();
    assert!(matches!(error, SignInError::WrongState));
    let sign_in = paste::begin(&client, &request()).await.unwrap();
    let error = sign_in.finish(&client, "http://localhost/").await.unwrap_err();
    assert!(matches!(error, SignInError::PastedText));
    assert_eq!(service.asked("authorization_code"), 0);
}
