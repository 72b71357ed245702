//! A team's policy: allow lists, marks, suppression rules, scope, the configuration file, imports. All by the real program.

use crate::harness::{Folder, Ran, found, matches};
use serde_json::{Value, json};

const BADGES: &str = "[[identifier]]\nid = 'BADGE'\nname = 'Badge'\nregex = '\\bE-\\d{6}\\b'\n";

fn scan(folder: &Folder, args: &[&str]) -> Value {
    let mut all = vec!["scan", "--format", "json", "--identifiers", "none", "--custom", "badges.toml"];
    all.extend(args);
    folder.run(&all).json()
}

/// One line on standard error that holds all of `parts`, and exit status 2.
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 2, "{} {}", ran.stdout, ran.stderr);
    assert!(ran.stdout.is_empty() && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    for part in parts {
        assert!(ran.stderr.contains(part), "no `{part}` in {}", ran.stderr);
    }
}

fn badges() -> Folder {
    let folder = Folder::new();
    folder.write("badges.toml", BADGES);
    folder
}

#[test]
fn allow_lists_take_whole_matches() {
    let folder = badges();
    folder.write("a.txt", "E-111111\nE-222222\nE-333333\nE-444444\n");
    folder.write("allow.txt", "# known\ne-111111\n\nregex:E-[23]+\n");
    let result = scan(&folder, &["--allow", "allow.txt", "a.txt"]);
    let lines: Vec<u64> = matches(&result).iter().map(|m| m.line).collect();
    assert_eq!(lines, [4]);
    assert_eq!(result["summary"]["allowed"]["byList"], json!({ "allow.txt": 3 }));
    assert_eq!(result["findings"][0]["classificationDetails"]["result"]["customDataIdentifiers"]["totalCount"], 1);
    let text = folder.run(&["scan", "--custom", "badges.toml", "--allow", "allow.txt", "a.txt"]).stdout;
    assert!(text.contains("Allowed:   3 by allow.txt"), "{text}");
    // An identifier's own list, and one of the configuration for some identifiers only.
    folder.write("badges.toml", format!("{BADGES}allow = ['E-444444', 'regex:E-1+']\n"));
    assert_eq!(scan(&folder, &["--allow", "allow.txt", "a.txt"])["findings"], json!([]));
    folder.write("tamis.toml", "[[allow-list]]\nname = 'all'\nregexes = ['E-\\d+']\nidentifiers = ['PHONE_NUMBER']\n");
    assert_eq!(matches(&scan(&folder, &["a.txt"])).len(), 2);
    folder.write("tamis.toml", "[[allow-list]]\nname = 'all'\nregexes = ['E-\\d+']\nidentifiers = ['badge']\n");
    assert_eq!(scan(&folder, &["a.txt"])["summary"]["allowed"]["byList"]["all"], 2);
}

#[test]
fn allow_lists_that_are_wrong_stop_the_scan() {
    let folder = badges();
    let with = |content: &[u8]| {
        folder.write("allow.txt", content);
        folder.run(&["scan", "--allow", "allow.txt", "."])
    };
    refused(&with(b"a\nregex:(b"), &["allow.txt:2", "regex", "unclosed group"]);
    refused(&with(b"\n# nothing\n"), &["allow.txt:1", "no entry"]);
    refused(&with(b"a\n\xff\n"), &["--allow allow.txt:2", "UTF-8"]);
    refused(&folder.run(&["scan", "--allow", "missing.txt", "."]), &["--allow missing.txt", "cannot be read"]);
    folder.write("tamis.toml", "[[allow-list]]\nfile = 'missing.txt'\n");
    refused(&folder.run(&["scan", "."]), &["tamis.toml:1", "allow-list.file", "missing.txt"]);
    folder.write("tamis.toml", "\n[[allow-list]]\nwords = ['a']\nidentifiers = ['PHONE_NUMER']\n");
    refused(&folder.run(&["scan", "."]), &["tamis.toml:2", "did you mean `PHONE_NUMBER`"]);
    folder.write("tamis.toml", "[[allow-list]]\nwords = ['a']\nregexes = [\n  'b',\n  '(c',\n]\n");
    refused(&folder.run(&["scan", "."]), &["tamis.toml:", "regex", "unclosed group"]);
}

