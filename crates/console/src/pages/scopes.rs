//! The scopes to choose from, by family.

use patcycle_contract::scope::{ALL, FULL};

/// The scopes about one thing.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) area: &'static str,
    pub(crate) choices: Vec<Choice>,
}

/// One scope.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) is_high_privilege: bool,
    /// What it includes besides itself, blank-separated.
    pub(crate) includes: String,
    pub(crate) is_chosen: bool,
}

/// Scopes for a common purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Preset {
    /// The text `preset-{id}` names it.
    pub(crate) id: &'static str,
    /// Blank-separated.
    pub(crate) scopes: &'static str,
}

/// The purposes that people ask for most.
pub(crate) const PRESETS: [Preset; 6] = [
    Preset { id: "clone", scopes: "vso.code" },
    Preset { id: "push", scopes: "vso.code_write" },
    Preset { id: "build", scopes: "vso.build_execute" },
    Preset { id: "feed-read", scopes: "vso.packaging" },
    Preset { id: "feed-publish", scopes: "vso.packaging_write" },
    Preset { id: "agent", scopes: "vso.agentpools_manage" },
];

/// All scopes that a PAT can carry, but full access, which stands apart. `chosen` is blank-separated.
pub(crate) fn families(chosen: &str) -> Vec<Family> {
    let is_chosen = |name: &str| chosen.split_whitespace().any(|one| one.eq_ignore_ascii_case(name));
    let mut families: Vec<Family> = Vec::new();
    for scope in ALL.iter().filter(|scope| scope.fits_pats() && scope.name != FULL) {
        let included = scope.included();
        let choice = Choice {
            name: scope.name,
            title: scope.title,
            is_high_privilege: scope.high_privilege,
            includes: included.iter().skip(1).map(|scope| scope.name).collect::<Vec<_>>().join(" "),
            is_chosen: is_chosen(scope.name),
        };
        match families.iter_mut().find(|family| family.area == scope.area) {
            Some(family) => family.choices.push(choice),
            None => families.push(Family { area: scope.area, choices: vec![choice] }),
        }
    }
    families
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_offered_once_and_those_for_signing_in_are_not() {
        let families = families("vso.code VSO.BUILD");
        let choices: Vec<_> = families.iter().flat_map(|family| &family.choices).collect();
        assert_eq!(choices.len(), ALL.iter().filter(|scope| scope.fits_pats()).count() - 1);
        assert!(choices.iter().all(|choice| choice.name != "vso.pats_manage" && choice.name != FULL));
        let chosen: Vec<_> =
            choices.iter().filter(|choice| choice.is_chosen).map(|choice| choice.name).collect();
        assert_eq!(chosen, ["vso.build", "vso.code"]);
        let write = choices.iter().find(|choice| choice.name == "vso.code_write").unwrap();
        assert!(write.includes.starts_with("vso.code "), "{}", write.includes);
    }

    #[test]
    fn presets_are_made_of_scopes() {
        for preset in PRESETS {
            patcycle_contract::ScopeSet::parse(preset.scopes).unwrap();
        }
    }
}
