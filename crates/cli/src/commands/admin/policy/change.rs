//! What is to change of a policy, from what was typed and how the policy is.

use patcycle_contract::policy::{AllowedPrincipal, PolicyAssignment, PolicyEdit, PolicyProperty};
use patcycle_contract::{Policy, PolicyPatch};

use super::on_or_off;
use crate::arguments::policy::{PolicyPropertyArguments, PolicyValue, Switch};
use crate::error::{CommandError, CommandResult};

/// A change, with a line for each part of it: what it is, how it was, how it will be.
pub(super) struct PolicyChange {
    pub(super) patch: PolicyPatch,
    pub(super) lines: Vec<String>,
}

/// Puts the change together. Lists are changed only while they are as they were read here.
pub(super) fn plan(
    policy: &Policy,
    value: Option<PolicyValue>,
    arguments: &PolicyPropertyArguments,
) -> CommandResult<PolicyChange> {
    let mut edits = Vec::new();
    let mut lines = Vec::new();
    let mut set = |assignment, what: &str, before: String, after: String| {
        if before != after {
            lines.push(format!("  {what}: {before} -> {after}"));
        }
        edits.push(PolicyEdit::Set(assignment));
    };
    if let Some(value) = value {
        let (value, after) = match value {
            PolicyValue::On => (Some(true), "on"),
            PolicyValue::Off => (Some(false), "off"),
            PolicyValue::Default => (None, "its default"),
        };
        let before = if policy.is_value_undefined { "its default, " } else { "" };
        let before = format!("{before}{}", on_or_off(policy.effective_value));
        set(PolicyAssignment::Value(value), "value", before, after.to_owned());
    }
    let properties = &policy.properties;
    if let Some(days) = arguments.days {
        check(policy, PolicyProperty::MaximumLifespan, "--days")?;
        let before = properties.max_pat_lifespan_in_days.unwrap_or_default().to_string();
        set(PolicyAssignment::MaximumLifespan(Some(days)), "days", before, days.to_string());
    }
    if let Some(hours) = arguments.hours {
        check(policy, PolicyProperty::MaximumSignInAge, "--hours")?;
        let before = properties.max_sign_in_age_in_hours.unwrap_or_default().to_string();
        set(PolicyAssignment::MaximumSignInAge(Some(hours)), "hours", before, hours.to_string());
    }
    if let Some(packaging) = arguments.packaging {
        check(policy, PolicyProperty::PackagingScopeEnabled, "--packaging")?;
        let before = properties.is_packaging_scope_enabled.unwrap_or(false);
        let after = packaging == Switch::On;
        let (before, shown) = (on_or_off(before).to_owned(), on_or_off(after).to_owned());
        set(PolicyAssignment::PackagingScopeEnabled(after), "packaging", before, shown);
    }
    let has_switch = policy.name.properties().contains(&PolicyProperty::AllowListEnabled);
    let switches_on = has_switch && !arguments.allow.is_empty() && arguments.allow_list.is_none();
    if let Some(counts) = arguments.allow_list.or(switches_on.then_some(Switch::On)) {
        check(policy, PolicyProperty::AllowListEnabled, "--allow-list")?;
        let before = properties.is_allow_list_enabled.unwrap_or(false);
        let after = counts == Switch::On;
        let (before, shown) = (on_or_off(before).to_owned(), on_or_off(after).to_owned());
        set(PolicyAssignment::AllowListEnabled(after), "allow list", before, shown);
    }
    if !arguments.allow.is_empty() || !arguments.disallow.is_empty() {
        check(policy, PolicyProperty::Allowed, "--allow")?;
        let before = properties.allowed_users_and_group_object_ids.clone().unwrap_or_default();
        let after = changed_list(&before, arguments, &mut lines)?;
        edits.insert(0, PolicyEdit::Test(PolicyAssignment::Allowed(before)));
        edits.push(PolicyEdit::Set(PolicyAssignment::Allowed(after)));
    }
    Ok(PolicyChange { patch: PolicyPatch::new(edits), lines })
}

fn check(policy: &Policy, property: PolicyProperty, flag: &str) -> CommandResult {
    if policy.name.properties().contains(&property) {
        return Ok(());
    }
    Err(CommandError::usage(format!("the policy `{}` knows nothing of `{flag}`", policy.name.short()))
        .with_next(format!("`patcycle admin policy show {}` shows what it has.", policy.name.short())))
}

fn changed_list(
    before: &[AllowedPrincipal],
    arguments: &PolicyPropertyArguments,
    lines: &mut Vec<String>,
) -> CommandResult<Vec<AllowedPrincipal>> {
    let mut list = before.to_vec();
    for id in &arguments.disallow {
        let Some(place) = list.iter().position(|allowed| allowed.object_id == *id) else {
            return Err(CommandError::usage(format!("`{id}` is not on the list"))
                .with_next("`patcycle admin policy show POLICY` shows who is."));
        };
        let gone = list.remove(place);
        lines.push(format!("  bound again: {} {}", gone.object_id, gone.display_name).trim_end().to_owned());
    }
    for allowed in arguments.allow.iter().map(|allowed| &allowed.0) {
        match list.iter_mut().find(|known| known.object_id == allowed.object_id) {
            Some(known) if allowed.display_name.is_empty() || known == allowed => {}
            Some(known) => {
                lines.push(format!("  name: {} -> {}", known.display_name, allowed.display_name));
                known.display_name.clone_from(&allowed.display_name);
            }
            None => {
                let line = format!("  let off: {} {}", allowed.object_id, allowed.display_name);
                lines.push(line.trim_end().to_owned());
                list.push(allowed.clone());
            }
        }
    }
    Ok(list)
}
