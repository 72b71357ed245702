//! One artifact under inspection: streams its texts through windows, and turns the winning claims into occurrences.
//!
//! The matched text ends here: what goes out is a mask, a position and a fingerprint.

use super::automaton::States;
use super::forms::Forms;
use super::near_words::{Joined, NearWords};
use super::phrases::Phrases;
use super::resolve::{Claim, first_group, winners};
use super::sample::sample;
use super::scan::Found;
use super::shared::{Helpers, SharedText};
use super::stream::{Text, discard, fill};
use super::window::Window;
use super::{CHARACTER, Detector, Settings, gates, pardons};
use crate::artifact::ArtifactPath;
use crate::finding::{Confidence, Detection, Occurrence, Pardons, digest};
use crate::identifier::{Category, DataIdentifier};
use crate::location::{Lines, Place};
use crate::text::{Block, Stretch, TakenBack, TextSource};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

/// Buffers and automaton states that go from artifact to artifact.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) found: Found,
    pub(super) ends: Vec<usize>,
    pub(super) forms: Forms,
    pub(super) phrases: Phrases,
    pub(super) near_words: NearWords,
    /// Patterns of sets of keywords that can begin anywhere in a field.
    pub(super) joined: Joined,
    /// Where the keywords in reach were last found to begin.
    pub(super) first_hit: usize,
    pub(super) caches: Vec<Option<States>>,
    /// Another number for every window: states remember what they passed in one.
    pub(super) pass: u64,
    block: Block,
}

impl Scratch {
    /// The cache of an automaton, made room for.
    pub(super) fn slot(caches: &mut Vec<Option<States>>, number: usize) -> &mut Option<States> {
        if caches.len() <= number {
            caches.resize_with(number + 1, || None);
        }
        &mut caches[number]
    }
}

/// What came of the oldest window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    /// It is settled.
    Window,
    /// It is not: the inspection was ended.
    Not,
    /// It is not, for it does not end as its source foresaw: it is the beginning of the text that is not inspected, and the windows
    /// behind it are none.
    Open,
}

/// Inspects the texts of one artifact.
pub struct Session<'d> {
    detector: &'d Detector,
    path: ArtifactPath,
    /// By number of the identifier, ascending; and which was the last that a claim was for.
    found: Vec<(u16, Detection)>,
    latest: usize,
    ordinals: HashMap<(u16, String), u64>,
    lines: Option<&'d Lines>,
    helpers: Option<&'d dyn Helpers>,
    scratch: Scratch,
}

impl<'d> Session<'d> {
    /// Begins with an artifact; its path goes into the fingerprints.
    pub fn new(detector: &'d Detector, path: ArtifactPath) -> Self {
        let scratch = detector.scratch();
        let (found, ordinals) = (Vec::new(), HashMap::new());
        Self { detector, path, found, latest: 0, ordinals, lines: None, helpers: None, scratch }
    }

    /// The same, but only what stands on these lines counts; the others are context.
    #[must_use]
    pub fn only_on(self, lines: Option<&'d Lines>) -> Self {
        Self { lines, ..self }
    }

    /// The same, but others may help with long texts. What comes out is the same.
    #[must_use]
    pub fn helped_by(self, helpers: Option<&'d dyn Helpers>) -> Self {
        Self { helpers, ..self }
    }

