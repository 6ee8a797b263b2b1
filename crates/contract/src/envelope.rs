//! The error envelope: every answer that is no success and no domain refusal.

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::{ApiVersionError, SessionTokenError};

/// `eventId` of ordinary errors.
const EVENT_ID: i32 = 3000;
const FRAMEWORK: &str = "Microsoft.TeamFoundation.Framework.Server";
const WEB_API: &str = "Microsoft.VisualStudio.Services.WebApi";
const COMMON: &str = "Microsoft.VisualStudio.Services.Common";

/// An error as clients of the service know it (contract.md §2.1). Serialising it writes exactly the fields
/// `$id`, `innerException`, `message`, `typeName`, `typeKey`, `errorCode` and `eventId`, in this order; reading
/// one takes what is there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WrappedException {
    /// What was wrong, for people. Some clients show nothing else.
    pub message: String,
    /// The full name of the exception with its assembly.
    pub type_name: String,
    /// The short name of the exception: what programs look at.
    pub type_key: String,
    /// Always 0 here.
    pub error_code: i32,
    /// 3000; 0 for errors of the JSON reader and of argument binding.
    pub event_id: i32,
}

impl Default for WrappedException {
    fn default() -> Self {
        Self {
            message: String::new(),
            type_name: String::new(),
            type_key: String::new(),
            error_code: 0,
            event_id: EVENT_ID,
        }
    }
}

impl WrappedException {
    fn new(namespace: &str, type_key: &str, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            type_name: format!("{namespace}.{type_key}, {namespace}"),
            type_key: type_key.to_owned(),
            ..Self::default()
        }
    }

    /// 400: the body is no readable JSON, or holds values of the wrong types. The details are in the log, under
    /// the activity id.
    pub fn unreadable_body(activity_id: Uuid) -> Self {
        Self {
            message: internal_error_message(activity_id),
            type_name: "Newtonsoft.Json.JsonReaderException, Newtonsoft.Json".to_owned(),
            type_key: "JsonReaderException".to_owned(),
            event_id: 0,
            ..Self::default()
        }
    }

    /// 400: a query parameter is missing or malformed. The service publishes no answer for this; this is the
    /// shape of its answers to bad arguments elsewhere.
    pub fn bad_argument(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            type_name: "System.ArgumentException, mscorlib".to_owned(),
            type_key: "ArgumentException".to_owned(),
            event_id: 0,
            ..Self::default()
        }
    }

    /// 401: the credentials are not good here. `user` is what can be said of who they name; often nothing.
    pub fn unauthorized(user: &str) -> Self {
        let message = format!("TF400813: The user '{user}' is not authorized to access this resource.");
        Self::new(FRAMEWORK, "UnauthorizedRequestException", message)
    }

    /// 401: no credentials.
    pub fn anonymous() -> Self {
        let message =
            "TF400813: Resource not available for anonymous access. Client authentication required.";
        Self::new(FRAMEWORK, "UnauthorizedRequestException", message)
    }

    /// 403: an application asks in its own name.
    pub fn service_principal() -> Self {
        let message = "Service principals are not allowed to perform this action.";
        Self::new(FRAMEWORK, "InvalidAccessException", message)
    }

    /// 401: a PAT asks.
    pub fn access_not_allowed() -> Self {
        Self::new(FRAMEWORK, "InvalidAccessException", "The requested operation is not allowed.")
    }

    /// Any status: an error without a type of its own (not found, method not allowed, too large, unavailable).
    pub fn service(message: impl Into<String>) -> Self {
        Self::new(COMMON, "VssServiceException", message)
    }

    /// 500: something that must not happen. The details are in the log, under the activity id.
    pub fn internal(activity_id: Uuid) -> Self {
        Self::service(internal_error_message(activity_id))
    }

    /// 415: the body is no JSON by its content type.
    pub fn content_type_not_supported(content_type: &str, method: &str, valid: &str) -> Self {
        let message = format!(
            "The request indicated a Content-Type of \"{content_type}\" for method type \"{method}\" which is \
             not supported. Valid content types for this method are: {valid}."
        );
        Self::new(WEB_API, "VssRequestContentTypeNotSupportedException", message)
    }

    /// 400, where the operator wants domain refusals by status (contract.md §12 #6): the legacy endpoint's way
    /// of saying the same (§1.7).
    pub fn refused(error: &SessionTokenError) -> Self {
        let mut name = error.as_str().to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self {
            message: name,
            type_name: "Microsoft.VisualStudio.Services.DelegatedAuthorization.SessionTokenCreateException, \
                        Microsoft.VisualStudio.Services.WebApi, Version=14.0.0.0, Culture=neutral, \
                        PublicKeyToken=b03f5f7f11d50a3a"
                .to_owned(),
            type_key: "SessionTokenCreateException".to_owned(),
            ..Self::default()
        }
    }
}

impl From<&ApiVersionError> for WrappedException {
    fn from(error: &ApiVersionError) -> Self {
        Self {
            message: error.to_string(),
            type_name: error.type_name(),
            type_key: error.type_key().to_owned(),
            ..Self::default()
        }
    }
}

impl Serialize for WrappedException {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("WrappedException", 7)?;
        fields.serialize_field("$id", "1")?;
        fields.serialize_field("innerException", &())?;
        fields.serialize_field("message", &self.message)?;
        fields.serialize_field("typeName", &self.type_name)?;
        fields.serialize_field("typeKey", &self.type_key)?;
        fields.serialize_field("errorCode", &self.error_code)?;
        fields.serialize_field("eventId", &self.event_id)?;
        fields.end()
    }
}

fn internal_error_message(activity_id: Uuid) -> String {
    format!("TF400898: An Internal Error Occurred. Activity Id: {activity_id}.")
}

#[cfg(test)]
mod tests;
