//! Patterns that need a keyword and that nothing else gives away: they are tried at every place near a keyword, and under every
//! label that holds one.
//!
//! The places near each keyword are a range; the ranges are swept from left to right with the patterns of all that hold the
//! place. So each place is looked at once, however many keywords are near.

use super::labels::Labelled;
use super::openings::Among;
use super::patience::Patience;
use super::window::{Site, Window};
use crate::shape::is_word;

/// Where the patterns of a keyword or label are tried.
#[derive(Debug)]
pub(super) struct Range<'l> {
    low: usize,
    high: usize,
    whose: Whose<'l>,
}

#[derive(Debug)]
pub(super) enum Whose<'l> {
    Keyword(u16),
    Label(&'l Labelled),
}

impl<'l> Range<'l> {
    /// None where it is empty, or brings no patterns.
    pub(super) fn new((low, high): (usize, usize), whose: Whose<'l>) -> Option<Self> {
        let brings = match &whose {
            Whose::Keyword(_) => true,
            Whose::Label(labelled) => !labelled.patterns.anywhere.is_empty(),
        };
        (brings && low < high).then_some(Self { low, high, whose })
    }
}

impl<'a> Window<'a> {
    /// Tries them at the starts in `from..to` of running text.
    pub(super) fn try_near_keywords(&mut self, (from, to): (usize, usize), patience: &mut Patience<'_>) {
        let hits = 0..self.scratch.found.hits.len();
        let mut ranges: Vec<Range<'a>> = hits.filter_map(|hit| self.range_of_hit(hit, (from, to))).collect();
        for field in &self.block.fields {
            let labelled = self.labels.get(field.label);
            let low = field.start.saturating_sub(self.block.base) as usize;
            let whole = (low.max(from), ((field.end - self.block.base) as usize).min(to));
            ranges.extend(Range::new(whole, Whose::Label(labelled)));
        }
        let site = (!self.has_ranges).then(|| self.running());
        self.sweep(ranges, site, &mut Sweep::default(), patience);
    }

    /// Where matches can start that a keyword is near to.
    pub(super) fn range_of_hit(&self, hit: usize, (from, to): (usize, usize)) -> Option<Range<'a>> {
        let hit = self.scratch.found.hits[hit];
        let near = &self.detector.near[usize::from(hit.keyword)];
        if near.anywhere.is_empty() {
            return None;
        }
        let reach = self.reach(near.reach);
        let last_end = (hit.start as usize).saturating_sub(reach);
        let mut low = last_end.saturating_sub(near.longest).max(from);
        // Of a match before the keyword, what stands up to there is a part.
        if let Some(before) = self.block.text.get(low..last_end) {
            low += before.iter().rposition(|byte| !near.alphabet.contains(*byte)).map_or(0, |at| at + 1);
        }
        let high = (hit.end as usize + reach + 1).min(to);
        Range::new((low, high), Whose::Keyword(hit.keyword))
    }

    /// Tries the patterns of ranges. `site` is where all of them lie, if they lie in one.
    pub(super) fn sweep(
        &mut self,
        mut ranges: Vec<Range<'a>>,
        site: Option<Site>,
        sweep: &mut Sweep<'a>,
        patience: &mut Patience<'_>,
    ) {
        ranges.sort_by_key(|range| range.low);
        let mut ranges = ranges.into_iter().peekable();
        let (mut at, mut next_field) = (0, 0);
        loop {
            if sweep.active.is_empty() {
                let Some(range) = ranges.peek() else { return };
                at = at.max(range.low);
            }
            let mut changed = false;
            while let Some(range) = ranges.next_if(|range| range.low <= at) {
                changed |= sweep.add(range);
            }
            if changed {
                sweep.join(self);
            }
            let ends = sweep.active.iter().map(|range| range.high);
            let end = ends.chain(ranges.peek().map(|range| range.low)).min().unwrap_or(at);
            self.try_range((at, end), (&sweep.among, site), &mut next_field, patience);
            at = end;
            let known = sweep.active.len();
            sweep.active.retain(|range| range.high > at);
            if sweep.active.len() != known {
                sweep.join(self);
            }
        }
    }

    /// Some patterns at every place of a range. `site` is where it lies, unless that must be asked for.
    pub(super) fn try_range(
        &mut self,
        (from, to): (usize, usize),
        (among, site): (&Among, Option<Site>),
        next_field: &mut usize,
        patience: &mut Patience<'_>,
    ) {
        let block = self.block;
        let (openings, text) = (&self.detector.openings, block.text.as_slice());
        if among.is_empty() || !patience.lasts() {
            return;
        }
        let begin_words = among.blocks().iter().all(|block| openings.inside_words(*block) == 0);
        let mut inside_word = from > 0 && is_word(text[from - 1]);
        for at in from..to {
            let inside = std::mem::replace(&mut inside_word, is_word(text[at]));
            if (inside && begin_words) || !among.can_begin(text[at]) {
                continue;
            }
            let Some(site) = site.or_else(|| self.site(at, next_field)) else { continue };
            for &(block, bits) in among.blocks() {
                let bits = if inside { openings.inside_words((block, bits)) } else { bits };
                let left = openings.possible((block, bits), &text[at..], site.bounds.1 - at);
                if left != 0 {
                    self.run_all((block, left), at, site);
                    if !patience.lasts() {
                        return;
                    }
                }
            }
        }
    }
}

/// What holds the place that is looked at.
#[derive(Default)]
pub(super) struct Sweep<'l> {
    active: Vec<Range<'l>>,
    among: Among,
}

impl<'l> Sweep<'l> {
    /// Adds a range; whether it brings patterns.
    fn add(&mut self, range: Range<'l>) -> bool {
        let same = |known: &&mut Range<'_>| matches!((&known.whose, &range.whose), (Whose::Keyword(a), Whose::Keyword(b)) if a == b);
        if let Some(known) = self.active.iter_mut().find(same) {
            known.high = known.high.max(range.high);
            return false;
        }
        self.active.push(range);
        true
    }

    fn join(&mut self, window: &Window<'_>) {
        self.among.clear();
        for range in &self.active {
            self.among.extend(match &range.whose {
                Whose::Keyword(keyword) => &window.detector.near[usize::from(*keyword)].anywhere,
                Whose::Label(labelled) => &labelled.patterns.anywhere,
            });
        }
    }
}
