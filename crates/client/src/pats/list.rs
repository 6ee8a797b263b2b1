//! List PATs, to the end.

use std::collections::HashSet;
use std::collections::VecDeque;

use futures::stream::{self, Stream, TryStreamExt as _};
use patcycle_contract::{DisplayFilterOption, PagedPatTokens, PatToken, SortByOption};
use reqwest::Method;
use uuid::Uuid;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;
use crate::listed::{ListedPat, PatState};

/// The most PATs of one page, by the API's own limit.
const MAXIMUM_PAGE: u16 = 100;

/// The most pages that are read: a million PATs.
const MAXIMUM_PAGES: usize = 10_000;

/// Which PATs, in which order.
#[derive(Debug, Clone)]
pub struct ListPats {
    /// Which states.
    pub filter: DisplayFilterOption,
    /// The order.
    pub sort: SortByOption,
    /// Whether the order is ascending.
    pub ascending: bool,
    /// How many at a time, 1 to 100. What is outside is moved to the nearer end.
    pub page_size: u16,
}

impl Default for ListPats {
    fn default() -> Self {
        Self {
            filter: DisplayFilterOption::Active,
            sort: SortByOption::DisplayDate,
            ascending: true,
            page_size: MAXIMUM_PAGE,
        }
    }
}

/// What has been read of a list so far.
struct Pages<'a> {
    client: &'a PatClient,
    query: &'a ListPats,
    /// Where the next page starts; `None` at the end.
    next: Option<String>,
    read: HashSet<String>,
    given: HashSet<Uuid>,
    waiting: VecDeque<PatToken>,
}

impl PatClient {
    /// All PATs that `query` means, each once.
    pub async fn list(&self, query: &ListPats) -> Result<Vec<PatToken>, ClientError> {
        self.stream(query).try_collect().await
    }

    /// The PATs that `query` means, each once; the next page is read when the last one is used up.
    ///
    /// Ends with an error on a service that repeats a continuation token or never comes to an end.
    pub fn stream<'a>(
        &'a self,
        query: &'a ListPats,
    ) -> impl Stream<Item = Result<PatToken, ClientError>> + Send + 'a {
        let pages = Pages {
            client: self,
            query,
            next: Some(String::new()),
            read: HashSet::new(),
            given: HashSet::new(),
            waiting: VecDeque::new(),
        };
        stream::try_unfold(pages, |mut pages| async move {
            let pat = pages.next().await?;
            Ok(pat.map(|pat| (pat, pages)))
        })
    }

    /// One page of the PATs that `query` means: the first one where `from` is empty, else the one that the
    /// continuation token of an earlier page names.
    pub async fn page(&self, query: &ListPats, from: &str) -> Result<PagedPatTokens, ClientError> {
        let top = query.page_size.clamp(1, MAXIMUM_PAGE).to_string();
        let ascending = if query.ascending { "true" } else { "false" };
        let mut parameters = vec![
            ("displayFilterOption", query.filter.as_str()),
            ("sortByOption", query.sort.as_str()),
            ("isSortAscending", ascending),
            ("$top", top.as_str()),
        ];
        if !from.is_empty() {
            parameters.push(("continuationToken", from));
        }
        let request = self.request(Method::GET, &parameters, None);
        read(&self.call(&request).await?)
    }

    /// All PATs that `query` means, each with its state at the service's clock.
    ///
    /// An answer to `all` does not say which PATs are revoked: then the revoked ones are listed too.
    pub async fn list_with_state(&self, query: &ListPats) -> Result<Vec<ListedPat>, ClientError> {
        let pats = self.list(query).await?;
        let revoked: HashSet<Uuid> = match query.filter {
            DisplayFilterOption::Active | DisplayFilterOption::Expired => HashSet::new(),
            DisplayFilterOption::Revoked => pats.iter().map(|pat| pat.authorization_id).collect(),
            // Afterwards, so that one that is revoked in between counts as revoked.
            DisplayFilterOption::All => {
                let query = ListPats { filter: DisplayFilterOption::Revoked, ..query.clone() };
                self.list(&query).await?.iter().map(|pat| pat.authorization_id).collect()
            }
        };
        let now = self.now();
        let state = |pat: &PatToken| {
            let is_revoked = revoked.contains(&pat.authorization_id);
            if is_revoked { PatState::Revoked } else { PatState::by_time(pat, now) }
        };
        Ok(pats.into_iter().map(|pat| ListedPat { state: state(&pat), pat }).collect())
    }
}

impl Pages<'_> {
    async fn next(&mut self) -> Result<Option<PatToken>, ClientError> {
        loop {
            while let Some(pat) = self.waiting.pop_front() {
                // A PAT that moves while the list is read may come twice.
                if self.given.insert(pat.authorization_id) {
                    return Ok(Some(pat));
                }
            }
            let Some(from) = self.next.take() else { return Ok(None) };
            let page = self.next_page(&from).await?;
            self.waiting.extend(page.pat_tokens);
            self.next = page.continuation_token.filter(|token| !token.is_empty());
        }
    }

    async fn next_page(&mut self, from: &str) -> Result<PagedPatTokens, ClientError> {
        let endless = |problem: &str| ClientError::Unexpected { status: 200, problem: problem.to_owned() };
        if !self.read.insert(from.to_owned()) {
            return Err(endless("the list repeats a continuation token"));
        }
        if self.read.len() > MAXIMUM_PAGES {
            return Err(endless("the list does not end"));
        }
        self.client.page(self.query, from).await
    }
}
