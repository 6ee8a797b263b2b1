//! Acting on several PATs. `POST /console/bulk` shows which and asks; `POST /console/bulk/run` begins; the run's page
//! (`GET /console/runs/{id}`) shows how far it is and what became of each. New secrets of a rotation are handed over
//! once, as one file; until then, and until the person says so, the old ones work.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::{PatClient, PatState};
use patcycle_contract::{DisplayFilterOption, PatToken};
use uuid::Uuid;

use super::detail::{OVERLAPS, RENEWALS};
use super::download::attachment;
use super::message::NextStep;
use super::renew;
use super::row::Row;
use crate::browser::forms::{Form, ONCE_FIELD};
use crate::failure::{self, Refused, Words};
use crate::frame::{Frame, Section, page};
use crate::once;
use crate::runs::{Action, Run, Work};
use crate::visit::{PatId, SignedIn, see_other};

/// The most PATs of one run.
const MAXIMUM: usize = 500;
/// From so many PATs on, a revocation is confirmed by typing their number.
const TYPED_FROM: usize = 10;

#[derive(Template)]
#[template(path = "bulk.html")]
struct BulkPage<'a> {
    frame: Frame<'a>,
    form_id: &'a str,
    action: &'static str,
    rows: Vec<Row>,
    overlaps: Vec<(u32, String)>,
    renewals: [i64; 4],
    is_native: bool,
    /// Whether the number must be typed.
    is_typed: bool,
    is_wrong: bool,
}

pub(crate) async fn preview(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    let (action, pats) = chosen(&visit, &form).await?;
    show(&visit, action, &pats, false)
}

fn show(visit: &SignedIn, action: Action, pats: &[PatToken], is_wrong: bool) -> Result<Response, Refused> {
    let form_id = once::new_form(visit)?;
    let now = visit.console.clock.now();
    // An old secret must live until the new ones are handed over.
    let overlaps = OVERLAPS.into_iter().filter(|(seconds, _)| *seconds >= 3600);
    Ok(page(
        if is_wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK },
        &BulkPage {
            frame: Frame::of(visit, Section::Pats),
            form_id: form_id.expose(),
            action: action.name(),
            rows: pats
                .iter()
                .map(|pat| Row::new(visit.texts, pat, PatState::by_time(pat, now), now))
                .collect(),
            overlaps: overlaps.map(|(seconds, id)| (seconds, visit.texts.get(id))).collect(),
            renewals: RENEWALS,
            is_native: visit.person()?.is_offered("rotate"),
            is_typed: action == Action::Revoke && pats.len() >= TYPED_FROM,
            is_wrong,
        },
    ))
}

/// What the form asks for, and the active PATs that it names. Those that are active no longer are left out.
async fn chosen(visit: &SignedIn, form: &Form) -> Result<(Action, Vec<PatToken>), Refused> {
    let wrong = |id: &str| {
        let words = Words::of(visit.texts, StatusCode::BAD_REQUEST, id);
        failure::signed_in(visit, words, vec![NextStep::list(visit.texts)])
    };
    let action = Action::find(form.one("action")).ok_or_else(|| wrong("bulk-none"))?;
    let ids: Vec<Uuid> = form.all("id").filter_map(|id| Uuid::try_parse(id).ok()).collect();
    if ids.is_empty() {
        return Err(wrong("bulk-none"));
    }
    if ids.len() > MAXIMUM {
        return Err(wrong("bulk-too-many"));
    }
    let pats = active(&visit.client(), &ids).await.map_err(|error| failure::of_call(visit, &error, false))?;
    if pats.is_empty() {
        return Err(wrong("bulk-none"));
    }
    Ok((action, pats))
}

async fn active(client: &PatClient, ids: &[Uuid]) -> Result<Vec<PatToken>, patcycle_client::ClientError> {
    let query = patcycle_client::ListPats {
        filter: DisplayFilterOption::Active,
        ..patcycle_client::ListPats::default()
    };
    let mut pats = client.list(&query).await?;
    pats.retain(|pat| ids.contains(&pat.authorization_id));
    Ok(pats)
}

