//! Matching a path against the table.

use super::ROUTES;
use super::table::{VERIFY, VERIFY_BY_RULE};

/// At the end of a path: whatever follows, even nothing.
pub(crate) const ANY_SUFFIX: &str = "{*}";
/// No path of the table has more parameters.
pub(super) const MAXIMUM_PARAMETERS: usize = 3;

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Location<'a> {
    /// The path of the table that it matches. Logs show this one: the real path may hold anything.
    pub(crate) path: Option<&'static str>,
    /// What stands where the table has a parameter, byte for byte.
    pub(crate) parameters: Parameters<'a>,
    /// Whether it lies under `/{organization}/_apis`, where pages of other origins may call.
    pub(crate) under_apis: bool,
}

/// The parameters of a path: name, without braces, and value, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Parameters<'a>([Option<(&'static str, &'a str)>; MAXIMUM_PARAMETERS]);

impl<'a> Parameters<'a> {
    pub(super) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// The value of a parameter; `None`: the path of the table has none of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().flatten().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

impl<'a> Location<'a> {
    /// Finds the path of the table that a raw path matches.
    pub(crate) fn of(path: &'a str) -> Self {
        let Some(relative) = path.strip_prefix('/') else { return Self::default() };
        let named: Vec<&str> = relative.split('/').filter(|segment| !segment.is_empty()).collect();
        let in_organization = |segments: &[&str]| {
            matches!(segments, [organization, apis, ..]
                if apis.eq_ignore_ascii_case("_apis") && !organization.starts_with(['_', '.']))
        };
        if in_organization(&named) {
            return Self { under_apis: true, ..Self::matching(&named) };
        }
        let exact: Vec<&str> = relative.strip_suffix('/').unwrap_or(relative).split('/').collect();
        Self::matching(&exact)
    }

    /// Whether it is where verdicts are given.
    pub(crate) fn is_for_verification(&self) -> bool {
        self.path.is_some_and(|path| path == VERIFY || path == VERIFY_BY_RULE)
    }

    fn matching(segments: &[&'a str]) -> Self {
        // An area may have any name, so the path with fewer parameters is meant; of equals, the first.
        let fitting = ROUTES.iter().filter_map(|route| Self::at(route.path, segments));
        fitting.min_by_key(|location| location.parameters.count()).unwrap_or_default()
    }

    pub(super) fn at(pattern: &'static str, segments: &[&'a str]) -> Option<Self> {
        let mut parameters = Parameters::default();
        let mut free = parameters.0.iter_mut();
        let mut given = segments.iter();
        for expected in pattern.split('/').skip(1) {
            if expected == ANY_SUFFIX {
                return Some(Self { path: Some(pattern), parameters, under_apis: false });
            }
            let segment = given.next()?;
            match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) if !segment.is_empty() => *free.next()? = Some((name, segment)),
                None if expected.eq_ignore_ascii_case(segment) => {}
                Some(_) | None => return None,
            }
        }
        given.next().is_none().then_some(Self { path: Some(pattern), parameters, under_apis: false })
    }
}
