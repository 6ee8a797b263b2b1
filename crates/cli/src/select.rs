//! From what a person typed to the one PAT that is meant.

use patcycle_client::select::{SelectError, select};
use patcycle_client::{ClientError, ListPats, PatClient, PatState};
use patcycle_contract::{DisplayFilterOption, PatToken, SessionTokenError};
use uuid::Uuid;

use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;

/// The PAT with this id or exactly this name. Active ones are looked at first; one that has ended or was revoked is found
/// when no active one has the name.
pub(crate) async fn find(client: &PatClient, wanted: &str) -> CommandResult<PatToken> {
    if let Ok(id) = wanted.trim().parse::<Uuid>() {
        match client.get(id).await {
            Err(error) if is_absent(&error) => {}
            found => return Ok(found?),
        }
    }
    match find_in(client, DisplayFilterOption::Active, wanted).await? {
        Err(SelectError::NotFound { .. }) => Ok(find_in(client, DisplayFilterOption::All, wanted).await??),
        found => Ok(found?),
    }
}

/// As [`find`], for what only a PAT that was not revoked can have done to it.
pub(crate) async fn find_alive(client: &PatClient, wanted: &str) -> CommandResult<PatToken> {
    match find_unless_revoked(client, wanted).await? {
        Found::Alive(pat) => Ok(pat),
        Found::Revoked(pat) => Err(CommandError::new(
            ExitCode::NotFound,
            "revoked",
            format!("`{}` ({}) was revoked and stays so", pat.display_name, pat.authorization_id),
        )
        .with_next("Make a new one with `patcycle create`.")),
    }
}

/// As [`find`], for revoking: of PATs that are all revoked already, any will do, and the youngest is given.
pub(crate) async fn find_to_revoke(client: &PatClient, wanted: &str) -> CommandResult<PatToken> {
    let (Found::Alive(pat) | Found::Revoked(pat)) = find_unless_revoked(client, wanted).await?;
    Ok(pat)
}

enum Found {
    Alive(PatToken),
    Revoked(PatToken),
}

/// Revoked PATs neither hide one that was not revoked nor make its name ambiguous.
async fn find_unless_revoked(client: &PatClient, wanted: &str) -> CommandResult<Found> {
    match find_in(client, DisplayFilterOption::Active, wanted).await? {
        Err(SelectError::NotFound { .. }) => {}
        found => return Ok(Found::Alive(found?)),
    }
    let query = ListPats { filter: DisplayFilterOption::All, ..ListPats::default() };
    let (revoked, alive): (Vec<_>, Vec<_>) = client
        .list_with_state(&query)
        .await?
        .into_iter()
        .partition(|listed| listed.state == PatState::Revoked);
    let [mut revoked, alive] = [revoked, alive].map(|listed| listed.into_iter().map(|one| one.pat).collect());
    match take(alive, wanted) {
        Err(SelectError::NotFound { near, .. }) => {
            sort_youngest_first(&mut revoked);
            let id = wanted.trim().parse().ok();
            let is_meant = |pat: &PatToken| Some(pat.authorization_id) == id || pat.display_name == wanted;
            match revoked.into_iter().find(is_meant) {
                Some(pat) => Ok(Found::Revoked(pat)),
                None => Err(SelectError::NotFound { wanted: wanted.to_owned(), near }.into()),
            }
        }
        found => Ok(Found::Alive(found?)),
    }
}

fn sort_youngest_first(pats: &mut [PatToken]) {
    pats.sort_by_key(|pat| std::cmp::Reverse(pat.valid_from));
}

async fn find_in(
    client: &PatClient,
    filter: DisplayFilterOption,
    wanted: &str,
) -> CommandResult<Result<PatToken, SelectError>> {
    let pats = client.list(&ListPats { filter, ..ListPats::default() }).await?;
    Ok(take(pats, wanted))
}

fn take(mut pats: Vec<PatToken>, wanted: &str) -> Result<PatToken, SelectError> {
    let id = select(&pats, wanted)?.authorization_id;
    pats.retain(|pat| pat.authorization_id == id);
    pats.pop().ok_or(SelectError::NotFound { wanted: wanted.to_owned(), near: Vec::new() })
}

fn is_absent(error: &ClientError) -> bool {
    matches!(error, ClientError::Domain(domain) if domain.error == SessionTokenError::AuthorizationNotFound)
}

/// The state of a PAT that was read by itself: whether it is revoked, only the list of revoked ones tells.
pub(crate) async fn state_of(client: &PatClient, pat: &PatToken) -> CommandResult<PatState> {
    let query = ListPats { filter: DisplayFilterOption::Revoked, ..ListPats::default() };
    let revoked = client.list(&query).await?;
    if revoked.iter().any(|one| one.authorization_id == pat.authorization_id) {
        return Ok(PatState::Revoked);
    }
    Ok(PatState::by_time(pat, client.service_now().await))
}
