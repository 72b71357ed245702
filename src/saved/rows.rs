//! The rows of a result as they are read: the contract's names, and what is not needed left out.

use super::areas::{AreaRow, areas};
use super::findings::artifact;
use super::names::{self, severity};
use crate::area::Area;
use crate::artifact::{Artifact, ArtifactPath, Stored};
use crate::finding::{Classification, Pardon, Pardons};
use crate::policy::{PolicyFinding, PolicyKind};
use crate::report::{Configuration, Gate, NotInspected, Suppressed, Totals};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// As much as tells whether the rest can be read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    pub(super) schema_version: Option<Value>,
    pub(super) scan: Option<HeadScan>,
}

#[derive(Deserialize)]
pub(super) struct HeadScan {
    pub(super) configuration: Option<BTreeMap<String, Value>>,
}

/// The whole, from one document or many lines.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) tool: Tool,
    pub(super) scan: Scan,
    pub(super) summary: Summary,
    pub(super) findings: Vec<FindingRow>,
    #[serde(default)]
    pub(super) policy_findings: Vec<PolicyRow>,
    pub(super) skipped: Vec<SkippedRow>,
    #[serde(default)]
    pub(super) baselined: Vec<FindingRow>,
    #[serde(default)]
    pub(super) absent: Vec<FindingRow>,
}

/// The last line of JSON Lines.
#[derive(Deserialize)]
pub(super) struct SummaryLine {
    pub(super) tool: Tool,
    pub(super) scan: Scan,
    pub(super) summary: Summary,
}

