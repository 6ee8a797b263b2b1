//! The page that the browser ends on. It has no script and loads nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;\
background:#f4f5f7;color:#1d2330}\
main{max-width:30rem;margin:1rem;padding:2rem;border-radius:.75rem;background:#fff;\
box-shadow:0 1px 4px #0003;border-top:.35rem solid #1a7f4b}\
main.failed{border-top-color:#b3261e}\
h1{font-size:1.4rem;margin:0 0 .75rem}p{margin:.5rem 0}\
@media (prefers-color-scheme:dark){body{background:#14171d;color:#e7eaf0}main{background:#20252e}}";

/// What the person sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) status: u16,
    title: &'static str,
    text: String,
    next: String,
}

impl Page {
    pub(super) fn signed_in(user_name: Option<&str>) -> Self {
        let text =
            user_name.map_or("You are signed in.".to_owned(), |name| format!("You are signed in as {name}."));
        let next = "You can close this page and go back to the terminal.".to_owned();
        Self { status: 200, title: "Signed in", text, next }
    }

    pub(super) fn failed(reason: &str, next: Option<&str>) -> Self {
        let next = next.unwrap_or("The terminal says more.").replace('`', "");
        let mut letters = reason.trim_end_matches('.').chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let text = first.chain(letters).chain(['.']).collect();
        Self { status: 200, title: "Not signed in", text, next }
    }

    pub(super) fn refused(status: u16, text: &'static str) -> Self {
        let next = "Go back to the terminal.".to_owned();
        Self { status, title: "Nothing to see here", text: text.to_owned(), next }
    }

    /// The HTML.
    pub(super) fn html(&self) -> String {
        let class = if self.title == "Signed in" { "done" } else { "failed" };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} – patcycle</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <main class=\"{class}\">\n<h1>{title}</h1>\n<p>{text}</p>\n<p>{next}</p>\n</main>\n</body>\n</html>\n",
            title = self.title,
            text = escaped(&self.text),
            next = escaped(&self.next),
        )
    }
}

/// The policy that lets this one style in and nothing else.
pub(super) fn content_security_policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_bring_markup() {
        let html = Page::signed_in(Some("<script>alert('x')</script>")).html();
        assert!(!html.contains("<script"));
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)"));
    }
}