    /// Inspects one text to its end. An error of the source comes back after what was read before it has been inspected.
    /// `go_on` is asked after each window; false ends the inspection, without an error.
    pub fn text(&mut self, source: &mut dyn TextSource, go_on: &dyn Fn() -> bool) -> io::Result<()> {
        let detector = self.detector;
        let mut text = Text::new(detector, std::mem::take(&mut self.scratch.block));
        let ahead = detector.longest_match + detector.reach * CHARACTER + detector.keywords.longest() + 64;
        let mut shared = None;
        let outcome = loop {
            let target = text.from + (detector.window + ahead) as u64;
            let (more, broken) = fill(source, &mut text.block, target, go_on);
            let limit = if more { text.cut(ahead, source.has_fields()) } else { text.block.end() };
            text.reader.learn(detector, &text.block.fields, source);
            match self.helpers.filter(|_| more || shared.is_some()) {
                Some(helpers) => {
                    let shared = shared.get_or_insert_with(Arc::<SharedText>::default);
                    let apart = if more { self.stretch(source) } else { None };
                    let limit = if apart.is_some() { text.block.end() } else { limit };
                    shared.put(text.window(limit, detector.behind(), source), helpers);
                    text.from = limit;
                    if let Some(first) = apart {
                        self.read_apart(first, &mut text, (shared, helpers), source, go_on);
                    }
                    while shared.should_settle(helpers) || (!more && !shared.is_empty()) {
                        if self.settle_oldest(&mut text, shared, source, go_on) != Settled::Window {
                            break;
                        }
                    }
                }
                None => self.inspect_here(&mut text, limit, more, source, go_on),
            }
            if !more || !go_on() {
                break broken.map_or(Ok(()), Err);
            }
        };
        if let Some(shared) = shared {
            shared.end();
        }
        self.scratch.block = text.block;
        outcome
    }

    /// Inspects a window in place, and settles what was found.
    fn inspect_here(
        &mut self,
        text: &mut Text,
        limit: u64,
        more: bool,
        source: &mut dyn TextSource,
        go_on: &dyn Fn() -> bool,
    ) {
        let range = ((text.from - text.block.base) as usize, (limit - text.block.base) as usize);
        let mut window = Window {
            detector: self.detector,
            has_fields: source.has_fields(),
            has_ranges: source.has_ranges(),
            is_ascii: text.block.text.is_ascii(),
            as_str: OnceCell::new(),
            block: &text.block,
            labels: &text.reader.labels,
            progress: &mut text.progress,
            scratch: &mut self.scratch,
        };
        window.claims(range.0, range.1, go_on);
        self.scratch.forms.tell_silent(text.reader.labels.text, &mut text.block.silent);
        text.from = limit;
        self.settle(text, limit, !more, source);
    }

    /// The next stretch of a text for others to read. Where a finding shows what is around it, it is cut nowhere.
    fn stretch(&self, source: &mut dyn TextSource) -> Option<Box<dyn Stretch>> {
        let settings = &self.detector.settings;
        let may_be_cut = source.has_fields() && settings.context == 0;
        may_be_cut.then(|| source.stretch(settings.inline_marks.then_some(&pardons::MARKS)))?
    }

    /// Has others read stretches of a text, from the first on, and settles them; behind them the text is read on. Before them all
    /// of it is shared.
    fn read_apart(
        &mut self,
        first: Box<dyn Stretch>,
        text: &mut Text,
        (shared, helpers): (&Arc<SharedText>, &dyn Helpers),
        source: &mut dyn TextSource,
        go_on: &dyn Fn() -> bool,
    ) {
        let mut next = Some(first);
        loop {
            let is_last = next.is_none();
            if let Some(stretch) = next {
                shared.put(text.unread(stretch), helpers);
            }
            while shared.should_settle(helpers) || (is_last && !shared.is_empty()) {
                match self.settle_oldest(text, shared, source, go_on) {
                    Settled::Window => {}
                    Settled::Not => return,
                    Settled::Open => {
                        shared.void();
                        return;
                    }
                }
            }
            if is_last {
                return;
            }
            next = self.stretch(source);
        }
    }

