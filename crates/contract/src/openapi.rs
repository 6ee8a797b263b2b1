//! Schemas of the types that are written by hand.

use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::session_token::SessionToken;
use crate::{PolicyName, SessionTokenError, WrappedException};

impl ToSchema for SessionTokenError {}

impl PartialSchema for SessionTokenError {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(Self::as_str)))
            .description(Some(
                "Why the rules refuse. A value newer than the asked version of the API becomes accessDenied; \
                 patTokenErrorMessage tells the cause in every version.",
            ))
            .into()
    }
}

impl ToSchema for PolicyName {}

impl PartialSchema for PolicyName {
    fn schema() -> RefOr<Schema> {
        let names = Self::ALL.iter().map(|name| name.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for SessionToken {}

impl PartialSchema for SessionToken {
    /// All that is written, including what is not used here and so all zero, false or null.
    fn schema() -> RefOr<Schema> {
        let id = || {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        };
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let maybe_text =
            || ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
        let flag = || ObjectBuilder::new().schema_type(Type::Boolean);
        let mut schema = ObjectBuilder::new().description(Some(
            "A PAT or compact session token. Dates are UTC and have no offset. claims came with 6.0, \
             crossCompanyCorrelatingId with 7.2.",
        ));
        for name in ["clientId", "accessId", "authorizationId", "hostAuthorizationId", "userId"] {
            schema = schema.property(name, id()).required(name);
        }
        for name in ["validFrom", "validTo", "scope"] {
            schema = schema.property(name, text()).required(name);
        }
        for name in ["displayName", "token", "alternateToken", "publicData", "source"] {
            schema = schema.property(name, maybe_text()).required(name);
        }
        for name in ["isValid", "isPublic"] {
            schema = schema.property(name, flag()).required(name);
        }
        let accounts = ArrayBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
            .items(id().build());
        schema
            .property("targetAccounts", accounts)
            .required("targetAccounts")
            .property("claims", ObjectBuilder::new())
            .property("crossCompanyCorrelatingId", maybe_text())
            .into()
    }
}

impl ToSchema for WrappedException {}

impl PartialSchema for WrappedException {
    fn schema() -> RefOr<Schema> {
        let text =
            |meaning: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(meaning)).build();
        let number = |meaning: &str| {
            ObjectBuilder::new().schema_type(Type::Integer).description(Some(meaning)).build()
        };
        let fields = [
            ("message", text("What was wrong, for people, and what to do.")),
            ("typeName", text("The full name of the exception with its assembly.")),
            ("typeKey", text("The short name of the exception: what programs look at.")),
            ("errorCode", number("Always 0.")),
            ("eventId", number("3000; 0 for errors of the JSON reader and of argument binding.")),
        ];
        let nothing = ObjectBuilder::new().schema_type(SchemaType::from(Type::Null));
        let mut schema = ObjectBuilder::new()
            .description(Some("An error as clients of Azure DevOps know it."))
            .property("$id", text("Always 1."))
            .required("$id")
            .property("innerException", nothing)
            .required("innerException");
        for (name, field) in fields {
            schema = schema.property(name, Schema::Object(field)).required(name);
        }
        schema.into()
    }
}
