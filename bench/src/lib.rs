//! Benchmarks: always a ratio against something measured in the same run.
