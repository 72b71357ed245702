//! The fuzz targets, and what they share: formats read to their end by a sink that looks at everything, packages built
//! around fuzzed parts, reports made of bytes.
//!
//! What each run asserts: no panic, nothing against the contract of `TextSource`, no data in a message, and the same from
//! the same bytes, however they are delivered. Memory and time are libFuzzer's to watch.

mod digest;
mod draining;
mod parts;
mod pieces;
mod reading;
mod reports;
mod targets;
mod texts;
mod whole;

pub use targets::TARGETS;

use std::sync::OnceLock;

/// What a target does with its bytes.
pub type Target = fn(&[u8]);

static CHOSEN: OnceLock<Target> = OnceLock::new();

/// Makes the program of a target. `TAMIS_FUZZ` in the environment may name another one: linking all of them takes far
/// longer than trying them.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(init: $crate::choose($name), |bytes: &[u8]| $crate::run(bytes));
    };
}

/// Settles which target it is.
pub fn choose(name: &str) {
    let name = std::env::var("TAMIS_FUZZ").unwrap_or_else(|_| name.to_owned());
    let target = TARGETS.iter().find(|(known, _)| *known == name).expect("a target of this name").1;
    CHOSEN.get_or_init(|| target);
}

/// Runs it.
pub fn run(bytes: &[u8]) {
    CHOSEN.get().expect("it was chosen before")(bytes);
}
