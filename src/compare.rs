//! Stage: holds a report against an earlier one. What the earlier one knows is taken out of the findings, and what it knew
//! and is gone is named.
//!
//! The key is (path, member path, identifier), with a count: new is a key that is new, or a count that grew. Where
//! fingerprints stand for values (random credentials; everything, with a key), values count instead of places: as often as
//! the earlier report has a value, it is known, wherever it stands now; one time more, and it is new. What a rule
//! suppressed is no business of a baseline, neither in the old report nor in the new one.

use crate::artifact::ArtifactPath;
use crate::finding::{BaselineState, Detection, Finding, Occurrence};
use crate::report::Report;
use std::collections::{HashMap, HashSet};

/// Which findings of the earlier report count as gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// All that the later one has not.
    All,
    /// Only those of objects that the later one inspected in full, with the same settings.
    WhenCertain,
}

/// An identifier in an object.
type Key<'a> = (&'a ArtifactPath, &'a str);
/// A value of an identifier: its id and a fingerprint.
type Value<'a> = (&'a str, &'a str);

/// Divides a report's findings by what an earlier one knows. Gives what people should know of the comparison: each a
/// sentence.
pub fn compare(report: &mut Report, old: &Report, gone: Gone) -> Vec<String> {
    let old_findings: Vec<&Finding> = old.findings.iter().filter(|f| !f.archived).chain(&old.baselined).collect();
    let notes = notes(report, old);
    let values = Values { keyed: is_keyed(report), usable: is_keyed(report) == is_keyed(old) };
    let mut known = Known::of(old_findings.iter().copied().flat_map(keys), &values);
    let certain = gone == Gone::All || is_certain(report, old);
    let findings = std::mem::take(&mut report.findings);
    let fates = known.judge(&findings, &values);
    let is_seen: HashSet<Key<'_>> = findings.iter().flat_map(keys).map(|(key, _)| key).collect();
    let unread: HashSet<&[u8]> =
        report.skipped.iter().map(|row| row.classification.artifact.path.file.as_slice()).collect();
    let mut absent = Vec::new();
    for finding in old_findings.iter().filter(|_| certain) {
        let path = &finding.classification.artifact.path;
        if gone == Gone::WhenCertain && unread.contains(path.file.as_slice()) {
            continue;
        }
        let left =
            keys(finding).filter(|(key, detection)| !is_seen.contains(key) && !known.has_moved(detection, &values));
        absent.extend(part(finding, left.map(|(_, d)| d.clone()).collect(), BaselineState::Absent));
    }
    absent.sort_by(|a, b| a.classification.artifact.path.cmp(&b.classification.artifact.path));
    drop(is_seen);
    for (finding, fates) in findings.into_iter().zip(fates) {
        divide(report, finding, fates);
    }
    report.absent = absent;
    report.totals.baselined = report.baselined.len() as u64;
    notes
}

fn keys(finding: &Finding) -> impl Iterator<Item = (Key<'_>, &Detection)> {
    let path = &finding.classification.artifact.path;
    finding.classification.detections.iter().map(move |d| ((path, d.identifier.id.as_str()), d))
}

