//! Any bytes, read as gzip.
#![no_main]

#[path = "../draining.rs"]
mod draining;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| draining::read("gzip", bytes));
