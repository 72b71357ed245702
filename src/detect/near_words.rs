//! Digit words of identifiers that have a keyword near, or in the label over the field. By the same keywords they are the same
//! patterns, so they are joined once for each set of keywords and not at each place.

use super::Keyworded;
use super::keywords::Hit;
use super::openings::Among;
use super::window::{Site, Window};
use crate::text::Label;

/// Sets of keywords that are remembered.
const SETS: usize = 64;

/// The patterns of sets of keywords, of one kind.
#[derive(Default)]
pub(super) struct Joined {
    /// The hits and the label that the set at hand is of.
    known: Option<(usize, usize, Option<Label>)>,
    /// The set at hand.
    by: Set,
    /// Sets that came up, of each slot the last, with their patterns.
    slots: Vec<(Set, Among)>,
    at: usize,
}

/// Keywords, ascending, and a label.
#[derive(Default, Clone, PartialEq, Eq)]
struct Set {
    keywords: Vec<u16>,
    label: Option<Label>,
}

impl Set {
    fn slot(&self) -> usize {
        let label = self.label.map_or(0, |label| label.0 as usize + 1);
        self.keywords.iter().fold(label, |slot, keyword| slot.wrapping_mul(31).wrapping_add(usize::from(*keyword)))
            % SETS
    }
}

impl Joined {
    /// The patterns of the keywords `hits[first..behind]`, and of the label's. `kind` tells which of a keyword's.
    pub(super) fn of(
        &mut self,
        window: &Window<'_>,
        (hits, first, behind): (&[Hit], usize, usize),
        label: Option<Label>,
        kind: impl Fn(&Keyworded) -> &Among,
    ) -> &Among {
        if self.known != Some((first, behind, label)) {
            self.known = Some((first, behind, label));
            let Set { keywords, label: by_label } = &mut self.by;
            keywords.clear();
            keywords.extend(hits[first..behind].iter().map(|hit| hit.keyword));
            keywords.sort_unstable();
            keywords.dedup();
            *by_label = label;
            self.at = self.by.slot();
            if self.slots.is_empty() {
                self.slots.resize_with(SETS, Default::default);
            }
            let (set, among) = &mut self.slots[self.at];
            if *set != self.by {
                set.clone_from(&self.by);
                among.clear();
                if let Some(label) = label {
                    among.extend(kind(&window.labels.get(label).patterns));
                }
                for keyword in &set.keywords {
                    among.extend(kind(&window.detector.near[usize::from(*keyword)]));
                }
            }
        }
        &self.slots[self.at].1
    }
}

/// Goes along with the digit words.
#[derive(Default)]
pub(super) struct NearWords {
    /// The first keyword in reach, and the first behind those.
    hits: (usize, usize),
    /// Before this place of running text no digit word has one in reach.
    quiet_to: usize,
    joined: Joined,
}

impl Window<'_> {
    /// The digit words of identifiers that have a keyword near or over the field.
    pub(super) fn try_near_words(&mut self, at: usize, site: Site, near: &mut NearWords) {
        let label = site.field.map(|f| f.label);
        if at < near.quiet_to && label.is_none() {
            return;
        }
        let detector = self.detector;
        let hits = &self.scratch.found.hits;
        let low = at.saturating_sub(self.before()).max(site.bounds.0);
        let high = (at + detector.longest_word + self.reach(detector.reach)).min(site.bounds.1);
        let (mut first, mut behind) = near.hits;
        while hits.get(first).is_some_and(|h| (h.start as usize) < low) {
            first += 1;
        }
        behind = behind.max(first);
        while hits.get(behind).is_some_and(|h| (h.start as usize) < high) {
            behind += 1;
        }
        near.hits = (first, behind);
        if first == behind {
            let ahead = detector.longest_word + self.reach(detector.reach);
            near.quiet_to = hits.get(behind).map_or(usize::MAX, |next| (next.start as usize).saturating_sub(ahead));
            let labelled = label.map(|label| self.labels.get(label));
            if let Some(labelled) = labelled.filter(|l| !l.patterns.words.is_empty()) {
                self.try_among(&labelled.patterns.words, at, site);
            }
            return;
        }
        let among = near.joined.of(self, (hits, first, behind), label, |patterns| &patterns.words);
        self.try_among(among, at, site);
    }
}
