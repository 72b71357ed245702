//! Collecting: classifications from all workers to one report. Clean artifacts are counted, not kept.

use crate::area::Tally;
use crate::artifact::Artifact;
use crate::finding::{Classification, Digest, Finding, digest};
use crate::identifier::DataIdentifier;
use crate::identifier::Severity;
use crate::open::Classified;
use crate::plan::Plan;
use crate::police::{Kept, police};
use crate::report::{NotInspected, Report, Totals};
use crate::status::Status;
use crate::suppress::{accept, suppress};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Gathers what the workers deliver.
pub(super) struct Collector {
    started: SystemTime,
    clock: Instant,
    minimum: Severity,
    gathered: Mutex<Gathered>,
}

struct Gathered {
    totals: Totals,
    areas: Tally,
    findings: Vec<Finding>,
    skipped: Vec<NotInspected>,
    /// Files on disk with findings, by their paths in those.
    kept: HashMap<Vec<u8>, Kept>,
}

impl Collector {
    /// Begins. With a memory of earlier runs what is taken over from them is counted.
    pub(super) fn new(plan: &Plan, has_memory: bool) -> Self {
        let gathered = Gathered {
            totals: Totals { taken_over: has_memory.then_some(0), ..Totals::default() },
            areas: Tally::new(targets(plan)),
            findings: Vec::new(),
            skipped: Vec::new(),
            kept: HashMap::new(),
        };
        Self {
            started: SystemTime::now(),
            clock: Instant::now(),
            minimum: plan.minimum,
            gathered: Mutex::new(gathered),
        }
    }

    /// Counts a file whose result is taken over.
    pub(super) fn take_over(&self) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        *gathered.totals.taken_over.get_or_insert_default() += 1;
    }

    /// Counts a file that is known to be clean, and its bytes that were inspected.
    pub(super) fn take_over_clean(&self, artifact: &Artifact, inspected: u64) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = &mut gathered.totals;
        *totals.taken_over.get_or_insert_default() += 1;
        totals.objects += 1;
        totals.classified += 1;
        totals.bytes += artifact.size;
        totals.bytes_classified += inspected;
        let area = gathered.areas.at(&artifact.path.file);
        area.objects += 1;
        area.classified += 1;
        area.bytes += artifact.size;
        area.bytes_classified += inspected;
        area.changed = area.changed.max(artifact.modified);
    }

    /// Takes what one file gave; `place` is where it is on disk, if it is.
    pub(super) fn add(&self, classified: Classified, place: Option<&Path>) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.totals.objects += classified.clean;
        gathered.totals.classified += classified.clean;
        gathered.totals.bytes_classified += classified.clean_bytes;
        if let Some(first) = classified.kept.first().filter(|_| classified.clean > 0) {
            let area = gathered.areas.at(&first.artifact.path.file);
            area.objects += classified.clean;
            area.classified += classified.clean;
            area.bytes_classified += classified.clean_bytes;
        }
        gathered.remember(&classified, place);
        for classification in classified.kept {
            gathered.add(classification, self.minimum);
        }
    }

    /// Counts a file that a rule of the scope leaves out.
    pub(super) fn leave_out(&self, rule: String) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        *gathered.totals.left_out.entry(rule).or_default() += 1;
    }

    /// The report of everything taken, in order; asked by a worker.
    pub(super) fn into_report(self, plan: &Plan, complete: bool) -> Report {
        let mut gathered = self.gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (findings, skipped) = (&mut gathered.findings, &mut gathered.skipped);
        rayon::join(
            || findings.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path)),
            || skipped.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path)),
        );
        let mut suppressions = suppress(&plan.suppressions, &mut gathered.findings, self.started);
        let mut policy_findings = police(&plan.policies, plan.minimum, &gathered.findings, &gathered.kept);
        accept(&plan.suppressions, &mut suppressions, &mut policy_findings);
        let nanos = self.started.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        Report {
            id: digest(&[b"scan", &nanos.to_le_bytes(), &std::process::id().to_le_bytes()]),
            started: self.started,
            finished: SystemTime::now(),
            duration: self.clock.elapsed(),
            targets: targets(plan),
            complete,
            configuration: plan.configuration.clone(),
            identifier_set_version: set_version(&plan.identifiers),
            totals: gathered.totals,
            suppressions,
            policy_findings,
            areas: gathered.areas.areas(),
            earlier: Vec::new(),
            findings: gathered.findings,
            skipped: gathered.skipped,
            baselined: Vec::new(),
            absent: Vec::new(),
            gate: plan.gate,
        }
    }
}

