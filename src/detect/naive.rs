//! The reference engine: slow, plain, and right by reading. Tests hold the fast one to it.
//!
//! It shares the definitions (what a keyword is, what a border is, who wins) and none of the searching.

use super::characters;
use super::gates::{self, Near};
use super::ignored::Ignored;
use super::keywords::Keywords;
use super::resolve::{Claim, resolve};
use crate::dialect;
use crate::identifier::{DataIdentifier, KeywordRule, Pattern, Proximity};
use crate::location::Position;
use crate::text::{Block, Field, Label, TextSource};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::{Anchored, Input, MatchKind};
use std::io;
use std::sync::Arc;

/// A text in memory, cut into fields or not, that comes in pieces.
#[derive(Debug, Clone, Default)]
pub(super) struct Pieces {
    pub(super) text: Vec<u8>,
    pub(super) fields: Vec<(usize, usize, u32)>,
    /// By field: the number of its text; none if they have none.
    pub(super) texts: Vec<u32>,
    pub(super) names: Vec<String>,
    /// The fields are ranges of running text.
    pub(super) ranges: bool,
    pub(super) piece: usize,
    pub(super) given: usize,
}

impl TextSource for Pieces {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let end = self.text.len().min(self.given + self.piece);
        block.text.extend_from_slice(&self.text[self.given..end]);
        block.fields.retain(|f| f.id != u64::MAX);
        for (id, (start, stop, label)) in (0..).zip(&self.fields) {
            if *start >= end {
                break;
            }
            let text = self.texts.get(id as usize).copied().filter(|_| *stop <= end).unwrap_or(0);
            let field = Field { start: *start as u64, end: (*stop).min(end) as u64, label: Label(*label), text, id };
            match block.fields.iter_mut().find(|f| f.id == id) {
                Some(known) => *known = field,
                None if field.end > block.base && !block.silent.contains(text) => block.fields.push(field),
                None => {}
            }
        }
        self.given = end;
        Ok(end < self.text.len())
    }

    fn has_fields(&self) -> bool {
        !self.fields.is_empty() && !self.ranges
    }

    fn has_ranges(&self) -> bool {
        self.ranges
    }

    fn names(&self, label: Label) -> Vec<String> {
        label.0.checked_sub(1).map(|n| self.names[n as usize].clone()).into_iter().collect()
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        Position { offset: start, length: end - start, ..Position::default() }
    }

    fn release(&mut self, _: u64) {}

    fn bytes_read(&self) -> u64 {
        self.given as u64
    }
}

/// A set of identifiers, each pattern compiled by itself.
pub(super) struct Reference<'i> {
    identifiers: &'i [Arc<DataIdentifier>],
    keywords: Keywords,
    ignored: Vec<Ignored>,
    patterns: Vec<(u16, &'i Pattern, PikeVM)>,
}

impl<'i> Reference<'i> {
    pub(super) fn new(identifiers: &'i [Arc<DataIdentifier>]) -> Self {
        let mut patterns = Vec::new();
        for (number, identifier) in (0..).zip(identifiers) {
            for pattern in &identifier.patterns {
                let nfa = dialect::compile(&[dialect::parse(&pattern.regex).unwrap()], None).unwrap();
                let all = PikeVM::config().match_kind(MatchKind::All);
                patterns.push((number, pattern, PikeVM::builder().configure(all).build_from_nfa(nfa).unwrap()));
            }
        }
        let keywords = Keywords::of(identifiers);
        let ignored = identifiers.iter().map(|i| Ignored::new(&i.ignore_words)).collect();
        Self { identifiers, keywords, ignored, patterns }
    }

    /// (identifier, start, end, keyword) of every occurrence, by position.
    pub(super) fn find(&self, source: &Pieces, most: usize) -> Vec<(String, usize, usize, Option<String>)> {
        let mut claims = Vec::new();
        for (number, pattern, vm) in &self.patterns {
            self.one(*number, pattern, vm, source, most, &mut claims);
        }
        claims.sort_by_key(|c| (c.start, c.end, c.identifier));
        let mut found = Vec::new();
        while let Some(length) = super::resolve::first_group(&claims, u64::MAX, 4 * most as u64) {
            let mut group: Vec<Claim> = claims.drain(..length).collect();
            resolve(&mut group);
            found.extend(group.iter().map(|c| {
                let keyword = c.near.map(|n| self.keywords.get(n.keyword).text.to_lowercase());
                (self.identifiers[usize::from(c.identifier)].id.clone(), c.start as usize, c.end as usize, keyword)
            }));
        }
        found
    }

