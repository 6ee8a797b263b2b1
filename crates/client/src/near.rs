//! Names that a person may have meant.

/// So many characters are compared.
const COMPARED: usize = 64;

/// What has a name near `wanted`, the nearest first; what is equally near stays in its order.
pub fn nearest<T>(wanted: &str, things: impl IntoIterator<Item = T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let wanted = folded(wanted);
    let mut ranked: Vec<(usize, T)> = things
        .into_iter()
        .filter_map(|thing| distance(&wanted, &folded(name(&thing))).map(|distance| (distance, thing)))
        .collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked.into_iter().map(|(_, thing)| thing).collect()
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase().chars().take(COMPARED).collect()
}

/// How far a name is from what was asked for; `None`: too far to be meant.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let length = wanted.chars().count();
    if length == 0 {
        return None;
    }
    let allowed = (length / 3).clamp(1, 3);
    let edits = strsim::levenshtein(wanted, name);
    if edits <= allowed {
        return Some(edits);
    }
    (length >= 2 && name.contains(wanted)).then_some(allowed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_parts_are_near_and_the_rest_is_not() {
        let near = |wanted: &str| nearest(wanted, ["Deploy-Test", "deploy-prod", "nuget"], |name| name);
        assert_eq!(near("deploy-tset"), ["Deploy-Test"]);
        assert_eq!(near(" DEPLOY-PROD "), ["deploy-prod"]);
        assert_eq!(near("deploy"), ["Deploy-Test", "deploy-prod"]);
        assert_eq!(near("nugat"), ["nuget"]);
        assert_eq!(near("zzzz"), [""; 0]);
        assert_eq!(near("  "), [""; 0]);
    }
}
