//! `POST /console/download`: gives a secret back as a file, from the hidden field of the page that shows it. The script
//! does the same in the page; without scripts this does. Nothing is kept.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use crate::browser::forms::FormError;
use crate::failure::{self, Refused};
use crate::visit::SignedIn;

/// What to make of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line for a `.env` file.
    Dotenv,
    /// A line for git's credential store.
    GitCredentials,
    /// The secret and nothing else.
    Plain,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Dotenv, Self::GitCredentials, Self::Plain];

    /// The value of the form's field.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Dotenv => "dotenv",
            Self::GitCredentials => "git",
            Self::Plain => "plain",
        }
    }

    fn file_name(self) -> &'static str {
        match self {
            Self::Dotenv => "pat.env",
            Self::GitCredentials => "git-credentials",
            Self::Plain => "pat.txt",
        }
    }

    fn content(self, name: &str, secret: &str, host: &str) -> String {
        match self {
            Self::Dotenv => format!("{}={secret}\n", variable_name(name)),
            Self::GitCredentials => format!("https://pat:{secret}@{host}\n"),
            Self::Plain => secret.to_owned(),
        }
    }
}

/// A name for an environment variable: `deploy-prod` gives `DEPLOY_PROD_PAT`.
pub(crate) fn variable_name(name: &str) -> String {
    let letters = name.chars().map(|character| match character.to_ascii_uppercase() {
        upper @ ('A'..='Z' | '0'..='9') => upper,
        _ => '_',
    });
    let name: String = letters.collect::<String>().trim_matches('_').chars().take(40).collect();
    match name.chars().next() {
        None => "PAT".to_owned(),
        Some('0'..='9') => format!("PAT_{name}"),
        Some(_) => format!("{name}_PAT"),
    }
}

pub(crate) async fn download(visit: SignedIn, request: Request) -> Result<Response, Refused> {
    let form = visit.form(request).await?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.id() == form.one("kind"));
    let (Some(kind), secret) = (kind, form.one("secret")) else {
        return Err(failure::of_form(&visit, FormError::Unreadable));
    };
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(failure::of_form(&visit, FormError::Unreadable));
    }
    let content = kind.content(form.one("name"), secret, &visit.console.git_host());
    Ok(attachment(kind.file_name(), content))
}

/// Text as a file that the browser saves.
pub(super) fn attachment(name: &str, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (StatusCode::OK, headers, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_names_that_shells_take() {
        for (name, expected) in [
            ("deploy-prod", "DEPLOY_PROD_PAT"),
            ("ci", "CI_PAT"),
            ("2nd key", "PAT_2ND_KEY"),
            ("$(rm -rf /)", "RM__RF_PAT"),
            ("名", "PAT"),
            ("a\nb=c", "A_B_C_PAT"),
        ] {
            assert_eq!(variable_name(name), expected, "{name}");
        }
    }

    #[test]
    fn files_hold_what_tools_read() {
        assert_eq!(Kind::Dotenv.content("ci", "s3cret", "h"), "CI_PAT=s3cret\n");
        assert_eq!(
            Kind::GitCredentials.content("ci", "s3cret", "dev.azure.com"),
            "https://pat:s3cret@dev.azure.com\n"
        );
        assert_eq!(Kind::Plain.content("ci", "s3cret", "h"), "s3cret");
    }
}
