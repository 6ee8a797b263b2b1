//! Names and ids select PATs. A name that fits none or several is an error, never a guess.

use jiff::Timestamp;
use patcycle_contract::PatToken;
use uuid::Uuid;

use crate::explain::{Explanation, capital};
use crate::near::nearest;
use crate::text::clean;

/// The most near names that an error lists.
const MAXIMUM_NEAR: usize = 5;

/// What a person needs to tell one PAT from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The id, which selects it without doubt.
    pub authorization_id: Uuid,
    /// The name.
    pub display_name: String,
    /// The scopes.
    pub scope: String,
    /// When it was made.
    pub valid_from: Timestamp,
    /// When it ends.
    pub valid_to: Timestamp,
}

impl From<&PatToken> for Candidate {
    fn from(pat: &PatToken) -> Self {
        Self {
            authorization_id: pat.authorization_id,
            display_name: clean(&pat.display_name),
            scope: clean(&pat.scope),
            valid_from: pat.valid_from,
            valid_to: pat.valid_to,
        }
    }
}

/// Why a name or id selects no PAT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// None fits.
    #[error("there is no PAT `{wanted}`")]
    NotFound {
        /// What was asked for, cleaned.
        wanted: String,
        /// PATs with a similar name, the nearest first.
        near: Vec<Candidate>,
    },
    /// Several fit.
    #[error("{} PATs are called `{wanted}`", candidates.len())]
    Ambiguous {
        /// What was asked for, cleaned.
        wanted: String,
        /// All of them, the youngest first.
        candidates: Vec<Candidate>,
    },
}

impl SelectError {
    /// The error in words, with what to do.
    pub fn explain(&self) -> Explanation {
        let next = match self {
            Self::NotFound { near, .. } if near.is_empty() => {
                "Run `patcycle list --state all` to see what there is.".to_owned()
            }
            Self::NotFound { near, .. } => {
                let names: Vec<_> =
                    near.iter().map(|candidate| format!("`{}`", candidate.display_name)).collect();
                format!("Did you mean {}?", names.join(", "))
            }
            Self::Ambiguous { candidates, .. } => {
                let ids: Vec<_> =
                    candidates.iter().map(|candidate| candidate.authorization_id.to_string()).collect();
                format!("Give the id instead: {}.", ids.join(", "))
            }
        };
        Explanation::new(format!("{}.", capital(&self.to_string())), next)
    }
}

/// The one PAT of `pats` that has `wanted` as its id or, exactly, as its name.
///
/// An id goes before a name, since a name may look like the id of another PAT.
pub fn select<'a>(pats: &'a [PatToken], wanted: &str) -> Result<&'a PatToken, SelectError> {
    if let Ok(id) = wanted.trim().parse::<Uuid>()
        && let Some(pat) = pats.iter().find(|pat| pat.authorization_id == id)
    {
        return Ok(pat);
    }
    let mut named = pats.iter().filter(|pat| pat.display_name == wanted);
    match (named.next(), named.next()) {
        (Some(pat), None) => Ok(pat),
        (None, _) => Err(SelectError::NotFound { wanted: clean(wanted), near: near(pats, wanted) }),
        (Some(_), Some(_)) => {
            let named = pats.iter().filter(|pat| pat.display_name == wanted);
            let mut candidates: Vec<_> = named.map(Candidate::from).collect();
            candidates.sort_by_key(|candidate| {
                std::cmp::Reverse((candidate.valid_from, candidate.authorization_id))
            });
            Err(SelectError::Ambiguous { wanted: clean(wanted), candidates })
        }
    }
}

/// Every PAT that one of `wanted` selects, each once, in the order asked for. All or nothing: the first one that
/// selects none is the error.
pub fn select_all<'a>(pats: &'a [PatToken], wanted: &[String]) -> Result<Vec<&'a PatToken>, SelectError> {
    let mut selected: Vec<&PatToken> = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let pat = select(pats, wanted)?;
        if !selected.iter().any(|earlier| earlier.authorization_id == pat.authorization_id) {
            selected.push(pat);
        }
    }
    Ok(selected)
}

fn near(pats: &[PatToken], wanted: &str) -> Vec<Candidate> {
    let mut ordered: Vec<&PatToken> = pats.iter().collect();
    ordered.sort_by_key(|pat| (&pat.display_name, pat.authorization_id));
    let mut near = nearest(wanted, ordered, |pat| &pat.display_name);
    near.dedup_by(|later, earlier| later.display_name == earlier.display_name);
    near.into_iter().take(MAXIMUM_NEAR).map(Candidate::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pat(number: u128, name: &str) -> PatToken {
        PatToken {
            display_name: name.to_owned(),
            valid_to: Timestamp::MAX,
            scope: "vso.code".to_owned(),
            target_accounts: None,
            valid_from: Timestamp::from_second(i64::try_from(number).unwrap()).unwrap(),
            authorization_id: Uuid::from_u128(number),
            token: None,
        }
    }

    #[test]
    fn id_before_name_and_names_exactly() {
        let id = Uuid::from_u128(1).to_string();
        let pats = [pat(1, "ci"), pat(2, &id), pat(3, "CI")];
        assert_eq!(select(&pats, &id).unwrap().authorization_id, Uuid::from_u128(1));
        assert_eq!(select(&pats, &id.to_uppercase()).unwrap().authorization_id, Uuid::from_u128(1));
        assert_eq!(select(&pats, "ci").unwrap().authorization_id, Uuid::from_u128(1));
        assert_eq!(select(&pats, "CI").unwrap().authorization_id, Uuid::from_u128(3));
        let names: Vec<_> = ["ci".to_owned(), id, "CI".to_owned()].to_vec();
        assert_eq!(select_all(&pats, &names).unwrap().len(), 2);
    }

    #[test]
    fn several_are_listed_youngest_first() {
        let pats = [pat(1, "ci"), pat(2, "ci"), pat(3, "cd")];
        let error = select(&pats, "ci").unwrap_err();
        let SelectError::Ambiguous { candidates, .. } = &error else { panic!("{error}") };
        assert_eq!(candidates.iter().map(|c| c.authorization_id.as_u128()).collect::<Vec<_>>(), [2, 1]);
        let explained = error.explain();
        assert_eq!(explained.message, "2 PATs are called `ci`.");
        assert!(explained.next.contains(&Uuid::from_u128(2).to_string()));
    }

    #[test]
    fn none_names_the_near_ones() {
        let pats = [pat(1, "deploy-prod"), pat(2, "Deploy-Test"), pat(3, "nuget"), pat(4, "deploy-prod")];
        let near = |wanted: &str| match select(&pats, wanted) {
            Err(SelectError::NotFound { near, .. }) => {
                near.into_iter().map(|c| c.display_name).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(near("deploy-test"), ["Deploy-Test"]);
        assert_eq!(near("deploy-prd"), ["deploy-prod", "Deploy-Test"][..1].to_vec());
        assert_eq!(near("deploy"), ["Deploy-Test", "deploy-prod"]);
        assert_eq!(near("zzzz"), [""; 0]);
        assert_eq!(near(""), [""; 0]);
    }
}
