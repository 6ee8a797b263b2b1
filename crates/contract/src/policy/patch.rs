//! Changes of a policy, as the service's other clients write them: JSON Patch (RFC 6902) with operations as words
//! or as the numbers of the .NET client, and values as themselves or in strings.

use serde_json::Value;
use uuid::Uuid;

use super::{AllowedPrincipal, PolicyName, PolicyProperties, PolicyProperty, PolicySetting};
use crate::excerpt::excerpt;
use crate::json::{self, BodyError};

/// The most operations in one change.
const MAXIMUM_OPERATIONS: usize = 100;
/// The most people and groups on one list.
const MAXIMUM_ALLOWED: usize = 500;
/// The longest display name that is kept, in characters.
const DISPLAY_NAME_CHARACTERS: usize = 256;
/// The longest lifespan that a policy may grant, in days: no PAT lives longer anyway.
const MAXIMUM_LIFESPAN_DAYS: u64 = 366;
/// The oldest sign-in that a policy may permit: a year, as the longest life of a PAT.
const MAXIMUM_SIGN_IN_AGE_HOURS: u64 = 366 * 24;

/// Why a body is no change of this policy. Answered with status 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyPatchError {
    /// Not readable at all.
    #[error("{0}")]
    Body(#[from] BodyError),
    /// No array of operations.
    #[error(
        "A change of a policy is a JSON array of operations, such as \
         [{{\"op\":\"replace\",\"path\":\"/Value\",\"value\":\"true\"}}]."
    )]
    NotAPatch,
    /// No operation, or too many.
    #[error("A change of a policy has 1 to {MAXIMUM_OPERATIONS} operations, not {0}.")]
    Count(usize),
    /// An operation that is not known here.
    #[error("The operation {given} is not supported. Use add, replace, remove or test (0, 2, 1 or 5).")]
    Operation {
        /// What was written.
        given: String,
    },
    /// A path that leads nowhere in this policy.
    #[error("The path {given} leads nowhere in the policy {policy}. It has {known}.")]
    Path {
        /// What was written.
        given: String,
        /// The policy.
        policy: &'static str,
        /// The paths that there are.
        known: String,
    },
    /// A value of the wrong kind.
    #[error("The value of {path} must be {expected}.")]
    Value {
        /// Where.
        path: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A policy that nobody can change.
    #[error(
        "The policy {0} cannot be changed: organizations come from the configuration of this service alone."
    )]
    Fixed(&'static str),
}

/// One value of a policy, to be set or to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyAssignment {
    /// On or off; `None`: its default.
    Value(Option<bool>),
    /// `maxPatLifespanInDays`; `None`: its default.
    MaximumLifespan(Option<u32>),
    /// `maxSignInAgeInHours`; `None`: its default.
    MaximumSignInAge(Option<u32>),
    /// `isAllowListEnabled`
    AllowListEnabled(bool),
    /// `isPackagingScopeEnabled`
    PackagingScopeEnabled(bool),
    /// `allowedUsersAndGroupObjectIds`
    Allowed(Vec<AllowedPrincipal>),
}

