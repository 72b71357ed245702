//! Saved results: what every format makes of a result that was written and read again.

use crate::harness::Folder;
use std::fs;
use std::path::{Path, PathBuf};
use tamis::reports::{REPORTS, ReportFormat, Style};

fn written(format: &dyn ReportFormat, report: &tamis::report::Report) -> String {
    let mut out = Vec::new();
    format.write(report, Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The samples, with a custom identifier and a rule: what was read from the JSON result is the same in every form.
#[test]
fn the_samples_come_back_in_every_form() {
    let folder = Folder::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let samples = samples.to_str().unwrap();
    folder.write("own.toml", "[[identifier]]\nid = 'MINE'\ncategory = 'CREDENTIALS'\nregex = '\\bexample\\b'\n");
    folder.write(
        "tamis.toml",
        "[[suppress]]\nname = 'letters'\nreason = 'made up'\n[suppress.criteria]\nresourcesAffected.file.path.glob = 'letters/**'\n",
    );
    let outputs: Vec<(String, PathBuf)> = REPORTS
        .iter()
        .map(|format| (format.name().to_owned(), folder.path().join(format!("{}.out", format.name()))))
        .collect();
    let mut args: Vec<String> =
        ["scan", "-q", "--identifiers", "all", "--custom", "own.toml", "--fail-on", "high"].map(str::to_owned).to_vec();
    for (name, path) in &outputs {
        args.extend(["-o".to_owned(), format!("{name}:{}", path.display())]);
    }
    args.push(samples.to_owned());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = folder.run(&args);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for known in [Vec::new(), tamis::identifier::managed().unwrap()] {
        for saved in ["json", "jsonl"] {
            let report = tamis::saved::open(&folder.path().join(format!("{saved}.out")), &known).unwrap();
            assert!(report.findings.iter().any(|finding| finding.hidden_by.is_some()));
            for (format, (name, path)) in REPORTS.iter().zip(&outputs) {
                let expected = fs::read_to_string(path).unwrap();
                assert!(written(*format, &report) == expected, "{name} from {saved} differs");
            }
        }
    }
}
