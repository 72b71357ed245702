//! What the result says besides findings: the tool, the scan, the counts, and what was not inspected.

use super::areas::TargetRow;
use super::escape::{Levels, Name};
use super::finding::GitRow;
use super::identifiers::IdentifierRow;
use super::timestamp;
use crate::finding::{Pardon, Pardons};
use crate::identifier::Severity;
use crate::report::{Configuration, FindingCounts, Gate, NotInspected, Report, Suppressed};
use crate::reports::numbers::milliseconds;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Who made the result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToolRow<'a> {
    name: &'static str,
    version: &'static str,
    identifier_set_version: &'a str,
    /// Those that found something, so that a reader needs no others.
    identifiers: Vec<IdentifierRow<'a>>,
}

impl<'a> ToolRow<'a> {
    /// Of a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        Self {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            identifier_set_version: &report.identifier_set_version,
            identifiers: IdentifierRow::all(report),
        }
    }
}

/// The run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanRow<'a> {
    id: &'a str,
    started_at: Option<String>,
    finished_at: Option<String>,
    targets: &'a [String],
    complete: bool,
    gate: GateRow,
    configuration: &'a Configuration,
}

impl<'a> ScanRow<'a> {
    /// Of a report.
    pub(crate) fn of(report: &'a Report) -> Self {
        Self {
            id: &report.id,
            started_at: timestamp(report.started),
            finished_at: timestamp(report.finished),
            targets: &report.targets,
            complete: report.complete,
            gate: GateRow::of(report.gate),
            configuration: &report.configuration,
        }
    }
}

/// What the run was held to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GateRow {
    fail_on: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_on_policy: Option<&'static str>,
    strict: bool,
}

impl GateRow {
    fn of(gate: Gate) -> Self {
        let word = crate::identifier::Severity::word;
        Self { fail_on: gate.fail_on.map(word), fail_on_policy: gate.fail_on_policy.map(word), strict: gate.strict }
    }
}

/// The counts. Those of findings and occurrences leave out what a rule suppressed; `suppressed` says how many that were.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SummaryRow {
    objects: ObjectsRow,
    bytes: BytesRow,
    findings: FindingsRow,
    policy_findings: PoliciesRow,
    by_category: BTreeMap<&'static str, u64>,
    by_type: BTreeMap<String, u64>,
    by_skip_reason: BTreeMap<&'static str, u64>,
    /// Matches that are not reported, by why.
    allowed: AllowedRow,
    /// What each suppression rule did, in the order of the rules.
    suppressions: Vec<SuppressionRow>,
    /// Files that the scope leaves out, by rule.
    left_out: BTreeMap<String, u64>,
    sensitivity_score: i8,
    /// The same for each target, and for each of its topmost folders.
    by_target: Vec<TargetRow>,
    duration_seconds: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectsRow {
    total: u64,
    classified: u64,
    sensitive: u64,
    partial: u64,
    skipped: u64,
    /// Files that did not change since an earlier run; only with `--state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_over: Option<u64>,
}

