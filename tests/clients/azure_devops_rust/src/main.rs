//! The crate `azure_devops_rust_api`, unmodified, against a server. Talks with the test as `azure_devops.py` does: called
//! with the name of a function, what it needs as one line of JSON on standard input, one line for each answer.
//!
//! The crate asks for 7.1-preview and for nothing else.

use std::error::Error;
use std::sync::Arc;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_core::http::{RawResponse, Response, StatusCode, Url};
use azure_devops_rust_api::{Credential, token_admin, tokens};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use token_admin::models::{TokenAdminPagedSessionTokens, TokenAdminRevocation, TokenAdminRevocationRule};
use tokens::models::pat_token_result::PatTokenError;
use tokens::models::{
    DisplayFilterOptions, PagedPatTokens, PatTokenCreateRequest, PatTokenResult, PatTokenUpdateRequest,
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What the test tells, by name.
struct Given(Value);

impl Given {
    fn get(&self, name: &str) -> &str {
        self.0[name].as_str().expect("the test gives all that is needed")
    }

    fn endpoint(&self) -> Outcome<Url> {
        Ok(Url::parse(self.get("baseUrl"))?)
    }

    fn person(&self, name: &str) -> Credential {
        Credential::from_token_credential(Arc::new(Issued(self.get(name).to_owned())))
    }
}

/// An access token that the test has already.
#[derive(Debug)]
struct Issued(String);

#[async_trait::async_trait]
impl TokenCredential for Issued {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        assert_eq!(scopes, ["499b84ac-1321-427f-aa17-267ca6975798/.default"]);
        Ok(AccessToken::new(self.0.clone(), OffsetDateTime::now_utc() + Duration::hours(1)))
    }
}

/// Prints the body as it came, for the test to look at, and gives what the crate reads in it.
fn tell<T: DeserializeOwned>(shape: &str, response: RawResponse) -> Outcome<T> {
    let body: Value = serde_json::from_slice(response.body())?;
    println!("{}", json!({ "shape": shape, "version": "7.1", "body": body }));
    Ok(Response::<T>::from(response).into_model()?)
}

/// Sends a request of the crate's and tells its answer.
macro_rules! told {
    ($shape:literal, $request:expr) => {
        tell($shape, $request.send().await?.into_raw_response())?
    };
}

async fn pats(given: &Given) -> Outcome {
    let organization = given.get("organization");
    let client = tokens::ClientBuilder::new(given.person("userToken"))
        .endpoint(given.endpoint()?)
        .build()
        .pats_client();
    let request = PatTokenCreateRequest {
        all_orgs: Some(false),
        display_name: Some("from Rust".to_owned()),
        scope: Some("vso.code".to_owned()),
        valid_to: Some(OffsetDateTime::now_utc() + Duration::days(10)),
    };
    let made: PatTokenResult = told!("IssuedPatTokenResult", client.create(organization, request.clone()));
    assert_eq!(made.pat_token_error, Some(PatTokenError::None));
    let made = made.pat_token.expect("a PAT was made");
    let id = made.authorization_id.expect("it has an id");
    assert_eq!(made.token.expect("it has a secret").len(), 84);

    let found: PatTokenResult = told!("PatTokenResult", client.get(organization, &id));
    let found = found.pat_token.expect("it is there");
    assert_eq!((found.authorization_id.as_ref(), found.token), (Some(&id), None));
    let change = PatTokenUpdateRequest {
        authorization_id: Some(id.clone()),
        display_name: Some("renamed".to_owned()),
        ..PatTokenUpdateRequest::default()
    };
    let changed: PatTokenResult = told!("PatTokenResult", client.update(organization, change));
    let changed = changed.pat_token.expect("it was changed");
    assert_eq!(changed.display_name.as_deref(), Some("renamed"));

    let mut seen = Vec::new();
    let mut following = String::new();
    loop {
        let page = client.list(organization).display_filter_option(DisplayFilterOptions::Active).top(2);
        let page: PagedPatTokens = told!("PagedPatTokens", page.continuation_token(following));
        seen.extend(page.pat_tokens.into_iter().filter_map(|pat| pat.authorization_id));
        following = page.continuation_token.expect("an empty text ends the list");
        if following.is_empty() {
            break;
        }
    }
    assert!(seen.len() > 2 && seen.contains(&id), "{seen:?}");

    // A value that is newer than 7.1 would fail the whole call: the crate knows the 33 of that version only.
    let global = PatTokenCreateRequest { all_orgs: Some(true), ..request };
    let refused: PatTokenResult = told!("PatTokenResult", client.create(organization, global));
    assert_eq!((refused.pat_token, refused.pat_token_error), (None, Some(PatTokenError::AccessDenied)));

    let response = client.revoke(organization, &id).send().await?.into_raw_response();
    assert_eq!((response.status(), response.body().len()), (StatusCode::NoContent, 0));
    client.revoke(organization, &id).await?;
    let revoked = client.list(organization).display_filter_option(DisplayFilterOptions::Revoked).await?;
    assert!(revoked.pat_tokens.iter().any(|pat| pat.authorization_id.as_ref() == Some(&id)));
    refused_with(
        StatusCode::NotFound,
        client.revoke(organization, "01234567-89ab-4def-8123-456789abcdef").await,
    )
}

