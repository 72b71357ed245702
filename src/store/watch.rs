//! Which files with open findings a run came upon. One that it did not come upon proves nothing.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Files with open findings, and those of them that were looked at.
#[derive(Debug, Default)]
pub struct Watched {
    awaited: HashSet<Vec<u8>>,
    met: Mutex<HashSet<Vec<u8>>>,
}

impl Watched {
    pub(super) fn new(awaited: HashSet<Vec<u8>>) -> Self {
        Self { awaited, met: Mutex::default() }
    }

    /// Notes that a file was looked at, by its path.
    pub fn note(&self, path: &[u8]) {
        if self.awaited.contains(path) {
            self.met.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_vec());
        }
    }

    /// Whether it was.
    pub(super) fn has_met(&self, path: &[u8]) -> bool {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }
}
