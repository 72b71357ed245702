//! Any bytes, read as tar.
#![no_main]

#[path = "../draining.rs"]
mod draining;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| draining::read("tar", bytes));
