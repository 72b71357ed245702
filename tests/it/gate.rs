//! The gate: baselines, saved results merged and compared, shards and samples, the last line, GitHub, set-up files.

use crate::harness::{Folder, Ran};
use serde_json::Value;
use std::fs;

const SSN: &str = "employee SSN: 536-90-4399\n";
const TOKEN: &str = "sk_live_51Hq7Xw2Zp9LmV4tRb8NcYdK";
const OTHER: &str = "sk_live_7Yb3Kp0QwErTz5UiOaSdFgHj";
const SCAN: [&str; 6] = ["scan", "--identifiers", "all", "--fail-on", "low", "-q"];

fn read(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path().join(name)).unwrap()).unwrap()
}

/// Scans `in` with more flags, and writes `new.json`.
fn scan(folder: &Folder, more: &[&str]) -> (i32, Value, String) {
    let args: Vec<&str> = SCAN.iter().chain(&["-o", "new.json"]).chain(more).chain(&["in"]).copied().collect();
    let ran = folder.run(&args);
    (ran.code, read(folder, "new.json"), ran.stderr)
}

fn baseline(folder: &Folder) {
    let args: Vec<&str> = SCAN.iter().chain(&["-o", "old.json", "in"]).copied().collect();
    folder.run(&args);
}

/// (objects found, objects known) of a scan against the baseline, which gates exactly when something is found.
fn against(folder: &Folder) -> (u64, u64) {
    let (code, result, stderr) = scan(folder, &["--baseline", "old.json"]);
    let number = |name: &str| result["summary"]["findings"][name].as_u64().unwrap();
    assert_eq!(code, i32::from(number("total") > 0), "{stderr}");
    assert_eq!(number("total"), result["findings"].as_array().unwrap().len() as u64);
    (number("total"), number("baselined"))
}

#[test]
fn moved_lines_are_known_and_more_of_them_are_not() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    folder.write("in/key.env", format!("STRIPE={TOKEN}\n"));
    baseline(&folder);
    assert_eq!(against(&folder), (0, 2));
    folder.write("in/a.txt", format!("one\ntwo\n{SSN}"));
    folder.write("in/key.env", format!("# moved\n\nSTRIPE={TOKEN}\n"));
    assert_eq!(against(&folder), (0, 2), "a moved line is no new finding");
    folder.write("in/a.txt", SSN.repeat(2));
    assert_eq!(against(&folder), (1, 1), "a count that grew");
    folder.write("in/a.txt", SSN);
    folder.write("in/b.txt", SSN);
    assert_eq!(against(&folder), (1, 2), "the same in another file");
}

#[test]
fn a_credential_is_known_by_its_value() {
    let folder = Folder::new();
    folder.write("in/key.env", format!("STRIPE={TOKEN}\n"));
    baseline(&folder);
    folder.write("in/key.env", format!("STRIPE={OTHER}\n"));
    assert_eq!(against(&folder), (1, 0), "a changed value is new");
    folder.write("in/key.env", format!("STRIPE={OTHER}\nSTRIPE={TOKEN}\n"));
    let (_, result, _) = scan(&folder, &["--baseline", "old.json"]);
    let detection = "/findings/0/classificationDetails/result/sensitiveData/0/detections/0";
    let detection = result.pointer(detection).unwrap();
    assert_eq!((&detection["count"], &detection["matches"][0]["line"]), (&1.into(), &1.into()), "only the new one");
    assert_eq!(result["findings"][0]["baselineState"], "updated");
    assert_eq!(result["baselined"][0]["baselineState"], "unchanged");
    fs::remove_file(folder.path().join("in/key.env")).unwrap();
    folder.write("in/sub/renamed.env", format!("STRIPE={TOKEN}\n"));
    assert_eq!(against(&folder), (0, 1), "a renamed file");
    folder.write("in/key.env", format!("STRIPE={TOKEN}\n"));
    assert_eq!(against(&folder), (1, 1), "a copy is one more");
}

