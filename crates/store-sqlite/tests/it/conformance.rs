//! The suite that every storage must pass.

use std::sync::Arc;

use patcycle_lifecycle::{Storage, storage_conformance_tests};

use crate::support::Place;

async fn fresh() -> (Place, Arc<dyn Storage>) {
    let place = Place::new();
    let store = place.open().await;
    (place, Arc::new(store))
}

storage_conformance_tests!(fresh);
