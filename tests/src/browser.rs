//! A browser that follows redirects, keeps cookies and fills in forms. It knows no script, as our pages must
//! work without.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, StatusCode};
use url::Url;

/// A page, and where it was found.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its address, after redirects.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its text.
    pub text: String,
}

/// A form of a page.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it is sent.
    pub action: Url,
    /// How.
    pub method: Method,
    /// Names and values of its inputs, without the buttons.
    pub fields: BTreeMap<String, String>,
    /// Names and values of its buttons.
    pub buttons: Vec<(String, String)>,
}

impl Page {
    /// The page's forms, in order.
    pub fn forms(&self) -> Vec<Form> {
        elements(&self.text, "form")
            .into_iter()
            .map(|(attributes, inner)| self.form(&attributes, inner))
            .collect()
    }

    fn form(&self, attributes: &BTreeMap<String, String>, inner: &str) -> Form {
        let action = attributes.get("action").map_or("", String::as_str);
        let mut form = Form {
            action: self.url.join(action).unwrap(),
            method: match attributes.get("method").map(|method| method.to_ascii_lowercase()) {
                Some(method) if method == "post" => Method::POST,
                _ => Method::GET,
            },
            fields: BTreeMap::new(),
            buttons: Vec::new(),
        };
        for attributes in tags(inner, "input") {
            let Some(name) = attributes.get("name") else { continue };
            let kind = attributes.get("type").map_or("text", String::as_str);
            let value = attributes.get("value").cloned().unwrap_or_default();
            match kind {
                "submit" => form.buttons.push((name.clone(), value)),
                "checkbox" | "radio" if !attributes.contains_key("checked") => {}
                _ => drop(form.fields.insert(name.clone(), value)),
            }
        }
        for attributes in tags(inner, "button") {
            if let Some(name) = attributes.get("name") {
                form.buttons.push((name.clone(), attributes.get("value").cloned().unwrap_or_default()));
            }
        }
        form
    }
}

impl Form {
    /// Sets a field that the form has.
    #[must_use]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.get_mut(name).unwrap_or_else(|| panic!("the form has no field {name:?}"));
        value.clone_into(field);
        self
    }

    /// Adds the button that is pressed.
    #[must_use]
    pub fn press(mut self, value: &str) -> Self {
        let button = self.buttons.iter().find(|(_, button)| button == value);
        let (name, value) =
            button.unwrap_or_else(|| panic!("no button {value:?}: {:?}", self.buttons)).clone();
        self.fields.insert(name, value);
        self
    }
}

/// Where a redirect led that the browser does not follow: an application's redirect URI.
#[derive(Debug)]
pub enum Arrival {
    /// A page to look at.
    Page(Page),
    /// An address outside the origins that the browser knows.
    Elsewhere(Url),
}

impl Arrival {
    /// The page.
    #[track_caller]
    pub fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Elsewhere(url) => panic!("redirected to {}", url.origin().ascii_serialization()),
        }
    }

    /// The foreign address.
    #[track_caller]
    pub fn elsewhere(self) -> Url {
        match self {
            Self::Elsewhere(url) => url,
            Self::Page(page) => panic!("stayed at {}: {}", page.url.path(), page.text),
        }
    }
}

/// A person's browser at one origin.
#[derive(Debug, Clone)]
pub struct Browser {
    client: Client,
    home: Url,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser with no cookies. `client` must not follow redirects by itself.
    pub fn new(client: Client, home: &str) -> Self {
        Self { client, home: home.parse().unwrap(), cookies: BTreeMap::new() }
    }

    /// Opens an address.
    pub async fn open(&mut self, address: &str) -> Arrival {
        let url = self.home.join(address).unwrap();
        self.visit(Method::GET, url, None).await
    }

    /// Sends a form.
    pub async fn submit(&mut self, form: Form) -> Arrival {
        let mut url = form.action;
        if form.method == Method::GET {
            url.query_pairs_mut().clear().extend_pairs(&form.fields);
            return self.visit(Method::GET, url, None).await;
        }
        self.visit(Method::POST, url, Some(form.fields)).await
    }

    async fn visit(&mut self, method: Method, url: Url, form: Option<BTreeMap<String, String>>) -> Arrival {
        let mut request = (method, url, form);
        for _ in 0..20 {
            let (method, url, form) = request;
            if url.origin() != self.home.origin() {
                return Arrival::Elsewhere(url);
            }
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut builder = self
                .client
                .request(method.clone(), url.clone())
                .header(COOKIE, cookies.join("; "))
                .header("Accept", "text/html")
                .header("Sec-Fetch-Site", "same-origin");
            if let Some(form) = &form {
                builder = builder.form(form).header("Origin", self.home.origin().ascii_serialization());
            }
            let response = builder.send().await.unwrap();
            for cookie in response.headers().get_all(SET_COOKIE) {
                self.take_cookie(cookie.to_str().unwrap());
            }
            let Some(location) =
                response.headers().get(LOCATION).filter(|_| response.status().is_redirection())
            else {
                let status = response.status();
                return Arrival::Page(Page { url, status, text: response.text().await.unwrap() });
            };
            let next = url.join(location.to_str().unwrap()).unwrap();
            request = (Method::GET, next, None);
        }
        panic!("more than 20 redirects");
    }

    fn take_cookie(&mut self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let ends = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
        if ends || value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Attributes and inner text of each element of this name. Nested elements of one name are not supported:
/// forms cannot nest.
fn elements<'a>(html: &'a str, name: &str) -> Vec<(BTreeMap<String, String>, &'a str)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find(&format!("<{name}")) {
        let (attributes, after) = attributes(&rest[start + 1 + name.len()..]);
        let end = after.find(&format!("</{name}>")).unwrap_or(after.len());
        found.push((attributes, &after[..end]));
        rest = &after[end..];
    }
    found
}

fn tags(html: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find(&format!("<{name}")) {
        let (attributes, after) = attributes(&rest[start + 1 + name.len()..]);
        found.push(attributes);
        rest = after;
    }
    found
}

/// Reads attributes up to the tag's end; gives them and what follows.
fn attributes(text: &str) -> (BTreeMap<String, String>, &str) {
    let mut attributes = BTreeMap::new();
    let mut rest = text.trim_start();
    loop {
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (attributes, after);
        }
        let end = rest.find(|character: char| character.is_whitespace() || "=>/".contains(character));
        let Some(end) = end.filter(|end| *end > 0) else { return (attributes, "") };
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            attributes.insert(name, String::new());
            continue;
        };
        let after = after.trim_start();
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            quoted.split_once('"').unwrap_or((quoted, ""))
        } else {
            let end = after.find(|character: char| character.is_whitespace() || character == '>');
            after.split_at(end.unwrap_or(after.len()))
        };
        attributes.insert(name, unescape(value));
        rest = after;
    }
}

fn unescape(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        let page = Page {
            url: "https://localhost/a/b".parse().unwrap(),
            status: StatusCode::OK,
            text: r#"<form method="post" action="../c?x=1&amp;y=2"><input type="hidden" name="t" value="&lt;1&gt;">
                <input name=user required><button name="do" value="yes">Yes</button></form>"#
                .to_owned(),
        };
        let form = page.forms().remove(0).fill("user", "ana").press("yes");
        assert_eq!(form.action.as_str(), "https://localhost/c?x=1&y=2");
        assert_eq!(form.method, Method::POST);
        let expected = [("do", "yes"), ("t", "<1>"), ("user", "ana")];
        assert!(form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected));
    }
}
