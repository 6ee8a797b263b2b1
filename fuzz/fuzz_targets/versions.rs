#![no_main]

#[expect(dead_code, reason = "each target calls one of the functions")]
#[path = "../entries/contract.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|input: &[u8]| entries::versions(input));
