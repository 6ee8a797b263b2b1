//! A refusal by the sign-in service, in its words and in ours.

use serde::Deserialize;

use crate::aadsts::{self, Explanation, Remedy};

/// The most characters of the service's own text that are shown.
const SHOWN_CHARACTERS: usize = 300;

/// Runs of letters at least this long that no word has are taken for codes or tokens and not shown.
const SUSPICIOUS_RUN: usize = 44;

/// What the service said when it refused. Its text was cleaned: no control characters, nothing that looks like
/// a token, one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The OAuth error, for instance `invalid_grant`.
    pub error: String,
    /// The numbers of Microsoft's errors, most specific first. Empty for other services.
    pub codes: Vec<u32>,
    /// Microsoft's finer error, for instance `token_expired`.
    pub suberror: Option<String>,
    /// The claims that the next authorize request should carry, as JSON text.
    pub claims: Option<String>,
    /// The service's own text, cleaned and shortened.
    pub description: String,
    /// The id under which the service's support finds the call.
    pub correlation_id: Option<String>,
}

/// The error object of the token and device endpoints.
#[derive(Deserialize)]
pub(crate) struct WireRefusal {
    error: String,
    #[serde(default)]
    error_description: String,
    #[serde(default)]
    error_codes: Vec<u32>,
    suberror: Option<String>,
    claims: Option<String>,
    correlation_id: Option<String>,
}

impl From<WireRefusal> for Refusal {
    fn from(wire: WireRefusal) -> Self {
        let mut codes = wire.error_codes;
        for named in aadsts::codes_in(&wire.error_description) {
            if !codes.contains(&named) {
                codes.push(named);
            }
        }
        Self {
            error: clean(&wire.error),
            codes,
            suberror: wire.suberror.as_deref().map(clean),
            claims: wire.claims,
            description: clean(&wire.error_description),
            correlation_id: wire.correlation_id.as_deref().map(clean),
        }
    }
}

impl Refusal {
    /// A refusal that came as parameters of a redirect.
    pub(crate) fn from_redirect(error: String, description: Option<String>, subcode: Option<String>) -> Self {
        let wire = WireRefusal {
            error,
            error_description: description.unwrap_or_default(),
            error_codes: Vec::new(),
            suberror: subcode,
            claims: None,
            correlation_id: None,
        };
        wire.into()
    }

    /// The explanation of the first number that is known.
    pub fn explanation(&self) -> Option<&'static Explanation> {
        self.codes.iter().find_map(|code| aadsts::explain(*code))
    }

    /// Who can do something about it.
    pub fn remedy(&self) -> Remedy {
        if let Some(known) = self.explanation() {
            return known.remedy;
        }
        match self.error.as_str() {
            "access_denied" | "authorization_declined" | "consent_required" => Remedy::Consent,
            "interaction_required" => Remedy::SignInByBrowser,
            "invalid_client"
            | "unauthorized_client"
            | "invalid_scope"
            | "invalid_resource"
            | "invalid_tenant"
            | "unsupported_response_type" => Remedy::Registration,
            "temporarily_unavailable" | "server_error" | "slow_down" | "authorization_pending" => {
                Remedy::Wait
            }
            "invalid_request" | "unsupported_grant_type" => Remedy::Report,
            // invalid_grant, login_required, expired_token, bad_verification_code and whatever else there is.
            _ => Remedy::SignIn,
        }
    }

    /// What to do about it, as a sentence.
    pub fn next_step(&self) -> &'static str {
        if let Some(known) = self.explanation() {
            return known.next;
        }
        match self.remedy() {
            Remedy::SignIn => "Sign in again with `patcycle login`.",
            Remedy::SignInByBrowser => "Sign in by a browser with `patcycle login`.",
            Remedy::Consent => "Run `patcycle login` again and accept what the application asks for.",
            Remedy::Administrator => "Ask an administrator of the tenant.",
            Remedy::Registration => {
                "Check the authority, the client id and the scope against the registration."
            }
            Remedy::Account => "Check the account with an administrator.",
            Remedy::Wait => "Wait a moment, then try again.",
            Remedy::Report => "Check the authority; if it is right, report this as a fault of patcycle.",
        }
    }
}

impl std::fmt::Display for Refusal {
    /// The sentence for the person, and the number for whoever helps them.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.explanation() {
            Some(known) => {
                let sentence = known.meaning.trim_end_matches('.');
                write!(formatter, "{} (AADSTS{})", lower_first(sentence), known.code)
            }
            None if self.description.is_empty() => {
                write!(formatter, "the sign-in service answered `{}`", self.error)
            }
            None => write!(formatter, "the sign-in service answered `{}`: {}", self.error, self.description),
        }
    }
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// One short line without control characters, trace ids, or runs that could be a token.
fn clean(text: &str) -> String {
    let text = text.split(" Trace ID:").next().unwrap_or_default();
    let words = text.split_whitespace().map(|word| if looks_like_a_token(word) { "[…]" } else { word });
    one_line(&words.collect::<Vec<_>>().join(" "))
}

/// The text as it may be shown on a terminal: one line, not long, nothing that moves the cursor or reorders.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control() && !is_direction_mark(*letter))
        .take(SHOWN_CHARACTERS)
        .collect()
}

fn looks_like_a_token(word: &str) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'=');
    word.as_bytes().split(|byte| !allowed(byte)).any(|run| run.len() >= SUSPICIOUS_RUN)
}

/// Marks that reorder text on a terminal, so that it reads as something else.
fn is_direction_mark(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> Refusal {
        serde_json::from_str::<WireRefusal>(json).unwrap().into()
    }

    #[test]
    fn a_known_number_becomes_a_sentence_and_a_step() {
        let refusal = refusal(
            r#"{"error":"invalid_grant","error_codes":[700082],"suberror":"token_expired",
                "error_description":"AADSTS700082: The refresh token has expired. Trace ID: 1 Correlation ID: 2"}"#,
        );
        assert!(refusal.to_string().ends_with("(AADSTS700082)"), "{refusal}");
        assert_eq!(refusal.remedy(), Remedy::SignIn);
        assert!(refusal.next_step().contains("patcycle login"));
        assert_eq!(refusal.description, "AADSTS700082: The refresh token has expired.");
    }

    #[test]
    fn an_unknown_error_keeps_its_words_but_no_token() {
        let token = format!("eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.{}", "c2lnbmF0dXJl".repeat(20));
        let json =
            format!(r#"{{"error":"weird","error_description":"bad\u001b[31m value '{token}' given"}}"#);
        let text = refusal(&json).to_string();
        assert_eq!(text, "the sign-in service answered `weird`: bad[31m value […] given");
    }

    #[test]
    fn numbers_are_found_in_redirects_too() {
        let text = Some("AADSTS65004: User declined.".to_owned());
        let refusal = Refusal::from_redirect("access_denied".to_owned(), text, Some("cancel".to_owned()));
        assert_eq!((refusal.codes.as_slice(), refusal.remedy()), ([65004].as_slice(), Remedy::Consent));
    }
}