#[test]
fn marks_in_every_kind_of_text() {
    let folder = badges();
    folder.write("a.py", "x = 'E-111111'  # tamis:allow\ny = 'E-222222'\nz = 'E-333333' # tamis:allow BADGE\n");
    folder.write("b.py", "x = 'E-111111'  # tamis:allow PHONE_NUMBER\n");
    folder.write("c.csv", "badge,note\nE-111111,tamis:allow\nE-222222,none\n");
    folder.write("d.yaml", "one: E-111111 # tamis:allow made up\ntwo: E-222222\n");
    let result = scan(&folder, &["--exclude", "badges.toml", "."]);
    let places: Vec<(String, u64)> = matches(&result).into_iter().map(|m| (m.path, m.line)).collect();
    let expected = [("a.py", 2), ("b.py", 1), ("c.csv", 3), ("d.yaml", 2)];
    assert_eq!(places, expected.map(|(path, line)| (path.to_owned(), line)));
    assert_eq!(result["summary"]["allowed"]["inlineMarks"], 4);
    assert_eq!(matches(&scan(&folder, &["--no-suppress", "."])).len(), 8);
}

#[test]
fn placeholders_of_credentials_are_dropped() {
    let folder = Folder::new();
    folder.write(
        "rules.toml",
        "[[identifier]]\nid = 'PASSWORD'\ncategory = 'CREDENTIALS'\nregex = 'password = \"[^\"]+\"'\n",
    );
    let values =
        ["Zt4RvLmX2w", "${DB_PASSWORD}", "changeme", "{{resolve:secretsmanager:db:SecretString:p}}", "op://a/b/c"];
    let lines: Vec<String> = values.iter().map(|value| format!("password = \"{value}\"\n")).collect();
    folder.write("a.conf", lines.concat());
    let result =
        folder.run(&["scan", "-f", "json", "--identifiers", "none", "--custom", "rules.toml", "a.conf"]).json();
    assert_eq!(matches(&result).len(), 1);
    assert_eq!(result["summary"]["allowed"]["placeholders"], 4);
    let tested =
        folder.run(&["identifiers", "test", "--custom", "rules.toml", "-f", "json", "PASSWORD", "a.conf"]).json();
    let gates: Vec<&Value> = tested["candidates"].as_array().unwrap().iter().map(|c| &c["gate"]).collect();
    assert_eq!(
        gates,
        [&Value::Null, &json!("placeholder"), &json!("placeholder"), &json!("placeholder"), &json!("placeholder")]
    );
}

#[test]
fn a_test_names_the_allow_list() {
    let folder = badges();
    folder.write("allow.txt", "E-111111\n");
    folder.write("a.txt", "E-111111 E-222222\n");
    let args = ["identifiers", "test", "--custom", "badges.toml", "--allow", "allow.txt", "BADGE", "a.txt"];
    let text = folder.run(&args).stdout;
    assert!(text.contains("the allow list allow.txt has it") && text.contains("1 kept, 0 lost, 1 dropped"), "{text}");
}

const POLICY: &str = r#"
custom = "badges.toml"
identifiers = { mode = "none" }
fail-on = "medium"
exclude = ["*.log"]

[[suppress]]
name = "tests"
reason = "made up"
expires = 2999-12-31
[suppress.criteria]
resourcesAffected.file.path = { glob = "tests/**" }

[[suppress]]
name = "old"
reason = "gone"
expires = "2020-01-31"
[suppress.criteria]
severity.description = { eq = "Medium" }

[[suppress]]
name = "nothing"
reason = "nothing"
[suppress.criteria]
resourcesAffected.file.extension = { eq = ["docx"] }
"#;

