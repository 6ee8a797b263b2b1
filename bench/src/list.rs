//! A list page of 100 in a large store, against the same page in a small one.

use std::time::Instant;

use clap::Args;

use crate::fill::{OWNER, fill};
use crate::service::{Service, Tenant};
use crate::wire::{Connection, request};
use crate::{Outcome, median, say};

/// Pages that are skipped before the deep page.
const DEEP: usize = 8;

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// PATs of the one owner in the small store.
    #[arg(long, default_value_t = 1_000)]
    small: u32,
    /// PATs of the one owner in the large store.
    #[arg(long, default_value_t = 1_000_000)]
    large: u32,
    /// Requests of each round.
    #[arg(long, default_value_t = 200)]
    requests: u32,
    /// Rounds; each measures both.
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Where databases are made.
    #[arg(long, default_value = ".")]
    directory: std::path::PathBuf,
}

pub(crate) async fn run(arguments: ListArguments) -> Outcome {
    let directory = tempfile::tempdir_in(&arguments.directory)?;
    let directory = directory.path().canonicalize()?;
    let tenant = Tenant::start(&directory)?;
    let tenant_id = tenant.variable("PATCYCLE_TENANT_ID")?.parse()?;
    let token = tenant.access_token(OWNER)?;
    let mut stores = Vec::new();
    for (name, pats) in [("small", arguments.small), ("large", arguments.large)] {
        let database = directory.join(format!("{name}.sqlite"));
        // The service makes its own database and the pepper that belongs to it.
        drop(Service::start(&directory, &tenant, &database)?);
        fill(&database, tenant_id, pats).await?;
        let service = Service::start(&directory, &tenant, &database)?;
        stores.push((name, pats, service));
    }
    for sort in ["displayDate", "displayName", "status"] {
        for deep in [false, true] {
            let mut medians = [Vec::new(), Vec::new()];
            let mut targets = Vec::new();
            for (_, _, service) in &stores {
                targets.push(position(service, &token, sort, deep).await?);
            }
            for _ in 0..arguments.rounds {
                for ((times, (_, _, service)), request) in medians.iter_mut().zip(&stores).zip(&targets) {
                    times.push(microseconds(service, request, arguments.requests).await?);
                }
            }
            let [small, large] = medians.map(median);
            let place = if deep { "deep page" } else { "first page" };
            say(&format!(
                "{sort:12} {place:10}  {small:7.0} µs of {}  {large:7.0} µs of {}   ratio {:.2}",
                arguments.small,
                arguments.large,
                large / small
            ));
        }
    }
    for (name, pats, service) in &stores {
        say(&format!("resident memory, {name} store of {pats}: {:.1} MiB", service.resident_mebibytes()?));
    }
    Ok(())
}

/// The request of the first page, or of a page further on.
async fn position(service: &Service, token: &str, sort: &str, deep: bool) -> Outcome<Vec<u8>> {
    let path = format!(
        "/fabrikam/_apis/tokens/pats?api-version=7.2-preview.1&$top=100&displayFilterOption=all&sortByOption={sort}"
    );
    let mut connection = Connection::open(&service.address).await?;
    let mut target = request("GET", &path, token, "");
    for _ in 0..if deep { DEEP } else { 0 } {
        let (_, body) = connection.send(&target).await?;
        let page: serde_json::Value = serde_json::from_slice(body)?;
        let continuation = page["continuationToken"].as_str().filter(|token| !token.is_empty());
        let continuation = continuation.ok_or("the list ended before the deep page")?;
        target = request("GET", &format!("{path}&continuationToken={continuation}"), token, "");
    }
    Ok(target)
}

/// The median time of one request.
async fn microseconds(service: &Service, request: &[u8], requests: u32) -> Outcome<f64> {
    let mut connection = Connection::open(&service.address).await?;
    let mut times = Vec::new();
    for _ in 0..requests {
        let start = Instant::now();
        let (status, body) = connection.send(request).await?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
        let entries = body.windows(17).filter(|window| *window == b"\"authorizationId\"").count();
        if status != 200 || entries != 100 {
            return Err(format!("a list answered {status} with {entries} entries").into());
        }
    }
    Ok(median(times))
}
