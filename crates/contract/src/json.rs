//! Request bodies as lenient clients send them, read with limits.
//!
//! The service that clients know reads JSON leniently: names without regard to case, `null` as absent, booleans
//! in strings, the last of repeated names, unknown names ignored. All of that holds here.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The longest body of a request, in bytes. Servers refuse longer ones before they read them.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// The longest body that names many things. Tools send 990 ids at once, some of them indented (contract.md §4.1).
pub const MAX_BATCH_BODY_BYTES: usize = 256 * 1024;
/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 32;

/// Why a body cannot be read. Answered with status 400 and
/// [`WrappedException::unreadable_body`](crate::WrappedException::unreadable_body); the text is for the log. It
/// never repeats values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing there.
    #[error("the request body is empty; send a JSON object")]
    Empty,
    /// Over [`MAX_BODY_BYTES`], or [`MAX_BATCH_BODY_BYTES`] where that is the limit.
    #[error("the request body is too long")]
    TooLong,
    /// Nested too deeply.
    #[error("the request body nests arrays and objects deeper than {MAX_DEPTH}")]
    TooDeep,
    /// Not UTF-8.
    #[error("the request body is not UTF-8: byte {position} does not belong there")]
    NotUtf8 {
        /// How many good bytes come before it.
        position: usize,
    },
    /// Not JSON.
    #[error("the request body is not JSON: line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("the request body is JSON but not an object")]
    NotAnObject,
    /// JSON, but no array of objects.
    #[error("the request body is JSON but not an array of objects")]
    NotAnArray,
    /// A field holds another kind of value than it should.
    #[error("{field} in the request body must be {expected}, not {found}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: &'static str,
    },
}

/// A body that may be any JSON.
pub(crate) fn parse(body: &[u8]) -> Result<Value, BodyError> {
    serde_json::from_str(checked(body, MAX_BODY_BYTES)?)
        .map_err(|error| unreadable(&error, BodyError::NotAnObject))
}

/// The text of a body, within the limits.
fn checked(body: &[u8], limit: usize) -> Result<&str, BodyError> {
    if body.len() > limit {
        return Err(BodyError::TooLong);
    }
    let text =
        std::str::from_utf8(body).map_err(|error| BodyError::NotUtf8 { position: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(BodyError::Empty);
    }
    if nests_too_deeply(text) {
        return Err(BodyError::TooDeep);
    }
    Ok(text)
}

/// The fields of a body, in the order in which they came.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(#[serde(deserialize_with = "fields")] Vec<(String, Value)>);

fn fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Value)>, D::Error> {
    deserializer.deserialize_map(FieldsVisitor)
}

impl Fields {
    /// Reads a body that must be one JSON object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, BodyError> {
        serde_json::from_str(checked(body, MAX_BODY_BYTES)?)
            .map_err(|error| unreadable(&error, BodyError::NotAnObject))
    }

    /// Reads a body of up to [`MAX_BATCH_BODY_BYTES`] that must be an array of JSON objects.
    pub(crate) fn parse_array(body: &[u8]) -> Result<Vec<Self>, BodyError> {
        serde_json::from_str(checked(body, MAX_BATCH_BODY_BYTES)?)
            .map_err(|error| unreadable(&error, BodyError::NotAnArray))
    }

    /// A string.
    pub(crate) fn string(&self, field: &'static str) -> Result<Option<&str>, BodyError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(field, "a string", other)),
        }
    }

    /// A boolean, or a string that spells one in any case. An empty string counts as absent.
    pub(crate) fn boolean(&self, field: &'static str) -> Result<Option<bool>, BodyError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(value @ Value::String(text)) => match text.trim() {
                "" => Ok(None),
                text if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
                text if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
                _ => Err(wrong_type(field, "true or false", value)),
            },
            Some(other) => Err(wrong_type(field, "true or false", other)),
        }
    }

    /// A whole number, or a string that spells one. An empty string counts as absent.
    pub(crate) fn integer(&self, field: &'static str) -> Result<Option<i64>, BodyError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.map(Some).ok_or_else(|| match value {
            Value::Number(_) => {
                BodyError::WrongType { field, expected: "a whole number", found: "another number" }
            }
            _ => wrong_type(field, "a whole number", value),
        })
    }

    /// An array of strings.
    pub(crate) fn strings(&self, field: &'static str) -> Result<Option<Vec<&str>>, BodyError> {
        let expected = "an array of strings";
        match self.value(field) {
            None => Ok(None),
            Some(Value::Array(values)) => {
                let text = |value: &'_ Value| wrong_type(field, expected, value);
                values
                    .iter()
                    .map(|value| value.as_str().ok_or_else(|| text(value)))
                    .collect::<Result<_, _>>()
                    .map(Some)
            }
            Some(other) => Err(wrong_type(field, expected, other)),
        }
    }

    /// The last value of that name; `null` counts as absent.
    fn value(&self, field: &str) -> Option<&Value> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| name.eq_ignore_ascii_case(field))
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    }
}

/// Keeps every field in order: a map would lose which of `scope` and `Scope` came last.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// Counts brackets outside strings. Text that is not JSON may be counted wrongly; it is refused anyway.
fn nests_too_deeply(text: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

fn unreadable(error: &serde_json::Error, other_shape: BodyError) -> BodyError {
    if error.is_data() {
        other_shape
    } else {
        BodyError::Malformed { line: error.line(), column: error.column() }
    }
}

fn wrong_type(field: &'static str, expected: &'static str, found: &Value) -> BodyError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "that string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    BodyError::WrongType { field, expected, found }
}

#[cfg(test)]
mod tests;
