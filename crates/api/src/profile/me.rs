//! `GET …/_apis/profile/profiles/me`: who the caller is.

use http::StatusCode;
use patcycle_contract::profile::Profile;
use patcycle_lifecycle::Caller;

use crate::answer::Answer;
use crate::openapi::Documentation;

/// Profiles are not kept: they never change.
const NEVER: &str = "0001-01-01T00:00:00+00:00";

pub(crate) fn handle(caller: &Caller) -> Answer {
    let profile = Profile {
        display_name: caller.display_name.clone(),
        public_alias: caller.object_id,
        email_address: caller.user_name.clone(),
        core_revision: 0,
        time_stamp: NEVER.to_owned(),
        id: caller.object_id,
        revision: 0,
    };
    Answer::json(StatusCode::OK, &profile)
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Profile", "Tells who the caller is").answers::<Profile>(200, "The caller.")
}
