//! From the conditions of a command line to a filter of the inventory.

use patcycle_client::PatClient;
use patcycle_contract::inventory::InventoryFilter;
use patcycle_contract::{DisplayFilterOption, PolicyName, SubjectDescriptor};
use uuid::Uuid;

use crate::arguments::admin::FilterArguments;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;

const DAY_HOURS: i64 = 24;

/// Whether nothing was said.
pub(super) fn is_empty(arguments: &FilterArguments) -> bool {
    let FilterArguments { owner, never_used, unused_for, full_scope, global, owner_disabled, violates } =
        arguments;
    let switches = *never_used || *full_scope || *global || *owner_disabled;
    !switches && owner.is_none() && unused_for.is_none() && violates.is_none()
}

/// The filter. An owner's name is looked up.
pub(super) async fn filter(
    arguments: &FilterArguments,
    state: DisplayFilterOption,
    client: &PatClient,
) -> CommandResult<InventoryFilter> {
    let owner = match &arguments.owner {
        Some(owner) => Some(find_owner(owner, client).await?),
        None => None,
    };
    Ok(InventoryFilter {
        state,
        owner,
        never_used: arguments.never_used,
        unused_for_days: arguments.unused_for.map(|span| days(span.0)).transpose()?,
        full_scope: arguments.full_scope,
        global: arguments.global,
        owner_disabled: arguments.owner_disabled,
        violates: arguments.violates.as_deref().map(policy).transpose()?,
    })
}

fn days(span: jiff::SignedDuration) -> CommandResult<u16> {
    let hours = span.as_hours();
    let days = u16::try_from(hours / DAY_HOURS).ok().filter(|days| *days > 0 && hours % DAY_HOURS == 0);
    days.ok_or_else(|| CommandError::usage("--unused-for needs whole days, as in `90d`"))
}

fn policy(name: &str) -> CommandResult<PolicyName> {
    PolicyName::find(name).ok_or_else(|| {
        let names: Vec<&str> = PolicyName::ALL.iter().map(|policy| policy.short()).collect();
        CommandError::usage(format!("there is no policy `{name}`"))
            .with_next(format!("There are {}.", names.join(", ")))
    })
}

/// A person by descriptor, object id, or sign-in name; case counts not in the name.
pub(in crate::commands::admin) async fn find_owner(
    wanted: &str,
    client: &PatClient,
) -> CommandResult<SubjectDescriptor> {
    if let Ok(descriptor) = wanted.parse() {
        return Ok(descriptor);
    }
    if let Ok(id) = wanted.parse::<Uuid>() {
        return Ok(SubjectDescriptor(id));
    }
    let is_wanted =
        |name: Option<&str>| name.is_some_and(|name| name.to_lowercase() == wanted.to_lowercase());
    let users = client.users().await?;
    let found = users.iter().find(|user| is_wanted(user.principal_name.as_deref()));
    found.and_then(|user| user.descriptor.parse().ok()).ok_or_else(|| {
        CommandError::new(ExitCode::NotFound, "ownerNotFound", format!("nobody here is called `{wanted}`"))
            .with_next("`patcycle admin users` lists who is known in the organization.")
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn only_whole_days_count() {
        assert_eq!(days(SignedDuration::from_hours(90 * 24)), Ok(90));
        for hours in [0, 12, 25] {
            assert!(days(SignedDuration::from_hours(hours)).is_err(), "{hours}");
        }
    }

    #[test]
    fn policies_have_two_names() {
        assert_eq!(policy("maximum-lifespan"), Ok(PolicyName::RestrictLifespan));
        assert_eq!(policy("Policy.DisablePATCreation"), Ok(PolicyName::RestrictPatCreation));
        assert!(policy("all").is_err());
    }
}
