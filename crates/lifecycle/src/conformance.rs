//! What every implementation of [`Storage`] must do, as checks that an implementation's tests run.
//!
//! Each check takes a fresh, empty storage and panics with a sentence where it finds a difference.
//! [`storage_conformance_tests!`](crate::storage_conformance_tests) makes one test of each;
//! [`run_all`] runs them one after another.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a panic is how a check reports what it found"
)]

mod administration;
mod epochs;
mod imports;
mod organizations;
mod paging;
mod peppers;
mod person_access;
mod records;
mod rotations;
mod rules;
mod secrets;
mod setting;
mod simultaneous;
mod uses;
mod writes;

use std::future::Future;
use std::sync::Arc;

use crate::Storage;

pub use administration::{an_inventory_has_everybodys_pats_once, the_audit_log_goes_backwards};
pub use epochs::{
    a_raised_epoch_of_an_organization_revokes_everybodys, a_raised_epoch_of_an_owner_revokes_theirs_only,
};
pub use imports::{an_import_is_one_change, an_import_is_written_wholly_or_not_at_all};
pub use organizations::{organizations_are_brought_up_to_date, organizations_compare_names_without_case};
pub use paging::{
    paging_agrees_with_a_model, paging_agrees_with_a_model_after_raised_epochs,
    paging_agrees_with_a_model_under_rules, paging_separates_equal_keys,
};
pub use peppers::peppers_are_recognized;
pub use person_access::{
    a_disabled_person_has_nothing_that_works, access_is_taken_from_others_by_those_who_have_it,
};
pub use records::{changes_are_numbered_without_gaps, every_change_has_one_audit_record};
pub use rotations::{
    a_reuse_is_recorded_once_in_its_window, a_rotation_can_be_finished_once,
    a_rotation_can_be_undone_while_it_overlaps, a_rotation_is_told_again_to_its_key,
    a_used_secret_ends_the_telling, an_open_rotation_keeps_others_out,
    one_rotation_among_many_makes_the_successor, rotations_are_for_the_owner_of_an_active_pat,
};
pub use rules::{
    a_rule_revokes_what_was_made_before_it, an_owners_rows_are_numbered_once,
    many_are_revoked_wholly_or_not_at_all, the_maximum_leaves_out_what_a_rule_revoked,
};
pub use secrets::{a_secret_is_found_by_its_digest, a_verdict_sees_what_was_acknowledged};
pub use simultaneous::{
    a_caller_that_stops_waiting_disturbs_nobody, a_refusal_leaves_its_neighbours, many_writers_lose_nothing,
    the_maximum_holds_among_many_writers,
};
pub use uses::{
    the_last_use_of_a_pat_stays, uses_are_counted_by_day_and_address, uses_of_what_is_gone_are_left_out,
};
pub use writes::{
    a_created_pat_is_found_as_it_was_made, a_revoked_pat_stays_revoked, an_update_changes_what_it_names,
    refusals_leave_nothing, the_maximum_counts_active_pats_only, what_is_not_the_callers_is_not_found,
};

/// Calls a macro with the names of all checks.
#[macro_export]
#[doc(hidden)]
macro_rules! for_each_storage_check {
    ($callback:ident ! ( $($argument:tt)* )) => {
        $callback! { [$($argument)*]
            organizations_are_brought_up_to_date
            organizations_compare_names_without_case
            a_created_pat_is_found_as_it_was_made
            an_update_changes_what_it_names
            a_revoked_pat_stays_revoked
            refusals_leave_nothing
            what_is_not_the_callers_is_not_found
            the_maximum_counts_active_pats_only
            paging_agrees_with_a_model
            paging_agrees_with_a_model_after_raised_epochs
            paging_agrees_with_a_model_under_rules
            paging_separates_equal_keys
            a_raised_epoch_of_an_owner_revokes_theirs_only
            a_raised_epoch_of_an_organization_revokes_everybodys
            a_rule_revokes_what_was_made_before_it
            the_maximum_leaves_out_what_a_rule_revoked
            many_are_revoked_wholly_or_not_at_all
            an_owners_rows_are_numbered_once
            a_secret_is_found_by_its_digest
            a_verdict_sees_what_was_acknowledged
            the_last_use_of_a_pat_stays
            uses_are_counted_by_day_and_address
            uses_of_what_is_gone_are_left_out
            a_disabled_person_has_nothing_that_works
            access_is_taken_from_others_by_those_who_have_it
            peppers_are_recognized
            an_import_is_one_change
            an_import_is_written_wholly_or_not_at_all
            every_change_has_one_audit_record
            the_audit_log_goes_backwards
            an_inventory_has_everybodys_pats_once
            changes_are_numbered_without_gaps
            a_rotation_is_told_again_to_its_key
            an_open_rotation_keeps_others_out
            a_rotation_can_be_finished_once
            a_rotation_can_be_undone_while_it_overlaps
            rotations_are_for_the_owner_of_an_active_pat
            one_rotation_among_many_makes_the_successor
            a_used_secret_ends_the_telling
            a_reuse_is_recorded_once_in_its_window
            many_writers_lose_nothing
            a_refusal_leaves_its_neighbours
            the_maximum_holds_among_many_writers
            a_caller_that_stops_waiting_disturbs_nobody
        }
    };
}

/// One `#[tokio::test]` for each check. The argument is a function without parameters that gives a future of
/// a fresh `Arc<dyn Storage>`, with whatever must outlive it: `(guard, storage)`.
#[macro_export]
macro_rules! storage_conformance_tests {
    ($make:path) => {
        $crate::for_each_storage_check! { storage_conformance_tests!(@each $make) }
    };
    ([@each $make:path] $($check:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                let (_guard, storage) = $make().await;
                $crate::conformance::$check(storage).await;
            }
        )*
    };
}

/// Runs every check, each on a storage of its own.
pub async fn run_all<Made>(make: impl Fn() -> Made)
where
    Made: Future<Output = Arc<dyn Storage>>,
{
    macro_rules! run_each {
        ([$make:ident] $($check:ident)*) => { $( $check($make().await).await; )* };
    }
    crate::for_each_storage_check! { run_each!(make) }
}
