//! What the local tenant holds from the first start on: two tenants, their people, their applications.

use patcycle_local_tenant::{
    ApplicationKind, LocalTenant, LocalTenantError, NewApplication, NewTenant, NewUser, Permission,
};
use patcycle_primitives::Secret;
use uuid::Uuid;

use super::credentials::{Credentials, Tenant};

/// Where the web application waits for the answer of a sign-in. On loopback the port does not matter.
const WEB_REDIRECT: &str = "http://localhost:5000/getAToken";

/// The organization and domain of the first tenant.
pub(crate) const FABRIKAM: &str = "fabrikam";
/// The organization and domain of the second tenant.
pub(crate) const CONTOSO: &str = "contoso";

/// Whether everything has been made.
pub(crate) async fn are_made(
    tenant: &LocalTenant,
    credentials: &Credentials,
) -> Result<bool, LocalTenantError> {
    // The last one that is made: when it is there, all are.
    Ok(tenant.find_user(credentials.other_user.id).await?.is_some())
}

/// Makes what is missing. `client_certificate` is the web application's, PEM.
pub(crate) async fn make(
    tenant: &LocalTenant,
    credentials: &Credentials,
    client_certificate: &str,
) -> Result<(), LocalTenantError> {
    ensure_tenant(tenant, &credentials.fabrikam, FABRIKAM, "Fabrikam").await?;
    ensure_tenant(tenant, &credentials.contoso, CONTOSO, "Contoso").await?;
    for application in applications(credentials, client_certificate) {
        if let Some(id) = application.id
            && tenant.find_application(id).await?.is_none()
        {
            tenant.create_application(application).await?;
        }
    }
    for user in users(credentials) {
        if let Some(id) = user.id
            && tenant.find_user(id).await?.is_none()
        {
            tenant.create_user(user).await?;
        }
    }
    Ok(())
}

async fn ensure_tenant(
    local: &LocalTenant,
    tenant: &Tenant,
    organization: &str,
    name: &str,
) -> Result<(), LocalTenantError> {
    if local.find_tenant(&tenant.id.to_string()).await?.is_none() {
        let domain = format!("{organization}.example");
        let new = NewTenant { id: Some(tenant.id), domain, name: name.to_owned(), users_may_consent: true };
        local.create_tenant(new).await?;
    }
    Ok(())
}

fn applications(credentials: &Credentials, client_certificate: &str) -> [NewApplication; 4] {
    let new = |id: Uuid, name: &str, kind: ApplicationKind| NewApplication {
        id: Some(id),
        tenant_id: credentials.fabrikam.id,
        name: name.to_owned(),
        kind,
        multi_tenant: false,
        redirect_uris: Vec::new(),
        spa_redirect_uris: Vec::new(),
        permissions: Permission::ALL.to_vec(),
        needs_approval: false,
        client_secret: None,
        certificates: Vec::new(),
    };
    let loopback = || ["http://localhost", "http://127.0.0.1", WEB_REDIRECT].map(str::to_owned).to_vec();
    [
        NewApplication {
            // People of the second tenant sign in to it as well.
            multi_tenant: true,
            redirect_uris: vec![WEB_REDIRECT.to_owned()],
            client_secret: Some(copy(&credentials.web_application.secret)),
            certificates: vec![client_certificate.to_owned()],
            ..new(credentials.web_application.id, "Patcycle web application", ApplicationKind::Confidential)
        },
        NewApplication {
            multi_tenant: true,
            redirect_uris: loopback(),
            ..new(credentials.public_application.id, "Patcycle command line", ApplicationKind::Public)
        },
        NewApplication {
            client_secret: Some(copy(&credentials.service_application.secret)),
            permissions: Vec::new(),
            ..new(credentials.service_application.id, "Nightly service", ApplicationKind::Confidential)
        },
        NewApplication {
            redirect_uris: loopback(),
            needs_approval: true,
            ..new(
                credentials.admin_consent_application.id,
                "Application under review",
                ApplicationKind::Public,
            )
        },
    ]
}

fn users(credentials: &Credentials) -> [NewUser; 4] {
    let new = |tenant: &Tenant, id: Uuid, user_name: &str, display_name: &str, password: &Secret| NewUser {
        id: Some(id),
        tenant_id: tenant.id,
        user_name: user_name.to_owned(),
        display_name: display_name.to_owned(),
        password: copy(password),
        administrator: false,
        totp_secret: None,
        groups: Vec::new(),
    };
    let Credentials { fabrikam, contoso, user, admin, mfa_user, other_user, .. } = credentials;
    [
        new(fabrikam, user.id, &user.name, "Ana Almeida", &user.password),
        NewUser { administrator: true, ..new(fabrikam, admin.id, &admin.name, "Ada Marsh", &admin.password) },
        NewUser {
            totp_secret: Some(copy(&mfa_user.totp)),
            ..new(fabrikam, mfa_user.id, &mfa_user.name, "Mia Fischer", &mfa_user.password)
        },
        new(contoso, other_user.id, &other_user.name, "Otto Berg", &other_user.password),
    ]
}

/// The tenant keeps digests of its own; the credentials stay for `dev.env`.
fn copy(secret: &Secret) -> Secret {
    Secret::new(secret.expose())
}
