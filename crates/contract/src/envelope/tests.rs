use super::*;
use crate::{ApiVersion, ResourceVersions};

fn json(error: &WrappedException) -> String {
    serde_json::to_string(error).unwrap()
}

const ACTIVITY: Uuid = Uuid::from_u128(0x6a3c_1c5b_7c2f_4f0e_9d55_0c1a_2b3c_4d5e);

#[test]
fn the_answer_to_service_principals() {
    assert_eq!(
        json(&WrappedException::service_principal()),
        r#"{"$id":"1","innerException":null,"message":"Service principals are not allowed to perform this action.","typeName":"Microsoft.TeamFoundation.Framework.Server.InvalidAccessException, Microsoft.TeamFoundation.Framework.Server","typeKey":"InvalidAccessException","errorCode":0,"eventId":3000}"#
    );
}

#[test]
fn the_answer_to_unreadable_bodies() {
    assert_eq!(
        json(&WrappedException::unreadable_body(ACTIVITY)),
        r#"{"$id":"1","innerException":null,"message":"TF400898: An Internal Error Occurred. Activity Id: 6a3c1c5b-7c2f-4f0e-9d55-0c1a2b3c4d5e.","typeName":"Newtonsoft.Json.JsonReaderException, Newtonsoft.Json","typeKey":"JsonReaderException","errorCode":0,"eventId":0}"#
    );
}

#[test]
fn the_answer_to_missing_versions() {
    let error = ApiVersion::negotiate(&ResourceVersions::PATS, "POST", None, None).unwrap_err();
    assert_eq!(
        json(&WrappedException::from(&error)),
        r#"{"$id":"1","innerException":null,"message":"No api-version was supplied for the \"POST\" request. The version must be supplied either as part of the Accept header (e.g. \"application/json; api-version=1.0\") or as a query parameter (e.g. \"?api-version=1.0\").","typeName":"Microsoft.VisualStudio.Services.WebApi.VssVersionNotSpecifiedException, Microsoft.VisualStudio.Services.WebApi","typeKey":"VssVersionNotSpecifiedException","errorCode":0,"eventId":3000}"#
    );
}

#[test]
fn the_answers_to_bad_credentials() {
    let key = "UnauthorizedRequestException";
    let refused = WrappedException::unauthorized("");
    assert_eq!(refused.message, "TF400813: The user '' is not authorized to access this resource.");
    assert_eq!(
        refused.type_name,
        "Microsoft.TeamFoundation.Framework.Server.UnauthorizedRequestException, \
         Microsoft.TeamFoundation.Framework.Server"
    );
    let anonymous = WrappedException::anonymous();
    assert_eq!((refused.type_key.as_str(), anonymous.type_key.as_str()), (key, key));
    assert_eq!(
        anonymous.message,
        "TF400813: Resource not available for anonymous access. Client authentication required."
    );
    assert_eq!(WrappedException::access_not_allowed().message, "The requested operation is not allowed.");
}

#[test]
fn the_other_answers() {
    assert_eq!(
        WrappedException::content_type_not_supported("text/plain", "POST", "application/json").message,
        "The request indicated a Content-Type of \"text/plain\" for method type \"POST\" which is not supported. \
         Valid content types for this method are: application/json."
    );
    assert_eq!(
        WrappedException::service("gone").type_name,
        "Microsoft.VisualStudio.Services.Common.VssServiceException, Microsoft.VisualStudio.Services.Common"
    );
    assert!(WrappedException::internal(ACTIVITY).message.starts_with("TF400898: "));
    assert_eq!(WrappedException::bad_argument("what").type_key, "ArgumentException");
}

#[test]
fn domain_refusals_by_status() {
    let error = WrappedException::refused(&SessionTokenError::FullScopePatPolicyViolation);
    assert_eq!(error.message, "FullScopePatPolicyViolation");
    assert_eq!(error.type_key, "SessionTokenCreateException");
    assert_eq!(
        error.type_name,
        "Microsoft.VisualStudio.Services.DelegatedAuthorization.SessionTokenCreateException, \
         Microsoft.VisualStudio.Services.WebApi, Version=14.0.0.0, Culture=neutral, \
         PublicKeyToken=b03f5f7f11d50a3a"
    );
    let blocked = WrappedException::refused(&SessionTokenError::GlobalPatCreationBlocked);
    assert_eq!(blocked.message, "GlobalPATCreationBlocked");
}

#[test]
fn reads_what_it_writes_and_what_others_write() {
    let written = WrappedException::unreadable_body(ACTIVITY);
    assert_eq!(serde_json::from_str::<WrappedException>(&json(&written)).unwrap(), written);
    let sparse: WrappedException =
        serde_json::from_str(r#"{"message":"no","customProperties":{},"stackTrace":null}"#).unwrap();
    assert_eq!((sparse.message.as_str(), sparse.type_key.as_str()), ("no", ""));
}
