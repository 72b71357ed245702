//! Stage: several reports to one, as if one scan had seen everything.
//!
//! Reports of the same targets are parts of one scan: an object that is in several of them counts as the latest has it.
//! Reports of different targets are a scan of several: each path begins with its target, so that two files never share one.
//! Counts are summed; a setting that differs is the list of its values.

use crate::area;
use crate::finding::{Finding, digest};
use crate::policy::{PolicyFinding, PolicyKind};
use crate::report::{Configuration, NotInspected, Report, Suppressed, Totals};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One report of several; none of none.
pub fn merge(mut reports: Vec<Report>) -> Option<Report> {
    if reports.len() < 2 {
        return reports.pop();
    }
    let same_targets = reports.iter().all(|report| report.targets == reports[0].targets);
    if !same_targets {
        reports.iter_mut().for_each(under_target);
    }
    let (started, finished) = (reports.iter().map(|r| r.started).min()?, reports.iter().map(|r| r.finished).max()?);
    let ids: BTreeSet<&str> = reports.iter().map(|r| r.id.as_str()).collect();
    let id = digest(&std::iter::once("merged").chain(ids).map(str::as_bytes).collect::<Vec<_>>());
    let (targets, identifier_set_version) = (targets(&reports), set_version(&reports));
    let shards: Vec<String> =
        reports.iter().filter_map(|r| Some(r.configuration.get("shard")?.as_str()?.to_owned())).collect();
    let mut totals = totals(&reports);
    let areas = area::merged(&targets, reports.iter().flat_map(|report| &report.areas));
    let mut configuration = configuration(&reports);
    if is_whole(&shards, reports.len()) {
        totals.left_out.retain(|rule, _| !rule.starts_with("shard "));
        configuration.insert("shard".to_owned(), Value::Null);
    }
    let duration = reports.iter().fold(std::time::Duration::ZERO, |sum, r| sum.saturating_add(r.duration));
    let (complete, gate) = (reports.iter().all(|r| r.complete), reports[0].gate);
    let suppressions = rules(&reports);
    // The latest comes first, and the first of each path is kept.
    reports.sort_by_key(|report| std::cmp::Reverse(report.started));
    let lists = |list: fn(&Report) -> &Vec<Finding>| findings(reports.iter().map(list).collect());
    let (findings, baselined, absent) = (lists(|r| &r.findings), lists(|r| &r.baselined), lists(|r| &r.absent));
    totals.baselined = totals.baselined.max(baselined.len() as u64);
    Some(Report {
        id,
        started,
        finished,
        duration,
        targets,
        complete,
        configuration,
        identifier_set_version,
        totals,
        skipped: skipped(&reports),
        policy_findings: policies(&reports),
        areas,
        earlier: Vec::new(),
        findings,
        suppressions,
        baselined,
        absent,
        gate,
    })
}

fn targets(reports: &[Report]) -> Vec<String> {
    let mut targets: Vec<String> = Vec::new();
    for target in reports.iter().flat_map(|report| &report.targets) {
        if !targets.contains(target) {
            targets.push(target.clone());
        }
    }
    targets
}

fn set_version(reports: &[Report]) -> String {
    let versions: BTreeSet<&str> = reports.iter().map(|r| r.identifier_set_version.as_str()).collect();
    match versions.first() {
        Some(one) if versions.len() == 1 => (*one).to_owned(),
        _ => digest(&versions.into_iter().map(str::as_bytes).collect::<Vec<_>>()),
    }
}

fn totals(reports: &[Report]) -> Totals {
    let mut totals = Totals::default();
    for report in reports {
        totals.add(&report.totals);
    }
    totals
}

/// Findings of one kind, ordered by path; of those of one object the report's that comes first.
fn findings(lists: Vec<&Vec<Finding>>) -> Vec<Finding> {
    let mut all: Vec<(usize, &Finding)> =
        lists.into_iter().enumerate().flat_map(|(at, list)| list.iter().map(move |finding| (at, finding))).collect();
    all.sort_by(|(at, a), (bt, b)| (&a.classification.artifact.path, at).cmp(&(&b.classification.artifact.path, bt)));
    all.dedup_by(|(_, later), (_, first)| later.classification.artifact.path == first.classification.artifact.path);
    all.into_iter().map(|(_, finding)| finding.clone()).collect()
}

