use std::os::unix::fs::{PermissionsExt as _, symlink};

use proptest::prelude::*;

use super::*;

const SECRET: &str = "n3wS3cret";

fn edited(content: &str) -> String {
    let path = Path::new(".env");
    let bytes = edit(path, content.as_bytes(), "PAT", &Secret::new(SECRET)).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn keeps_everything_around_the_value() {
    for (before, after) in [
        ("PAT=old\n", "PAT=n3wS3cret\n"),
        ("PAT=\n", "PAT=n3wS3cret\n"),
        ("PAT=", "PAT=n3wS3cret"),
        (
            "# PAT=no\nA=1\r\n  export PAT = 'old'  # why\r\nB='x\r\nPAT=y'\r\n",
            "# PAT=no\nA=1\r\n  export PAT = 'n3wS3cret'  # why\r\nB='x\r\nPAT=y'\r\n",
        ),
        ("PAT=\"o\\\"ld\" # c\n", "PAT=\"n3wS3cret\" # c\n"),
        ("PAT=old # c\n", "PAT=n3wS3cret # c\n"),
        ("PAT=o#ld\t \r\n", "PAT=n3wS3cret\t \r\n"),
        ("PAT=# c\n", "PAT=n3wS3cret # c\n"),
        ("PAT= # c\n", "PAT=n3wS3cret # c\n"),
        ("PATH=/bin\nMY_PAT=1\n", "PATH=/bin\nMY_PAT=1\nPAT=n3wS3cret\n"),
        ("A=1", "A=1\nPAT=n3wS3cret"),
        ("A=1\r\n", "A=1\r\nPAT=n3wS3cret\r\n"),
        ("", "PAT=n3wS3cret\n"),
        ("\u{feff}PAT=old\n", "\u{feff}PAT=n3wS3cret\n"),
        ("export=1\nPAT='unfinished\n", "export=1\nPAT=n3wS3cret\n"),
    ] {
        assert_eq!(edited(before), after, "{before:?}");
    }
}

#[test]
fn refuses_what_it_would_break() {
    let refuse = |content: &[u8]| edit(Path::new(".env"), content, "PAT", &Secret::new(SECRET)).unwrap_err();
    assert!(matches!(refuse(b"PAT=1\nPAT=2\n"), DotenvError::Repeated { count: 2, .. }));
    assert!(matches!(refuse(b"\xff\xfeP\0A\0"), DotenvError::NotText(_)));
    assert!(matches!(refuse(b"A=\0"), DotenvError::NotText(_)));
    assert!(matches!(quoted("it's $x", None), Err(DotenvError::Unquotable)));
    assert_eq!(quoted("a $b", Some(b'"')).unwrap().as_str(), "'a $b'");
}

#[test]
fn writes_privately_through_links_and_reads_back() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("real.env");
    let link = directory.path().join(".env");
    fs::write(&file, "A=1\nPAT='old'\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&file, &link).unwrap();
    DotenvTarget::prepare(&link, "PAT").unwrap().write(&Secret::new(SECRET)).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "A=1\nPAT='n3wS3cret'\n");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    DotenvTarget::prepare(&link, "PAT").unwrap().write(&Secret::new("again")).unwrap();
    assert_eq!(mode(&file), 0o400);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn makes_a_file_but_no_directory() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("new.env");
    let target = DotenvTarget::prepare(&file, "PAT").unwrap();
    assert!(!file.exists());
    target.write(&Secret::new(SECRET)).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "PAT=n3wS3cret\n");
    assert!(DotenvTarget::prepare(&directory.path().join("no/new.env"), "PAT").is_err());
    assert!(matches!(DotenvTarget::prepare(directory.path(), "PAT"), Err(DotenvError::NotAFile(_))));
    symlink("nowhere", directory.path().join("dangling")).unwrap();
    let dangling = DotenvTarget::prepare(&directory.path().join("dangling"), "PAT");
    assert!(matches!(dangling, Err(DotenvError::NotAFile(_))));
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z]{1,3}=[a-z #'\"=$]{0,8}",
        "export [A-Z]{1,3} = '[a-z #\"=\n]{0,8}'",
        "[A-Z]{1,3}=\"[a-z #'=]{0,8}\" # c",
        "#[ -~]{0,10}",
        "[ \t]{0,3}",
        "\\PC{0,12}",
    ]
}

proptest! {
    #[test]
    fn edits_once_and_changes_nothing_else(
        lines in prop::collection::vec(line(), 0..8),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        complete: bool,
    ) {
        let mut content = lines.join(end);
        if complete && !content.is_empty() {
            content.push_str(end);
        }
        prop_assume!(!content.contains('\0'));
        let path = Path::new(".env");
        let before = assignments(content.as_bytes());
        let edited = match edit(path, content.as_bytes(), "PAT", &Secret::new(SECRET)) {
            Ok(edited) => edited,
            Err(DotenvError::Repeated { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let found = find(path, &edited, "PAT").unwrap();
        // A quote that is never closed takes the appended line into itself only where it opens a value;
        // then the read-back after the write refuses. Otherwise the value is there.
        if let Some(found) = found {
            let value = found.value(&edited);
            prop_assert_eq!(value.as_slice(), SECRET.as_bytes());
            let after: Vec<Vec<u8>> = assignments(&edited).iter()
                .filter(|one| &edited[one.key.clone()] != b"PAT").map(|one| edited[one.whole_value.clone()].to_vec()).collect();
            let before: Vec<Vec<u8>> = before.iter()
                .filter(|one| &content.as_bytes()[one.key.clone()] != b"PAT").map(|one| content.as_bytes()[one.whole_value.clone()].to_vec()).collect();
            prop_assert_eq!(after, before);
        }
        // Taking the value out again gives the old bytes around it.
        let twice = edit(path, &edited, "PAT", &Secret::new(SECRET)).unwrap();
        prop_assert_eq!(twice.as_slice(), edited.as_slice());
    }

    #[test]
    fn no_bytes_break_the_reader(content in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = assignments(&content);
        let _ = edit(Path::new(".env"), &content, "PAT", &Secret::new(SECRET));
    }
}
