//! The other parts of the page. The lists in them are drawn by the script; without it the first rows of each stand there.

use super::markup::Text;
use crate::finding::{Finding, Pardon};
use crate::report::Report;
use crate::reports::numbers::{count, counted, duration};
use crate::reports::shown::{FullPath, first_mask, first_place};
use crate::status::Status;
use std::cmp::Reverse;
use std::io::{self, Write};

/// Rows of a list that stand there without scripts.
const PLAIN_ROWS: usize = 200;

/// The parts, and how much is in each.
pub(super) fn tabs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = report.finding_counts();
    let tabs = [
        ("overview", "Overview", None),
        ("findings", "Findings", Some(counts.total())),
        ("gaps", "Not inspected", Some(report.skipped.len())),
        ("policies", "Policy", Some(report.policy_findings.len())),
        ("suppressed", "Suppressed", Some(counts.suppressed)),
        ("about", "About this scan", None),
    ];
    out.write_all(b"<nav aria-label=\"Parts of the report\"><div>\n")?;
    for (id, name, number) in tabs {
        let tally = number.map(|n| format!(" <span class=\"tally\">{}</span>", count(n as u64))).unwrap_or_default();
        writeln!(out, "<a href=\"#{id}\">{name}{tally}</a>")?;
    }
    out.write_all(b"</div></nav>\n")
}

fn open(id: &str, heading: &str, words: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section class=\"panel\" id=\"{id}\">\n<h2>{heading}</h2>\n<p class=\"soft\">{words}</p>")
}

/// A list: `data-list` is where the script draws it.
fn list(
    name: &str,
    caption: &str,
    heads: &[&str],
    rows: &[Vec<String>],
    all: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "<div data-list=\"{name}\" data-caption=\"{caption}\"></div>")?;
    if rows.is_empty() {
        return Ok(());
    }
    let first = if all > rows.len() {
        format!("The first {} of {}. ", count(rows.len() as u64), count(all as u64))
    } else {
        String::new()
    };
    writeln!(
        out,
        "<noscript><p class=\"soft\">{first}With scripts this list can be searched and sorted.</p>\n<div class=\"sheet\"><table><caption class=\"unseen\">{caption}</caption><thead><tr>"
    )?;
    for head in heads {
        write!(out, "<th scope=\"col\">{head}</th>")?;
    }
    out.write_all(b"</tr></thead><tbody>\n")?;
    for row in rows {
        writeln!(out, "<tr><td>{}</td></tr>", row.join("</td><td>"))?;
    }
    out.write_all(b"</tbody></table></div></noscript>\n")
}

fn plain_row(finding: &Finding) -> Vec<String> {
    let classification = &finding.classification;
    let path = format!("<span class=\"path\">{}</span>", Text(&FullPath(&classification.artifact.path).to_string()));
    let what = classification.detections.iter().map(|detection| {
        let first = first_place(detection).map(|place| format!(", first at {}: {}", place, first_mask(detection)));
        format!("{} × {}{}", count(detection.count), Text(&detection.identifier.name), Text(&first.unwrap_or_default()))
    });
    let word = finding.severity.word();
    let pill = format!("<span class=\"pill {}\">{word}</span>", word.to_lowercase());
    vec![pill, path, what.collect::<Vec<_>>().join("<br>")]
}

fn finding_list(report: &Report, archived: bool, name: &str, caption: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut shown: Vec<&Finding> = report.findings.iter().filter(|f| f.archived == archived).collect();
    let all = shown.len();
    shown.sort_by_key(|finding| Reverse(finding.severity));
    let rows: Vec<_> = shown.iter().take(PLAIN_ROWS).map(|finding| plain_row(finding)).collect();
    list(name, caption, &["Severity", "File", "What"], &rows, all, out)
}

/// The findings.
pub(super) fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let words = match report.finding_counts().total() {
        0 => "There are none.",
        _ => {
            "One for each file, or file in an archive, with all that was found in it. Open a row for the places, and for what to do."
        }
    };
    open("findings", "Findings", words, out)?;
    finding_list(report, false, "findings", "Findings", out)?;
    out.write_all(b"</section>\n")
}

/// What was not inspected in full, and why.
pub(super) fn gaps(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let words = match report.skipped.len() {
        0 => "Everything in scope was inspected in full.",
        _ => "What could not be looked into, in full or at all. Nothing is said about what is in it.",
    };
    open("gaps", "Not inspected in full", words, out)?;
    let mut reasons: Vec<_> = report.reasons().into_iter().collect();
    reasons.sort_by_key(|(_, number)| Reverse(*number));
    if !reasons.is_empty() {
        out.write_all(b"<div class=\"sheet reasons\"><table><caption class=\"unseen\">Reasons</caption><thead><tr><th scope=\"col\">Reason</th><th scope=\"col\" class=\"num\">Objects</th><th scope=\"col\">What it means</th></tr></thead><tbody>\n")?;
        for (reason, number) in reasons {
            let (code, words) = (reason.code(), Text(reason.explanation()));
            writeln!(
                out,
                "<tr><td><code>{code}</code></td><td class=\"num\">{}</td><td>{words}</td></tr>",
                count(number)
            )?;
        }
        out.write_all(b"</tbody></table></div>\n")?;
    }
    let rows: Vec<_> = report
        .skipped
        .iter()
        .take(PLAIN_ROWS)
        .map(|row| {
            let (status, path) = (&row.classification.status, FullPath(&row.classification.artifact.path).to_string());
            let how = if matches!(status, Status::Partial(..)) { "in part" } else { "not at all" };
            let code = status.reason().map(crate::status::Reason::code).unwrap_or_default();
            vec![
                format!("<span class=\"path\">{}</span>", Text(&path)),
                format!("<code>{code}</code>"),
                how.to_owned(),
                Text(status.detail()).to_string(),
            ]
        })
        .collect();
    list(
        "gaps",
        "Objects not inspected in full",
        &["File", "Reason", "Inspected", "Detail"],
        &rows,
        report.skipped.len(),
        out,
    )?;
    left_out(report, out)?;
    out.write_all(b"</section>\n")
}

