//! Answers to what fails below the API: logged once here, with the activity id that the caller is told.

use http::StatusCode;
use patcycle_lifecycle::StorageError;
use patcycle_primitives::RandomError;
use uuid::Uuid;

use crate::answer::Answer;

/// Seconds after which a store that failed is worth asking again.
const STORAGE_RETRY_AFTER: u32 = 5;

/// The store could not do it.
pub(crate) fn storage(error: &StorageError, activity_id: Uuid) -> Answer {
    match error {
        StorageError::Unavailable(reason) => {
            tracing::warn!(%reason, activity.id = %activity_id, "the store is unavailable");
            Answer::unavailable(
                STORAGE_RETRY_AFTER,
                "The service cannot reach its store now. Nothing was changed. Try again in a few seconds.",
            )
        }
        StorageError::Unconfirmed(reason) => {
            tracing::warn!(%reason, activity.id = %activity_id, "the store did not confirm a write");
            Answer::unavailable(
                STORAGE_RETRY_AFTER,
                "The store did not confirm the change: it may have been made or not. List your tokens to see, \
                 then try again.",
            )
        }
        StorageError::Corrupt(reason) => {
            tracing::error!(%reason, activity.id = %activity_id, "the store holds something unreadable");
            Answer::defect(activity_id)
        }
    }
}

/// No randomness: nothing secret can be made.
pub(crate) fn random(error: RandomError, activity_id: Uuid) -> Answer {
    tracing::error!(%error, activity.id = %activity_id, "no randomness");
    Answer::unavailable(
        STORAGE_RETRY_AFTER,
        "The service has no source of randomness now, so it makes no secrets. Nothing was changed.",
    )
}

/// A path that leads nowhere.
pub(crate) fn not_found() -> Answer {
    Answer::service_error(
        StatusCode::NOT_FOUND,
        "There is nothing at this address. Paths look like /{organization}/_apis/tokens/pats.",
    )
}

/// An organization that is not served here.
pub(crate) fn unknown_organization() -> Answer {
    Answer::service_error(
        StatusCode::NOT_FOUND,
        "There is no organization of this name here. Check the first part of the path.",
    )
}
