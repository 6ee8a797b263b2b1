//! Every key of the configuration, once: its name, its meaning, its default. The flags and environment
//! variables of `patcycle serve` and the reference page are made from this list.

use std::fmt::Write as _;

/// What may be written as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number, 0 or more.
    Number,
    /// `true` or `false`.
    Switch,
    /// A list of strings. In a flag or variable: separated by commas or blanks.
    List,
    /// A list of whole numbers. In a flag or variable: separated by commas or blanks.
    Numbers,
    /// An array of tables. In a flag or variable: as inline TOML, `[{ name = "…" }]`.
    Tables,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name, with the table in front: `tls.key_file`.
    pub name: &'static str,
    /// What may be written.
    pub kind: Kind,
    /// What stands for an absent key; `None`: see the meaning.
    pub default: Option<&'static str>,
    /// An example value, in TOML.
    pub example: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

impl Key {
    /// The flag of `patcycle serve`: `--tls-key-file`.
    pub fn flag(&self) -> String {
        format!("--{}", self.outside_name().replace(['.', '_'], "-"))
    }

    /// The environment variable: `PATCYCLE_TLS_KEY_FILE`.
    pub fn variable(&self) -> String {
        format!("PATCYCLE_{}", self.outside_name().replace('.', "_").to_uppercase())
    }

    /// `PATCYCLE_ORGANIZATION` is the organization that the client commands work in, so the array of all
    /// organizations is written in the plural outside the file.
    fn outside_name(&self) -> &'static str {
        if self.name == "organization" { "organizations" } else { self.name }
    }
}

