//! The sign-in of the profile in force: who asks for access tokens, as which application, kept where.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use patcycle_client::destination::{is_azure_devops, is_loopback};
use patcycle_client::{
    AccessTokenSource, BearerToken, ClientSettings, PatClient, ProxySettings, TokenIssuer, TokenSourceError,
    TokenSourceErrorKind,
};
use patcycle_entra::cache::{TokenCache, TokenStore};
use patcycle_entra::error::SignInErrorKind;
use patcycle_entra::flows::ClientApplication;
use patcycle_entra::http::{HttpClient, Trust};
use patcycle_entra::{Authority, SignInError};
use patcycle_primitives::Secret;
use url::Url;

use crate::claims::Claims;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::settings::source::{Source, Sourced};
use crate::token_store;

/// The cache of the profile's sign-in, and what access tokens are asked for.
#[derive(Debug)]
pub(crate) struct SignIn {
    pub(crate) client: ClientApplication,
    pub(crate) cache: TokenCache,
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) scopes: Vec<String>,
}

impl SignIn {
    /// Joins settings and store. Asks nobody and sends nothing; the keychain is looked for.
    pub(crate) fn of(context: &Context) -> CommandResult<Self> {
        check_destination(context)?;
        let client_id = client_id(context)?.value;
        let authority = authority(context)?;
        let store = token_store::open(context)?;
        let http = Arc::new(http_client(context));
        let client = ClientApplication::new(
            authority,
            client_id,
            http,
            Arc::clone(&context.clock),
            Arc::clone(&context.random),
        );
        let cache = TokenCache::new(Arc::clone(&store), client.clone());
        let scopes = context.settings.scope.value.split_ascii_whitespace().map(str::to_owned).collect();
        Ok(Self { client, cache, store, scopes })
    }
}

/// The HTTP client for the sign-in service.
pub(crate) fn http_client(context: &Context) -> HttpClient {
    HttpClient::new(match &context.settings.ca_file {
        Some(file) => Trust::SystemAnd(file.value.clone()),
        None => Trust::System,
    })
}

/// The place to sign in.
pub(crate) fn authority(context: &Context) -> CommandResult<Authority> {
    let configured = &context.settings.authority;
    Authority::parse(configured.value.as_str())
        .map_err(|error| CommandError::usage(format!("{error} ({})", configured.source)))
}

/// The application to sign in as. `AZURE_CLIENT_ID` stands in where nothing else names one.
pub(crate) fn client_id(context: &Context) -> CommandResult<Sourced<String>> {
    if let Some(client_id) = &context.settings.client_id {
        return Ok(client_id.clone());
    }
    if let Some(client_id) = &context.environment.azure_client_id {
        return Ok(Sourced::new(client_id.clone(), Source::Environment("AZURE_CLIENT_ID")));
    }
    Err(CommandError::new(ExitCode::Usage, "clientIdMissing", "no client id is set, and none is built in").with_next(
        "Register an application once, then set PATCYCLE_PUBLIC_CLIENT_ID, --client-id, or client_id in a profile:\n\
         \x20 1. portal.azure.com > Microsoft Entra ID > App registrations > New registration.\n\
         \x20 2. Redirect URI: platform \"Public client/native (mobile & desktop)\", value http://localhost\n\
         \x20 3. Authentication > Advanced settings > Allow public client flows: Yes (for device codes).\n\
         \x20 4. API permissions > Add > Azure DevOps > Delegated: user_impersonation.\n\
         \x20 5. Copy \"Application (client) ID\" and \"Directory (tenant) ID\" (PATCYCLE_TENANT_ID) of its overview.\n\
         Offline, `patcycle dev` has such an application already: set -a; . DIR/dev.env",
    ))
}

