//! Recognizing peppers.

use std::sync::Arc;

use patcycle_primitives::SeededRandom;
use patcycle_token::{Pepper, PepperSet};

use super::setting::Setting;
use crate::Storage;
use crate::peppers::{RecognizeError, marks};

/// The first peppers are remembered; others are recognized as such, also beside ones that are known.
pub async fn peppers_are_recognized(storage: Arc<dyn Storage>) {
    let setting = Setting::new(storage).await;
    let pepper = |number, seed| Pepper::generate(number, &SeededRandom::new(seed)).unwrap();
    let recognize = async |current: Pepper, previous: Option<Pepper>| {
        setting.storage.recognize_peppers(marks(&PepperSet::new(current, previous))).await
    };
    for _ in 0..2 {
        recognize(pepper(1, 1), None).await.unwrap();
    }
    assert!(matches!(recognize(pepper(1, 2), None).await, Err(RecognizeError::Wrong(1))));
    assert!(matches!(recognize(pepper(2, 2), None).await, Err(RecognizeError::Wrong(2))));
    recognize(pepper(2, 2), Some(pepper(1, 1))).await.unwrap();
    recognize(pepper(2, 2), None).await.unwrap();
    assert!(matches!(recognize(pepper(2, 3), Some(pepper(1, 1))).await, Err(RecognizeError::Wrong(2))));
    setting.changes().await;
}