    fn one(&self, number: u16, pattern: &Pattern, vm: &PikeVM, source: &Pieces, most: usize, claims: &mut Vec<Claim>) {
        let identifier = &self.identifiers[usize::from(number)];
        let (mut cache, text) = (vm.create_cache(), &source.text);
        let mut start = 0;
        while start < text.len() {
            let site = source.fields.iter().find(|f| f.0 <= start && start < f.1);
            if site.is_none() && source.has_fields() {
                start += 1;
                continue;
            }
            let (low, high, label) = site.copied().filter(|_| !source.ranges).unwrap_or((0, text.len(), 0));
            let mut end = high.min(start + most);
            let mut matched = None;
            loop {
                let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
                let Some(longest) = vm.find(&mut cache, input) else { break };
                let value = String::from_utf8_lossy(&text[start..longest.end()]);
                let named = site.filter(|s| longest.end() <= s.1).and_then(|s| source.names(Label(s.2)).pop());
                let is_own = |name: String| pattern.field_names.iter().any(|n| n.to_lowercase() == name.to_lowercase());
                let passes = (pattern.field_names.is_empty() || named.is_some_and(is_own))
                    && gates::borders(pattern.borders, text, start, longest.end())
                    && self.ignored[usize::from(number)].word(&value).is_none()
                    && pattern.validator.is_none_or(|v| v(&value));
                let span = (start, longest.end());
                let over = site.filter(|s| longest.end() <= s.1).map_or(label, |s| s.2);
                let near = near((&self.keywords, number), identifier.proximity, source, span, (low, high, over));
                let keyword_fits = match pattern.keyword {
                    KeywordRule::Required => near.is_some(),
                    KeywordRule::Forbidden => near.is_none(),
                    KeywordRule::Optional => true,
                };
                if passes && keyword_fits {
                    matched = Some((longest.end(), near));
                    break;
                }
                end = longest.end() - 1;
            }
            let Some((end, near)) = matched else {
                start += 1;
                continue;
            };
            claims.push(Claim {
                start: start as u64,
                end: end as u64,
                identifier: number,
                pattern: 0,
                validated: pattern.validator.is_some(),
                precedence: identifier.precedence,
                near,
                field: None,
            });
            start = end;
        }
    }
}

fn near(
    (keywords, user): (&Keywords, u16),
    proximity: Proximity,
    source: &Pieces,
    (start, end): (usize, usize),
    (low, high, label): (usize, usize, u32),
) -> Option<Near> {
    let text = &source.text;
    let own = || keywords.iter().filter(|(_, k)| k.users.contains(&user));
    let mut all = Vec::new();
    for at in low..high {
        for (number, keyword) in own() {
            let Some(stop) = keyword.end_at(text, at).filter(|e| *e <= high) else { continue };
            let between = |a: usize, b: usize| characters::count(&text[a..b]) as u32;
            let (before, after) = (stop <= start, at >= end);
            let fits = match proximity {
                Proximity::Between(most) if before => between(stop, start) <= most,
                Proximity::Between(most) if after => between(end, at) <= most,
                Proximity::UpToEnd(most) if before => between(stop, end) <= most,
                _ => false,
            };
            if fits {
                let gap = if before { &text[stop..start] } else { &text[end..at] };
                all.push(Near::new(keywords, number, gap));
            }
        }
    }
    let nearest = all.into_iter().min_by_key(Near::weakness);
    nearest.or_else(|| {
        let name = source.names(Label(label)).pop()?;
        let found = |k: &super::keywords::Keyword| (0..name.len()).any(|at| k.end_at(name.as_bytes(), at).is_some());
        let at_border = own().find(|(_, k)| found(k)).map(|(n, _)| n);
        let is_own = |number: &u16| own().any(|(n, _)| n == *number);
        let keyword = at_border.or_else(|| keywords.inside_label(&name).into_iter().find(is_own))?;
        Some(Near::new(keywords, keyword, b""))
    })
}
