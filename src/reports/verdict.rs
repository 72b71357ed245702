//! The gate in one line: whether it holds, and if not, why and what to do next. Nothing in it comes from a scanned file.

use super::numbers::{count, counted};
use crate::finding::Finding;
use crate::identifier::{Category, Severity};
use crate::report::{Report, Verdict};

/// The line; none when the run is held to nothing.
pub fn verdict(report: &Report) -> Option<String> {
    let flags = flags(report);
    if flags.is_empty() {
        return None;
    }
    Some(match report.verdict() {
        Verdict::Holds => holds(report, &flags),
        Verdict::Found(_) => found(report),
        Verdict::Policy(open) => {
            let least = report.gate.fail_on_policy.map_or("", Severity::word).to_lowercase();
            format!(
                "Gate failed (--fail-on-policy {least}): {}. Take the file's permissions back, protect the key with a passphrase, \
                 or encrypt the archive, as each of them says.",
                counted(open as u64, "policy finding")
            )
        }
        Verdict::Gaps(0) => "Gate failed (--strict): the scan was interrupted; scan again.".to_owned(),
        Verdict::Gaps(gaps) => {
            let objects = counted(gaps, "object");
            let were = if gaps == 1 { "was" } else { "were" };
            format!(
                "Gate failed (--strict): {objects} {were} not inspected in full; each reason says what to do about it."
            )
        }
    })
}

fn flags(report: &Report) -> String {
    let fail_on = report.gate.fail_on.map(|severity| format!("--fail-on {}", severity.word().to_lowercase()));
    let policy = report.gate.fail_on_policy;
    let policy = policy.map(|severity| format!("--fail-on-policy {}", severity.word().to_lowercase()));
    fail_on
        .into_iter()
        .chain(policy)
        .chain(report.gate.strict.then(|| "--strict".to_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn holds(report: &Report, flags: &str) -> String {
    let below = report.finding_counts().total() as u64;
    let text = match (below, report.gate.fail_on) {
        (1.., Some(severity)) => {
            let verb = if below == 1 { "is" } else { "are" };
            format!(
                "Gate holds ({flags}): {} {verb} below {}.",
                counted(below, "finding"),
                severity.word().to_lowercase()
            )
        }
        _ => format!("Gate holds ({flags})."),
    };
    if report.complete { text } else { format!("{text} It says nothing of what the interrupted scan did not reach.") }
}

fn found(report: &Report) -> String {
    let Some(least) = report.gate.fail_on else { return String::new() };
    let fails = |finding: &&Finding| !finding.archived && finding.severity >= least;
    let failing: Vec<&Finding> = report.findings.iter().filter(fails).collect();
    let numbers = Severity::ALL.into_iter().rev().filter_map(|severity| {
        let number = failing.iter().filter(|finding| finding.severity == severity).count() as u64;
        (number > 0).then(|| format!("{} {}", count(number), severity.word().to_lowercase()))
    });
    let numbers = numbers.collect::<Vec<_>>().join(", ");
    let plural = if failing.len() == 1 { "" } else { "s" };
    let detections = || failing.iter().flat_map(|finding| &finding.classification.detections);
    let has = |wanted: Category| detections().any(|d| d.identifier.category == wanted);
    let secret = has(Category::Credentials);
    let other = detections().any(|d| d.identifier.category != Category::Credentials);
    let next = match (secret, other) {
        (true, true) => "Rotate the credentials at their providers, then remove them and the other data",
        (true, false) => "Rotate the credentials at their providers, then remove them",
        _ => "Remove or mask the data",
    };
    // The worst of them is what people should look at first.
    let worst = detections().max_by_key(|d| (d.identifier.severity(d.count), std::cmp::Reverse(&d.identifier.id)));
    let id = worst.map_or("ID", |detection| detection.identifier.id.as_str());
    format!(
        "Gate failed (--fail-on {}): {numbers} finding{plural}. {next}, from the history too if they were committed. What is \
         meant to be there: allow it with `tamis:allow {id}` on its line, or by a `[[suppress]]` rule with a reason in tamis.toml.",
        least.word().to_lowercase()
    )
}

#[cfg(test)]
mod tests {
    use super::verdict;
    use crate::identifier::Severity;
    use crate::report::Gate;
    use crate::reports::fixture;

    #[test]
    fn why_and_what_next() {
        let mut report = fixture::report();
        assert_eq!(verdict(&report), None);
        report.gate = Gate { fail_on: Some(Severity::Medium), strict: true, ..Gate::default() };
        let text = verdict(&report).unwrap();
        assert!(text.starts_with("Gate failed (--fail-on medium): 6 high, 1 medium findings. Rotate "), "{text}");
        assert!(text.contains("and the other data") && text.contains("`tamis:allow AWS_CREDENTIALS`"), "{text}");
        report.findings.retain(|finding| finding.severity == Severity::Low);
        report.gate.strict = false;
        assert_eq!(verdict(&report).unwrap(), "Gate holds (--fail-on medium): 1 finding is below medium.");
        report.gate.strict = true;
        assert!(verdict(&report).unwrap().starts_with("Gate failed (--strict): 14 objects were not inspected in full"));
        let mut report = fixture::empty();
        report.gate = Gate { fail_on: Some(Severity::Low), strict: true, ..Gate::default() };
        assert_eq!(verdict(&report).unwrap(), "Gate holds (--fail-on low --strict).");
        report.complete = false;
        assert!(verdict(&report).unwrap().contains("interrupted"));
    }
}
