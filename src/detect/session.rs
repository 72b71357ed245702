//! One artifact under inspection: streams its texts through windows, and turns the winning claims into occurrences.
//!
//! The matched text ends here: what goes out is a mask, a position and a fingerprint.

use super::automaton::States;
use super::resolve::{Claim, first_group, resolve};
use super::sample::sample;
use super::scan::Found;
use super::window::{Progress, Window};
use super::{Detector, Keyworded, Settings, gates, pardons};
use crate::artifact::ArtifactPath;
use crate::finding::{Confidence, Detection, Occurrence, Pardons, digest};
use crate::identifier::{Category, DataIdentifier};
use crate::location::{Lines, Place};
use crate::text::{Block, Label, TextSource};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// Names whose keywords are remembered before the memory is cleared.
const NAMES: usize = 10_000;

/// Buffers and automaton states that go from artifact to artifact.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) found: Found,
    pub(super) ends: Vec<usize>,
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

/// Identifiers with a keyword in a name, each with one such keyword, by identifier.
type Users = Rc<[(u16, u16)]>;

/// What a label stands for.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    /// The identifiers that have a keyword in it, each with the keyword, by identifier.
    pub(super) users: Vec<(u16, u16)>,
    /// Their patterns that need one.
    pub(super) patterns: Keyworded,
}

/// What the labels of one source stand for.
#[derive(Debug, Default)]
pub(super) struct Labels {
    by_label: Vec<Option<Rc<Labelled>>>,
    by_name: HashMap<String, Users>,
    found: Found,
}

impl Labels {
    /// What a label stands for.
    #[inline]
    pub(super) fn get(&mut self, detector: &Detector, label: Label, source: &dyn TextSource) -> &Rc<Labelled> {
        let index = label.0 as usize;
        if self.by_label.len() <= index {
            self.by_label.resize(index + 1, None);
        }
        if self.by_label[index].is_none() {
            self.by_label[index] = Some(Rc::new(self.read(detector, label, source)));
        }
        self.by_label[index].get_or_insert_default()
    }

    fn read(&mut self, detector: &Detector, label: Label, source: &dyn TextSource) -> Labelled {
        let mut all: BTreeMap<u16, u16> = BTreeMap::new();
        // The innermost name says most of its value: of several keywords, its own is named.
        for name in source.names(label) {
            all.extend(self.of_name(detector, name).iter().copied());
        }
        let mut labelled = Labelled { users: all.into_iter().collect(), patterns: Keyworded::default() };
        for (user, _) in &labelled.users {
            labelled.patterns.extend(&detector.keyworded[usize::from(*user)]);
        }
        labelled
    }

    fn of_name(&mut self, detector: &Detector, name: String) -> Users {
        if let Some(known) = self.by_name.get(&name) {
            return Rc::clone(known);
        }
        if self.by_name.len() >= NAMES {
            self.by_name.clear();
        }
        let keywords = &detector.keywords;
        detector.scanner.scan(keywords, name.as_bytes(), (0, 0), &mut self.found);
        let at_borders = self.found.hits.iter().map(|h| h.keyword);
        let mut all: BTreeMap<u16, u16> = BTreeMap::new();
        for keyword in at_borders.chain(keywords.inside_label(&name)) {
            for user in &keywords.get(keyword).users {
                // The longest says most: `credit card`, not `card`.
                let known = all.entry(*user).or_insert(keyword);
                if keywords.get(keyword).text.len() > keywords.get(*known).text.len() {
                    *known = keyword;
                }
            }
        }
        let users: Users = all.into_iter().collect();
        self.by_name.insert(name, Rc::clone(&users));
        users
    }
}

/// Inspects the texts of one artifact.
pub struct Session<'d> {
    detector: &'d Detector,
    path: ArtifactPath,
    found: BTreeMap<u16, Detection>,
    ordinals: HashMap<(u16, String), u64>,
    lines: Option<&'d Lines>,
    scratch: Scratch,
}

impl<'d> Session<'d> {
    /// Begins with an artifact; its path goes into the fingerprints.
    pub fn new(detector: &'d Detector, path: ArtifactPath) -> Self {
        let scratch = detector.scratch();
        Self { detector, path, found: BTreeMap::new(), ordinals: HashMap::new(), lines: None, scratch }
    }

    /// The same, but only what stands on these lines counts; the others are context.
    #[must_use]
    pub fn only_on(self, lines: Option<&'d Lines>) -> Self {
        Self { lines, ..self }
    }

