//! The local tenant's pages as a person fills them in.

use super::Chromium;
use crate::Dev;

impl Chromium {
    /// Goes through whatever the tenant asks, from its sign-in page on: password, second factor, consent. `person` is
    /// `USER`, `ADMIN_USER`, `MFA_USER` or `OTHER_USER`. Afterwards the browser is wherever the tenant sent it.
    ///
    /// # Panics
    /// When the page is none of the tenant's sign-in.
    pub async fn sign_in(&self, dev: &Dev, person: &str) {
        self.enter_password(dev, person).await;
        if self.title().await == "Enter code" {
            self.fill("Code", &dev.one_time_code()).await;
            self.press("Verify").await;
        }
        if self.title().await == "Permissions requested" {
            self.press("Accept").await;
        }
    }

    /// Fills in the sign-in page and sends it.
    ///
    /// # Panics
    /// When the page is another.
    pub async fn enter_password(&self, dev: &Dev, person: &str) {
        self.fill("User name", dev.var(person)).await;
        self.fill("Password", dev.var(&person.replace("USER", "PASSWORD"))).await;
        self.press("Sign in").await;
    }
}