#[test]
fn members_of_archives_have_their_own_keys() {
    let folder = Folder::new();
    let zip = |members: &[(&str, &str)]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        folder.write("in/a.zip", writer.finish().unwrap().into_inner());
    };
    zip(&[("x.txt", SSN)]);
    baseline(&folder);
    zip(&[("x.txt", SSN), ("clean.txt", "nothing")]);
    assert_eq!(against(&folder), (0, 1));
    zip(&[("x.txt", SSN), ("y.txt", SSN)]);
    assert_eq!(against(&folder), (1, 1));
}

#[test]
fn keys_make_values_of_everything_and_other_keys_are_told() {
    let folder = Folder::new();
    let keyed = |key: &str, args: &[&str]| -> Ran {
        let args: Vec<&str> = SCAN.iter().chain(args).chain(&["in"]).copied().collect();
        folder.run_in(&[("TAMIS_FINGERPRINT_KEY", key)], &args, b"")
    };
    folder.write("in/a.txt", SSN);
    keyed("one", &["-o", "old.json"]);
    folder.write("in/a.txt", SSN.replace("4399", "4398"));
    assert_eq!(keyed("one", &["--baseline", "old.json"]).code, 1, "a changed value");
    fs::rename(folder.path().join("in/a.txt"), folder.path().join("in/b.txt")).unwrap();
    folder.write("in/b.txt", SSN);
    let moved = keyed("one", &["--baseline", "old.json"]);
    assert_eq!((moved.code, moved.stderr.as_str()), (0, ""), "the same value in another file");
    fs::rename(folder.path().join("in/b.txt"), folder.path().join("in/a.txt")).unwrap();
    let other = keyed("two", &["--baseline", "old.json"]);
    assert_eq!(other.code, 1, "what cannot be compared does not pass");
    assert!(other.stderr.contains("another TAMIS_FINGERPRINT_KEY"), "{}", other.stderr);
    let (code, _, stderr) = scan(&folder, &["--baseline", "old.json"]);
    assert_eq!(code, 0);
    assert!(stderr.contains("the baseline has keyed fingerprints and this run has not"), "{stderr}");
}

#[test]
fn a_baseline_of_other_identifiers_is_told_and_a_foreign_file_stops() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    folder.run(&["scan", "-q", "--identifiers", "credentials", "-o", "old.json", "in"]);
    let (code, _, stderr) = scan(&folder, &["--baseline", "old.json"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("other identifiers"), "{stderr}");
    folder.run(&["scan", "-q", "-o", "old.sarif", "in"]);
    folder.write("odd.json", "{\"a\": 1}");
    for (file, word) in
        [("old.sarif", "no result of tamis"), ("odd.json", "no result of tamis"), ("none.json", "check the path")]
    {
        let ran = folder.run(&["scan", "--baseline", file, "in"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{file}");
        assert!(ran.stderr.contains(file) && ran.stderr.contains(word), "{}", ran.stderr);
        assert_eq!(folder.run(&["report", file]).code, 2, "{file}");
    }
}

#[test]
fn what_a_baseline_knows_lives_on_in_the_next_and_what_is_gone_is_named() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    folder.write("in/b.txt", SSN);
    baseline(&folder);
    scan(&folder, &["--baseline", "old.json"]);
    fs::rename(folder.path().join("new.json"), folder.path().join("old.json")).unwrap();
    assert_eq!(against(&folder), (0, 2), "a result against a baseline is a baseline");
    fs::remove_file(folder.path().join("in/b.txt")).unwrap();
    folder.run(&["scan", "-q", "--identifiers", "all", "--baseline", "old.json", "-o", "r.sarif", "in"]);
    let states = |log: &Value| -> Vec<String> {
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["baselineState"].as_str().unwrap().to_owned()).collect()
    };
    let mut seen = states(&read(&folder, "r.sarif"));
    seen.dedup();
    assert_eq!(seen, ["unchanged", "absent"]);
    folder.run(&[
        "scan",
        "-q",
        "--identifiers",
        "all",
        "--baseline",
        "old.json",
        "--exclude",
        "b.txt",
        "-o",
        "s.sarif",
        "in",
    ]);
    assert!(!states(&read(&folder, "s.sarif")).contains(&"absent".to_owned()), "what was left out may be there still");
}