    /// Inspects one text to its end. An error of the source comes back after what was read before it has been inspected.
    /// `go_on` is asked after each window; false ends the inspection, without an error.
    pub fn text(&mut self, source: &mut dyn TextSource, go_on: &dyn Fn() -> bool) -> io::Result<()> {
        let detector = self.detector;
        let behind = detector.reach + detector.keywords.longest() + pardons::BEFORE;
        let ahead = detector.longest_match + detector.reach + detector.keywords.longest() + 64;
        let mut block = std::mem::take(&mut self.scratch.block);
        block.text.clear();
        block.fields.clear();
        block.base = 0;
        let mut labels = Labels::default();
        let mut progress = Progress { behind_last: vec![0; detector.patterns.len()], claims: Vec::new() };
        let mut from = 0;
        let outcome = loop {
            let (more, broken) = fill(source, &mut block, from + (detector.window + ahead) as u64, go_on);
            let limit = if more { block.end().saturating_sub(ahead as u64).max(from) } else { block.end() };
            let mut window = Window {
                detector,
                has_fields: source.has_fields(),
                has_ranges: source.has_ranges(),
                block: &block,
                labels: &mut labels,
                progress: &mut progress,
                scratch: &mut self.scratch,
            };
            window.claims((from - block.base) as usize, (limit - block.base) as usize, source, go_on);
            from = limit;
            self.decide(&mut progress.claims, if more { limit } else { u64::MAX }, &block, source);
            if !more || !go_on() {
                break broken.map_or(Ok(()), Err);
            }
            let needed = progress.claims.first().map_or(from, |c| c.start).min(from).saturating_sub(behind as u64);
            discard(&mut block, needed);
            source.release(needed);
        };
        self.scratch.block = block;
        outcome
    }

    /// What was found, ordered by category and identifier.
    pub fn finish(mut self) -> Vec<Detection> {
        self.detector.give_back(std::mem::take(&mut self.scratch));
        let mut detections: Vec<Detection> = std::mem::take(&mut self.found).into_values().collect();
        detections.sort_by(|a, b| a.identifier.cmp(&b.identifier));
        detections
    }

    /// Settles the groups of claims that nothing behind `limit` can join.
    fn decide(&mut self, claims: &mut Vec<Claim>, limit: u64, block: &Block, source: &mut dyn TextSource) {
        let (mut from, mut several) = (0, Vec::new());
        let may_be_marked = !claims.is_empty() && self.detector.may_be_marked(&block.text);
        while let Some(length) = first_group(&claims[from..], limit, 4 * self.detector.longest_match as u64) {
            let group = &claims[from..from + length];
            if let [claim] = group {
                self.keep(claim, block, may_be_marked, source);
            } else {
                several.clear();
                several.extend_from_slice(group);
                resolve(&mut several);
                for claim in &several {
                    self.keep(claim, block, may_be_marked, source);
                }
            }
            from += length;
        }
        claims.drain(..from);
    }

    fn keep(&mut self, claim: &Claim, block: &Block, may_be_marked: bool, source: &mut dyn TextSource) {
        if self.lines.is_some_and(|lines| !lines.hold(&source.position(claim.start, claim.end))) {
            return;
        }
        let identifier = &self.detector.identifiers[usize::from(claim.identifier)];
        let detection = self.found.entry(claim.identifier).or_insert_with(|| Detection {
            identifier: Arc::clone(identifier),
            count: 0,
            occurrences: Vec::new(),
            pardons: Pardons::new(),
        });
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
        let keyword = claim.near.map(|near| self.detector.keywords.get(near.keyword).text.clone());
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

/// Reads until the window reaches `target` or enough was read, the text ends (false) or breaks (false, with the error).
fn fill(
    source: &mut dyn TextSource,
    block: &mut Block,
    target: u64,
    go_on: &dyn Fn() -> bool,
) -> (bool, Option<io::Error>) {
    // A source of empty records can be long without a byte of text.
    while block.end() < target && go_on() {
        match source.fill(block) {
            Ok(true) => {}
            Ok(false) => return (false, None),
            Err(error) => return (false, Some(error)),
        }
    }
    (true, None)
}

/// Drops what stands before `needed`.
fn discard(block: &mut Block, needed: u64) {
    let count = needed.saturating_sub(block.base) as usize;
    block.text.drain(..count);
    block.base += count as u64;
    let gone = block.fields.partition_point(|f| f.end <= block.base);
    block.fields.drain(..gone);
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