#[test]
fn the_catalogue_knows_what_a_scan_here_would() {
    let folder = badges();
    folder.write("a.txt", "E-111111\nE-222222\n");
    folder.write("sub/b.txt", "");
    folder.write("tamis.toml", "custom = ['badges.toml']\n[[allow-list]]\nname = 'known'\nwords = ['E-111111']\n");
    let listed = |args: &[&str]| {
        let ran = folder.run(&[&["identifiers", "list", "--category", "custom"], args].concat());
        (ran.code, ran.stdout)
    };
    let (code, lines) = listed(&[]);
    assert!(code == 0 && lines.starts_with("BADGE "), "{code} {lines}");
    assert_eq!(listed(&["--no-config"]).0, 2);
    assert!(folder.run(&["identifiers", "show", "badge"]).stdout.contains("badges.toml"));
    let tested = folder.run(&["identifiers", "test", "BADGE", "a.txt"]);
    assert!(tested.code == 0 && tested.stdout.contains("known"), "{} {}", tested.stdout, tested.stderr);
    folder.write("tamis.toml", "custom = ['gone.toml']\n");
    refused(&folder.run(&["identifiers", "list"]), &["gone.toml", "cannot be read"]);
    folder.write("tamis.toml", "costum = ['badges.toml']\n");
    refused(&folder.run(&["identifiers", "list"]), &["tamis.toml:1", "did you mean `custom`"]);
}

#[test]
fn suppressed_findings_stay_and_do_not_gate() {
    let folder = Folder::new();
    folder.write("policy/badges.toml", BADGES);
    folder.write("policy/tamis.toml", POLICY);
    folder.write("policy/data/tests/a.txt", "E-111111\n");
    folder.write("policy/data/x.log", "E-111111\n");
    folder.write("policy/data/b/plain.txt", "nothing\n");
    let run = |more: &[&str]| {
        let mut args = vec!["scan", "-f", "json", "--config", "policy/tamis.toml"];
        args.extend(more);
        args.push("policy/data");
        folder.run(&args)
    };
    let ran = run(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let result = ran.json();
    assert_eq!(result["findings"][0]["archived"], true);
    assert_eq!(result["summary"]["findings"]["suppressed"], 1);
    assert_eq!(result["summary"]["findings"]["total"], 0);
    let rules = result["summary"]["suppressions"].as_array().unwrap();
    let row =
        |n: usize| (rules[n]["rule"].as_str().unwrap(), rules[n]["status"].as_str().unwrap(), &rules[n]["findings"]);
    assert_eq!(row(0), ("tests", "applied", &json!(1)));
    assert_eq!(row(1), ("old", "expired", &json!(0)));
    assert_eq!(row(2), ("nothing", "unused", &json!(0)));
    assert_eq!(result["summary"]["leftOut"], json!({ "exclude *.log": 1 }));
    let all = run(&["--no-suppress"]);
    assert_eq!(all.code, 1);
    assert_eq!(all.json()["findings"][0]["archived"], false);
    let text = folder.run(&["scan", "--config", "policy/tamis.toml", "policy/data"]).stdout;
    for part in
        ["tests: 1 finding", "old: expired on 2020-01-31", "nothing: fits no finding", "Left out:  1 by exclude *.log"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_file_is_found_upwards_and_flags_win() {
    let folder = Folder::new();
    folder.write("badges.toml", BADGES);
    folder.write("tamis.toml", POLICY);
    folder.write("sub/deep/a.txt", "E-111111\n");
    folder.write("sub/deep/b.log", "E-222222\n");
    let deep = folder.path().join("sub/deep");
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tamis"));
        command.args(args).current_dir(&deep).envs(variables.iter().copied());
        let output = command.output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, error) = run(&["scan", "-f", "json"], &[]);
    assert_eq!(code, 1, "{error}");
    let result: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found(&result), [("a.txt".to_owned(), "Badge".to_owned())]);
    assert_eq!(run(&["scan"], &[("TAMIS_FAIL_ON", "high")]).0, 0);
    assert_eq!(run(&["scan", "--fail-on", "low"], &[("TAMIS_FAIL_ON", "high")]).0, 1);
    let (code, _, error) = run(&["scan"], &[("TAMIS_FAIL_ON", "hi")]);
    assert!(code == 2 && error.contains("TAMIS_FAIL_ON: `hi` is none of low, medium, high"), "{error}");
    let (_, out, _) = run(&["scan", "-f", "json", "--no-config", "--identifiers", "recommended"], &[]);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["findings"], json!([]));
    let show = |args: &[&str], variables: &[(&str, &str)]| run(&[&["config", "show"], args].concat(), variables).1;
    let text = show(&["--exclude", "*.tmp"], &[("TAMIS_STRICT", "1")]);
    for (key, origin) in [
        ("exclude = [\"*.tmp\"]", "# flag"),
        ("strict = true", "# environment TAMIS_STRICT"),
        ("fail-on = \"medium\"", "tamis.toml:4"),
        ("custom = [\"../../badges.toml\"]", "tamis.toml:2"),
        ("max-occurrences = 1000", "# default"),
        ("identifiers = \"none\"", "tamis.toml:3"),
    ] {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("no {key}: {text}"));
        assert!(line.contains(origin), "{line}");
    }
    assert!(text.contains("suppress \"old\", EXPIRED on 2020-01-31"), "{text}");
    let (_, out, _) = run(&["config", "show", "--json"], &[]);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["settings"]["fail-on"], json!({ "values": ["medium"], "origin": "../../tamis.toml:4" }));
}

