//! Take a person's access to the organization away, and give it back, through Graph.

use patcycle_contract::SubjectDescriptor;
use patcycle_contract::graph::GraphUserCreateRequest;
use patcycle_contract::requests::RequestedId;
use reqwest::Method;

use super::users::GraphUser;
use crate::answer::{read, read_nothing};
use crate::client::PatClient;
use crate::error::ClientError;
use crate::pats::json;

impl PatClient {
    /// Takes the person's access to the organization away. Administrators only. Doing it again does no harm.
    pub async fn disable_person(&self, person: SubjectDescriptor) -> Result<(), ClientError> {
        let person = person.to_string();
        let request = self.request_at(Method::DELETE, &["graph", "users", &person], &[], None);
        read_nothing(&self.call(&request).await?)
    }

    /// Gives the person access to the organization again. Administrators only. Doing it again does no harm.
    pub async fn enable_person(&self, person: SubjectDescriptor) -> Result<GraphUser, ClientError> {
        let body = GraphUserCreateRequest { origin_id: RequestedId::Of(person.0), principal_name: None };
        let body = Some(json(&body)?);
        let request = self.request_at(Method::POST, &["graph", "users"], &[], body);
        read(&self.call(&request).await?)
    }
}
