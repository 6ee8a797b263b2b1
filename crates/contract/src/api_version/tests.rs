use proptest::prelude::*;

use super::*;

fn query(version: &str) -> Result<ApiVersion, ApiVersionError> {
    ApiVersion::negotiate(&ResourceVersions::PATS, "POST", Some(version), None)
}

fn message(version: &str) -> String {
    query(version).unwrap_err().to_string()
}

#[test]
fn spellings_of_the_served_versions() {
    for (given, expected) in [
        ("6.1-preview.1", ApiVersion::V6_1),
        ("6.1-preview", ApiVersion::V6_1),
        ("7.0-preview.1", ApiVersion::V7_0),
        ("7-preview", ApiVersion::V7_0),
        ("7.1-preview.1", ApiVersion::V7_1),
        ("7.1-PREVIEW.12", ApiVersion::V7_1),
        ("v7.1-preview", ApiVersion::V7_1),
        (" V7.2-Preview ", ApiVersion::V7_2),
        ("7.01-preview.1", ApiVersion::V7_0),
        ("7.10-preview.1", ApiVersion::V7_1),
        ("7.05-preview.1", ApiVersion::V7_1),
        ("007.2-preview.1", ApiVersion::V7_2),
        ("6.95-preview.1", ApiVersion::V7_0),
    ] {
        assert_eq!(query(given), Ok(expected), "{given}");
    }
}

#[test]
fn the_query_wins_over_the_header_and_a_blank_one_is_none() {
    let accept = Some("application/json;api-version=7.0-preview.1");
    assert_eq!(
        ApiVersion::negotiate(&ResourceVersions::PATS, "GET", Some("7.2-preview.1"), accept),
        Ok(ApiVersion::V7_2)
    );
    assert_eq!(
        ApiVersion::negotiate(&ResourceVersions::PATS, "GET", Some(" "), accept),
        Ok(ApiVersion::V7_0)
    );
    assert!(ApiVersion::negotiate(&ResourceVersions::PATS, "GET", Some("nonsense"), accept).is_err());
}

#[test]
fn the_header_names_it_among_media_types_and_parameters() {
    for accept in [
        "application/json;api-version=7.1-preview.1",
        "application/json; api-version=7.1-preview.1; excludeUrls=true",
        "application/json; Api-Version = \"7.1-preview.1\"",
        "text/html, application/json;q=0.9;api-version=7.1-preview.1",
    ] {
        assert_eq!(
            ApiVersion::negotiate(&ResourceVersions::PATS, "POST", None, Some(accept)),
            Ok(ApiVersion::V7_1),
            "{accept}"
        );
    }
    for accept in
        ["", "*/*", "application/json", "application/json;api-version", "application/json;api-version="]
    {
        assert_eq!(
            ApiVersion::negotiate(&ResourceVersions::PATS, "GET", None, Some(accept)),
            Ok(ApiVersion::LATEST),
            "{accept}"
        );
    }
}

#[test]
fn none_on_a_read_means_the_latest() {
    for method in ["GET", "HEAD", "OPTIONS"] {
        assert_eq!(ApiVersion::negotiate(&ResourceVersions::PATS, method, None, None), Ok(ApiVersion::V7_2));
    }
}

#[test]
fn none_on_a_change_is_refused() {
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let error = ApiVersion::negotiate(&ResourceVersions::PATS, method, None, Some("application/json"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "No api-version was supplied for the \"{method}\" request. The version must be supplied either \
                 as part of the Accept header (e.g. \"application/json; api-version=1.0\") or as a query \
                 parameter (e.g. \"?api-version=1.0\")."
            )
        );
        assert_eq!(error.type_key(), "VssVersionNotSpecifiedException");
        assert_eq!(
            error.type_name(),
            "Microsoft.VisualStudio.Services.WebApi.VssVersionNotSpecifiedException, \
             Microsoft.VisualStudio.Services.WebApi"
        );
    }
}

#[test]
fn without_the_preview_flag() {
    assert_eq!(
        message("7.1"),
        "The requested version \"7.1\" of the resource is under preview. The -preview flag must be supplied in \
         the api-version for such requests. For example: \"7.1-preview\""
    );
    assert_eq!(query("7.1").unwrap_err().type_key(), "VssInvalidPreviewVersionException");
}

#[test]
fn above_the_latest() {
    for given in ["7.3", "7.3-preview.1"] {
        assert_eq!(
            message(given),
            "The requested REST API version of 7.3 is out of range for this server. The latest REST API version \
             this server supports is 7.2."
        );
    }
    assert_eq!(query("8.0").unwrap_err().type_key(), "VssVersionOutOfRangeException");
}

#[test]
fn below_the_first() {
    for given in ["6.0", "6.0-preview.1"] {
        assert_eq!(
            message(given),
            "The request matched route _apis/{area}/{resource}, but the requested REST API version 6.0 was \
             outside the valid version range for this route."
        );
    }
    assert_eq!(query("5.2-preview").unwrap_err().type_key(), "VssVersionOutOfRangeException");
}

#[test]
fn what_is_no_version() {
    for given in [
        "latest",
        "7.1-beta",
        "7.1-preview.",
        "7.1-preview.x",
        "7.1-preview.1.2",
        "7.1.1",
        "-preview",
        "7,1",
        "vv7.1",
        "7.1-",
        "+7.1",
        "7.1 -preview",
        "1e1",
        "99999999999.0",
        ".1",
        "7.1-preview.99999999999",
        "７.１",
    ] {
        assert_eq!(
            message(given),
            format!(
                "Invalid api version string: \"{given}\". Api version string must be in the format: \
                 {{Major}}.{{Minor}}[-preview[.{{ResourceVersion}}]]."
            )
        );
        assert_eq!(query(given).unwrap_err().type_key(), "VssInvalidApiResourceVersionException");
    }
}

#[test]
fn the_order_is_that_of_the_numbers() {
    assert!(ApiVersion::V6_1 < ApiVersion::V7_0);
    assert!(ApiVersion::V7_0 < ApiVersion::V7_1);
    assert!(ApiVersion::V7_1 < ApiVersion::V7_2);
}

proptest! {
    #[test]
    fn nothing_panics(method: String, query: Option<String>, accept: Option<String>) {
        let _ = ApiVersion::negotiate(&ResourceVersions::PATS, &method, query.as_deref(), accept.as_deref());
    }

    #[test]
    fn what_was_understood_prints_and_reads_the_same(major in 0_u32..100_000, minor in 0_u8..10, resource in proptest::option::of(0_u32..9)) {
        let text = format!("{major}.{minor}-preview{}", resource.map(|n| format!(".{n}")).unwrap_or_default());
        let requested: RequestedVersion = text.parse().unwrap();
        prop_assert!(requested.preview);
        prop_assert_eq!(requested.resource_version, resource);
        prop_assert_eq!(requested.number.to_string(), format!("{major}.{minor}"));
    }
}
