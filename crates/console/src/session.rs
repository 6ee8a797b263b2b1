//! What a session holds. It is kept sealed, see [`crate::sessions`].

use jiff::Timestamp;
use patcycle_entra::flows::Grant;
use patcycle_entra::flows::web::PendingSignIn;
use patcycle_primitives::Secret;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::browser::Destination;

/// Sign-ins that a browser may have begun at the same time, one per tab.
const MAXIMUM_PENDING: usize = 8;
/// Forms that are remembered as sent.
const MAXIMUM_SPENT: usize = 200;

/// The content of a session.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    /// What each form must bring back (see [`crate::browser::forms`]).
    #[serde(serialize_with = "exposed")]
    pub(crate) form_key: Secret,
    /// Sign-ins that were begun and not ended, the latest last.
    pending: Vec<Pending>,
    /// Who signed in.
    pub(crate) person: Option<Person>,
    /// The single-use forms that were sent, the latest last.
    spent: Vec<Spent>,
}

/// A sign-in that was begun.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pending {
    pub(crate) sign_in: PendingSignIn,
    pub(crate) begun_at: Timestamp,
    /// Whether the person was to prove again who they are.
    pub(crate) is_fresh: bool,
    /// Where the person wanted to go.
    pub(crate) destination: Destination,
}

/// Who signed in, and what calls the API in their name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) tenant_id: Uuid,
    pub(crate) object_id: Uuid,
    pub(crate) user_name: String,
    pub(crate) display_name: String,
    pub(crate) signed_in_at: Timestamp,
    /// When the person proved who they are; `None`: the sign-in service does not tell, and did not have to ask.
    pub(crate) authenticated_at: Option<Timestamp>,
    /// What the service offers beyond the API; nothing at Azure DevOps. Asked for at the sign-in.
    pub(crate) features: Vec<String>,
    /// Whether the service lets the person see the organization's policies.
    pub(crate) is_administrator: bool,
    #[serde(serialize_with = "exposed")]
    pub(crate) access_token: Secret,
    pub(crate) access_token_ends: Timestamp,
    #[serde(serialize_with = "exposed_option", default)]
    pub(crate) refresh_token: Option<Secret>,
}

/// A single-use form that was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spent {
    form: String,
    /// What it made; `None` while that is not known.
    made: Option<Uuid>,
}

/// What became of a single-use form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormUse {
    /// It was not sent before; from now on it was.
    First,
    /// It was sent before. What it made, where that is known.
    Again(Option<Uuid>),
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn exposed_option<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(serializer)
}

impl Session {
    /// A session in which nobody has signed in yet.
    pub(crate) fn new(form_key: Secret) -> Self {
        Self { form_key, pending: Vec::new(), person: None, spent: Vec::new() }
    }

    /// The bytes that it takes at most when it is written.
    pub(crate) fn room(&self) -> usize {
        let secrets = self.person.as_ref().map_or(0, |person| {
            let refresh_token = person.refresh_token.as_ref().map_or(0, |token| token.expose().len());
            person.access_token.expose().len() + refresh_token + 1024
        });
        2 * secrets + self.pending.len() * 2048 + self.spent.len() * 128 + 1024
    }

    /// Remembers a sign-in that was begun. Of too many the oldest is forgotten.
    pub(crate) fn begin(&mut self, pending: Pending) {
        if self.pending.len() >= MAXIMUM_PENDING {
            self.pending.remove(0);
        }
        self.pending.push(pending);
    }

    /// Takes the sign-in out that `is_it` means: each is good for one answer.
    pub(crate) fn take(&mut self, is_it: impl Fn(&Pending) -> bool) -> Option<Pending> {
        let position = self.pending.iter().position(is_it)?;
        Some(self.pending.remove(position))
    }

    /// Takes the forms over from the session before, if that was the same person's.
    pub(crate) fn continue_for(&mut self, person: &Person, before: &Self) {
        let is_same =
            |other: &Person| (other.tenant_id, other.object_id) == (person.tenant_id, person.object_id);
        if before.person.as_ref().is_some_and(is_same) {
            self.form_key = Secret::new(before.form_key.expose());
            self.spent.clone_from(&before.spent);
        }
    }

