//! `GET /console/inventory`: everybody's PATs, with filters and counts.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::PatState;
use patcycle_contract::inventory::{InventoryCounts, InventoryFilter, InventoryPat};
use patcycle_contract::{DisplayFilterOption, PolicyName};
use serde::Deserialize;
use url::form_urlencoded;

use crate::failure::{self, Refused};
use crate::frame::{Frame, Section, page};
use crate::pages::moments::{Moment, from_now};
use crate::pages::row::{Standing, shown_name};
use crate::visit::SignedIn;

/// The times without use to choose from, in days.
const UNUSED: [u16; 3] = [30, 90, 180];

/// What the page is asked for. The names are those of the API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Wishes {
    state: String,
    owner: String,
    never_used: String,
    unused_for_days: String,
    full_scope: String,
    global: String,
    owner_disabled: String,
    violates: String,
    from: String,
}

impl Wishes {
    /// The filter that they mean. What is not understood narrows nothing here; before a revocation everything is shown.
    pub(crate) fn filter(&self) -> InventoryFilter {
        InventoryFilter {
            state: DisplayFilterOption::parse(&self.state).unwrap_or(DisplayFilterOption::Active),
            owner: self.owner.trim().parse().ok(),
            never_used: !self.never_used.is_empty(),
            unused_for_days: self.unused_for_days.parse().ok(),
            full_scope: !self.full_scope.is_empty(),
            global: !self.global.is_empty(),
            owner_disabled: !self.owner_disabled.is_empty(),
            violates: PolicyName::find(&self.violates),
        }
    }
}

/// The query of a page with this filter.
fn query(filter: &InventoryFilter, from: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filter.parameters());
    if !from.is_empty() {
        query.append_pair("from", from);
    }
    query.finish()
}

/// A PAT of somebody.
#[derive(Debug)]
pub(crate) struct OwnedRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) owner_name: String,
    pub(crate) owner_descriptor: String,
    pub(crate) is_owner_disabled: bool,
    pub(crate) scope: String,
    pub(crate) is_full: bool,
    pub(crate) is_global: bool,
    pub(crate) standing: Standing,
    pub(crate) valid_to: Moment,
    pub(crate) ends: String,
    /// "3 days ago from 10.1.2.3"; `None`: never.
    pub(crate) used: Option<String>,
}

impl OwnedRow {
    pub(crate) fn new(visit: &SignedIn, pat: &InventoryPat) -> Self {
        let now = visit.console.clock.now();
        let state = match pat.state.as_str() {
            "revoked" => PatState::Revoked,
            "expired" => PatState::Expired,
            _ => PatState::Active,
        };
        let used = pat.last_used_at.map(|at| {
            let from = pat.last_used_address.map(|address| address.to_string()).unwrap_or_default();
            let ago = from_now(visit.texts, at, now);
            if from.is_empty() { ago } else { format!("{ago} {} {from}", visit.texts.get("used-from")) }
        });
        Self {
            id: pat.authorization_id.to_string(),
            name: shown_name(&pat.display_name),
            owner: shown_name(&pat.owner.display_name),
            owner_name: shown_name(&pat.owner.user_name),
            owner_descriptor: pat.owner.descriptor.to_string(),
            is_owner_disabled: pat.owner.disabled,
            is_full: pat.scope == patcycle_contract::scope::FULL,
            scope: pat.scope.clone(),
            is_global: pat.global,
            standing: Standing::of(state, pat.valid_to, now),
            valid_to: pat.valid_to.into(),
            ends: from_now(visit.texts, pat.valid_to, now),
            used,
        }
    }
}

/// A ready-made question.
struct Saved {
    text: String,
    count: u64,
    address: String,
}

#[derive(Template)]
#[template(path = "inventory.html")]
struct InventoryPage<'a> {
    frame: Frame<'a>,
    rows: Vec<OwnedRow>,
    counts: Option<InventoryCounts>,
    saved: Vec<Saved>,
    filter: InventoryFilter,
    owner: String,
    states: [&'static str; 4],
    unused: [u16; 3],
    policies: Vec<PolicyName>,
    next: Option<String>,
    is_first: bool,
}

impl InventoryPage<'_> {
    /// The name of the one owner whose PATs are shown; the descriptor where there is none to tell it by.
    fn owner_name(&self) -> &str {
        self.rows.first().map_or(self.owner.as_str(), |row| row.owner.as_str())
    }
}

pub(crate) async fn inventory(visit: SignedIn, Query(wishes): Query<Wishes>) -> Result<Response, Refused> {
    visit.administrator()?;
    let filter = wishes.filter();
    let client = visit.client();
    let read = client.inventory_page(&filter, &wishes.from).await;
    let read = read.map_err(|error| failure::of_call(&visit, &error, true))?;
    let next = Some(read.continuation_token).filter(|from| !from.is_empty());
    let saved = read.counts.map(|counts| saved(&visit, &counts)).unwrap_or_default();
    Ok(page(
        StatusCode::OK,
        &InventoryPage {
            frame: Frame::of(&visit, Section::Inventory),
            rows: read.pats.iter().map(|pat| OwnedRow::new(&visit, pat)).collect(),
            counts: read.counts,
            saved,
            owner: filter.owner.map(|owner| owner.to_string()).unwrap_or_default(),
            states: ["active", "expired", "revoked", "all"],
            unused: UNUSED,
            policies: PolicyName::ALL.iter().copied().filter(|policy| !policy.is_fixed()).collect(),
            next: next.map(|from| format!("/console/inventory?{}", query(&filter, &from))),
            is_first: wishes.from.is_empty(),
            filter,
        },
    ))
}

/// What administrators look for most, with how many there are.
fn saved(visit: &SignedIn, counts: &InventoryCounts) -> Vec<Saved> {
    let all = InventoryFilter::default();
    let questions = [
        ("inventory-never-used", counts.never_used, InventoryFilter { never_used: true, ..all.clone() }),
        (
            "inventory-unused",
            counts.unused_for90_days,
            InventoryFilter { unused_for_days: Some(90), ..all.clone() },
        ),
        ("inventory-full", counts.full_scope, InventoryFilter { full_scope: true, ..all.clone() }),
        ("inventory-global", counts.global, InventoryFilter { global: true, ..all.clone() }),
        ("inventory-left", counts.owner_disabled, InventoryFilter { owner_disabled: true, ..all }),
    ];
    let saved = questions.into_iter().map(|(id, count, filter)| Saved {
        text: visit.texts.get(id),
        count,
        address: format!("/console/inventory?{}", query(&filter, "")),
    });
    saved.collect()
}
