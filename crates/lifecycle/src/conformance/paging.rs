//! Pages, compared with a list in memory that is filtered and sorted the simple way.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::rules::rule;
use super::setting::{Setting, actor, days, start};
use crate::import::Import;
use crate::model::{Revocation, RevocationReason};
use crate::storage::{PageOrder, PageRequest};
use crate::update::Update;
use crate::{Authorization, Cutoffs, Epochs, Person, State, Storage};

/// Random PATs, every order, direction and state, several page sizes.
pub async fn paging_agrees_with_a_model(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let mut model = Vec::new();
    fill(&setting, &mut model, Epochs::default(), 300).await;
    compare(&setting, &model, &Cutoffs::default()).await;
}

/// The same among PATs of many epochs, of which most are over.
pub async fn paging_agrees_with_a_model_after_raised_epochs(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let mut model = Vec::new();
    let mut epochs = Epochs::default();
    for round in 0..6 {
        fill(&setting, &mut model, epochs, 40).await;
        let owner = (round % 3 != 0).then_some(&setting.ana);
        let raised = setting.storage.raise_epoch(setting.raise_epoch(owner)).await.unwrap();
        if owner.is_some() {
            epochs.owner += 1;
            assert_eq!(raised, epochs);
        } else {
            epochs.organization += 1;
            assert_eq!(raised.organization, epochs.organization);
        }
        compare(&setting, &model, &Cutoffs { epochs, ..Cutoffs::default() }).await;
    }
    fill(&setting, &mut model, epochs, 40).await;
    // A PAT imported from a newer life of the organization is as good as one made now.
    fill(&setting, &mut model, Epochs { organization: 9, owner: 9 }, 10).await;
    compare(&setting, &model, &Cutoffs { epochs, ..Cutoffs::default() }).await;
}

/// The same where rules have ended some PATs of every cohort and left others.
pub async fn paging_agrees_with_a_model_under_rules(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let mut model = Vec::new();
    fill(&setting, &mut model, Epochs::default(), 60).await;
    for (pat, scope) in
        model.iter_mut().zip(["vso.code", "vso.work vso.build", "vso.code_write"].iter().cycle())
    {
        let update =
            Update { scope: Some((*scope).to_owned()), at: start(), ..setting.update(&setting.ana, pat.id) };
        if setting.storage.update(update).await.is_ok() {
            (*scope).clone_into(&mut pat.scope);
        }
    }
    setting.storage.raise_epoch(setting.raise_epoch(Some(&setting.ana))).await.unwrap();
    let epochs = Epochs { organization: 0, owner: 1 };
    fill(&setting, &mut model, epochs, 60).await;
    let created_before = start() + SignedDuration::from_micros(1);
    for scope in ["vso.build", "vso.code"] {
        setting.storage.create_revocation_rule(rule(&setting, &[scope], created_before)).await.unwrap();
        let rules = setting.storage.revocation_rules(setting.organization.id).await.unwrap();
        compare(&setting, &model, &Cutoffs { epochs, rules }).await;
    }
}

/// One name, one end for all: the id decides, nothing is skipped or shown twice.
pub async fn paging_separates_equal_keys(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let model: Vec<Authorization> = (0..50).map(|_| setting.pat(&setting.ana, "same")).collect();
    import(&setting, &model).await;
    compare(&setting, &model, &Cutoffs::default()).await;
}

async fn fill(setting: &Setting, model: &mut Vec<Authorization>, epochs: Epochs, count: usize) {
    let pats: Vec<Authorization> =
        (0..count).map(|_| Authorization { epochs, ..random_pat(setting, &setting.ana) }).collect();
    // Somebody else's, among which nothing may be found.
    let others: Vec<Authorization> = (0..20).map(|_| random_pat(setting, &setting.ben)).collect();
    import(setting, &[pats.clone(), others].concat()).await;
    model.extend(pats);
}

/// Few names in several spellings, few ends, some at the very instant of the reading.
fn random_pat(setting: &Setting, owner: &Person) -> Authorization {
    const NAMES: [&str; 10] = ["a", "A", "ab", "Straße", "STRASSE", "ﬁle", "file", "é", "zz", "\u{10ffff}"];
    let index = usize::try_from(setting.number(NAMES.len() as u64)).unwrap();
    let hours = i64::try_from(setting.number(12)).unwrap() - 6;
    let revocation = Revocation { at: start(), reason: RevocationReason::Leaked };
    Authorization {
        valid_to: reading() + SignedDuration::from_hours(hours),
        revoked: (setting.number(4) == 0).then_some(revocation),
        ..setting.pat(owner, NAMES[index])
    }
}

/// The clock reading of all pages.
fn reading() -> Timestamp {
    start() + days(10)
}

async fn import(setting: &Setting, pats: &[Authorization]) {
    let command = Import {
        organization_id: setting.organization.id,
        owners: vec![setting.ana.clone(), setting.ben.clone()],
        pats: pats.iter().map(|pat| (pat.clone(), setting.secret())).collect(),
        actor: actor(&setting.ana),
        at: start(),
        audit_id: setting.id(),
    };
    setting.storage.import(command).await.unwrap();
}

async fn compare(setting: &Setting, model: &[Authorization], cutoffs: &Cutoffs) {
    for state in [None, Some(State::Active), Some(State::Expired), Some(State::Revoked)] {
        for order in [PageOrder::Date, PageOrder::Name] {
            for ascending in [true, false] {
                for limit in [1, 7, 1000] {
                    let request = PageRequest {
                        state,
                        order,
                        ascending,
                        limit,
                        now: reading(),
                        ..setting.page(&setting.ana)
                    };
                    let wanted = expected(model, cutoffs, &request);
                    let found = read_all(setting, request.clone()).await;
                    let ids = |pats: &[Authorization]| pats.iter().map(|pat| pat.id).collect::<Vec<_>>();
                    assert_eq!(ids(&found), ids(&wanted), "{request:?}");
                    assert_eq!(found, wanted, "{request:?}");
                }
            }
        }
    }
}

fn expected(model: &[Authorization], cutoffs: &Cutoffs, request: &PageRequest) -> Vec<Authorization> {
    let mut pats: Vec<Authorization> = model
        .iter()
        .filter(|pat| request.state.is_none_or(|state| pat.state(request.now, cutoffs) == state))
        .cloned()
        .collect();
    pats.sort_by_key(key_of(request));
    if !request.ascending {
        pats.reverse();
    }
    pats
}

fn key_of(request: &PageRequest) -> fn(&Authorization) -> Vec<u8> {
    match request.order {
        PageOrder::Date => Authorization::date_key,
        PageOrder::Name => Authorization::name_key,
    }
}

/// All pages. Checks that none has more rows than were asked for.
async fn read_all(setting: &Setting, mut request: PageRequest) -> Vec<Authorization> {
    let key = key_of(&request);
    let mut pats: Vec<Authorization> = Vec::new();
    for _ in 0..1000 {
        let page = setting.storage.page(request.clone()).await.unwrap();
        assert!(page.len() <= usize::try_from(request.limit).unwrap());
        let Some(last) = page.last() else {
            return pats;
        };
        request.after = Some(key(last));
        pats.extend(page);
    }
    panic!("the pages have no end");
}