#[derive(Serialize)]
struct BytesRow {
    total: u64,
    classified: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AllowedRow {
    by_list: BTreeMap<String, u64>,
    inline_marks: u64,
    placeholders: u64,
}

impl AllowedRow {
    fn of(pardons: &Pardons) -> Self {
        let mut row = Self { by_list: BTreeMap::new(), inline_marks: 0, placeholders: 0 };
        for (pardon, count) in pardons {
            match pardon {
                Pardon::AllowList(name) => *row.by_list.entry(name.to_string()).or_default() += count,
                Pardon::InlineMark => row.inline_marks += count,
                Pardon::Placeholder => row.placeholders += count,
            }
        }
        row
    }
}

/// What a suppression rule did. `status` is `applied`, `unused` (it fits no finding) or `expired`.
#[derive(Serialize)]
struct SuppressionRow {
    rule: String,
    reason: String,
    expires: Option<String>,
    status: &'static str,
    findings: u64,
}

impl SuppressionRow {
    fn of(suppressed: &Suppressed) -> Self {
        Self {
            rule: suppressed.rule.clone(),
            reason: suppressed.reason.clone(),
            expires: suppressed.expires.clone(),
            status: match (suppressed.expired, suppressed.findings) {
                (true, _) => "expired",
                (false, 0) => "unused",
                (false, _) => "applied",
            },
            findings: suppressed.findings,
        }
    }
}

#[derive(Serialize)]
struct FindingsRow {
    #[serde(flatten)]
    counts: CountsRow,
    baselined: u64,
}

/// Findings by severity.
#[derive(Serialize)]
pub(crate) struct CountsRow {
    total: usize,
    high: usize,
    medium: usize,
    low: usize,
    suppressed: usize,
}

impl CountsRow {
    /// Of what was counted.
    pub(crate) fn of(counts: FindingCounts) -> Self {
        let FindingCounts { high, medium, low, suppressed } = counts;
        Self { total: counts.total(), high, medium, low, suppressed }
    }
}

/// Policy findings by severity; they are no findings, and counted apart.
#[derive(Serialize)]
struct PoliciesRow {
    total: usize,
    high: usize,
    medium: usize,
    low: usize,
}

impl PoliciesRow {
    fn of(report: &Report) -> Self {
        let of = |severity| report.policy_findings.iter().filter(|found| found.severity == severity).count();
        let (high, medium, low) = (of(Severity::High), of(Severity::Medium), of(Severity::Low));
        Self { total: report.policy_findings.len(), high, medium, low }
    }
}

impl SummaryRow {
    /// Of a report.
    pub(crate) fn of(report: &Report) -> Self {
        let (totals, findings) = (&report.totals, report.finding_counts());
        let (categories, identifiers) = report.counts();
        let mut by_type = BTreeMap::new();
        for (identifier, count) in identifiers {
            *by_type.entry(identifier.id.clone()).or_default() += count;
        }
        Self {
            objects: ObjectsRow {
                total: totals.objects,
                classified: totals.classified,
                sensitive: totals.sensitive,
                partial: totals.partial,
                skipped: totals.skipped,
                taken_over: totals.taken_over,
            },
            bytes: BytesRow { total: totals.bytes, classified: totals.bytes_classified },
            findings: FindingsRow { counts: CountsRow::of(findings), baselined: totals.baselined },
            policy_findings: PoliciesRow::of(report),
            by_category: categories.into_iter().map(|(category, count)| (category.code(), count)).collect(),
            by_type,
            by_skip_reason: report.reasons().into_iter().map(|(reason, count)| (reason.code(), count)).collect(),
            allowed: AllowedRow::of(&totals.pardons),
            suppressions: report.suppressions.iter().map(SuppressionRow::of).collect(),
            left_out: totals.left_out.clone(),
            sensitivity_score: report.score().value(),
            by_target: TargetRow::all(report),
            duration_seconds: milliseconds(report.duration).as_secs_f64(),
        }
    }
}

/// An object that was not inspected in full.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkippedRow<'a> {
    path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
    embedded_path: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedded_path_base64: Option<String>,
    #[serde(flatten)]
    levels: Levels<'a>,
    status: &'static str,
    reason: Option<&'static str>,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    git_details: Option<GitRow<'a>>,
}

impl<'a> SkippedRow<'a> {
    /// Of one object.
    pub(crate) fn of(skipped: &'a NotInspected) -> Self {
        let (path, status) = (&skipped.classification.artifact.path, &skipped.classification.status);
        let file = Name::borrowed(&path.file);
        let (embedded_path, embedded_path_base64) = match path.embedded().map(Name::owned) {
            Some(name) => (Some(name.text), name.base64),
            None => (None, None),
        };
        Self {
            path: file.text,
            path_base64: file.base64,
            embedded_path,
            embedded_path_base64,
            levels: Levels::of(path),
            status: status.code(),
            reason: status.reason().map(crate::status::Reason::code),
            detail: status.detail(),
            git_details: GitRow::around(&skipped.classification.artifact),
        }
    }
}
