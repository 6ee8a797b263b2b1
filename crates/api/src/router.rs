//! From a request to its answer: the stations that every request passes, the access log, and the net below.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use futures::FutureExt as _;
use http::header::ALLOW;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use patcycle_contract::{ApiVersion, ResourceVersions, WrappedException, query};
use patcycle_lifecycle::Caller;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::caller::authenticate;
use crate::directory::Place;
use crate::exchange::Exchange;
use crate::headers::CommonHeaders;
use crate::leaks;
use crate::origin::Origin;
use crate::pats;
use crate::policies;
use crate::routes::{self, Access, Location, Operation, Permission, Route, Selection};
use crate::url_secrets::carries_credential;
use crate::{
    ApiState, about, administration, audit, challenge, discovery, failure, graph, openapi, profile,
    session_tokens, signed_in, token_admin, verify,
};

/// The longest path with query, in bytes. The longest continuation token fits: it holds a name of 256 characters
/// whose folded form may be many times as long.
const MAXIMUM_ADDRESS_BYTES: usize = 16 * 1024;

/// The longest method that a message repeats, in characters.
const LONGEST_SHOWN_METHOD: usize = 20;

struct Service {
    state: ApiState,
    headers: CommonHeaders,
}

/// The API as a router that answers every path. Mount it as the fallback behind other routes.
pub fn router(state: ApiState) -> Router {
    let process_id = state.random.uuid().unwrap_or(Uuid::nil());
    let headers = CommonHeaders::new(process_id, state.settings.strict_transport_security);
    Router::new().fallback(serve).with_state(Arc::new(Service { state, headers }))
}

async fn serve(State(service): State<Arc<Service>>, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let location = Location::of(parts.uri.path());
    if location.is_for_verification() {
        return verify::serve(&service.state, &parts, location).await;
    }
    let exchange = Exchange::begin(&parts, &service.state.settings, &*service.state.random);
    let station = Station { state: &service.state, exchange: &exchange, location, parts: &parts };
    // Nothing here should panic. If something does, one request fails and the process lives.
    let answer = match AssertUnwindSafe(station.answer(body)).catch_unwind().await {
        Ok(Ok(answer) | Err(answer)) => answer,
        Err(_panic) => {
            tracing::error!(activity.id = %exchange.activity_id, "a request handler panicked");
            Answer::defect(exchange.activity_id)
        }
    };
    let response = service.headers.finish(answer, &exchange, &parts.method, location.under_apis);
    tracing::info!(
        http.method = known_method(&parts.method),
        http.route = location.path.unwrap_or("none"),
        http.status = response.status().as_u16(),
        duration.us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        activity.id = %exchange.activity_id,
        "request answered"
    );
    response
}

/// A verb fit for a log: an unknown one may hold anything.
fn known_method(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::DELETE | Method::OPTIONS => {
            method.as_str()
        }
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// One request on its way. `Err` is an early exit, an answer like any other.
struct Station<'a> {
    state: &'a ApiState,
    exchange: &'a Exchange,
    location: Location<'a>,
    parts: &'a Parts,
}

impl<'a> Station<'a> {
    async fn answer(&self, body: Body) -> Result<Answer, Answer> {
        let pairs = self.check_address()?;
        let path = self.location.path.ok_or_else(failure::not_found)?;
        let organization = self.location.parameters.get("organization");
        let place = organization.map(|name| self.place(name)).transpose()?;
        let route = match routes::select(path, &self.parts.method, &pairs) {
            Selection::Route(route) => route,
            Selection::Options { allow } => {
                return Ok(Answer::empty(StatusCode::NO_CONTENT).with(ALLOW, allow_header(&allow)));
            }
            Selection::NotAllowed { allow } => return Err(self.not_allowed(&allow)),
        };
        match (route.access, place) {
            (Access::Anyone, place) => self.openly(route, place, &pairs, body).await,
            (Access::SignedIn(permission), None) => self.signed_in(route, permission, &pairs).await,
            (Access::Challenge, Some(place)) => {
                Ok(challenge::discover(place, self.parts, &self.state.settings))
            }
            (Access::Person(_) | Access::Administrator(_), Some(place)) => {
                self.as_person(route, place, &pairs, body).await
            }
            // No row of the table is of these kinds, and its test keeps it so; verification went its own way.
            (Access::Verification, _)
            | (Access::SignedIn(_), Some(_))
            | (Access::Challenge | Access::Person(_) | Access::Administrator(_), None) => {
                Err(failure::not_found())
            }
        }
    }

