//! One page of an owner's PATs.
//!
//! The query visits the owner's cohorts (one or two, as a rule), takes from each the few keys that can be on
//! the page, and merges them. Nothing that it does grows with the number of PATs, but for one thing: where the
//! organization has revocation rules, a list by state steps over those PATs of the owner that are in the other
//! state by a rule.

use jiff::Timestamp;
use patcycle_lifecycle::storage::{PageOrder, PageRequest};
use patcycle_lifecycle::{Authorization, State};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{AuthorizationRow, cutoffs};

/// Where the page may be found; keys and ends on the bounds are outside, but for `latest_end`.
struct Bounds {
    live: bool,
    dead: bool,
    lower_key: Vec<u8>,
    upper_key: Vec<u8>,
    earliest_end: i64,
    latest_end: i64,
}

impl Bounds {
    fn of(request: &PageRequest) -> Self {
        let now = request.now.as_microsecond();
        let mut bounds = Self {
            live: request.state != Some(State::Revoked),
            dead: matches!(request.state, None | Some(State::Revoked)),
            lower_key: Vec::new(),
            upper_key: vec![u8::MAX; 25],
            earliest_end: i64::MIN,
            latest_end: i64::MAX,
        };
        // The name index has the end right behind the name; in date order the ends are a range of keys too.
        match request.state {
            Some(State::Active) => {
                bounds.earliest_end = now;
                if request.order == PageOrder::Date {
                    bounds.lower_key = after_all_ends_at(request.now);
                }
            }
            Some(State::Expired) => {
                bounds.latest_end = now;
                if request.order == PageOrder::Date {
                    bounds.upper_key = after_all_ends_at(request.now);
                }
            }
            Some(State::Revoked) | None => {}
        }
        if let Some(after) = &request.after {
            if request.ascending {
                bounds.lower_key = bounds.lower_key.max(after.clone());
            } else {
                bounds.upper_key = bounds.upper_key.min(after.clone());
            }
        }
        bounds
    }
}

/// Sorts behind every date key of that end and before those of later ones.
fn after_all_ends_at(end: Timestamp) -> Vec<u8> {
    let mut key = patcycle_lifecycle::date_prefix(end).to_vec();
    key.extend([u8::MAX; 17]);
    key
}

/// A row, and the epochs that were current when it was read.
struct PageRow {
    id: Uuid,
    display_name: String,
    scope: String,
    all_organizations: bool,
    valid_from: i64,
    valid_to: i64,
    revoked_at: Option<i64>,
    revocation_reason: Option<String>,
    organization_epoch: i64,
    owner_epoch: i64,
    current_organization_epoch: i64,
    current_owner_epoch: i64,
    rules: String,
}

