//! A browser as far as these pages need one: cookies, forms, redirects inside the tenant.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::world::BASE;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// Path and query that it came from.
    pub(crate) address: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        assert!(self.status.is_redirection(), "no redirect: {self:?}");
        self.header("location")
    }

    /// The parameters that the redirect carries in its query.
    pub(crate) fn returned(&self) -> BTreeMap<String, String> {
        query_of(self.location())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn forms(&self) -> Vec<Form> {
        self.body
            .split("<form ")
            .skip(1)
            .map(|rest| Form::read(rest.split("</form>").next().unwrap()))
            .collect()
    }

    /// The form whose hidden action is this one.
    pub(crate) fn form(&self, action: &str) -> Form {
        let wanted = |form: &Form| form.fields.get("action").is_some_and(|value| value == action);
        self.forms().into_iter().find(wanted).unwrap_or_else(|| panic!("no form `{action}` in {}", self.body))
    }

    pub(crate) fn has_form(&self, action: &str) -> bool {
        self.forms().iter().any(|form| form.fields.get("action").is_some_and(|value| value == action))
    }
}

/// The parameters in an address's query.
pub(crate) fn query_of(address: &str) -> BTreeMap<String, String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) inputs: Vec<BTreeMap<String, String>>,
}

impl Form {
    fn read(html: &str) -> Self {
        let (tag, rest) = html.split_once('>').unwrap();
        let inputs: Vec<_> =
            rest.split("<input ").skip(1).map(|input| attributes(input.split_once('>').unwrap().0)).collect();
        let fields = inputs.iter().filter(|input| input.get("type").is_none_or(|kind| kind != "checkbox"));
        let fields = fields.filter_map(|input| {
            Some((input.get("name")?.clone(), input.get("value").cloned().unwrap_or_default()))
        });
        Self { action: attributes(tag).remove("action").unwrap(), fields: fields.collect(), inputs }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

fn attributes(tag: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = tag.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap(),
            None => ("", after),
        };
        found.insert(name.to_owned(), unescape(value));
        rest = after.trim_start();
    }
    found
}

fn unescape(text: &str) -> String {
    let mut plain = text.to_owned();
    for (escaped, character) in
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&amp;", "&")]
    {
        plain = plain.replace(escaped, character);
    }
    plain
}

/// A browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new() }
    }

    pub(crate) async fn get(&mut self, address: &str) -> Answer {
        let address = address.strip_prefix(BASE).unwrap_or(address);
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn submit(&mut self, form: &Form) -> Answer {
        let request = Request::post(&form.action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(form.encode())).unwrap()).await
    }

    /// Fills the sign-in form of a page.
    pub(crate) async fn sign_in(&mut self, page: &Answer, user_name: &str, password: &str) -> Answer {
        self.submit(&page.form("sign-in").with("username", user_name).with("password", password)).await
    }

    /// Signs in and consents where that is asked, up to the redirect.
    pub(crate) async fn pass(&mut self, address: &str, user_name: &str, password: &str) -> Answer {
        let mut answer = self.get(address).await;
        if answer.status == StatusCode::OK && answer.has_form("sign-in") {
            answer = self.sign_in(&answer, user_name, password).await;
        }
        if answer.status == StatusCode::OK && answer.has_form("accept") {
            answer = self.submit(&answer.form("accept")).await;
        }
        answer
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let address = request.uri().to_string();
        if !self.cookies.is_empty() {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        patcycle_evidence::note_all_in(&body);
        Answer { status: parts.status, headers: parts.headers, body, address }
    }
}
