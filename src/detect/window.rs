//! One window of text: candidates to claims.
//!
//! Walks the starts that the scanner found, runs the automata that can match there, and puts each end through the gates.
//! Patterns know nothing of each other; the starts of one pattern come in the order of the text.

use super::form::{Gates, Sure};
use super::gates::{self, Dropped, Near};
use super::keyworded::is_among;
use super::labels::Labels;
use super::openings::Among;
use super::patience::Patience;
use super::progress::Progress;
use super::resolve::Claim;
use super::scan::Word;
use super::session::Scratch;
use super::{CHARACTER, Compiled, Detector};
use crate::identifier::{KeywordRule, Proximity};
use crate::shape::DEPTH;
use crate::text::{Block, Field};
use std::borrow::Cow;
use std::cell::OnceCell;

/// The window under work.
pub(super) struct Window<'a> {
    pub(super) detector: &'a Detector,
    pub(super) block: &'a Block,
    pub(super) has_fields: bool,
    pub(super) has_ranges: bool,
    /// Whether each byte of the text is a character.
    pub(super) is_ascii: bool,
    /// The text, if so and a match was judged.
    pub(super) as_str: OnceCell<Option<&'a str>>,
    /// Of all labels in the block.
    pub(super) labels: &'a Labels,
    pub(super) progress: &'a mut Progress,
    pub(super) scratch: &'a mut Scratch,
}

/// Where a candidate stands: as far as it and its keywords may reach in the window, and the field or range it starts in.
#[derive(Clone, Copy)]
pub(super) struct Site {
    pub(super) bounds: (usize, usize),
    pub(super) field: Option<Field>,
}

