use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

fn set(text: &str) -> ScopeSet {
    ScopeSet::parse(text).unwrap()
}

#[test]
fn the_table_is_sound() {
    for (position, scope) in ALL.iter().enumerate() {
        assert!(
            ALL[..position].iter().all(|other| other.name != scope.name),
            "{} is there twice",
            scope.name
        );
        assert_eq!(scope.name, scope.name.to_ascii_lowercase());
        assert!(!scope.title.is_empty() && !scope.area.is_empty());
        for included in scope.includes {
            assert!(find(included).is_some(), "{} includes {included}, which is not there", scope.name);
        }
        assert_eq!(scope.included().iter().filter(|other| other.name == scope.name).count(), 1);
    }
}

#[test]
fn the_published_scopes_are_there() {
    let high = ALL.iter().filter(|scope| scope.high_privilege && scope.name.starts_with("vso.")).count();
    let ours = [
        "vso.drop",
        "vso.drop_write",
        "vso.drop_manage",
        "vso.loadtest",
        "vso.loadtest_write",
        "vso.governance",
    ];
    for name in ours {
        assert!(find(name).is_some(), "{name}");
    }
    assert_eq!((ALL.len() - ours.len(), high), (89, 34));
}

#[test]
fn inclusion_is_transitive() {
    let included =
        |name: &str| find(name).unwrap().included().iter().map(|scope| scope.name).collect::<Vec<_>>();
    assert_eq!(
        included("vso.code_full"),
        [
            "vso.code_full",
            "vso.code_manage",
            "vso.code_write",
            "vso.code",
            "vso.hooks_write",
            "vso.hooks",
            "vso.profile",
        ]
    );
    assert_eq!(
        included("vso.environment_manage"),
        ["vso.environment_manage", "vso.agentpools_manage", "vso.agentpools"]
    );
    assert_eq!(
        included("vso.machinegroup_manage"),
        ["vso.machinegroup_manage", "vso.agentpools_manage", "vso.agentpools"]
    );
    assert_eq!(
        included("vso.gallery_manage"),
        ["vso.gallery_manage", "vso.gallery_publish", "vso.gallery", "vso.profile"]
    );
    assert_eq!(included("vso.code_status"), ["vso.code_status"]);
    assert_eq!(included("vso.pats_manage"), ["vso.pats_manage", "vso.pats"]);
}

#[test]
fn the_stored_text_keeps_the_order_and_drops_the_rest() {
    for (given, expected) in [
        ("vso.code", "vso.code"),
        ("vso.code ", "vso.code"),
        ("\t vso.work \r\n  VSO.Code\u{a0}vso.work", "vso.work vso.code"),
        ("vso.code_write vso.code", "vso.code_write vso.code"),
        ("App_Token", "app_token"),
        ("vso.code app_token vso.work", "app_token"),
        ("vso.tokens vso.tokenadministration", "vso.tokens vso.tokenadministration"),
        ("vso.drop vso.loadtest_write vso.governance", "vso.drop vso.loadtest_write vso.governance"),
    ] {
        assert_eq!(set(given).as_str(), expected, "{given:?}");
        assert_eq!(set(given).to_string(), expected);
    }
    assert_eq!(set("vso.work vso.code").iter().collect::<Vec<_>>(), ["vso.work", "vso.code"]);
}

#[test]
fn no_scope() {
    for text in ["", "  ", "\n\t", "\u{2003}"] {
        assert_eq!(ScopeSet::parse(text), Err(ScopeError::Empty), "{text:?}");
    }
}

#[test]
fn unknown_scopes_are_named() {
    for name in [
        "vso",
        "vso.",
        "vso.cod",
        "vso.codex",
        "vso.code.write",
        "vso.code,vso.work",
        "*",
        "null",
        "all",
        "vso.connectedserver",
        "vso.tokens_administration",
        "vso.pac\u{212a}aging",
        "499b84ac/.default",
    ] {
        let unknown = ScopeError::Unknown { name: name.to_owned() };
        assert_eq!(ScopeSet::parse(&format!("vso.code {name}")), Err(unknown.clone()), "{name}");
        assert_eq!(ScopeSet::parse(&format!("app_token {name}")), Err(unknown), "{name}");
    }
    assert_eq!(
        ScopeSet::parse("vso.cod").unwrap_err().to_string(),
        "The scope \"vso.cod\" does not exist. Write scopes such as vso.code_write, separated by blanks."
    );
}

#[test]
fn scopes_of_the_sign_in_are_refused() {
    for name in ["user_impersonation", "vso.pats", "vso.pats_manage"] {
        assert_eq!(ScopeSet::parse(&name.to_uppercase()), Err(ScopeError::Forbidden { name }));
        assert_eq!(ScopeSet::parse(&format!("app_token {name}")), Err(ScopeError::Forbidden { name }));
    }
}

#[test]
fn full_access_is_all_that_pats_may_do_and_no_more() {
    let full = set("app_token");
    assert!(full.is_full());
    for scope in ALL {
        assert_eq!(full.allows(scope.name), scope.fits_pats(), "{}", scope.name);
    }
    for nonsense in ["", " ", "*", "vso.nonsense", "vso.code vso.work", "vso.code "] {
        assert!(!full.allows(nonsense), "{nonsense:?}");
    }
    assert!(!set("vso.code").is_full());
    assert!(!set("vso.code").allows("app_token"));
}

#[test]
fn what_is_required_matches_in_any_case() {
    assert!(set("vso.code_write").allows("VSO.Code"));
}

fn scopes() -> impl Strategy<Value = &'static Scope> {
    select(ALL.iter().collect::<Vec<_>>())
}

fn pat_scopes() -> impl Strategy<Value = Vec<&'static str>> {
    let names: Vec<&'static str> =
        ALL.iter().filter(|scope| scope.fits_pats()).map(|scope| scope.name).collect();
    subsequence(names, 1..6).prop_shuffle()
}

proptest! {
    #[test]
    fn no_text_panics_or_grants_everything(text: String) {
        if let Ok(parsed) = ScopeSet::parse(&text) {
            prop_assert!(!parsed.is_full() || text.to_ascii_lowercase().contains(FULL));
        }
    }

    #[test]
    fn canonical_text_stays_as_it_is(names in pat_scopes(), blanks in "[ \t\n]{1,3}") {
        let first = set(&names.join(&blanks).to_uppercase());
        let second = set(first.as_str());
        prop_assert_eq!(&first, &second);
    }

    #[test]
    fn grants_are_exactly_what_is_included(names in pat_scopes(), required in scopes()) {
        prop_assume!(!names.contains(&FULL));
        let expected = names.iter().any(|name| find(name).unwrap().included().contains(&required));
        prop_assert_eq!(set(&names.join(" ")).allows(required.name), expected);
    }

    /// Siblings share a prefix up to a point or an underscore, and never more than that.
    #[test]
    fn a_shared_prefix_grants_nothing(scope in scopes(), suffix in "[a-z_.]{1,8}", cut in 1_usize..8) {
        prop_assume!(scope.fits_pats() && scope.name != FULL);
        let granted = set(scope.name);
        let longer = format!("{}{suffix}", scope.name);
        let shorter = &scope.name[..scope.name.len().saturating_sub(cut)];
        for sibling in [longer.as_str(), shorter] {
            let included = scope.included().iter().any(|other| other.name == sibling);
            prop_assert_eq!(granted.allows(sibling), included, "{} and {}", scope.name, sibling);
        }
    }
}
