//! Create a PAT. Never repeated blindly: each success is another live secret.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::{DisplayFilterOption, PatToken, date};
use reqwest::Method;
use serde::{Serialize, Serializer};

use super::ListPats;
use crate::answer::read_pat;
use crate::client::PatClient;
use crate::error::{ClientError, UnconfirmedCreate};
use crate::rotation::same_scope;
use crate::select::Candidate;

/// How far the service's clock may be behind ours when a PAT is looked for that was made "since" an instant.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A PAT to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatePat {
    /// Its name. Names need not be unique.
    pub display_name: String,
    /// Its scopes, blank-separated.
    pub scope: String,
    /// Its end. The service may shorten it: what it answers is the truth.
    #[serde(serialize_with = "date_string")]
    pub valid_to: Timestamp,
    /// Whether it is to be good in all organizations of its owner. Services refuse that more and more.
    pub all_orgs: bool,
}

fn date_string<S: Serializer>(date: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    date::format(*date).serialize(serializer)
}

pub(crate) fn json(body: &impl Serialize) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(body).map_err(|_| ClientError::Unexpected {
        status: 0,
        problem: "the request cannot be written".to_owned(),
    })
}

impl PatClient {
    /// Makes a PAT. The answer holds the secret in `token`, once and never again.
    ///
    /// When it is not known whether it was made (no answer, a 5xx, an unreadable success), the error is
    /// [`ClientError::UnconfirmedCreate`] and says what the list shows.
    pub async fn create(&self, wanted: &CreatePat) -> Result<PatToken, ClientError> {
        let asked_at = self.now();
        let request = self.request(Method::POST, &[], Some(json(wanted)?));
        let created = self.call(&request).await.and_then(|answer| read_pat(&answer));
        match created {
            Err(cause) if cause.outcome_is_unknown() => Err(self.unconfirmed(wanted, asked_at, cause).await),
            known => known,
        }
    }

    async fn unconfirmed(&self, wanted: &CreatePat, asked_at: Timestamp, cause: ClientError) -> ClientError {
        let since = asked_at.checked_sub(CLOCK_TOLERANCE).unwrap_or(Timestamp::MIN);
        let query = ListPats { filter: DisplayFilterOption::Active, ..ListPats::default() };
        let found = self.list(&query).await.ok().map(|pats| {
            let may_be_it = |pat: &&PatToken| {
                pat.display_name == wanted.display_name.trim()
                    && same_scope(&pat.scope, &wanted.scope)
                    && pat.valid_from >= since
            };
            pats.iter().filter(may_be_it).map(Candidate::from).collect()
        });
        let display_name = wanted.display_name.clone();
        ClientError::UnconfirmedCreate(Box::new(UnconfirmedCreate { cause, display_name, found }))
    }
}