    /// Length and content of the address. Gives the decoded query.
    fn check_address(&self) -> Result<Vec<(String, String)>, Answer> {
        let uri = &self.parts.uri;
        let raw_query = uri.query().unwrap_or_default();
        if uri.path().len() + raw_query.len() > MAXIMUM_ADDRESS_BYTES {
            return Err(Answer::service_error(
                StatusCode::URI_TOO_LONG,
                format!(
                    "Path and query are longer than {MAXIMUM_ADDRESS_BYTES} bytes. Send a shorter address."
                ),
            ));
        }
        let pairs = query::decode(raw_query);
        if carries_credential(uri, &pairs) {
            return Err(Answer::bad_argument(
                "The address of this request carries a token. Addresses end up in logs and histories: revoke that \
                 token, and send tokens in the Authorization header only.",
            ));
        }
        Ok(pairs)
    }

    fn place(&self, name: &str) -> Result<&'a Place, Answer> {
        self.state.organizations.find(name).ok_or_else(failure::unknown_organization)
    }

    fn not_allowed(&self, allow: &str) -> Answer {
        if allow == Method::OPTIONS.as_str() {
            // Discovery describes what lies below such a path; there is nothing at the path itself.
            return failure::not_found();
        }
        // A method is a token of HTTP, so it cannot break a message; a long one is nobody's question.
        let method = Some(self.parts.method.as_str()).filter(|method| method.len() <= LONGEST_SHOWN_METHOD);
        let method = method.map_or_else(|| "of this request".to_owned(), |method| format!("`{method}`"));
        let message = format!("This address does not support the method {method}. It supports {allow}.");
        Answer::service_error(StatusCode::METHOD_NOT_ALLOWED, message).with(ALLOW, allow_header(allow))
    }

    /// What is told to anybody.
    async fn openly(
        &self,
        route: &Route,
        place: Option<&Place>,
        pairs: &[(String, String)],
        body: Body,
    ) -> Result<Answer, Answer> {
        self.version(route.versions, pairs)?;
        let (state, exchange, parts) = (self.state, self.exchange, self.parts);
        match route.operation {
            Operation::About => return Ok(about::handle()),
            Operation::OpenApi => return Ok(openapi::handle()),
            Operation::OpenApiPage => return Ok(openapi::page()),
            Operation::ReportLeaks => return leaks::report::handle(state, exchange, parts, body).await,
            Operation::ReceiveLeakReport => {
                return leaks::receive::handle(state, exchange, parts, body).await;
            }
            _ => {}
        }
        let place = place.ok_or_else(failure::not_found)?;
        let parameters = self.location.parameters;
        match route.operation {
            Operation::ListLocations | Operation::ListAreaLocations => {
                Ok(discovery::locations::handle(parameters.get("area")))
            }
            Operation::ListResourceAreas => Ok(discovery::resource_areas::list()),
            Operation::GetResourceArea => discovery::resource_areas::get(
                parameters.get("areaId"),
                &self.origin()?.base_of(&place.organization),
            ),
            Operation::GetServiceDefinition => discovery::service_definition::handle(
                &parameters,
                &self.origin()?.base_of(&place.organization),
            ),
            _ => Err(failure::not_found()),
        }
    }

    /// Where the client reached this service.
    fn origin(&self) -> Result<Origin, Answer> {
        Origin::of(self.parts, self.state.settings.https, self.exchange.is_from_proxy)
    }

    /// What is told to a person wherever they belong.
    async fn signed_in(
        &self,
        route: &Route,
        permission: Permission,
        pairs: &[(String, String)],
    ) -> Result<Answer, Answer> {
        let (state, headers) = (self.state, &self.parts.headers);
        let caller = signed_in::authenticate_anywhere(state, permission, headers, self.exchange).await;
        let caller = caller.map_err(|denial| {
            tracing::info!(reason = %denial, activity.id = %self.exchange.activity_id, "caller turned away");
            signed_in::turn_away(&denial)
        })?;
        self.version(route.versions, pairs)?;
        match route.operation {
            Operation::GetProfile => Ok(profile::me::handle(&caller)),
            Operation::ListAccounts => {
                profile::accounts::handle(&state.organizations, &caller, pairs, &self.origin()?)
            }
            _ => Err(failure::not_found()),
        }
    }

    /// Caller, then version, then the operation.
    async fn as_person(
        &self,
        route: &Route,
        place: &Place,
        pairs: &[(String, String)],
        body: Body,
    ) -> Result<Answer, Answer> {
        let (state, parts) = (self.state, self.parts);
        let caller = authenticate(state, place, route.access, &parts.headers, self.exchange)
            .await
            .map_err(|denial| {
                tracing::info!(reason = %denial, activity.id = %self.exchange.activity_id, "caller turned away");
                challenge::turn_away(&denial, route.access, place, parts, &state.settings)
            })?;
        tracing::trace!(
            caller.id = %caller.object_id,
            organization.id = %place.organization.id,
            activity.id = %self.exchange.activity_id,
            "caller let in"
        );
        let user_data = user_data(&caller);
        let answer = self.operate(route, place, &caller, pairs, body).await;
        let (Ok(answer) | Err(answer)) = answer;
        Ok(answer.with(HeaderName::from_static("x-vss-userdata"), user_data))
    }

    async fn operate(
        &self,
        route: &Route,
        place: &Place,
        caller: &Caller,
        pairs: &[(String, String)],
        body: Body,
    ) -> Result<Answer, Answer> {
        let call = Call {
            state: self.state,
            organization: &place.organization,
            caller,
            version: self.version(route.versions, pairs)?,
            parameters: self.location.parameters,
            query: pairs,
            parts: self.parts,
        };
        match route.operation {
            Operation::About
            | Operation::OpenApi
            | Operation::OpenApiPage
            | Operation::Challenge
            | Operation::ListLocations
            | Operation::ListAreaLocations
            | Operation::ListResourceAreas
            | Operation::GetResourceArea
            | Operation::GetServiceDefinition
            | Operation::Verify
            | Operation::VerifyByRule
            | Operation::ReportLeaks
            | Operation::ReceiveLeakReport => Err(failure::not_found()),
            Operation::ConnectionData => Ok(discovery::connection_data::handle(&call, &self.origin()?)),
            Operation::ListPats => pats::list::handle(&call).await,
            Operation::GetPat => pats::get::handle(&call).await,
            Operation::CreatePat => pats::create::handle(&call, body).await,
            Operation::UpdatePat => pats::update::handle(&call, body).await,
            Operation::RevokePat => pats::revoke::handle(&call).await,
            Operation::PatLimits => pats::limits::handle(&call).await,
            Operation::PatHistory => pats::history::handle(&call).await,
            Operation::RotatePat => pats::rotate::handle(&call, body).await,
            Operation::FinishRotation => pats::rotate_finish::handle(&call).await,
            Operation::UndoRotation => pats::rotate_undo::handle(&call).await,
            Operation::ListPolicies => policies::list::handle(&call).await,
            Operation::GetPolicy(level) => policies::get::handle(&call, level).await,
            Operation::RehearsePolicy => policies::rehearse::handle(&call, body).await,
            Operation::ChangePolicy(level) => policies::change::handle(&call, level, body).await,
            Operation::ReadAuditLog => audit::log::handle(&call).await,
            Operation::ExportAudit => audit::export::handle(&call).await,
            Operation::Inventory => administration::inventory::handle(&call).await,
            Operation::RevokeOwner => administration::revoke_owner::handle(&call, body).await,
            Operation::CreateSessionToken => session_tokens::create::handle(&call, body).await,
            Operation::ListSessionTokens => session_tokens::list::handle(&call).await,
            Operation::ListPeople => graph::users::handle(&call, &self.origin()?).await,
            Operation::DisablePerson => graph::disable_user::handle(&call).await,
            Operation::EnablePerson => graph::enable_user::handle(&call, &self.origin()?, body).await,
            Operation::GetDescriptor => graph::descriptor::handle(&call, &self.origin()?),
            Operation::GetStorageKey => graph::storage_key::handle(&call, &self.origin()?),
            Operation::GetProfile => Ok(profile::me::handle(caller)),
            Operation::ListAccounts => {
                profile::accounts::handle(&self.state.organizations, caller, pairs, &self.origin()?)
            }
            Operation::ListTokensOf => token_admin::list::handle(&call).await,
            Operation::RevokeMany => token_admin::revoke::handle(&call, body).await,
            Operation::CreateRevocationRule => token_admin::create_rule::handle(&call, body).await,
            Operation::ListRevocationRules => token_admin::list_rules::handle(&call).await,
            Operation::LookUpLeaks => leaks::lookup::handle(&call, body).await,
        }
    }

    fn version(
        &self,
        resource: Option<&ResourceVersions>,
        pairs: &[(String, String)],
    ) -> Result<ApiVersion, Answer> {
        let Some(resource) = resource else { return Ok(ApiVersion::LATEST) };
        let accept: Vec<&str> = self
            .parts
            .headers
            .get_all(http::header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let method = known_method(&self.parts.method);
        ApiVersion::negotiate(resource, method, query::first(pairs, "api-version"), Some(&accept.join(",")))
            .map_err(|error| Answer::error(StatusCode::BAD_REQUEST, &WrappedException::from(&error)))
    }
}

fn allow_header(allow: &str) -> HeaderValue {
    // Verbs and commas are always a header value.
    HeaderValue::from_str(allow).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// `{id}:{name}`: who the service takes the caller for.
fn user_data(caller: &Caller) -> HeaderValue {
    let name = utf8_percent_encode(&caller.user_name, CONTROLS);
    // Non-ASCII and control characters are percent-encoded, so this is always a header value.
    HeaderValue::from_str(&format!("{}:{name}", caller.object_id))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}
