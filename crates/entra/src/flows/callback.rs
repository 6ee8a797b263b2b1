//! What the browser brings back in the redirect.

use patcycle_primitives::Secret;
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

use crate::error::Refusal;

/// The query of a redirect.
#[derive(Debug, Default)]
pub(super) struct Callback {
    code: Option<Secret>,
    state: Option<Secret>,
    error: Option<String>,
    error_description: Option<String>,
    error_subcode: Option<String>,
}

impl Callback {
    /// Reads a query string without its question mark. Of a parameter that comes twice the first counts.
    pub(super) fn from_query(query: &str) -> Self {
        let mut callback = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "code" => callback.code = callback.code.take().or(Some(Secret::new(value))),
                "state" => callback.state = callback.state.take().or(Some(Secret::new(value))),
                "error" => callback.error = callback.error.take().or(Some(value)),
                "error_description" => callback.error_description = Some(value),
                "error_subcode" => callback.error_subcode = Some(value),
                _ => {}
            }
        }
        callback
    }

    /// Whether this is the end of a sign-in at all.
    pub(super) fn is_answer(&self) -> bool {
        self.code.is_some() || self.error.is_some()
    }

    /// Whether it belongs to the sign-in with this state. Takes the same time wherever the two differ.
    pub(super) fn has_state(&self, state: &Secret) -> bool {
        let given = self.state.as_ref().map(Secret::expose).unwrap_or_default();
        bool::from(given.as_bytes().ct_eq(state.expose().as_bytes()))
    }

    /// The code, or why there is none.
    pub(super) fn into_code(self) -> Result<Secret, Box<Refusal>> {
        if let Some(error) = self.error {
            return Err(Box::new(Refusal::from_redirect(error, self.error_description, self.error_subcode)));
        }
        self.code.ok_or_else(|| Box::new(Refusal::from_redirect("no code".to_owned(), None, None)))
    }
}
