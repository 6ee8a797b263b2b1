//! The user information endpoint.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;

use crate::support::{ADA, Answer, CONTOSO, FABRIKAM, World, assert_aadsts, decode_part};

async fn ask(world: &World, tenant: impl std::fmt::Display, authorization: &str) -> Answer {
    let request = Request::get(format!("/{tenant}/openid/userinfo")).header("authorization", authorization);
    world.browser().send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn it_describes_the_bearer() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let access = tokens["access_token"].as_str().unwrap();
    let answer = ask(&world, FABRIKAM, &format!("Bearer {access}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["email"], ADA);
    let id = decode_part(tokens["id_token"].as_str().unwrap(), 1);
    assert_eq!(body["sub"], id["sub"]);
}

#[tokio::test]
async fn it_takes_good_access_tokens_only() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    let id = tokens["id_token"].as_str().unwrap();
    let refused = |answer: Answer| {
        assert_aadsts(&answer, StatusCode::UNAUTHORIZED, 50_089, "invalid_token", None);
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    };
    let mut forged = access.clone();
    forged.replace_range(access.len() - 6.., "AAAAAA");
    for authorization in
        ["", "Bearer", "Bearer x.y.z", &format!("Bearer {id}"), &format!("Bearer {forged}"), &access]
    {
        refused(ask(&world, FABRIKAM, authorization).await);
    }
    refused(ask(&world, CONTOSO, &format!("Bearer {access}")).await);
    world.clock.advance(SignedDuration::from_hours(1));
    refused(ask(&world, FABRIKAM, &format!("Bearer {access}")).await);
}
