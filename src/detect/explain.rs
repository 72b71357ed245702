//! Why: every candidate of a text, with the gate that stopped it or the claim that beat it.
//!
//! Slow on purpose: it tries each pattern at each start, also where the fast engine knows that no keyword is near. It has no
//! gate and no rule of its own: candidates go through [`Window::verdict`] and claims through [`resolve_telling`], as in a
//! scan. So what it calls kept is what a scan with the same identifiers finds, and tests hold it to that.

use super::gates::{self, Dropped, Near};
use super::labels::Reader;
use super::progress::Progress;
use super::resolve::{Claim, Rule, first_group, resolve_telling, rule};
use super::session::Scratch;
use super::window::{Site, Window};
use super::{Detector, shape};
use crate::finding::Pardon;
use crate::identifier::{Category, DataIdentifier, Proximity};
use crate::location::{Place, Position};
use crate::text::{Block, TextSource};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

/// How far away a keyword is looked for that is too far to count, in characters.
const FAR: u32 = 1_000;
/// Dropped candidates that are listed: a file of numbers has one for each number and identifier.
const MOST_DROPPED: usize = 100_000;

/// A text that one pattern has matches at, and what became of it. Holds no matched text unless the settings reveal it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The identifier.
    pub identifier: Arc<DataIdentifier>,
    /// Which of its patterns, from 0.
    pub pattern: usize,
    /// Bytes of the decoded text.
    pub span: (u64, u64),
    /// The exact position in the artifact.
    pub position: Position,
    /// The kind of place.
    pub place: Place,
    /// The candidate with all but at most its last four characters hidden.
    pub masked: String,
    /// The candidate itself, only when the settings say so.
    pub revealed: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// Candidates of the same identifier that overlap this one and fared no better: other starts, other patterns.
    pub others: usize,
}

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is a match.
    Kept {
        /// The keyword near it.
        keyword: Option<NearKeyword>,
    },
    /// It passed every gate, but another identifier has the stronger claim to the text.
    Lost {
        /// The identifier that won.
        to: Arc<DataIdentifier>,
        /// What decided.
        rule: Rule,
        /// The keyword near this one.
        keyword: Option<NearKeyword>,
        /// The keyword near the winner.
        winner_keyword: Option<NearKeyword>,
    },
    /// It goes on beyond the end of its value.
    LeavesField,
    /// What stands beside it makes it a part of something longer.
    Borders,
    /// Its validator says no.
    Validator,
    /// It is a match, but one that is not reported.
    Pardoned(Pardon),
    /// It is or holds a word that the identifier ignores; the word, only when the settings reveal text.
    IgnoreWord(Option<String>),
    /// A keyword is needed and none is near. The nearest one that is too far, or stands behind it where that does not count.
    NoKeyword(Option<FarKeyword>),
    /// None may be near, but this one is.
    KeywordNear(NearKeyword),
}

/// A keyword as its identifier spells it, and the characters between it and the match; 0 for a name over the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearKeyword {
    /// The keyword.
    pub keyword: String,
    /// Characters away.
    pub distance: u32,
}

/// A keyword that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarKeyword {
    /// The keyword.
    pub keyword: String,
    /// Characters away, counted as the identifier's rule counts.
    pub distance: u32,
    /// Whether it stands behind the match, and the rule wants it before.
    pub behind: bool,
}

/// What a text holds, as far as it could be read.
#[derive(Debug)]
pub struct Explained {
    /// By position.
    pub candidates: Vec<Candidate>,
    /// Dropped candidates that are not among them, for there were too many.
    pub unlisted: u64,
    /// The error that ended the text early.
    pub broken: Option<io::Error>,
}

