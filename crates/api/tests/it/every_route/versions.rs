//! `api-version` on every route that has versions: all rows of the table of contract.md §1.4 with their exact texts, by
//! query and by `Accept`, for the versions of its own resource (§10.3, §12 #42).

use http::Method;
use patcycle_api::routes::ROUTES;

use super::samples::{Audience, SAMPLES, Sample};
use super::world::World;
use super::{assert_same, name_of};
use crate::support::issuer::{ADA, MONA, token};
use crate::support::reply::Reply;

/// Route, route template, oldest version, newest version that is no preview.
const VERSIONED: &[(&str, &str, &str, &str)] = &[
    ("GET /{organization}/_apis/connectiondata", "_apis/{resource}", "1.0", "0.0"),
    ("GET /{organization}/_apis/resourceareas", "_apis/{resource}/{areaId}", "1.0", "0.0"),
    ("GET /{organization}/_apis/resourceareas/{areaId}", "_apis/{resource}/{areaId}", "1.0", "0.0"),
    (
        "GET /{organization}/_apis/servicedefinitions/{serviceType}/{identifier}",
        "_apis/{resource}/{serviceType}/{identifier}",
        "1.0",
        "1.0",
    ),
    ("GET /_apis/profile/profiles/me", "_apis/{area}/{resource}/{id}", "1.0", "7.1"),
    ("GET /{organization}/_apis/profile/profiles/me", "_apis/{area}/{resource}/{id}", "1.0", "7.1"),
    ("GET /_apis/accounts", "_apis/{resource}/{accountId}", "1.0", "7.1"),
    ("GET /{organization}/_apis/accounts", "_apis/{resource}/{accountId}", "1.0", "7.1"),
    ("GET /{organization}/_apis/token/sessiontokens", "_apis/{area}/{resource}", "1.0", "7.1"),
    ("POST /{organization}/_apis/token/sessiontokens", "_apis/{area}/{resource}", "1.0", "7.1"),
    ("GET /{organization}/_apis/graph/users", "_apis/{area}/{resource}/{userDescriptor}", "1.0", "0.0"),
    // Access is taken away, and given back before the next route needs it.
    (
        "DELETE /{organization}/_apis/graph/users/{subjectDescriptor}",
        "_apis/{area}/{resource}/{userDescriptor}",
        "1.0",
        "0.0",
    ),
    ("POST /{organization}/_apis/graph/users", "_apis/{area}/{resource}/{userDescriptor}", "1.0", "0.0"),
    (
        "GET /{organization}/_apis/graph/descriptors/{storageKey}",
        "_apis/{area}/{resource}/{storageKey}",
        "1.0",
        "0.0",
    ),
    (
        "GET /{organization}/_apis/graph/storagekeys/{subjectDescriptor}",
        "_apis/{area}/{resource}/{subjectDescriptor}",
        "1.0",
        "0.0",
    ),
    ("GET /{organization}/_apis/tokens/pats", "_apis/{area}/{resource}", "6.1", "0.0"),
    ("GET /{organization}/_apis/tokens/pats?authorizationId", "_apis/{area}/{resource}", "6.1", "0.0"),
    ("POST /{organization}/_apis/tokens/pats", "_apis/{area}/{resource}", "6.1", "0.0"),
    ("PUT /{organization}/_apis/tokens/pats", "_apis/{area}/{resource}", "6.1", "0.0"),
    ("DELETE /{organization}/_apis/tokens/pats", "_apis/{area}/{resource}", "6.1", "0.0"),
    (
        "GET /{organization}/_apis/tokens/pats/{authorizationId}/history",
        "_apis/{area}/{resource}",
        "6.1",
        "0.0",
    ),
    (
        "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate",
        "_apis/{area}/{resource}",
        "6.1",
        "0.0",
    ),
    (
        "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate/finish",
        "_apis/{area}/{resource}",
        "6.1",
        "0.0",
    ),
    (
        "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate/undo",
        "_apis/{area}/{resource}",
        "6.1",
        "0.0",
    ),
    (
        "GET /{organization}/_apis/TenantPolicy/Policies/{policy}",
        "_apis/{area}/{resource}/{policyName}",
        "5.0",
        "0.0",
    ),
    (
        "PATCH /{organization}/_apis/TenantPolicy/Policies/{policy}",
        "_apis/{area}/{resource}/{policyName}",
        "5.0",
        "0.0",
    ),
    (
        "GET /{organization}/_apis/OrganizationPolicy/Policies/{policy}",
        "_apis/{area}/{resource}/{policyName}",
        "5.0",
        "0.0",
    ),
    (
        "PATCH /{organization}/_apis/OrganizationPolicy/Policies/{policy}",
        "_apis/{area}/{resource}/{policyName}",
        "5.0",
        "0.0",
    ),
    ("GET /{organization}/_apis/audit/auditlog", "_apis/{area}/{resource}", "5.1", "0.0"),
    (
        "GET /{organization}/_apis/tokenadmin/personalaccesstokens/{subjectDescriptor}",
        "_apis/{area}/{resource}/{subjectDescriptor}",
        "5.0",
        "7.1",
    ),
    ("POST /{organization}/_apis/tokenadmin/revocations", "_apis/{area}/{resource}", "5.0", "7.1"),
    ("GET /{organization}/_apis/tokenadmin/revocationrules", "_apis/{area}/{resource}", "5.0", "7.1"),
    ("POST /{organization}/_apis/tokenadmin/revocationrules", "_apis/{area}/{resource}", "5.0", "7.1"),
];