fn is_keyed(report: &Report) -> bool {
    report.configuration.get("fingerprintKeyed").and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// Whether both were made with keys, and perhaps not with the same: no value of one is a value of the other, though they
/// have findings in common. It may be that all values changed: so this is said, and what is new stays new.
fn other_key(report: &Report, old: &Report) -> bool {
    let fingerprints = |report: &Report| -> HashSet<String> {
        let all = report.findings.iter().chain(&report.baselined).flat_map(|f| &f.classification.detections);
        all.flat_map(|d| &d.occurrences).map(|o| o.fingerprint.clone()).collect()
    };
    if !is_keyed(report) || !is_keyed(old) {
        return false;
    }
    let theirs: HashSet<Key<'_>> =
        old.findings.iter().chain(&old.baselined).flat_map(keys).map(|(key, _)| key).collect();
    let meet = report.findings.iter().flat_map(keys).any(|(key, _)| theirs.contains(&key));
    meet && fingerprints(report).is_disjoint(&fingerprints(old))
}

fn notes(report: &Report, old: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let setting = |report: &Report, name: &str| report.configuration.get(name).cloned();
    if report.identifier_set_version != old.identifier_set_version {
        notes.push(
            "it was made with other identifiers, or by another version: what it did not look for shows as new"
                .to_owned(),
        );
    }
    if is_keyed(report) != is_keyed(old) {
        let (with, without) = if is_keyed(old) { ("the baseline", "this run") } else { ("this run", "the baseline") };
        notes.push(format!(
            "{with} has keyed fingerprints and {without} has not, so values cannot be compared, only counts: a changed \
             value goes unseen; use the same TAMIS_FINGERPRINT_KEY for both"
        ));
    } else if other_key(report, old) {
        notes.push(
            "none of its values is found again: all of them changed, or it was made with another TAMIS_FINGERPRINT_KEY; then \
             everything shows as new, and it must be made again"
                .to_owned(),
        );
    }
    if setting(report, "minSeverity") != setting(old, "minSeverity") {
        notes.push("it was made with another --min-severity: what it left out shows as new".to_owned());
    }
    if !old.complete {
        notes.push("its scan was interrupted: what it did not reach shows as new".to_owned());
    }
    notes
}

/// Whether what the later report has not is not there: it looked at the same things in the same way, to the end.
fn is_certain(report: &Report, old: &Report) -> bool {
    report.complete
        && old.targets == report.targets
        && old.identifier_set_version == report.identifier_set_version
        && old.configuration == report.configuration
}

/// Whether fingerprints can be compared, and whether all of them stand for values.
struct Values {
    keyed: bool,
    usable: bool,
}

impl Values {
    /// Whether a detection's values are known, each of them.
    fn are_whole(&self, detection: &Detection) -> bool {
        self.usable
            && (self.keyed || detection.identifier.random)
            && detection.count == detection.occurrences.len() as u64
    }
}

/// What the earlier report knows, less what was found again.
struct Known<'a> {
    counts: HashMap<Key<'a>, u64>,
    /// Values at their place.
    here: HashMap<(Key<'a>, &'a str), u64>,
    /// Values anywhere.
    anywhere: HashMap<Value<'a>, u64>,
    /// Where values are known, each of them.
    whole: HashSet<Key<'a>>,
}

/// What the earlier report knows of a detection.
enum Fate {
    /// By its count.
    Counted(BaselineState),
    /// By its values: of each occurrence whether it is known; and whether the key is.
    Valued(Vec<bool>, bool),
}

impl<'a> Known<'a> {
    fn of(detections: impl Iterator<Item = (Key<'a>, &'a Detection)>, values: &Values) -> Self {
        let mut known =
            Self { counts: HashMap::new(), here: HashMap::new(), anywhere: HashMap::new(), whole: HashSet::new() };
        for (key, detection) in detections {
            let count = known.counts.entry(key).or_default();
            *count = count.saturating_add(detection.count);
            if values.are_whole(detection) {
                known.whole.insert(key);
                for occurrence in &detection.occurrences {
                    *known.here.entry((key, &occurrence.fingerprint)).or_default() += 1;
                    *known.anywhere.entry((key.1, &occurrence.fingerprint)).or_default() += 1;
                }
            }
        }
        known
    }

    /// What is known of each detection of each finding: first values in their place, then values that moved.
    fn judge(&mut self, findings: &'a [Finding], values: &Values) -> Vec<Vec<Fate>> {
        let mut fates: Vec<Vec<Fate>> = Vec::with_capacity(findings.len());
        for finding in findings {
            fates.push(keys(finding).map(|(key, detection)| self.in_place(finding, key, detection, values)).collect());
        }
        for (finding, fates) in findings.iter().zip(&mut fates).filter(|(finding, _)| !finding.archived) {
            for (detection, fate) in finding.classification.detections.iter().zip(fates) {
                if let Fate::Valued(known, _) = fate {
                    let unknown = detection.occurrences.iter().zip(known).filter(|(_, known)| !**known);
                    for (occurrence, known) in unknown {
                        *known = self.take_anywhere(&detection.identifier.id, &occurrence.fingerprint);
                    }
                }
            }
        }
        fates
    }