/// Tries every pattern at every place of a text. It is read into memory whole, up to `most` bytes.
pub fn explain(detector: &Detector, source: &mut dyn TextSource, most: usize) -> Explained {
    let mut block = Block::default();
    let broken = loop {
        match source.fill(&mut block) {
            Ok(true) if block.text.len() > most => break Some(io::Error::other("the text is too long to explain")),
            Ok(true) => {}
            Ok(false) => break None,
            Err(error) => break Some(error),
        }
    };
    let (mut reader, mut scratch) = (Reader::default(), detector.scratch());
    reader.learn(detector, &block.fields, source);
    scratch.pass += 1;
    let mut progress = Progress::new(detector);
    detector.scanner.scan(&detector.keywords, &block.text, (0, 0), &mut scratch.found);
    let mut window = Window {
        detector,
        has_fields: source.has_fields(),
        has_ranges: source.has_ranges(),
        is_ascii: block.text.is_ascii(),
        as_str: OnceCell::new(),
        block: &block,
        labels: &reader.labels,
        progress: &mut progress,
        scratch: &mut scratch,
    };
    let tried = try_everywhere(&mut window);
    let settled = settle(detector, &tried.passed);
    let mut candidates = Vec::new();
    for attempt in listed(detector, settled, tried.dropped) {
        let fate = fate(&window, &attempt);
        candidates.push(candidate(&window, &attempt, fate, source));
    }
    detector.give_back(scratch);
    Explained { candidates, unlisted: tried.unlisted, broken }
}

/// What came of each pattern and start.
#[derive(Default)]
struct Tried {
    passed: Vec<(u16, Claim)>,
    /// By identifier, by position; none overlaps another of its identifier.
    dropped: BTreeMap<u16, Vec<Attempt>>,
    listed: usize,
    unlisted: u64,
}

impl Tried {
    /// Of overlapping ones of one identifier the one that came farthest stands for all.
    fn add_dropped(&mut self, owner: u16, attempt: &Attempt) {
        let own = self.dropped.entry(owner).or_default();
        match own.last_mut().filter(|known| touch(known, attempt)) {
            Some(known) => {
                let others = known.others + 1;
                if progress(attempt) > progress(known) {
                    *known = *attempt;
                }
                known.others = others;
            }
            None if self.listed < MOST_DROPPED => {
                self.listed += 1;
                own.push(*attempt);
            }
            None => self.unlisted += 1,
        }
    }
}

/// One pattern at one start.
#[derive(Clone, Copy)]
struct Attempt {
    pattern: u16,
    span: (usize, usize),
    site: Site,
    outcome: Outcome,
    others: usize,
}

#[derive(Clone, Copy)]
enum Outcome {
    Won(Claim),
    Lost(Claim, Claim),
    Dropped(Dropped),
}

fn try_everywhere(window: &mut Window<'_>) -> Tried {
    let (detector, text) = (window.detector, &window.block.text);
    let mut by_first: Vec<Vec<u16>> = vec![Vec::new(); 256];
    for (number, compiled) in (0..).zip(&detector.patterns) {
        for (byte, list) in (0..=255).zip(&mut by_first) {
            if compiled.shape.first.contains(byte) {
                list.push(number);
            }
        }
    }
    let (mut tried, mut next, mut ends) = (Tried::default(), 0, Vec::new());
    for (at, byte) in text.iter().enumerate() {
        let Some(site) = window.site(at, &mut next) else { continue };
        let inside_word = at > 0 && shape::is_word(text[at - 1]);
        for number in &by_first[usize::from(*byte)] {
            let compiled = &detector.patterns[usize::from(*number)];
            if inside_word && compiled.shape.at_word_start {
                continue;
            }
            ends.clear();
            let pass = window.scratch.pass;
            let slot = Scratch::slot(&mut window.scratch.caches, usize::from(*number));
            compiled.automaton.ends(slot, (text, pass), (at, detector.longest_match), &mut ends);
            try_ends(window, *number, (at, &ends), site, &mut tried);
        }
    }
    tried
}

