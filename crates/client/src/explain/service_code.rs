//! Codes and exception names of the service, each as a sentence and a next step.

use super::Explanation;
use crate::error::ServiceFault;

/// Looks a fault up by its code, its exception and its words; the most telling one wins.
pub(super) fn explain(fault: &ServiceFault) -> Option<Explanation> {
    let by_words = WORDS.iter().find(|(words, ..)| fault.message.contains(words));
    let by_type = || TYPES.iter().find(|(name, ..)| fault.type_key.as_deref() == Some(*name));
    let by_code = || CODES.iter().find(|(code, ..)| fault.code.as_deref() == Some(*code));
    let (_, message, next) = by_words.or_else(by_type).or_else(by_code)?;
    Some(Explanation::new(*message, *next))
}

type Row = (&'static str, &'static str, &'static str);

const WORDS: &[Row] = &[
    (
        "Service principals are not allowed",
        "Applications and managed identities may not manage PATs; only a person who signed in can.",
        "Run `patcycle login` as a person. For an unattended job, sign in once and keep the token store.",
    ),
    (
        "Resource not available for anonymous access",
        "The call carried no sign-in that the service could read.",
        "Run `patcycle login`.",
    ),
    (
        "The requested operation is not allowed",
        "The service does not let this kind of credential manage PATs: a PAT cannot make or change PATs.",
        "Run `patcycle login`, and do not put a PAT where an access token belongs.",
    ),
];

const TYPES: &[Row] = &[
    (
        "VssVersionNotSpecifiedException",
        "The call named no version of the API.",
        "Set an api-version such as `7.2-preview.1`.",
    ),
    (
        "VssInvalidPreviewVersionException",
        "The API for PATs exists as a preview only, and the version lacks `-preview`.",
        "Set an api-version such as `7.2-preview.1`.",
    ),
    (
        "VssVersionOutOfRangeException",
        "The service does not have this version of the API.",
        "Set an api-version such as `7.2-preview.1`; an older server may only know `6.1-preview.1`.",
    ),
    (
        "VssInvalidApiResourceVersionException",
        "The version of the API is not written as the service expects it.",
        "Set an api-version such as `7.2-preview.1`.",
    ),
    (
        "VssRequestContentTypeNotSupportedException",
        "The service did not get the request as JSON; something between here and there changes it.",
        "Check your proxy.",
    ),
    (
        "JsonReaderException",
        "The service could not read the request as JSON; something between here and there changes it.",
        "Check your proxy, and report it if there is none.",
    ),
    (
        "InvalidAccessException",
        "The service does not let this kind of credential do this.",
        "Run `patcycle login` as a person of this organization's tenant.",
    ),
];

const CODES: &[Row] = &[
    (
        "TF400813",
        "The service does not accept your sign-in: it has expired, is for another tenant, or lacks the permission to manage PATs.",
        "Run `patcycle login`, and check with `patcycle whoami` that tenant and account are the right ones.",
    ),
    (
        "TF401444",
        "Your account has never been used in this organization.",
        "Open the organization once in a web browser and sign in, then repeat.",
    ),
    (
        "TF400898",
        "The service has a fault of its own.",
        "Try again in a few minutes. Look at `patcycle list` first if this was a change.",
    ),
    (
        "TF400733",
        "The service has blocked you for a while because of too many calls.",
        "Try again in a few minutes, with fewer calls at a time.",
    ),
    (
        "VS403463",
        "Your organization's conditional access rules do not permit this sign-in from here.",
        "Use a network and a device that your organization permits, then run `patcycle login`. An administrator can name the rule.",
    ),
    (
        "VS30063",
        "Your account may not use this organization.",
        "Check with `patcycle whoami` that tenant and account are the right ones, and ask an administrator for access.",
    ),
    (
        "VS800075",
        "There is no such project, or you may not see it.",
        "Check the organization and the base URL.",
    ),
];

#[cfg(test)]
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    WORDS.iter().chain(TYPES).chain(CODES)
}
