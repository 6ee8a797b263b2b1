//! How clients of Azure DevOps find resources (contract.md §10).
//!
//! This service presents itself the way an installation on one's own premises does: everything lies below one
//! base address. So no service owner is named and no area has a host of its own, and clients stay at the address
//! that they were given.

pub(crate) mod connection_data;
pub(crate) mod locations;
pub(crate) mod resource_areas;
pub(crate) mod service_definition;

use serde::Serialize;
use utoipa::ToSchema;

/// A collection as clients expect it.
#[derive(Serialize, ToSchema)]
struct Collection<T> {
    count: usize,
    value: Vec<T>,
}

impl<T> From<Vec<T>> for Collection<T> {
    fn from(value: Vec<T>) -> Self {
        Self { count: value.len(), value }
    }
}
