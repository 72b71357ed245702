//! Any bytes, read as one of the texts with structure; the first byte says which.
#![no_main]

#[path = "../draining.rs"]
mod draining;

const NAMES: [&str; 10] = ["json", "jsonl", "csv", "tsv", "xml", "html", "yaml", "settings", "table", "text"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((first, rest)) = bytes.split_first() {
        draining::read(NAMES[usize::from(*first) % NAMES.len()], rest);
    }
});