#[test]
fn rules_that_hide_make_no_baseline() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    let rule = "[[suppress]]\nname = 'tests'\nreason = 'made up'\n[suppress.criteria]\nseverity.score.gte = 1\n";
    folder.write("tamis.toml", rule);
    baseline(&folder);
    let result = read(&folder, "old.json");
    assert_eq!(result["findings"][0]["suppression"]["rule"], "tests");
    let shown = folder.run(&["scan", "-v", "--identifiers", "all", "in"]).stdout;
    assert!(shown.contains("a.txt: US Social Security number (tests: made up)"), "{shown}");
    fs::remove_file(folder.path().join("tamis.toml")).unwrap();
    assert_eq!(against(&folder), (1, 0), "the rule is gone, and what it hid comes up");
}

/// The result without what differs between runs.
fn essence(result: &Value) -> Value {
    let mut result = result.clone();
    for field in ["id", "startedAt", "finishedAt"] {
        result["scan"][field].take();
    }
    result["summary"]["durationSeconds"].take();
    for list in ["findings", "policyFindings"] {
        for finding in result[list].as_array_mut().unwrap() {
            for field in ["createdAt", "updatedAt"] {
                finding[field].take();
            }
            finding["classificationDetails"]["jobId"].take();
        }
    }
    result
}

#[test]
fn shards_together_are_the_whole() {
    let folder = Folder::new();
    for n in 0..40 {
        folder.write(&format!("in/{n}/a.txt"), if n % 3 == 0 { SSN } else { "nothing\n" });
        folder.write(&format!("in/{n}/b.log"), SSN);
    }
    folder.write("in/picture.png", b"\x89PNG\r\n\x1a\nno picture");
    let scan = |more: &[&str]| {
        let args: Vec<&str> = ["scan", "-q", "--exclude", "*.log"].iter().chain(more).chain(&["in"]).copied().collect();
        assert_eq!(folder.run(&args).code, 0);
    };
    scan(&["-o", "whole.json"]);
    for part in ["1", "2", "3"] {
        scan(&["--shard", &format!("{part}/3"), "-o", &format!("{part}.json")]);
    }
    let left_out = read(&folder, "1.json")["summary"]["leftOut"].clone();
    assert!(left_out["shard 1/3"].as_u64().unwrap() > 20, "{left_out}");
    let merged = folder.run(&["report", "-f", "json", "3.json", "1.json", "2.json"]).json();
    assert_eq!(essence(&merged), essence(&read(&folder, "whole.json")));
    scan(&["--sample", "50", "-o", "half.json"]);
    let half = read(&folder, "half.json");
    let kept = half["summary"]["objects"]["total"].as_u64().unwrap();
    assert!((5..36).contains(&kept), "{kept}");
    assert!(half["summary"]["leftOut"]["sample 50%"].as_u64().unwrap() > 10);
    scan(&["--sample", "50", "-o", "again.json"]);
    assert_eq!(essence(&half), essence(&read(&folder, "again.json")));
}

#[test]
fn results_of_different_targets_are_a_scan_of_both() {
    let folder = Folder::new();
    folder.write("one/a.txt", SSN);
    folder.write("two/a.txt", SSN);
    for target in ["one", "two"] {
        folder.run(&["scan", "-q", "-o", &format!("{target}.json"), target]);
    }
    folder.run(&["scan", "-q", "-o", "both.json", "one", "two"]);
    let merged = folder.run(&["report", "-f", "json", "one.json", "two.json"]).json();
    let facts = |result: &Value| -> Vec<(Value, Value)> {
        let row = |f: &Value| (f["resourcesAffected"]["file"]["path"].clone(), f["id"].clone());
        result["findings"].as_array().unwrap().iter().map(row).collect()
    };
    assert_eq!(facts(&merged), facts(&read(&folder, "both.json")));
    assert_eq!(merged["summary"]["objects"]["total"], 2);
    assert_eq!(merged["scan"]["targets"], serde_json::json!(["one", "two"]));
}

