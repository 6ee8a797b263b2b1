//! `GET /console/pats/new`: the form for a new PAT. `POST /console/pats/new`: makes it and shows the secret, in the
//! answer to this very request and nowhere else.

use askama::Template;
use axum::extract::{Query, Request};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use patcycle_client::CreatePat;
use patcycle_contract::limits::{PatCreation, PatLimits};
use patcycle_contract::scope::FULL;
use serde::Deserialize;

use super::moments::days;
use super::scopes::{Family, PRESETS, Preset, families};
use super::secret;
use crate::browser::forms::{Form, ONCE_FIELD};
use crate::failure::{self, Refused, Words};
use crate::frame::{Frame, Section, page};
use crate::once;
use crate::visit::SignedIn;

/// The lifetimes to choose from, in days.
const LIFETIMES: [i64; 4] = [7, 30, 60, 90];
/// The longest that services grant, in days.
const MAXIMUM_LIFETIME: i64 = 365;
/// The one that is chosen at first.
const DEFAULT_LIFETIME: i64 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wishes {
    /// Scopes that are chosen already: by a preset, or by a link from elsewhere.
    scope: String,
    name: String,
}

/// What the person has filled in.
#[derive(Debug, Default)]
struct Filled {
    name: String,
    scope: String,
    /// `7`, …, or `date`.
    lifetime: String,
    /// `2027-01-31`
    date: String,
    all_organizations: bool,
}

#[derive(Template)]
#[template(path = "create.html")]
struct CreatePage<'a> {
    frame: Frame<'a>,
    form_id: &'a str,
    filled: Filled,
    families: Vec<Family>,
    presets: [Preset; 6],
    is_full: bool,
    lifetimes: Vec<(i64, String)>,
    today: String,
    latest: String,
    /// What the policies leave to the person; `None`: the service does not say.
    limits: Option<PatLimits>,
    /// What was wrong with the form as it was sent.
    refusal: Option<Words>,
}

pub(crate) async fn form(visit: SignedIn, Query(wishes): Query<Wishes>) -> Result<Response, Refused> {
    visit.freshly_signed_in()?;
    let lifetime = DEFAULT_LIFETIME.to_string();
    let filled = Filled { name: wishes.name, scope: wishes.scope, lifetime, ..Filled::default() };
    show(&visit, filled, None).await
}

async fn show(visit: &SignedIn, mut filled: Filled, refusal: Option<Words>) -> Result<Response, Refused> {
    let form_id = once::new_form(visit)?;
    let now = visit.console.clock.now();
    let date = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d").to_string();
    let ends = |days_from_now| date(now.checked_add(days(days_from_now)).unwrap_or(now));
    let limits = limits(visit).await?;
    let most = limits.and_then(|limits| limits.maximum_lifespan_days).map_or(MAXIMUM_LIFETIME, i64::from);
    let mut lifetimes: Vec<i64> = LIFETIMES.into_iter().filter(|days| *days <= most).collect();
    if lifetimes.len() < LIFETIMES.len() && !lifetimes.contains(&most) {
        lifetimes.push(most);
    }
    if filled.lifetime != "date" && !lifetimes.iter().any(|days| days.to_string() == filled.lifetime) {
        filled.lifetime = lifetimes.last().map(i64::to_string).unwrap_or_default();
    }
    let status = refusal.as_ref().map_or(StatusCode::OK, |refusal| refusal.status);
    Ok(page(
        status,
        &CreatePage {
            frame: Frame::of(visit, Section::Pats),
            form_id: form_id.expose(),
            families: families(&filled.scope),
            presets: PRESETS,
            is_full: filled.scope.split_whitespace().any(|scope| scope == FULL),
            lifetimes: lifetimes.into_iter().map(|days| (days, ends(days))).collect(),
            today: ends(1),
            latest: ends(most.min(MAXIMUM_LIFETIME)),
            limits,
            filled,
            refusal,
        },
    ))
}

/// Asked for each time: a policy may have changed since the sign-in. A page without them is still of use.
pub(super) async fn limits(visit: &SignedIn) -> Result<Option<PatLimits>, Refused> {
    if !visit.person()?.is_offered("limits") {
        return Ok(None);
    }
    let limits = visit.client().limits().await;
    Ok(limits.inspect_err(|error| tracing::info!(%error, "the limits could not be asked for")).ok())
}

impl Filled {
    fn of(form: &Form) -> Self {
        Self {
            name: form.one("name").to_owned(),
            scope: form.all("scope").collect::<Vec<_>>().join(" "),
            lifetime: form.one("lifetime").to_owned(),
            date: form.one("date").to_owned(),
            all_organizations: form.is_ticked("all_organizations"),
        }
    }

    /// The end that was chosen: so many days from now, or the end of a day in UTC.
    fn valid_to(&self, now: Timestamp) -> Option<Timestamp> {
        if self.lifetime == "date" {
            return end_of_day(&self.date);
        }
        let count: i64 = self.lifetime.parse().ok().filter(|count| (1..=MAXIMUM_LIFETIME).contains(count))?;
        now.checked_add(days(count)).ok()
    }
}

/// The last second of a day, UTC.
pub(super) fn end_of_day(date: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = date.parse().ok()?;
    Some(date.at(23, 59, 59, 0).to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

pub(crate) async fn create(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    visit.freshly_signed_in()?;
    let filled = Filled::of(&form);
    let now = visit.console.clock.now();
    let wrong = |id: &str| Words::of(visit.texts, StatusCode::BAD_REQUEST, id);
    if filled.name.is_empty() {
        return show(&visit, filled, Some(wrong("create-no-name"))).await;
    }
    if filled.scope.is_empty() {
        return show(&visit, filled, Some(wrong("create-no-scope"))).await;
    }
    let Some(valid_to) = filled.valid_to(now).filter(|end| *end > now) else {
        return show(&visit, filled, Some(wrong("create-no-end"))).await;
    };
    let form_id = form.one(ONCE_FIELD);
    once::first_use(&visit, form_id).await?;
    let wanted = CreatePat {
        display_name: filled.name.clone(),
        scope: filled.scope.clone(),
        valid_to,
        all_orgs: filled.all_organizations,
    };
    match visit.client().create(&wanted).await {
        Ok(pat) => {
            once::made(&visit, form_id, pat.authorization_id).await;
            Ok(secret::show(&visit, pat, secret::Origin::Created { asked: valid_to }))
        }
        Err(error) => {
            // Only a form that certainly made nothing may be sent again.
            if !matches!(error, patcycle_client::ClientError::UnconfirmedCreate(_)) {
                once::release(&visit, form_id).await;
            }
            if error.kind() == patcycle_client::ErrorKind::SignIn {
                return Err(failure::of_call(&visit, &error, false));
            }
            let words = failure::words(visit.texts, &error);
            show(&visit, filled, Some(words)).await
        }
    }
}