#[test]
fn configurations_that_are_wrong() {
    let folder = badges();
    for (text, parts) in [
        ("fail-on = 'hi'", ["tamis.toml:1: fail-on", "`hi` is none of low, medium, high"]),
        ("\nmax-file-size = 'much'", ["tamis.toml:2: max-file-size", "must be a size"]),
        ("max-depth-archive = 11", ["tamis.toml:1: max-depth-archive", "0..=10"]),
        ("threads = 0", ["tamis.toml:1: threads", "1 to 1024"]),
        ("newer-than = 'soon'", ["tamis.toml:1: newer-than", "such as"]),
        ("failon = 'high'", ["tamis.toml:1: failon: no such key", "did you mean `fail-on`"]),
        ("reveal = true", ["tamis.toml:1: reveal: no such key", "flags of"]),
        ("strict = 1", ["tamis.toml:1: strict", "true or false"]),
        ("identifiers = 'NO_SUCH'", ["--identifiers", "NO_SUCH"]),
        ("custom = 'missing.toml'", ["missing.toml", "cannot be read"]),
        ("exclude = 'a{'", ["exclude a{", "not a glob"]),
        ("[suppress]\nreason = 'x'", ["tamis.toml:1: suppress", "[[suppress]]"]),
        ("[[suppress]]\nname = 'x'", ["tamis.toml:1: suppress.reason", "say why"]),
        ("a = ", ["tamis.toml:1", ""]),
    ] {
        folder.write("tamis.toml", text);
        refused(&folder.run(&["config", "check"]), &parts);
        refused(&folder.run(&["scan", "."]), &parts);
    }
    folder.write("tamis.toml", b"a = '\xff'");
    refused(&folder.run(&["config", "check"]), &["tamis.toml", "UTF-8"]);
    refused(&folder.run(&["config", "check", "--config", "nowhere.toml"]), &["nowhere.toml", "cannot be read"]);
    folder.write("tamis.toml", "custom = 'badges.toml'\n");
    let ran = folder.run(&["config", "check"]);
    assert!(ran.code == 0 && ran.stdout.starts_with("tamis.toml: right; "), "{} {}", ran.stdout, ran.stderr);
}

#[test]
fn the_starter_is_written_once() {
    let folder = Folder::new();
    let ran = folder.run(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.run(&["config", "check"]).code, 0);
    refused(&folder.run(&["init"]), &["tamis.toml", "--force"]);
    assert_eq!(folder.run(&["init", "--force"]).code, 0);
}

#[test]
fn the_schema_is_the_one_that_is_shipped() {
    let made = Folder::new().run(&["config", "schema"]).stdout;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tamis.schema.json");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), made, "UPDATE_EXPECTED=1 writes it");
    let schema: Value = serde_json::from_str(&made).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    let policy = POLICY.replace("2999-12-31", "'2999-12-31'");
    let errors: Vec<String> = validator.iter_errors(&value(&policy)).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for wrong in [
        "fail-on = 'hi'",
        "failon = 'high'",
        "strict = 1",
        "[[suppress]]\nname = 'x'",
        "[[suppress]]\nreason = 'x'\n[suppress.criteria]\nseverity.description.eq = 'low'",
        "[[allow-list]]\nword = 'x'",
    ] {
        assert!(!validator.is_valid(&value(wrong)), "{wrong}");
    }
}

