use proptest::prelude::*;

use super::*;

fn create(body: &str) -> PatTokenCreateRequest {
    PatTokenCreateRequest::parse(body.as_bytes()).unwrap()
}

fn update(body: &str) -> PatTokenUpdateRequest {
    PatTokenUpdateRequest::parse(body.as_bytes()).unwrap()
}

fn at(instant: &str) -> RequestedDate {
    RequestedDate::At(instant.parse().unwrap())
}

#[test]
fn a_create_with_everything() {
    assert_eq!(
        create(
            r#"{"displayName":"ci","scope":"vso.code ","validTo":"2027-01-15T08:00:00Z","allOrgs":false}"#
        ),
        PatTokenCreateRequest {
            display_name: Some("ci".to_owned()),
            scope: Some("vso.code ".to_owned()),
            valid_to: at("2027-01-15T08:00:00Z"),
            all_orgs: Some(false),
        }
    );
}

#[test]
fn a_create_with_nothing() {
    assert_eq!(create("{}"), PatTokenCreateRequest::default());
    assert_eq!(
        create(r#"{"displayName":null,"scope":null,"validTo":null,"allOrgs":null,"more":1}"#),
        PatTokenCreateRequest::default()
    );
}

#[test]
fn a_create_from_a_web_form() {
    let request = create(r#"{"DisplayName":"","Scope":"","ValidTo":"","AllOrgs":"False"}"#);
    assert_eq!(request.display_name.as_deref(), Some(""));
    assert_eq!(request.scope.as_deref(), Some(""));
    assert_eq!(request.valid_to, RequestedDate::Absent);
    assert_eq!(request.all_orgs, Some(false));
}

#[test]
fn a_date_that_is_none_is_kept_for_the_rules() {
    assert!(matches!(create(r#"{"validTo":"soon"}"#).valid_to, RequestedDate::Unreadable(_)));
    assert_eq!(create(r#"{"validTo":"\/Date(1800000000000)\/"}"#).valid_to, at("2027-01-15T08:00:00Z"));
}

#[test]
fn wrong_types_are_faults_in_every_field() {
    for field in ["displayName", "scope", "validTo", "allOrgs", "authorizationId"] {
        for value in ["5", "[]", "{}", "[[\"a\"]]"] {
            let body = format!("{{\"{field}\":{value}}}");
            let wrong = |error: BodyError| matches!(error, BodyError::WrongType { field: named, .. } if named == field);
            assert!(PatTokenUpdateRequest::parse(body.as_bytes()).is_err_and(wrong), "{body}");
            if field != "authorizationId" {
                assert!(PatTokenCreateRequest::parse(body.as_bytes()).is_err_and(wrong), "{body}");
            }
        }
    }
}

#[test]
fn ids_of_an_update() {
    let id = Uuid::from_u128(0x4ab5_bdf6_7e00_4d84_a55d_0dd3_e02b_e7a1);
    for text in [
        "4ab5bdf6-7e00-4d84-a55d-0dd3e02be7a1",
        "4AB5BDF6-7E00-4D84-A55D-0DD3E02BE7A1",
        " 4ab5bdf67e004d84a55d0dd3e02be7a1 ",
        "{4ab5bdf6-7e00-4d84-a55d-0dd3e02be7a1}",
    ] {
        assert_eq!(
            update(&format!("{{\"authorizationId\":\"{text}\"}}")).authorization_id,
            RequestedId::Of(id)
        );
    }
    for text in ["", "7", "00000000-0000-0000-0000-000000000000", "4ab5bdf6-7e00-4d84-a55d-0dd3e02be7a"] {
        assert_eq!(
            update(&format!("{{\"authorizationId\":\"{text}\"}}")).authorization_id,
            RequestedId::Malformed
        );
    }
    assert_eq!(update("{}").authorization_id, RequestedId::Missing);
    assert_eq!(update(r#"{"authorizationId":null}"#).authorization_id, RequestedId::Missing);
}

#[test]
fn what_a_client_writes() {
    let request = PatTokenUpdateRequest {
        authorization_id: RequestedId::Of(Uuid::from_u128(1)),
        display_name: Some("ci".to_owned()),
        valid_to: at("2027-01-15T08:00:00.25Z"),
        ..PatTokenUpdateRequest::default()
    };
    let json = r#"{"authorizationId":"00000000-0000-0000-0000-000000000001","displayName":"ci","validTo":"2027-01-15T08:00:00.25Z"}"#;
    assert_eq!(serde_json::to_string(&request).unwrap(), json);
    assert_eq!(update(json), request);
    assert_eq!(serde_json::to_string(&PatTokenCreateRequest::default()).unwrap(), "{}");
}

proptest! {
    #[test]
    fn no_bytes_panic(body: Vec<u8>) {
        let _ = PatTokenCreateRequest::parse(&body);
        let _ = PatTokenUpdateRequest::parse(&body);
    }

    #[test]
    fn what_a_client_writes_is_read_back(
        display_name: Option<String>,
        scope: Option<String>,
        second in proptest::option::of(0_i64..4_000_000_000),
        all_orgs: Option<bool>,
    ) {
        let valid_to = second.map_or(RequestedDate::Absent, |second| {
            RequestedDate::At(Timestamp::from_second(second).unwrap())
        });
        let request = PatTokenCreateRequest { display_name, scope, valid_to, all_orgs };
        prop_assert_eq!(PatTokenCreateRequest::parse(&serde_json::to_vec(&request).unwrap()), Ok(request));
    }
}
