//! Files that once did harm: what fuzzing or review found, kept as it was found. Each is read to its end in its time, by
//! the real binary, and gives the row that it should.

use crate::harness::{Folder, found, skipped};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

#[test]
fn files_that_did_harm_give_their_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let target = root.join("regressions");
    let target = target.to_str().unwrap();
    let folder = Folder::new();
    let shown = ["1", "4"].map(|threads| {
        let result = folder.scan(&["-j", threads, target]);
        let mut rows: Vec<_> = skipped(&result).into_iter().chain(found(&result)).collect();
        rows.sort();
        rows.into_iter().fold(String::new(), |mut all, (path, what)| {
            let _ = writeln!(all, "{path}: {what}");
            all
        })
    });
    assert!(!shown[0].contains("PARSER_FAILED"), "{}", shown[0]);
    assert_eq!(shown[0], shown[1], "any number of threads");
    let expected = root.join("regressions.expected");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&expected, &shown[0]).unwrap();
    }
    assert_eq!(shown[0], fs::read_to_string(&expected).unwrap(), "run with UPDATE_EXPECTED=1 and look at the change");
}
