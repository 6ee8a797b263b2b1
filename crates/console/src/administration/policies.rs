//! `GET /console/policies`: what holds in the organization. `GET /console/policies/{name}`: one policy.
//! `POST …`: tries a change (`do=rehearse`) or makes it (`do=save`).

use askama::Template;
use axum::extract::{Path, Query, Request};
use axum::response::Response;
use http::StatusCode;
use patcycle_contract::policy::{
    AllowedPrincipal, PolicyAssignment, PolicyEdit, PolicyProperty, PolicyRehearsal,
};
use patcycle_contract::{Policy, PolicyName, PolicyPatch};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::browser::forms::Form;
use crate::failure::{self, Refused, Words};
use crate::frame::{Frame, Section, page};
use crate::pages::message::NextStep;
use crate::pages::moments::Moment;
use crate::pages::row::shown_name;
use crate::visit::{SignedIn, see_other};

/// The PATs that a rehearsal shows; the counts are of all.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "policies.html")]
struct PoliciesPage<'a> {
    frame: Frame<'a>,
    policies: Vec<Policy>,
    notice: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wishes {
    done: String,
}

pub(crate) async fn policies(visit: SignedIn, Query(wishes): Query<Wishes>) -> Result<Response, Refused> {
    visit.administrator()?;
    let policies = visit.client().policies().await;
    let policies = policies.map_err(|error| failure::of_call(&visit, &error, true))?;
    Ok(page(
        StatusCode::OK,
        &PoliciesPage {
            frame: Frame::of(&visit, Section::Policies),
            policies,
            notice: (wishes.done == "saved").then(|| visit.texts.get("policy-saved")),
        },
    ))
}

/// What the form says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Filled {
    /// `on`, `off`, or `default`.
    value: String,
    days: String,
    hours: String,
    allow_list: bool,
    packaging: bool,
    /// A line for each: an object id, and a name for people.
    allowed: String,
}

#[derive(Template)]
#[template(path = "policy.html")]
struct PolicyPage<'a> {
    frame: Frame<'a>,
    policy: Policy,
    filled: Filled,
    /// The policy as it was when the page was made.
    seen: String,
    rehearsal: Option<Rehearsed>,
    wrong: Option<String>,
}

/// What a change would have done.
struct Rehearsed {
    examined: u64,
    pats: u64,
    uses: u64,
    used: u64,
    rows: Vec<RehearsedRow>,
}

struct RehearsedRow {
    name: String,
    owner: String,
    scope: String,
    refuses: Vec<String>,
    valid_to: Moment,
    used: Option<Moment>,
}

impl PolicyPage<'_> {
    fn has(&self, property: PolicyProperty) -> bool {
        self.policy.name.properties().contains(&property)
    }
}

impl Filled {
    fn of_policy(policy: &Policy) -> Self {
        let properties = &policy.properties;
        let value = match (policy.is_value_undefined, policy.value) {
            (true, _) => "default",
            (false, true) => "on",
            (false, false) => "off",
        };
        let allowed = properties.allowed_users_and_group_object_ids.as_deref().unwrap_or_default();
        let line = |allowed: &AllowedPrincipal| {
            format!("{} {}", allowed.object_id, allowed.display_name).trim().to_owned()
        };
        Self {
            value: value.to_owned(),
            days: properties.max_pat_lifespan_in_days.map(|days| days.to_string()).unwrap_or_default(),
            hours: properties.max_sign_in_age_in_hours.map(|hours| hours.to_string()).unwrap_or_default(),
            allow_list: properties.is_allow_list_enabled.unwrap_or_default(),
            packaging: properties.is_packaging_scope_enabled.unwrap_or_default(),
            allowed: allowed.iter().map(line).collect::<Vec<_>>().join("\n"),
        }
    }

    fn of_form(form: &Form) -> Self {
        Self {
            value: form.one("value").to_owned(),
            days: form.one("days").to_owned(),
            hours: form.one("hours").to_owned(),
            allow_list: form.is_ticked("allow_list"),
            packaging: form.is_ticked("packaging"),
            allowed: form.one("allowed").replace('\r', ""),
        }
    }

    /// A short sum of it, to notice that a policy was changed since a page was made.
    fn sum(&self) -> String {
        hex::encode(&Sha256::digest(format!("{self:?}").as_bytes())[..8])
    }

