//! `whoami`: who is signed in, as what, and until when.

use jiff::Timestamp;
use patcycle_client::destination::is_azure_devops;
use patcycle_entra::error::SignInErrorKind;
use patcycle_primitives::Secret;
use serde::Serialize;
use uuid::Uuid;

use crate::claims::Claims;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::output::table::Table;
use crate::sign_in::SignIn;

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Identity {
    user_name: Option<String>,
    display_name: Option<String>,
    tenant_id: Option<Uuid>,
    object_id: Option<Uuid>,
    authority: Option<String>,
    client_id: Option<String>,
    service: &'static str,
    base_url: String,
    organization: Option<String>,
    profile: String,
    kept_in: String,
    signed_in_at: Option<Timestamp>,
    renewed_at: Option<Timestamp>,
    access_token_expires_at: Option<Timestamp>,
}

pub(super) async fn run(context: &Context) -> CommandResult {
    let identity = match &context.environment.access_token {
        Some(token) => of_given_token(token, context)?,
        None => of_sign_in(context).await?,
    };
    context.output.write(&identity, || Table::properties(lines(&identity)))
}

fn surroundings(context: &Context) -> Identity {
    let settings = &context.settings;
    Identity {
        service: if is_azure_devops(&settings.base_url.value) { "Azure DevOps" } else { "other" },
        base_url: settings.base_url.value.to_string(),
        organization: settings.organization.as_ref().map(|organization| organization.value.clone()),
        profile: settings.profile.value.clone(),
        ..Identity::default()
    }
}

async fn of_sign_in(context: &Context) -> CommandResult<Identity> {
    let sign_in = SignIn::of(context)?;
    let expires_at = match sign_in.cache.access_token(&sign_in.scopes).await {
        Ok(token) => Some(token.expires_at),
        Err(error) if error.kind() == SignInErrorKind::Unavailable => {
            context.warn(&format!("whether the sign-in still works could not be checked: {error}"));
            None
        }
        Err(error) => return Err(error.into()),
    };
    let account = sign_in.cache.account().await?.ok_or(patcycle_entra::SignInError::NotSignedIn)?;
    Ok(Identity {
        user_name: account.user_name,
        display_name: account.display_name,
        tenant_id: Some(account.tenant_id),
        object_id: Some(account.object_id),
        authority: Some(account.authority),
        client_id: Some(account.client_id),
        kept_in: sign_in.store.describe(),
        signed_in_at: Some(account.signed_in_at),
        renewed_at: Some(account.renewed_at),
        access_token_expires_at: expires_at,
        ..surroundings(context)
    })
}

fn of_given_token(token: &Secret, context: &Context) -> CommandResult<Identity> {
    crate::sign_in::check_given_token(token)?;
    let claims = Claims::read(token).ok_or_else(|| {
        CommandError::usage("PATCYCLE_ACCESS_TOKEN does not hold a token that can be read")
            .with_next("Put a Microsoft Entra access token there, or unset it and run `patcycle login`.")
    })?;
    let expires_at = claims.end();
    if expires_at.is_some_and(|end| end <= context.clock.now()) {
        context.warn("the token in PATCYCLE_ACCESS_TOKEN has expired");
    }
    Ok(Identity {
        user_name: claims.upn.or(claims.preferred_username).or(claims.unique_name),
        display_name: claims.name,
        tenant_id: claims.tid,
        object_id: claims.oid,
        authority: claims.iss,
        client_id: claims.appid.or(claims.azp),
        kept_in: "variable PATCYCLE_ACCESS_TOKEN".to_owned(),
        access_token_expires_at: expires_at,
        ..surroundings(context)
    })
}

fn lines(identity: &Identity) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone();
    let time = |value: &Option<Timestamp>| value.map(|instant| instant.to_string());
    [
        ("user", text(&identity.user_name)),
        ("name", text(&identity.display_name)),
        ("tenant", identity.tenant_id.map(|id| id.to_string())),
        ("object id", identity.object_id.map(|id| id.to_string())),
        ("authority", text(&identity.authority)),
        ("application", text(&identity.client_id)),
        ("service", Some(identity.base_url.clone())),
        ("organization", text(&identity.organization)),
        ("profile", Some(identity.profile.clone())),
        ("kept in", Some(identity.kept_in.clone())),
        ("signed in", time(&identity.signed_in_at)),
        ("renewed", time(&identity.renewed_at)),
        ("access token until", time(&identity.access_token_expires_at)),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name, value)))
    .collect()
}
