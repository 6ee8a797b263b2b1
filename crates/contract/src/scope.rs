//! Scopes: which exist, what each includes, and which a PAT may carry.

mod table;

use crate::excerpt::excerpt;

pub use table::ALL;

/// The scope for everything that a PAT may do.
pub const FULL: &str = "app_token";

/// Scopes of the sign-in, which no PAT may carry (contract.md §12 #18): a PAT cannot make PATs.
const ENTRA_ONLY: &[&str] = &["user_impersonation", "vso.pats", "vso.pats_manage"];

// A set of scopes is kept as the bits of one number.
const _: () = assert!(ALL.len() <= 128);

/// One scope.
#[derive(Debug, PartialEq, Eq)]
pub struct Scope {
    /// The name on the wire, lower-case.
    pub name: &'static str,
    /// What people are shown.
    pub title: &'static str,
    /// What it is about.
    pub area: &'static str,
    /// Whether the service flags it as dangerous in the wrong hands.
    pub high_privilege: bool,
    /// The scopes directly included; theirs are included too (see [`Scope::included`]).
    pub includes: &'static [&'static str],
}

impl Scope {
    /// All scopes included in this one, itself first, each once.
    pub fn included(&self) -> Vec<&'static Self> {
        let mut found: Vec<&'static Self> = find(self.name).into_iter().collect();
        let mut next = 0;
        while let Some(scope) = found.get(next) {
            for included in scope.includes.iter().copied().filter_map(find) {
                if !found.contains(&included) {
                    found.push(included);
                }
            }
            next += 1;
        }
        found
    }

    /// Whether a PAT may carry it.
    pub fn fits_pats(&self) -> bool {
        !ENTRA_ONLY.contains(&self.name)
    }
}

/// The scope of that name, in any case.
pub fn find(name: &str) -> Option<&'static Scope> {
    position(name).and_then(|position| ALL.get(position))
}

fn position(name: &str) -> Option<usize> {
    ALL.iter().position(|scope| scope.name.eq_ignore_ascii_case(name))
}

/// Why scopes are refused. The text is the sentence for `patTokenErrorMessage`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// No scope at all.
    #[error(
        "scope is missing or blank. Name at least one scope, such as vso.code, or app_token for full access."
    )]
    Empty,
    /// A scope that does not exist.
    #[error("The scope \"{name}\" does not exist. Write scopes such as vso.code_write, separated by blanks.")]
    Unknown {
        /// The name, cut to a length fit for a message.
        name: String,
    },
    /// A scope that exists, but not for PATs.
    #[error("The scope \"{name}\" is for signing in; a personal access token cannot carry it. Leave it out.")]
    Forbidden {
        /// The name.
        name: &'static str,
    },
}

/// The scopes of a PAT: at least one, all known, none twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeSet {
    text: String,
    /// One bit per row of [`ALL`]: what is granted, by name or by inclusion.
    granted: u128,
}

impl ScopeSet {
    /// Reads blank-separated scopes in any case. `app_token` swallows the others, but they must be known too.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut names: Vec<&'static str> = Vec::new();
        for given in text.split_whitespace() {
            let scope = find(given).ok_or_else(|| ScopeError::Unknown { name: excerpt(given) })?;
            if !scope.fits_pats() {
                return Err(ScopeError::Forbidden { name: scope.name });
            }
            if !names.contains(&scope.name) {
                names.push(scope.name);
            }
        }
        if names.is_empty() {
            return Err(ScopeError::Empty);
        }
        if names.contains(&FULL) {
            names = vec![FULL];
        }
        Ok(Self { granted: granted(&names), text: names.join(" ") })
    }

    /// The canonical text, as it is stored and shown: lower-case, one blank between, the order of the request.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names, without those that are only included.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ')
    }

    /// Whether it grants everything that a PAT may do.
    pub fn is_full(&self) -> bool {
        self.text == FULL
    }

    /// Whether it grants `required`, by name or by inclusion. Names match whole: `vso.code` says nothing about
    /// `vso.code_write`. An unknown name, and one that no PAT may carry, is granted by nothing, not even by
    /// full access.
    pub fn allows(&self, required: &str) -> bool {
        position(required).is_some_and(|position| self.granted & (1 << position) != 0)
    }
}

fn granted(names: &[&str]) -> u128 {
    let bit = |name| position(name).map_or(0, |position| 1 << position);
    if names.contains(&FULL) {
        return ALL.iter().filter(|scope| scope.fits_pats()).fold(0, |bits, scope| bits | bit(scope.name));
    }
    names
        .iter()
        .filter_map(|name| find(name))
        .flat_map(Scope::included)
        .fold(0, |bits, scope| bits | bit(scope.name))
}

impl std::fmt::Display for ScopeSet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
