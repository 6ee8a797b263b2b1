//! Last uses.

use std::sync::Arc;

use jiff::SignedDuration;
use uuid::Uuid;

use super::setting::{Setting, start};
use crate::Storage;
use crate::usage::Use;

/// Of several uses of a secret the latest stays, in whatever order they are written, and that of the PAT is the
/// latest of all its secrets and places. It is no change: nothing follows from it.
pub async fn the_last_use_of_a_pat_stays(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pat = setting.created(&setting.ana, "ci").await;
    let other = setting.created(&setting.ana, "never used").await;
    let head = setting.storage.change_head().await.unwrap();
    let used = |minute: i64, generation: u32, organization: Uuid| Use {
        authorization: pat.id,
        generation,
        organization,
        at: start() + SignedDuration::from_mins(minute),
        address: Some([192, 0, 2, u8::try_from(minute).unwrap()].into()),
    };
    let (here, there) = (setting.organization.id, setting.other_organization.id);
    let last = async || setting.storage.last_uses(vec![pat.id, other.id, Uuid::nil()]).await.unwrap();
    assert!(last().await.is_empty());
    for (uses, latest) in [
        (vec![used(5, 1, here)], used(5, 1, here)),
        (vec![used(3, 1, here)], used(5, 1, here)),
        (vec![used(9, 1, there), used(7, 2, here)], used(9, 1, there)),
        (vec![], used(9, 1, there)),
        (vec![used(11, 2, here)], used(11, 2, here)),
    ] {
        setting.storage.record_uses(uses).await.unwrap();
        assert_eq!(last().await, [latest]);
    }
    assert_eq!(setting.storage.change_head().await.unwrap(), head);
    setting.changes().await;
}

/// A use of a PAT that is not there is left out and keeps no other from being written; one without an address is
/// kept without.
pub async fn uses_of_what_is_gone_are_left_out(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pat = setting.created(&setting.ana, "ci").await;
    let used = |authorization: Uuid| Use {
        authorization,
        generation: 1,
        organization: setting.organization.id,
        at: start(),
        address: None,
    };
    let gone = setting.id();
    setting.storage.record_uses(vec![used(gone), used(pat.id)]).await.unwrap();
    assert_eq!(setting.storage.last_uses(vec![gone, pat.id]).await.unwrap(), [used(pat.id)]);
}
