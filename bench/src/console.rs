//! The console's list page of 100 against the API's own page of 100, both through `patcycle dev`.

use std::collections::BTreeMap;
use std::time::Instant;

use clap::Args;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Certificate, Client, RequestBuilder, Response, Url, redirect};
use serde_json::json;

use crate::service::Tenant;
use crate::{Outcome, median, say};

/// The PATs of the page.
const PATS: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct ConsoleArguments {
    /// Requests of each round.
    #[arg(long, default_value_t = 100)]
    requests: u32,
    /// Rounds; each measures both.
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Where the twin is made.
    #[arg(long, default_value = ".")]
    directory: std::path::PathBuf,
}

pub(crate) async fn run(arguments: ConsoleArguments) -> Outcome {
    let directory = tempfile::tempdir_in(&arguments.directory)?;
    let tenant = Tenant::start(&directory.path().canonicalize()?)?;
    let authority = Certificate::from_pem(&std::fs::read(tenant.variable("PATCYCLE_CA_FILE")?)?)?;
    let client = Client::builder()
        .add_root_certificate(authority)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()?;
    let person = person(&tenant)?;
    let token = tenant.access_token(person)?;
    let pats = format!("{}/fabrikam/_apis/tokens/pats", tenant.variable("PATCYCLE_BASE_URL")?);
    for number in 0..PATS {
        let body = json!({ "displayName": format!("pat {number}"), "scope": "vso.code" });
        let url = format!("{pats}?api-version=7.2-preview.1");
        let made: serde_json::Value =
            client.post(url).bearer_auth(&token).json(&body).send().await?.json().await?;
        if made["patTokenError"] != "none" {
            return Err(format!("a PAT was refused: {}", made["patTokenError"]).into());
        }
    }
    let list = format!("{pats}?api-version=7.2-preview.1&displayFilterOption=active&$top=100");
    let mut browser = Browser { client: client.clone(), cookies: BTreeMap::new() };
    let page = browser.sign_in(&tenant).await?;
    let (mut of_api, mut of_console) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        of_api.push(microseconds(arguments.requests, || client.get(&list).bearer_auth(&token)).await?);
        of_console.push(microseconds(arguments.requests, || browser.get(page.clone())).await?);
    }
    let [of_api, of_console] = [of_api, of_console].map(median);
    say(&format!("the API's page of {PATS}       {of_api:7.0} µs"));
    say(&format!("the console's page of {PATS}   {of_console:7.0} µs   {:.2} of it", of_console / of_api));
    Ok(())
}

/// The median time of one request.
async fn microseconds(requests: u32, request: impl Fn() -> RequestBuilder) -> Outcome<f64> {
    let mut times = Vec::new();
    for _ in 0..requests {
        let begin = Instant::now();
        let answer = request().send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        times.push(begin.elapsed().as_secs_f64() * 1e6);
        if status != 200 || !text.contains("pat 99") {
            return Err(format!("status {status}, and not the page that was asked for").into());
        }
    }
    Ok(median(times))
}

/// The id of the person who signs in, from the twin's own file.
fn person(tenant: &Tenant) -> Outcome<uuid::Uuid> {
    let ca = std::path::PathBuf::from(tenant.variable("PATCYCLE_CA_FILE")?);
    let text = std::fs::read_to_string(ca.with_file_name("credentials.toml"))?;
    let section = text.split("[user]").nth(1).ok_or("credentials.toml names no user")?;
    let id = section.lines().find_map(|line| line.strip_prefix("id = ")).ok_or("the user has no id")?;
    Ok(id.trim_matches('"').parse()?)
}

/// Enough of a browser to sign in.
struct Browser {
    client: Client,
    /// By host and port, then by name.
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    fn get(&self, url: Url) -> RequestBuilder {
        let cookie = self.cookie(&url);
        self.client.get(url).header(COOKIE, cookie)
    }

    fn cookie(&self, url: &Url) -> String {
        let own = self.cookies.iter().filter(|((place, _), _)| place == url.authority());
        own.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Signs in and answers where the list is.
    async fn sign_in(&mut self, tenant: &Tenant) -> Outcome<Url> {
        let login = format!("{}/login?to=pats", tenant.variable("PATCYCLE_CONSOLE_URL")?);
        let (mut url, mut page) = self.follow(self.get(login.parse()?), login.parse()?).await?;
        let credentials = [
            ("username", tenant.variable("PATCYCLE_USER")?),
            ("password", tenant.variable("PATCYCLE_PASSWORD")?),
        ];
        for action in ["sign-in", "accept"] {
            if url.path() == "/console/pats" {
                break;
            }
            let mut fields = vec![("flow", field(&page, "flow")?), ("action", action.to_owned())];
            fields.extend(credentials.map(|(name, value)| (name, value.to_owned())));
            let cookie = self.cookie(&url);
            let target = url.join(&attribute(&page, "action=\"")?)?;
            let request = self.client.post(target.clone()).header(COOKIE, cookie).form(&fields);
            (url, page) = self.follow(request, target).await?;
        }
        if url.path() == "/console/pats" { Ok(url) } else { Err(format!("stayed at {}", url.path()).into()) }
    }

    /// Sends, keeps cookies, and goes along redirects.
    async fn follow(&mut self, request: RequestBuilder, mut url: Url) -> Outcome<(Url, String)> {
        let mut answer = request.send().await?;
        for _ in 0..10 {
            self.keep(&url, &answer);
            let Some(location) = answer.headers().get(LOCATION) else { break };
            url = url.join(location.to_str()?)?;
            answer = self.get(url.clone()).send().await?;
        }
        Ok((url, answer.text().await?))
    }

    fn keep(&mut self, url: &Url, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert((url.authority().to_owned(), name.to_owned()), value.to_owned());
            }
        }
    }
}

/// The value of a hidden field.
fn field(page: &str, name: &str) -> Outcome<String> {
    attribute(page.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_default(), "value=\"")
}

fn attribute(text: &str, start: &str) -> Outcome<String> {
    let value = text.split(start).nth(1).and_then(|rest| rest.split('"').next());
    Ok(value.ok_or_else(|| format!("the page has no {start}"))?.replace("&#38;", "&").replace("&amp;", "&"))
}
