//! What the fuzz targets and the tests of `patcycle-contract` feed.

use patcycle_contract::list::{ListDefaults, MAX_TOP};
use patcycle_contract::requests::{RequestedDate, RequestedId};
use patcycle_contract::{
    ApiVersion, DisplayName, ListQuery, PagedPatTokens, PatTokenCreateRequest, PatTokenResult,
    PatTokenUpdateRequest, ResourceVersions, ScopeSet, WrappedException, date, query, scope,
};

/// Bodies of create and update: read or refused; what is read is read again from what a client would write.
pub(crate) fn request_bodies(body: &[u8]) {
    if let Ok(request) = PatTokenCreateRequest::parse(body) {
        let again = serde_json::to_vec(&request).map(|written| PatTokenCreateRequest::parse(&written));
        assert!(again.is_ok_and(|again| again.is_ok_and(|again| {
            (again.display_name, again.scope, again.all_orgs)
                == (request.display_name, request.scope, request.all_orgs)
        })));
    }
    if let Ok(request) = PatTokenUpdateRequest::parse(body) {
        assert!(!matches!(request.authorization_id, RequestedId::Of(id) if id.is_nil()));
        if let RequestedDate::At(instant) = request.valid_to {
            let _ = date::format(instant);
        }
    }
}

/// Query strings of list.
pub(crate) fn queries(raw: &[u8]) {
    let pairs = query::decode(&String::from_utf8_lossy(raw));
    let _ = query::first(&pairs, "authorizationId");
    if let Ok(list) = ListQuery::parse(&pairs, ListDefaults::default()) {
        assert!((1..=MAX_TOP).contains(&list.top));
        assert_ne!(list.continuation_token.as_deref(), Some(""));
    }
}

/// Versions, as query parameter and as `Accept` header.
pub(crate) fn versions(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    for (query, accept) in [(Some(&*text), None), (None, Some(&*text))] {
        match ApiVersion::negotiate(&ResourceVersions::PATS, "POST", query, accept) {
            Ok(version) => assert!((ApiVersion::V6_1..=ApiVersion::V7_2).contains(&version)),
            Err(error) => assert_eq!(WrappedException::from(&error).type_key, error.type_key()),
        }
    }
}

/// Dates: what is read, rounded and printed reads back the same.
pub(crate) fn dates(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    if let Ok(instant) = date::parse(&text) {
        let printed = date::format(date::round(instant));
        assert_eq!(printed, date::format(instant));
        if let Ok(again) = date::parse(&printed) {
            assert_eq!(date::round(again), date::round(instant));
        }
    }
}

/// Scopes and names: what is accepted is canonical, and grants nothing that a PAT may not do.
pub(crate) fn scopes(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    if let Ok(scopes) = ScopeSet::parse(&text) {
        assert_eq!(ScopeSet::parse(scopes.as_str()).as_ref(), Ok(&scopes));
        assert!(scopes.iter().all(|name| scope::find(name).is_some() && scopes.allows(name)));
        assert!(!scopes.allows("vso.pats_manage") && !scopes.allows("user_impersonation"));
    }
    if let Ok(name) = DisplayName::parse(Some(&text)) {
        assert_eq!(DisplayName::parse(Some(name.as_str())).as_ref(), Ok(&name));
    }
}

/// Answers of a service, as a client reads them: never shown with their secret.
pub(crate) fn answers(body: &[u8]) {
    if let Ok(result) = serde_json::from_slice::<PatTokenResult>(body) {
        let _ = format!("{result:?}");
        assert!(serde_json::to_string(&result).is_ok());
    }
    if let Ok(page) = serde_json::from_slice::<PagedPatTokens>(body) {
        assert!(serde_json::to_string(&page).is_ok());
    }
    let _ = serde_json::from_slice::<WrappedException>(body);
}
