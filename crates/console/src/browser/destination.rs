//! Where a person goes after signing in. It travels as the name of a page, never as an address, so that nobody can
//! make the console send a person elsewhere.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A page of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Destination {
    /// One's PATs.
    #[default]
    Pats,
    /// The form for a new PAT.
    NewPat,
    /// One PAT.
    Pat(Uuid),
    /// All PATs of the organization.
    Inventory,
    /// The policies.
    Policies,
    /// The audit.
    Audit,
    /// The leak desk.
    Leaks,
}

impl Destination {
    /// The name, for a query.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Pats => "pats".to_owned(),
            Self::NewPat => "new".to_owned(),
            Self::Pat(id) => format!("pat-{id}"),
            Self::Inventory => "inventory".to_owned(),
            Self::Policies => "policies".to_owned(),
            Self::Audit => "audit".to_owned(),
            Self::Leaks => "leaks".to_owned(),
        }
    }

    /// The page of that name; any other text is the list.
    pub(crate) fn find(name: &str) -> Self {
        match name {
            "new" => Self::NewPat,
            "inventory" => Self::Inventory,
            "policies" => Self::Policies,
            "audit" => Self::Audit,
            "leaks" => Self::Leaks,
            _ => name
                .strip_prefix("pat-")
                .and_then(|id| Uuid::try_parse(id).ok())
                .map_or(Self::Pats, Self::Pat),
        }
    }

    /// The page's path.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Pats => "/console/pats".to_owned(),
            Self::NewPat => "/console/pats/new".to_owned(),
            Self::Pat(id) => format!("/console/pats/{id}"),
            Self::Inventory => "/console/inventory".to_owned(),
            Self::Policies => "/console/policies".to_owned(),
            Self::Audit => "/console/audit".to_owned(),
            Self::Leaks => "/console/leaks".to_owned(),
        }
    }

    /// The page that a path is of, for coming back to it; the list where it is none.
    pub(crate) fn of_path(path: &str) -> Self {
        let Some(rest) = path.strip_prefix("/console/") else { return Self::Pats };
        let mut segments = rest.split('/');
        match (segments.next(), segments.next()) {
            (Some("pats"), Some(id)) => Uuid::try_parse(id).map_or_else(|_| Self::find(id), Self::Pat),
            (Some(name), _) => Self::find(name),
            _ => Self::Pats,
        }
    }
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Destination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::find(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_name_and_its_path() {
        for page in [
            Destination::Pats,
            Destination::NewPat,
            Destination::Pat(Uuid::from_u128(7)),
            Destination::Inventory,
            Destination::Policies,
            Destination::Audit,
            Destination::Leaks,
        ] {
            assert_eq!(Destination::find(&page.name()), page);
            assert_eq!(Destination::of_path(&page.path()), page);
        }
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for name in [
            "//evil.example",
            "\\\\evil.example",
            "%2f%2fevil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "https://localhost@evil.example",
            "pat-//evil.example",
            "",
            "PATS",
        ] {
            assert_eq!(Destination::find(name), Destination::Pats, "{name}");
            assert_eq!(Destination::of_path(name).path(), "/console/pats", "{name}");
        }
    }
}
