//! Opening the system's browser, and whether there is one.

use std::process::{Command, Stdio};

use url::Url;

use crate::environment::Environment;

/// Opens `url`: with `BROWSER` where that is set, else with what the system offers.
pub(crate) fn open(browser: Option<&str>, url: &Url) -> Result<(), String> {
    let Some(browser) = browser else {
        return webbrowser::open(url.as_str()).map_err(|error| error.to_string());
    };
    let mut reasons = Vec::new();
    for candidate in browser.split(':').filter(|candidate| !candidate.trim().is_empty()) {
        let words = command_of(candidate, url);
        let Some((program, arguments)) = words.split_first() else { continue };
        let spawned = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match spawned {
            Ok(mut child) => {
                // Collected when it ends, so that it does not stay behind as a zombie.
                std::thread::spawn(move || child.wait());
                return Ok(());
            }
            Err(error) => reasons.push(format!("`{program}`: {error}")),
        }
    }
    Err(if reasons.is_empty() { "BROWSER names no command".to_owned() } else { reasons.join("; ") })
}

fn command_of(candidate: &str, url: &Url) -> Vec<String> {
    let mut words: Vec<String> = candidate.split_whitespace().map(str::to_owned).collect();
    if words.iter().any(|word| word.contains("%s")) {
        for word in &mut words {
            *word = word.replace("%s", url.as_str());
        }
    } else {
        words.push(url.as_str().to_owned());
    }
    words
}

/// Whether a browser opened here would be seen by the person.
pub(crate) fn is_likely(environment: &Environment) -> bool {
    if environment.ci.is_some() || environment.ssh_connection.is_some() || environment.ssh_tty.is_some() {
        return false;
    }
    if environment.browser.is_some() {
        return true;
    }
    if environment.codespaces.is_some() || environment.remote_containers.is_some() {
        return false;
    }
    cfg!(any(target_os = "macos", windows))
        || environment.display.is_some()
        || environment.wayland_display.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surroundings() {
        let likely = |variables: &[(&str, &str)]| is_likely(&Environment::with(variables));
        assert!(likely(&[("DISPLAY", ":0")]));
        assert!(likely(&[("WAYLAND_DISPLAY", "wayland-0")]));
        assert!(likely(&[("BROWSER", "firefox")]));
        assert!(likely(&[("CODESPACES", "true"), ("BROWSER", "helper")]));
        assert!(!likely(&[("DISPLAY", ":0"), ("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")]));
        assert!(!likely(&[("DISPLAY", ":0"), ("CI", "true")]));
        assert!(!likely(&[("DISPLAY", ":0"), ("CODESPACES", "true")]));
        assert!(!likely(&[("REMOTE_CONTAINERS", "true")]));
        if cfg!(target_os = "linux") {
            assert!(!likely(&[]));
        }
    }

    #[test]
    fn the_address_is_one_argument() {
        let url: Url = "https://h/?a=b&c=d%20e".parse().unwrap();
        assert_eq!(command_of("firefox --new-tab", &url), ["firefox", "--new-tab", "https://h/?a=b&c=d%20e"]);
        assert_eq!(command_of("open --url=%s x", &url), ["open", "--url=https://h/?a=b&c=d%20e", "x"]);
        assert!(open(Some("/nowhere/browser"), &url).is_err());
        assert!(open(Some(" : "), &url).is_err());
    }
}