impl Gathered {
    fn remember(&mut self, classified: &Classified, place: Option<&Path>) {
        let (Some(place), Some(file)) = (place, classified.kept.iter().find(|c| c.artifact.container.is_none())) else {
            return;
        };
        if classified.kept.iter().any(|c| !c.detections.is_empty()) {
            let kept = Kept { place: place.to_owned(), media_type: file.media_type.clone() };
            self.kept.insert(file.artifact.path.file.clone(), kept);
        }
    }

    fn add(&mut self, classification: Classification, minimum: Severity) {
        let totals = &mut self.totals;
        let artifact = &classification.artifact;
        let size = match artifact.container {
            Some(_) => 0,
            None if artifact.path.file == b"-" => artifact.size.max(classification.bytes),
            None => artifact.size,
        };
        let (read, partial, skipped) = match classification.status {
            Status::Complete => (1, 0, 0),
            Status::Partial(..) => (1, 1, 0),
            Status::Skipped(..) => (0, 0, 1),
        };
        totals.objects += 1;
        totals.classified += read;
        totals.partial += partial;
        totals.skipped += skipped;
        totals.bytes += size;
        totals.bytes_classified += classification.bytes;
        let area = self.areas.at(&artifact.path.file);
        area.objects += 1;
        area.classified += read;
        area.partial += partial;
        area.skipped += skipped;
        area.bytes += size;
        area.bytes_classified += classification.bytes;
        area.changed = area.changed.max(artifact.modified.filter(|_| artifact.container.is_none()));
        if classification.status != Status::Complete {
            let without = Classification { detections: Vec::new(), ..classification.clone() };
            self.skipped.push(NotInspected { classification: without });
        }
        for (pardon, count) in classification.detections.iter().flat_map(|d| &d.pardons) {
            *totals.pardons.entry(pardon.clone()).or_default() += count;
        }
        if let Some(finding) = Finding::judge(classification, minimum) {
            totals.sensitive += 1;
            self.findings.push(finding);
        }
    }
}

/// The targets as typed.
fn targets(plan: &Plan) -> Vec<String> {
    plan.scope.targets.iter().map(|target| target.to_string_lossy().into_owned()).collect()
}

/// A version that changes when anything that is looked for does.
fn set_version(identifiers: &[Arc<DataIdentifier>]) -> String {
    let mut version = Digest::new();
    // Many identifiers, and patterns, have these in common: writing them down takes longer than looking them up.
    let (mut limits, mut rules) = (Vec::new(), Vec::new());
    for identifier in identifiers {
        version.part(identifier.id.as_bytes());
        identifier.keywords.iter().chain(identifier.ignore_words.iter()).for_each(|word| version.part(word.as_bytes()));
        for pattern in &identifier.patterns {
            version.part(pattern.regex.as_bytes());
            pattern.field_names.iter().for_each(|name| version.part(name.as_bytes()));
            let own = (pattern.keyword, pattern.borders, pattern.validator_name.as_deref());
            version.part(once(&mut rules, own, || format!("{:?} {:?} {:?}", own.0, own.1, own.2)).as_bytes());
        }
        let own = (identifier.proximity, identifier.severity_levels.as_slice());
        version.part(once(&mut limits, own, || format!("{:?} {:?}", own.0, own.1)).as_bytes());
    }
    version.finish()
}

/// What is written of a key: the first time it is made.
fn once<K: PartialEq>(known: &mut Vec<(K, String)>, key: K, write: impl FnOnce() -> String) -> &str {
    const MOST: usize = 256;
    let at = known.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        if known.len() == MOST {
            known.clear();
        }
        known.push((key, write()));
        known.len() - 1
    });
    &known[at].1
}
