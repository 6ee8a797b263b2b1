//! Work on several PATs that goes on while its page is looked at. Runs live in memory: what they do is done at the
//! service, one PAT after the other, and a stop of the console leaves every old secret as good as it was.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use patcycle_client::rotation::{NewEnd, RotationPlan};
use patcycle_client::{ClientError, PatClient, RotatePat, UpdatePat};
use patcycle_contract::PatToken;
use patcycle_primitives::{Clock, Secret};
use uuid::Uuid;

use crate::failure::words;
use crate::pages::download::variable_name;
use crate::text::Texts;

/// The most runs that are remembered of one person.
const MAXIMUM: usize = 20;
/// How long a run is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(4);
/// The most calls at once; the client keeps to the service's own pace besides.
const AT_ONCE: usize = 4;

/// What is done to each PAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Renew,
    Rotate,
    Revoke,
}

impl Action {
    pub(crate) fn find(name: &str) -> Option<Self> {
        [Self::Renew, Self::Rotate, Self::Revoke].into_iter().find(|action| action.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Renew => "renew",
            Self::Rotate => "rotate",
            Self::Revoke => "revoke",
        }
    }
}

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Another end.
    Renew {
        /// It.
        end: Timestamp,
    },
    /// A new secret by the service, the old one working on.
    Rotate {
        /// For how long.
        overlap_seconds: u32,
    },
    /// Another PAT of the same kind; the old one stays.
    Replace,
    /// The end.
    Revoke,
}

/// One PAT of a run.
#[derive(Debug)]
struct Item {
    pat: PatToken,
    outcome: Mutex<Option<Result<Option<New>, ClientError>>>,
}

/// A new secret.
#[derive(Debug)]
struct New {
    secret: Secret,
    /// Whether it is that of another PAT, so that the old one still has to be revoked.
    is_another: bool,
}

/// Work on several PATs.
#[derive(Debug)]
pub(crate) struct Run {
    /// Who began it: tenant and object id. Nobody else sees it, and a new sign-in of theirs still does.
    owner: (Uuid, Uuid),
    work: Work,
    items: Vec<Item>,
    handed_over: Mutex<bool>,
}

/// What a run's page shows.
#[derive(Debug)]
pub(crate) struct Told {
    /// Id and name, how it stands, and a sentence about a failure.
    pub(crate) lines: Vec<((Uuid, String), &'static str, String)>,
    pub(crate) secrets: usize,
    pub(crate) is_handed_over: bool,
    pub(crate) replaced: Vec<Uuid>,
}

impl Run {
    pub(crate) fn new(owner: (Uuid, Uuid), work: Work, pats: Vec<PatToken>) -> Self {
        let items = pats.into_iter().map(|pat| Item { pat, outcome: Mutex::default() });
        Self { owner, work, items: items.collect(), handed_over: Mutex::default() }
    }

    pub(crate) fn action(&self) -> Action {
        match self.work {
            Work::Renew { .. } => Action::Renew,
            Work::Rotate { .. } | Work::Replace => Action::Rotate,
            Work::Revoke => Action::Revoke,
        }
    }

    pub(crate) fn is_of(&self, person: (Uuid, Uuid)) -> bool {
        self.owner == person
    }

    /// Whether all is done, and no new secret waits to be handed over.
    fn is_settled(&self) -> bool {
        let waits = |item: &Item| match &*item.outcome.lock().unwrap_or_else(PoisonError::into_inner) {
            None => true,
            Some(Ok(Some(_))) => !*self.handed_over.lock().unwrap_or_else(PoisonError::into_inner),
            Some(_) => false,
        };
        !self.items.iter().any(waits)
    }

    /// Does it, a few at a time.
    pub(crate) async fn carry_out(&self, client: &PatClient, clock: &dyn Clock) {
        let each = futures::stream::iter(&self.items).for_each_concurrent(AT_ONCE, |item| async move {
            let outcome = self.do_to(&item.pat, client, clock).await;
            *item.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        });
        each.await;
    }

