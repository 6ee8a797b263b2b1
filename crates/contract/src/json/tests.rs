use proptest::prelude::*;

use super::*;

fn string(body: &str) -> Result<Option<String>, BodyError> {
    Fields::parse(body.as_bytes())?.string("scope").map(|text| text.map(str::to_owned))
}

fn boolean(body: &str) -> Result<Option<bool>, BodyError> {
    Fields::parse(body.as_bytes())?.boolean("allOrgs")
}

fn fault(body: &[u8]) -> BodyError {
    Fields::parse(body).map(|_| ()).unwrap_err()
}

#[test]
fn names_match_in_any_case_and_the_last_counts() {
    assert_eq!(string(r#"{"SCOPE":"a"}"#), Ok(Some("a".to_owned())));
    assert_eq!(string(r#"{"scope":"a","Scope":"b"}"#), Ok(Some("b".to_owned())));
    assert_eq!(string(r#"{"Scope":"b","scope":"a"}"#), Ok(Some("a".to_owned())));
    assert_eq!(string(r#"{"scope":"a","scope":null}"#), Ok(None));
    assert_eq!(string(r#"{"scopes":"a","scop\u0065":"b"}"#), Ok(Some("b".to_owned())));
}

#[test]
fn absent_null_and_unknown_fields() {
    assert_eq!(string("{}"), Ok(None));
    assert_eq!(string(r#"{"scope":null}"#), Ok(None));
    assert_eq!(string(r#"{"other":[{"deep":[1,2.5e3,true,null]}]}"#), Ok(None));
}

#[test]
fn a_byte_order_mark_and_blanks_around_are_fine() {
    assert_eq!(string("\u{feff} \r\n{\"scope\":\"a\"}\n"), Ok(Some("a".to_owned())));
}

#[test]
fn booleans_may_be_strings() {
    for (json, expected) in [
        ("true", Some(true)),
        ("false", Some(false)),
        ("null", None),
        ("\"true\"", Some(true)),
        ("\"False\"", Some(false)),
        ("\" TRUE \"", Some(true)),
        ("\"\"", None),
    ] {
        assert_eq!(boolean(&format!("{{\"allOrgs\":{json}}}")), Ok(expected), "{json}");
    }
    for (json, found) in
        [("\"yes\"", "that string"), ("1", "a number"), ("[true]", "an array"), ("{}", "an object")]
    {
        assert_eq!(
            boolean(&format!("{{\"allOrgs\":{json}}}")),
            Err(BodyError::WrongType { field: "allOrgs", expected: "true or false", found }),
            "{json}"
        );
    }
}

#[test]
fn a_string_is_nothing_else() {
    for (json, found) in
        [("5", "a number"), ("true", "a boolean"), ("[\"a\"]", "an array"), ("{}", "an object")]
    {
        assert_eq!(
            string(&format!("{{\"scope\":{json}}}")),
            Err(BodyError::WrongType { field: "scope", expected: "a string", found }),
            "{json}"
        );
    }
}

#[test]
fn bodies_that_are_no_object() {
    assert_eq!(fault(b""), BodyError::Empty);
    assert_eq!(fault(b" \n"), BodyError::Empty);
    assert_eq!(fault("\u{feff}".as_bytes()), BodyError::Empty);
    for body in ["null", "[]", "[{}]", "\"text\"", "5", "true"] {
        assert_eq!(fault(body.as_bytes()), BodyError::NotAnObject, "{body}");
    }
}

#[test]
fn bodies_that_are_no_json() {
    for body in [
        "{",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{a:1}",
        "{'a':1}",
        "nul",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1e999}",
        "{\"a\":01}",
        "<html>",
        "displayName=ci",
    ] {
        assert!(
            matches!(fault(body.as_bytes()), BodyError::Malformed { .. }),
            "{body}: {:?}",
            fault(body.as_bytes())
        );
    }
    assert_eq!(fault(b"{\"a\":\n x}"), BodyError::Malformed { line: 2, column: 2 });
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(fault(b"{\"a\":\"\xff\"}"), BodyError::NotUtf8 { position: 6 });
    assert_eq!(fault(b"\xff\xfe{\0}\0"), BodyError::NotUtf8 { position: 0 });
}

#[test]
fn depth_has_a_limit_and_brackets_in_strings_do_not_count() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(string(&nested(32)), Ok(None));
    assert_eq!(fault(nested(33).as_bytes()), BodyError::TooDeep);
    assert_eq!(fault("[".repeat(60_000).as_bytes()), BodyError::TooDeep);
    let text = format!("{{\"scope\":\"\\\"{}\"}}", "[{".repeat(50));
    assert_eq!(string(&text).map(|text| text.map(|text| text.len())), Ok(Some(101)));
}

#[test]
fn length_has_a_limit() {
    let body = |length: usize| format!("{{\"scope\":\"{}\"}}", "a".repeat(length - 12));
    assert_eq!(string(&body(MAX_BODY_BYTES)).map(|text| text.is_some()), Ok(true));
    assert_eq!(fault(body(MAX_BODY_BYTES + 1).as_bytes()), BodyError::TooLong);
}

#[test]
fn messages_never_repeat_values() {
    let error = boolean(r#"{"allOrgs":"s3cret"}"#).unwrap_err();
    assert_eq!(error.to_string(), "allOrgs in the request body must be true or false, not that string");
    assert!(!format!("{error:?}").contains("s3cret"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec(("(scope|Scope|allOrgs|other)", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(body: Vec<u8>) {
        let _ = Fields::parse(&body);
    }

    #[test]
    fn any_json_is_fields_or_a_fault(json in any_json()) {
        let body = json.to_string();
        match Fields::parse(body.as_bytes()) {
            Ok(fields) => {
                prop_assert!(json.is_object());
                if let Ok(Some(text)) = fields.string("scope") {
                    prop_assert!(text.len() <= body.len());
                }
                let _ = fields.boolean("allOrgs");
            }
            Err(error) => prop_assert!(!json.is_object(), "{error}"),
        }
    }
}