/// Every key, in the order of the reference page.
pub const KEYS: &[Key] = &[
    Key {
        name: "listen",
        kind: Kind::Text,
        default: None,
        example: "\"https://0.0.0.0:8443\"",
        meaning: "Required. Where the API listens: `https://IP:PORT`, or `http://IP:PORT` behind a proxy that \
                  ends TLS. Port 0 takes a free one.",
    },
    Key {
        name: "tls.certificate_file",
        kind: Kind::Text,
        default: None,
        example: "\"/etc/patcycle/server.pem\"",
        meaning: "The certificate chain, PEM. Required with https. Read again when it changes.",
    },
    Key {
        name: "tls.key_file",
        kind: Kind::Text,
        default: None,
        example: "\"/etc/patcycle/server-key.pem\"",
        meaning: "The private key of the certificate, PEM. Required with https. Read again when it changes.",
    },
    Key {
        name: "metrics_listen",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"127.0.0.1:9090\"",
        meaning: "Where `/metrics` listens, plain http. It has no sign-in: keep it on a private address.",
    },
    Key {
        name: "database",
        kind: Kind::Text,
        default: None,
        example: "\"sqlite:/var/lib/patcycle/patcycle.sqlite\"",
        meaning: "The SQLite database, made when absent. One of `database` and `database_url_file` is required.",
    },
    Key {
        name: "database_url_file",
        kind: Kind::Text,
        default: None,
        example: "\"/etc/patcycle/database-url\"",
        meaning: "A file that holds a `postgres://` address with its password. Not in this build yet.",
    },
    Key {
        name: "pepper_file",
        kind: Kind::Text,
        default: None,
        example: "\"/var/lib/patcycle-secrets/pepper\"",
        meaning: "Required. The key under which secrets are digested; made with mode 0600 when absent. Keep it \
                  and its backup apart from the database: without it no PAT can be verified.",
    },
    Key {
        name: "rotation_key_file",
        kind: Kind::Text,
        default: None,
        example: "\"/var/lib/patcycle-secrets/pepper.rotation\"",
        meaning: "The key with which new secrets of rotations are derived, so that a lost answer can be given again; \
                  made with mode 0600 when absent. Without this key of the configuration it is the file of the \
                  pepper with `.rotation` behind its name.",
    },
    Key {
        name: "audit_key_file",
        kind: Kind::Text,
        default: None,
        example: "\"/var/lib/patcycle-secrets/pepper.audit\"",
        meaning: "The key that signs checkpoints of the audit; made with mode 0600 when absent. Without this key of \
                  the configuration it is the file of the pepper with `.audit` behind its name.",
    },
    Key {
        name: "audit_checkpoint_file",
        kind: Kind::Text,
        default: None,
        example: "\"/var/lib/patcycle-witness/checkpoints.jsonl\"",
        meaning: "Where checkpoints of the audit are appended, one JSON object a line, each minute in which \
                  something was recorded and at the end. Best on a disk that whoever can write the database cannot \
                  write. Without this key it is the file of the pepper with `.checkpoints` behind its name.",
    },
    Key {
        name: "trusted_proxies",
        kind: Kind::List,
        default: Some("[]"),
        example: "[\"10.0.0.0/8\"]",
        meaning: "Addresses or CIDR ranges of proxies whose `X-Forwarded-For` counts. Without one, the peer's \
                  address counts.",
    },
    Key {
        name: "maximum_active_pats_per_owner",
        kind: Kind::Number,
        default: Some("1000"),
        example: "1000",
        meaning: "How many active PATs one owner may hold in one organization; 0: no limit.",
    },
    Key {
        name: "accept_azure_devops_audience",
        kind: Kind::Switch,
        default: Some("false"),
        example: "false",
        meaning: "Accept tokens of a Microsoft issuer that are meant for Azure DevOps. Such tokens could be \
                  replayed against Azure DevOps by whoever reads them here; the server warns at each start.",
    },
    Key {
        name: "strict_transport_security",
        kind: Kind::Switch,
        default: Some("true"),
        example: "true",
        meaning: "Send `Strict-Transport-Security` where TLS ends here. Never sent on a loopback listener.",
    },
    Key {
        name: "log.level",
        kind: Kind::Text,
        default: Some("\"info\""),
        example: "\"info\"",
        meaning: "`error`, `warn`, `info`, `debug` or `trace`. Libraries stay at `info`: below it they print what \
                  they transport.",
    },
    Key {
        name: "log.format",
        kind: Kind::Text,
        default: Some("\"text\""),
        example: "\"json\"",
        meaning: "`text` or `json`, one line for each event, on stderr.",
    },
    Key {
        name: "emulation.token_signature",
        kind: Kind::Text,
        default: Some("\"PTCY\""),
        example: "\"PTCY\"",
        meaning: "The signature of new PATs. `AZDO` makes them look like Azure DevOps' own, so public scanners \
                  report a leaked one to Microsoft.",
    },
    Key {
        name: "emulation.default_display_filter",
        kind: Kind::Text,
        default: Some("\"active\""),
        example: "\"active\"",
        meaning: "What a list without `displayFilterOption` shows: `active`, `expired`, `revoked` or `all`.",
    },
    Key {
        name: "emulation.domain_errors_as_400",
        kind: Kind::Switch,
        default: Some("false"),
        example: "false",
        meaning: "Answer a `patTokenError` with status 400 instead of 200.",
    },
    Key {
        name: "emulation.revoke_unknown_is_204",
        kind: Kind::Switch,
        default: Some("false"),
        example: "false",
        meaning: "Answer the revocation of an unknown PAT with 204 instead of 404.",
    },
    Key {
        name: "emulation.sign_in_page_203",
        kind: Kind::Switch,
        default: Some("false"),
        example: "false",
        meaning: "Answer bad credentials with status 203 and a sign-in page, as Azure DevOps does at times.",
    },
    Key {
        name: "emulation.require_both_pat_scopes",
        kind: Kind::Switch,
        default: Some("false"),
        example: "false",
        meaning: "Demand both `vso.pats` and `vso.pats_manage` of an access token without `user_impersonation`.",
    },
    Key {
        name: "notify.days_before_expiry",
        kind: Kind::Numbers,
        default: Some("[7]"),
        example: "[30, 7, 1]",
        meaning: "How many days before its end a PAT's owner is told, once for each number.",
    },
    Key {
        name: "notify.allowed_networks",
        kind: Kind::List,
        default: Some("[]"),
        example: "[\"10.20.0.0/16\"]",
        meaning: "Networks that webhooks may be in besides the public internet. Private, link-local, loopback and \
                  other special addresses are refused otherwise.",
    },
    Key {
        name: "notify.smtp.host",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"mail.fabrikam.example\"",
        meaning: "The mail server. With it, the owner of a PAT gets mail when it is created, near its end, expired, \
                  leaked, or revoked by an administrator; where the sign-in name is a mail address. A server that is \
                  down is tried for a week.",
    },
    Key {
        name: "notify.smtp.port",
        kind: Kind::Number,
        default: Some("465, 587 or 25"),
        example: "587",
        meaning: "Its port. The default goes with `notify.smtp.tls`: 465 for `implicit`, 587 for `starttls`, 25 for \
                  `none`.",
    },
    Key {
        name: "notify.smtp.tls",
        kind: Kind::Text,
        default: Some("\"implicit\""),
        example: "\"starttls\"",
        meaning: "`implicit`: TLS from the first byte on. `starttls`: nothing is sent before STARTTLS. `none`: for a \
                  server on this machine.",
    },
    Key {
        name: "notify.smtp.ca_file",
        kind: Kind::Text,
        default: Some("the system's"),
        example: "\"/etc/patcycle/mail-ca.pem\"",
        meaning: "A PEM file of the only authority to trust for the mail server.",
    },
    Key {
        name: "notify.smtp.from",
        kind: Kind::Text,
        default: None,
        example: "\"Patcycle <patcycle@fabrikam.example>\"",
        meaning: "The sender. Required with `notify.smtp.host`.",
    },
    Key {
        name: "notify.smtp.user",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"patcycle\"",
        meaning: "The user at the mail server, with `notify.smtp.password_file`.",
    },
    Key {
        name: "notify.smtp.password_file",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"/etc/patcycle/mail-password\"",
        meaning: "A file that holds the user's password.",
    },
    Key {
        name: "notify.webhook",
        kind: Kind::Tables,
        default: Some("none"),
        example: "[{ url = \"https://hooks.fabrikam.example/patcycle\", secret_file = \"/etc/patcycle/webhook-key\" }]",
        meaning: "Programs that are told, by requests signed as Standard Webhooks has it. Each `[[notify.webhook]]` \
                  has `url`, `secret_file`, `events`, `organization`, `ca_file`; see below.",
    },
    Key {
        name: "leaks.report_keys_url",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"https://api.github.com/meta/public_keys/secret_scanning\"",
        meaning: "Where a secret-scanning service publishes the keys that it signs reports with. With it, \
                  `POST /_patcycle/leaks/reports` takes such reports.",
    },
    Key {
        name: "leaks.report_keys_ca_file",
        kind: Kind::Text,
        default: Some("the system's"),
        example: "\"/etc/patcycle/scanner-ca.pem\"",
        meaning: "A PEM file of the only authorities to trust for that address.",
    },
    Key {
        name: "console.client_id",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"11111111-2222-4333-8444-555555555555\"",
        meaning: "The application that people sign in to. With it, the web console is served beside the API. Register \
                  `public_url` with `redirect_path` behind it as its redirect URI (platform Web).",
    },
    Key {
        name: "console.client_secret_file",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"/etc/patcycle/client-secret\"",
        meaning: "A file that holds the application's client secret. This or `console.client_certificate_file`; without \
                  both, the application is a public client.",
    },
    Key {
        name: "console.client_certificate_file",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"/etc/patcycle/client.pem\"",
        meaning: "A PEM file of a certificate that is registered for the application, and its RSA key.",
    },
    Key {
        name: "console.public_url",
        kind: Kind::Text,
        default: None,
        example: "\"https://pats.fabrikam.example\"",
        meaning: "Where browsers reach this server. Required where it listens on more than this machine, and https then. \
                  Without it: `localhost` with the port of `listen`.",
    },
    Key {
        name: "console.organization",
        kind: Kind::Text,
        default: Some("the only one"),
        example: "\"fabrikam\"",
        meaning: "The `[[organization]]` that the console shows.",
    },
    Key {
        name: "console.authority",
        kind: Kind::Text,
        default: Some("the first issuer's"),
        example: "\"https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555\"",
        meaning: "Where people sign in: one tenant.",
    },
    Key {
        name: "console.redirect_path",
        kind: Kind::Text,
        default: Some("\"/getAToken\""),
        example: "\"/getAToken\"",
        meaning: "Where the sign-in service sends browsers back to.",
    },
    Key {
        name: "console.scopes",
        kind: Kind::List,
        default: Some("`.default` of the first issuer's first audience"),
        example: "[\"api://patcycle/.default\"]",
        meaning: "What to ask the sign-in service for.",
    },
    Key {
        name: "console.session_type",
        kind: Kind::Text,
        default: Some("\"sqlite\""),
        example: "\"filesystem\"",
        meaning: "Where sessions are kept, on the server's side only: `sqlite`, in the database, or `filesystem`, one file \
                  for each.",
    },
    Key {
        name: "console.session_folder",
        kind: Kind::Text,
        default: Some("none"),
        example: "\"/var/lib/patcycle/sessions\"",
        meaning: "The folder of sessions, with `session_type = \"filesystem\"`; made with mode 0700 when absent.",
    },
    Key {
        name: "console.session_key_file",
        kind: Kind::Text,
        default: None,
        example: "\"/var/lib/patcycle-secrets/pepper.console\"",
        meaning: "The key that sessions are sealed with; made with mode 0600 when absent. Without this key of the \
                  configuration it is the file of the pepper with `.console` behind its name.",
    },
    Key {
        name: "console.fresh_sign_in_hours",
        kind: Kind::Number,
        default: Some("12"),
        example: "12",
        meaning: "How old a sign-in may be, in hours, for creating, rotating and extending; then the person is asked for it \
                  again.",
    },
    Key {
        name: "console.ca_file",
        kind: Kind::Text,
        default: Some("the first issuer's"),
        example: "\"/etc/patcycle/ca.pem\"",
        meaning: "A PEM file of certificate authorities to trust besides the system's, for the sign-in service and \
                  `public_url`.",
    },
    Key {
        name: "organization",
        kind: Kind::Tables,
        default: None,
        example: "[{ name = \"fabrikam\", members = \"tenant\", administrators = [], issuer = [{ issuer = \
                  \"https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0\", audiences = \
                  [\"api://patcycle\"] }] }]",
        meaning: "At least one. Each `[[organization]]` has `name`, `members`, `administrators`, \
                  `permit_global_pats`, and one or more `[[organization.issuer]]`; see below.",
    },
    Key {
        name: "verify_rule",
        kind: Kind::Tables,
        default: Some("[]"),
        example: "[{ name = \"code\", scope = \"vso.code\", organization = \"fabrikam\" }]",
        meaning: "Questions that gateways ask by a name: `/_patcycle/verify/NAME` tells whether the request's PAT is \
                  good for the rule's scope and organization, whatever path and query follow. See below.",
    },
];

