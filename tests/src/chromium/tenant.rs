//! The local tenant's pages as a person fills them in.

use std::time::{Duration, Instant};

use super::{Chromium, LOOK_EVERY};
use crate::Dev;

impl Chromium {
    /// Goes through whatever the tenant asks, from its sign-in page on: password, second factor, consent. `person` is
    /// `USER`, `ADMIN_USER`, `MFA_USER` or `OTHER_USER`. Afterwards the browser is wherever the tenant sent it.
    ///
    /// # Panics
    /// When the page is none of the tenant's sign-in.
    pub async fn sign_in(&self, dev: &Dev, person: &str) {
        self.enter_password(dev, person).await;
        self.leaves("Sign in").await;
        if self.title().await == "Enter code" {
            self.fill("Code", &dev.one_time_code()).await;
            self.press("Verify").await;
            self.leaves("Enter code").await;
        }
        if self.title().await == "Permissions requested" {
            self.press("Accept").await;
        }
    }

    /// Waits for the page after the one with this title: a press does not always wait for where it leads. A page that
    /// comes again, with an error in it, is waited for in vain for some seconds.
    async fn leaves(&self, title: &str) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            let shown = self.title().await;
            if !shown.is_empty() && shown != title {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
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