/// Every version that the published specifications know, in order.
const NUMBERS: [&str; 13] =
    ["0.9", "1.0", "2.0", "3.0", "4.0", "4.1", "5.0", "5.1", "6.0", "6.1", "7.0", "7.1", "7.2"];

/// How a client tells the version.
#[derive(Debug, Clone, Copy)]
enum Way {
    Query,
    Accept,
}

/// The rightful caller's request in a version.
async fn ask(
    world: &World,
    sample: &Sample,
    credential: Option<&str>,
    way: Way,
    version: Option<&str>,
) -> Reply {
    let call = world.call(sample).by(credential);
    let call = match (way, version) {
        (Way::Accept, Some(version)) => {
            call.version(None).header("accept", &format!("application/json;api-version={version}"))
        }
        _ => call.version(version),
    };
    call.send().await
}

#[test]
fn every_route_with_versions_has_its_row() {
    let versioned = ROUTES.iter().filter(|route| route.versions.is_some());
    assert_same(VERSIONED.iter().map(|(route, ..)| *route), versioned.map(name_of));
}

#[tokio::test]
async fn each_is_served_in_its_own_versions_and_refuses_the_others_in_known_words() {
    let world = World::start().await;
    let (member, administrator) = (token(MONA), token(ADA));
    for (route, template, minimum, released) in VERSIONED {
        let sample = SAMPLES.iter().find(|sample| sample.route == *route).unwrap();
        let credential = match sample.audience {
            Audience::SignedIn(_) | Audience::Member(..) => Some(member.as_str()),
            Audience::Administrator(..) => Some(administrator.as_str()),
            Audience::Anyone | Audience::Nobody | Audience::PatHolder(_) => None,
        };
        let ask = async |way: Way, version: Option<&str>| ask(&world, sample, credential, way, version).await;
        let refuses = |reply: Reply, type_key: &str, message: String| {
            assert_eq!(reply.error(400, type_key), message, "{route}");
            assert_eq!(reply.json()["eventId"], 3000);
        };
        for way in [Way::Query, Way::Accept] {
            for number in NUMBERS {
                let position = |version: &str| NUMBERS.iter().position(|known| *known == version);
                let (at, oldest) = (position(number), position(minimum));
                for version in [number.to_owned(), format!("{number}-preview"), format!("{number}-preview.1")]
                {
                    let reply = ask(way, Some(&version)).await;
                    if at < oldest {
                        let message = format!(
                            "The request matched route {template}, but the requested REST API version {number} was \
                             outside the valid version range for this route."
                        );
                        refuses(reply, "VssVersionOutOfRangeException", message);
                    } else if version == number && at > position(released) {
                        let message = format!(
                            "The requested version \"{number}\" of the resource is under preview. The -preview flag \
                             must be supplied in the api-version for such requests. For example: \
                             \"{number}-preview\""
                        );
                        refuses(reply, "VssInvalidPreviewVersionException", message);
                    } else {
                        assert_eq!(reply.status, sample.status, "{route} in {version}: {reply:?}");
                    }
                }
            }
            for (version, number) in
                [("7.3", "7.3"), ("7.3-preview", "7.3"), ("8.0-preview.2", "8.0"), ("v9.95", "10.0")]
            {
                let message = format!(
                    "The requested REST API version of {number} is out of range for this server. The latest REST API \
                     version this server supports is 7.2."
                );
                refuses(ask(way, Some(version)).await, "VssVersionOutOfRangeException", message);
            }
            for version in ["latest", "7.1-beta", "7.1-preview.x", "7.x", "-preview"] {
                let message = format!(
                    "Invalid api version string: \"{version}\". Api version string must be in the format: \
                     {{Major}}.{{Minor}}[-preview[.{{ResourceVersion}}]]."
                );
                refuses(ask(way, Some(version)).await, "VssInvalidApiResourceVersionException", message);
            }
        }
        let silent = ask(Way::Query, None).await;
        if sample.method() == Method::GET {
            assert_eq!(silent.status, sample.status, "{route} without a version");
            continue;
        }
        let message = format!(
            "No api-version was supplied for the \"{}\" request. The version must be supplied either as part of the \
             Accept header (e.g. \"application/json; api-version=1.0\") or as a query parameter (e.g. \
             \"?api-version=1.0\").",
            sample.method()
        );
        refuses(silent, "VssVersionNotSpecifiedException", message);
    }
}
