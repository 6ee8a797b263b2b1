//! The document, from the route table.

use http::Method;
use patcycle_contract::{ApiVersion, ResourceVersions, WrappedException, scope};
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required, Response,
    ResponseBuilder, path,
};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::operations::documentation;
use crate::routes::{ANY_SUFFIX, Access, PatScope, Permission, ROUTES, Route};

const ACCESS_TOKEN: &str = "accessToken";
const PERSONAL_ACCESS_TOKEN: &str = "personalAccessToken";
const JSON: &str = "application/json";
const DESCRIPTION: &str = "The PAT Lifecycle Management API as Patcycle serves it: the endpoints of Azure DevOps, \
     and what Patcycle offers beyond them. Literal parts of a path are matched without regard to case. An error of \
     a request has a status and the envelope WrappedException; that the rules refuse a PAT is told by patTokenError \
     in an answer of status 200.";

/// Builds it.
pub(super) fn document() -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new()
        .schema(WrappedException::name(), WrappedException::schema())
        .security_scheme(ACCESS_TOKEN, access_token())
        .security_scheme(PERSONAL_ACCESS_TOKEN, personal_access_token());
    for route in ROUTES {
        let (operation, schemas) = operation(route);
        components = components.schemas_from_iter(schemas);
        let item = paths.paths.entry(openapi_path(route.path)).or_default();
        add(item, &route.method, operation);
    }
    let info = InfoBuilder::new()
        .title("Patcycle")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}

/// OpenAPI has no word for "whatever follows".
fn openapi_path(path: &str) -> String {
    path.strip_suffix(ANY_SUFFIX).map_or(path, |path| path.trim_end_matches('/')).to_owned()
}

/// What a route is, with the types that it refers to.
fn operation(route: &Route) -> (path::Operation, Vec<(String, RefOr<Schema>)>) {
    let said = documentation(route.operation);
    let version = route.versions.map(|versions| version_parameter(versions, &route.method));
    let parameters = path_parameters(route.path).chain(selector(route)).chain(said.parameters).chain(version);
    let mut operation = OperationBuilder::new()
        .operation_id(Some(operation_id(route)))
        .tag(said.group)
        .summary(Some(said.summary))
        .description(Some(description(said.text, route.access)))
        .parameters(Some(parameters))
        .request_body(said.request)
        .securities(Some(securities(route.access)));
    for (status, response) in said.answers {
        operation = operation.response(status.to_string(), response);
    }
    (operation.response("default", error()).build(), said.schemas)
}

/// The name of the operation in the way of client libraries: `listPats`. What is answered outside of any
/// organization too has two names.
fn operation_id(route: &Route) -> String {
    let mut name = format!("{:?}", route.operation);
    name.retain(char::is_alphanumeric);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    if matches!(route.access, Access::SignedIn(_)) {
        name.push_str("OfAnyOrganization");
    }
    name
}

fn description(text: &str, access: Access) -> String {
    let who = match access {
        Access::Anyone => "Anybody may call.".to_owned(),
        Access::Challenge => "Nobody is let in: the answer tells where to sign in.".to_owned(),
        Access::Verification => "Anybody may ask about a PAT that they hold.".to_owned(),
        Access::SignedIn(permission) => {
            format!("Any person whom a served tenant signed in may call. {}", scopes_in_words(permission))
        }
        Access::Person(permission) => {
            format!("Members of the organization may call. {}", scopes_in_words(permission))
        }
        Access::Administrator(permission) => {
            format!("Administrators of the organization may call. {}", scopes_in_words(permission))
        }
    };
    if text.is_empty() { who } else { format!("{text} {who}") }
}

fn scopes_in_words(permission: Permission) -> String {
    let pats = match permission.pat_scope() {
        PatScope::None => "A PAT does not open this.".to_owned(),
        PatScope::Any => return "Any scope will do, and any good PAT.".to_owned(),
        PatScope::Granting(scope) => format!("A PAT needs {scope}."),
    };
    format!("The access token needs one of these scopes: {}. {pats}", scopes(permission).join(", "))
}

/// The scopes that open a route by themselves.
fn scopes(permission: Permission) -> Vec<&'static str> {
    let of_the_sign_in = ["user_impersonation", "vso.pats", "vso.pats_manage"];
    let of_pats = scope::ALL.iter().map(|scope| scope.name).filter(|name| !of_the_sign_in.contains(name));
    let grants = |scope: &&str| permission.is_granted(&[(*scope).to_owned()], false);
    of_the_sign_in.into_iter().chain(of_pats).filter(grants).collect()
}

/// The credentials of which one is needed.
fn securities(access: Access) -> Vec<SecurityRequirement> {
    let pat = || SecurityRequirement::new(PERSONAL_ACCESS_TOKEN, [""; 0]);
    let permission = match access {
        Access::Anyone | Access::Challenge => return vec![SecurityRequirement::default()],
        Access::Verification => return vec![pat()],
        Access::SignedIn(permission) | Access::Person(permission) | Access::Administrator(permission) => {
            permission
        }
    };
    let scopes = if permission == Permission::Connect { Vec::new() } else { scopes(permission) };
    let mut either = vec![SecurityRequirement::new(ACCESS_TOKEN, scopes)];
    if access.takes_pats() {
        either.push(pat());
    }
    either
}

