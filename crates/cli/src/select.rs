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
    match find_in(client, DisplayFilterOption::Active, wanted).await? {
        Err(SelectError::NotFound { .. }) => {}
        found => return Ok(found?),
    }
    let pat = find(client, wanted).await?;
    if state_of(client, &pat).await? == PatState::Revoked {
        return Err(CommandError::new(
            ExitCode::NotFound,
            "revoked",
            format!("`{}` ({}) was revoked and stays so", pat.display_name, pat.authorization_id),
        )
        .with_next("Make a new one with `patcycle create`."));
    }
    Ok(pat)
}

async fn find_in(
    client: &PatClient,
    filter: DisplayFilterOption,
    wanted: &str,
) -> CommandResult<Result<PatToken, SelectError>> {
    let mut pats = client.list(&ListPats { filter, ..ListPats::default() }).await?;
    let id = match select(&pats, wanted) {
        Ok(pat) => pat.authorization_id,
        Err(error) => return Ok(Err(error)),
    };
    pats.retain(|pat| pat.authorization_id == id);
    Ok(pats.pop().ok_or(SelectError::NotFound { wanted: wanted.to_owned(), near: Vec::new() }))
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
