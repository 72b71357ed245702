//! Collecting: classifications from all workers to one report. Clean artifacts are counted, not kept.

use crate::finding::{Classification, Finding, digest};
use crate::identifier::DataIdentifier;
use crate::identifier::Severity;
use crate::open::Classified;
use crate::plan::Plan;
use crate::police::{Kept, police};
use crate::report::{NotInspected, Report, Totals};
use crate::status::Status;
use crate::suppress::suppress;
use std::collections::BTreeMap;
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

#[derive(Default)]
struct Gathered {
    totals: Totals,
    findings: Vec<Finding>,
    skipped: Vec<NotInspected>,
    /// Files on disk with findings, by their paths in those.
    kept: BTreeMap<Vec<u8>, Kept>,
}

impl Collector {
    /// Begins. With a memory of earlier runs what is taken over from them is counted.
    pub(super) fn new(plan: &Plan, has_memory: bool) -> Self {
        let mut gathered = Gathered::default();
        gathered.totals.taken_over = has_memory.then_some(0);
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

    /// Counts a file that is known to be clean: its bytes on disk, and those that were inspected.
    pub(super) fn take_over_clean(&self, size: u64, inspected: u64) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = &mut gathered.totals;
        *totals.taken_over.get_or_insert_default() += 1;
        totals.objects += 1;
        totals.classified += 1;
        totals.bytes += size;
        totals.bytes_classified += inspected;
    }

    /// Takes what one file gave; `place` is where it is on disk, if it is.
    pub(super) fn add(&self, classified: Classified, place: Option<&Path>) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.totals.objects += classified.clean;
        gathered.totals.classified += classified.clean;
        gathered.totals.bytes_classified += classified.clean_bytes;
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

    /// The report of everything taken, in order.
    pub(super) fn into_report(self, plan: &Plan, complete: bool) -> Report {
        let mut gathered = self.gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
        gathered.findings.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path));
        gathered.skipped.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path));
        let suppressions = suppress(&plan.suppressions, &mut gathered.findings, self.started);
        let nanos = self.started.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        Report {
            id: digest(&[b"scan", &nanos.to_le_bytes(), &std::process::id().to_le_bytes()]),
            started: self.started,
            finished: SystemTime::now(),
            duration: self.clock.elapsed(),
            targets: plan.scope.targets.iter().map(|t| t.to_string_lossy().into_owned()).collect(),
            complete,
            configuration: plan.configuration.clone(),
            identifier_set_version: set_version(&plan.identifiers),
            totals: gathered.totals,
            suppressions,
            policy_findings: police(&plan.policies, plan.minimum, &gathered.findings, &gathered.kept),
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
        totals.objects += 1;
        totals.bytes_classified += classification.bytes;
        if classification.artifact.container.is_none() {
            totals.bytes += classification.artifact.size.max(if classification.artifact.path.file == b"-" {
                classification.bytes
            } else {
                0
            });
        }
        match classification.status {
            Status::Skipped(..) => totals.skipped += 1,
            Status::Partial(..) => {
                totals.classified += 1;
                totals.partial += 1;
            }
            Status::Complete => totals.classified += 1,
        }
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

/// A version that changes when anything that is looked for does.
fn set_version(identifiers: &[Arc<DataIdentifier>]) -> String {
    let mut parts = Vec::new();
    for identifier in identifiers {
        parts.push(identifier.id.clone());
        parts.extend(identifier.keywords.iter().cloned());
        parts.extend(identifier.ignore_words.iter().cloned());
        for pattern in &identifier.patterns {
            parts.push(pattern.regex.clone());
            parts.extend(pattern.field_names.iter().cloned());
            parts.push(format!("{:?} {:?} {:?}", pattern.keyword, pattern.borders, pattern.validator_name));
        }
        parts.push(format!("{:?} {:?}", identifier.proximity, identifier.severity_levels));
    }
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    digest(&parts)
}
