//! A folder to fill, the real binary to run in it, and the JSON result to look into.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A temporary folder that is the program's working folder.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        self.run_in(&[], args, stdin)
    }

    /// With these variables in the environment.
    pub(crate) fn run_in(&self, environment: &[(&str, &str)], args: &[&str], stdin: &[u8]) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(args)
            .current_dir(self.path())
            .env_remove("NO_COLOR")
            .env_remove("TAMIS_FINGERPRINT_KEY")
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_STEP_SUMMARY")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let stdin = stdin.to_vec();
        let writer = std::thread::spawn(move || pipe.write_all(&stdin));
        let output = child.wait_with_output().unwrap();
        // The program may well end before it has read everything.
        let _ = writer.join().unwrap();
        Ran::new(output)
    }

    /// Scans `target` with every identifier and gives the JSON result.
    pub(crate) fn scan(&self, args: &[&str]) -> Value {
        let mut all = vec!["scan", "--format", "json", "--identifiers", "all"];
        all.extend(args);
        self.run(&all).json()
    }
}

/// What a run of the program gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {} {}", self.stdout, self.stderr))
    }
}

/// One match of a result, flattened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) masked: String,
}

/// Every stored match of a result, in its order. Paths of members are joined with `!/`.
pub(crate) fn matches(result: &Value) -> Vec<Match> {
    let mut all = Vec::new();
    for finding in result["findings"].as_array().unwrap() {
        let details = &finding["classificationDetails"]["result"];
        let managed = details["sensitiveData"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|group| group["detections"].as_array().unwrap());
        let custom = details["customDataIdentifiers"]["detections"].as_array().unwrap().iter();
        for detection in managed.chain(custom) {
            let id = detection["type"].as_str().or(detection["name"].as_str()).unwrap();
            for m in detection["matches"].as_array().unwrap() {
                let number = |name: &str| m[name].as_u64().unwrap_or(0);
                all.push(Match {
                    path: path_of(finding),
                    id: id.to_owned(),
                    line: number("line"),
                    column: number("column"),
                    offset: number("offset"),
                    length: number("length"),
                    masked: m["masked"].as_str().unwrap().to_owned(),
                });
            }
        }
    }
    all
}

/// (path, identifier) of every detection.
pub(crate) fn found(result: &Value) -> Vec<(String, String)> {
    let mut all: Vec<_> = matches(result).into_iter().map(|m| (m.path, m.id)).collect();
    all.dedup();
    all
}

fn path_of(finding: &Value) -> String {
    let file = &finding["resourcesAffected"]["file"];
    let path = file["path"].as_str().unwrap().to_owned();
    match file["embeddedFileDetails"]["filePath"].as_str() {
        Some(embedded) => format!("{path}!/{embedded}"),
        None => path,
    }
}

/// (path, reason) of every skipped row.
pub(crate) fn skipped(result: &Value) -> Vec<(String, String)> {
    let rows = result["skipped"].as_array().unwrap().iter();
    let row = |row: &Value| {
        let path = row["path"].as_str().unwrap().to_owned();
        let path = row["embeddedPath"].as_str().map(|e| format!("{path}!/{e}")).unwrap_or(path);
        (path, row["reason"].as_str().unwrap().to_owned())
    };
    rows.map(row).collect()
}
