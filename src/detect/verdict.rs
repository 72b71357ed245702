//! The verdict on a candidate: the gates, one after the other, and the claim of what passes them all.
//!
//! Knows nothing of how candidates are found.

use super::gates::{self, Dropped, Near};
use super::keyworded::is_among;
use super::resolve::Claim;
use super::window::{Site, Window};
use super::{CHARACTER, Compiled};
use crate::identifier::{KeywordRule, Proximity};
use std::borrow::Cow;

impl Window<'_> {
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
    pub(super) fn is_behind_last(&self, pattern: u16, at: usize) -> bool {
        self.progress.behind_last[usize::from(pattern)] <= self.block.base + at as u64
    }

    /// The gates that ask what the text of a match is.
    #[inline]
    pub(super) fn check(&self, number: u16, (start, end): (usize, usize)) -> Result<(), Dropped> {
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
        match self.detector.ignored[usize::from(identifier)].word(&matched) {
            Some(_) => Err(Dropped::IgnoreWord),
            None => Ok(()),
        }
    }

    /// The claim of a match that passed every gate.
    #[inline]
    pub(super) fn claim(&self, number: u16, (start, end): (usize, usize), near: Option<Near>, site: Site) -> Claim {
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
