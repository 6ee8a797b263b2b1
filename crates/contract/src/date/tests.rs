use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> String {
    format(parse(text).unwrap())
}

#[test]
fn forms_that_clients_send() {
    for (given, expected) in [
        ("2027-01-15T08:00:00Z", "2027-01-15T08:00:00Z"),
        ("2027-01-15t08:00:00z", "2027-01-15T08:00:00Z"),
        ("  2027-01-15T08:00:00Z\n", "2027-01-15T08:00:00Z"),
        ("2027-01-15 08:00:00", "2027-01-15T08:00:00Z"),
        ("2027-01-15T08:00", "2027-01-15T08:00:00Z"),
        ("2027-01-15", "2027-01-15T00:00:00Z"),
        ("2027-01-15T08:00:00.0000000", "2027-01-15T08:00:00Z"),
        ("2027-01-15T08:00:00.123456789012345Z", "2027-01-15T08:00:00.1233333Z"),
        ("2027-01-15T09:00:00.5+01:00", "2027-01-15T08:00:00.5Z"),
        ("2027-01-15T09:00:00 +01:00", "2027-01-15T08:00:00Z"),
        ("2027-01-14T20:30:00-1130", "2027-01-15T08:00:00Z"),
        ("2027-01-15T20+12", "unreadable"),
        ("2027-01-15T20:00+12", "2027-01-15T08:00:00Z"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2028-02-29", "2028-02-29T00:00:00Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00Z"),
        ("/Date(1800000000000)/", "2027-01-15T08:00:00Z"),
        ("/Date(1800000000500+0100)/", "2027-01-15T08:00:00.5Z"),
        ("/Date(-1)/", "1970-01-01T00:00:00Z"),
        ("/Date(-62135596800000)/", "0001-01-01T00:00:00Z"),
        ("/Date(-500-0800)/", "1969-12-31T23:59:59.5Z"),
    ] {
        let found = parse(given).map_or_else(|_| "unreadable".to_owned(), format);
        assert_eq!(found, expected, "{given}");
    }
}

#[test]
fn what_is_no_date_is_an_error_that_quotes_it() {
    for given in [
        "",
        "tomorrow",
        "2027",
        "2027-1-5",
        "2027-02-30",
        "2027-13-01",
        "02/03/2027",
        "2027-01-15X08:00:00Z",
        "2027-01-15T",
        "2027-01-15T08",
        "2027-01-15T08:00:",
        "2027-01-15T08:00:00.",
        "2027-01-15T08:00:00.Z",
        "2027-01-15T24:00:01Z",
        "2027-01-15T25:00:00Z",
        "2027-01-15T08:60:00Z",
        "2027-01-15T08:00:61Z",
        "2027-01-15T08:00:00+",
        "2027-01-15T08:00:00+1",
        "2027-01-15T08:00:00+24:00",
        "2027-01-15T08:00:00+01:60",
        "2027-01-15T08:00:00+01:",
        "2027-01-15T08:00:00Z ago",
        "2027-01-15T08:00:00ZZ",
        "+2027-01-15",
        "-2027-01-15",
        "２０２７-01-15",
        "/Date()/",
        "/Date(1e3)/",
        "/Date(1800000000000+1)/",
        "/Date(1800000000000Z)/",
        "/Date(99999999999999999999)/",
        "/Date(1800000000000)",
    ] {
        assert_eq!(parse(given), Err(DateError::Unreadable { given: given.to_owned() }), "{given}");
    }
    assert_eq!(
        parse("tomorrow").unwrap_err().to_string(),
        "The date \"tomorrow\" cannot be read. Write it as 2027-01-15T08:00:00Z."
    );
}

#[test]
fn the_end_of_time_is_out_of_range_not_a_panic() {
    for given in
        ["9999-12-31T23:59:59.9999999Z", "/Date(9223372036854775807)/", "/Date(-9223372036854775808)/"]
    {
        assert_eq!(parse(given), Err(DateError::OutOfRange { given: given.to_owned() }), "{given}");
    }
}

/// The times of the published examples, as asked for or with a nanosecond to either side.
#[test]
fn times_of_the_published_examples() {
    for (given, expected) in [
        ("2020-12-01T23:46:23.319Z", "2020-12-01T23:46:23.32Z"),
        ("2020-10-30T23:20:56.1033332Z", "2020-10-30T23:20:56.1033333Z"),
        ("2020-10-30T23:20:56.523Z", "2020-10-30T23:20:56.5233333Z"),
        ("2020-10-30T23:20:56.803Z", "2020-10-30T23:20:56.8033333Z"),
        ("2020-10-30T23:20:56.147Z", "2020-10-30T23:20:56.1466667Z"),
        ("2020-10-30T23:20:56.72Z", "2020-10-30T23:20:56.72Z"),
        ("2020-10-30T23:20:56.343Z", "2020-10-30T23:20:56.3433333Z"),
        ("2020-10-30T23:20:56.507Z", "2020-10-30T23:20:56.5066667Z"),
        ("2020-10-30T23:20:56.9990Z", "2020-10-30T23:20:57Z"),
        ("2020-12-31T23:59:59.999999999Z", "2021-01-01T00:00:00Z"),
    ] {
        assert_eq!(shown(given), expected, "{given}");
    }
}

#[test]
fn halfway_goes_to_the_later_point() {
    // 0.005 s is one and a half steps of the grid.
    assert_eq!(shown("2027-01-15T08:00:00.005Z"), "2027-01-15T08:00:00.0066667Z");
    assert_eq!(shown("2027-01-15T08:00:00.004999999Z"), "2027-01-15T08:00:00.0033333Z");
    assert_eq!(shown("1960-01-15T08:00:00.005Z"), "1960-01-15T08:00:00.0066667Z");
}

#[test]
fn the_ends_of_what_an_instant_can_be_do_not_panic() {
    assert!(format(Timestamp::MAX).starts_with("9999-12-30T"));
    assert!(format(Timestamp::MIN).starts_with("-9999-01-02T"));
    assert!(round(Timestamp::MAX) <= Timestamp::MAX);
    assert!(round(Timestamp::MIN) >= Timestamp::MIN);
}

#[test]
fn deserializes_from_a_json_string_only() {
    let read = |json: &str| deserialize(&mut serde_json::Deserializer::from_str(json)).map(format);
    assert_eq!(read("\"2018-07-19T00:00:00\"").unwrap(), "2018-07-19T00:00:00Z");
    assert_eq!(read("\"\\/Date(0)\\/\"").unwrap(), "1970-01-01T00:00:00Z");
    assert!(read("0").is_err());
    assert!(read("\"soon\"").unwrap_err().to_string().contains("soon"));
}

fn instants() -> impl Strategy<Value = Timestamp> {
    // From year 1 to near the end of year 9999.
    (-62_135_596_800_i64..253_402_200_000, 0..1_000_000_000_i32)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

proptest! {
    #[test]
    fn nothing_panics(text: String) {
        let _ = parse(&text);
    }

    #[test]
    fn nearly_dates_do_not_panic(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,12})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?") {
        if let Ok(instant) = parse(&text) {
            let _ = format(round(instant));
        }
    }

    #[test]
    fn rounding_moves_by_half_a_grid_step_at_most_and_only_once(instant in instants()) {
        let rounded = round(instant);
        let moved = (rounded.as_nanosecond() - instant.as_nanosecond()).abs();
        // 1/600 s and half a microsecond.
        prop_assert!(moved <= 1_666_667 + 500);
        prop_assert_eq!(round(rounded), rounded);
        prop_assert_eq!(rounded.as_nanosecond() % 1_000, 0);
    }

    #[test]
    fn what_is_printed_reads_back_as_what_was_rounded(instant in instants()) {
        let printed = format(instant);
        prop_assert_eq!(&format(round(instant)), &printed);
        prop_assert_eq!(round(parse(&printed).unwrap()), round(instant));
        prop_assert_eq!(shown(&printed), printed);
    }

    #[test]
    fn offsets_shift_the_same_instant(instant in instants(), hours in 0_i8..=23, minutes in 0_i8..=59, east: bool) {
        let sign = if east { 1 } else { -1 };
        let offset = Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).unwrap();
        let local = offset.to_datetime(instant);
        prop_assume!((0..=9999).contains(&local.year()));
        let text = format!("{local}{}{hours:02}:{minutes:02}", if east { '+' } else { '-' });
        prop_assert_eq!(parse(&text), Ok(instant), "{}", text);
    }

    #[test]
    fn milliseconds_are_milliseconds(milliseconds in -62_135_596_800_000_i64..253_402_200_000_000) {
        prop_assert_eq!(
            parse(&format!("/Date({milliseconds})/")),
            Ok(Timestamp::from_millisecond(milliseconds).unwrap())
        );
    }
}
