//! Credentials in an address are refused, so that nobody gets used to putting them there: addresses end up in
//! logs, histories and `Referer` headers.

use http::Uri;
use percent_encoding::percent_decode_str;

/// Query parameters that OAuth clients put tokens into.
const TOKEN_PARAMETERS: [&str; 3] = ["access_token", "refresh_token", "id_token"];
/// Whether path, query or authority carry something that looks like a credential.
pub(crate) fn carries_credential(uri: &Uri, query: &[(String, String)]) -> bool {
    uri.authority().is_some_and(|authority| authority.as_str().contains('@'))
        || is_credential(&percent_decode_str(uri.path()).decode_utf8_lossy())
        || query.iter().any(|(name, value)| {
            let names_a_token = TOKEN_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known));
            (names_a_token && !value.is_empty()) || is_credential(name) || is_credential(value)
        })
}

fn is_credential(text: &str) -> bool {
    patcycle_token::holds_pat(text) || holds_json_web_token(text)
}

/// Three parts of base64url, the first of them the start of a JSON object.
fn holds_json_web_token(text: &str) -> bool {
    let belongs = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    text.split(|character| !belongs(character))
        .any(|word| word.starts_with("eyJ") && word.bytes().filter(|byte| *byte == b'.').count() == 2)
}

#[cfg(test)]
mod tests {
    use patcycle_contract::query;
    use patcycle_primitives::SeededRandom;
    use patcycle_token::{Signature, mint};

    use super::*;

    fn refuses(uri: &str) -> bool {
        let uri: Uri = uri.parse().unwrap();
        carries_credential(&uri, &query::decode(uri.query().unwrap_or_default()))
    }

    fn pat() -> String {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        mint(&SeededRandom::new(7), now, Signature::AzureDevOps).unwrap().expose().to_owned()
    }

    #[test]
    fn finds_pats_wherever_they_are() {
        let pat = pat();
        let encoded = pat.bytes().map(percent_encoding::percent_encode_byte).collect::<String>();
        let mistyped = format!("{}x", &pat[..83]);
        for uri in [
            format!("/fabrikam/_apis/tokens/pats?anything={pat}"),
            format!("/fabrikam/_apis/tokens/pats?{pat}"),
            format!("/fabrikam/_apis/tokens/pats/{pat}"),
            format!("/fabrikam/_apis/tokens/pats?x=user:{encoded}"),
            format!("/{encoded}"),
            format!("/?x=ab{pat}cd"),
            format!("/?x={mistyped}"),
            format!("https://{pat}@patcycle.example/fabrikam"),
        ] {
            assert!(refuses(&uri), "{uri}");
        }
    }

    #[test]
    fn finds_access_tokens() {
        assert!(refuses("/a?access_token=x") && refuses("/a?b=1&ACCESS_TOKEN=x") && refuses("/a?id_token=x"));
        assert!(refuses("/a?b=eyJ0eXAi.eyJhdWQi.c2ln") && refuses("/eyJ0eXAi.eyJhdWQi."));
    }

    #[test]
    fn lets_ordinary_addresses_pass() {
        for uri in [
            "/fabrikam/_apis/tokens/pats?%24top=100&continuationToken=AAYg_x-1&api-version=7.1-preview.1",
            "/fabrikam/_apis/tokens/pats?authorizationId=3d3aca0c-0000-4000-8000-000000000001",
            "/a?access_token=",
            "/a?b=JQQJ99&c=eyJ.x",
        ] {
            assert!(!refuses(uri), "{uri}");
        }
    }
}
