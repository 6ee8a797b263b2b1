use proptest::prelude::*;

use super::*;
use crate::query::decode;

fn parse(query: &str) -> Result<ListQuery, ListQueryError> {
    ListQuery::parse(&decode(query), ListDefaults::default())
}

#[test]
fn an_empty_query_has_the_defaults() {
    let expected = ListQuery {
        filter: DisplayFilterOption::Active,
        sort: SortByOption::DisplayDate,
        ascending: true,
        continuation_token: None,
        top: 100,
    };
    assert_eq!(parse("").unwrap(), expected);
    assert_eq!(
        parse("displayFilterOption=&sortByOption=&isSortAscending=&continuationToken=&$top=&api-version=7.1-preview")
            .unwrap(),
        expected
    );
    let defaults = ListDefaults { filter: DisplayFilterOption::All, ..ListDefaults::default() };
    assert_eq!(ListQuery::parse(&[], defaults).unwrap().filter, DisplayFilterOption::All);
}

#[test]
fn spellings_of_real_clients() {
    let query = "api-version=7.1-preview&displayFilterOption=active&sortByOption=displayDate&isSortAscending=false&%24top=7";
    assert_eq!(
        parse(query).unwrap(),
        ListQuery {
            filter: DisplayFilterOption::Active,
            sort: SortByOption::DisplayDate,
            ascending: false,
            continuation_token: None,
            top: 7,
        }
    );
    let dotnet =
        parse("DisplayFilterOption=All&sortbyoption=DisplayName&isSortAscending=True&continuationToken=")
            .unwrap();
    assert_eq!(
        (dotnet.filter, dotnet.sort, dotnet.ascending, dotnet.continuation_token),
        (DisplayFilterOption::All, SortByOption::DisplayName, true, None)
    );
}

#[test]
fn options_by_number() {
    let filters = ["1", "2", "3", "4"]
        .map(|number| DisplayFilterOption::parse(number).map(DisplayFilterOption::as_str));
    assert_eq!(filters, [Some("active"), Some("revoked"), Some("expired"), Some("all")]);
    let sorts = ["1", "2", "3"].map(|number| SortByOption::parse(number).map(SortByOption::as_str));
    assert_eq!(sorts, [Some("displayName"), Some("displayDate"), Some("status")]);
    assert_eq!(DisplayFilterOption::parse("0"), None);
    assert_eq!(SortByOption::parse("4"), None);
}

#[test]
fn the_first_of_repeated_keys_counts() {
    assert_eq!(parse("$top=1&$TOP=2").unwrap().top, 1);
    assert_eq!(
        parse("continuationToken=a&continuationToken=b").unwrap().continuation_token.as_deref(),
        Some("a")
    );
}

#[test]
fn top_is_clamped_above_and_refused_below() {
    for (given, expected) in [("1", 1), ("100", 100), ("101", 100), ("2147483647", 100), (" 5 ", 5)] {
        assert_eq!(parse(&format!("$top={given}")).unwrap().top, expected, "{given}");
    }
    for given in ["0", "-1", "ten", "1.5", "1e2", "2147483648", "0x10"] {
        assert_eq!(
            parse(&format!("$top={given}")),
            Err(ListQueryError::Top { given: given.to_owned() }),
            "{given}"
        );
    }
}

#[test]
fn unknown_values_are_named() {
    let message = |query: &str| parse(query).unwrap_err().to_string();
    assert_eq!(
        message("displayFilterOption=dead"),
        "The displayFilterOption \"dead\" is unknown. Use active, revoked, expired or all."
    );
    assert_eq!(
        message("sortByOption=validTo"),
        "The sortByOption \"validTo\" is unknown. Use displayName, displayDate or status."
    );
    assert_eq!(message("isSortAscending=1"), "isSortAscending is \"1\". Use true or false.");
    assert_eq!(message("$top=all"), "$top is \"all\". Use a whole number from 1 to 100.");
}

proptest! {
    #[test]
    fn no_query_panics(query: String) {
        let _ = parse(&query);
    }

    #[test]
    fn no_values_panic_and_results_are_in_range(
        filter: String, sort: String, ascending: String, token: String, top in "-?[0-9]{1,12}",
    ) {
        let pairs = [
            ("displayFilterOption", filter), ("sortByOption", sort), ("isSortAscending", ascending),
            ("continuationToken", token), ("$top", top),
        ].map(|(key, value)| (key.to_owned(), value));
        let _ = ListQuery::parse(&pairs, ListDefaults::default());
        if let Ok(query) = ListQuery::parse(&pairs[3..], ListDefaults::default()) {
            prop_assert!((1..=100).contains(&query.top));
            prop_assert_ne!(query.continuation_token.as_deref(), Some(""));
        }
    }
}