async fn token_admin(given: &Given) -> Outcome {
    let organization = given.get("organization");
    let subject = given.get("subjectDescriptor");
    let client = token_admin::ClientBuilder::new(given.person("administratorToken"))
        .endpoint(given.endpoint()?)
        .build();
    let list = client.personal_access_tokens_client().list(organization, subject).is_public(false);
    let first: TokenAdminPagedSessionTokens =
        told!("TokenAdminPagedSessionTokens", list.clone().page_size(1));
    let following = first.continuation_token.clone().expect("there are more");
    let others: TokenAdminPagedSessionTokens =
        told!("TokenAdminPagedSessionTokens", list.clone().continuation_token(following));
    let [first] = first.value.as_slice() else { panic!("one on the page: {first:?}") };
    assert!(others.value.iter().all(|other| other.authorization_id != first.authorization_id));

    let valid = others.value.iter().find(|token| token.is_valid == Some(true)).expect("one of them is good");
    let revocation = TokenAdminRevocation { authorization_id: valid.authorization_id.clone() };
    let revocations = client.revocations_client();
    revocations.revoke_authorizations(organization, vec![revocation]).is_public(false).await?;
    let rule = TokenAdminRevocationRule {
        scopes: Some("vso.packaging".to_owned()),
        created_before: Some(OffsetDateTime::now_utc()),
    };
    client.revocation_rules_client().create(organization, rule).await?;
    let seen: TokenAdminPagedSessionTokens = told!("TokenAdminPagedSessionTokens", list);
    let revoked = seen.value.iter().find(|token| token.authorization_id == valid.authorization_id);
    assert_eq!(revoked.and_then(|token| token.is_valid), Some(false));

    let member =
        token_admin::ClientBuilder::new(given.person("userToken")).endpoint(given.endpoint()?).build();
    let list = member.personal_access_tokens_client().list(organization, subject);
    refused_with(StatusCode::Unauthorized, list.await)
}

async fn token_admin_by_pat(given: &Given) -> Outcome {
    let credential = Credential::from_pat(given.get("pat"));
    let client = token_admin::ClientBuilder::new(credential).endpoint(given.endpoint()?).build();
    let list = client
        .personal_access_tokens_client()
        .list(given.get("organization"), given.get("subjectDescriptor"));
    let page: TokenAdminPagedSessionTokens = told!("TokenAdminPagedSessionTokens", list);
    assert!(!page.value.is_empty());
    Ok(())
}

/// That the crate reports this status, and the service an error in its form.
fn refused_with<T: std::fmt::Debug>(expected: StatusCode, outcome: azure_core::Result<T>) -> Outcome {
    let error = outcome.expect_err("it is refused");
    let ErrorKind::HttpResponse { status, raw_response: Some(response), .. } = error.kind() else {
        return Err(error.into());
    };
    assert_eq!(*status, expected);
    tell::<Value>("WrappedException", (**response).clone())?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let given = Given(serde_json::from_str(&line)?);
    match std::env::args().nth(1).as_deref() {
        Some("pats") => pats(&given).await,
        Some("token_admin") => token_admin(&given).await,
        Some("token_admin_by_pat") => token_admin_by_pat(&given).await,
        other => Err(format!("no function {other:?}").into()),
    }
}