/// A finding of the baseline in JSON Lines.
#[derive(Deserialize)]
pub(super) struct KnownLine {
    pub(super) finding: FindingRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tool {
    pub(super) identifier_set_version: String,
    #[serde(default)]
    pub(super) identifiers: Vec<IdentifierRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentifierRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) category: String,
    pub(super) custom: bool,
    pub(super) tags: Vec<String>,
    pub(super) random: bool,
    pub(super) precision: String,
    pub(super) severity_levels: Vec<LevelRow>,
    pub(super) remediation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LevelRow {
    pub(super) occurrences_threshold: u64,
    pub(super) severity: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scan {
    pub(super) id: String,
    pub(super) started_at: Option<String>,
    pub(super) finished_at: Option<String>,
    pub(super) targets: Vec<String>,
    pub(super) complete: bool,
    #[serde(default)]
    pub(super) gate: GateRow,
    pub(super) configuration: Configuration,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct GateRow {
    fail_on: Option<String>,
    fail_on_policy: Option<String>,
    strict: bool,
}

impl GateRow {
    pub(super) fn read(self) -> Result<Gate, String> {
        let fail_on = self.fail_on.map(|word| severity("scan.gate.failOn", &word)).transpose()?;
        let word = self.fail_on_policy;
        let fail_on_policy = word.map(|word| severity("scan.gate.failOnPolicy", &word)).transpose()?;
        Ok(Gate { fail_on, fail_on_policy, strict: self.strict })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    objects: Objects,
    bytes: Bytes,
    findings: FindingNumbers,
    #[serde(default)]
    allowed: Allowed,
    #[serde(default)]
    suppressions: Vec<RuleRow>,
    #[serde(default)]
    left_out: BTreeMap<String, u64>,
    #[serde(default)]
    by_target: Vec<AreaRow>,
    duration_seconds: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Objects {
    total: u64,
    classified: u64,
    sensitive: u64,
    partial: u64,
    skipped: u64,
    taken_over: Option<u64>,
}

#[derive(Deserialize)]
struct Bytes {
    total: u64,
    classified: u64,
}

#[derive(Deserialize)]
struct FindingNumbers {
    baselined: u64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Allowed {
    by_list: BTreeMap<String, u64>,
    inline_marks: u64,
    placeholders: u64,
}

#[derive(Deserialize)]
struct RuleRow {
    rule: String,
    reason: String,
    expires: Option<String>,
    status: String,
    findings: u64,
}

impl Summary {
    pub(super) fn areas(&self) -> Result<Vec<Area>, String> {
        areas(&self.by_target)
    }

    pub(super) fn duration(&self) -> Result<Duration, String> {
        let seconds = Duration::try_from_secs_f64(self.duration_seconds);
        seconds.map_err(|_| format!("summary.durationSeconds: {} is no duration; scan again", self.duration_seconds))
    }

    pub(super) fn totals(&self) -> Totals {
        let mut pardons: Pardons =
            self.allowed.by_list.iter().map(|(name, n)| (Pardon::AllowList(Arc::from(name.as_str())), *n)).collect();
        for (pardon, number) in
            [(Pardon::InlineMark, self.allowed.inline_marks), (Pardon::Placeholder, self.allowed.placeholders)]
        {
            if number > 0 {
                pardons.insert(pardon, number);
            }
        }
        Totals {
            objects: self.objects.total,
            classified: self.objects.classified,
            sensitive: self.objects.sensitive,
            partial: self.objects.partial,
            skipped: self.objects.skipped,
            bytes: self.bytes.total,
            bytes_classified: self.bytes.classified,
            baselined: self.findings.baselined,
            pardons,
            left_out: self.left_out.clone(),
            taken_over: self.objects.taken_over,
        }
    }

    pub(super) fn suppressions(self) -> Vec<Suppressed> {
        let rule = |row: RuleRow| Suppressed {
            expired: row.status == "expired",
            rule: row.rule,
            reason: row.reason,
            expires: row.expires,
            findings: row.findings,
        };
        self.suppressions.into_iter().map(rule).collect()
    }
}

/// A path, and the way into the file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SkippedRow {
    path: String,
    path_base64: Option<String>,
    embedded_path: Option<String>,
    embedded_path_base64: Option<String>,
    level_bytes: Option<Vec<usize>>,
    level_ordinals: Option<Vec<u64>>,
    status: String,
    reason: Option<String>,
    #[serde(default)]
    detail: String,
    git_details: Option<GitRow>,
}

/// Where a file is in a repository.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GitRow {
    commit: Option<String>,
    author_date: Option<String>,
    blob: String,
    #[serde(default)]
    one_of_several: bool,
}

impl GitRow {
    /// Puts it to the file: its version into the path, the rest beside it.
    pub(super) fn read(self, path: &mut ArtifactPath) -> Result<Box<Stored>, String> {
        let id = |field: &str, id: String| {
            let is_id = (4..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit());
            if is_id { Ok(id) } else { Err(format!("gitDetails.{field}: is no object id; scan again")) }
        };
        let blob = id("blob", self.blob)?;
        let commit = self.commit.map(|commit| id("commit", commit)).transpose()?;
        if self.one_of_several {
            path.version.clone_from(&blob);
        }
        let authored = names::time("gitDetails.authorDate", self.author_date.as_deref())?;
        Ok(Box::new(Stored { blob, commit, authored }))
    }
}

impl SkippedRow {
    pub(super) fn read(self) -> Result<NotInspected, String> {
        let file = names::bytes("pathBase64", self.path, self.path_base64)?;
        let mut path = ArtifactPath::file(file);
        let mut git = self.git_details.map(|git| git.read(&mut path)).transpose()?;
        let mut container = None;
        if let Some(text) = self.embedded_path {
            let embedded = names::bytes("embeddedPathBase64", text, self.embedded_path_base64)?;
            let outermost = path.clone();
            names::levels(&mut path, &embedded, self.level_bytes, self.level_ordinals)?;
            container =
                git.take().map(|git| Box::new(Artifact { path: outermost, git: Some(git), ..Artifact::default() }));
        }
        let status = names::status(&self.status, self.reason.as_deref(), self.detail)?;
        let artifact = Artifact { path, git, container, ..Artifact::default() };
        let media_type = "application/octet-stream".into();
        let classification = Classification { artifact, media_type, bytes: 0, status, detections: Vec::new() };
        Ok(NotInspected { classification })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingRow {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) severity: SeverityRow,
    pub(super) archived: bool,
    pub(super) suppression: Option<Suppression>,
    pub(super) baseline_state: Option<String>,
    pub(super) resources_affected: Resources,
    pub(super) classification_details: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyRow {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    severity: SeverityRow,
    policy: Option<String>,
    basis: Option<String>,
    resources_affected: Resources,
}

impl PolicyRow {
    pub(super) fn read(self) -> Result<PolicyFinding, String> {
        Ok(PolicyFinding {
            id: names::hex("id", self.id)?,
            kind: names::one_of("type", &self.kind, &PolicyKind::ALL, PolicyKind::code)?,
            severity: severity("severity.description", &self.severity.description)?,
            artifact: artifact(self.resources_affected.file)
                .map_err(|problem| format!("resourcesAffected.file.{problem}"))?,
            rule: self.policy,
            basis: self.basis,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct SeverityRow {
    pub(super) description: String,
}

#[derive(Deserialize)]
pub(super) struct Suppression {
    pub(super) rule: String,
    pub(super) reason: String,
}

#[derive(Deserialize)]
pub(super) struct Resources {
    pub(super) file: FileRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileRow {
    pub(super) path: String,
    pub(super) path_base64: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) last_modified: Option<String>,
    pub(super) mode: Option<String>,
    pub(super) git_details: Option<GitRow>,
    pub(super) embedded_file_details: Option<EmbeddedRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EmbeddedRow {
    pub(super) file_path: String,
    pub(super) file_path_base64: Option<String>,
    pub(super) level_bytes: Option<Vec<usize>>,
    pub(super) level_ordinals: Option<Vec<u64>>,
    pub(super) file_size: u64,
    pub(super) file_last_modified: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Details {
    pub(super) result: ResultRow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultRow {
    pub(super) status: StatusRow,
    pub(super) mime_type: String,
    pub(super) size_classified: u64,
    pub(super) sensitive_data: Vec<Group>,
    pub(super) custom_data_identifiers: CustomGroup,
}

#[derive(Deserialize)]
pub(super) struct StatusRow {
    pub(super) code: String,
    pub(super) reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Group {
    pub(super) category: String,
    pub(super) detections: Vec<DetectionRow>,
}

#[derive(Deserialize)]
pub(super) struct CustomGroup {
    pub(super) detections: Vec<DetectionRow>,
}

/// A managed one has a `type`, a custom one `arn` and `name`.
#[derive(Deserialize)]
pub(super) struct DetectionRow {
    #[serde(rename = "type")]
    pub(super) id: Option<String>,
    pub(super) arn: Option<String>,
    pub(super) name: Option<String>,
    pub(super) count: u64,
    pub(super) occurrences: Arrays,
    pub(super) matches: Vec<Match>,
    pub(super) remediation: Option<String>,
}

/// Macie's arrays.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Arrays {
    pub(super) cells: Option<Vec<Cell>>,
    pub(super) line_ranges: Option<Vec<LineRange>>,
    pub(super) pages: Option<Vec<Page>>,
    pub(super) records: Option<Vec<Record>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the contract's names")]
pub(super) struct Cell {
    pub(super) row: Option<u64>,
    pub(super) column: Option<u64>,
    pub(super) column_name: Option<String>,
    pub(super) cell_reference: Option<String>,
}

/// What else it says is in the match.
#[derive(Deserialize)]
pub(super) struct LineRange {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    pub(super) page_number: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    pub(super) json_path: Option<String>,
    pub(super) record_index: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Match {
    pub(super) place: Option<String>,
    pub(super) line: Option<u64>,
    pub(super) end_line: Option<u64>,
    pub(super) column: Option<u64>,
    pub(super) offset: Option<u64>,
    pub(super) length: Option<u64>,
    pub(super) masked: String,
    pub(super) value: Option<String>,
    pub(super) keyword: Option<String>,
    pub(super) confidence: String,
    pub(super) fingerprint: String,
}