/// The longest end that passes every gate, or the end that came nearest to it.
fn try_ends(window: &mut Window<'_>, number: u16, (at, ends): (usize, &[usize]), site: Site, tried: &mut Tried) {
    let mut best: Option<(usize, Dropped)> = None;
    for end in ends.iter().rev() {
        match window.verdict(number, (at, *end), site) {
            Ok(claim) => {
                window.keep(claim);
                tried.passed.push((number, claim));
                return;
            }
            Err(Dropped::InsideEarlier) => return,
            Err(why) => {
                if best.is_none_or(|(_, known)| why.passed() > known.passed()) {
                    best = Some((*end, why));
                }
            }
        }
    }
    if let Some((end, why)) = best {
        let outcome = Outcome::Dropped(why);
        let owner = window.detector.patterns[usize::from(number)].identifier;
        tried.add_dropped(owner, &Attempt { pattern: number, span: (at, end), site, outcome, others: 0 });
    }
}

/// Who wins where several claim one text. A claim that lost to its own identifier is left out.
fn settle(detector: &Detector, passed: &[(u16, Claim)]) -> Vec<Attempt> {
    let mut claims: Vec<Claim> = passed.iter().map(|(_, claim)| *claim).collect();
    claims.sort_by_key(|c| (c.start, c.end, c.identifier));
    let key = |claim: &Claim| (claim.identifier, claim.start, claim.end);
    let patterns: HashMap<_, u16> = passed.iter().map(|(pattern, claim)| (key(claim), *pattern)).collect();
    let mut settled = Vec::new();
    let mut add = |claim: Claim, outcome: Outcome| {
        if let Some(pattern) = patterns.get(&key(&claim)) {
            let site = Site { bounds: (0, 0), field: claim.field };
            let span = (claim.start as usize, claim.end as usize);
            settled.push(Attempt { pattern: *pattern, span, site, outcome, others: 0 });
        }
    };
    let mut from = 0;
    while let Some(length) = first_group(&claims[from..], u64::MAX, 4 * detector.longest_match as u64) {
        let mut group = claims[from..from + length].to_vec();
        resolve_telling(&mut group, |loser, winner| {
            if loser.identifier != winner.identifier {
                add(*loser, Outcome::Lost(*loser, *winner));
            }
        });
        for claim in &group {
            add(*claim, Outcome::Won(*claim));
        }
        from += length;
    }
    settled
}

/// Everything by position, without what was dropped beside a claim of the same identifier.
fn listed(detector: &Detector, settled: Vec<Attempt>, dropped: BTreeMap<u16, Vec<Attempt>>) -> Vec<Attempt> {
    let owner = |attempt: &Attempt| detector.patterns[usize::from(attempt.pattern)].identifier;
    let mut passed: BTreeMap<u16, Vec<Attempt>> = BTreeMap::new();
    for attempt in settled {
        passed.entry(owner(&attempt)).or_default().push(attempt);
    }
    let mut all = Vec::new();
    for (number, list) in dropped {
        let own = passed.entry(number).or_default();
        own.sort_by_key(|a| a.span);
        let beside = |attempt: &Attempt| {
            // Claims of one identifier may overlap when one lost, so the neighbours on both sides are looked at.
            let near = own.partition_point(|a| a.span.0 < attempt.span.0);
            let around = own.get(near.saturating_sub(4)..own.len().min(near + 4)).unwrap_or_default();
            around.iter().any(|a| touch(a, attempt))
        };
        all.extend(list.into_iter().filter(|attempt| !beside(attempt)));
    }
    all.extend(passed.into_values().flatten());
    all.sort_by_key(|a| (a.span, owner(a)));
    all
}

fn touch(a: &Attempt, b: &Attempt) -> bool {
    a.span.0 < b.span.1 && b.span.0 < a.span.1
}

/// Orders what was dropped: the more gates passed, then the longer.
fn progress(attempt: &Attempt) -> (u8, usize) {
    let passed = if let Outcome::Dropped(why) = attempt.outcome { why.passed() } else { u8::MAX };
    (passed, attempt.span.1 - attempt.span.0)
}

