//! Jobs by the clock, and the record of what they found.

use crate::harness::Folder;
use crate::nightly::{program, run_at};
use serde_json::{Value, json};
use std::fs;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 3600;
const CONFIG: &str = "identifiers = 'all'\n[[job]]\nname = 'nightly'\nschedule = 'daily'\ntime = '02:00'\n\
                      targets = ['tree']\nfail-on = 'high'\noutput = ['report.json']\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("tamis.toml", CONFIG);
    folder.write("tree/a.txt", "SSN: 536-90-4399\n");
    folder.write("tree/b.txt", "nothing\n");
    folder
}

/// Seconds from now to noon, a day and more ahead: so that a test does not end on another day than it began.
fn noon() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    2 * DAY - (now % DAY) + DAY / 2
}

fn list(folder: &Folder, args: &[&str]) -> Value {
    let said = run_at(folder, 0, &[&["findings", "list", "-f", "json"], args].concat());
    assert_eq!(said.err, "");
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn a_job_runs_when_it_is_due() {
    let folder = folder();
    let noon = noon();
    let first = run_at(&folder, noon, &["job", "run", "nightly"]);
    assert_eq!(first.code, 1, "{}", first.err);
    assert!(first.out.contains("Sensitive data found in 1 object."), "{}", first.out);
    assert!(first.err.contains("job nightly: 1 new findings, 0 that are back, 0 resolved"), "{}", first.err);
    let report: Value = serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["summary"]["objects"]["takenOver"], 0);
    let second = run_at(&folder, noon + 3600, &["job", "run", "nightly"]);
    assert_eq!((second.code, second.err.as_str()), (0, ""));
    assert!(
        second.out.contains("job nightly: not due; its next run is") && second.out.contains("02:00"),
        "{}",
        second.out
    );
    assert_eq!(run_at(&folder, noon + 3600, &["job", "run", "nightly", "-q"]).out, "");
    // Three nights are missed, and caught up once.
    let third = run_at(&folder, noon + 3 * DAY, &["job", "run", "--all", "-q"]);
    assert_eq!((third.code, third.out.as_str()), (1, ""));
    let problems: Vec<&str> = third.err.lines().collect();
    assert!(problems[0].starts_with("tamis: Gate failed (--fail-on high): 1 high finding."), "{}", third.err);
    assert_eq!(problems[1..], ["tamis: job nightly: the gate failed; `tamis findings list` shows what is open"]);
    let report: Value = serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["summary"]["objects"]["takenOver"], 2);
    assert_eq!(run_at(&folder, noon + 3 * DAY + 60, &["job", "run"]).code, 0);
    // A run that is asked for is none of the schedule's.
    assert_eq!(run_at(&folder, noon + 3 * DAY + 120, &["job", "run", "nightly", "--force", "-q"]).code, 1);
    assert_eq!(run_at(&folder, noon + 4 * DAY, &["job", "run", "nightly", "-q"]).code, 1);
    // Clean is silent.
    fs::remove_file(folder.path().join("tree/a.txt")).unwrap();
    let clean = run_at(&folder, noon + 5 * DAY, &["job", "run", "nightly", "-q"]);
    assert_eq!((clean.code, clean.out.as_str(), clean.err.as_str()), (0, "", ""));
}

#[test]
fn jobs_are_listed_with_their_last_and_next_run() {
    let folder = folder();
    let noon = noon();
    let before = run_at(&folder, noon, &["job", "list"]).out;
    assert!(before.contains("never ran") && before.contains("due now"), "{before}");
    let _ = run_at(&folder, noon, &["job", "run", "-q"]);
    let after = run_at(&folder, noon + 60, &["job", "list"]).out;
    assert!(after.contains("complete") && after.contains("02:00 +00:00"), "{after}");
    let rows: Value = serde_json::from_str(&run_at(&folder, noon + 60, &["job", "list", "-f", "json"]).out).unwrap();
    assert_eq!(rows[0]["name"], "nightly");
    assert_eq!(rows[0]["schedule"], "daily at 02:00");
    assert_eq!(rows[0]["lastRun"]["findings"], json!({ "high": 1, "medium": 0, "low": 0 }));
    assert_eq!((&rows[0]["due"], rows[0]["nextRun"].is_string()), (&json!(false), true));
}