fn personal_access_token() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("A personal access token as the password, with any user name. Bearer works too."));
    SecurityScheme::Http(scheme.build())
}

fn access_token() -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(
        "An access token of a person, from the tenant of the organization. HEAD /{organization} tells which.",
    ));
    SecurityScheme::Http(scheme.build())
}

fn path_parameters(path: &str) -> impl Iterator<Item = Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.filter(|name| *name != "*").map(|name| {
        let meaning = match name {
            "organization" => "The name of the organization.",
            "authorizationId" => "The id of the PAT.",
            "subjectDescriptor" => "The subject descriptor of a person, as Graph gives it.",
            "area" => "The name of the area.",
            _ => "",
        };
        parameter(name, ParameterIn::Path, Required::True, meaning)
    })
}

/// The parameter that chooses among operations of one path and verb.
fn selector(route: &Route) -> Option<Parameter> {
    let name = route.selected_by?;
    let meaning = format!("With it, this is {}.", operation_id(route));
    Some(parameter(name, ParameterIn::Query, Required::True, &meaning))
}

fn version_parameter(versions: &ResourceVersions, method: &Method) -> Parameter {
    let ResourceVersions { minimum, released, .. } = versions;
    let flag = match released {
        Some(ApiVersion::LATEST) => String::new(),
        Some(released) => {
            format!(" Above {released} it needs the flag, as in {}-preview.", ApiVersion::LATEST)
        }
        None => format!(" It needs the flag, as in {}-preview.", ApiVersion::LATEST),
    };
    let meaning = format!(
        "The version of the API: {minimum} to {}.{flag} It may stand in the Accept header in its place.",
        ApiVersion::LATEST
    );
    let required = if *method == Method::GET { Required::False } else { Required::True };
    parameter("api-version", ParameterIn::Query, required, &meaning)
}

fn parameter(name: &str, place: ParameterIn, required: Required, meaning: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description((!meaning.is_empty()).then_some(meaning))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn error() -> Response {
    let envelope = Ref::from_schema_name(WrappedException::name());
    let content = ContentBuilder::new().schema(Some(envelope)).build();
    ResponseBuilder::new()
        .description("Not done. The message tells why, and what to do.")
        .content(JSON, content)
        .build()
}

/// Puts an operation at its verb. Where one is there already, both are described as one: the document knows one
/// for each path and verb, and the API tells some apart by a query parameter.
fn add(item: &mut PathItem, method: &Method, operation: path::Operation) {
    let place = match *method {
        Method::POST => &mut item.post,
        Method::PUT => &mut item.put,
        Method::PATCH => &mut item.patch,
        Method::DELETE => &mut item.delete,
        Method::OPTIONS => &mut item.options,
        _ => &mut item.get,
    };
    *place = Some(match place.take() {
        Some(first) => merged(first, operation),
        None => operation,
    });
}

fn merged(selected: path::Operation, mut other: path::Operation) -> path::Operation {
    let both = |first: Option<String>, second: Option<String>, between: &str| match (first, second) {
        (Some(first), Some(second)) => Some(format!("{first}{between}{second}")),
        (first, second) => first.or(second),
    };
    other.summary = both(other.summary, selected.summary, "; or: ");
    other.description = both(other.description, selected.description, "\n\n");
    let mut parameters = other.parameters.unwrap_or_default();
    for parameter in selected.parameters.unwrap_or_default() {
        let RefOr::T(mut parameter) = parameter else { continue };
        let is_known =
            |known: &RefOr<Parameter>| matches!(known, RefOr::T(known) if known.name == parameter.name);
        if !parameters.iter().any(is_known) {
            parameter.required = Required::False;
            parameters.push(RefOr::T(parameter));
        }
    }
    other.parameters = Some(parameters);
    for (status, response) in selected.responses.responses {
        let known = other.responses.responses.remove(&status);
        let response = match known {
            Some(known) => either(known, response),
            None => response,
        };
        other.responses.responses.insert(status, response);
    }
    other
}

/// A response that is one of two.
fn either(first: RefOr<Response>, second: RefOr<Response>) -> RefOr<Response> {
    let (RefOr::T(mut first), RefOr::T(second)) = (first.clone(), second) else { return first };
    let schema = |response: &Response| match response.content.get(JSON)? {
        RefOr::T(content) => content.schema.clone(),
        RefOr::Ref(_) => None,
    };
    if let (Some(one), Some(two)) = (schema(&first), schema(&second))
        && one != two
    {
        let both = OneOfBuilder::new().item(one).item(two);
        first.description = format!("{} Or: {}", first.description, second.description);
        first.content.insert(JSON.to_owned(), ContentBuilder::new().schema(Some(both)).build().into());
    }
    RefOr::T(first)
}