const ORGANIZATION: &[(&str, &str)] = &[
    (
        "name",
        "Required. `[a-z0-9][a-z0-9-]{0,49}`, and none of the reserved names: it is the first segment of every path.",
    ),
    (
        "members",
        "`\"tenant\"` (the default): everyone of the tenant, from the first call on. `\"listed\"`: those in `listed`.",
    ),
    ("listed", "Object ids of the members, with `members = \"listed\"`."),
    ("administrators", "Object ids of the administrators. Read at every start: the way back in."),
    (
        "permit_global_pats",
        "Whether PATs for all organizations may be made and used. Default `false`: none is made, and from 2026-12-01 on \
         none works. Used when the organization is new; later `patcycle admin policy` decides.",
    ),
    ("issuer", "One or more tables, all of the same tenant; see the next one."),
];

const ISSUER: &[(&str, &str)] = &[
    (
        "issuer",
        "Required. `https://HOST/TENANT-ID/v2.0`; its `/.well-known/openid-configuration` must name it. Plain http is \
         accepted for loopback hosts only.",
    ),
    (
        "audiences",
        "Required. The application id or id URI that access tokens must be for: your own registered application.",
    ),
    (
        "ca_file",
        "A PEM file of the only authorities to trust for this issuer. Default, or `\"\"`: the system's.",
    ),
    ("tenant_id", "The tenant, where the issuer's address does not hold its id."),
    (
        "accept_v1_issuer",
        "Whether tokens of the old shape (`https://sts.windows.net/…/`) are accepted too. Default `true`.",
    ),
];

