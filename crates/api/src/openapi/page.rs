//! `GET /_patcycle/api`: the description for people. Plain HTML, no script, nothing loaded from anywhere.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::openapi;
use crate::answer::Answer;

const STYLE: &str = "\
:root{color-scheme:light dark;background:Canvas;color:CanvasText}\
body{font:1rem/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1.25rem;overflow-wrap:anywhere}\
section{border-top:1px solid #8886;margin-top:2rem}\
code{font-family:ui-monospace,monospace;font-size:.92em}\
table{border-collapse:collapse;margin:.75rem 0}\
td,th{text-align:left;padding:.25rem 1rem .25rem 0;vertical-align:top}\
a:focus-visible{outline:3px solid;outline-offset:2px}";

static PAGE: LazyLock<Option<String>> = LazyLock::new(|| match Page::of(openapi()).render() {
    Ok(page) => Some(page),
    Err(error) => {
        tracing::error!(%error, "the page about the API could not be written");
        None
    }
});

/// The page. It may use its own style and nothing else.
pub(crate) fn handle() -> Answer {
    let Some(page) = &*PAGE else { return Answer::empty(StatusCode::INTERNAL_SERVER_ERROR) };
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    // Base64 and fixed text are always a header value.
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    Answer::html(StatusCode::OK, page.clone()).with(CONTENT_SECURITY_POLICY, policy)
}

#[derive(Template)]
#[template(path = "reference.html")]
struct Page {
    style: &'static str,
    title: String,
    version: String,
    description: String,
    groups: Vec<Group>,
    schemas: Vec<SchemaView>,
}

/// Operations under one heading.
struct Group {
    name: String,
    operations: Vec<OperationView>,
}

struct OperationView {
    id: String,
    verb: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<ParameterView>,
    request: Option<Vec<Part>>,
    answers: Vec<AnswerView>,
}

struct ParameterView {
    name: String,
    place: String,
    required: bool,
    meaning: String,
}

struct AnswerView {
    status: String,
    meaning: String,
    body: Vec<Part>,
}

struct SchemaView {
    name: String,
    description: String,
    values: Vec<String>,
    fields: Vec<FieldView>,
}

struct FieldView {
    name: String,
    kind: Vec<Part>,
    meaning: String,
}

/// A piece of a type's name: words, or the name of a described type.
struct Part {
    text: String,
    link: bool,
}

impl Page {
    /// Reads the document as anybody else would: as JSON.
    fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let mut groups: Vec<Group> = Vec::new();
        for (path, item) in entries(&document["paths"]) {
            for (verb, operation) in
                entries(item).filter(|(_, operation)| operation["operationId"].is_string())
            {
                let name = text(&operation["tags"][0]);
                let view = operation_view(path, verb, operation);
                match groups.iter_mut().find(|group| group.name == name) {
                    Some(group) => group.operations.push(view),
                    None => groups.push(Group { name, operations: vec![view] }),
                }
            }
        }
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        let schemas = entries(&document["components"]["schemas"]);
        Self {
            style: STYLE,
            title: text(&document["info"]["title"]),
            version: text(&document["info"]["version"]),
            description: text(&document["info"]["description"]),
            groups,
            schemas: schemas.map(|(name, schema)| schema_view(name, schema)).collect(),
        }
    }
}

fn operation_view(path: &str, verb: &str, operation: &Value) -> OperationView {
    let parameter = |parameter: &Value| ParameterView {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        meaning: text(&parameter["description"]),
    };
    let answer = |(status, answer): (&String, &Value)| AnswerView {
        status: status.clone(),
        meaning: text(&answer["description"]),
        body: entries(&answer["content"])
            .next()
            .map_or_else(Vec::new, |(_, content)| kind(&content["schema"])),
    };
    let request = entries(&operation["requestBody"]["content"]).next();
    OperationView {
        id: text(&operation["operationId"]),
        verb: verb.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        parameters: elements(&operation["parameters"]).map(parameter).collect(),
        request: request.map(|(_, content)| kind(&content["schema"])),
        answers: entries(&operation["responses"]).map(answer).collect(),
    }
}

fn schema_view(name: &str, schema: &Value) -> SchemaView {
    let field = |(name, field): (&String, &Value)| FieldView {
        name: name.clone(),
        kind: kind(field),
        meaning: text(&field["description"]),
    };
    SchemaView {
        name: name.to_owned(),
        description: text(&schema["description"]),
        values: elements(&schema["enum"]).map(text).collect(),
        fields: entries(&schema["properties"]).map(field).collect(),
    }
}

/// A schema in words.
fn kind(schema: &Value) -> Vec<Part> {
    let word = |text: &str| Part { text: text.to_owned(), link: false };
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return vec![Part { text: name.to_owned(), link: true }];
    }
    let choices = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema[*key].as_array());
    if let Some(choices) = choices {
        let mut parts = Vec::new();
        for choice in choices {
            if !parts.is_empty() {
                parts.push(word(" or "));
            }
            parts.extend(kind(choice));
        }
        return parts;
    }
    let types: Vec<String> = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect(),
        one => vec![text(one)],
    };
    if types.iter().any(|one| one == "array") {
        let mut parts = vec![word("list of ")];
        parts.extend(kind(&schema["items"]));
        parts.extend(types.iter().any(|one| one == "null").then(|| word(" or null")));
        return parts;
    }
    let types = types.join(" or ");
    let format = schema["format"].as_str().map(|format| format!(" ({format})")).unwrap_or_default();
    vec![word(&format!("{types}{format}"))]
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
