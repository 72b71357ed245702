//! A year of nights against what was planned, a file of version 1, and what time and failure leave.

use super::{Changes, KIND, Query, Series, Store};
use crate::artifact::ArtifactPath;
use crate::finding::Finding;
use crate::policy::{PolicyFinding, PolicyKind};
use crate::report::Report;
use crate::reports::fixture;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: Duration = Duration::from_hours(24);

fn series() -> Series {
    Series { job: Some("nightly".to_owned()), of: "/etc/tamis.toml".to_owned(), targets: vec!["/srv".to_owned()] }
}

fn night(number: u32) -> SystemTime {
    UNIX_EPOCH + Duration::from_hours(490_000) + DAY * number
}

fn finding(name: &str) -> Finding {
    let mut classification = fixture::report().findings.swap_remove(0).classification;
    classification.artifact.path = ArtifactPath::file(name);
    Finding::judge(classification, crate::identifier::Severity::Low).unwrap()
}

fn report(names: &[String]) -> Report {
    let mut report = fixture::empty();
    report.findings = names.iter().map(|name| finding(name)).collect();
    report
}

/// Records a night on which these files have findings and all others were looked at and are clean.
fn record(store: &mut Store, number: u32, report: &Report) -> Changes {
    let now = night(number);
    let (run, watched) = store.begin(&series(), Some(now), now).unwrap();
    for file in 0..100 {
        watched.note(format!("{file:03}").as_bytes());
    }
    store.record(&run, report, &watched, &|_| false, now, super::RETENTION).unwrap()
}

/// What the record should say of a finding; times are numbers of nights.
#[derive(Default, Clone, Debug, PartialEq)]
struct Planned {
    first: u32,
    last: u32,
    resolved: Option<u32>,
    reopened: u64,
}

#[test]
fn a_year_of_nights_is_as_it_was_planned() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("f.db")).unwrap();
    // File n has data on nights of its own pattern; the plan keeps what the store should say.
    let has = |file: u32, night: u32| (night / (file % 23 + 1) + file).is_multiple_of(3) && night >= file;
    let mut plan: BTreeMap<String, Planned> = BTreeMap::new();
    for number in 0..365 {
        let names: Vec<String> = (0..100).filter(|file| has(*file, number)).map(|file| format!("{file:03}")).collect();
        let mut expected = Changes::default();
        for name in &names {
            let known = plan.contains_key(name);
            let entry = plan.entry(name.clone()).or_insert(Planned { first: number, ..Planned::default() });
            expected.added += u64::from(!known);
            if entry.resolved.take().is_some() {
                entry.reopened += 1;
                expected.reopened += 1;
            }
            entry.last = number;
        }
        for entry in plan.values_mut().filter(|entry| entry.last < number && entry.resolved.is_none()) {
            entry.resolved = Some(number);
            expected.resolved += 1;
        }
        plan.retain(|_, entry| entry.resolved.is_none_or(|night| night + 90 >= number));
        expected.worst = (expected.added + expected.reopened > 0).then(|| finding("any").severity);
        assert_eq!(record(&mut store, number, &report(&names)), expected, "night {number}");
    }
    let query = Query { resolved: true, ..Query::default() };
    let stored: BTreeMap<String, Planned> = store
        .findings(&query, &[])
        .unwrap()
        .into_iter()
        .map(|stored| {
            let number = |time: SystemTime| (0..365).find(|n| night(*n) == time).unwrap();
            let path = String::from_utf8(stored.finding.classification.artifact.path.file).unwrap();
            let (first, last) = (number(stored.first_seen), number(stored.last_seen));
            (path, Planned { first, last, resolved: stored.resolved.map(number), reopened: stored.reopened })
        })
        .collect();
    assert_eq!(stored, plan);
    assert!(plan.len() > 50 && plan.values().any(|p| p.reopened > 3) && plan.values().any(|p| p.resolved.is_some()));
    let trend = store.trend(Some("nightly")).unwrap();
    // Ninety nights back, and those that were the last to see something that is still kept.
    assert!((91..=200).contains(&trend.len()) && trend.last().unwrap().started == night(364), "{}", trend.len());
    assert_eq!(store.last_slot(&series()).unwrap(), Some(night(364)));
}

#[test]
fn interrupted_and_failed_runs_resolve_nothing_and_satisfy_no_schedule() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("f.db")).unwrap();
    record(&mut store, 0, &report(&["001".to_owned()]));
    let interrupted = Report { complete: false, ..report(&["002".to_owned()]) };
    let expected = Changes { added: 1, worst: Some(finding("002").severity), ..Changes::default() };
    assert_eq!(record(&mut store, 1, &interrupted), expected);
    let (run, _) = store.begin(&series(), Some(night(2)), night(2)).unwrap();
    store.fail(&run, night(2)).unwrap();
    assert_eq!(store.findings(&Query::default(), &[]).unwrap().len(), 2);
    assert_eq!(store.last_slot(&series()).unwrap(), Some(night(0)));
    assert_eq!(store.last_run(&series()).unwrap().unwrap().result, "FAILED");
    // Another series knows nothing of it.
    let other = Series { of: "/other/tamis.toml".to_owned(), ..series() };
    assert_eq!((store.last_slot(&other).unwrap(), store.last_run(&other).unwrap()), (None, None));
}

