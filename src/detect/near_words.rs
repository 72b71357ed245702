//! Digit words of identifiers that have a keyword near, or in the label over the field. By the same keywords they are the same
//! patterns, so they are joined once for each set of keywords and not at each place.

use super::Detector;
use super::clues::places;
use super::heads::{Head, Heads};
use super::keyworded::Keyworded;
use super::keywords::Hit;
use super::openings::Among;
use super::scan::{Found, Word};
use super::searched::BLOCK;
use super::window::{Site, Window};
use crate::text::Label;

/// Sets of keywords that are remembered.
const SETS: usize = 64;
/// The heads of a set's patterns are told once so many words have asked; in the short texts of tests soon.
const USUAL: u32 = if cfg!(test) { 2 } else { 4096 };

/// The patterns of sets of keywords, of one kind.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// The window, the hits and the label that the set at hand is of.
    known: Option<(u64, usize, usize, Option<Label>)>,
    /// The set at hand.
    by: Set,
    /// Sets that came up, of each slot the last.
    slots: Vec<Slot>,
    at: usize,
}

#[derive(Debug, Default)]
struct Slot {
    set: Set,
    among: Among,
    /// How many words asked.
    words: u32,
    heads: Option<Heads>,
}

impl Slot {
    /// Whether a match of one of the patterns may begin with a word.
    #[inline]
    fn can_begin(&mut self, detector: &Detector, word: Word) -> bool {
        if self.heads.is_none() && self.words == USUAL {
            self.heads = Some(Heads::new(&detector.openings, &self.among));
        }
        self.words = self.words.saturating_add(1);
        self.heads.as_ref().is_none_or(|heads| heads.can_be(word.head))
    }
}

/// Keywords, ascending, and a label with the number of its text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Set {
    keywords: Vec<u16>,
    label: Option<(u64, Label)>,
}

impl Set {
    fn slot(&self) -> usize {
        let label = self.label.map_or(0, |(_, label)| label.0 as usize + 1);
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
        &self.slot(window, (hits, first, behind), label, kind).among
    }

    fn slot(
        &mut self,
        window: &Window<'_>,
        (hits, first, behind): (&[Hit], usize, usize),
        label: Option<Label>,
        kind: impl Fn(&Keyworded) -> &Among,
    ) -> &mut Slot {
        let asked = Some((window.scratch.pass, first, behind, label));
        if self.known != asked {
            self.known = asked;
            let Set { keywords, label: by_label } = &mut self.by;
            keywords.clear();
            keywords.extend(hits[first..behind].iter().map(|hit| hit.keyword));
            keywords.sort_unstable();
            keywords.dedup();
            *by_label = label.map(|label| (window.labels.text, label));
            self.at = self.by.slot();
            if self.slots.is_empty() {
                self.slots.resize_with(SETS, Default::default);
            }
            let slot = &mut self.slots[self.at];
            if slot.set != self.by {
                (slot.words, slot.heads) = (0, None);
                slot.set.clone_from(&self.by);
                slot.among.clear();
                if let Some(label) = label {
                    slot.among.extend(kind(&window.labels.get(label).patterns));
                }
                for keyword in &slot.set.keywords {
                    slot.among.extend(kind(&window.detector.near[usize::from(*keyword)]));
                }
            }
        }
        &mut self.slots[self.at]
    }
}

/// Goes along with the digit words.
#[derive(Debug, Default)]
pub(super) struct NearWords {
    /// How far before a digit word a keyword of the window can end, and how far behind its start one can begin, in bytes.
    reach: (usize, usize),
    /// The first keyword in reach, and the first behind those.
    hits: (usize, usize),
    /// Before this place of running text no digit word has one in reach.
    quiet_to: usize,
    joined: Joined,
}

impl NearWords {
    /// Whether a digit word of running text has no keyword in reach, which mostly is known from one before it.
    #[inline]
    pub(super) fn is_quiet(&self, word: Word) -> bool {
        (word.at as usize) < self.quiet_to
    }
}

impl Window<'_> {
    /// What goes along with the digit words, at the first.
    pub(super) fn near_words(&mut self) -> NearWords {
        let mut near = std::mem::take(&mut self.scratch.near_words);
        near.reach = self.words_reach(&self.scratch.found.hits);
        (near.hits, near.quiet_to) = ((0, 0), 0);
        near
    }

    /// How far before a digit word one of these keywords can end, and how far behind its start one can begin, in bytes.
    fn words_reach(&self, hits: &[Hit]) -> (usize, usize) {
        let (mut reach, mut longest) = (0, 0);
        for hit in hits {
            let brings = &self.detector.near[usize::from(hit.keyword)];
            (reach, longest) = (brings.words_reach.max(reach), brings.longest_word.max(longest));
        }
        let reach = self.reach(reach);
        (reach, longest + reach)
    }

    /// Adds the digit words of known phrases that have a keyword in reach.
    pub(super) fn add_words_near(&self, (from, to): (usize, usize), found: &mut Found) {
        let (mut hits, (before, ahead)) = (found.hits.as_slice(), self.words_reach(&found.hits));
        let known = found.words.len();
        for (at, words) in &found.quiet {
            while let [hit, rest @ ..] = hits
                && hit.end as usize + before < *at as usize
            {
                hits = rest;
            }
            let Some(hit) = hits.first() else { break };
            let behind = *at as usize + BLOCK;
            if hit.start as usize > behind + ahead {
                continue;
            }
            for at in places(*at as usize, *words).filter(|at| (from..to).contains(at)) {
                let head = Head::of(&self.block.text[at..]);
                found.words.push(Word { at: at as u32, head, is_free: false });
            }
        }
        if found.words.len() > known {
            found.words.sort_by_key(|word| word.at);
        }
    }

    /// The digit words of identifiers that have a keyword near or over the field.
    pub(super) fn try_near_words(&mut self, word: Word, site: Site, near: &mut NearWords) {
        let at = word.at as usize;
        let label = site.field.map(|f| f.label);
        if near.is_quiet(word) && label.is_none() {
            return;
        }
        let detector = self.detector;
        let hits = &self.scratch.found.hits;
        let (before, ahead) = near.reach;
        let (mut first, mut behind) = near.hits;
        // They come by their starts: one behind this one that ends before it is looked at in vain. In another field it is no keyword.
        let is_behind = |hit: &Hit| hit.end as usize + before < at || (hit.start as usize) < site.bounds.0;
        while hits.get(first).is_some_and(is_behind) {
            first += 1;
        }
        behind = behind.max(first);
        let high = (at + ahead + 1).min(site.bounds.1);
        while hits.get(behind).is_some_and(|h| (h.start as usize) < high) {
            behind += 1;
        }
        near.hits = (first, behind);
        if first == behind {
            near.quiet_to = hits.get(behind).map_or(usize::MAX, |next| (next.start as usize).saturating_sub(ahead));
            let labelled = label.map(|label| self.labels.get(label));
            if let Some(labelled) = labelled.filter(|l| !l.patterns.words.is_empty()) {
                self.try_among(&labelled.patterns.words, at, site);
            }
            return;
        }
        let slot = near.joined.slot(self, (hits, first, behind), label, |patterns| &patterns.words);
        if slot.can_begin(detector, word) {
            self.try_among(&slot.among, at, site);
        }
    }
}