pub(crate) async fn begin(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    let (action, pats) = chosen(&visit, &form).await?;
    if action != Action::Revoke {
        visit.freshly_signed_in()?;
    } else if pats.len() >= TYPED_FROM && form.one("typed") != pats.len().to_string() {
        return show(&visit, action, &pats, true);
    }
    let work = match action {
        Action::Renew => Work::Renew { end: renew::end(&visit, &form)? },
        Action::Revoke => Work::Revoke,
        Action::Rotate if visit.person()?.is_offered("rotate") => {
            let overlap = form.one("overlap").parse().ok();
            let overlap = overlap.filter(|seconds| OVERLAPS.iter().any(|(known, _)| known == seconds));
            Work::Rotate { overlap_seconds: overlap.unwrap_or(86_400).max(3600) }
        }
        Action::Rotate => Work::Replace,
    };
    once::first_use(&visit, form.one(ONCE_FIELD)).await?;
    let id = visit.console.random.uuid();
    let id = id.map_err(|error| failure::of_sessions(&visit.console, visit.texts, &error.into()))?;
    let run = Arc::new(Run::new(visit.person()?.key(), work, pats));
    if !visit.console.runs.add(id, Arc::clone(&run), visit.console.clock.now()) {
        once::release(&visit, form.one(ONCE_FIELD)).await;
        let words = Words::of(visit.texts, StatusCode::SERVICE_UNAVAILABLE, "bulk-busy");
        return Err(failure::signed_in(&visit, words, vec![NextStep::list(visit.texts)]));
    }
    let client = visit.console.client_for_long(visit.opened.key);
    let clock = Arc::clone(&visit.console.clock);
    tokio::spawn(async move { run.carry_out(&client, &*clock).await });
    Ok(see_other(&format!("/console/runs/{id}")))
}

/// What became of one PAT.
struct Line {
    id: String,
    name: String,
    /// `waiting`, `done`, `failed`
    state: &'static str,
    message: String,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage<'a> {
    frame: Frame<'a>,
    id: Uuid,
    action: &'static str,
    lines: Vec<Line>,
    done: usize,
    failed: usize,
    is_over: bool,
    /// How many new secrets wait to be handed over.
    secrets: usize,
    is_handed_over: bool,
    /// The PATs that the new ones replace, still valid.
    replaced: Vec<Uuid>,
    is_rotation: bool,
}

pub(crate) async fn run(visit: SignedIn, PatId(id): PatId) -> Result<Response, Refused> {
    let run = own_run(&visit, id)?;
    let told = run.tell(visit.texts);
    let count = |state| told.lines.iter().filter(|line| line.1 == state).count();
    let (done, failed) = (count("done"), count("failed"));
    Ok(page(
        StatusCode::OK,
        &RunPage {
            frame: Frame::of(&visit, Section::Pats),
            id,
            action: run.action().name(),
            is_over: done + failed == told.lines.len(),
            lines: told
                .lines
                .into_iter()
                .map(|(pat, state, message)| Line {
                    id: pat.0.to_string(),
                    name: super::row::shown_name(&pat.1),
                    state,
                    message,
                })
                .collect(),
            done,
            failed,
            secrets: told.secrets,
            is_handed_over: told.is_handed_over,
            replaced: told.replaced,
            is_rotation: run.action() == Action::Rotate,
        },
    ))
}

/// `POST /console/runs/{id}/secrets`: hands the new secrets over, once.
pub(crate) async fn secrets(
    visit: SignedIn,
    PatId(id): PatId,
    request: Request,
) -> Result<Response, Refused> {
    visit.form(request).await?;
    let run = own_run(&visit, id)?;
    let Some(file) = run.hand_over() else {
        let words = Words::of(visit.texts, StatusCode::CONFLICT, "run-handed-over");
        return Err(failure::signed_in(&visit, words, vec![NextStep::list(visit.texts)]));
    };
    Ok(attachment("pats.env", file))
}

fn own_run(visit: &SignedIn, id: Uuid) -> Result<Arc<Run>, Refused> {
    let person = visit.person()?.key();
    let run = visit.console.runs.find(id).filter(|run| run.is_of(person));
    run.ok_or_else(|| {
        let words = Words::of(visit.texts, StatusCode::NOT_FOUND, "run-unknown");
        failure::signed_in(visit, words, vec![NextStep::list(visit.texts)])
    })
}