impl PolicyAssignment {
    /// Where it stands, as a path of JSON Patch.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Value(_) => "/Value",
            Self::MaximumLifespan(_) => "/Properties/maxPatLifespanInDays",
            Self::MaximumSignInAge(_) => "/Properties/maxSignInAgeInHours",
            Self::AllowListEnabled(_) => "/Properties/isAllowListEnabled",
            Self::PackagingScopeEnabled(_) => "/Properties/isPackagingScopeEnabled",
            Self::Allowed(_) => "/Properties/allowedUsersAndGroupObjectIds",
        }
    }

    fn reset(property: PolicyProperty) -> Self {
        match property {
            PolicyProperty::MaximumLifespan => Self::MaximumLifespan(None),
            PolicyProperty::MaximumSignInAge => Self::MaximumSignInAge(None),
            PolicyProperty::AllowListEnabled => Self::AllowListEnabled(false),
            PolicyProperty::PackagingScopeEnabled => Self::PackagingScopeEnabled(false),
            PolicyProperty::Allowed => Self::Allowed(Vec::new()),
        }
    }

    fn write(&self, setting: &mut PolicySetting) {
        let PolicySetting { value, properties } = setting;
        match self {
            Self::Value(given) => *value = *given,
            Self::MaximumLifespan(days) => properties.max_pat_lifespan_in_days = *days,
            Self::MaximumSignInAge(hours) => properties.max_sign_in_age_in_hours = *hours,
            Self::AllowListEnabled(enabled) => properties.is_allow_list_enabled = Some(*enabled),
            Self::PackagingScopeEnabled(enabled) => properties.is_packaging_scope_enabled = Some(*enabled),
            Self::Allowed(allowed) => properties.allowed_users_and_group_object_ids = Some(allowed.clone()),
        }
    }

    /// Whether the policy has this value. Of a list the ids count, in any order.
    fn holds(&self, setting: &PolicySetting) -> bool {
        let PolicyProperties {
            max_pat_lifespan_in_days,
            max_sign_in_age_in_hours,
            is_allow_list_enabled,
            is_packaging_scope_enabled,
            ..
        } = &setting.properties;
        match self {
            Self::Value(value) => setting.value == *value,
            Self::MaximumLifespan(days) => max_pat_lifespan_in_days == days,
            Self::MaximumSignInAge(hours) => max_sign_in_age_in_hours == hours,
            Self::AllowListEnabled(enabled) => is_allow_list_enabled.unwrap_or(false) == *enabled,
            Self::PackagingScopeEnabled(enabled) => is_packaging_scope_enabled.unwrap_or(false) == *enabled,
            Self::Allowed(allowed) => ids(allowed) == ids(setting.allowed()),
        }
    }
}

