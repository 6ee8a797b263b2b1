//! Every setting of `patcycle console`, once. Those of the sample application keep its names.

use std::fmt::Write as _;

/// How a setting is given as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// By a flag of its own, named like the setting.
    Own,
    /// By the flag of that name which every command has.
    Global,
    /// Not at all: arguments can be read by others.
    None,
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingKey {
    /// Its name in the file: `CLIENT_ID`.
    pub name: &'static str,
    /// The environment variable, mostly the same.
    pub variable: &'static str,
    /// How it is given as a flag.
    pub flag: Flag,
    /// An example value, in TOML.
    pub example: &'static str,
    /// What stands for an absent setting; `None`: see the meaning.
    pub default: Option<&'static str>,
    /// What it does.
    pub meaning: &'static str,
}

impl SettingKey {
    /// The flag: `--client-id`; `None` where there must not be one.
    pub fn flag(&self) -> Option<String> {
        let name = self.name.to_ascii_lowercase().replace('_', "-");
        (self.flag != Flag::None).then(|| format!("--{name}"))
    }

    const fn new(name: &'static str, example: &'static str, meaning: &'static str) -> Self {
        Self { name, variable: name, flag: Flag::Own, example, default: None, meaning }
    }

    const fn by_default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn with_flag(mut self, flag: Flag) -> Self {
        self.flag = flag;
        self
    }
}

/// Every setting, in the order of the reference page.
pub const KEYS: &[SettingKey] = &[
    SettingKey::new(
        "CLIENT_ID",
        "\"11111111-2222-4333-8444-555555555555\"",
        "Required. The application's id: in the Azure portal, App registrations, your application, Overview, \
         Application (client) ID.",
    )
    .with_flag(Flag::Global),
    SettingKey::new(
        "CLIENT_SECRET",
        "\"…\"",
        "The client secret itself. Best as an environment variable that a secret store sets; in the file it is in plain \
         text, which earns a warning. At most one of `CLIENT_SECRET`, `CLIENT_SECRET_FILE` and \
         `CLIENT_CERTIFICATE_FILE`; with none, the application is a public client.",
    )
    .with_flag(Flag::None),
    SettingKey::new("CLIENT_SECRET_FILE", "\"/etc/patcycle/client-secret\"", "A file that holds the client secret."),
    SettingKey::new(
        "CLIENT_CERTIFICATE_FILE",
        "\"/etc/patcycle/client.pem\"",
        "A PEM file of a certificate that is registered for the application, and its RSA key.",
    ),
    SettingKey::new(
        "AUTHORITY",
        "\"https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555\"",
        "Required. Where people sign in: one tenant, by its id or a domain; or `…/organizations`, where each person's \
         own tenant is taken.",
    )
    .with_flag(Flag::Global),
    SettingKey::new(
        "REDIRECT_PATH",
        "\"/getAToken\"",
        "Where the sign-in service sends browsers back to. `PUBLIC_URL` with this path is the redirect URI to register.",
    )
    .by_default("\"/getAToken\""),
    SettingKey::new(
        "ENDPOINT",
        "\"https://vssps.dev.azure.com/fabrikam/_apis/Tokens/Pats?api-version=7.1-preview.1\"",
        "Required. The PAT API of the organization: it gives the service, the organization and, where it has one, the \
         api-version.",
    ),
    SettingKey::new(
        "SCOPE",
        "[\"499b84ac-1321-427f-aa17-267ca6975798/.default\"]",
        "What to ask the sign-in service for: a list, or separated by blanks. The default is Azure DevOps' own, in front \
         of Azure DevOps or with an authority that is not Microsoft's. Elsewhere name the scope of that service's \
         application: a token for Azure DevOps must not be sent there.",
    ),
    SettingKey::new(
        "SESSION_TYPE",
        "\"filesystem\"",
        "Where sessions are kept, on the server's side only: `filesystem`, one file for each, or `sqlite`, a database in the \
         folder of sessions.",
    )
    .by_default("\"filesystem\""),
    SettingKey::new(
        "SESSION_FOLDER",
        "\"/var/lib/patcycle-console/sessions\"",
        "The folder of sessions, made with mode 0700 when absent. Default: `$XDG_DATA_HOME/patcycle/console/sessions`, \
         or that below `~/.local/share`.",
    ),
    SettingKey::new(
        "SESSION_KEY_FILE",
        "\"/var/lib/patcycle-console/session-key\"",
        "The key that sessions are sealed with; made with mode 0600 when absent. Default: `session-key` beside the folder \
         of sessions.",
    ),
    SettingKey::new(
        "FRESH_SIGN_IN_HOURS",
        "12",
        "How old a sign-in may be, in hours, for creating, rotating and extending; then the person is asked for it again.",
    )
    .by_default("12"),
    SettingKey::new(
        "LISTEN",
        "\"http://127.0.0.1:5000\"",
        "Where the console listens: `https://IP:PORT`, or `http://IP:PORT` on this machine or behind a proxy that ends \
         TLS. Port 0 takes a free one.",
    )
    .by_default("\"http://127.0.0.1:5000\""),
    SettingKey::new(
        "PUBLIC_URL",
        "\"https://pats.fabrikam.example\"",
        "Where browsers reach it. Required where it listens on more than this machine, and https then. Default: \
         `localhost` with the port of `LISTEN`.",
    ),
    SettingKey::new(
        "TLS_CERTIFICATE_FILE",
        "\"/etc/patcycle/server.pem\"",
        "The certificate chain, PEM. Required with https. Read again when it changes.",
    ),
    SettingKey::new(
        "TLS_KEY_FILE",
        "\"/etc/patcycle/server-key.pem\"",
        "The private key of the certificate, PEM. Required with https. Read again when it changes.",
    ),
    SettingKey {
        variable: "PATCYCLE_CA_FILE",
        ..SettingKey::new(
            "CA_FILE",
            "\"/etc/patcycle/ca.pem\"",
            "A PEM file of certificate authorities to trust besides the system's, for the sign-in service and the API.",
        )
        .with_flag(Flag::Global)
    },
];

/// The reference page of the settings, in Markdown.
pub fn reference() -> String {
    let mut page = String::from(
        "# Settings of `patcycle console`\n\n\
         Each can be written in a TOML file (`--config FILE`), as an environment variable, or as a flag. A flag goes \
         before its variable, and that before the file. Unknown names in the file are errors. Paths are relative to the \
         working directory. `SCOPE` may be a list in the file.\n\n",
    );
    for key in KEYS {
        let flag = key
            .flag()
            .map_or("none, because arguments can be read by others".to_owned(), |flag| format!("`{flag}`"));
        let default = key.default.map_or("none".to_owned(), |text| format!("`{text}`"));
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "## `{}`\n\n{}\n\n- For example: `{}`\n- Default: {default}\n- Flag: {flag}; environment: `{}`\n\n",
            key.name, key.meaning, key.example, key.variable
        );
    }
    page
}