/// What nobody asked to look at, and matches that were not reported.
fn left_out(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<(String, u64)> =
        report.totals.left_out.iter().map(|(rule, number)| (format!("Files left out by {rule}"), *number)).collect();
    rows.extend(report.totals.pardons.iter().map(|(pardon, number)| {
        let what = match pardon {
            Pardon::AllowList(name) => format!("Matches allowed by {name}"),
            Pardon::InlineMark => "Matches allowed by a tamis:allow mark".to_owned(),
            Pardon::Placeholder => "Placeholders of credentials".to_owned(),
        };
        (what, *number)
    }));
    if rows.is_empty() {
        return Ok(());
    }
    out.write_all(b"<h3>Left out, as asked for</h3>\n<dl class=\"about\">\n")?;
    for (what, number) in rows {
        writeln!(out, "<dt>{}</dt><dd>{}</dd>", Text(&what), count(number))?;
    }
    out.write_all(b"</dl>\n")
}

/// How files with findings are kept.
pub(super) fn policies(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let words = match report.policy_findings.len() {
        0 => "No file with findings is open to everyone, and none breaks a policy.",
        _ => {
            "How files with findings are kept: open to everyone, or against a policy. These are counted apart from the findings."
        }
    };
    open("policies", "Policy findings", words, out)?;
    let rows: Vec<_> = report
        .policy_findings
        .iter()
        .take(PLAIN_ROWS)
        .map(|found| {
            let word = found.severity.word();
            vec![
                format!("<span class=\"pill {}\">{word}</span>", word.to_lowercase()),
                format!("<span class=\"path\">{}</span>", Text(&found.artifact.path.file)),
                Text(found.kind.title()).to_string(),
                Text(&found.description()).to_string(),
            ]
        })
        .collect();
    list(
        "policies",
        "Policy findings",
        &["Severity", "File", "Policy", "What it means"],
        &rows,
        report.policy_findings.len(),
        out,
    )?;
    out.write_all(b"</section>\n")
}

/// What rules hid.
pub(super) fn suppressed(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let words = match report.finding_counts().suppressed {
        0 => "No rule hid a finding.",
        _ => "Findings that a rule of the configuration accepts. They are in no count and no chart.",
    };
    open("suppressed", "Suppressed", words, out)?;
    if !report.suppressions.is_empty() {
        out.write_all(b"<div class=\"sheet reasons\"><table><caption class=\"unseen\">Rules</caption><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">Reason</th><th scope=\"col\">Until</th><th scope=\"col\" class=\"num\">Findings</th></tr></thead><tbody>\n")?;
        for rule in &report.suppressions {
            let until = rule
                .expires
                .as_deref()
                .map(|day| if rule.expired { format!("{day} (expired)") } else { day.to_owned() });
            let (name, reason, until) = (Text(&rule.rule), Text(&rule.reason), until.unwrap_or_default());
            writeln!(
                out,
                "<tr><td>{name}</td><td>{reason}</td><td>{until}</td><td class=\"num\">{}</td></tr>",
                count(rule.findings)
            )?;
        }
        out.write_all(b"</tbody></table></div>\n")?;
    }
    finding_list(report, true, "suppressed", "Suppressed findings", out)?;
    out.write_all(b"</section>\n")
}

/// How it was scanned.
pub(super) fn about(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    open("about", "About this scan", "What was looked at, and with which settings.", out)?;
    let time = |time| crate::reports::json::timestamp(time).unwrap_or_default();
    let mut rows = vec![
        ("Targets".to_owned(), report.targets.join(", ")),
        ("Began".to_owned(), time(report.started)),
        ("Ended".to_owned(), time(report.finished)),
        ("Took".to_owned(), duration(report.duration)),
        ("Finished".to_owned(), if report.complete { "yes" } else { "no, it was interrupted" }.to_owned()),
        ("Objects with findings".to_owned(), counted(report.totals.sensitive, "object")),
        ("Set of identifiers".to_owned(), report.identifier_set_version.clone()),
        ("Scan".to_owned(), report.id.clone()),
    ];
    let is_said = |value: &serde_json::Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    rows.extend(report.configuration.iter().filter(|(_, value)| is_said(value)).map(|(name, value)| {
        let words = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), words)
    }));
    out.write_all(b"<div class=\"card\"><dl class=\"about\">\n")?;
    for (name, value) in rows {
        writeln!(out, "<dt>{}</dt><dd>{}</dd>", Text(&name), Text(&value))?;
    }
    out.write_all(b"</dl></div>\n</section>\n")
}
