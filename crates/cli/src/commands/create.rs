//! `create`: a new PAT, whose secret has a place before it exists.

use jiff::Timestamp;
use patcycle_client::CreatePat;
use patcycle_client::lifetime::end_of;
use patcycle_client::rotation::{RotationError, issue};
use patcycle_contract::PatToken;

use crate::arguments::pats::{CreateArguments, EndArguments};
use crate::arguments::values::Lifetime;
use crate::context::Context;
use crate::delivery::{Delivering, Delivery, failure};
use crate::error::{CommandError, CommandResult};
use crate::sign_in::pat_client;

pub(super) async fn run(arguments: &CreateArguments, context: &Context) -> CommandResult {
    let delivery = Delivery::decide(&arguments.secret, context)?;
    let scopes = scopes(arguments, context)?;
    let client = pat_client(context)?;
    let wanted = wanted(arguments, context, &scopes, client.service_now().await);

    // From here on there may be a secret that nobody holds yet.
    let part = context.critical.begin();
    let mut delivering = Delivering { delivery: &delivery, context };
    let issued =
        issue(&client, &wanted, &mut delivering, &mut ()).await.map_err(|error| not_created(&error))?;
    drop(part);

    let pat = &issued.pat;
    for difference in &issued.differences {
        context.warn(&format!("`{}` is not quite what was asked for: {difference}", pat.display_name));
    }
    context.say(&format!(
        "Created `{}` ({}), good until {}. Its secret went to {}.",
        pat.display_name,
        pat.authorization_id,
        pat.valid_to,
        delivery.describe()
    ));
    delivery.report(pat, context)
}

/// The engine speaks of rotations; here the way on is another create.
fn not_created(error: &RotationError) -> CommandError {
    let failure = failure(error);
    match failure.next.as_deref() {
        Some(next) if next.contains("rotate again") => {
            let next = next.replace("rotate again", "create it again");
            failure.with_next(next)
        }
        _ => failure,
    }
}

fn scopes(arguments: &CreateArguments, context: &Context) -> CommandResult<Vec<String>> {
    let scopes = if arguments.scope.is_empty() {
        split_scopes(&context.settings.create.scope.iter().cloned().collect::<Vec<_>>())
    } else {
        split_scopes(&arguments.scope)
    };
    if scopes.is_empty() {
        return Err(CommandError::usage("no scope is named")
            .with_next("Use --scope, as in `--scope vso.code`; `patcycle scopes list` shows them."));
    }
    Ok(scopes)
}

fn wanted(arguments: &CreateArguments, context: &Context, scopes: &[String], now: Timestamp) -> CreatePat {
    let by_default = context.settings.create.valid_for.unwrap_or(Lifetime::DEFAULT);
    CreatePat {
        display_name: arguments.name.clone(),
        scope: scopes.join(" "),
        valid_to: end(&arguments.end, now).unwrap_or_else(|| end_of(now, by_default.0)),
        all_orgs: arguments.all_orgs,
    }
}

/// The end that was asked for.
pub(super) fn end(arguments: &EndArguments, now: Timestamp) -> Option<Timestamp> {
    arguments.valid_to.map(|end| end.0).or_else(|| arguments.valid_for.map(|span| end_of(now, span.0)))
}

/// Scopes one by one, each once, in the order given.
pub(super) fn split_scopes(given: &[String]) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in
        given.iter().flat_map(|text| text.split([',', ' ', '\t', '\n'])).filter(|scope| !scope.is_empty())
    {
        if !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

/// Services shorten an end that a policy forbids, without a word. A minute is rounding.
pub(super) fn warn_if_shortened(asked: Timestamp, pat: &PatToken, context: &Context) {
    if asked.duration_since(pat.valid_to).as_secs() >= 60 {
        context.warn(&format!(
            "the service shortened the life of `{}`: it ends {} instead of {asked}; a policy limits it",
            pat.display_name, pat.valid_to
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_in_many_forms() {
        let given = ["vso.code,vso.build".to_owned(), " vso.Code  vso.work\n".to_owned()];
        assert_eq!(split_scopes(&given), ["vso.code", "vso.build", "vso.work"]);
        assert!(split_scopes(&[" , ".to_owned()]).is_empty());
    }
}
