use proptest::prelude::*;

use super::*;

/// 32 bytes of 1 and of 2.
const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
const TWOS: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

fn numbers(text: &str) -> (u16, Option<u16>) {
    let set = parse(text).unwrap();
    (set.current().number(), set.previous().map(Pepper::number))
}

#[test]
fn one_or_two_peppers_newest_first() {
    assert_eq!(numbers(&format!("1:{ONES}")), (1, None));
    assert_eq!(numbers(&format!("# a comment\r\n\r\n 12 : {TWOS} \r\n11:{ONES}\r\n")), (12, Some(11)));
    assert_eq!(parse(&format!("1:{ONES}")).unwrap().current().key(), &[1; 32]);
}

#[test]
fn faults_name_the_line() {
    for (text, expected) in [
        (String::new(), PepperFileError::Empty),
        ("# only a comment\n".to_owned(), PepperFileError::Empty),
        (ONES.to_owned(), PepperFileError::Number { line: 1 }),
        (format!("\n0:{ONES}"), PepperFileError::Number { line: 2 }),
        (format!("65536:{ONES}"), PepperFileError::Number { line: 1 }),
        (format!("-1:{ONES}"), PepperFileError::Number { line: 1 }),
        (format!("one:{ONES}"), PepperFileError::Number { line: 1 }),
        ("1:".to_owned(), PepperFileError::Key { line: 1 }),
        (format!("1:{ONES}="), PepperFileError::Key { line: 1 }),
        (format!("1:{}", &ONES[..42]), PepperFileError::Key { line: 1 }),
        (format!("1:{}!", &ONES[..42]), PepperFileError::Key { line: 1 }),
        (format!("1:{ONES}\n2:{TWOS}"), PepperFileError::Order { line: 2 }),
        (format!("2:{ONES}\n2:{TWOS}"), PepperFileError::Order { line: 2 }),
        (format!("3:{ONES}\n2:{TWOS}\n1:{ONES}"), PepperFileError::TooMany { line: 3 }),
    ] {
        assert_eq!(parse(&text).map(|_| ()).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn messages_never_show_the_key() {
    let error = parse(&format!("1:{ONES}x")).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("line 1") && !shown.contains("AQEB"), "{shown}");
}

proptest! {
    #[test]
    fn what_is_written_is_read(number in 2_u16.., key: [u8; 32], previous in proptest::option::of(any::<[u8; 32]>())) {
        let set = PepperSet::new(Pepper::new(number, key), previous.map(|key| Pepper::new(number - 1, key)));
        let text = format(&set);
        let read = parse(text.expose()).unwrap();
        let written_again = format(&read);
        prop_assert_eq!(written_again.expose(), text.expose());
        prop_assert_eq!((read.current().number(), read.current().key()), (number, &key));
        prop_assert_eq!(read.previous().map(|pepper| *pepper.key()), previous);
    }

    #[test]
    fn no_text_panics(text: String, lines in "([0-9]{0,6}:?[A-Za-z0-9_-]{40,44}\n?){0,4}") {
        let _ = parse(&text);
        let _ = parse(&lines);
    }
}