#[test]
fn a_clock_that_jumps_back_turns_no_times_around() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("f.db")).unwrap();
    let names = ["001".to_owned(), "002".to_owned()];
    record(&mut store, 100, &report(&names));
    record(&mut store, 50, &report(&names[..1]));
    let all = store.findings(&Query { resolved: true, ..Query::default() }, &[]).unwrap();
    assert!(all.iter().all(|s| s.last_seen >= s.first_seen && s.resolved.is_none_or(|r| r >= s.first_seen)));
    assert_eq!(all.iter().filter(|s| s.resolved.is_some()).count(), 1);
}

#[test]
fn everything_of_a_report_goes_in_and_comes_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("f.db")).unwrap();
    let report = fixture::report();
    record(&mut store, 0, &report);
    let out = super::export(&store, &Query::default(), &[]).unwrap().unwrap();
    assert_eq!(out.findings.len(), report.findings.len());
    assert_eq!(out.skipped.len(), report.skipped.len());
    assert_eq!(out.totals, report.totals);
}

#[test]
fn policy_findings_are_new_gone_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("f.db")).unwrap();
    let open = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut report = report(&names);
        let found = report.findings.iter().map(|finding| {
            let artifact = finding.classification.artifact.clone();
            PolicyFinding::new(PolicyKind::WorldReadable, finding.severity, artifact, None)
        });
        report.policy_findings = found.collect();
        report
    };
    let counts = |changes: Changes| (changes.policies.added, changes.policies.reopened, changes.policies.resolved);
    assert_eq!(counts(record(&mut store, 0, &open(&["001", "002"]))), (2, 0, 0));
    // The data is still there, the mode is mended.
    let mut mended = open(&["001", "002"]);
    mended.policy_findings.truncate(1);
    assert_eq!(counts(record(&mut store, 1, &mended)), (0, 0, 1));
    let interrupted = Report { complete: false, policy_findings: Vec::new(), ..open(&["001"]) };
    assert_eq!(counts(record(&mut store, 2, &interrupted)), (0, 0, 0));
    assert_eq!(counts(record(&mut store, 3, &open(&["001", "002"]))), (0, 1, 0));
    let all = store.policies(&Query { resolved: true, ..Query::default() }).unwrap();
    let rows: Vec<_> = all.iter().map(|s| (s.first_seen, s.last_seen, s.resolved, s.reopened)).collect();
    assert_eq!(rows, [(night(0), night(3), None, 0), (night(0), night(3), None, 1)]);
    let run = store.trend(None).unwrap().pop().unwrap();
    assert_eq!((run.policies, run.policy_changes.reopened), (2, 1));
    assert_eq!(super::export(&store, &Query::default(), &[]).unwrap().unwrap().policy_findings.len(), 2);
    assert_eq!(counts(record(&mut store, 200, &open(&[]))), (0, 0, 2));
    record(&mut store, 300, &open(&[]));
    assert!(store.policies(&Query { resolved: true, ..Query::default() }).unwrap().is_empty(), "retention");
}

/// A file as version 1 wrote it: one run, one finding that is open and one that is resolved.
const VERSION_1: &str = include_str!("version-1.sql");

#[test]
fn files_of_earlier_versions_are_migrated() {
    for version in 1..KIND.versions.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(VERSION_1).unwrap();
        // What that version made of its predecessor's file.
        for step in &KIND.versions[1..version] {
            old.execute_batch(step).unwrap();
        }
        old.pragma_update(None, "user_version", version.to_string()).unwrap();
        drop(old);
        let mut store = Store::open(&path).unwrap();
        let now: i64 = store.database.connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(usize::try_from(now), Ok(KIND.versions.len()));
        let all = store.findings(&Query { resolved: true, ..Query::default() }, &[]).unwrap();
        assert_eq!(all.iter().map(|s| (s.resolved.is_some(), s.reopened)).collect::<Vec<_>>(), [(false, 0), (true, 0)]);
        // It goes on where that version left it.
        let names = ["001".to_owned(), "002".to_owned()];
        let expected = Changes { reopened: 1, worst: Some(finding("002").severity), ..Changes::default() };
        assert_eq!(record(&mut store, 1, &report(&names)), expected, "from version {version}");
        assert_eq!(store.findings(&Query::default(), &[]).unwrap()[1].reopened, 1);
        assert_eq!(columns(&path), columns(&fresh(folder.path())), "a migrated file is like a new one");
    }
}

fn fresh(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("new.db");
    drop(Store::open(&path).unwrap());
    path
}

fn columns(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c ORDER BY 1";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}
