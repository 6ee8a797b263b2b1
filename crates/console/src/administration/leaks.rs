//! The leak desk. `GET /console/leaks`: a field for strings that were found. `POST …`: whose they are; no string is shown
//! again. `POST /console/leaks/revoke`: ends one of them.

use askama::Template;
use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use patcycle_contract::leaks::{FoundPat, LeakFinding, MAX_LEAKED_TOKENS};
use patcycle_contract::owner_revocation::GivenReason;
use patcycle_primitives::Secret;
use uuid::Uuid;

use crate::browser::forms::{Form, FormError};
use crate::failure::{self, Refused};
use crate::frame::{Frame, Section, page};
use crate::pages::moments::Moment;
use crate::pages::row::shown_name;
use crate::visit::SignedIn;

/// No PAT is shorter.
const SECRET_LENGTH: usize = 52;

/// What is known of one line.
struct Line {
    number: usize,
    found: Option<Found>,
}

struct Found {
    id: Uuid,
    name: String,
    owner: String,
    owner_name: String,
    scope: String,
    state: String,
    works: bool,
    valid_to: Moment,
}

#[derive(Template)]
#[template(path = "leaks.html")]
struct LeaksPage<'a> {
    frame: Frame<'a>,
    lines: Vec<Line>,
    place: String,
    maximum: usize,
    /// A text about what was just done, or what was wrong.
    notice: Option<String>,
    is_wrong: bool,
}

pub(crate) async fn form(visit: SignedIn) -> Result<Response, Refused> {
    visit.administrator()?;
    Ok(show(&visit, Vec::new(), String::new(), None))
}

fn show(visit: &SignedIn, lines: Vec<Line>, place: String, notice: Option<(&str, bool)>) -> Response {
    let is_wrong = notice.is_some_and(|(_, is_wrong)| is_wrong);
    page(
        if is_wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK },
        &LeaksPage {
            frame: Frame::of(visit, Section::Leaks),
            lines,
            place,
            maximum: MAX_LEAKED_TOKENS,
            notice: notice.map(|(id, _)| visit.texts.get(id)),
            is_wrong,
        },
    )
}

pub(crate) async fn look_up(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    visit.administrator()?;
    let form = visit.form(request).await?;
    let place = form.one("place").to_owned();
    let (numbers, tokens): (Vec<usize>, Vec<Secret>) = strings(&form).into_iter().unzip();
    if tokens.is_empty() {
        return Ok(show(&visit, Vec::new(), place, Some(("leaks-none", true))));
    }
    if tokens.len() > MAX_LEAKED_TOKENS {
        return Ok(show(&visit, Vec::new(), place, Some(("leaks-too-many", true))));
    }
    let findings = visit.client().look_up_leaked(&tokens).await;
    let findings = findings.map_err(|error| failure::of_call(&visit, &error, false))?;
    let lines = numbers.into_iter().zip(findings).map(|(number, finding)| line(number, finding));
    Ok(show(&visit, lines.collect(), place, None))
}

/// One string a line, with the line's number; what is written around it, as `PAT=` or quotes, is not part of it.
fn strings(form: &Form) -> Vec<(usize, Secret)> {
    let lines = form.one("tokens").lines().zip(1..).map(|(line, number)| {
        let is_part = |character: char| character.is_ascii_alphanumeric();
        let longest = line.split(|character| !is_part(character)).max_by_key(|part| part.len());
        (number, longest.unwrap_or_default())
    });
    lines.filter(|(_, text)| !text.is_empty()).map(|(number, text)| (number, Secret::new(text))).collect()
}

fn line(number: usize, finding: LeakFinding) -> Line {
    let found = finding.pat.map(|pat: FoundPat| Found {
        id: pat.authorization_id,
        name: shown_name(&pat.display_name),
        owner: shown_name(&pat.owner_display_name),
        owner_name: shown_name(&pat.owner_name),
        scope: pat.scope,
        state: pat.state,
        works: pat.works,
        valid_to: pat.valid_to.into(),
    });
    Line { number, found }
}

/// A place as it may be kept: one line, and nothing in it that is long enough to be a secret.
fn readable(place: &str) -> String {
    let (mut readable, mut word) = (String::new(), String::new());
    for character in place.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() {
            word.push(character);
            continue;
        }
        readable.push_str(if word.len() < SECRET_LENGTH { &word } else { "…" });
        word.clear();
        readable.push(if character.is_control() { ' ' } else { character });
    }
    readable.trim().chars().take(250).collect()
}

pub(crate) async fn revoke(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    visit.administrator()?;
    let form = visit.form(request).await?;
    let id = Uuid::try_parse(form.one("id")).map_err(|_| failure::of_form(&visit, FormError::Unreadable))?;
    let place = form.one("place");
    let reason = if place.is_empty() { "leaked".to_owned() } else { format!("leaked: {place}") };
    let reason = GivenReason::parse(&readable(&reason));
    let reason = reason.map_err(|_| failure::of_form(&visit, FormError::Unreadable))?;
    let revoked = visit.client().revoke_anybodys(&[id], &reason).await;
    revoked.map_err(|error| failure::of_call(&visit, &error, false))?;
    Ok(show(&visit, Vec::new(), place.to_owned(), Some(("leaks-revoked", false))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_keeps_no_secret() {
        let pat = "a1".repeat(42);
        assert_eq!(readable(&format!("https://host/x?t={pat}&y=1")), "https://host/x?t=…&y=1");
        assert_eq!(readable("a wiki\npage\u{1b}[31m"), "a wiki page [31m");
        assert_eq!(readable(&"ab ".repeat(200)).chars().count(), 250);
    }
}
