//! What is known of a text between its windows: where the last match of each pattern ended, and what is not yet decided.
//! Knows nothing of how matches are found.

use super::Detector;
use super::resolve::Claim;

/// What a stream of windows remembers from one to the next.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// By pattern: the absolute offset behind its last match.
    pub(super) behind_last: Vec<u64>,
    /// Claims that are not yet decided, by start.
    pub(super) claims: Vec<Claim>,
}

impl Progress {
    /// Before any window.
    pub(super) fn new(detector: &Detector) -> Self {
        let mut new = Self::default();
        new.clear(detector);
        new
    }

    /// As before any window; its room is kept.
    pub(super) fn clear(&mut self, detector: &Detector) {
        self.behind_last.clear();
        self.behind_last.resize(detector.patterns.len(), 0);
        self.claims.clear();
    }

    /// Whether a match that reaches into a window, which begins at `begins`, leaves no room for one that was found in it
    /// by itself. If not, no other was left out either: nothing that may not begin did.
    pub(super) fn spoils(&self, found: &Self, begins: u64) -> bool {
        let mut reaching = self.behind_last.iter().enumerate().filter(|(_, end)| **end > begins);
        reaching.any(|(pattern, end)| found.claims.iter().any(|c| usize::from(c.pattern) == pattern && c.start < *end))
    }

    /// Takes up what was found in the next window.
    pub(super) fn join(&mut self, found: &mut Self) {
        for (end, found) in self.behind_last.iter_mut().zip(&found.behind_last) {
            *end = (*found).max(*end);
        }
        // Mostly all that came before is decided.
        if self.claims.is_empty() {
            std::mem::swap(&mut self.claims, &mut found.claims);
        }
        self.claims.append(&mut found.claims);
    }
}
