//! What was found in each area: the findings and gaps of a report, counted by target and by topmost folder.

use super::{FindingCounts, Report};
use crate::area::{Area, Targets};
use crate::finding::Finding;
use crate::identifier::Severity;
use crate::score::Score;
use crate::status::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// An area, and what was found in it.
#[derive(Debug, Clone)]
pub struct AreaFigures<'r> {
    /// The area.
    pub area: &'r Area,
    /// Its findings by severity.
    pub findings: FindingCounts,
    /// Objects of it that were not inspected in full, by why.
    pub reasons: BTreeMap<Reason, u64>,
    /// Its sensitivity score, by the formula of [`Score::value`].
    pub score: i8,
}

/// What findings add up to.
#[derive(Default)]
struct Found<'r> {
    findings: FindingCounts,
    occurrences: u64,
    identifiers: BTreeSet<&'r str>,
    reasons: BTreeMap<Reason, u64>,
}

impl<'r> Found<'r> {
    fn add(&mut self, finding: &'r Finding) {
        match (finding.archived, finding.severity) {
            (true, _) => self.findings.suppressed += 1,
            (false, Severity::High) => self.findings.high += 1,
            (false, Severity::Medium) => self.findings.medium += 1,
            (false, Severity::Low) => self.findings.low += 1,
        }
        for detection in finding.classification.detections.iter().filter(|_| !finding.archived) {
            self.occurrences = self.occurrences.saturating_add(detection.count);
            self.identifiers.insert(&detection.identifier.id);
        }
    }
}

impl Report {
    /// What was found in each area, in the order of [`Report::areas`]: each target, and behind it its folders.
    pub fn by_area(&self) -> Vec<AreaFigures<'_>> {
        let targets = Targets::new(&self.targets);
        let mut found: BTreeMap<(usize, Option<&[u8]>), Found<'_>> = BTreeMap::new();
        for finding in &self.findings {
            let (target, folder) = targets.place(&finding.classification.artifact.path.file);
            for area in [None, Some(folder)] {
                found.entry((target, area)).or_default().add(finding);
            }
        }
        for row in &self.skipped {
            let Some(reason) = row.classification.status.reason() else { continue };
            let (target, folder) = targets.place(&row.classification.artifact.path.file);
            for area in [None, Some(folder)] {
                *found.entry((target, area)).or_default().reasons.entry(reason).or_default() += 1;
            }
        }
        let mut rows = Vec::with_capacity(self.areas.len());
        for area in &self.areas {
            let target = self.targets.iter().position(|target| *target == area.target).unwrap_or_default();
            let found = found.remove(&(target, area.folder.as_deref())).unwrap_or_default();
            let score = Score {
                occurrences: found.occurrences,
                types: found.identifiers.len(),
                objects: area.objects,
                classified: area.classified,
                partial: area.partial,
                skipped: area.skipped,
                complete: self.complete,
            };
            rows.push(AreaFigures { area, findings: found.findings, reasons: found.reasons, score: score.value() });
        }
        rows
    }

    /// Those that say more than the whole: with one target and no folder in it they would repeat it.
    pub fn telling_areas(&self) -> Vec<AreaFigures<'_>> {
        let tells = self.areas.iter().filter(|area| area.folder.is_none()).count() > 1
            || self.areas.iter().any(|area| area.folder.as_ref().is_some_and(|folder| !folder.is_empty()));
        if tells { self.by_area() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::reports::fixture;

    #[test]
    fn what_was_found_is_counted_where_it_lies() {
        let report = fixture::report();
        let all = report.by_area();
        assert_eq!(all.len(), report.areas.len());
        assert_eq!(all[0].findings, report.finding_counts());
        assert_eq!(all[0].score, report.score().value());
        assert_eq!(all[0].reasons, report.reasons());
        let of = |folder: &[u8]| all.iter().find(|row| row.area.folder.as_deref() == Some(folder)).unwrap();
        assert_eq!((of(b"hr").findings.high, of(b"hr").score), (1, 51 + 30 + 6));
        assert_eq!((of(b"test").findings.suppressed, of(b"test").score), (1, 1));
        assert_eq!((of(b"img").findings.total(), of(b"img").score), (0, -1));
        let folders = all.iter().skip(1).map(|row| row.findings.total() + row.findings.suppressed);
        assert_eq!(folders.sum::<usize>(), report.findings.len());
    }
}