    /// The change that it asks for; the text of that id where it makes no sense.
    fn patch(&self, name: PolicyName) -> Result<PolicyPatch, &'static str> {
        let value = match self.value.as_str() {
            "on" => Some(true),
            "off" => Some(false),
            "default" => None,
            _ => return Err("policy-wrong-value"),
        };
        let mut assignments = vec![PolicyAssignment::Value(value)];
        for property in name.properties() {
            assignments.push(match property {
                PolicyProperty::MaximumLifespan => {
                    PolicyAssignment::MaximumLifespan(match self.days.as_str() {
                        "" => None,
                        days => {
                            let days = days.parse().ok().filter(|days| (1..=366).contains(days));
                            Some(days.ok_or("policy-wrong-days")?)
                        }
                    })
                }
                PolicyProperty::MaximumSignInAge => {
                    PolicyAssignment::MaximumSignInAge(match self.hours.as_str() {
                        "" => None,
                        hours => {
                            let hours = hours.parse().ok().filter(|hours| (1..=8784).contains(hours));
                            Some(hours.ok_or("policy-wrong-hours")?)
                        }
                    })
                }
                PolicyProperty::AllowListEnabled => PolicyAssignment::AllowListEnabled(self.allow_list),
                PolicyProperty::PackagingScopeEnabled => {
                    PolicyAssignment::PackagingScopeEnabled(self.packaging)
                }
                PolicyProperty::Allowed => PolicyAssignment::Allowed(self.allowed()?),
            });
        }
        Ok(PolicyPatch::new(assignments.into_iter().map(PolicyEdit::Set).collect()))
    }

    fn allowed(&self) -> Result<Vec<AllowedPrincipal>, &'static str> {
        let lines = self.allowed.lines().map(str::trim).filter(|line| !line.is_empty());
        let principal = |line: &str| {
            let (id, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let object_id = Uuid::try_parse(id).map_err(|_| "policy-wrong-allowed")?;
            Ok(AllowedPrincipal { display_name: name.trim().to_owned(), object_id })
        };
        lines.map(principal).collect()
    }
}

pub(crate) async fn policy(visit: SignedIn, Path(name): Path<String>) -> Result<Response, Refused> {
    visit.administrator()?;
    let name = find(&visit, &name)?;
    let policy = visit.client().policy(name).await;
    let policy = policy.map_err(|error| failure::of_call(&visit, &error, true))?;
    let filled = Filled::of_policy(&policy);
    Ok(show(&visit, policy, filled, None, None))
}

fn find(visit: &SignedIn, name: &str) -> Result<PolicyName, Refused> {
    PolicyName::find(name).ok_or_else(|| {
        let words = Words::of(visit.texts, StatusCode::NOT_FOUND, "policy-unknown");
        failure::signed_in(visit, words, vec![NextStep::policies(visit.texts)])
    })
}

fn show(
    visit: &SignedIn,
    policy: Policy,
    filled: Filled,
    rehearsal: Option<Rehearsed>,
    wrong: Option<&str>,
) -> Response {
    page(
        if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK },
        &PolicyPage {
            frame: Frame::of(visit, Section::Policies),
            filled,
            seen: Filled::of_policy(&policy).sum(),
            rehearsal,
            wrong: wrong.map(|id| visit.texts.get(id)),
            policy,
        },
    )
}

pub(crate) async fn change(
    visit: SignedIn,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    visit.administrator()?;
    let form = visit.form(request).await?;
    let name = find(&visit, &name)?;
    let filled = Filled::of_form(&form);
    let client = visit.client();
    let policy = client.policy(name).await.map_err(|error| failure::of_call(&visit, &error, false))?;
    let patch = match filled.patch(name) {
        Ok(patch) => patch,
        Err(wrong) => return Ok(show(&visit, policy, filled, None, Some(wrong))),
    };
    if form.one("do") == "save" {
        if form.one("seen") != Filled::of_policy(&policy).sum() {
            return Ok(show(&visit, policy, filled, None, Some("policy-changed")));
        }
        let saved = client.change_policy(name, &patch).await;
        saved.map_err(|error| failure::of_call(&visit, &error, false))?;
        return Ok(see_other("/console/policies?done=saved"));
    }
    let rehearsal = client.rehearse_policy(name, &patch, SHOWN).await;
    let rehearsal = rehearsal.map_err(|error| failure::of_call(&visit, &error, false))?;
    Ok(show(&visit, policy, filled, Some(rehearsed(&visit, &rehearsal)), None))
}

fn rehearsed(visit: &SignedIn, rehearsal: &PolicyRehearsal) -> Rehearsed {
    let row = |pat: &patcycle_contract::policy::RehearsedPat| RehearsedRow {
        name: shown_name(&pat.display_name),
        owner: shown_name(&pat.owner_name),
        scope: pat.scope.clone(),
        refuses: pat
            .refuses
            .iter()
            .map(|effect| visit.texts.get(&format!("rehearsal-{}", effect.as_str())))
            .collect(),
        valid_to: pat.valid_to.into(),
        used: pat.last_used_at.map(Into::into),
    };
    Rehearsed {
        examined: rehearsal.examined,
        pats: rehearsal.counts.pats,
        uses: rehearsal.counts.uses,
        used: rehearsal.counts.used_in_last30_days,
        rows: rehearsal.pats.iter().map(row).collect(),
    }
}
