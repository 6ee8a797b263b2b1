//! People: create, find, disable, one-time codes, passwords.

use patcycle_primitives::Secret;
use uuid::Uuid;

use super::name;
use crate::digest::random_text;
use crate::error::LocalTenantError;
use crate::model::User;
use crate::store::PersonRow;
use crate::tenant::LocalTenant;
use crate::{password, totp};

/// Random bytes of a made-up password: 120 bits.
const PASSWORD_BYTES: usize = 15;

/// The shortest password that is taken, in characters.
const MINIMUM_PASSWORD_LENGTH: usize = 8;

/// A person to create.
#[derive(Debug)]
pub struct NewUser {
    /// The object id; absent: a random one.
    pub id: Option<Uuid>,
    /// The tenant that the person belongs to.
    pub tenant_id: Uuid,
    /// The name to sign in with, `ada@fabrikam.example`; unique in all tenants, without regard to case.
    pub user_name: String,
    /// The whole name. Given and family name are its first word and the rest.
    pub display_name: String,
    /// The password, at least 8 characters.
    pub password: Secret,
    /// Whether the person is a global administrator, who may consent for the tenant.
    pub administrator: bool,
    /// The seed of one-time codes, base32, at least 128 bits; absent: none are asked for.
    pub totp_secret: Option<Secret>,
    /// The groups that tokens name.
    pub groups: Vec<Uuid>,
}

impl LocalTenant {
    /// Creates a person.
    pub async fn create_user(&self, new: NewUser) -> Result<User, LocalTenantError> {
        let display_name = name("display name", &new.display_name)?;
        let user_name = check_user_name(&new.user_name)?;
        if self.inner.store.tenant(new.tenant_id).await?.is_none() {
            return Err(LocalTenantError::NotFound { what: "tenant", name: new.tenant_id.to_string() });
        }
        let totp_secret = new.totp_secret.as_ref().map(totp::parse_seed).transpose()?;
        let password_hash = self.hash(new.password).await?;
        let (given_name, family_name) = display_name.split_once(' ').unwrap_or((&display_name, ""));
        let user = User {
            id: new.id.map_or_else(|| self.inner.random.uuid(), Ok)?,
            tenant_id: new.tenant_id,
            user_name,
            given_name: given_name.to_owned(),
            family_name: family_name.trim().to_owned(),
            display_name,
            administrator: new.administrator,
            disabled: false,
            multi_factor: totp_secret.is_some(),
            groups: new.groups,
            grants_valid_from: self.inner.clock.now(),
        };
        let row = PersonRow { user, password_hash, totp_secret };
        self.inner.store.insert_person(&row).await?;
        Ok(row.user)
    }

    /// The person of an object id.
    pub async fn find_user(&self, id: Uuid) -> Result<Option<User>, LocalTenantError> {
        self.inner.store.person(id).await
    }

    /// The person of a user name, without regard to case.
    pub async fn find_user_named(&self, user_name: &str) -> Result<Option<User>, LocalTenantError> {
        self.inner.store.person_named(user_name).await
    }

    /// The people of a tenant, by user name.
    pub async fn users(&self, tenant_id: Uuid) -> Result<Vec<User>, LocalTenantError> {
        self.inner.store.people_of(tenant_id).await
    }

    /// Refuses the person's sign-ins and renewals from now on. Access tokens live to their end, as Entra's do.
    pub async fn disable_user(&self, id: Uuid) -> Result<(), LocalTenantError> {
        found(self.inner.store.set_disabled(id, true).await?, id)
    }

    /// Lets a disabled person in again.
    pub async fn enable_user(&self, id: Uuid) -> Result<(), LocalTenantError> {
        found(self.inner.store.set_disabled(id, false).await?, id)
    }

    /// Asks the person for one-time codes of this seed (base32, at least 128 bits) from now on; absent: no more.
    /// Grants given without a code need a new sign-in then.
    pub async fn set_mfa(&self, id: Uuid, totp_secret: Option<&Secret>) -> Result<(), LocalTenantError> {
        let seed = totp_secret.map(totp::parse_seed).transpose()?;
        found(self.inner.store.set_totp_secret(id, seed.as_deref()).await?, id)
    }

    /// Changes the password. What was granted before is void.
    pub async fn set_password(&self, id: Uuid, password: Secret) -> Result<(), LocalTenantError> {
        let hash = self.hash(password).await?;
        found(self.inner.store.set_password_hash(id, &hash, self.inner.clock.now()).await?, id)
    }

    /// A random password, to be passed on to [`Self::create_user`].
    pub fn new_password(&self) -> Result<Secret, LocalTenantError> {
        Ok(random_text(self.inner.random.as_ref(), PASSWORD_BYTES)?)
    }

    /// A random seed of one-time codes: 160 bits, base32.
    pub fn new_totp_secret(&self) -> Result<Secret, LocalTenantError> {
        let mut seed = [0; 20];
        self.inner.random.fill(&mut seed)?;
        Ok(Secret::new(totp_rs::Secret::from(seed.as_slice()).to_base32()))
    }

    async fn hash(&self, password: Secret) -> Result<String, LocalTenantError> {
        if password.expose().chars().count() < MINIMUM_PASSWORD_LENGTH {
            return Err(LocalTenantError::invalid("password", "…", "it has less than 8 characters"));
        }
        password::hash(password, self.inner.random.as_ref()).await
    }
}

fn found(found: bool, id: Uuid) -> Result<(), LocalTenantError> {
    if found { Ok(()) } else { Err(LocalTenantError::NotFound { what: "user", name: id.to_string() }) }
}

fn check_user_name(text: &str) -> Result<String, LocalTenantError> {
    let text = text.trim();
    let fits = text.split_once('@').is_some_and(|(person, domain)| !person.is_empty() && !domain.is_empty());
    let plain = text.chars().all(|one| !one.is_whitespace() && !one.is_control());
    if fits && plain && text.chars().count() <= super::NAME_LIMIT {
        Ok(text.to_owned())
    } else {
        Err(LocalTenantError::invalid("user name", text, "it must look like `person@domain.example`"))
    }
}
