//! Revoking anybody's PATs. `POST /console/inventory/revoke` shows which and asks; `POST …/run` does it and shows a
//! receipt. What is ticked, or everything of one owner: that ends session tokens and what applications hold as well.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::{ClientError, PatClient};
use patcycle_contract::inventory::{InventoryFilter, InventoryPat};
use patcycle_contract::owner_revocation::GivenReason;
use patcycle_contract::{DisplayFilterOption, SubjectDescriptor};
use serde::Serialize;
use uuid::Uuid;

use super::inventory::OwnedRow;
use crate::browser::forms::{Form, ONCE_FIELD};
use crate::failure::{self, Refused, Words};
use crate::frame::{Frame, Section, page};
use crate::once;
use crate::pages::message::NextStep;
use crate::visit::SignedIn;

/// The most PATs that are read for one revocation.
const MAXIMUM: usize = 50_000;
/// The most PATs of one call.
const BATCH: usize = 900;
/// The PATs that are shown before the question; of more the number is told.
const SHOWN: usize = 100;
/// From so many PATs on their number must be typed.
const TYPED_FROM: usize = 10;

/// What is to be revoked.
enum Target {
    /// These.
    Ids(Vec<Uuid>),
    /// Everything that this person was given so far.
    Owner(SubjectDescriptor),
}

#[derive(Template)]
#[template(path = "admin_revoke.html")]
struct RevokePage<'a> {
    frame: Frame<'a>,
    form_id: &'a str,
    rows: Vec<OwnedRow>,
    count: usize,
    ids: Vec<String>,
    owner: Option<String>,
    reason: String,
    is_typed: bool,
    /// `typed` or `reason` where the form was sent and that was wrong.
    wrong: &'static str,
}

fn target(form: &Form) -> Option<Target> {
    if let Ok(owner) = form.one("owner").parse() {
        return Some(Target::Owner(owner));
    }
    let ids: Vec<Uuid> = form.all("id").filter_map(|id| Uuid::try_parse(id).ok()).collect();
    (!ids.is_empty()).then_some(Target::Ids(ids))
}

pub(crate) async fn preview(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    visit.administrator()?;
    let form = visit.form(request).await?;
    let target = target(&form).ok_or_else(|| nothing(&visit))?;
    show(&visit, &target, form.one("reason").to_owned(), "").await
}

fn nothing(visit: &SignedIn) -> Refused {
    let words = Words::of(visit.texts, StatusCode::BAD_REQUEST, "bulk-none");
    failure::signed_in(visit, words, vec![NextStep::inventory(visit.texts)])
}

/// The active PATs that are meant.
async fn meant(client: &PatClient, target: &Target) -> Result<Vec<InventoryPat>, ClientError> {
    let owner = match target {
        Target::Owner(owner) => Some(*owner),
        Target::Ids(_) => None,
    };
    let filter = InventoryFilter { state: DisplayFilterOption::Active, owner, ..InventoryFilter::default() };
    let mut pats = client.inventory(&filter, MAXIMUM).await?.pats;
    if let Target::Ids(ids) = target {
        let ids: std::collections::HashSet<_> = ids.iter().collect();
        pats.retain(|pat| ids.contains(&pat.authorization_id));
    }
    Ok(pats)
}

async fn show(
    visit: &SignedIn,
    target: &Target,
    reason: String,
    wrong: &'static str,
) -> Result<Response, Refused> {
    let pats = meant(&visit.client(), target).await;
    let pats = pats.map_err(|error| failure::of_call(visit, &error, false))?;
    if pats.is_empty() && matches!(target, Target::Ids(_)) {
        return Err(nothing(visit));
    }
    let form_id = once::new_form(visit)?;
    let owner = match target {
        Target::Owner(owner) => Some(owner.to_string()),
        Target::Ids(_) => None,
    };
    Ok(page(
        if wrong.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST },
        &RevokePage {
            frame: Frame::of(visit, Section::Inventory),
            form_id: form_id.expose(),
            rows: pats.iter().take(SHOWN).map(|pat| OwnedRow::new(visit, pat)).collect(),
            count: pats.len(),
            ids: match target {
                Target::Ids(_) => pats.iter().map(|pat| pat.authorization_id.to_string()).collect(),
                Target::Owner(_) => Vec::new(),
            },
            owner,
            reason,
            is_typed: pats.len() >= TYPED_FROM,
            wrong,
        },
    ))
}

/// What was done, for the records of whoever did it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt<'a> {
    organization: &'a str,
    at: String,
    by: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    everything_of: Option<String>,
    revoked: Vec<Uuid>,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    frame: Frame<'a>,
    count: usize,
    json: String,
    /// What stopped it before the end.
    stopped: Option<Words>,
}

pub(crate) async fn run(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    visit.administrator()?;
    let form = visit.form(request).await?;
    let target = target(&form).ok_or_else(|| nothing(&visit))?;
    let reason = form.one("reason").to_owned();
    let Ok(given) = GivenReason::parse(&reason) else {
        return show(&visit, &target, reason, "reason").await;
    };
    let client = visit.client();
    let pats = meant(&client, &target).await.map_err(|error| failure::of_call(&visit, &error, false))?;
    if pats.is_empty() && matches!(target, Target::Ids(_)) {
        return Err(nothing(&visit));
    }
    if pats.len() >= TYPED_FROM && form.one("typed") != pats.len().to_string() {
        return show(&visit, &target, reason, "typed").await;
    }
    once::first_use(&visit, form.one(ONCE_FIELD)).await?;
    let ids: Vec<Uuid> = pats.iter().map(|pat| pat.authorization_id).collect();
    let (revoked, stopped) = match target {
        Target::Owner(owner) => match client.revoke_owner(owner, &given).await {
            Ok(_) => (ids, None),
            Err(error) => (Vec::new(), Some(error)),
        },
        Target::Ids(_) => revoke_each(&client, &ids, &given).await,
    };
    if let (Some(error), true) = (&stopped, revoked.is_empty()) {
        return Err(failure::of_call(&visit, error, false));
    }
    let receipt = Receipt {
        organization: visit.console.organization(),
        at: visit.console.clock.now().to_string(),
        by: &visit.person()?.user_name,
        reason: given.as_str(),
        everything_of: match target {
            Target::Owner(owner) => Some(owner.to_string()),
            Target::Ids(_) => None,
        },
        revoked,
    };
    let count = receipt.revoked.len();
    // A receipt is text and ids, which JSON always takes.
    let json = serde_json::to_string_pretty(&receipt).unwrap_or_default();
    let stopped = stopped.map(|error| failure::words(visit.texts, &error));
    Ok(page(
        StatusCode::OK,
        &ReceiptPage { frame: Frame::of(&visit, Section::Inventory), count, json, stopped },
    ))
}

/// All in batches; each is all or nothing. Answers what was revoked, and what stopped it.
async fn revoke_each(
    client: &PatClient,
    ids: &[Uuid],
    reason: &GivenReason,
) -> (Vec<Uuid>, Option<ClientError>) {
    let mut revoked = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        if let Err(error) = client.revoke_anybodys(batch, reason).await {
            return (revoked, Some(error));
        }
        revoked.extend_from_slice(batch);
    }
    (revoked, None)
}
