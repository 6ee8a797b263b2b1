//! Finding secrets for verdicts.

use std::sync::Arc;

use super::setting::{Setting, days, start};
use crate::storage::StorageError;
use crate::verify::VerifyFacts;
use crate::{Storage, verify};
use patcycle_token::Digest;

async fn find(setting: &Setting, digest: Digest) -> Result<Option<VerifyFacts>, StorageError> {
    setting.storage.find_secret(setting.organization.id, digest, None).await
}

/// A secret is found by its digest, under either pepper, with all that a verdict needs; a digest that nobody has
/// is not.
pub async fn a_secret_is_found_by_its_digest(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let ana = &setting.ana;
    let create = setting.create(ana, setting.pat(ana, "ci"));
    let secret = create.secret.clone();
    let stranger = setting.secret().digest;
    assert!(find(&setting, secret.digest).await.unwrap().is_none());
    let pat = setting.storage.create(create).await.unwrap();

    let facts = find(&setting, secret.digest).await.unwrap().unwrap();
    assert_eq!(facts.authorization, pat);
    assert_eq!((facts.owner.as_ref(), facts.tenant_id), (Some(ana), ana.tenant_id));
    assert_eq!(facts.cutoffs.epochs, pat.epochs);
    let found = &facts.secret;
    assert_eq!((found.digest, found.pepper_number), (secret.digest, secret.pepper_number));
    assert_eq!((found.generation, found.dies_at), (secret.generation, secret.dies_at));

    let organization = setting.organization.id;
    let by_previous = setting.storage.find_secret(organization, stranger, Some(secret.digest)).await.unwrap();
    assert_eq!(by_previous.map(|facts| facts.authorization), Some(pat));
    assert!(find(&setting, stranger).await.unwrap().is_none());
}

/// What a revocation, a raised epoch or an update did is seen by the next verdict.
pub async fn a_verdict_sees_what_was_acknowledged(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let (ana, ben) = (&setting.ana, &setting.ben);
    let mut digests = Vec::new();
    for (owner, name) in [(ana, "revoked"), (ana, "of an epoch"), (ben, "narrowed")] {
        let create = setting.create(owner, setting.pat(owner, name));
        digests.push((create.secret.digest, create.authorization.id));
        setting.storage.create(create).await.unwrap();
    }
    let question =
        verify::Question { organization: &setting.organization, scope: Some("vso.code"), address: None };
    let verdict = async |index: usize| {
        let facts = find(&setting, digests[index].0).await.unwrap().unwrap();
        verify::decide(&facts, &question, start() + days(3))
    };
    for index in 0..3 {
        assert_eq!(verdict(index).await, Ok(()));
    }
    setting.storage.revoke(setting.revoke(ana, digests[0].1)).await.unwrap();
    assert_eq!(verdict(0).await, Err(verify::Reason::Revoked));
    assert_eq!(verdict(1).await, Ok(()));
    setting.storage.raise_epoch(setting.raise_epoch(Some(ana))).await.unwrap();
    assert_eq!(verdict(1).await, Err(verify::Reason::Revoked));
    let mut update = setting.update(ben, digests[2].1);
    update.scope = Some("vso.work".to_owned());
    setting.storage.update(update).await.unwrap();
    assert_eq!(verdict(2).await, Err(verify::Reason::Scope));
    setting.storage.raise_epoch(setting.raise_epoch(None)).await.unwrap();
    assert_eq!(verdict(2).await, Err(verify::Reason::Revoked));
}
