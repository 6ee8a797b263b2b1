//! `doctor`: one check after another, each with what to do when it fails.

use std::time::Duration;

use anstyle::{AnsiColor, Style};
use jiff::SignedDuration;
use patcycle_client::{ClientError, ListPats};
use patcycle_contract::DisplayFilterOption;
use patcycle_entra::http::HttpClient;
use serde::Serialize;
use tokio::net::TcpStream;
use url::Url;

use crate::claims::Claims;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::output::table::Table;
use crate::sign_in::{SignIn, authority, check_given_token, client_id, http_client, pat_client, proxy};
use crate::token_store;

/// Entra accepts five minutes; beyond one the clock is wrong.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(1);

/// How long one connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    message: String,
    next: Option<String>,
}

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, message: message.into(), next: None }
    }

    fn warn(name: &'static str, message: impl Into<String>, next: &str) -> Self {
        Self { name, verdict: Verdict::Warn, message: message.into(), next: Some(next.to_owned()) }
    }

    fn fail(name: &'static str, error: CommandError) -> Self {
        Self { name, verdict: Verdict::Fail, message: error.message, next: error.next }
    }

    fn of(name: &'static str, outcome: CommandResult<String>) -> Self {
        match outcome {
            Ok(message) => Self::ok(name, message),
            Err(error) => Self::fail(name, error),
        }
    }
}

pub(super) async fn run(context: &Context) -> CommandResult {
    let http = http_client(context);
    let mut checks =
        vec![settings(context), certificates(context), proxy_check(context), store(context).await];
    checks.push(sign_in_service(context, &http).await);
    checks.push(service(context).await);
    let (signed_in, ahead) = sign_in(context).await;
    let can_ask = signed_in.verdict == Verdict::Ok;
    checks.push(signed_in);
    checks.extend(ahead.map(clock));
    if can_ask {
        checks.push(organization(context).await);
    }
    context.output.write(&checks, || table(&checks))?;
    let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail).count();
    if failed == 0 {
        return Ok(());
    }
    Err(CommandError::failed("checksFailed", format!("{failed} of {} checks failed", checks.len())))
}

fn settings(context: &Context) -> Check {
    let settings = &context.settings;
    let shown = format!(
        "profile `{}`, organization {}, {}",
        settings.profile.value,
        settings.organization.as_ref().map_or("not named", |organization| organization.value.as_str()),
        settings.base_url.value
    );
    let named = settings.organization().map(|_| ());
    let application = match context.environment.access_token {
        Some(_) => Ok(()),
        None => client_id(context).map(|_| ()),
    };
    Check::of("settings", application.and(named).map(|()| shown))
}

fn certificates(context: &Context) -> Check {
    let file = context.settings.ca_file.as_ref().map(|file| (&file.value, file.source.to_string()));
    match (file, &context.environment.ssl_cert_file) {
        (Some((path, source)), _) => {
            let read = std::fs::read(path).map_err(|error| {
                CommandError::usage(format!("cannot read `{}` ({source}): {error}", path.display()))
                    .with_next("Name a readable PEM file.")
            });
            Check::of(
                "certificates",
                read.map(|_| format!("the system's, and those of `{}`", path.display())),
            )
        }
        (None, Some(path)) => Check::ok("certificates", format!("those of `{path}` (SSL_CERT_FILE)")),
        (None, None) => Check::ok("certificates", "the system's"),
    }
}

fn proxy_check(context: &Context) -> Check {
    let shown = proxy(&context.environment).map(|proxy| match proxy.url {
        None => "none".to_owned(),
        // Without user name and password.
        Some(url) => format!("{}, except loopback and NO_PROXY", url.origin().ascii_serialization()),
    });
    Check::of("proxy", shown)
}

async fn store(context: &Context) -> Check {
    if context.environment.access_token.is_some() {
        return Check::ok("token store", "not used: PATCYCLE_ACCESS_TOKEN is set");
    }
    let store = match token_store::open(context) {
        Ok(store) => store,
        Err(error) => return Check::fail("token store", error),
    };
    let place = store.describe();
    let loaded = tokio::task::spawn_blocking(move || store.load().map(drop)).await;
    match loaded {
        Ok(Ok(())) if place == "memory" => Check::warn(
            "token store",
            "memory",
            "Sign-ins are forgotten at the end of each command; name another store.",
        ),
        Ok(Ok(())) => Check::ok("token store", place),
        Ok(Err(error)) => Check::fail("token store", patcycle_entra::SignInError::from(error).into()),
        Err(_) => Check::fail("token store", CommandError::failed("tokenStore", "the check was interrupted")),
    }
}

