//! The place where people sign in.

/// Whether a host is one of Microsoft's sign-in services: the public one, or that of a national cloud.
pub fn is_microsoft_host(host: &str) -> bool {
    MICROSOFT_HOSTS.iter().any(|known| known.eq_ignore_ascii_case(host.trim_end_matches('.')))
}

/// The hosts of Microsoft's public cloud and its national clouds, old names included.
const MICROSOFT_HOSTS: [&str; 11] = [
    "login.microsoftonline.com",
    "login.microsoft.com",
    "login.windows.net",
    "sts.windows.net",
    "login.live.com",
    "login.microsoftonline.us",
    "login-us.microsoftonline.com",
    "login.usgovcloudapi.net",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "login.microsoftonline.de",
];
