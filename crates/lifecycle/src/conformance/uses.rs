//! Last uses, and uses by the day.

use std::net::Ipv4Addr;
use std::sync::Arc;

use jiff::SignedDuration;
use uuid::Uuid;

use super::setting::{Setting, start};
use crate::Storage;
use crate::usage::{DailyUse, DailyUsesRequest, Day, MAXIMUM_ADDRESSES, RecordUses, Use};

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
        count: 1,
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
        setting.storage.record_uses(written(uses)).await.unwrap();
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
        count: 1,
    };
    let gone = setting.id();
    setting.storage.record_uses(written(vec![used(gone), used(pat.id)])).await.unwrap();
    assert_eq!(setting.storage.last_uses(vec![gone, pat.id]).await.unwrap(), [used(pat.id)]);
}

/// Each day and address has its count, over all secrets and only of the organization that is asked about. Further
/// addresses have theirs together, and days that are not remembered any more are swept.
pub async fn uses_are_counted_by_day_and_address(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pat = setting.created(&setting.ana, "ci").await;
    let other = setting.created(&setting.ana, "other").await;
    let (here, there) = (setting.organization.id, setting.other_organization.id);
    let used = |day: i64, host: u32, count: u64| Use {
        authorization: pat.id,
        generation: 1,
        organization: here,
        at: start() + SignedDuration::from_hours(24 * day),
        address: (host > 0).then(|| Ipv4Addr::from(host).into()),
        count,
    };
    let first = Day::of(start());
    let read = async |id: Uuid, organization_id: Uuid, since: i64| {
        let request =
            DailyUsesRequest { organization_id, authorizations: vec![id], since: Day(first.0 + since) };
        let uses = setting.storage.daily_uses(request).await.unwrap();
        assert!(uses.iter().all(|daily| daily.authorization == id));
        let told =
            |daily: DailyUse| (daily.day.0 - first.0, daily.address.map(|ip| ip.to_string()), daily.count);
        uses.into_iter().map(told).collect::<Vec<_>>()
    };
    let told = |day: i64, address: &str, count: u64| (day, Some(address.to_owned()), count);

    let at_first =
        vec![used(0, 1, 2), used(0, 2, 1), used(1, 1, 5), Use { organization: there, ..used(0, 9, 1) }];
    setting.storage.record_uses(written(at_first)).await.unwrap();
    let later = vec![
        used(0, 1, 3),
        Use { generation: 2, ..used(0, 1, 10) },
        Use { authorization: other.id, ..used(1, 1, 1) },
    ];
    setting.storage.record_uses(written(later)).await.unwrap();
    let expected = [told(1, "0.0.0.1", 5), told(0, "0.0.0.1", 15), told(0, "0.0.0.2", 1)];
    assert_eq!(read(pat.id, here, 0).await, expected);
    assert_eq!(read(pat.id, here, 1).await, expected[..1]);
    assert_eq!(read(pat.id, there, 0).await, [told(0, "0.0.0.9", 1)]);
    assert_eq!(read(other.id, here, 0).await, [told(1, "0.0.0.1", 1)]);

    let many = u32::try_from(MAXIMUM_ADDRESSES).unwrap();
    let (known, further) =
        ((1..many).map(|host| used(2, host, 1)), (many..many + 5).map(|host| used(2, host, 1)));
    setting.storage.record_uses(written(known.collect())).await.unwrap();
    setting
        .storage
        .record_uses(written(further.chain([used(2, 0, 1), used(2, 3, 1)]).collect()))
        .await
        .unwrap();
    let uses = read(pat.id, here, 2).await;
    assert_eq!(uses.len(), MAXIMUM_ADDRESSES + 1);
    assert_eq!(
        uses.iter().find(|(_, address, _)| address.is_none()),
        Some(&(2, None, 5)),
        "four further, one unknown"
    );
    assert!(uses.contains(&told(2, "0.0.0.3", 2)), "a known one goes on");

    let keep_from = Day(first.0 + 1);
    setting.storage.record_uses(RecordUses { uses: vec![used(3, 1, 1)], keep_from }).await.unwrap();
    assert_eq!(read(pat.id, there, 0).await, []);
    let days: Vec<i64> = read(pat.id, here, 0).await.into_iter().map(|(day, ..)| day).collect();
    assert_eq!((days.first(), days.last()), (Some(&3), Some(&1)));
    assert_eq!(setting.storage.last_uses(vec![pat.id]).await.unwrap()[0].at, used(3, 1, 1).at);
}

pub(super) fn written(uses: Vec<Use>) -> RecordUses {
    RecordUses { uses, keep_from: Day(0) }
}
