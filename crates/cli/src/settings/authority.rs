//! Where to sign in: the authority with its tenant.
//!
//! The authority is named whole (`https://HOST/TENANT`), or as a host and a tenant. A tenant that comes from a stronger
//! place than the authority replaces the one in its path.

use url::Url;

use super::parse_url;
use super::source::{Source, Sourced, first};
use super::user_file::Profile;
use crate::arguments::Globals;
use crate::environment::Environment;
use crate::error::{CommandError, CommandResult};

const MICROSOFT: &str = "https://login.microsoftonline.com";

/// The tenant that takes anybody with a work or school account.
const ANY_TENANT: &str = "organizations";

pub(super) fn resolve(
    globals: &Globals,
    environment: &Environment,
    profile: &Profile,
    of_user: &Source,
) -> CommandResult<Sourced<Url>> {
    let azure_host = environment
        .azure_authority_host
        .as_ref()
        .map(|host| if host.contains("://") { host.clone() } else { format!("https://{host}") });
    let authority = first([
        (globals.authority.clone(), Source::Flag("--authority")),
        (environment.authority.clone(), Source::Environment("PATCYCLE_AUTHORITY")),
        (azure_host, Source::Environment("AZURE_AUTHORITY_HOST")),
        (profile.authority.clone(), of_user.clone()),
    ])
    .unwrap_or_else(|| Sourced::new(MICROSOFT.to_owned(), Source::Default));
    let tenant = first([
        (globals.tenant_id.clone(), Source::Flag("--tenant-id")),
        (environment.tenant_id.clone(), Source::Environment("PATCYCLE_TENANT_ID")),
        (environment.azure_tenant_id.clone(), Source::Environment("AZURE_TENANT_ID")),
        (profile.tenant_id.clone(), of_user.clone()),
    ]);
    let mut url = parse_url("authority", &authority.value, &authority.source)?;
    let in_path = tenant_in_path(&url, &authority.source)?;
    let source = match (in_path, tenant) {
        (None, None) => {
            url.set_path(ANY_TENANT);
            authority.source
        }
        (Some(_), None) => authority.source,
        (None, Some(tenant)) => {
            set_tenant(&mut url, &tenant)?;
            if rank(&tenant.source) < rank(&authority.source) { tenant.source } else { authority.source }
        }
        (Some(in_path), Some(tenant)) if in_path.eq_ignore_ascii_case(&tenant.value) => authority.source,
        (Some(_), Some(tenant)) if rank(&tenant.source) < rank(&authority.source) => {
            set_tenant(&mut url, &tenant)?;
            tenant.source
        }
        // The general variables of the platform step back behind an authority of our own that names its tenant.
        (Some(_), Some(tenant))
            if rank(&tenant.source) > rank(&authority.source)
                || tenant.source == Source::Environment("AZURE_TENANT_ID") =>
        {
            authority.source
        }
        (Some(in_path), Some(tenant)) => {
            return Err(CommandError::usage(format!(
                "the authority ({}) names the tenant `{in_path}`, and {} names `{}`",
                authority.source, tenant.source, tenant.value
            ))
            .with_next("Give one of them, or the same in both."));
        }
    };
    Ok(Sourced::new(url, source))
}

/// How strong a place is: the smaller, the stronger.
fn rank(source: &Source) -> u8 {
    match source {
        Source::Flag(_) => 0,
        Source::Environment(_) => 1,
        Source::ProjectFile(_) => 2,
        Source::UserFile(_) => 3,
        Source::Default => 4,
    }
}

/// The tenant in the path. A final `v2.0` is dropped: people copy issuers.
fn tenant_in_path(url: &Url, source: &Source) -> CommandResult<Option<String>> {
    let segments: Vec<&str> = url
        .path_segments()
        .into_iter()
        .flatten()
        .filter(|segment| !segment.is_empty() && *segment != "v2.0")
        .collect();
    match segments[..] {
        [] => Ok(None),
        [tenant] => Ok(Some(tenant.to_owned())),
        _ => Err(CommandError::usage(format!(
            "the authority `{url}` ({source}) has more in its path than a tenant"
        ))),
    }
}

fn set_tenant(url: &mut Url, tenant: &Sourced<String>) -> CommandResult {
    let fine = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    if !tenant.value.chars().all(fine) || tenant.value.starts_with('.') {
        return Err(CommandError::usage(format!(
            "`{}` ({}) is not a tenant: give its id or one of its domains",
            tenant.value, tenant.source
        )));
    }
    url.set_path(&tenant.value);
    Ok(())
}
