//! The report: everything that a run has to say, ready to be written in any form. The last noun of the path.

mod areas;

pub use areas::AreaFigures;

use crate::area::Area;
use crate::finding::{Classification, Detection, Finding, Pardons};
use crate::identifier::{Category, DataIdentifier, Severity};
use crate::policy::PolicyFinding;
use crate::score::Score;
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
    /// Findings that an earlier result knows already; they are counted here and in no list.
    pub baselined: u64,
    /// Matches that are not reported, by why.
    pub pardons: Pardons,
    /// Files that the scope leaves out, by the rule that did; they are no objects.
    pub left_out: BTreeMap<String, u64>,
    /// Files whose result was taken over from an earlier run, since they did not change; none without `--state`.
    pub taken_over: Option<u64>,
}

impl Totals {
    /// Adds those of another report.
    pub fn add(&mut self, more: &Self) {
        for (sum, more) in [
            (&mut self.objects, more.objects),
            (&mut self.classified, more.classified),
            (&mut self.sensitive, more.sensitive),
            (&mut self.partial, more.partial),
            (&mut self.skipped, more.skipped),
            (&mut self.bytes, more.bytes),
            (&mut self.bytes_classified, more.bytes_classified),
            (&mut self.baselined, more.baselined),
        ] {
            *sum = sum.saturating_add(more);
        }
        for (pardon, number) in &more.pardons {
            let sum = self.pardons.entry(pardon.clone()).or_default();
            *sum = sum.saturating_add(*number);
        }
        for (rule, number) in &more.left_out {
            let sum = self.left_out.entry(rule.clone()).or_default();
            *sum = sum.saturating_add(*number);
        }
        if let Some(more) = more.taken_over {
            self.taken_over = Some(self.taken_over.unwrap_or(0).saturating_add(more));
        }
    }
}

/// Findings by severity, without those that a rule suppressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// Those of high severity.
    pub high: usize,
    /// Those of medium severity.
    pub medium: usize,
    /// Those of low severity.
    pub low: usize,
    /// Those that a rule suppressed.
    pub suppressed: usize,
}

impl FindingCounts {
    /// Those that no rule suppressed.
    pub fn total(self) -> usize {
        self.high + self.medium + self.low
    }
}

/// What a suppression rule did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// Its name.
    pub rule: String,
    /// Its reason.
    pub reason: String,
    /// The last day on which it applies, as `2026-12-31`.
    pub expires: Option<String>,
    /// Whether that day is over: it hid nothing.
    pub expired: bool,
    /// Findings that it hid, and policy findings that it accepted.
    pub findings: u64,
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
    /// What each suppression rule did, in the order of the rules.
    pub suppressions: Vec<Suppressed>,
    /// What is wrong with how files with findings are kept, ordered by path. They are no findings: they change neither
    /// counts nor the gate.
    pub policy_findings: Vec<PolicyFinding>,
    /// The targets, and the topmost folders of each; empty in results that know of none.
    pub areas: Vec<Area>,
    /// Earlier runs over the same targets, the oldest first; empty where none are known.
    pub earlier: Vec<PastRun>,
    /// Findings that the baseline knows, ordered by path. They do not count among the findings.
    pub baselined: Vec<Finding>,
    /// Findings of the baseline that are gone for sure, ordered by path.
    pub absent: Vec<Finding>,
    /// What the run is held to.
    pub gate: Gate,
}

/// What is remembered of an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastRun {
    /// When it began.
    pub started: SystemTime,
    /// Its findings that no rule suppressed.
    pub findings: FindingCounts,
}

/// What makes a run fail, besides being wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gate {
    /// Findings at or above it.
    pub fail_on: Option<Severity>,
    /// Policy findings at or above it.
    pub fail_on_policy: Option<Severity>,
    /// Anything that was not inspected in full.
    pub strict: bool,
}

/// What came of holding a run to its gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing failed, or there is no gate.
    Holds,
    /// So many findings are at or above the gate's severity.
    Found(usize),
    /// So many policy findings are at or above its other severity.
    Policy(usize),
    /// So many objects were not inspected in full.
    Gaps(u64),
}