#[test]
fn a_report_on_a_result_is_held_to_its_own_gate() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    folder.write("in/p.txt", "phone (212) 456-7890\n");
    folder.write("in/x.zip", b"PK\x03\x04 no zip");
    folder.run(&["scan", "-q", "--identifiers", "all", "-o", "r.jsonl", "in"]);
    assert_eq!(folder.run(&["report", "r.jsonl"]).code, 0);
    assert_eq!(folder.run(&["report", "--strict", "r.jsonl"]).code, 3);
    let ran = folder.run(&["report", "--fail-on", "high", "--strict", "r.jsonl"]);
    assert_eq!(ran.code, 1, "1 wins over 3");
    assert!(ran.stdout.trim_end().lines().last().unwrap().starts_with("Gate failed (--fail-on high): 1 high finding."));
    let ran = folder.run(&["report", "--fail-on", "high", "-f", "csv", "r.jsonl"]);
    assert!(ran.stderr.starts_with("tamis: Gate failed (--fail-on high): 1 high finding."), "{}", ran.stderr);
    let ran = folder.run(&["report", "--min-severity", "high", "-f", "json", "-o", "out.csv", "r.jsonl"]);
    assert_eq!(
        (ran.json()["findings"].as_array().unwrap().len(), ran.json()["summary"]["findings"]["low"].as_u64()),
        (1, Some(0))
    );
    assert!(folder.path().join("out.csv").is_file());
    let ran = folder.run(&["report", "-o", "no/such/out.csv", "r.jsonl"]);
    assert_eq!(ran.code, 4);
    let text = fs::read_to_string(folder.path().join("r.jsonl")).unwrap();
    folder.write("cut.jsonl", text.replace("\"complete\":true", "\"complete\":false"));
    let ran = folder.run(&["report", "-f", "json", "cut.jsonl", "r.jsonl"]);
    assert_eq!(ran.json()["scan"]["complete"], false);
    assert!(folder.run(&["report", "cut.jsonl"]).stdout.starts_with("INTERRUPTED"));
}

#[test]
fn a_difference_in_three_forms() {
    let folder = Folder::new();
    folder.write("in/stays.txt", SSN);
    folder.write("in/goes.txt", SSN);
    folder.run(&["scan", "-q", "-o", "old.json", "in"]);
    fs::remove_file(folder.path().join("in/goes.txt")).unwrap();
    folder.write("in/a|`<b>.txt", SSN);
    folder.run(&["scan", "-q", "-o", "new.json", "in"]);
    let text = folder.run(&["report", "--diff", "old.json", "new.json"]);
    assert_eq!(text.code, 0);
    for line in [
        "new        High    a|`<b>.txt: 1 × US Social",
        "gone       High    goes.txt",
        "unchanged  High    stays.txt",
        "1 new, 1 gone, 1 unchanged.",
    ] {
        assert!(text.stdout.contains(line), "{}", text.stdout);
    }
    let ran = folder.run(&["report", "--diff", "--fail-on", "low", "-f", "json", "-o", "d.md", "old.json", "new.json"]);
    assert_eq!(ran.code, 1);
    let summary = &ran.json()["summary"];
    assert_eq!([&summary["new"], &summary["gone"], &summary["unchanged"]], [1, 1, 1]);
    let comment = fs::read_to_string(folder.path().join("d.md")).unwrap();
    assert!(comment.starts_with("### Findings: 1 new, 1 gone, 1 unchanged\n") && !comment.contains("<b>"), "{comment}");
    assert_eq!(folder.run(&["report", "--diff", "--fail-on", "low", "new.json", "new.json"]).code, 0);
    assert_eq!(folder.run(&["report", "--diff", "new.json"]).code, 2);
    assert_eq!(folder.run(&["report", "--diff", "-f", "sarif", "old.json", "new.json"]).code, 2);
}

