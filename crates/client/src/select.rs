//! Names and ids select PATs. A name that fits none or several is an error, never a guess.

use jiff::Timestamp;
use patcycle_contract::PatToken;
use uuid::Uuid;

use crate::explain::{Explanation, capital};
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
    let wanted = wanted.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut ranked: Vec<(usize, &PatToken)> = pats
        .iter()
        .filter_map(|pat| distance(&wanted, &pat.display_name).map(|distance| (distance, pat)))
        .collect();
    ranked.sort_by_key(|(distance, pat)| (*distance, pat.display_name.clone(), pat.authorization_id));
    ranked.dedup_by(|later, earlier| later.1.display_name == earlier.1.display_name);
    ranked.into_iter().take(MAXIMUM_NEAR).map(|(_, pat)| Candidate::from(pat)).collect()
}

/// How far a name is from what was asked for; `None`: too far to be meant.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    if name == wanted {
        return Some(0);
    }
    let edits = edit_distance(wanted, &name);
    let allowed = (wanted.chars().count() / 3).clamp(1, 3);
    if edits <= allowed {
        return Some(edits);
    }
    (wanted.chars().count() >= 2 && name.contains(wanted)).then_some(allowed + 1)
}

/// Levenshtein's distance over the first 64 characters.
fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, a) in left.iter().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&right) {
            let above = *cell;
            let replaced = diagonal + usize::from(a != b);
            diagonal = above;
            before = replaced.min(above + 1).min(before + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(left.len())
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

    #[test]
    fn edit_distances() {
        for (left, right, expected) in [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ci", "ic", 2)]
        {
            assert_eq!(edit_distance(left, right), expected, "{left} {right}");
            assert_eq!(edit_distance(right, left), expected, "{right} {left}");
        }
    }
}