impl Report {
    /// Findings at or above a severity that no suppression hid.
    pub fn findings_at(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| !f.archived && f.severity >= severity).count()
    }

    /// Leaves out what is below a severity.
    pub fn keep_from(&mut self, minimum: Severity) {
        for list in [&mut self.findings, &mut self.baselined, &mut self.absent] {
            for finding in std::mem::take(list) {
                let is_kept = |d: &&Detection| d.identifier.severity(d.count).unwrap_or(finding.severity) >= minimum;
                let all = &finding.classification.detections;
                let kept: Vec<Detection> = all.iter().filter(is_kept).cloned().collect();
                if kept.len() == all.len() {
                    list.push(finding);
                } else if !kept.is_empty() {
                    list.push(finding.with(kept));
                }
            }
        }
    }

    /// Whether the gate holds. A finding weighs more than a gap.
    pub fn verdict(&self) -> Verdict {
        let policies = |severity| self.policy_findings.iter().filter(|found| found.severity >= severity).count();
        let found = self.gate.fail_on.map_or(0, |severity| self.findings_at(severity));
        match (found, self.gate.fail_on_policy.map_or(0, policies)) {
            (0, 0) if self.gate.strict && self.has_gaps() => Verdict::Gaps(self.gaps()),
            (0, 0) => Verdict::Holds,
            (0, open) => Verdict::Policy(open),
            (found, _) => Verdict::Found(found),
        }
    }

    /// Objects not inspected in full, by the list or by the counts, whichever knows of more.
    pub fn gaps(&self) -> u64 {
        let listed = self.skipped.iter().filter(|s| s.classification.status != Status::Complete).count() as u64;
        listed.max(self.totals.partial.saturating_add(self.totals.skipped))
    }

    /// Occurrences by category and by identifier, over all findings that are not archived.
    pub fn counts(&self) -> (BTreeMap<Category, u64>, BTreeMap<Arc<DataIdentifier>, u64>) {
        let mut categories = BTreeMap::new();
        let mut identifiers = BTreeMap::new();
        for detection in self.findings.iter().filter(|f| !f.archived).flat_map(|f| &f.classification.detections) {
            let category: &mut u64 = categories.entry(detection.identifier.category).or_default();
            *category = category.saturating_add(detection.count);
            let identifier: &mut u64 = identifiers.entry(Arc::clone(&detection.identifier)).or_default();
            *identifier = identifier.saturating_add(detection.count);
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

    /// Whether anything in scope was not inspected in full; in an interrupted scan there is always something.
    pub fn has_gaps(&self) -> bool {
        !self.complete || self.skipped.iter().any(|s| s.classification.status != Status::Complete)
    }

    /// Findings by severity.
    pub fn finding_counts(&self) -> FindingCounts {
        let mut counts = FindingCounts::default();
        for finding in &self.findings {
            match (finding.archived, finding.severity) {
                (true, _) => counts.suppressed += 1,
                (false, Severity::High) => counts.high += 1,
                (false, Severity::Medium) => counts.medium += 1,
                (false, Severity::Low) => counts.low += 1,
            }
        }
        counts
    }

    /// What the sensitivity score of everything is reckoned from.
    pub fn score(&self) -> Score {
        let totals = &self.totals;
        let (_, identifiers) = self.counts();
        Score {
            occurrences: identifiers.values().fold(0, |sum, n| sum.saturating_add(*n)),
            types: identifiers.len(),
            objects: totals.objects,
            classified: totals.classified,
            partial: totals.partial,
            skipped: totals.skipped,
            complete: self.complete,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::{FindingCounts, Totals};
    use crate::reports::fixture;

    #[test]
    fn suppressed_findings_are_counted_apart() {
        let counts = fixture::report().finding_counts();
        assert_eq!(counts, FindingCounts { high: 6, medium: 1, low: 1, suppressed: 1 });
        assert_eq!(counts.total(), 8);
    }

    #[test]
    fn totals_add_up_and_never_overflow() {
        let taken = |files| Totals { objects: 2, bytes: u64::MAX, taken_over: files, ..Totals::default() };
        let mut sum = taken(None);
        sum.add(&taken(Some(3)));
        sum.add(&taken(None));
        assert_eq!((sum.objects, sum.bytes, sum.taken_over), (6, u64::MAX, Some(3)));
    }

    #[test]
    fn suppressed_findings_make_no_score() {
        let mut report = fixture::report();
        assert!(report.score().value() > 50);
        report.findings.iter_mut().for_each(|finding| finding.archived = true);
        assert!(report.score().value() < 50);
    }
}
