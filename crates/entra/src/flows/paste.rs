//! Signing in with a browser on another machine: the person opens the address there, and pastes back the
//! address of the page that could not be loaded.

use url::Url;

use super::SignInRequest;
use super::application::ClientApplication;
use super::authorization_code::Attempt;
use super::callback::Callback;
use super::grant::Grant;
use crate::error::SignInError;

/// Nothing listens there; the port of a registered loopback address does not matter.
const REDIRECT_URI: &str = "http://localhost";

/// The longest text that is looked at.
const MAXIMUM_PASTED_BYTES: usize = 64 * 1024;

/// A sign-in that waits for what the person brings back.
#[derive(Debug)]
pub struct PasteSignIn {
    attempt: Attempt,
}

/// Begins; show [`PasteSignIn::url`] to the person.
pub async fn begin(client: &ClientApplication, request: &SignInRequest) -> Result<PasteSignIn, SignInError> {
    let attempt = Attempt::begin(client, request, REDIRECT_URI.to_owned()).await?;
    Ok(PasteSignIn { attempt })
}

impl PasteSignIn {
    /// The address to open in any browser.
    pub fn url(&self) -> &Url {
        self.attempt.url()
    }

    /// Whether a pasted text could be the answer, so that a prompt can ask again before the attempt is used up.
    pub fn accepts(&self, pasted: &str) -> bool {
        read(pasted).is_some()
    }

    /// Ends the sign-in with what was pasted: the whole address, its query, or the bare code. A code alone
    /// carries no state; the proof key and the nonce still tie it to this sign-in.
    pub async fn finish(self, client: &ClientApplication, pasted: &str) -> Result<Grant, SignInError> {
        let (callback, bare) = read(pasted).ok_or(SignInError::PastedText)?;
        if !bare && !callback.has_state(self.attempt.state()) {
            return Err(SignInError::WrongState);
        }
        self.attempt.redeem(client, callback).await
    }
}

/// The answer in a pasted text, and whether it is only a code.
fn read(pasted: &str) -> Option<(Callback, bool)> {
    let text = pasted.trim().trim_matches(['"', '\'', '<', '>']);
    if text.is_empty() || text.len() > MAXIMUM_PASTED_BYTES || text.contains(char::is_whitespace) {
        return None;
    }
    let query = text.split_once('?').map(|(_, query)| query.split('#').next().unwrap_or_default());
    let query = query.or_else(|| text.contains('=').then_some(text));
    if let Some(callback) = query.map(Callback::from_query).filter(Callback::is_answer) {
        return Some((callback, false));
    }
    let could_be_code = text.len() >= 16
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'!' | b'*' | b'$')
        });
    could_be_code.then(|| (Callback::from_query(&format!("code={text}")), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_queries_and_codes() {
        for (text, bare) in [
            ("http://localhost/?code=0.AbCdEfGh&state=s", false),
            (" \"http://localhost:5000/?code=abc&state=s#_\" \n", false),
            ("code=abc&state=s", false),
            ("http://localhost/?error=access_denied&state=s", false),
            ("0.AVcAMe_N-B6jSkuT5F9XHpElWmjQ", true),
        ] {
            assert_eq!(read(text).map(|(_, is_bare)| is_bare), Some(bare), "{text}");
        }
        for text in ["", "yes", "http://localhost/", "https://example.com/?q=1", "two words that are no code"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
