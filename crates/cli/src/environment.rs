//! The environment variables that the program reads: every name once, with the text of its reference entry.

use patcycle_primitives::Secret;

use crate::error::CommandError;

/// One variable, as the reference page shows it.
#[cfg(test)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) meaning: &'static str,
}

macro_rules! environment {
    ($($(#[doc = $text:literal])+ $field:ident: $type:ty = $name:literal by $wrap:expr,)+) => {
        /// What the environment said at the start. An empty variable counts as absent.
        #[derive(Debug, Default)]
        pub(crate) struct Environment {
            $($(#[doc = $text])+ pub(crate) $field: Option<$type>,)+
        }

        impl Environment {
            /// Every variable, in the order of the reference page.
            #[cfg(test)]
            pub(crate) const ALL: &[Variable] =
                &[$(Variable { name: $name, meaning: concat!($($text,)+) },)+];

            /// Reads all variables through `look_up`, which fails on text that is not UTF-8.
            fn read<E>(look_up: impl Fn(&'static str) -> Result<Option<String>, E>) -> Result<Self, E> {
                Ok(Self { $($field: look_up($name)?.filter(|value| !value.is_empty()).map($wrap),)+ })
            }
        }
    };
}

environment! {
    /// The service that manages the PATs. Default: `https://vssps.dev.azure.com`.
    base_url: String = "PATCYCLE_BASE_URL" by String::from,
    /// The place to sign in, with or without the tenant at the end of its path.
    authority: String = "PATCYCLE_AUTHORITY" by String::from,
    /// The tenant to sign in to: an id, a domain, or `organizations`.
    tenant_id: String = "PATCYCLE_TENANT_ID" by String::from,
    /// The organization whose PATs are managed.
    organization: String = "PATCYCLE_ORGANIZATION" by String::from,
    /// The id of the registered public client application. None is built in.
    public_client_id: String = "PATCYCLE_PUBLIC_CLIENT_ID" by String::from,
    /// A PEM file of certificate authorities to trust besides the system's.
    ca_file: String = "PATCYCLE_CA_FILE" by String::from,
    /// A delegated access token, used as it is instead of a sign-in. A PAT does not work here.
    access_token: Secret = "PATCYCLE_ACCESS_TOKEN" by Secret::new,
    /// The profile of the user file. Default: `default`.
    profile: String = "PATCYCLE_PROFILE" by String::from,
    /// Where sign-ins are kept: `keychain`, `file:DIR`, `age:FILE` or `memory`.
    token_store: String = "PATCYCLE_TOKEN_STORE" by String::from,
    /// A file whose first line is the passphrase of an `age:FILE` token store, for machines without a person.
    token_store_passphrase_file: String = "PATCYCLE_TOKEN_STORE_PASSPHRASE_FILE" by String::from,
    /// The tenant, where no setting of patcycle's own names one in the environment.
    azure_tenant_id: String = "AZURE_TENANT_ID" by String::from,
    /// The sign-in host, where `PATCYCLE_AUTHORITY` is absent.
    azure_authority_host: String = "AZURE_AUTHORITY_HOST" by String::from,
    /// The client id for `login`, with a warning, where no other setting names one.
    azure_client_id: String = "AZURE_CLIENT_ID" by String::from,
    /// The proxy for https. A loopback address is always reached directly.
    https_proxy: String = "HTTPS_PROXY" by String::from,
    /// The same in lower case, which wins.
    https_proxy_lower: String = "https_proxy" by String::from,
    /// Hosts that are reached without the proxy.
    no_proxy: String = "NO_PROXY" by String::from,
    /// The same in lower case.
    no_proxy_lower: String = "no_proxy" by String::from,
    /// A PEM file that replaces the system's certificate authorities.
    ssl_cert_file: String = "SSL_CERT_FILE" by String::from,
    /// Any value switches colour off.
    no_color: String = "NO_COLOR" by String::from,
    /// The browser that `login` opens: commands separated by `:`; `%s` stands for the address.
    browser: String = "BROWSER" by String::from,
    /// Set by build systems: nothing is asked.
    ci: String = "CI" by String::from,
    /// A graphical session: `login` opens a browser.
    display: String = "DISPLAY" by String::from,
    /// A graphical session: `login` opens a browser.
    wayland_display: String = "WAYLAND_DISPLAY" by String::from,
    /// A remote shell: `login` uses a device code, since a browser here could not be seen.
    ssh_connection: String = "SSH_CONNECTION" by String::from,
    /// A remote shell, as `SSH_CONNECTION`.
    ssh_tty: String = "SSH_TTY" by String::from,
    /// A development container: `login` uses a device code unless `BROWSER` is set.
    codespaces: String = "CODESPACES" by String::from,
    /// A development container: `login` uses a device code unless `BROWSER` is set.
    remote_containers: String = "REMOTE_CONTAINERS" by String::from,
    /// Where the user file is: `$XDG_CONFIG_HOME/patcycle/config.toml`. Default: `~/.config`.
    xdg_config_home: String = "XDG_CONFIG_HOME" by String::from,
    /// Where `dev` keeps its directory: `$XDG_DATA_HOME/patcycle/dev`. Default: `~/.local/share`.
    xdg_data_home: String = "XDG_DATA_HOME" by String::from,
    /// The home directory.
    home: String = "HOME" by String::from,
    /// Which log lines are written to stderr: `error`, `warn`, `info`, `debug` or `trace`. Instead of `--verbose`.
    log: String = "PATCYCLE_LOG" by String::from,
}

impl Environment {
    /// Reads the environment of the process.
    pub(crate) fn of_process() -> Result<Self, CommandError> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        Self::read(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(CommandError::usage(format!("the environment variable `{name}` is not valid UTF-8")))
            }
        })
    }

    /// Reads one of the variables that stand for keys of a server's configuration.
    pub(crate) fn of_server(name: &str) -> Result<Option<String>, CommandError> {
        #[expect(clippy::disallowed_methods, reason = "read once, by `serve` alone, beside the struct")]
        match std::env::var(name) {
            Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(CommandError::usage(format!("the environment variable `{name}` is not valid UTF-8")))
            }
        }
    }

    /// An environment with these variables and no others.
    #[cfg(test)]
    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        let look_up = |name: &'static str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            Ok::<_, std::convert::Infallible>(found.map(|(_, value)| (*value).to_owned()))
        };
        let Ok(environment) = Self::read(look_up);
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_absent() {
        let environment =
            Environment::with(&[("PATCYCLE_PROFILE", ""), ("PATCYCLE_ORGANIZATION", "fabrikam")]);
        assert_eq!(environment.profile, None);
        assert_eq!(environment.organization.as_deref(), Some("fabrikam"));
    }

    #[test]
    fn debug_shows_no_token() {
        let environment = Environment::with(&[("PATCYCLE_ACCESS_TOKEN", "eyJ.s3cret.x")]);
        assert!(!format!("{environment:?}").contains("s3cret"));
    }
}
