//! Whose is this string? For administrators who hold one that was found.

use patcycle_primitives::Secret;

use crate::revoke_many::OwnedPat;
use crate::{Authorization, Lifecycle, OperationError, Organization, Person, State};

/// A PAT that a string turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPat {
    /// The PAT.
    pub authorization: Authorization,
    /// Its owner.
    pub owner: Person,
    /// Whether it works.
    pub state: State,
    /// Whether this very secret works: it may be one that a rotation has replaced.
    pub secret_works: bool,
}

impl Lifecycle {
    /// The PAT of this organization whose secret was given; `None`: there is none, or it is another organization's.
    pub async fn look_up_leaked(
        &self,
        organization: &Organization,
        presented: &Secret,
    ) -> Result<Option<KnownPat>, OperationError> {
        let Some(secret) = self.find_secret(presented).await? else { return Ok(None) };
        if secret.organization_id != organization.id {
            return Ok(None);
        }
        let now = self.clock.now();
        let Some(pat) = self.storage.find_with_owner(&secret).await? else {
            return Ok(None);
        };
        let secret_works = secret.works(&pat, now);
        let OwnedPat { authorization, owner, cutoffs } = pat;
        let state = authorization.state(now, &cutoffs);
        Ok(Some(KnownPat { authorization, owner, state, secret_works }))
    }
}
