//! What a gateway asks: a scope and an organization, from the query or from a rule.

use http::{StatusCode, Uri};
use patcycle_contract::{query, scope};
use patcycle_lifecycle::Organization;

use crate::ApiState;
use crate::answer::Answer;
use crate::url_secrets::carries_credential;

/// The longest query, in bytes: both names fit many times over.
const MAXIMUM_QUERY_BYTES: usize = 4 * 1024;

/// What a PAT must be good for.
pub(super) struct Asked<'a> {
    pub(super) organization: &'a Organization,
    pub(super) scope: &'static str,
}

impl<'a> Asked<'a> {
    /// What the query names. Whatever is missing, empty, repeated or unknown is 400, so that a slip in a
    /// gateway's configuration lets nobody in.
    pub(super) fn by_query(state: &'a ApiState, uri: &Uri) -> Result<Self, Answer> {
        let raw = uri.query().unwrap_or_default();
        if raw.len() > MAXIMUM_QUERY_BYTES {
            let message =
                format!("The query is longer than {MAXIMUM_QUERY_BYTES} bytes. Send a shorter one.");
            return Err(Answer::service_error(StatusCode::URI_TOO_LONG, message));
        }
        let pairs = query::decode(raw);
        if carries_credential(uri, &pairs) {
            return Err(Answer::bad_argument(
                "The address of this request carries a token. Addresses end up in logs: revoke that token, and send \
                 tokens in the Authorization header only.",
            ));
        }
        let scope = scope::find(only(&pairs, "scope")?).filter(|scope| scope.fits_pats()).ok_or_else(|| {
            Answer::bad_argument(
                "The query parameter scope names no scope that a personal access token can carry. Write one, such as \
                 scope=vso.code.",
            )
        })?;
        let organization = organization(state, only(&pairs, "organization")?)?;
        Ok(Self { organization, scope: scope.name })
    }

    /// What the rule says, whatever else the address has: some gateways append their client's path and query.
    pub(super) fn by_rule(state: &'a ApiState, name: &str) -> Result<Self, Answer> {
        let rule = state.settings.verify_rules.iter().find(|rule| rule.name == name).ok_or_else(|| {
            Answer::service_error(
                StatusCode::NOT_FOUND,
                "There is no verification rule of this name. Rules stand in the server's configuration as [[verify_rule]].",
            )
        })?;
        Ok(Self { organization: organization(state, &rule.organization)?, scope: rule.scope.name })
    }
}

fn organization<'a>(state: &'a ApiState, name: &str) -> Result<&'a Organization, Answer> {
    let place = state.organizations.find(name).ok_or_else(|| {
        Answer::bad_argument("There is no organization of this name here. Check organization.")
    })?;
    Ok(&place.organization)
}

/// The value of a parameter that must be there once.
fn only<'a>(pairs: &'a [(String, String)], key: &str) -> Result<&'a str, Answer> {
    let mut values = pairs.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) if !value.is_empty() => Ok(value),
        _ => Err(Answer::bad_argument(format!(
            "The query parameter {key} is needed, once and with a value: ?scope=SCOPE&organization=NAME."
        ))),
    }
}
