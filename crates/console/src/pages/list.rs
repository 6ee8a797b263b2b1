//! `GET /console/pats`: one's PATs, with filters, order, search, and boxes to act on several.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use patcycle_client::{ClientError, ListPats, ListedPat, PatClient, PatState};
use patcycle_contract::{DisplayFilterOption, SortByOption};
use serde::Deserialize;
use url::form_urlencoded;

use super::row::{Row, Standing};
use super::timeline::Timeline;
use crate::failure::{self, Refused};
use crate::frame::{Frame, Section, page};
use crate::visit::SignedIn;

/// The most PATs on a page that is searched or shows all states.
const MAXIMUM_ROWS: usize = 500;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wishes {
    state: String,
    sort: String,
    order: String,
    q: String,
    from: String,
    done: String,
}

impl Wishes {
    fn filter(&self) -> DisplayFilterOption {
        DisplayFilterOption::parse(&self.state).unwrap_or(DisplayFilterOption::Active)
    }

    fn sort(&self) -> SortByOption {
        SortByOption::parse(&self.sort).unwrap_or(SortByOption::DisplayDate)
    }

    fn is_ascending(&self) -> bool {
        self.order != "desc"
    }

    fn query(&self) -> ListPats {
        ListPats {
            filter: self.filter(),
            sort: self.sort(),
            ascending: self.is_ascending(),
            ..ListPats::default()
        }
    }

    /// The address of the page that starts at a continuation token.
    fn address_from(&self, from: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", self.filter().as_str()).append_pair("sort", self.sort().as_str());
        query
            .append_pair("order", if self.is_ascending() { "asc" } else { "desc" })
            .append_pair("from", from);
        format!("/console/pats?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
    timeline: Option<Timeline>,
    /// The value of each filter, and the chosen one.
    states: [&'static str; 4],
    state: &'static str,
    sorts: [&'static str; 3],
    sort: &'static str,
    ascending: bool,
    search: &'a str,
    /// Where the next page is.
    next: Option<String>,
    is_first: bool,
    /// How many there are where not all are shown.
    left_out: usize,
    /// A sentence about what was just done.
    notice: Option<String>,
}

pub(crate) async fn list(visit: SignedIn, Query(wishes): Query<Wishes>) -> Result<Response, Refused> {
    let client = visit.client();
    let listed = read(&client, &wishes).await.map_err(|error| failure::of_call(&visit, &error, true))?;
    let now = visit.console.clock.now();
    let Listed { pats, next, left_out } = listed;
    let rows: Vec<Row> =
        pats.iter().map(|listed| Row::new(visit.texts, &listed.pat, listed.state, now)).collect();
    let notice = ["revoked", "renewed", "updated", "finished", "undone"].contains(&wishes.done.as_str());
    Ok(page(
        StatusCode::OK,
        &ListPage {
            frame: Frame::of(&visit, Section::Pats),
            timeline: Timeline::of(&rows),
            rows,
            states: ["active", "expired", "revoked", "all"],
            state: wishes.filter().as_str(),
            sorts: ["displayDate", "displayName", "status"],
            sort: wishes.sort().as_str(),
            ascending: wishes.is_ascending(),
            search: wishes.q.trim(),
            next: next.map(|from| wishes.address_from(&from)),
            is_first: wishes.from.is_empty(),
            left_out,
            notice: notice.then(|| visit.texts.get(&format!("done-{}", wishes.done))),
        },
    ))
}

struct Listed {
    pats: Vec<ListedPat>,
    next: Option<String>,
    left_out: usize,
}

/// One page by the API's own paging where that can answer; else all of them, filtered here: the API has no search, and
/// its list of all states does not say which PAT is in which.
async fn read(client: &PatClient, wishes: &Wishes) -> Result<Listed, ClientError> {
    let query = wishes.query();
    let state = match query.filter {
        DisplayFilterOption::Active => Some(PatState::Active),
        DisplayFilterOption::Expired => Some(PatState::Expired),
        DisplayFilterOption::Revoked => Some(PatState::Revoked),
        DisplayFilterOption::All => None,
    };
    let search = wishes.q.trim().to_lowercase();
    if let Some(state) = state.filter(|_| search.is_empty()) {
        let page = client.page(&query, &wishes.from).await?;
        let pats = page.pat_tokens.into_iter().map(|pat| ListedPat { pat, state }).collect();
        return Ok(Listed {
            pats,
            next: page.continuation_token.filter(|from| !from.is_empty()),
            left_out: 0,
        });
    }
    let mut pats = client.list_with_state(&query).await?;
    pats.retain(|listed| {
        let pat = &listed.pat;
        [pat.display_name.as_str(), pat.scope.as_str()]
            .iter()
            .any(|text| text.to_lowercase().contains(&search))
            || pat.authorization_id.to_string().starts_with(&search)
    });
    let left_out = pats.len().saturating_sub(MAXIMUM_ROWS);
    pats.truncate(MAXIMUM_ROWS);
    Ok(Listed { pats, next: None, left_out })
}
