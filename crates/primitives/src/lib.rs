//! What everything else stands on: the clock, the random source, and the secret that cannot be printed.
//!
//! Nothing else in the workspace reads the wall clock or the operating system's random generator: both come
//! in as parameters, so that every rule can be tested with a fixed time and a fixed seed.

mod clock;
mod random;
mod secret;

pub use clock::{AdvancingClock, Clock, FixedClock, SystemClock};
pub use random::{OsRandom, Random, RandomError, SeededRandom};
pub use secret::Secret;
