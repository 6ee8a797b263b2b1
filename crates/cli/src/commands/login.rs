//! `login`: by the system's browser, by a device code, or by hand.

use std::io::Write as _;
use std::time::Duration;

use patcycle_entra::SignInError;
use patcycle_entra::cache::CachedAccount;
use patcycle_entra::flows::device_code::{DeviceCode, sleep};
use patcycle_entra::flows::{Grant, SignInRequest, device_code, loopback, paste};
use serde::Serialize;
use url::Url;

use crate::arguments::OutputFormat;
use crate::arguments::sign_in::LoginArguments;
use crate::browser;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::{Output, sanitize};
use crate::prompt;
use crate::settings::source::Source;
use crate::sign_in::{SignIn, client_id};

/// How long the browser may take.
const BROWSER_LIMIT: Duration = Duration::from_mins(10);

/// How often a pasted text may be none.
const PASTE_ATTEMPTS: usize = 3;

/// The ways to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Browser,
    DeviceCode,
    Paste,
}

impl Method {
    /// What was asked for; else a browser where one would be seen, and a device code otherwise.
    fn choose(arguments: &LoginArguments, environment: &Environment) -> Self {
        if arguments.device {
            Self::DeviceCode
        } else if arguments.paste {
            Self::Paste
        } else if arguments.browser || browser::is_likely(environment) {
            Self::Browser
        } else {
            Self::DeviceCode
        }
    }
}

/// What `login --device -o json` prints at once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceLine<'a> {
    user_code: &'a str,
    verification_uri: &'a str,
    expires_in: i64,
}

pub(super) async fn run(arguments: &LoginArguments, context: &Context) -> CommandResult {
    let sign_in = SignIn::of(context)?;
    if client_id(context)?.source == Source::Environment("AZURE_CLIENT_ID") {
        context.warn(
            "signing in as the application of AZURE_CLIENT_ID; set PATCYCLE_PUBLIC_CLIENT_ID to a public client of your own",
        );
    }
    let request = SignInRequest {
        scopes: sign_in.scopes.clone(),
        login_hint: arguments.login_hint.clone(),
        ..SignInRequest::default()
    };
    let method = Method::choose(arguments, &context.environment);
    let grant = match method {
        Method::Browser => by_browser(&sign_in, &request, context).await,
        Method::DeviceCode => by_device_code(&sign_in, &request, context).await,
        Method::Paste => by_paste(&sign_in, &request, context).await,
    }?;
    let account = sign_in.cache.remember(grant, &sign_in.scopes).await?;
    context.say(&format!("Signed in as {}. Kept in: {}.", who(&account), sign_in.store.describe()));
    if context.settings.organization.is_none() {
        context.say("Name your organization with --organization, PATCYCLE_ORGANIZATION or a settings file.");
    }
    Ok(())
}

async fn by_browser(sign_in: &SignIn, request: &SignInRequest, context: &Context) -> CommandResult<Grant> {
    context.say("Opening your browser. Elsewhere, use `patcycle login --device`.");
    let command = context.environment.browser.clone();
    let open = move |url: &Url| browser::open(command.as_deref(), url);
    Ok(loopback::sign_in(&sign_in.client, request, &open, BROWSER_LIMIT).await?)
}

async fn by_device_code(
    sign_in: &SignIn,
    request: &SignInRequest,
    context: &Context,
) -> CommandResult<Grant> {
    let code = device_code::begin(&sign_in.client, request).await?;
    show(&code, context)?;
    code.wait(&sign_in.client, &sleep).await.map_err(with_other_ways)
}

fn show(code: &DeviceCode, context: &Context) -> CommandResult {
    if context.output.format == OutputFormat::Json {
        let line = DeviceLine {
            user_code: &code.user_code,
            verification_uri: code.verification_uri.as_str(),
            expires_in: code.expires_in,
        };
        let text = serde_json::to_string(&line)
            .map_err(|error| CommandError::failed("output", format!("cannot write the code: {error}")))?;
        Output::write_text(sanitize::sanitize_json(format!("{text}\n")).as_bytes())?;
    }
    // Said even with --quiet: without it nobody can sign in.
    let mut stderr = anstream::stderr();
    let bold = anstyle::Style::new().bold();
    let _ = writeln!(
        stderr,
        "Open {} in any browser and enter the code {bold}{}{bold:#} within {} minutes.",
        code.verification_uri,
        sanitize::sanitize(&code.user_code),
        code.expires_in / 60
    );
    Ok(())
}

/// A tenant that forbids device codes often permits a browser.
fn with_other_ways(error: SignInError) -> CommandError {
    let failure = CommandError::from(error);
    if failure.exit != ExitCode::Refused && failure.exit != ExitCode::SignInNeeded {
        return failure;
    }
    let next = failure.next.clone().unwrap_or_default();
    if next.contains("--paste") || failure.code == "interrupted" {
        return failure;
    }
    failure.with_next(
        format!("{next} Where device codes are forbidden: `patcycle login --paste`.").trim().to_owned(),
    )
}

async fn by_paste(sign_in: &SignIn, request: &SignInRequest, context: &Context) -> CommandResult<Grant> {
    if context.no_input {
        return Err(CommandError::usage("--paste has to ask for an address, and --no-input forbids it"));
    }
    let attempt = paste::begin(&sign_in.client, request).await?;
    let mut stderr = std::io::stderr();
    let _ = writeln!(
        stderr,
        "Open this address in any browser and sign in:\n\n{}\n\nThe browser ends at a page on localhost that cannot be \
         loaded. Copy its address.",
        attempt.url()
    );
    for _ in 0..PASTE_ATTEMPTS {
        let typed = tokio::task::spawn_blocking(|| prompt::line("Paste it here: ")).await;
        let typed = match typed {
            Ok(Ok(text)) if !text.is_empty() => patcycle_primitives::Secret::new(text),
            _ => break,
        };
        if attempt.accepts(typed.expose()) {
            return Ok(attempt.finish(&sign_in.client, typed.expose()).await?);
        }
        let _ = writeln!(stderr, "That is neither such an address nor a code.");
    }
    Err(SignInError::PastedText.into())
}

/// The account as people know it.
fn who(account: &CachedAccount) -> String {
    match (&account.user_name, &account.display_name) {
        (Some(user), Some(name)) if user != name => format!("{name} ({user})"),
        (Some(name), _) | (None, Some(name)) => name.clone(),
        (None, None) => account.object_id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(device: bool, paste: bool, browser: bool, variables: &[(&str, &str)]) -> Method {
        let arguments = LoginArguments { device, paste, browser, login_hint: None };
        Method::choose(&arguments, &Environment::with(variables))
    }

    #[test]
    fn the_surroundings_choose_unless_somebody_does() {
        let desktop = [("DISPLAY", ":0")];
        let remote = [("DISPLAY", ":0"), ("SSH_CONNECTION", "a b c d")];
        assert_eq!(choose(false, false, false, &desktop), Method::Browser);
        assert_eq!(choose(false, false, false, &remote), Method::DeviceCode);
        assert_eq!(choose(false, false, false, &[("CI", "true")]), Method::DeviceCode);
        assert_eq!(choose(false, false, true, &remote), Method::Browser);
        assert_eq!(choose(true, false, false, &desktop), Method::DeviceCode);
        assert_eq!(choose(false, true, false, &desktop), Method::Paste);
    }
}