impl Window<'_> {
    /// Adds the claims whose matches start in `from..to` (offsets in the window). `go_on` is asked now and then.
    pub(super) fn claims(&mut self, from: usize, to: usize, go_on: &dyn Fn() -> bool) {
        let detector = self.detector;
        self.scratch.pass += 1;
        let (mut found, mut forms) = (std::mem::take(&mut self.scratch.found), std::mem::take(&mut self.scratch.forms));
        if self.has_fields {
            forms.recognise(detector, self.block, self.labels, &mut self.scratch.caches);
            detector.scanner.scan_fields(&detector.keywords, self.block, &forms, (from, to), &mut found);
            self.keep_in_fields(&mut found);
            forms.add(self.block, &mut found.hits);
        } else if self.may_hold_phrases() && self.scratch.phrases.are_asked_for(self.labels.text) {
            let phrases = &mut self.scratch.phrases;
            detector.scanner.scan_phrases(&detector.keywords, &self.block.text, (from, to), phrases, &mut found);
            self.add_words_near((from, to), &mut found);
        } else {
            detector.scanner.scan(&detector.keywords, &self.block.text, (from, to), &mut found);
        }
        self.scratch.found = found;
        let first_new = self.progress.claims.len();
        let mut patience = Patience::new(go_on);
        if self.has_fields {
            self.try_fields((from, to), &mut forms, &mut patience);
        } else {
            self.try_words(&mut patience);
            self.try_near_keywords((from, to), &mut patience);
            self.try_starts(&mut patience);
        }
        self.scratch.forms = forms;
        self.try_anywhere(&mut patience);
        // Those of each came in order.
        let (new, order) = (&mut self.progress.claims[first_new..], |c: &Claim| (c.start, c.end, c.identifier));
        if !new.is_sorted_by_key(order) {
            new.sort_by_key(order);
        }
    }

    fn may_hold_phrases(&self) -> bool {
        !self.has_ranges && self.block.text.len() >= self.detector.phrases_from
    }

    /// Digit words: those that need no keyword, and those that have one near.
    fn try_words(&mut self, patience: &mut Patience<'_>) {
        let (mut next_field, mut near) = (0, self.near_words());
        for index in 0..self.scratch.found.words.len() {
            let word = self.scratch.found.words[index];
            if !word.is_free && !self.has_ranges && near.is_quiet(word) {
                continue;
            }
            if !patience.lasts() {
                break;
            }
            let Some(site) = self.site(word.at as usize, &mut next_field) else { continue };
            self.try_free_word(word, site);
            self.try_near_words(word, site, &mut near);
        }
        self.scratch.near_words = near;
    }

    /// What needs no keyword at a digit word.
    #[inline]
    pub(super) fn try_free_word(&mut self, word: Word, site: Site) {
        if word.is_free {
            let at = word.at as usize;
            let letter_first = usize::from(!self.block.text[at].is_ascii_digit());
            self.try_among(&self.detector.free_words[letter_first], at, site);
        }
    }

    /// Patterns that need no keyword and can begin anywhere.
    fn try_anywhere(&mut self, patience: &mut Patience<'_>) {
        let mut next_field = 0;
        for index in 0..self.scratch.found.anywhere.len() {
            if !patience.lasts() {
                return;
            }
            let at = self.scratch.found.anywhere[index] as usize;
            if let Some(site) = self.site(at, &mut next_field) {
                self.try_among(&self.detector.free_anywhere, at, site);
            }
        }
    }

    /// What the scanner found by a literal or a clue.
    fn try_starts(&mut self, patience: &mut Patience<'_>) {
        let mut next_field = 0;
        for index in 0..self.scratch.found.starts.len() {
            if !patience.lasts() {
                return;
            }
            let start = self.scratch.found.starts[index];
            if let Some(site) = self.site(start.at as usize, &mut next_field) {
                self.run(start.pattern, start.at as usize, site);
            }
        }
    }

    /// Those of some patterns that can begin at a start.
    #[inline]
    pub(super) fn try_among(&mut self, among: &Among, at: usize, site: Site) {
        if !among.can_begin(self.block.text[at]) {
            return;
        }
        let openings = &self.detector.openings;
        let joined = gates::joined_before(&self.block.text, at);
        for &(block, bits) in among.blocks() {
            let bits = if joined { openings.inside_numbers((block, bits)) } else { bits };
            if bits == 0 {
                continue;
            }
            let left = openings.possible((block, bits), &self.block.text[at..], site.bounds.1 - at);
            if left != 0 {
                self.run_all((block, left), at, site);
            }
        }
    }

    pub(super) fn run_all(&mut self, possible: (u16, u64), at: usize, site: Site) {
        let detector = self.detector;
        for pattern in detector.openings.numbers(possible) {
            self.run(pattern, at, site);
        }
    }

    /// Running text is one site.
    pub(super) fn running(&self) -> Site {
        Site { bounds: (0, self.block.text.len()), field: None }
    }

    /// The field that holds an offset; none in a gap between fields, which only in running text is data.
    pub(super) fn site(&self, at: usize, next: &mut usize) -> Option<Site> {
        let running = self.running();
        if !self.has_fields && !self.has_ranges {
            return Some(running);
        }
        let absolute = self.block.base + at as u64;
        let fields = &self.block.fields;
        while fields.get(*next).is_some_and(|f| f.end <= absolute) {
            *next += 1;
        }
        let field = fields.get(*next).filter(|f| f.start <= absolute);
        if self.has_ranges {
            return Some(Site { field: field.copied(), ..running });
        }
        let field = field?;
        let low = field.start.saturating_sub(self.block.base) as usize;
        let high = (field.end - self.block.base) as usize;
        Some(Site { bounds: (low, high), field: Some(*field) })
    }

    /// Runs a pattern from a start.
    pub(super) fn run(&mut self, pattern: u16, at: usize, site: Site) {
        if !self.may_begin(pattern, at, site) {
            return;
        }
        let compiled = &self.detector.patterns[usize::from(pattern)];
        // What is known of a match's first bytes was looked at; of those behind it is known what they may be.
        let rest = self.block.text[at..site.bounds.1].get(DEPTH..compiled.shape.shortest).unwrap_or_default();
        if !rest.iter().all(|byte| compiled.shape.alphabet.contains(*byte)) {
            return;
        }
        let most = self.detector.longest_match.min(site.bounds.1 - at);
        let scratch = &mut *self.scratch;
        scratch.ends.clear();
        let slot = Scratch::slot(&mut scratch.caches, usize::from(pattern));
        compiled.automaton.ends(slot, (&self.block.text, scratch.pass), (at, most), &mut scratch.ends);
        let borders = compiled.borders;
        while let Some(end) = self.scratch.ends.pop() {
            if gates::may_end(borders, &self.block.text, end) && self.is_match(pattern, (at, end), site) {
                return;
            }
        }
    }

    /// The same in a field of a known form, where it is known where the matches end.
    #[inline]
    pub(super) fn run_to(&mut self, sure: &mut Sure, at: usize, low: usize, site: Site) {
        let (pattern, mut ends) = (sure.pattern, sure.ends.ends);
        let Some(mut last) = ends.checked_ilog2() else { return };
        if let Gates::Passed(near) = sure.gates {
            // Like one that passed every gate but for its digits.
            let span = (at, low + last as usize);
            if self.is_behind_last(pattern, at) && self.check(pattern, span).is_ok() {
                self.keep(self.claim(pattern, span, near, site));
            }
            return;
        }
        if !self.may_begin(pattern, at, site) {
            return;
        }
        loop {
            if let Ok(claim) = self.verdict(pattern, (at, low + last as usize), site) {
                let borders = self.detector.patterns[usize::from(pattern)].borders;
                if sure.ends.ends.is_power_of_two() && gates::stay_in_field(borders) {
                    sure.gates = Gates::Passed(claim.near);
                }
                return self.keep(claim);
            }
            ends &= !(1 << last);
            let Some(next) = ends.checked_ilog2() else { return };
            last = next;
        }
    }

    /// Whether a match of a pattern may begin at a start: not inside the last one, its borders let it, and its clue opens there.
    fn may_begin(&self, pattern: u16, at: usize, site: Site) -> bool {
        let &Compiled { clue, borders, .. } = &self.detector.patterns[usize::from(pattern)];
        self.is_behind_last(pattern, at)
            && gates::may_begin(borders, &self.block.text, at)
            && clue.is_none_or(|clue| (clue.opens)(&self.block.text[at..site.bounds.1]))
    }

    /// Whether a candidate passes every gate: then it is taken up. The longest that does is the match.
    fn is_match(&mut self, pattern: u16, span: (usize, usize), site: Site) -> bool {
        self.verdict(pattern, span, site).map(|claim| self.keep(claim)).is_ok()
    }

    /// Takes a claim up: what starts before its end is no match of its pattern any more.
    pub(super) fn keep(&mut self, claim: Claim) {
        self.progress.behind_last[usize::from(claim.pattern)] = claim.end;
        self.progress.claims.push(claim);
    }

    /// So many characters, in bytes at most.
    pub(super) fn reach(&self, characters: usize) -> usize {
        characters * if self.is_ascii { 1 } else { CHARACTER }
    }

    /// How far before a match a keyword in reach of it can begin, in bytes.
    pub(super) fn before(&self) -> usize {
        self.reach(self.detector.reach) + self.detector.keywords.longest()
    }

    /// The claim that a candidate makes, or the first gate that stops it.
    pub(super) fn verdict(&mut self, number: u16, span: (usize, usize), site: Site) -> Result<Claim, Dropped> {
        let compiled = &self.detector.patterns[usize::from(number)];
        let identifier = &self.detector.identifiers[usize::from(compiled.identifier)];
        let pattern = &identifier.patterns[compiled.index];
        if !self.is_behind_last(number, span.0) {
            return Err(Dropped::InsideEarlier);
        }
        if span.1 > site.bounds.1 {
            return Err(Dropped::LeavesField);
        }
        if !gates::borders(pattern.borders, &self.block.text, span.0, span.1) {
            return Err(Dropped::Borders);
        }
        self.check(number, span)?;
        if !pattern.field_names.is_empty() && !self.lies_in(&pattern.field_names, site, span.1) {
            return Err(Dropped::NoKeyword);
        }
        let near = self.near(compiled.identifier, identifier.proximity, span, site);
        match (pattern.keyword, near) {
            (KeywordRule::Required, None) => Err(Dropped::NoKeyword),
            (KeywordRule::Forbidden, Some(near)) => Err(Dropped::KeywordNear(near)),
            _ => Ok(self.claim(number, span, near, site)),
        }
    }

    /// Whether a place is not inside the last match of a pattern.
    #[inline]
    fn is_behind_last(&self, pattern: u16, at: usize) -> bool {
        self.progress.behind_last[usize::from(pattern)] <= self.block.base + at as u64
    }

    /// The gates that ask what the text of a match is.
    #[inline]
    fn check(&self, number: u16, (start, end): (usize, usize)) -> Result<(), Dropped> {
        let &Compiled { identifier, validator, .. } = &self.detector.patterns[usize::from(number)];
        let text = &self.block.text;
        let whole = self.as_str.get_or_init(|| self.is_ascii.then(|| std::str::from_utf8(text).ok()).flatten());
        let matched = match whole.and_then(|whole| whole.get(start..end)) {
            Some(matched) => Cow::Borrowed(matched),
            None => String::from_utf8_lossy(&text[start..end]),
        };
        if validator.is_some_and(|v| !v(&matched)) {
            return Err(Dropped::Validator);
        }
        if self.detector.ignored[usize::from(identifier)].hold(&matched) { Err(Dropped::IgnoreWord) } else { Ok(()) }
    }

    /// The claim of a match that passed every gate.
    #[inline]
    fn claim(&self, number: u16, (start, end): (usize, usize), near: Option<Near>, site: Site) -> Claim {
        let &Compiled { identifier, validator, precedence, .. } = &self.detector.patterns[usize::from(number)];
        Claim {
            start: self.block.base + start as u64,
            end: self.block.base + end as u64,
            identifier,
            validated: validator.is_some(),
            pattern: number,
            precedence,
            near,
            field: site.field,
        }
    }

    /// Whether the innermost name of the field that a match lies in is one of these.
    fn lies_in(&self, names: &[String], site: Site, end: usize) -> bool {
        let field = site.field.filter(|f| self.block.base + end as u64 <= f.end);
        let name = field.and_then(|f| self.labels.get(f.label).innermost.as_deref());
        name.is_some_and(|name| is_among(names, name))
    }

    /// The keywords from the first on that can be in reach of a start. Starts come in order, mostly.
    fn hits_from(&mut self, start: usize) -> usize {
        let hits = &self.scratch.found.hits;
        let reach = self.before();
        let in_reach = |at: usize| hits[at].start as usize + reach >= start;
        let mut first = self.scratch.first_hit.min(hits.len());
        while first > 0 && in_reach(first - 1) {
            first -= 1;
        }
        while first < hits.len() && !in_reach(first) {
            first += 1;
        }
        self.scratch.first_hit = first;
        first
    }

    fn near(&mut self, user: u16, proximity: Proximity, span: (usize, usize), site: Site) -> Option<Near> {
        let keywords = &self.detector.keywords;
        let identifier = &self.detector.identifiers[usize::from(user)];
        if identifier.keywords.is_empty() && identifier.field_names().next().is_none() {
            return None;
        }
        let first = self.hits_from(span.0);
        let hits = &self.scratch.found.hits[first..];
        // Few matches have one in reach.
        let is_near =
            hits.first().is_some_and(|hit| hit.start as usize <= span.1 + gates::reach(proximity) * CHARACTER);
        let nearest = || gates::nearest(hits, keywords, user, proximity, &self.block.text, span, site.bounds);
        is_near.then(nearest).flatten().or_else(|| {
            // A range of running text ends no match, but its names are only for what lies in it.
            let field = site.field.filter(|f| self.block.base + span.1 as u64 <= f.end)?;
            let labels = self.labels.get(field.label);
            labels.users.iter().find(|(labelled, _)| *labelled == user).map(|(_, near)| *near)
        })
    }
}