#[test]
fn scope_by_extension_size_and_age() {
    let folder = badges();
    for name in ["a.txt", "b.TXT", "c.md", "d", "sub/e.txt"] {
        folder.write(name, "E-111111\n");
    }
    folder.write("big.txt", "E-111111\n".repeat(100));
    let old = std::fs::File::options().append(true).open(folder.path().join("a.txt")).unwrap();
    old.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000)).unwrap();
    let paths = |args: &[&str]| {
        let result = scan(&folder, &[&["--exclude", "badges.toml"], args, &["."]].concat());
        let paths: Vec<String> = found(&result).into_iter().map(|(path, _)| path).collect();
        (paths.join(" "), result["summary"]["leftOut"].clone())
    };
    assert_eq!(
        paths(&["--include-ext", "txt"]),
        ("a.txt big.txt sub/e.txt".to_owned(), json!({ "exclude badges.toml": 1, "include": 3 }))
    );
    assert_eq!(
        paths(&["--exclude-ext", "txt,md", "--include", "*"]).1,
        json!({ "exclude badges.toml": 1, "exclude-ext txt": 3, "exclude-ext md": 1 })
    );
    assert_eq!(paths(&["--newer-than", "2020-01-01", "--include-ext", "txt"]).0, "big.txt sub/e.txt");
    assert_eq!(paths(&["--older-than", "2020-01-01"]).0, "a.txt");
    assert_eq!(paths(&["--min-file-size", "100"]).0, "big.txt");
    assert_eq!(paths(&["--newer-than", "3650d", "--include-ext", "txt"]).1["newer-than"], 1);
}

#[test]
fn imports_can_be_used() {
    let folder = Folder::new();
    folder.write(
        "gitleaks.toml",
        "[[rules]]\nid = 'acme'\nregex = '''acme_([a-z0-9]{16})'''\nentropy = 3\nkeywords = ['acme_']\n\
         [allowlist]\nregexes = ['''^acme_0''']\npaths = ['''\\.lock$''']\n",
    );
    folder.write("a.txt", "k = acme_9f3k2m8q7x1z5c4v\nk = acme_aaaaaaaaaaaaaaaa\n");
    let ran = folder.run(&["identifiers", "import", "gitleaks.toml", "--allow-list", "allow.txt"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("\\.lock$") && ran.stderr.contains("1 identifiers are carried over"), "{}", ran.stderr);
    folder.write("ids.toml", &ran.stdout);
    let args = ["scan", "-f", "json", "--identifiers", "none", "--custom", "ids.toml", "--allow", "allow.txt", "a.txt"];
    let result = folder.run(&args).json();
    assert_eq!(matches(&result).iter().map(|m| m.line).collect::<Vec<_>>(), [1]);
    assert_eq!(result["summary"]["byCategory"]["CREDENTIALS"], 1);
    refused(&folder.run(&["identifiers", "import", "a.txt"]), &["a.txt:1", "neither gitleaks"]);
    refused(&folder.run(&["identifiers", "import", "no.txt"]), &["no.txt", "cannot be read"]);
}

#[test]
fn careless_patterns_are_refused_or_run_on() {
    let folder = Folder::new();
    folder.write("a.txt", "a".repeat(100_000));
    folder.write("x.txt", "x".repeat(100_000));
    let run = |regex: &str| {
        folder.write("ids.toml", format!("[[identifier]]\nid = 'C'\nregex = '{regex}'\n"));
        folder.run(&["scan", "-f", "json", "--identifiers", "none", "--custom", "ids.toml", "a.txt", "x.txt"])
    };
    let began = std::time::Instant::now();
    for regex in ["(a|aa)+$", ".{0,1000}x", "(a+)+b", "[a-z]+@[a-z]+", "\\p{L}{3,200}1"] {
        let ran = run(regex);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{regex}");
        assert_eq!(crate::harness::skipped(&ran.json()), [], "{regex}");
    }
    assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
    let long = "a".repeat(10 << 20);
    for (regex, part) in [
        (".{0,500}a.{0,500}b", "its repeats multiply"),
        ("(?:.{1,100}){1,100}", "its repeats multiply"),
        ("\\p{L}{1000}{1000}", "too large"),
        (long.as_str(), "longer than 4096 bytes"),
    ] {
        refused(&run(regex), &["ids.toml:3: regex", part]);
    }
}
