//! Everybody's PATs, with filters, to the end.

use std::collections::HashSet;

use patcycle_contract::inventory::{InventoryCounts, InventoryFilter, InventoryPage, InventoryPat};
use reqwest::Method;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

/// The PATs that a filter means.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// How many there are, as the service counted them when the first page was read.
    pub counts: InventoryCounts,
    /// The PATs: all, or the first ones.
    pub pats: Vec<InventoryPat>,
}

impl PatClient {
    /// The PATs of the organization that `filter` means, at most `limit` of them. Administrators only, and only where
    /// the service is a patcycle server.
    pub async fn inventory(&self, filter: &InventoryFilter, limit: usize) -> Result<Inventory, ClientError> {
        let mut inventory = Inventory::default();
        let mut read_from = HashSet::new();
        let mut next = String::new();
        loop {
            if !read_from.insert(next.clone()) {
                let problem = "the inventory repeats a continuation token".to_owned();
                return Err(ClientError::Unexpected { status: 200, problem });
            }
            let page = self.inventory_page(filter, &next).await?;
            inventory.counts = page.counts.unwrap_or(inventory.counts);
            inventory.pats.extend(page.pats);
            next = page.continuation_token;
            if next.is_empty() || inventory.pats.len() >= limit {
                inventory.pats.truncate(limit);
                return Ok(inventory);
            }
        }
    }

    /// One page of those PATs: the first one where `from` is empty, else the one that the continuation token of an
    /// earlier page names. Only the first one has counts.
    pub async fn inventory_page(
        &self,
        filter: &InventoryFilter,
        from: &str,
    ) -> Result<InventoryPage, ClientError> {
        let parameters = filter.parameters();
        let mut parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if !from.is_empty() {
            parameters.push(("continuationToken", from));
        }
        let request = self.request_at(Method::GET, &["_patcycle", "inventory"], &parameters, None);
        read(&self.call(&request).await?)
    }
}