fn ids(principals: &[AllowedPrincipal]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = principals.iter().map(|principal| principal.object_id).collect();
    ids.sort_unstable();
    ids
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyEdit {
    /// Set this.
    Set(PolicyAssignment),
    /// Go on only if the policy has this.
    Test(PolicyAssignment),
}

/// A change of a policy: all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPatch(Vec<PolicyEdit>);

impl PolicyPatch {
    /// A change that was put together in code.
    pub fn new(edits: Vec<PolicyEdit>) -> Self {
        Self(edits)
    }

    /// Reads a body.
    pub fn parse(policy: PolicyName, body: &[u8]) -> Result<Self, PolicyPatchError> {
        if policy.is_fixed() {
            return Err(PolicyPatchError::Fixed(policy.as_str()));
        }
        let Value::Array(operations) = json::parse(body)? else { return Err(PolicyPatchError::NotAPatch) };
        if operations.is_empty() || operations.len() > MAXIMUM_OPERATIONS {
            return Err(PolicyPatchError::Count(operations.len()));
        }
        let edits = operations.iter().map(|operation| edits(policy, operation));
        Ok(Self(edits.collect::<Result<Vec<_>, _>>()?.concat()))
    }

    /// Reads the value to try of a rehearsal: a change as above, or an object with `value` (default: on) and
    /// `properties`; what it does not name stays as it is.
    pub fn parse_trial(policy: PolicyName, body: &[u8]) -> Result<Self, PolicyPatchError> {
        if policy.is_fixed() {
            return Err(PolicyPatchError::Fixed(policy.as_str()));
        }
        let object = match json::parse(body)? {
            Value::Array(_) => return Self::parse(policy, body),
            object @ Value::Object(_) => object,
            _ => return Err(PolicyPatchError::NotAPatch),
        };
        let value = match member(&object, "value") {
            None | Some(Value::Null) => Some(true),
            Some(value) => switch(value)?,
        };
        let mut edits = vec![PolicyEdit::Set(PolicyAssignment::Value(value))];
        if let Some(properties) = member(&object, "properties").filter(|value| !value.is_null()) {
            edits.extend(named_properties(policy, properties)?.into_iter().map(PolicyEdit::Set));
        }
        Ok(Self(edits))
    }

    /// The policy with the change made, or the path of the test that failed.
    pub fn apply(&self, setting: &PolicySetting) -> Result<PolicySetting, &'static str> {
        let mut changed = setting.clone();
        for edit in &self.0 {
            match edit {
                PolicyEdit::Set(assignment) => assignment.write(&mut changed),
                PolicyEdit::Test(assignment) if assignment.holds(&changed) => {}
                PolicyEdit::Test(assignment) => return Err(assignment.path()),
            }
        }
        Ok(changed)
    }

    /// The body that says this.
    pub fn to_body(&self) -> Value {
        let operations = self.0.iter().map(|edit| {
            let (operation, assignment) = match edit {
                PolicyEdit::Set(assignment) => ("replace", assignment),
                PolicyEdit::Test(assignment) => ("test", assignment),
            };
            let value = match assignment {
                PolicyAssignment::Value(value) => serde_json::json!(value),
                PolicyAssignment::MaximumLifespan(number) | PolicyAssignment::MaximumSignInAge(number) => {
                    serde_json::json!(number)
                }
                PolicyAssignment::AllowListEnabled(on) | PolicyAssignment::PackagingScopeEnabled(on) => {
                    serde_json::json!(on)
                }
                PolicyAssignment::Allowed(allowed) => serde_json::json!(allowed),
            };
            serde_json::json!({ "op": operation, "path": assignment.path(), "value": value })
        });
        operations.collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Set,
    Remove,
    Test,
}

impl Operation {
    /// RFC 6902's words, or the numbers of the .NET client, also in strings.
    fn of(value: &Value) -> Option<Self> {
        let word = match value {
            Value::String(word) => word.trim().to_ascii_lowercase(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        match word.as_str() {
            "add" | "0" | "replace" | "2" => Some(Self::Set),
            "remove" | "1" => Some(Self::Remove),
            "test" | "5" => Some(Self::Test),
            _ => None,
        }
    }
}

fn edits(policy: PolicyName, operation: &Value) -> Result<Vec<PolicyEdit>, PolicyPatchError> {
    if !operation.is_object() {
        return Err(PolicyPatchError::NotAPatch);
    }
    let given = member(operation, "op").unwrap_or(&Value::Null);
    let kind = Operation::of(given)
        .ok_or_else(|| PolicyPatchError::Operation { given: excerpt(&given.to_string()) })?;
    let path = member(operation, "path").and_then(Value::as_str).unwrap_or_default();
    let value = member(operation, "value").unwrap_or(&Value::Null);
    let assignments = assignments(policy, path, kind, value)?;
    let edit = |assignment| match kind {
        Operation::Set | Operation::Remove => PolicyEdit::Set(assignment),
        Operation::Test => PolicyEdit::Test(assignment),
    };
    Ok(assignments.into_iter().map(edit).collect())
}

fn assignments(
    policy: PolicyName,
    path: &str,
    kind: Operation,
    value: &Value,
) -> Result<Vec<PolicyAssignment>, PolicyPatchError> {
    let removes = kind == Operation::Remove;
    if path.eq_ignore_ascii_case("/Value") {
        let value = if removes { None } else { switch(value)? };
        return Ok(vec![PolicyAssignment::Value(value)]);
    }
    let rest = strip_prefix(path, "/Properties").ok_or_else(|| unknown_path(policy, path))?;
    let Some(name) = rest.strip_prefix('/') else {
        if !rest.is_empty() {
            return Err(unknown_path(policy, path));
        }
        let given = if removes { Vec::new() } else { named_properties(policy, value)? };
        if kind == Operation::Test {
            return Ok(given);
        }
        // As a whole: what is not named gets its default.
        let resets = policy.properties().iter().map(|property| PolicyAssignment::reset(*property));
        return Ok(resets.chain(given).collect());
    };
    let property = known_property(policy, name).ok_or_else(|| unknown_path(policy, path))?;
    Ok(vec![if removes { PolicyAssignment::reset(property) } else { assignment(property, value)? }])
}

/// The properties that an object names.
fn named_properties(policy: PolicyName, value: &Value) -> Result<Vec<PolicyAssignment>, PolicyPatchError> {
    let Value::Object(members) = value else {
        return Err(PolicyPatchError::Value { path: "/Properties", expected: "an object" });
    };
    let one = |(name, value): (&String, &Value)| {
        let path = format!("/Properties/{name}");
        let property = known_property(policy, name).ok_or_else(|| unknown_path(policy, &path))?;
        assignment(property, value)
    };
    members.iter().map(one).collect()
}

fn known_property(policy: PolicyName, name: &str) -> Option<PolicyProperty> {
    PolicyProperty::find(name).filter(|property| policy.properties().contains(property))
}

fn unknown_path(policy: PolicyName, path: &str) -> PolicyPatchError {
    let mut known = "/Value".to_owned();
    for property in policy.properties() {
        known.push_str(", /Properties/");
        known.push_str(property.as_str());
    }
    PolicyPatchError::Path { given: excerpt(path), policy: policy.as_str(), known }
}

fn assignment(property: PolicyProperty, value: &Value) -> Result<PolicyAssignment, PolicyPatchError> {
    let reset = PolicyAssignment::reset(property);
    let wrong = |expected| PolicyPatchError::Value { path: reset.path(), expected };
    match property {
        PolicyProperty::MaximumLifespan | PolicyProperty::MaximumSignInAge if value.is_null() => Ok(reset),
        PolicyProperty::MaximumLifespan => {
            let days = number(value).filter(|days| (1..=MAXIMUM_LIFESPAN_DAYS).contains(days));
            let days = days.and_then(|days| u32::try_from(days).ok());
            days.map(|days| PolicyAssignment::MaximumLifespan(Some(days)))
                .ok_or_else(|| wrong("a number of days from 1 to 366"))
        }
        PolicyProperty::MaximumSignInAge => {
            let hours = number(value).filter(|hours| (1..=MAXIMUM_SIGN_IN_AGE_HOURS).contains(hours));
            let hours = hours.and_then(|hours| u32::try_from(hours).ok());
            hours
                .map(|hours| PolicyAssignment::MaximumSignInAge(Some(hours)))
                .ok_or_else(|| wrong("a number of hours from 1 to 8784"))
        }
        PolicyProperty::AllowListEnabled => {
            boolean(value).map(PolicyAssignment::AllowListEnabled).ok_or_else(|| wrong("true or false"))
        }
        PolicyProperty::PackagingScopeEnabled => {
            boolean(value).map(PolicyAssignment::PackagingScopeEnabled).ok_or_else(|| wrong("true or false"))
        }
        PolicyProperty::Allowed => principals(value).map(PolicyAssignment::Allowed).ok_or_else(|| {
            wrong(
                "an array of at most 500 objects with `objectId` (a GUID) and `displayName`, or of such ids",
            )
        }),
    }
}

/// A member of an object, by name without regard to case; of several the last.
fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let members = object.as_object()?;
    members.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next_back()
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The value of a policy; `null` stands for its default.
fn switch(value: &Value) -> Result<Option<bool>, PolicyPatchError> {
    let wrong = PolicyPatchError::Value { path: "/Value", expected: "true or false" };
    if value.is_null() { Ok(None) } else { boolean(value).map(Some).ok_or(wrong) }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Each once, in the order given.
fn principals(value: &Value) -> Option<Vec<AllowedPrincipal>> {
    let mut principals: Vec<AllowedPrincipal> = Vec::new();
    let given = match value {
        Value::Null => return Some(principals),
        Value::Array(given) => given,
        _ => return None,
    };
    for one in given {
        let principal = principal(one)?;
        if principals.iter().all(|known| known.object_id != principal.object_id) {
            principals.push(principal);
        }
    }
    (principals.len() <= MAXIMUM_ALLOWED).then_some(principals)
}

fn principal(value: &Value) -> Option<AllowedPrincipal> {
    let id = |text: &str| Uuid::try_parse(text.trim()).ok().filter(|id| !id.is_nil());
    if let Value::String(text) = value {
        return Some(AllowedPrincipal { display_name: String::new(), object_id: id(text)? });
    }
    let name = member(value, "displayName").and_then(Value::as_str).unwrap_or_default();
    let shown = name.chars().filter(|character| !character.is_control()).take(DISPLAY_NAME_CHARACTERS);
    Some(AllowedPrincipal {
        display_name: shown.collect(),
        object_id: id(member(value, "objectId")?.as_str()?)?,
    })
}

#[cfg(test)]
mod tests;