#[test]
fn exactly_the_files_of_a_list() {
    let folder = Folder::new();
    for name in ["in/a.txt", "in/b b.txt", "c.txt", "d.log"] {
        folder.write(name, SSN);
    }
    folder.write("list", "in/a.txt\r\nin/b b.txt\n\nd.log\ngone.txt\nin/a.txt\n");
    let paths =
        |ran: &Ran| -> Vec<String> { crate::harness::found(&ran.json()).into_iter().map(|(path, _)| path).collect() };
    let ran = folder.run(&["scan", "-f", "json", "--files-from", "list", "--exclude", "*.log"]);
    assert_eq!(paths(&ran), ["in/a.txt", "in/b b.txt"], "{}", ran.stderr);
    let result = ran.json();
    assert_eq!(result["skipped"][0]["path"], "gone.txt");
    assert_eq!(
        (&result["skipped"][0]["reason"], &result["summary"]["objects"]["total"]),
        (&"SOURCE_OBJECT_NO_LONGER_AVAILABLE".into(), &3.into())
    );
    let ran = folder.run_with(&["scan", "-f", "json", "--files-from", "-", "-0"], b"c.txt\0in/b b.txt");
    assert_eq!(paths(&ran), ["c.txt", "in/b b.txt"]);
    assert_eq!(folder.run(&["scan", "--files-from", "list", "in"]).code, 2);
    assert_eq!(folder.run(&["scan", "--files-from", "nowhere"]).code, 2);
}

#[test]
fn a_run_on_github_is_annotated_and_names_make_no_commands() {
    let folder = Folder::new();
    folder.write("in/a.txt", format!("\n{SSN}"));
    #[cfg(unix)]
    folder.write("in/b\n::error::injected ##[warning]x.txt", SSN);
    let summary = folder.path().join("summary.md");
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let ran = folder.run_in(&github, &["scan", "--fail-on", "low", "in"], b"");
    assert_eq!(ran.code, 1);
    let commands: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("::")).collect();
    assert!(commands[0].starts_with("::stop-commands::"), "{commands:?}");
    let word = commands[0].trim_start_matches("::stop-commands::");
    assert_eq!(commands[1], format!("::{word}::"));
    let files = if cfg!(unix) { 2 } else { 1 };
    assert_eq!(commands.len(), 2 + files, "{commands:?}");
    assert!(
        commands[2].starts_with(
            "::error file=in/a.txt,line=2,endLine=2,col=15,endColumn=26,title=US Social Security number::1 × "
        ),
        "{}",
        commands[2]
    );
    assert!(commands[2..].iter().all(|line| line.starts_with("::error file=in/")));
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("### Sensitive data found") && text.contains("Gate failed (--fail-on low)"), "{text}");
    folder.run_in(&github, &["scan", "in"], b"");
    assert_eq!(fs::read_to_string(&summary).unwrap().matches("### ").count(), 2, "appended");
    let json = folder.run_in(&github, &["scan", "-f", "json", "in"], b"");
    assert!(!json.stdout.contains("stop-commands"));
}

#[test]
fn set_up_files_are_written_once() {
    let folder = Folder::new();
    for (flag, file, word) in [
        ("--pre-commit", ".pre-commit-config.yaml", "tamis scan --staged --fail-on medium --no-progress"),
        ("--github", ".github/workflows/tamis.yml", "upload-sarif"),
        ("--gitlab", ".gitlab-ci.yml", "gl-secret-detection-report.json"),
    ] {
        let ran = folder.run(&["init", flag]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.starts_with(&format!("{file} is written. ")));
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains(word) && text.is_ascii(), "{text}");
        folder.write(file, "mine");
        let ran = folder.run(&["init", flag]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
        assert_eq!(fs::read_to_string(folder.path().join(file)).unwrap(), "mine");
    }
    assert_eq!(folder.run(&["init", "--force", "--github", "--gitlab"]).code, 0);
    assert!(fs::read_to_string(folder.path().join(".gitlab-ci.yml")).unwrap().contains("tamis scan"));
}

#[test]
fn advice_names_a_page_for_credentials() {
    let without: Vec<String> = tamis::identifier::managed()
        .unwrap()
        .iter()
        .filter(|i| i.category == tamis::identifier::Category::Credentials && !i.remediation.contains("https://"))
        .map(|i| i.id.clone())
        .collect();
    // No one issues these: there is no page to name.
    let nobodys = [
        "URI_WITH_PASSWORD",
        "HTTP_BASIC_AUTH_HEADER",
        "HTTP_BEARER_TOKEN",
        "JSON_WEB_KEY_PRIVATE",
        "JSON_WEB_TOKEN",
        "PGP_PRIVATE_KEY",
        "PKCS",
    ];
    assert!(without.iter().all(|id| nobodys.contains(&id.as_str())), "{without:?}");
}