#[test]
fn two_runs_of_one_job_never_overlap() {
    let folder = folder();
    let _ = run_at(&folder, 10, &["job", "run", "-q"]);
    let jobs = folder.path().join("state-home/tamis/jobs");
    let lock = fs::read_dir(&jobs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "lock"))
        .unwrap();
    let held = fs::File::options().write(true).open(lock).unwrap();
    held.lock().unwrap();
    let said = run_at(&folder, 2 * DAY, &["job", "run", "nightly", "-q"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", "tamis: job nightly: is running already\n"));
    held.unlock().unwrap();
    assert_eq!(run_at(&folder, 2 * DAY, &["job", "run", "nightly", "-q"]).code, 1);
}

#[test]
fn a_job_may_begin_with_what_changes() {
    let folder = folder();
    folder.write("tamis.toml", format!("{CONFIG}initial-run = 'changes'\n"));
    let run = |ahead: u64| {
        let said = run_at(&folder, ahead, &["job", "run", "nightly", "--force", "-q", "-v"]);
        assert_eq!(said.code, 2, "{}", said.err);
        let said = run_at(&folder, ahead, &["job", "run", "nightly", "--force", "-q"]);
        let report: Value = serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
        (said.code, report["summary"]["objects"]["total"].clone(), report["summary"]["leftOut"].clone())
    };
    assert_eq!(run(10), (0, json!(0), json!({ "initial-run": 2 })));
    folder.write("tree/c.txt", "SSN: 536-90-4398\n");
    folder.write("tree/b.txt", "SSN: 536-90-4397\n");
    assert_eq!(run(20), (1, json!(2), json!({ "initial-run": 1 })));
    // Other settings read again what was read, and no more.
    folder.write("tamis.toml", format!("{CONFIG}initial-run = 'changes'\nmax-members = 7\n"));
    assert_eq!(run(30), (1, json!(2), json!({ "initial-run": 1 })));
}

#[test]
fn mistakes_in_jobs_stop_at_once() {
    let folder = folder();
    let refused = |args: &[&str], part: &str| {
        let said = run_at(&folder, 10, args);
        assert!(said.code == 2 && said.err.contains(part) && said.err.lines().count() == 1, "{} {part}", said.err);
    };
    refused(&["job", "run", "weekly"], "no job `weekly`; there are nightly");
    folder.write("tamis.toml", "[[job]]\nname = 'a'\n");
    refused(&["job", "run"], "tamis.toml:1: job.targets: missing");
    folder.write("tamis.toml", "[[job]]\nname = 'a'\ntargets = ['tree']\nfail-on = 'hi'\n");
    refused(&["job", "run"], "tamis.toml:4: fail-on: `hi` is none of low, medium, high");
    refused(&["job", "list"], "tamis.toml:4");
    folder.write("tamis.toml", "[[job]]\nname = 'a'\ntargets = ['gone']\n");
    refused(&["job", "run"], "job a: gone: no such file or folder");
    assert!(run_at(&folder, 10, &["job", "list"]).out.contains("failed"));
    folder.write("tamis.toml", "[[job]]\nname = 'a'\ntargets = ['tree']\nreveal = true\n");
    refused(&["job", "run"], "tamis.toml:4: job.reveal");
    folder.write("tamis.toml", "");
    refused(&["job", "run"], "has no job");
    refused(&["findings", "list", "--store", "none.db"], "there is no findings store yet");
    assert!(!folder.path().join("none.db").exists());
}

#[test]
fn the_record_knows_since_when_and_until_when() {
    let folder = folder();
    let noon = noon();
    let night = |number: u64| run_at(&folder, noon + number * DAY, &["job", "run", "nightly", "-q"]);
    folder.write("tree/c.csv", "name,email\nAnna Schmidt,anna@example.org\n");
    night(0);
    let all = list(&folder, &[]);
    let paths: Vec<&str> =
        all.as_array().unwrap().iter().map(|f| f["resourcesAffected"]["file"]["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["a.txt", "c.csv"]);
    let first_seen = all[0]["record"]["firstSeen"].clone();
    // Mended on the second night, back on the fourth.
    folder.write("tree/a.txt", "nothing\n");
    night(1);
    assert_eq!(list(&folder, &[]).as_array().unwrap().len(), 1);
    let gone = list(&folder, &["--all", "--filter", "severity.description eq High"]);
    assert!(gone[0]["record"]["resolvedAt"].is_string(), "{gone}");
    night(2);
    folder.write("tree/a.txt", "SSN: 536-90-4399\n");
    night(3);
    let back = list(
        &folder,
        &["--filter", "severity.description eq High", "--filter", "resourcesAffected.file.path glob *.txt"],
    );
    assert_eq!(back[0]["record"]["firstSeen"], first_seen);
    assert_eq!((&back[0]["record"]["reopened"], &back[0]["record"]["resolvedAt"]), (&json!(1), &json!(null)));
    let id = back[0]["id"].as_str().unwrap();
    let shown = run_at(&folder, 0, &["findings", "show", &id[..10]]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((&shown["id"], &shown["record"]["job"]), (&json!(id), &json!("nightly")));
    assert_eq!(run_at(&folder, 0, &["findings", "show", "ffffffff"]).code, 2);
    let text = run_at(&folder, 0, &["findings", "list"]).out;
    assert!(
        text.contains("High") && text.contains("a.txt") && text.contains("open") && !text.contains("536-90"),
        "{text}"
    );
    // Deleted is resolved too; counts of every night.
    fs::remove_file(folder.path().join("tree/c.csv")).unwrap();
    night(4);
    let trend: Value = serde_json::from_str(&run_at(&folder, 0, &["findings", "trend", "-f", "json"]).out).unwrap();
    let counts: Vec<[u64; 3]> = trend
        .as_array()
        .unwrap()
        .iter()
        .map(|run| ["new", "reopened", "resolved"].map(|name| run[name].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [[2, 0, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 1]]);
    assert!(run_at(&folder, 0, &["findings", "trend", "--job", "nightly"]).out.contains("complete"));
    assert_eq!(list(&folder, &["--since", "1d", "--job", "nightly"]).as_array().unwrap().len(), 1);
    assert_eq!(list(&folder, &["--job", "weekly"]), json!([]));
}

#[test]
fn the_record_in_every_form_of_a_report() {
    let folder = folder();
    folder.write("tree/cut.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xffthis is no deflate stream at all");
    let _ = run_at(&folder, 10, &["job", "run", "-q"]);
    let report: Value = serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    let mut exported: Value = serde_json::from_str(&run_at(&folder, 10, &["findings", "export"]).out).unwrap();
    // How a file is kept is looked at in each run, and not recorded.
    exported["summary"]["policyFindings"] = report["summary"]["policyFindings"].clone();
    for part in ["findings", "skipped", "summary"] {
        assert_eq!(exported[part], report[part], "{part}");
    }
    for format in ["text", "jsonl", "sarif", "gitlab", "csv", "markdown", "junit", "macie", "ocsf"] {
        let said = run_at(&folder, 10, &["findings", "export", "-f", format]);
        assert!(said.code == 0 && said.out.contains("a.txt"), "{format}: {}", said.err);
    }
    assert_eq!(run_at(&folder, 10, &["findings", "export", "-o", "out.sarif"]).out, "");
    assert!(fs::read_to_string(folder.path().join("out.sarif")).unwrap().contains("\"2.1.0\""));
}

#[test]
fn what_a_run_did_not_reach_stays_open() {
    let folder = folder();
    let scan = |args: &[&str]| {
        let said = run_at(&folder, 10, &[&["scan", "-q", "--store", "s.db"], args, &["tree"]].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        list(&folder, &["--store", "s.db"]).as_array().unwrap().len()
    };
    assert_eq!(scan(&[]), 1);
    assert_eq!(scan(&["--exclude", "a.txt"]), 1, "left out is not gone");
    // Damaged is not clean.
    folder.write("tree/a.txt", b"\x1f\x8b\x08\0\0\0\0\0\0\xffthis is no deflate stream at all");
    assert_eq!(scan(&[]), 1);
    folder.write("tree/a.txt", "nothing");
    assert_eq!(scan(&[]), 0);
}

#[test]
fn a_plain_scan_leaves_no_trace() {
    let folder = folder();
    folder.write("tamis.toml", "");
    let before = fs::read_dir(folder.path()).unwrap().count();
    let _ = run_at(&folder, 0, &["scan", "tree"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
}

#[test]
fn a_killed_job_is_still_due() {
    let folder = folder();
    for number in 0..300 {
        folder.write(&format!("tree/{number}.txt"), "SSN: 536-90-4399\n".repeat(200));
    }
    let mut child = program(folder.path(), 10, &["job", "run", "-q"]).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    // A machine may be so fast that there is nothing left to kill.
    let has_ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    let rows: Value = serde_json::from_str(&run_at(&folder, 10, &["job", "list", "-f", "json"]).out).unwrap();
    assert_eq!(rows[0]["due"], !has_ended);
    assert_eq!(run_at(&folder, 10, &["job", "run", "-q"]).code, i32::from(!has_ended));
    assert_eq!(list(&folder, &[]).as_array().unwrap().len(), 301);
}

#[test]
fn cron_and_systemd_are_told_when() {
    let folder = folder();
    folder.write(
        "tamis.toml",
        format!("{CONFIG}[[job]]\nname = \"it's 5%\"\nschedule = 'weekly'\nday = 'sunday'\ntime = '03:30'\ntargets = ['tree']\n"),
    );
    let said = run_at(&folder, 0, &["init", "--cron"]);
    assert!(said.code == 0 && said.out.contains("crontab -"), "{}", said.err);
    let lines = fs::read_to_string(folder.path().join("tamis.cron")).unwrap();
    assert!(lines.contains("\n0 2 * * * ") && lines.contains("job run nightly --config "), "{lines}");
    assert!(lines.contains("\n30 3 * * 0 ") && lines.contains(r"'it'\''s 5\%'"), "{lines}");
    assert_eq!(run_at(&folder, 0, &["init", "--cron"]).code, 2);
    assert_eq!(run_at(&folder, 0, &["init", "--cron", "--force"]).code, 0);
    let said = run_at(&folder, 0, &["init", "--systemd"]);
    assert!(said.code == 0 && said.out.contains("systemctl"), "{}", said.err);
    let timer = fs::read_to_string(folder.path().join("tamis-nightly.timer")).unwrap();
    assert!(timer.contains("OnCalendar=*-*-* 02:00:00") && timer.contains("Persistent=true"), "{timer}");
    let service = fs::read_to_string(folder.path().join("tamis-nightly.service")).unwrap();
    assert!(service.contains("job run nightly --config /") && service.contains("ReadWritePaths=/"), "{service}");
    assert!(folder.path().join("tamis-it-s-5-.timer").exists());
}

#[test]
fn a_job_tells_of_what_is_new_once_and_its_data_can_be_looked_at() {
    let folder = folder();
    folder.write("tamis.toml", format!("{CONFIG}notify = \"sh -c 'cat >> told.jsonl'\"\n"));
    let told = || fs::read_to_string(folder.path().join("told.jsonl")).unwrap_or_default().lines().count();
    for (ahead, lines) in [(10, 1), (20, 1)] {
        assert_eq!(run_at(&folder, ahead, &["job", "run", "nightly", "--force", "-q"]).code, 1);
        assert_eq!(told(), lines, "what was there yesterday is no news");
    }
    folder.write("tree/c.txt", "SSN: 536-90-4400\n");
    assert_eq!(run_at(&folder, 30, &["job", "run", "nightly", "--force", "-q"]).code, 1);
    assert_eq!(told(), 2);
    let found = list(&folder, &[]);
    let id = found[0]["id"].as_str().unwrap();
    let shown = run_at(&folder, 40, &["reveal", "--yes-show-values", &id[..8]]);
    assert!(shown.code == 0 && shown.out.contains("536-90-4399"), "{} {}", shown.out, shown.err);
    let trend: Value = serde_json::from_str(&run_at(&folder, 40, &["report", "--trend", "-f", "json"]).out).unwrap();
    assert_eq!(trend.as_array().unwrap().len(), 3);
    assert_eq!(run_at(&folder, 50, &["job", "run", "nightly", "--force", "-q"]).code, 1);
    let page = run_at(&folder, 60, &["scan", "-q", "--store", "s.db", "-f", "html", "tree"]).out;
    assert!(!page.contains("Findings over time"), "one run is no series");
    let page = run_at(&folder, 70, &["scan", "-q", "--store", "s.db", "-f", "html", "tree"]).out;
    assert!(page.contains("Findings over time"), "two runs of a series are drawn");
}
