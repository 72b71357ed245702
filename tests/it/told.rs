//! What is told to others: the command of `--notify`, messages as JSON, and the data itself to whoever asks with `reveal`.

use crate::harness::Folder;
use serde_json::Value;
use std::fs;

const SSN: &str = "employee SSN: 536-90-4399\n";

#[test]
fn a_command_is_told_of_new_findings() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    folder.write("clean/a.txt", "nothing");
    let ran = folder.run(&["scan", "-f", "json", "--notify", "sh -c 'cat > told.json; echo said'", "in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.json()["summary"]["findings"]["total"], 1, "standard output is the report's");
    assert!(ran.stderr.contains("said"));
    let told = fs::read_to_string(folder.path().join("told.json")).unwrap();
    assert!(!told.contains("536-90-4399"));
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["summary"]["findings"]["high"], 1);
    assert_eq!(told["scan"]["targets"][0], "in");
    fs::remove_file(folder.path().join("told.json")).unwrap();
    for quiet in [vec!["clean"], vec!["--identifiers", "PHONE_NUMBER", "--notify-level", "high", "in"]] {
        let mut words = vec!["scan", "-q", "--notify", "sh -c 'cat > told.json'"];
        words.extend(quiet);
        assert_eq!(folder.run(&words).code, 0);
        assert!(!folder.path().join("told.json").exists());
    }
}

#[test]
fn a_command_that_fails_is_told() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    for (command, part) in
        [("false", "--notify false: ended with exit status: 1"), ("no-such-program", "cannot be run")]
    {
        let ran = folder.run(&["scan", "-q", "--notify", command, "in"]);
        assert_eq!(ran.code, 4, "who counts on being told must learn that he was not");
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
    let ran = folder.run(&["scan", "-q", "--notify", "a 'b", "in"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--notify: a ' is not closed"), "{}", ran.stderr);
    folder.write("tamis.toml", "notify = 'touch owned'\n");
    assert_eq!(folder.run(&["scan", "-q", "in"]).code, 2, "what is scanned may not say what is run");
}

#[test]
fn messages_as_json() {
    let folder = Folder::new();
    folder.write("in/a.txt", SSN);
    folder.write("in/b\u{202e}.gif", b"GIF89a\x01\x00\x01\x00");
    let events = |words: &[&str]| -> Vec<Value> {
        let ran = folder.run(words);
        assert!(!ran.stderr.contains("536-90-4399") && !ran.stderr.contains('\u{202e}'));
        ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let names = |events: &[Value]| -> Vec<String> {
        events.iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    };
    let few = events(&["scan", "-j", "1", "--log-format", "json", "in"]);
    assert_eq!(names(&few), ["start", "skipped", "end"]);
    assert_eq!([&few[1]["reason"], &few[1]["path"]], ["UNSUPPORTED_FILE_TYPE_EXCEPTION", "b\\u{202e}.gif"]);
    assert_eq!(few[2]["findings"]["high"], 1);
    assert!(few.iter().all(|event| event["time"].as_str().unwrap().ends_with('Z') && event["level"].is_string()));
    let all = events(&["scan", "-j", "1", "-v", "--log-format", "json", "in"]);
    assert!(names(&all).contains(&"file".to_owned()));
    assert!(all.iter().any(|event| event["path"] == "a.txt" && event["format"] == "text"));
    fs::create_dir(folder.path().join("taken.json")).unwrap();
    let failed = events(&["scan", "-q", "--log-format", "json", "-o", "taken.json", "in"]);
    assert_eq!(names(&failed), ["start", "skipped", "error", "end"]);
}

/// The id of the finding in an object.
fn id(result: &Value, name: &str) -> String {
    let finding = result["findings"].as_array().unwrap().iter().find(|finding| {
        let file = &finding["resourcesAffected"]["file"];
        let member = file["embeddedFileDetails"]["filePath"].as_str();
        member.or(file["path"].as_str()) == Some(name)
    });
    finding.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn samples_of_a_finding() {
    let folder = Folder::new();
    folder.write("in/a.txt", format!("first line\nAda Example, {SSN}{}", SSN.replace("4399", "4400").repeat(14)));
    folder.write("in/b.csv", "id,ssn\n1,536-90-4399\n");
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join("in/c.zip")).unwrap());
    zip.start_file("hr/staff.txt", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, SSN.as_bytes()).unwrap();
    zip.finish().unwrap();
    assert_eq!(folder.run(&["scan", "-q", "-o", "r.json", "in"]).code, 0);
    let result: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
    let reveal = |id: &str| folder.run(&["reveal", id, "--from", "r.json", "--yes-show-values"]);
    let shown = reveal(&id(&result, "a.txt"));
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stdout.contains("line 2, column 28\n    Ada Example, employee SSN: »536-90-4399«\n"),
        "{}",
        shown.stdout
    );
    assert_eq!(shown.stdout.matches('»').count(), 10);
    assert!(shown.stdout.contains("... and 5 more places"));
    for name in ["b.csv", "hr/staff.txt"] {
        let shown = reveal(&id(&result, name)[..12]);
        assert!(shown.stdout.contains("»536-90-4399«"), "{name}: {} {}", shown.stdout, shown.stderr);
    }
    // What an allow list allows is no sample, wherever the list is named.
    folder.write("allowed.txt", "536-90-4400\n");
    let only_first = |shown: &str| shown.matches('»').count() == 1 && shown.contains("»536-90-4399«");
    let words = ["reveal", &id(&result, "a.txt"), "--from", "r.json", "--yes-show-values"];
    let shown = folder.run(&[&words[..], &["--allow", "allowed.txt"]].concat());
    assert!(only_first(&shown.stdout), "{} {}", shown.stdout, shown.stderr);
    folder.write("tamis.toml", "[[allow-list]]\nfile = 'allowed.txt'\n");
    assert!(only_first(&folder.run(&words).stdout));
    folder.write("tamis.toml", "");
    let refused = folder.run(&["reveal", &id(&result, "a.txt"), "--from", "r.json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("--yes-show-values"));
    folder.write("in/a.txt", SSN);
    let changed = reveal(&id(&result, "a.txt"));
    assert_eq!((changed.code, changed.stdout.as_str()), (2, ""));
    assert!(changed.stderr.contains("has changed since the scan"), "{}", changed.stderr);
    for (wrong, part) in [("abcdefabcdef", "no finding has this id"), ("", "several findings begin so")] {
        let ran = reveal(wrong);
        assert!(ran.code == 2 && ran.stderr.contains(part), "{}", ran.stderr);
    }
}