    /// Settles the oldest window that others may have inspected.
    fn settle_oldest(
        &mut self,
        text: &mut Text,
        shared: &SharedText,
        source: &mut dyn TextSource,
        go_on: &dyn Fn() -> bool,
    ) -> Settled {
        let Some((mut cut, mut found)) = shared.oldest(self.detector, &mut self.scratch, go_on) else {
            return Settled::Not;
        };
        let mut behind = None;
        if let Some(stretch) = cut.stretch.take() {
            let end = match source.take_back(stretch, found.is_some(), &mut cut.block) {
                TakenBack::AsForeseen(end) => end,
                TakenBack::ReadAgain(end) => {
                    text.reader.learn(self.detector, &cut.block.fields, source);
                    (cut.labels, cut.range) = (Arc::clone(&text.reader.labels), (0, cut.block.text.len()));
                    found = None;
                    end
                }
                TakenBack::Open => {
                    text.go_on_with(cut.block);
                    return Settled::Open;
                }
            };
            text.go_on_at(end);
            behind = Some(end);
        }
        let begins = cut.block.base + cut.range.0 as u64;
        match found.as_mut().filter(|found| !text.progress.spoils(found, begins)) {
            Some(found) => text.progress.join(found),
            None => cut.inspect(self.detector, &mut self.scratch, &mut text.progress, go_on),
        }
        let limit = cut.block.base + cut.range.1 as u64;
        let claims = &mut text.progress.claims;
        let block = text.undecided.with(&cut.block, self.needed(claims, limit));
        self.decide(claims, if cut.is_closed { u64::MAX } else { limit }, block, source);
        let needed = self.needed(claims, limit);
        text.undecided.keep(&cut.block, (!claims.is_empty()).then_some(needed));
        source.release(behind.unwrap_or(needed));
        text.block.silent.extend(&cut.block.silent);
        text.spare.push((cut.block, found.unwrap_or_default()));
        Settled::Window
    }

    /// Settles the claims that nothing behind `limit` can join, all if it is the end, and drops what is no longer needed.
    fn settle(&mut self, text: &mut Text, limit: u64, is_end: bool, source: &mut dyn TextSource) {
        let claims = &mut text.progress.claims;
        self.decide(claims, if is_end { u64::MAX } else { limit }, &text.block, source);
        let needed = self.needed(claims, limit);
        if is_end {
            return;
        }
        if (needed.saturating_sub(text.block.base)) as usize * 2 >= text.block.text.len() {
            discard(&mut text.block, needed);
        }
        source.release(needed);
    }

    /// From where on text is needed when all before `limit` is searched and these claims are not decided.
    fn needed(&self, claims: &[Claim], limit: u64) -> u64 {
        claims.first().map_or(limit, |c| c.start).min(limit).saturating_sub(self.detector.behind() as u64)
    }

    /// What was found, ordered by category and identifier.
    pub fn finish(mut self) -> Vec<Detection> {
        self.detector.give_back(std::mem::take(&mut self.scratch));
        let found = std::mem::take(&mut self.found).into_iter();
        let mut detections: Vec<Detection> = found.map(|(_, detection)| detection).collect();
        detections.sort_by(|a, b| a.identifier.cmp(&b.identifier));
        detections
    }

    /// Settles the groups of claims that nothing behind `limit` can join.
    fn decide(&mut self, claims: &mut Vec<Claim>, limit: u64, block: &Block, source: &mut dyn TextSource) {
        let (mut from, mut several) = (0, Vec::new());
        let may_be_marked = self.may_be_marked(claims, block);
        while let Some(length) = first_group(&claims[from..], limit, 4 * self.detector.longest_match as u64) {
            for claim in winners(&claims[from..from + length], &mut several) {
                self.keep(claim, block, may_be_marked, source);
            }
            from += length;
        }
        claims.drain(..from);
    }

    /// Whether a mark may stand near enough to some of the claims.
    fn may_be_marked(&self, claims: &[Claim], block: &Block) -> bool {
        let (Some(first), Some(end)) = (claims.first(), claims.iter().map(|c| c.end).max()) else { return false };
        let low = (first.start - block.base).saturating_sub(pardons::BEFORE as u64) as usize;
        let high = block.text.len().min((end - block.base) as usize + pardons::BEHIND);
        self.detector.may_be_marked(&block.text[low..high])
    }

    /// Where the detection of an identifier is; a new one if it has none. Claims of one identifier often follow each other.
    fn detection(&mut self, number: u16) -> usize {
        if self.found.get(self.latest).is_none_or(|(latest, _)| *latest != number) {
            self.latest = self.found.binary_search_by_key(&number, |(known, _)| *known).unwrap_or_else(|at| {
                let identifier = Arc::clone(&self.detector.identifiers[usize::from(number)]);
                let new = Detection { identifier, count: 0, occurrences: Vec::new(), pardons: Pardons::new() };
                self.found.insert(at, (number, new));
                at
            });
        }
        self.latest
    }

