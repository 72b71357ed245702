//! Texts that are cut into fields: a match and its keywords lie in one field, so each is looked at by itself. Most are too short
//! for any pattern, and done with at once.

use super::clues::places;
use super::form::{Form, Try};
use super::forms::{Forms, Work};
use super::patience::Patience;
use super::scan::{Found, Start};
use super::vicinity::{Range, Sweep, Whose};
use super::window::{Site, Window};
use crate::text::Field;

/// In a field of no more bytes, keywords are taken to be near wherever they stand.
const SHORT: usize = 256;

impl Window<'_> {
    /// Tries all but what can begin anywhere and needs no keyword, at the starts in `from..to`.
    pub(super) fn try_fields(&mut self, range: (usize, usize), forms: &mut Forms, patience: &mut Patience<'_>) {
        let (detector, block, labels) = (self.detector, self.block, self.labels);
        let (mut word, mut hit, mut start) = (0, 0, 0);
        let (mut near, mut joined, mut sweep) =
            (self.near_words(), std::mem::take(&mut self.scratch.joined), Sweep::default());
        let (left, told) = forms.left();
        for (number, work) in left {
            let field = &block.fields[*number as usize];
            let (low, high) = self.bounds(field);
            if let Work::Try(form) = *work {
                self.try_form(&mut told[form as usize], range, Site { bounds: (low, high), field: Some(*field) });
                continue;
            }
            let site = Site { bounds: (low, high), field: Some(*field) };
            self.try_starts_of(&mut start, site, patience);
            let hits = &self.scratch.found.hits;
            let first_hit = hit + hits[hit..].iter().take_while(|h| (h.start as usize) < low).count();
            hit = first_hit + hits[first_hit..].iter().take_while(|h| (h.start as usize) < high).count();
            let labelled = labels.get(field.label);
            let shortest = detector.shortest_free_word.min(labelled.patterns.shortest);
            if first_hit == hit && high - low < shortest {
                continue;
            }
            let words = &self.scratch.found.words;
            word += words[word..].iter().take_while(|word| (word.at as usize) < low).count();
            while let Some(here) = self.scratch.found.words.get(word).copied() {
                let at = here.at as usize;
                if at >= high {
                    break;
                }
                if !patience.lasts() {
                    return;
                }
                word += 1;
                self.try_free_word(here, site);
                if first_hit == hit {
                    self.try_among(&labelled.patterns.words, at, site);
                } else {
                    self.try_near_words(here, site, &mut near);
                }
            }
            let within = (low.max(range.0), high.min(range.1));
            if within.0 >= within.1 {
                continue;
            }
            if first_hit == hit {
                self.try_range(within, (&labelled.patterns.anywhere, Some(site)), &mut 0, patience);
            } else if high - low <= SHORT {
                let hits = (self.scratch.found.hits.as_slice(), first_hit, hit);
                let among = joined.of(self, hits, Some(field.label), |patterns| &patterns.anywhere);
                self.try_range(within, (among, Some(site)), &mut 0, patience);
            } else {
                let mut ranges: Vec<Range<'_>> =
                    (first_hit..hit).filter_map(|hit| self.range_of_hit(hit, within)).collect();
                ranges.extend(Range::new(within, Whose::Label(labelled)));
                self.sweep(ranges, Some(site), &mut sweep, patience);
            }
        }
        (self.scratch.near_words, self.scratch.joined) = (near, joined);
    }

    /// Tries what the scanner found in a field by a literal or a clue; `start` is the first of these that may be in it.
    #[inline]
    fn try_starts_of(&mut self, start: &mut usize, site: Site, patience: &mut Patience<'_>) {
        let (low, high) = site.bounds;
        while let Some(Start { at, pattern }) = self.scratch.found.starts.get(*start).copied()
            && (at as usize) < high
            && patience.lasts()
        {
            *start += 1;
            if at as usize >= low {
                self.run(pattern, at as usize, site);
            }
        }
    }

    /// Where a field begins and ends in the window.
    fn bounds(&self, field: &Field) -> (usize, usize) {
        (field.start.saturating_sub(self.block.base) as usize, (field.end - self.block.base) as usize)
    }

    /// Tries what may begin in a field of a known form.
    fn try_form(&mut self, form: &mut Form, (from, to): (usize, usize), site: Site) {
        let (low, high) = site.bounds;
        let (field, mut whole) = (&self.block.text[low..high], None);
        let first = places(0, form.promising(field));
        for attempt in first.chain(64..form.tries.len()) {
            let attempt = &mut form.tries[attempt];
            let Try { at, block, bits } = attempt.which;
            let at = low + usize::from(at);
            if !(from..to).contains(&at) {
                continue;
            }
            match &mut attempt.sure {
                // It would lose against the claim to the whole field.
                Some(sure) if whole == Some(sure.identifier) && at > low => {}
                Some(sure) if sure.ends.are_of(field) => {
                    let claims = self.progress.claims.len();
                    self.run_to(sure, at, low, site);
                    whole = whole.or(self.whole(claims, site));
                }
                _ => {
                    let left = self.detector.openings.possible((block, bits), &self.block.text[at..], high - at);
                    self.run_all((block, left), at, site);
                }
            }
        }
    }

    /// The identifier of a claim, by number, if it is to its whole field and checked by a validator: nothing else there is stronger
    /// but for another one like it.
    #[inline]
    fn whole(&self, claim: usize, site: Site) -> Option<u16> {
        let claim = self.progress.claims.get(claim).filter(|claim| claim.validated)?;
        let field = site.field?;
        (claim.start == field.start && claim.end == field.end).then_some(claim.identifier)
    }

    /// What stands between fields is no keyword.
    pub(super) fn keep_in_fields(&self, found: &mut Found) {
        let (base, mut fields) = (self.block.base, self.block.fields.as_slice());
        found.hits.retain(|hit| {
            let start = base + u64::from(hit.start);
            while let [first, rest @ ..] = fields
                && first.end <= start
            {
                fields = rest;
            }
            fields.first().is_some_and(|f| f.start <= start && base + u64::from(hit.end) <= f.end)
        });
    }
}