    /// Marks a single-use form as sent.
    pub(crate) fn spend(&mut self, form: &str) -> FormUse {
        if let Some(spent) = self.spent.iter().find(|spent| spent.form == form) {
            return FormUse::Again(spent.made);
        }
        if self.spent.len() >= MAXIMUM_SPENT {
            self.spent.remove(0);
        }
        self.spent.push(Spent { form: form.to_owned(), made: None });
        FormUse::First
    }

    /// Notes what a single-use form made.
    pub(crate) fn made(&mut self, form: &str, id: Uuid) {
        if let Some(spent) = self.spent.iter_mut().find(|spent| spent.form == form) {
            spent.made = Some(id);
        }
    }

    /// Lets a single-use form be sent again: it certainly made nothing.
    pub(crate) fn release(&mut self, form: &str) {
        self.spent.retain(|spent| spent.form != form);
    }
}

impl Person {
    /// Who it is, for comparing.
    pub(crate) fn key(&self) -> (Uuid, Uuid) {
        (self.tenant_id, self.object_id)
    }

    /// Whether the service offers this.
    pub(crate) fn is_offered(&self, feature: &str) -> bool {
        self.features.iter().any(|offered| offered == feature)
    }

    /// The person of a grant; `None` where it does not say who that is. `is_fresh`: they were asked to prove it.
    pub(crate) fn of(grant: Grant, is_fresh: bool, now: Timestamp) -> Option<Self> {
        let identity = grant.identity?;
        let user_name = identity.user_name.unwrap_or_else(|| identity.object_id.to_string());
        Some(Self {
            tenant_id: identity.tenant_id,
            object_id: identity.object_id,
            display_name: identity.display_name.unwrap_or_else(|| user_name.clone()),
            user_name,
            signed_in_at: now,
            authenticated_at: identity.authenticated_at.or(is_fresh.then_some(now)),
            features: Vec::new(),
            is_administrator: false,
            access_token: grant.access_token,
            access_token_ends: grant.expires_at,
            refresh_token: grant.refresh_token,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_counts_once() {
        let mut session = Session::new(Secret::new("key"));
        assert_eq!(session.spend("a"), FormUse::First);
        assert_eq!(session.spend("a"), FormUse::Again(None));
        session.made("a", Uuid::from_u128(1));
        assert_eq!(session.spend("a"), FormUse::Again(Some(Uuid::from_u128(1))));
        assert_eq!(session.spend("b"), FormUse::First);
        session.release("b");
        assert_eq!(session.spend("b"), FormUse::First);
        for number in 0..MAXIMUM_SPENT * 2 {
            session.spend(&number.to_string());
        }
        assert_eq!(session.spent.len(), MAXIMUM_SPENT);
    }

    #[test]
    fn forms_outlive_a_second_sign_in_of_the_same_person_only() {
        let mut before = Session::new(Secret::new("before"));
        before.person = Some(person(1));
        before.spend("sent");
        let continued = |number: u128| {
            let mut session = Session::new(Secret::new("after"));
            session.continue_for(&person(number), &before);
            (session.form_key.expose().to_owned(), session.spend("sent"))
        };
        assert_eq!(continued(1), ("before".to_owned(), FormUse::Again(None)));
        assert_eq!(continued(2), ("after".to_owned(), FormUse::First));
    }

    #[test]
    fn the_room_is_enough() {
        let mut session = Session::new(Secret::new("k".repeat(43)));
        session.person = Some(person(0));
        for number in 0..50 {
            session.spend(&Uuid::from_u128(number).to_string());
        }
        assert!(serde_json::to_vec(&session).unwrap().len() <= session.room());
    }

    fn person(number: u128) -> Person {
        Person {
            tenant_id: Uuid::nil(),
            object_id: Uuid::from_u128(number),
            user_name: "ana@fabrikam.example".to_owned(),
            display_name: "Ana".to_owned(),
            signed_in_at: Timestamp::UNIX_EPOCH,
            authenticated_at: Some(Timestamp::UNIX_EPOCH),
            features: vec!["rotate".to_owned()],
            is_administrator: true,
            access_token: Secret::new("t".repeat(3000)),
            access_token_ends: Timestamp::UNIX_EPOCH,
            refresh_token: Some(Secret::new("r".repeat(1500))),
        }
    }
}