    fn keep(&mut self, claim: &Claim, block: &Block, may_be_marked: bool, source: &mut dyn TextSource) {
        if self.lines.is_some_and(|lines| !lines.hold(&source.position(claim.start, claim.end))) {
            return;
        }
        let identifier = &self.detector.identifiers[usize::from(claim.identifier)];
        let at = self.detection(claim.identifier);
        let (_, detection) = &mut self.found[at];
        if let Some(pardon) = self.detector.pardon(claim, &block.text, block.base, may_be_marked) {
            *detection.pardons.entry(pardon).or_default() += 1;
            return;
        }
        detection.count += 1;
        if detection.occurrences.len() >= self.detector.settings.max_occurrences {
            return;
        }
        let range = (claim.start - block.base) as usize..(claim.end - block.base) as usize;
        let matched = String::from_utf8_lossy(&block.text[range.clone()]);
        let place = claim.field.map_or(Place::Lines, |field| source.place(&field));
        let keyword = claim.near.map(|near| self.detector.keywords.get(near.keyword).text.to_owned());
        let structure = structure(&place, keyword.as_deref());
        let ordinal = self.ordinals.entry((claim.identifier, structure.clone())).or_default();
        let fingerprint = fingerprint(self.detector, identifier, &self.path, &matched, (&structure, *ordinal));
        *ordinal += 1;
        detection.occurrences.push(Occurrence {
            position: source.position(claim.start, claim.end),
            masked: gates::mask(&matched, identifier.category == Category::Credentials),
            revealed: revealed(&self.detector.settings, &block.text, &range, &matched),
            confidence: confidence(identifier, claim),
            place,
            keyword,
            fingerprint,
        });
    }
}

/// The matched text, if it was asked for, with as much around it as was asked for.
fn revealed(settings: &Settings, text: &[u8], range: &Range<usize>, matched: &str) -> Option<String> {
    settings.reveal.then(|| match settings.context {
        0 => matched.to_owned(),
        longest => sample(text, range, longest),
    })
}

fn confidence(identifier: &DataIdentifier, claim: &Claim) -> Confidence {
    match (claim.validated, claim.near.is_some()) {
        _ if identifier.random => Confidence::High,
        (true, true) => Confidence::High,
        (false, false) => Confidence::Low,
        _ => Confidence::Medium,
    }
}

/// The place without anything that an edit elsewhere in the artifact moves.
fn structure(place: &Place, keyword: Option<&str>) -> String {
    match place {
        Place::Cell { column_name, .. } => column_name.clone().unwrap_or_default(),
        Place::Record { json_path, .. } => {
            let mut depth = 0;
            let without_index = json_path.iter().flat_map(|p| p.chars()).filter(|c| {
                depth += i32::from(*c == '[');
                let keep = depth == 0 || !c.is_ascii_digit();
                depth -= i32::from(*c == ']');
                keep
            });
            without_index.collect()
        }
        Place::Lines | Place::Page { .. } => keyword.unwrap_or_default().to_owned(),
    }
}

/// See `ARCHITECTURE.md`: nothing that leaves the process holds an unkeyed hash of a value that can be guessed.
fn fingerprint(
    detector: &Detector,
    identifier: &DataIdentifier,
    path: &ArtifactPath,
    matched: &str,
    (structure, ordinal): (&str, u64),
) -> String {
    if let Some(key) = &detector.settings.fingerprint_key {
        let value: String = matched.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
        let value = if identifier.random { matched } else { &value };
        let mut hasher = blake3::Hasher::new_keyed(key);
        hasher.update(identifier.id.as_bytes()).update(&[0]).update(value.as_bytes());
        return hasher.finalize().to_hex().as_str()[..32].to_owned();
    }
    if identifier.random {
        return digest(&[b"value", identifier.id.as_bytes(), matched.as_bytes()]);
    }
    let embedded = path.embedded().unwrap_or_default();
    let parts: [&[u8]; 6] =
        [b"place", identifier.id.as_bytes(), &path.file, &embedded, structure.as_bytes(), &ordinal.to_le_bytes()];
    digest(&parts)
}
