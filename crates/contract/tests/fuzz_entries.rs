//! The functions behind the fuzz targets, fed with random and with nearly right input.

#[path = "../../../fuzz/entries/contract.rs"]
mod entries;

use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes(input: Vec<u8>) {
        entries::request_bodies(&input);
        entries::queries(&input);
        entries::versions(&input);
        entries::dates(&input);
        entries::scopes(&input);
        entries::answers(&input);
    }

    #[test]
    fn any_text(input: String) {
        entries::queries(input.as_bytes());
        entries::versions(input.as_bytes());
        entries::dates(input.as_bytes());
        entries::scopes(input.as_bytes());
    }

    #[test]
    fn nearly_right_bodies(
        input in r#"\{"(displayName|scope|validTo|allOrgs|authorizationId|patToken)":("[ -~é]{0,20}"|null|true|-?[0-9]{1,20}|\[\]|\{\})(,"(scope|Scope)":"[a-z. ]{0,9}")?\}"#,
    ) {
        entries::request_bodies(input.as_bytes());
        entries::answers(input.as_bytes());
    }

    #[test]
    fn nearly_right_queries(
        input in r"((displayFilterOption|sortByOption|isSortAscending|continuationToken|\$top|%24top)=[A-Za-z0-9%+-]{0,9}&){0,5}",
    ) {
        entries::queries(input.as_bytes());
    }

    #[test]
    fn nearly_right_versions(input in r"(application/json; ?api-version=)?v?[0-9]{0,3}\.?[0-9]{0,3}(-(preview|Preview|beta))?(\.[0-9x]{0,3})?") {
        entries::versions(input.as_bytes());
    }

    #[test]
    fn nearly_right_dates(
        input in r"(-?[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{0,12})?)?([Zz]|[+-][0-2][0-9]:?[0-6][0-9])?)?|/Date\(-?[0-9]{1,20}([+-][0-9]{4})?\)/)",
    ) {
        entries::dates(input.as_bytes());
    }

    #[test]
    fn nearly_right_scopes(input in r"((app_token|vso\.(code|work|build|packaging)(_write|_manage|_full|_execute)?|vso\.pats|vso\.)[ \t]{1,2}){0,5}") {
        entries::scopes(input.as_bytes());
    }
}
