//! Renewing a sign-in without the person.

use patcycle_primitives::Secret;

use super::application::ClientApplication;
use super::grant::{Grant, WireGrant};
use super::scope_parameter;
use crate::aadsts::Remedy;
use crate::error::SignInError;

/// Renews. A refusal that only the person can mend is [`SignInError::SignInNeeded`] with the reason.
/// The answer brings a new refresh token, which replaces the old one.
pub async fn refresh(
    client: &ClientApplication,
    refresh_token: &Secret,
    scopes: &[String],
    claims: Option<&str>,
) -> Result<Grant, SignInError> {
    let scope = scope_parameter(scopes);
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client.client_id()),
        ("refresh_token", refresh_token.expose()),
        ("scope", scope.as_str()),
        ("client_info", "1"),
    ];
    if let Some(claims) = claims {
        form.push(("claims", claims));
    }
    let answer: WireGrant = match client.post_for_token(&form).await {
        Err(SignInError::Refused(refusal)) => {
            let by_the_person = matches!(refusal.remedy(), Remedy::SignIn | Remedy::SignInByBrowser);
            return Err(if by_the_person {
                SignInError::SignInNeeded(refusal)
            } else {
                SignInError::Refused(refusal)
            });
        }
        other => other?,
    };
    answer.check(client, None).await
}
