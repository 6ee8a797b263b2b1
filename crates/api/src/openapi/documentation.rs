//! What an operation says about itself. Its file holds it, beside the code that it is about.

use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{ContentBuilder, Object, Ref, RefOr, Required, Response, ResponseBuilder, Schema};

/// An operation in words and types. Method, path, path parameters, versions and credentials are not part of it:
/// they come from the route table.
pub(crate) struct Documentation {
    pub(super) group: &'static str,
    pub(super) summary: &'static str,
    pub(super) text: &'static str,
    pub(super) parameters: Vec<Parameter>,
    pub(super) request: Option<RequestBody>,
    pub(super) answers: Vec<(u16, Response)>,
    /// The types that are referred to, by name.
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

impl Documentation {
    /// `group` is the heading under which it stands, `summary` what it does, in a few words.
    pub(crate) fn new(group: &'static str, summary: &'static str) -> Self {
        Self {
            group,
            summary,
            text: "",
            parameters: Vec::new(),
            request: None,
            answers: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// What the summary has no room for.
    pub(crate) fn text(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    /// A query parameter that may be left out. Like all of them it comes as text.
    pub(crate) fn query(self, name: &'static str, meaning: &'static str) -> Self {
        self.parameter(name, ParameterIn::Query, Required::False, meaning, text())
    }

    /// A query parameter that must be there.
    pub(crate) fn required_query(self, name: &'static str, meaning: &'static str) -> Self {
        self.parameter(name, ParameterIn::Query, Required::True, meaning, text())
    }

    /// A query parameter with these values, in any case.
    pub(crate) fn choice(self, name: &'static str, values: &[&'static str], meaning: &'static str) -> Self {
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied()));
        self.parameter(name, ParameterIn::Query, Required::False, meaning, schema.build())
    }

    /// A header that must be there.
    pub(crate) fn required_header(self, name: &'static str, meaning: &'static str) -> Self {
        self.parameter(name, ParameterIn::Header, Required::True, meaning, text())
    }

    /// A header that may be left out.
    pub(crate) fn header(self, name: &'static str, meaning: &'static str) -> Self {
        self.parameter(name, ParameterIn::Header, Required::False, meaning, text())
    }

    fn parameter(
        mut self,
        name: &'static str,
        place: ParameterIn,
        required: Required,
        meaning: &'static str,
        schema: Object,
    ) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(meaning))
            .schema(Some(Schema::Object(schema)));
        self.parameters.push(parameter.build());
        self
    }

    /// The JSON body of the request.
    pub(crate) fn takes<T: ToSchema>(mut self) -> Self {
        let schema = self.refer_to::<T>();
        self.body("application/json", Required::True, schema)
    }

    /// The same where the body may be left out.
    pub(crate) fn takes_if_any<T: ToSchema>(mut self) -> Self {
        let schema = self.refer_to::<T>();
        self.body("application/json", Required::False, schema)
    }

    /// A JSON Patch in the body of the request.
    pub(crate) fn takes_patch(self) -> Self {
        let operation = ObjectBuilder::new()
            .property("op", text())
            .required("op")
            .property("path", text())
            .required("path")
            .property("value", ObjectBuilder::new().schema_type(SchemaType::AnyValue));
        let patch = ArrayBuilder::new().items(operation).build();
        self.body("application/json-patch+json", Required::True, RefOr::T(Schema::Array(patch)))
    }

    fn body(mut self, media_type: &str, required: Required, schema: RefOr<Schema>) -> Self {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        self.request =
            Some(RequestBodyBuilder::new().required(Some(required)).content(media_type, content).build());
        self
    }

    /// A JSON answer of this type.
    pub(crate) fn answers<T: ToSchema>(mut self, status: u16, meaning: &'static str) -> Self {
        let schema = self.refer_to::<T>();
        self.answer(status, meaning, Some(("application/json", schema)))
    }

    /// A JSON answer of a form that is described elsewhere.
    pub(crate) fn answers_json(self, status: u16, meaning: &'static str) -> Self {
        self.answer(status, meaning, Some(("application/json", ObjectBuilder::new().into())))
    }

    /// An answer without a body.
    pub(crate) fn answers_empty(self, status: u16, meaning: &'static str) -> Self {
        self.answer(status, meaning, None)
    }

    /// A page for people.
    pub(crate) fn answers_page(self, status: u16, meaning: &'static str) -> Self {
        self.answer(status, meaning, Some(("text/html", RefOr::T(Schema::Object(text())))))
    }

    fn answer(
        mut self,
        status: u16,
        meaning: &'static str,
        content: Option<(&'static str, RefOr<Schema>)>,
    ) -> Self {
        let mut response = ResponseBuilder::new().description(meaning);
        if let Some((media_type, schema)) = content {
            response = response.content(media_type, ContentBuilder::new().schema(Some(schema)).build());
        }
        self.answers.push((status, response.build()));
        self
    }

    /// A type that the answers hold inside of a generic one, which does not bring it along.
    pub(crate) fn mentions<T: ToSchema>(mut self) -> Self {
        self.refer_to::<T>();
        self
    }

    fn refer_to<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        RefOr::Ref(Ref::from_schema_name(T::name()))
    }
}

fn text() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}