/// A sign-in at Microsoft for Azure DevOps is of no use at another host: its token must not go there.
fn check_destination(context: &Context) -> CommandResult {
    let settings = &context.settings;
    if is_azure_devops(&settings.base_url.value) || !authority(context)?.is_microsoft() {
        return Ok(());
    }
    if settings.scope.source != Source::Default {
        return Ok(());
    }
    Err(CommandError::new(
        ExitCode::Refused,
        "wrongDestination",
        format!(
            "a Microsoft sign-in for Azure DevOps must not be sent to `{}` ({})",
            settings.base_url.value, settings.base_url.source
        ),
    )
    .with_next(format!(
        "Set `scope` in [profile.{}] of the user file to that service's own scope, as in `scope = \
         \"api://patcycle/.default\"`, or take the base URL out to use Azure DevOps.",
        settings.profile.value
    )))
}

/// The client for the organization in force.
pub(crate) fn pat_client(context: &Context) -> CommandResult<PatClient> {
    let settings = &context.settings;
    let mut client_settings = ClientSettings::new(settings.base_url.value.clone(), settings.organization()?);
    client_settings.ca_file = settings.ca_file.as_ref().map(|file| file.value.clone());
    client_settings.ssl_cert_file = context.environment.ssl_cert_file.clone().map(PathBuf::from);
    client_settings.proxy = proxy(&context.environment)?;
    let tokens = token_source(context)?;
    Ok(PatClient::new(client_settings, tokens, Arc::clone(&context.clock), Arc::clone(&context.random))?)
}

/// The proxy of the environment. Lower case wins, as everywhere.
pub(crate) fn proxy(environment: &Environment) -> CommandResult<ProxySettings> {
    let text = environment.https_proxy_lower.as_ref().or(environment.https_proxy.as_ref());
    let url = text.map(|text| {
        let text = if text.contains("://") { text.clone() } else { format!("http://{text}") };
        // The address may hold a password, so it is not repeated.
        text.parse().map_err(|_| CommandError::usage("HTTPS_PROXY is not an address"))
    });
    let except = environment.no_proxy_lower.clone().or_else(|| environment.no_proxy.clone());
    Ok(ProxySettings { url: url.transpose()?, except })
}

fn token_source(context: &Context) -> CommandResult<Arc<dyn AccessTokenSource>> {
    match &context.environment.access_token {
        Some(token) => {
            check_given_token(token)?;
            let is_local = is_of_local_tenant(token, &authority(context)?, &context.settings.base_url.value);
            // A copy, since the environment keeps its own.
            Ok(Arc::new(GivenToken { token: Secret::new(token.expose()), is_local }))
        }
        None => Ok(Arc::new(SignIn::of(context)?)),
    }
}

/// Whether a token comes from the tenant of `patcycle dev`, and stays on this machine.
///
/// Such a tenant copies Microsoft's tokens so well that the issuer looks like Microsoft's. What tells it apart is that the
/// configured authority is on this machine and has exactly the token's tenant; and the token goes no further than here.
fn is_of_local_tenant(token: &Secret, authority: &Authority, base_url: &Url) -> bool {
    let authority_is_local = authority.as_str().parse().is_ok_and(|url| is_loopback(&url));
    let tenant = Claims::read(token).and_then(|claims| claims.tid);
    authority_is_local && is_loopback(base_url) && tenant.is_some() && tenant == authority.tenant_id()
}

/// The token of `PATCYCLE_ACCESS_TOKEN`.
struct GivenToken {
    token: Secret,
    is_local: bool,
}

/// A PAT cannot manage PATs: said here, before the service refuses it without a word.
pub(crate) fn check_given_token(token: &Secret) -> CommandResult {
    if looks_like_pat(token.expose()) {
        return Err(CommandError::usage(
            "PATCYCLE_ACCESS_TOKEN holds a personal access token, and such a token cannot manage PATs: the service wants \
             an access token of a person who signed in",
        )
        .with_next("Unset PATCYCLE_ACCESS_TOKEN and run `patcycle login`, or put a Microsoft Entra access token there."));
    }
    Ok(())
}

/// The 84 characters of today's PATs with their fixed parts, or the 52 of the old ones.
fn looks_like_pat(text: &str) -> bool {
    let current = text.len() == 84
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (&text[52..58] == "JQQJ99" || matches!(&text[76..80], "AZDO" | "PTCY"));
    let old = text.len() == 52 && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    current || old
}

