//! The report: everything that a run has to say, ready to be written in any form. The last noun of the path.

use crate::finding::{Classification, Finding};
use crate::identifier::{Category, DataIdentifier, Severity};
use crate::status::{Reason, Status};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A file or member that was not inspected in full.
#[derive(Debug, Clone)]
pub struct NotInspected {
    /// The artifact without its findings: path, size, status.
    pub classification: Classification,
}

/// Counts over all artifacts, clean ones too: they are counted, not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files and members.
    pub objects: u64,
    /// Those of which something was inspected.
    pub classified: u64,
    /// Those with at least one finding.
    pub sensitive: u64,
    /// Those inspected in part.
    pub partial: u64,
    /// Those not inspected at all.
    pub skipped: u64,
    /// Bytes of the files on disk.
    pub bytes: u64,
    /// Bytes inspected, after decompression.
    pub bytes_classified: u64,
}

/// How the run was asked for, as reports repeat it: name and value, in order.
pub type Configuration = BTreeMap<String, serde_json::Value>;

/// What a run found, and what it could not look into.
#[derive(Debug, Clone)]
pub struct Report {
    /// 32 hex digits, new for each run.
    pub id: String,
    /// When the run began.
    pub started: SystemTime,
    /// When it ended.
    pub finished: SystemTime,
    /// How long it took, by a clock that does not jump.
    pub duration: Duration,
    /// The targets as typed.
    pub targets: Vec<String>,
    /// False when it was interrupted.
    pub complete: bool,
    /// The settings in force.
    pub configuration: Configuration,
    /// Version of the set of identifiers: a hash over what was looked for.
    pub identifier_set_version: String,
    /// Counts over everything.
    pub totals: Totals,
    /// The findings, ordered by path.
    pub findings: Vec<Finding>,
    /// What was not inspected in full, ordered by path.
    pub skipped: Vec<NotInspected>,
}

impl Report {
    /// Findings at or above a severity that no suppression hid.
    pub fn findings_at(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| !f.archived && f.severity >= severity).count()
    }

    /// Occurrences by category and by identifier, over all findings that are not archived.
    pub fn counts(&self) -> (BTreeMap<Category, u64>, BTreeMap<Arc<DataIdentifier>, u64>) {
        let mut categories = BTreeMap::new();
        let mut identifiers = BTreeMap::new();
        for detection in self.findings.iter().filter(|f| !f.archived).flat_map(|f| &f.classification.detections) {
            *categories.entry(detection.identifier.category).or_default() += detection.count;
            *identifiers.entry(Arc::clone(&detection.identifier)).or_default() += detection.count;
        }
        (categories, identifiers)
    }

    /// Artifacts not inspected in full, by reason.
    pub fn reasons(&self) -> BTreeMap<Reason, u64> {
        let mut reasons = BTreeMap::new();
        for reason in self.skipped.iter().filter_map(|s| s.classification.status.reason()) {
            *reasons.entry(reason).or_default() += 1;
        }
        reasons
    }

    /// Whether anything in scope was not inspected in full.
    pub fn has_gaps(&self) -> bool {
        self.skipped.iter().any(|s| s.classification.status != Status::Complete)
    }
}