fn fate(window: &Window<'_>, attempt: &Attempt) -> Fate {
    let detector = window.detector;
    let named = |near: Near| NearKeyword {
        keyword: detector.keywords.get(near.keyword).text.to_owned(),
        distance: near.distance,
    };
    let why = match attempt.outcome {
        Outcome::Won(claim) => {
            let text = &window.block.text;
            let pardon = detector.pardon(&claim, text, window.block.base, detector.may_be_marked(text));
            return pardon.map_or_else(|| Fate::Kept { keyword: claim.near.map(named) }, Fate::Pardoned);
        }
        Outcome::Lost(loser, winner) => {
            return Fate::Lost {
                to: Arc::clone(&detector.identifiers[usize::from(winner.identifier)]),
                rule: rule(&winner, &loser),
                keyword: loser.near.map(named),
                winner_keyword: winner.near.map(named),
            };
        }
        Outcome::Dropped(why) => why,
    };
    match why {
        // Never listed: the earlier match is.
        Dropped::InsideEarlier | Dropped::LeavesField => Fate::LeavesField,
        Dropped::Borders => Fate::Borders,
        Dropped::Validator => Fate::Validator,
        Dropped::IgnoreWord => {
            let user = detector.patterns[usize::from(attempt.pattern)].identifier;
            let matched = String::from_utf8_lossy(&window.block.text[attempt.span.0..attempt.span.1]);
            let word = detector.ignored[usize::from(user)].word(&matched).map(str::to_owned);
            Fate::IgnoreWord(word.filter(|_| detector.settings.reveal))
        }
        Dropped::NoKeyword => Fate::NoKeyword(far_keyword(window, attempt)),
        Dropped::KeywordNear(near) => Fate::KeywordNear(named(near)),
    }
}

/// The nearest keyword that does not count.
fn far_keyword(window: &Window<'_>, attempt: &Attempt) -> Option<FarKeyword> {
    let detector = window.detector;
    let user = detector.patterns[usize::from(attempt.pattern)].identifier;
    let text = &window.block.text;
    let search = |proximity| {
        let hits = &window.scratch.found.hits;
        gates::nearest(hits, &detector.keywords, user, proximity, text, attempt.span, attempt.site.bounds)
    };
    let found = |near: Near, more: u32, behind: bool| FarKeyword {
        keyword: detector.keywords.get(near.keyword).text.to_owned(),
        distance: near.distance + more,
        behind,
    };
    match detector.identifiers[usize::from(user)].proximity {
        Proximity::Between(_) => search(Proximity::Between(FAR)).map(|near| found(near, 0, false)),
        Proximity::UpToEnd(_) => {
            let own = super::characters::count(&text[attempt.span.0..attempt.span.1]) as u32;
            let before = search(Proximity::UpToEnd(FAR)).map(|near| found(near, own, false));
            before.or_else(|| search(Proximity::Between(FAR)).map(|near| found(near, 0, true)))
        }
    }
}

fn candidate(window: &Window<'_>, attempt: &Attempt, fate: Fate, source: &mut dyn TextSource) -> Candidate {
    let detector = window.detector;
    let compiled = &detector.patterns[usize::from(attempt.pattern)];
    let identifier = &detector.identifiers[usize::from(compiled.identifier)];
    let span = (window.block.base + attempt.span.0 as u64, window.block.base + attempt.span.1 as u64);
    let matched = String::from_utf8_lossy(&window.block.text[attempt.span.0..attempt.span.1]);
    Candidate {
        identifier: Arc::clone(identifier),
        pattern: compiled.index,
        span,
        position: source.position(span.0, span.1),
        place: attempt.site.field.map_or(Place::Lines, |field| source.place(&field)),
        masked: gates::mask(&matched, identifier.category == Category::Credentials),
        revealed: detector.settings.reveal.then(|| matched.into_owned()),
        fate,
        others: attempt.others,
    }
}