macro_rules! page_rows {
    ($key:tt, $direction:tt, $request:ident, $bounds:ident, $readers:ident) => {
        sqlx::query_as!(
            PageRow,
            r#"WITH current AS (
                SELECT
                    coalesce((SELECT value FROM epoch WHERE organization = $1 AND owner = x''), 0)
                        AS organization_epoch,
                    coalesce((SELECT value FROM epoch WHERE organization = $1 AND owner = $2), 0)
                        AS owner_epoch,
                    EXISTS (SELECT 1 FROM revocation_rule WHERE organization = $1) AS has_rules,
                    (
                        SELECT json_group_array(json_array(scope, created_before))
                        FROM revocation_rule
                        WHERE organization = $1
                    ) AS rules
            ),
            owned AS (
                SELECT
                    c.number,
                    c.organization_epoch,
                    c.owner_epoch,
                    c.revoked
                        OR c.organization_epoch < current.organization_epoch
                        OR c.owner_epoch < current.owner_epoch AS dead
                FROM current
                CROSS JOIN cohort AS c
                WHERE c.organization = $1 AND c.owner = $2
            )
            SELECT
                a.id AS "id!: Uuid",
                a.display_name AS "display_name!",
                a.scope AS "scope!",
                a.all_organizations AS "all_organizations!: bool",
                a.valid_from AS "valid_from!",
                a.valid_to AS "valid_to!",
                a.revoked_at AS "revoked_at?",
                a.revocation_reason AS "revocation_reason?",
                c.organization_epoch AS "organization_epoch!",
                c.owner_epoch AS "owner_epoch!",
                current.organization_epoch AS "current_organization_epoch!: i64",
                current.owner_epoch AS "current_owner_epoch!: i64",
                current.rules AS "rules!: String"
            FROM current
            CROSS JOIN owned AS c
            CROSS JOIN authorization AS a
            WHERE CASE WHEN c.dead THEN $3 ELSE $4 OR current.has_rules END
                AND a.cohort = c.number
                AND a."#
                + $key
                + r#" IN (
                    SELECT candidate."#
                + $key
                + r#"
                    FROM authorization AS candidate
                    WHERE candidate.cohort = c.number
                        AND candidate."#
                + $key
                + r#" > $5
                        AND candidate."#
                + $key
                + r#" < $6
                        AND candidate.valid_to > $7
                        AND candidate.valid_to <= $8
                        AND (
                            c.dead
                            OR NOT current.has_rules
                            OR $3 = $4
                            OR $3 = EXISTS (
                                SELECT 1 FROM revocation_rule AS r
                                WHERE r.organization = $1
                                    AND r.created_before > candidate.valid_from
                                    AND instr(' ' || candidate.scope || ' ', ' ' || r.scope || ' ') > 0
                            )
                        )
                    ORDER BY candidate."#
                + $key
                + " "
                + $direction
                + r#"
                    LIMIT $9
                )
            ORDER BY a."#
                + $key
                + " "
                + $direction
                + r#"
            LIMIT $9"#,
            $request.organization_id,
            $request.owner,
            $bounds.dead,
            $bounds.live,
            $bounds.lower_key,
            $bounds.upper_key,
            $bounds.earliest_end,
            $bounds.latest_end,
            $request.limit
        )
        .fetch_all($readers)
        .await
    };
}

/// The page. The conditions in SQL only choose candidates: what a state means is said by the model, and a row
/// on which the two disagree is a damaged one.
pub(crate) async fn page(readers: &SqlitePool, request: &PageRequest) -> Result<Vec<Authorization>, Failure> {
    let bounds = Bounds::of(request);
    let rows = match (request.order, request.ascending) {
        (PageOrder::Date, true) => page_rows!("date_key", "ASC", request, bounds, readers),
        (PageOrder::Date, false) => page_rows!("date_key", "DESC", request, bounds, readers),
        (PageOrder::Name, true) => page_rows!("name_key", "ASC", request, bounds, readers),
        (PageOrder::Name, false) => page_rows!("name_key", "DESC", request, bounds, readers),
    }?;
    rows.into_iter().map(|row| row.into_authorization(request)).collect()
}

impl PageRow {
    fn into_authorization(self, request: &PageRequest) -> Result<Authorization, Failure> {
        let cutoffs = cutoffs(self.current_organization_epoch, self.current_owner_epoch, &self.rules)?;
        let authorization = AuthorizationRow {
            id: self.id,
            display_name: self.display_name,
            scope: self.scope,
            all_organizations: self.all_organizations,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            revoked_at: self.revoked_at,
            revocation_reason: self.revocation_reason,
            organization_epoch: self.organization_epoch,
            owner_epoch: self.owner_epoch,
        }
        .into_authorization(request.organization_id, request.owner)?;
        let state = authorization.state(request.now, &cutoffs);
        if request.state.is_some_and(|wanted| wanted != state) {
            return Err(Failure::unreadable(format!(
                "the authorization {} is {state:?}, but stored among others",
                authorization.id
            )));
        }
        Ok(authorization)
    }
}