const VERIFY_RULE: &[(&str, &str)] = &[
    (
        "name",
        "Required. 1 to 50 letters, digits, `-` and `_`: the last segment of the address, in this very spelling.",
    ),
    ("scope", "Required. The one scope that a PAT must grant, by name or by inclusion."),
    ("organization", "Required. The name of the `[[organization]]` that a PAT must be good in."),
];

const WEBHOOK: &[(&str, &str)] = &[
    (
        "url",
        "Required. `https://…`. A name is resolved once for each connection, and every address it has must be permitted. \
         Redirects are not followed; an answer must come within 5 seconds.",
    ),
    (
        "secret_file",
        "Required. A file that holds this webhook's own key: `whsec_` and base64 of 24 to 64 random bytes.",
    ),
    ("events", "Some of `created`, `expiring`, `expired`, `leaked`, `revoked`. Default: all."),
    ("organization", "The one organization that it is for. Default: all."),
    ("ca_file", "A PEM file of the only authorities to trust for this webhook. Default: the system's."),
];

/// The reference page of the configuration, in Markdown.
pub fn reference() -> String {
    let mut page = String::from(
        "# Configuration of `patcycle serve`\n\n\
         `patcycle serve --config FILE` reads TOML. A flag goes before its environment variable, and that before \
         the file. Unknown keys are errors. Paths are relative to the working directory. Secrets are never \
         written here; they have files of their own.\n\n",
    );
    for key in KEYS {
        let kind = match key.kind {
            Kind::Text => "string",
            Kind::Number => "number",
            Kind::Switch => "`true` or `false`",
            Kind::List => "list of strings (outside the file: separated by commas)",
            Kind::Numbers => "list of whole numbers (outside the file: separated by commas)",
            Kind::Tables => "array of tables (outside the file: inline TOML)",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "## `{}`\n\n{}\n", key.name, key.meaning);
        let _ = writeln!(page, "- Value: {kind}, for example `{}`", key.example);
        let _ = writeln!(
            page,
            "- Default: {}",
            key.default.map_or("none".to_owned(), |text| format!("`{text}`"))
        );
        let _ = writeln!(page, "- Flag: `{}`; environment: `{}`\n", key.flag(), key.variable());
    }
    for (title, rows) in [
        ("[[organization]]", ORGANIZATION),
        ("[[organization.issuer]]", ISSUER),
        ("[[verify_rule]]", VERIFY_RULE),
        ("[[notify.webhook]]", WEBHOOK),
    ] {
        let _ = writeln!(page, "## `{title}`\n\n| key | meaning |\n| --- | --- |");
        for (name, meaning) in rows {
            let _ = writeln!(page, "| `{name}` | {meaning} |");
        }
        page.push('\n');
    }
    page
}