async fn sign_in_service(context: &Context, http: &HttpClient) -> Check {
    let found = async {
        let authority = authority(context)?;
        authority.discover(http).await?;
        Ok(format!("{authority} answers"))
    };
    Check::of("authority", found.await)
}

async fn service(context: &Context) -> Check {
    let url = &context.settings.base_url.value;
    if proxy(&context.environment).is_ok_and(|proxy| proxy.url.is_some())
        && !patcycle_entra::http::is_loopback(url)
    {
        return Check::ok(
            "base URL",
            format!("{url} (reached through the proxy; checked with the organization)"),
        );
    }
    Check::of("base URL", connect(url).await.map(|()| format!("{url} takes connections")))
}

async fn connect(url: &Url) -> CommandResult {
    let failure = |reason: String| {
        CommandError::failed("unreachable", format!("cannot reach {url}: {reason}"))
            .with_next("Check the address, the network, and whether a proxy is needed (HTTPS_PROXY).")
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(failure("it names no host".to_owned()));
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(error.to_string())),
        Err(_) => Err(failure("no answer in time".to_owned())),
    }
}

/// Whether there is a sign-in that works, and how far this machine's clock was ahead of the sign-in service's when it gave
/// the token: one says when the token ends, the other how long it lives.
async fn sign_in(context: &Context) -> (Check, Option<SignedDuration>) {
    if let Some(token) = &context.environment.access_token {
        let given = check_given_token(token);
        return (Check::of("sign-in", given.map(|()| "by PATCYCLE_ACCESS_TOKEN".to_owned())), None);
    }
    let checked = async {
        let sign_in = SignIn::of(context)?;
        CommandResult::Ok(sign_in.cache.access_token(&sign_in.scopes).await?)
    };
    let token = match checked.await {
        Ok(token) => token,
        // Before the first sign-in, a set-up can be right in everything else.
        Err(error) if error.exit == ExitCode::SignInNeeded => {
            let next = error.next.unwrap_or_default();
            return (Check::warn("sign-in", error.message, &next), None);
        }
        Err(error) => return (Check::fail("sign-in", error), None),
    };
    let end = Claims::read(&token.token).and_then(|claims| claims.end());
    let ahead = end.map(|end| token.expires_at.duration_since(end));
    let account = token.account;
    if !account.renewable {
        let message = "signed in for an hour or so: the sign-in cannot be renewed";
        return (Check::ok("sign-in", message), ahead);
    }
    let user = account.user_name.unwrap_or_else(|| account.object_id.to_string());
    let days = context.clock.now().duration_since(account.renewed_at).as_hours() / 24;
    let message = format!("as {user}; renewed {days} days ago");
    (Check::ok("sign-in", message), ahead)
}

async fn organization(context: &Context) -> Check {
    let asked = async {
        let client = pat_client(context)?;
        let query = ListPats { filter: DisplayFilterOption::Active, ..ListPats::default() };
        let pats = client.list(&query).await.map_err(|error: ClientError| CommandError::from(error))?;
        Ok(format!("`{}` answers: {} active PATs", context.settings.organization()?, pats.len()))
    };
    Check::of("organization", asked.await)
}

fn clock(ahead: SignedDuration) -> Check {
    if ahead.abs() <= CLOCK_TOLERANCE {
        return Check::ok("clock", "agrees with the sign-in service's");
    }
    let side = if ahead.is_negative() { "behind" } else { "ahead of" };
    let message = format!("{} s {side} the sign-in service's", ahead.abs().as_secs());
    Check::warn(
        "clock",
        message,
        "Set this machine's clock, for instance by NTP: sign-ins fail beyond 5 minutes.",
    )
}

fn table(checks: &[Check]) -> Table {
    let mut table = Table::new(["check", "verdict", "finding"], "");
    for check in checks {
        let (word, style) = match check.verdict {
            Verdict::Ok => ("ok", Style::new()),
            Verdict::Warn => ("warn", AnsiColor::Yellow.on_default()),
            Verdict::Fail => ("fail", AnsiColor::Red.on_default()),
        };
        table.row(vec![check.name.to_owned(), word.to_owned(), check.message.clone()], style);
        for line in check.next.iter().flat_map(|next| next.lines()) {
            table.row(vec![String::new(), String::new(), line.to_owned()], Style::new());
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_no_difference() {
        assert_eq!(clock(SignedDuration::from_secs(-59)).verdict, Verdict::Ok);
        let wrong = clock(SignedDuration::from_secs(-61));
        assert_eq!(wrong.verdict, Verdict::Warn);
        assert!(wrong.message.contains("61 s behind"), "{}", wrong.message);
    }
}
