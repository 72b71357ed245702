//! One window of text: candidates to claims.
//!
//! Walks the starts that the scanner found, runs the automata that can match there, and puts each end through the gates.

use super::automaton::Automaton;
use super::gates::{self, Dropped, Near};
use super::resolve::Claim;
use super::scan::{Start, Try};
use super::session::{Labels, Scratch};
use super::{Detector, Group};
use crate::identifier::{KeywordRule, Proximity};
use crate::text::{Block, Field, TextSource};

/// A run that takes so many times less than the longest match and finds nothing is a reason to look where a match can
/// end at all: in a long run of letters, every start would be tried up to the end.
const LONG_RUN: usize = 16;

/// What a stream of windows remembers from one to the next.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// By pattern: the absolute offset behind its last match.
    pub(super) behind_last: Vec<u64>,
    /// Claims that are not yet decided, by start.
    pub(super) claims: Vec<Claim>,
}

/// The window under work.
pub(super) struct Window<'a> {
    pub(super) detector: &'a Detector,
    pub(super) block: &'a Block,
    pub(super) has_fields: bool,
    pub(super) has_ranges: bool,
    pub(super) labels: &'a mut Labels,
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
    /// Adds the claims whose matches start in `from..to` (offsets in the window).
    pub(super) fn claims(&mut self, from: usize, to: usize, source: &dyn TextSource) {
        let detector = self.detector;
        let text = &self.block.text;
        let mut found = std::mem::take(&mut self.scratch.found);
        detector.scanner.scan(&detector.keywords, text, (from, to), &mut found);
        self.scratch.found = found;
        self.scratch.earliest_end.clear();
        self.add_keyword_starts(from, to, source);
        let first_new = self.progress.claims.len();
        let mut next_field = 0;
        for index in 0..self.scratch.found.starts.len() {
            let start = self.scratch.found.starts[index];
            if let Some(site) = self.site(start.at as usize, &mut next_field) {
                self.try_at(start, site, source);
            }
        }
        self.progress.claims[first_new..].sort_unstable_by_key(|c| (c.start, c.end, c.identifier));
    }

    /// The field that holds an offset; none in a gap between fields, which only in running text is data.
    pub(super) fn site(&self, at: usize, next: &mut usize) -> Option<Site> {
        let running = Site { bounds: (0, self.block.text.len()), field: None };
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

    fn try_at(&mut self, start: Start, site: Site, source: &dyn TextSource) {
        let detector = self.detector;
        let at = start.at as usize;
        match start.what {
            Try::Pattern(pattern) => self.run_one(pattern, at, site, source),
            Try::Anywhere => self.run_group(&detector.free_anywhere, at, site, source),
            Try::DigitWords => {
                let letter_first = usize::from(!self.block.text[at].is_ascii_digit());
                self.run_group(&detector.free_words[letter_first], at, site, source);
                self.collect_users(at, site, source);
                for index in 0..self.scratch.users.len() {
                    let user = usize::from(self.scratch.users[index]);
                    for pattern in &detector.keyword_words[user] {
                        self.run_one(*pattern, at, site, source);
                    }
                }
            }
        }
    }

    /// The identifiers with keyworded digit words that have a keyword near `at` or over its field, into `scratch.users`.
    fn collect_users(&mut self, at: usize, site: Site, source: &dyn TextSource) {
        let detector = self.detector;
        let scratch = &mut *self.scratch;
        scratch.users.clear();
        let hits = &scratch.found.hits;
        let low = at.saturating_sub(detector.reach + detector.keywords.longest()).max(site.bounds.0);
        let high = (at + detector.longest_word + detector.reach).min(site.bounds.1);
        let first = hits.partition_point(|h| (h.start as usize) < low);
        for hit in hits[first..].iter().take_while(|h| (h.start as usize) < high) {
            scratch.users.extend(&detector.words_near[usize::from(hit.keyword)]);
        }
        if let Some(field) = site.field {
            scratch.users.extend(self.labels.get(detector, field.label, source).iter().map(|(user, _)| *user));
        }
        scratch.users.sort_unstable();
        scratch.users.dedup();
    }

    fn run_one(&mut self, pattern: u16, at: usize, site: Site, source: &dyn TextSource) {
        let compiled = &self.detector.patterns[usize::from(pattern)];
        if !compiled.shape.first.contains(self.block.text[at])
            || compiled.clue.is_some_and(|c| !(c.opens)(&self.block.text[at..site.bounds.1]))
        {
            return;
        }
        self.run(&compiled.automaton, usize::from(pattern), at, site);
        self.judge_ends(&[pattern], at, site, source);
    }

    fn run_group(&mut self, group: &Group, at: usize, site: Site, source: &dyn TextSource) {
        let Some(automaton) = group.automaton.as_ref().filter(|_| group.first.contains(self.block.text[at])) else {
            return;
        };
        self.run(automaton, self.detector.patterns.len() + group.number, at, site);
        self.judge_ends(&group.members, at, site, source);
    }

    /// Puts the ends of the matches that begin at a start into `scratch.ends`. `number`: which automaton it is.
    fn run(&mut self, automaton: &Automaton, number: usize, at: usize, site: Site) {
        let longest = self.detector.longest_match;
        let most = longest.min(site.bounds.1 - at);
        let scratch = &mut *self.scratch;
        scratch.ends.clear();
        let known = if scratch.earliest_end.is_empty() { None } else { scratch.earliest_end.get(&number) };
        let known = known.copied().filter(|end| *end > at);
        if known.is_some_and(|end| end > at + most) {
            return;
        }
        let slot = Scratch::slot(&mut scratch.caches, number);
        let taken = automaton.ends(slot, &self.block.text, (at, most), &mut scratch.ends);
        if scratch.ends.is_empty() && taken >= longest / LONG_RUN && known.is_none() {
            let end = automaton.first_end(slot, &self.block.text, at).unwrap_or(usize::MAX);
            scratch.earliest_end.insert(number, end);
        }
    }

    /// For each pattern with ends at this start: the longest end that passes every gate is its match.
    fn judge_ends(&mut self, members: &[u16], at: usize, site: Site, source: &dyn TextSource) {
        if self.scratch.ends.is_empty() {
            return;
        }
        let mut ends = std::mem::take(&mut self.scratch.ends);
        // By pattern, the longest first.
        if ends.len() > 1 {
            ends.sort_unstable_by_key(|(member, end)| (*member, usize::MAX - end));
        }
        let mut done = None;
        for (member, end) in &ends {
            if done != Some(*member) && self.judge(members[usize::from(*member)], (at, *end), site, source) {
                done = Some(*member);
            }
        }
        self.scratch.ends = ends;
    }

    /// Puts one candidate through the gates; true when it became a claim.
    fn judge(&mut self, number: u16, span: (usize, usize), site: Site, source: &dyn TextSource) -> bool {
        let verdict = self.verdict(number, span, site, source);
        if let Ok(claim) = verdict {
            self.keep(number, claim);
        }
        verdict.is_ok()
    }

    /// Takes a claim up: what starts before its end is no match of its pattern any more.
    pub(super) fn keep(&mut self, number: u16, claim: Claim) {
        self.progress.behind_last[usize::from(number)] = claim.end;
        self.progress.claims.push(claim);
    }

    /// The claim that a candidate makes, or the first gate that stops it.
    pub(super) fn verdict(
        &mut self,
        number: u16,
        (start, end): (usize, usize),
        site: Site,
        source: &dyn TextSource,
    ) -> Result<Claim, Dropped> {
        let compiled = &self.detector.patterns[usize::from(number)];
        let identifier = &self.detector.identifiers[usize::from(compiled.identifier)];
        let pattern = &identifier.patterns[compiled.index];
        let (text, base) = (&self.block.text, self.block.base);
        let absolute = base + start as u64;
        if self.progress.behind_last[usize::from(number)] > absolute {
            return Err(Dropped::InsideEarlier);
        }
        if end > site.bounds.1 {
            return Err(Dropped::LeavesField);
        }
        if !gates::borders(pattern.borders, text, start, end) {
            return Err(Dropped::Borders);
        }
        let matched = String::from_utf8_lossy(&text[start..end]);
        if pattern.validator.is_some_and(|v| !v(&matched)) {
            return Err(Dropped::Validator);
        }
        if self.detector.ignored[usize::from(compiled.identifier)].word(&matched).is_some() {
            return Err(Dropped::IgnoreWord);
        }
        let near = self.near(compiled.identifier, identifier.proximity, (start, end), site, source);
        match (pattern.keyword, near) {
            (KeywordRule::Required, None) => return Err(Dropped::NoKeyword),
            (KeywordRule::Forbidden, Some(near)) => return Err(Dropped::KeywordNear(near)),
            _ => {}
        }
        Ok(Claim {
            start: absolute,
            end: base + end as u64,
            identifier: compiled.identifier,
            validated: pattern.validator.is_some(),
            precedence: identifier.precedence,
            near,
            field: site.field,
        })
    }

    fn near(
        &mut self,
        user: u16,
        proximity: Proximity,
        span: (usize, usize),
        site: Site,
        source: &dyn TextSource,
    ) -> Option<Near> {
        let (hits, keywords) = (&self.scratch.found.hits, &self.detector.keywords);
        if self.detector.identifiers[usize::from(user)].keywords.is_empty() {
            return None;
        }
        let near = gates::nearest(hits, keywords, user, proximity, &self.block.text, span, site.bounds);
        near.or_else(|| {
            // A range of running text ends no match, but its names are only for what lies in it.
            let field = site.field.filter(|f| self.block.base + span.1 as u64 <= f.end)?;
            let labels = self.labels.get(self.detector, field.label, source);
            let (_, keyword) = labels.iter().find(|(labelled, _)| *labelled == user)?;
            Some(Near::new(keywords, *keyword, b""))
        })
    }

    /// Adds the starts of patterns that can begin anywhere but need a keyword: all in reach of one.
    fn add_keyword_starts(&mut self, from: usize, to: usize, source: &dyn TextSource) {
        let detector = self.detector;
        if detector.keyword_anywhere.iter().all(Vec::is_empty) {
            return;
        }
        let mut ranges: Vec<(u16, usize, usize)> = Vec::new();
        for hit in &self.scratch.found.hits {
            for pattern in &detector.anywhere_near[usize::from(hit.keyword)] {
                let compiled = &detector.patterns[usize::from(*pattern)];
                let reach = gates::reach(detector.identifiers[usize::from(compiled.identifier)].proximity);
                let low = (hit.start as usize).saturating_sub(reach + compiled.shape.longest);
                ranges.push((*pattern, low, hit.end as usize + reach + 1));
            }
        }
        for field in &self.block.fields {
            for (user, _) in self.labels.get(detector, field.label, source).iter() {
                for pattern in &detector.keyword_anywhere[usize::from(*user)] {
                    let low = field.start.saturating_sub(self.block.base) as usize;
                    ranges.push((*pattern, low, (field.end - self.block.base) as usize));
                }
            }
        }
        ranges.sort_unstable();
        let starts = &mut self.scratch.found.others;
        let (mut pattern, mut done) = (u16::MAX, 0);
        for (number, low, high) in ranges {
            if number != pattern {
                (pattern, done) = (number, from);
            }
            let compiled = &detector.patterns[usize::from(number)];
            let shape = &compiled.shape;
            let begins_word = shape.at_word_start || compiled.clue.is_some();
            for at in low.max(done)..high.min(to) {
                let inside = begins_word && at > 0 && crate::shape::is_word(self.block.text[at - 1]);
                if !inside && shape.first.contains(self.block.text[at]) {
                    starts.push(Start { at: at as u32, what: Try::Pattern(number) });
                }
            }
            done = done.max(high);
        }
        self.scratch.found.merge();
    }
}