    async fn do_to(
        &self,
        pat: &PatToken,
        client: &PatClient,
        clock: &dyn Clock,
    ) -> Result<Option<New>, ClientError> {
        let id = pat.authorization_id;
        match self.work {
            Work::Renew { end } => {
                let change = UpdatePat { valid_to: Some(end), ..UpdatePat::new(id) };
                client.update(&change).await.map(|_| None)
            }
            Work::Revoke => client.revoke(id).await.map(|()| None),
            Work::Rotate { overlap_seconds } => {
                let key = client.idempotency_key().map_err(|error| unexpected(&error.to_string()))?;
                let wanted = RotatePat { authorization_id: id, valid_to: None, overlap_seconds };
                let made = client.rotate(&wanted, &key).await?;
                Ok(made.token.map(|secret| New { secret, is_another: false }))
            }
            Work::Replace => {
                let plan = RotationPlan::new(pat, NewEnd::SameLifetime, clock.now());
                let plan = plan.map_err(|error| unexpected(&error.to_string()))?;
                let made = client.create(&plan.wanted).await?;
                Ok(made.token.map(|secret| New { secret, is_another: true }))
            }
        }
    }

    pub(crate) fn tell(&self, texts: &Texts) -> Told {
        let mut told = Told {
            lines: Vec::with_capacity(self.items.len()),
            secrets: 0,
            is_handed_over: *self.handed_over.lock().unwrap_or_else(PoisonError::into_inner),
            replaced: Vec::new(),
        };
        for item in &self.items {
            let outcome = item.outcome.lock().unwrap_or_else(PoisonError::into_inner);
            let (state, message) = match &*outcome {
                None => ("waiting", String::new()),
                Some(Ok(new)) => {
                    told.secrets += usize::from(new.is_some());
                    if new.as_ref().is_some_and(|new| new.is_another) {
                        told.replaced.push(item.pat.authorization_id);
                    }
                    ("done", String::new())
                }
                Some(Err(error)) => {
                    let words = words(texts, error);
                    ("failed", format!("{} {}", words.message, words.detail).trim().to_owned())
                }
            };
            told.lines.push(((item.pat.authorization_id, item.pat.display_name.clone()), state, message));
        }
        told
    }

    /// The new secrets as a `.env` file, once, when all are there; then they are forgotten.
    pub(crate) fn hand_over(&self) -> Option<String> {
        let mut handed_over = self.handed_over.lock().unwrap_or_else(PoisonError::into_inner);
        if *handed_over {
            return None;
        }
        let is_over = |item: &Item| item.outcome.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if !self.items.iter().all(is_over) {
            return None;
        }
        let mut file = String::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        for item in &self.items {
            let mut outcome = item.outcome.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(Ok(Some(new))) = &mut *outcome else { continue };
            let name = variable_name(&item.pat.display_name);
            let count = names.entry(name.clone()).or_default();
            *count += 1;
            let name = if *count > 1 { format!("{name}_{count}") } else { name };
            // Writing to a string cannot fail.
            let _ = writeln!(file, "# {}\n{name}={}", item.pat.authorization_id, new.secret.expose());
            new.secret = Secret::new("");
        }
        *handed_over = true;
        Some(file)
    }
}

fn unexpected(problem: &str) -> ClientError {
    ClientError::Unexpected { status: 0, problem: problem.to_owned() }
}

/// All runs of a console.
#[derive(Debug, Default)]
pub(crate) struct Runs(Mutex<HashMap<Uuid, (Timestamp, Arc<Run>)>>);

impl Runs {
    /// Remembers a run. Of too many of one person those that are settled are forgotten; `false`: none is.
    pub(crate) fn add(&self, id: Uuid, run: Arc<Run>, now: Timestamp) -> bool {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|_, (begun, _)| now.duration_since(*begun) < REMEMBERED);
        let count = |runs: &HashMap<Uuid, (Timestamp, Arc<Run>)>| {
            runs.values().filter(|(_, other)| other.is_of(run.owner)).count()
        };
        if count(&runs) >= MAXIMUM {
            runs.retain(|_, (_, other)| !other.is_of(run.owner) || !other.is_settled());
        }
        if count(&runs) >= MAXIMUM {
            return false;
        }
        runs.insert(id, (now, run));
        true
    }

    pub(crate) fn find(&self, id: Uuid) -> Option<Arc<Run>> {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.get(&id).map(|(_, run)| Arc::clone(run))
    }
}