/// What is wrong with how files are kept, of each file as the report that comes first has it.
fn policies(reports: &[Report]) -> Vec<PolicyFinding> {
    let mut all: BTreeMap<(&[u8], PolicyKind), &PolicyFinding> = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.policy_findings) {
        all.entry((&found.artifact.path.file, found.kind)).or_insert(found);
    }
    all.into_values().cloned().collect()
}

fn skipped(reports: &[Report]) -> Vec<NotInspected> {
    let mut all: Vec<(usize, &NotInspected)> =
        reports.iter().enumerate().flat_map(|(at, report)| report.skipped.iter().map(move |row| (at, row))).collect();
    let path = |row: &NotInspected| row.classification.artifact.path.clone();
    all.sort_by(|(at, a), (bt, b)| (&a.classification.artifact.path, at).cmp(&(&b.classification.artifact.path, bt)));
    all.dedup_by(|(_, later), (_, first)| path(later) == path(first));
    all.into_iter().map(|(_, row)| row.clone()).collect()
}

/// Whether these are all parts of one whole, each once: `1/3`, `2/3`, `3/3`.
fn is_whole(shards: &[String], reports: usize) -> bool {
    let parts: BTreeSet<(u64, u64)> = shards
        .iter()
        .filter_map(|shard| shard.split_once('/'))
        .filter_map(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)))
        .collect();
    let count = reports as u64;
    parts.len() == reports && parts.iter().all(|(part, of)| *of == count && (1..=count).contains(part))
}

/// Paths as a scan of several targets has them: each begins with its target as typed.
fn under_target(report: &mut Report) {
    let [target] = report.targets.as_slice() else { return };
    if target == "-" {
        return;
    }
    let target = target.clone();
    let file = Path::new(&target).file_name().map(|name| name.to_string_lossy().into_owned().into_bytes());
    let mut paths =
        report.findings.iter().map(|f| &f.classification).chain(report.skipped.iter().map(|s| &s.classification));
    // A target that is the file itself has no other path.
    let is_file = paths.all(|c| Some(&c.artifact.path.file) == file.as_ref());
    let moved = |path: &[u8]| {
        if is_file {
            target.clone().into_bytes()
        } else {
            [target.trim_end_matches('/').as_bytes(), b"/", path].concat()
        }
    };
    for finding in report.findings.iter_mut().chain(&mut report.baselined).chain(&mut report.absent) {
        let artifact = &mut finding.classification.artifact;
        artifact.path.file = moved(&artifact.path.file);
        if let Some(container) = &mut artifact.container {
            container.path.file.clone_from(&artifact.path.file);
        }
        finding.id = Finding::id_of(&artifact.path);
    }
    for row in &mut report.skipped {
        let artifact = &mut row.classification.artifact;
        artifact.path.file = moved(&artifact.path.file);
        if let Some(container) = &mut artifact.container {
            container.path.file.clone_from(&artifact.path.file);
        }
    }
    for found in &mut report.policy_findings {
        let mut artifact = found.artifact.clone();
        artifact.path.file = moved(&artifact.path.file);
        let (rule, basis) = (found.rule.take(), found.basis.take());
        *found = PolicyFinding { basis, ..PolicyFinding::new(found.kind, found.severity, artifact, rule) };
    }
}

fn configuration(reports: &[Report]) -> Configuration {
    let names: BTreeSet<&String> = reports.iter().flat_map(|report| report.configuration.keys()).collect();
    let mut merged = BTreeMap::new();
    for name in names {
        let mut values: Vec<Value> = Vec::new();
        for report in reports {
            let value = report.configuration.get(name).cloned().unwrap_or(Value::Null);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
        merged.insert(name.clone(), value);
    }
    merged
}

/// What each rule did in all of them, in the order in which they are met.
fn rules(reports: &[Report]) -> Vec<Suppressed> {
    let mut all: Vec<Suppressed> = Vec::new();
    for rule in reports.iter().flat_map(|report| &report.suppressions) {
        match all.iter_mut().find(|known| (&known.rule, &known.reason) == (&rule.rule, &rule.reason)) {
            Some(known) => {
                known.findings = known.findings.saturating_add(rule.findings);
                known.expired |= rule.expired;
            }
            None => all.push(rule.clone()),
        }
    }
    all
}
