//! Failures on the way, each as a sentence and a next step.

use super::Explanation;
use crate::error::{Unreachable, UnreachableKind};

pub(super) fn explain(unreachable: &Unreachable) -> Explanation {
    let host = &unreachable.host;
    let (what, next) = match unreachable.kind {
        UnreachableKind::Dns => {
            (format!("The name of `{host}` is not known."), "Check the base URL and your network.")
        }
        UnreachableKind::Connect => (
            format!("Nobody answers at `{host}`."),
            "Check the base URL, your network, and that the server runs. A proxy may be needed (`HTTPS_PROXY`).",
        ),
        UnreachableKind::Tls if unreachable.detail.contains("InvalidContentType") => (
            format!("What listens at `{host}` does not speak TLS."),
            "Check the base URL: its port may be that of a plain http listener.",
        ),
        UnreachableKind::Tls => (
            format!("The identity of `{host}` cannot be checked."),
            "Check the base URL. If a private authority signed its certificate, name the authority's file (`--ca-file`, `PATCYCLE_CA_FILE`); for `patcycle dev` it is in `dev.env`.",
        ),
        UnreachableKind::Proxy => (
            format!("The proxy did not make the connection to `{host}`."),
            "Check the proxy's address and password (`HTTPS_PROXY`), or except the host (`NO_PROXY`).",
        ),
        UnreachableKind::Timeout => (
            format!("`{host}` did not answer in time."),
            "Try again. Look at `patcycle list` first if this was a change.",
        ),
        UnreachableKind::Interrupted if unreachable.detail.contains("invalid HTTP version") => (
            format!("What listens at `{host}` does not speak HTTP."),
            "Check the base URL: perhaps it begins with `https://`.",
        ),
        UnreachableKind::Interrupted => (
            format!("The exchange with `{host}` broke off."),
            "Try again. Look at `patcycle list` first if this was a change.",
        ),
        UnreachableKind::TooLong => (
            format!("`{host}` sent far more than the API ever does."),
            "Check that the base URL is that of Azure DevOps or of a patcycle server.",
        ),
    };
    let detail = match unreachable.detail.as_str() {
        "" => String::new(),
        detail => format!(" ({detail})"),
    };
    Explanation::new(format!("{what}{detail}"), next)
}
