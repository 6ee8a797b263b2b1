//! Both languages say everything, and every text that the pages ask for is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use http::HeaderValue;

use super::*;

const ENGLISH: &str = include_str!("../../locales/en.ftl");
const SPANISH: &str = include_str!("../../locales/es.ftl");

/// The texts of a file, each with the words that it takes.
fn texts(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    assert!(FluentResource::try_new(source.to_owned()).is_ok());
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines() {
        if let Some((id, _)) = line.split_once(" = ").filter(|_| !line.starts_with([' ', '#'])) {
            assert!(!texts.contains_key(id), "{id} stands twice");
            id.clone_into(&mut current);
            texts.entry(current.clone()).or_default();
        }
        for word in line.split('$').skip(1) {
            let word: String = word.chars().take_while(char::is_ascii_alphanumeric).collect();
            texts.entry(current.clone()).or_default().insert(word);
        }
    }
    texts
}

#[test]
fn both_languages_say_the_same_with_the_same_words() {
    let (english, spanish) = (texts(ENGLISH), texts(SPANISH));
    assert_eq!(english.keys().collect::<Vec<_>>(), spanish.keys().collect::<Vec<_>>());
    for (id, words) in english {
        // "{ $count } done." needs no plural in English, and has one in Spanish.
        assert_eq!(words, spanish[&id], "{id}");
    }
}

/// The literal ids in templates and code: `t("…")`, `get("…")`, `count("…"`, `with("…"`.
fn ids_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            ids_in(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for call in ["frame.t(\"", "texts.get(\"", "texts.count(\"", "texts.with(\""] {
            let ids = source.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(ids.map(str::to_owned));
        }
    }
}

#[test]
fn every_text_that_is_asked_for_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut asked = BTreeSet::new();
    ids_in(&root.join("templates"), &mut asked);
    ids_in(&root.join("src"), &mut asked);
    assert!(asked.len() > 100, "{}", asked.len());
    let english = texts(ENGLISH);
    let missing: Vec<_> = asked.iter().filter(|id| !english.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_message_has_its_three_parts() {
    let english = texts(ENGLISH);
    for id in english.keys().filter(|id| id.starts_with("failure-") || id.starts_with("pat-error-")) {
        if id == "failure-throttled-wait" {
            continue;
        }
        let (message, part) = id.rsplit_once('-').unwrap();
        assert!(["title", "message", "next"].contains(&part), "{id}");
        for part in ["title", "message", "next"] {
            assert!(english.contains_key(&format!("{message}-{part}")), "{message}-{part}");
        }
    }
}

#[test]
fn the_browser_chooses_by_weight() {
    for (accepted, expected) in [
        ("", Language::English),
        ("es", Language::Spanish),
        ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
        ("en-GB,en;q=0.9,es;q=0.8", Language::English),
        ("de,es;q=0.3,en;q=0.7", Language::English),
        ("de,fr", Language::English),
        ("es;q=0,en;q=0.1", Language::English),
        ("es;q=x", Language::English),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(accepted).unwrap());
        assert_eq!(Language::preferred(&headers), expected, "{accepted}");
    }
}

#[test]
fn numbers_take_the_right_form() {
    assert_eq!(Language::English.texts().count("days", 1_i64), "1 day");
    assert_eq!(Language::Spanish.texts().count("days", 1200_i64), "1200 días");
    assert_eq!(Language::English.texts().with("bulk-one", &[("name", "<b>")]), "Tick <b>");
}