    fn in_place(&mut self, finding: &Finding, key: Key<'a>, detection: &'a Detection, values: &Values) -> Fate {
        let count = self.counts.get(&key).copied();
        let is_valued = values.are_whole(detection) && (count.is_none() || self.whole.contains(&key));
        if !is_valued || finding.archived {
            return Fate::Counted(match count {
                None => BaselineState::New,
                Some(count) if detection.count <= count => BaselineState::Unchanged,
                Some(_) => BaselineState::Updated,
            });
        }
        let take = |occurrence: &'a Occurrence| {
            let left = self.here.get_mut(&(key, occurrence.fingerprint.as_str())).filter(|left| **left > 0);
            let Some(left) = left else { return false };
            *left -= 1;
            self.take_anywhere(key.1, &occurrence.fingerprint)
        };
        Fate::Valued(detection.occurrences.iter().map(take).collect(), count.is_some())
    }

    fn take_anywhere(&mut self, id: &'a str, fingerprint: &'a str) -> bool {
        let left = self.anywhere.get_mut(&(id, fingerprint)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }

    /// Whether all values of an old detection were found again.
    fn has_moved(&self, detection: &Detection, values: &Values) -> bool {
        let id = detection.identifier.id.as_str();
        values.are_whole(detection)
            && detection.occurrences.iter().all(|o| self.anywhere.get(&(id, o.fingerprint.as_str())) == Some(&0))
    }
}

/// Puts what is known of a finding aside, and leaves the rest.
fn divide(report: &mut Report, mut finding: Finding, fates: Vec<Fate>) {
    if finding.archived {
        report.findings.push(finding);
        return;
    }
    let (mut open, mut known, mut state) = (Vec::new(), Vec::new(), BaselineState::New);
    for (detection, fate) in std::mem::take(&mut finding.classification.detections).into_iter().zip(fates) {
        match fate {
            Fate::Counted(BaselineState::Unchanged) => known.push(detection),
            Fate::Counted(of_it) => {
                state = state.max(of_it);
                open.push(detection);
            }
            Fate::Valued(flags, has_key) => {
                let some = flags.iter().any(|known| *known);
                let (new, old) = apart(detection, &flags);
                if new.is_some() && (has_key || some) {
                    state = BaselineState::Updated;
                }
                open.extend(new);
                known.extend(old);
            }
        }
    }
    report.baselined.extend(part(&finding, known, BaselineState::Unchanged));
    report.findings.extend(part(&finding, open, state));
}

/// A detection's new occurrences and its known ones. Where fewer of them would be less severe, all of them are new.
fn apart(detection: Detection, known: &[bool]) -> (Option<Detection>, Option<Detection>) {
    let new = known.iter().filter(|known| !**known).count() as u64;
    if new == 0 {
        return (None, Some(detection));
    }
    if new == detection.count || detection.identifier.severity(new) != detection.identifier.severity(detection.count) {
        return (Some(detection), None);
    }
    let pick = |wanted: bool| {
        let chosen = detection.occurrences.iter().zip(known).filter(|(_, known)| **known == wanted);
        let occurrences: Vec<Occurrence> = chosen.map(|(occurrence, _)| occurrence.clone()).collect();
        Detection { count: occurrences.len() as u64, occurrences, ..detection.clone() }
    };
    (Some(pick(false)), Some(pick(true)))
}

/// A finding with some of its detections; none without any.
fn part(finding: &Finding, detections: Vec<Detection>, state: BaselineState) -> Option<Finding> {
    (!detections.is_empty()).then(|| Finding { baseline: Some(state), ..finding.with(detections) })
}