#[async_trait]
impl AccessTokenSource for GivenToken {
    async fn access_token(&self, force_refresh: bool) -> Result<BearerToken, TokenSourceError> {
        if force_refresh {
            return Err(TokenSourceError {
                kind: TokenSourceErrorKind::SignInNeeded,
                message: "the service does not accept the token in PATCYCLE_ACCESS_TOKEN".to_owned(),
                next: "Put a fresh one there, or unset it and run `patcycle login`".to_owned(),
            });
        }
        Ok(bearer(Secret::new(self.token.expose()), self.is_local))
    }
}

#[async_trait]
impl AccessTokenSource for SignIn {
    async fn access_token(&self, force_refresh: bool) -> Result<BearerToken, TokenSourceError> {
        let token = if force_refresh {
            self.cache.access_token_anew(&self.scopes, None).await
        } else {
            self.cache.access_token(&self.scopes).await
        };
        // Tokens of another authority than Microsoft's are not Microsoft's, whatever issuer they name.
        let is_local = !self.client.authority().is_microsoft();
        token.map(|token| bearer(token.token, is_local)).map_err(|error| source_error(&error))
    }
}

fn bearer(token: Secret, is_not_microsofts: bool) -> BearerToken {
    let mut bearer = BearerToken::inspect(token);
    if is_not_microsofts {
        bearer.issuer = TokenIssuer::Other;
    }
    bearer
}

fn source_error(error: &SignInError) -> TokenSourceError {
    let kind = match error.kind() {
        SignInErrorKind::SignInNeeded => TokenSourceErrorKind::SignInNeeded,
        SignInErrorKind::Refused => TokenSourceErrorKind::Refused,
        SignInErrorKind::Unavailable => TokenSourceErrorKind::Unavailable,
        SignInErrorKind::Configuration | SignInErrorKind::Failed => TokenSourceErrorKind::Failed,
    };
    let next = error.next_step().unwrap_or("Check the set-up with `patcycle doctor`.").to_owned();
    TokenSourceError { kind, message: error.to_string(), next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_configured_tenant_of_this_machine_passes_for_local() {
        use base64::Engine as _;
        let tenant = "0d4b9a4e-2f0e-4f4e-8a52-3f7f0f3f2b11";
        let token = |tid: &str| {
            let claims = format!(r#"{{"iss":"https://sts.windows.net/{tid}/","tid":"{tid}"}}"#);
            let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
            Secret::new(format!("e30.{payload}.c2ln"))
        };
        let is_local = |tid: &str, authority: &str, base_url: &str| {
            is_of_local_tenant(&token(tid), &Authority::parse(authority).unwrap(), &base_url.parse().unwrap())
        };
        let authority = format!("https://localhost:7243/{tenant}");
        let here = "https://localhost:7243";
        assert!(is_local(tenant, &authority, here));
        assert!(!is_local("11111111-2222-3333-4444-555555555555", &authority, here));
        assert!(!is_local(tenant, &authority, "https://pats.example"));
        assert!(!is_local(tenant, &format!("https://login.microsoftonline.com/{tenant}"), here));
        assert!(!is_local(tenant, &format!("https://evil.example/{tenant}"), here));
        assert!(!is_local(tenant, "https://localhost:7243/organizations", here));
        assert!(!is_of_local_tenant(
            &Secret::new("opaque"),
            &Authority::parse("https://localhost:7243/organizations").unwrap(),
            &here.parse().unwrap()
        ));
    }

    #[test]
    fn a_pat_is_recognised_and_nothing_else() {
        let current = format!("{}JQQJ99CK{}AAAAPTCYabcd", "a".repeat(52), "A".repeat(12));
        assert!(looks_like_pat(&current));
        assert!(looks_like_pat("dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq"));
        assert!(!looks_like_pat("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
        assert!(!looks_like_pat(&"a".repeat(84)));
        assert!(!looks_like_pat(&"é".repeat(42)));
        let refused = check_given_token(&Secret::new(current.clone())).unwrap_err();
        assert_eq!(refused.exit, ExitCode::Usage);
        assert!(!refused.message.contains(&current));
    }
}
