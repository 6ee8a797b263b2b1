//! The cookies: the session's id, and the language that was chosen.
//!
//! Names carry the role and 8 hexadecimal digits of the installation, because cookies ignore ports. Over https the
//! name has the prefix `__Host-`, which binds it to this very host; a plain-http listener is a loopback one and has
//! neither prefix nor `Secure` (design.md §6).

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::HeaderMap;
use patcycle_primitives::Secret;

use crate::text::Language;

/// Names and attributes of the cookies of one console.
#[derive(Debug, Clone)]
pub(crate) struct Cookies {
    session: String,
    language: String,
    secure: bool,
}

impl Cookies {
    pub(crate) fn new(installation: &str, secure: bool) -> Self {
        let prefix = if secure { "__Host-" } else { "" };
        Self {
            session: format!("{prefix}patcycle-console-{installation}"),
            language: format!("{prefix}patcycle-language-{installation}"),
            secure,
        }
    }

    /// The session's id that the browser sent.
    pub(crate) fn session_id(&self, headers: &HeaderMap) -> Option<Secret> {
        let jar = CookieJar::from_headers(headers);
        jar.get(&self.session).map(|cookie| Secret::new(cookie.value()))
    }

    /// The language that the person chose.
    pub(crate) fn language(&self, headers: &HeaderMap) -> Option<Language> {
        let jar = CookieJar::from_headers(headers);
        jar.get(&self.language).and_then(|cookie| Language::find(cookie.value()))
    }

    /// `Set-Cookie` for a session. It ends with the browser, or before that on the server.
    pub(crate) fn set_session(&self, id: &Secret) -> String {
        self.cookie(&self.session, id.expose()).to_string()
    }

    /// `Set-Cookie` that removes the session's id.
    pub(crate) fn remove_session(&self) -> String {
        let mut cookie = self.cookie(&self.session, "");
        cookie.make_removal();
        cookie.to_string()
    }

    /// `Set-Cookie` for a chosen language.
    pub(crate) fn set_language(&self, language: Language) -> String {
        let mut cookie = self.cookie(&self.language, language.tag());
        cookie.make_permanent();
        cookie.to_string()
    }

    fn cookie<'a>(&'a self, name: &'a str, value: &'a str) -> Cookie<'a> {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build()
    }
}
