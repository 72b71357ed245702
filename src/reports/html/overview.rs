//! The top of the page and its first part: what was found, how bad it is as a whole and why, and charts.

use super::charts::{Bar, bars, counts_in_words, gauge, over_time};
use super::data::{category_name, folders, index, types};
use super::markup::Text;
use crate::identifier::Category;
use crate::report::{PastRun, Report};
use crate::reports::json::timestamp;
use crate::reports::numbers::{bytes, count, counted, duration};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Rows of a chart.
const MOST_ROWS: usize = 12;

/// The one sentence that says what came out.
pub(super) fn title(report: &Report) -> String {
    let counts = report.finding_counts();
    match counts.total() as u64 {
        0 if report.has_gaps() || !report.complete => "No sensitive data found in what was inspected".to_owned(),
        0 if report.totals.objects == 0 => "There was nothing to scan".to_owned(),
        0 => "No sensitive data found".to_owned(),
        objects => format!("Sensitive data found in {}", counted(objects, "object")),
    }
}

/// Name, time, and what came out.
pub(super) fn header(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<body>\n<a class=\"skip\" href=\"#content\">To the content</a>\n<div class=\"page\">\n<header>\n<div class=\"top\">\
          <span class=\"mark\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M2 4h20v3a10 10 0 0 1-20 0zm3.5 5.5a1.3 1.3 0 1 0 2.6 0 \
          1.3 1.3 0 0 0-2.6 0zm5.2 2a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 0 0-2.6 0zm5.2-2a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 0 0-2.6 0z\" \
          fill-rule=\"evenodd\"/><circle cx=\"8\" cy=\"20\" r=\"1.2\"/><circle cx=\"12\" cy=\"22\" r=\"1.2\"/><circle cx=\"16\" cy=\"20\" r=\"1.2\"/></svg>tamis</span>\
          <button type=\"button\" id=\"theme\" data-now=\"auto\" hidden>Theme: auto</button></div>\n<div class=\"hero\">\n",
    )?;
    let started =
        timestamp(report.started).map(|time| format!("{} UTC", time[..16].replace('T', " "))).unwrap_or_default();
    let targets = report.targets.iter().map(|target| format!("<code>{}</code>", Text(target)));
    writeln!(
        out,
        "<p class=\"soft\">{} · {started} · {}</p>",
        targets.collect::<Vec<_>>().join(" "),
        duration(report.duration)
    )?;
    writeln!(out, "<h1>{}</h1>", Text(&title(report)))?;
    let gaps = report.skipped.len() as u64;
    if gaps > 0 {
        let were = if gaps == 1 { "was" } else { "were" };
        writeln!(
            out,
            "<p>{} {were} not inspected in full: <a href=\"#gaps\" data-facet=\"-\">see why</a>.</p>",
            counted(gaps, "object")
        )?;
    }
    if !report.complete {
        out.write_all(b"<p class=\"notice\">The scan was interrupted: what it did not reach was not inspected.</p>\n")?;
    }
    let shows = report.findings.iter().flat_map(|f| &f.classification.detections).flat_map(|d| &d.occurrences);
    if shows.filter(|occurrence| occurrence.revealed.is_some()).take(1).count() > 0 {
        out.write_all(b"<p class=\"notice\">This page shows the data itself, as the scan was asked to. Keep it as you would keep the data.</p>\n")?;
    }
    out.write_all(b"</div>\n</header>\n")
}

/// The first part.
pub(super) fn section(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<section class=\"panel\" id=\"overview\">\n<h2 class=\"unseen\">Overview</h2>\n<div class=\"cards\">\n",
    )?;
    score(report, out)?;
    facts(report, out)?;
    if !report.earlier.is_empty() {
        out.write_all(b"<div class=\"card wide\"><h3>Findings over time</h3>\n")?;
        over_time(&report.earlier, PastRun { started: report.started, findings: report.finding_counts() }, out)?;
        out.write_all(b"</div>\n")?;
    }
    super::areas::write(report, out)?;
    if report.finding_counts().total() > 0 {
        charts(report, out)?;
    }
    out.write_all(b"</div>\n</section>\n")
}

/// What a score means, in two words, and the class of its colour.
pub(super) fn meaning(score: i8) -> (&'static str, &'static str) {
    match score {
        ..0 => ("Nothing could be inspected", ""),
        0..50 => ("Not sensitive", ""),
        50 => ("Not yet inspected", ""),
        51..75 => ("Sensitive", "medium"),
        _ => ("Sensitive", "high"),
    }
}

fn score(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let score = report.score().value();
    let (meaning, class) = meaning(score);
    out.write_all(b"<div class=\"card third score\"><h3>Sensitivity score</h3>\n")?;
    gauge(score, class, out)?;
    writeln!(out, "<p><b>{meaning}.</b> <span class=\"soft small\">{}</span></p></div>", reckoning(report, score))
}

/// How the score comes about, with this report's numbers.
pub(super) fn reckoning(report: &Report, score: i8) -> String {
    let terms = report.score();
    let (missed, objects) = terms.missed();
    // Rounded down, so that 100 % means everything.
    let tenths = ((objects - missed) * 1000).checked_div(objects).unwrap_or(1000);
    let share = format!("{}.{} %", tenths / 10, tenths % 10);
    if terms.types > 0 {
        return format!(
            "51 from the start, {} for {} (3 for each doubling, up to 30) and {} for {} (3 for each, up to 18); \
             the last two times the {share} of objects that were inspected. From 1, nothing found and all inspected, to 99.",
            terms.for_occurrences(),
            counted_es(terms.occurrences),
            terms.for_types(),
            counted(terms.types as u64, "type"),
        );
    }
    match score {
        -1 => "There were objects, and none of them could be inspected.".to_owned(),
        50 => "The scan ended before the first object.".to_owned(),
        _ => format!(
            "1, and up to 48 more for what was not inspected: {share} of objects were, those inspected in part as halves. \
             Above 50 something was found."
        ),
    }
}

fn counted_es(number: u64) -> String {
    format!("{} match{}", count(number), if number == 1 { "" } else { "es" })
}

fn facts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (totals, counts) = (&report.totals, report.finding_counts());
    let number = |number: usize| count(number as u64);
    let mut facts = vec![
        ("High severity", number(counts.high), if counts.high > 0 { "high" } else { "" }),
        ("Medium", number(counts.medium), if counts.medium > 0 { "medium" } else { "" }),
        ("Low", number(counts.low), if counts.low > 0 { "low" } else { "" }),
        ("Objects", count(totals.objects), ""),
        ("On disk", bytes(totals.bytes), ""),
        ("Bytes inspected", bytes(totals.bytes_classified), ""),
        ("Not inspected in full", number(report.skipped.len()), ""),
    ];
    let more = [
        ("Policy findings", report.policy_findings.len() as u64),
        ("Suppressed", counts.suppressed as u64),
        ("Known before", totals.baselined),
    ];
    facts.extend(more.iter().filter(|(_, number)| *number > 0).map(|(name, number)| (*name, count(*number), "")));
    out.write_all(b"<div class=\"card rest\"><h3>In numbers</h3>\n<dl class=\"facts\">\n")?;
    for (name, value, class) in facts {
        writeln!(out, "<div><dt>{name}</dt><dd class=\"{class}\">{value}</dd></div>")?;
    }
    out.write_all(b"</dl></div>\n")
}

fn card(heading: &str, rows: &[Bar], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<div class=\"card\"><h3>{heading}</h3>")?;
    bars(rows, out)?;
    out.write_all(b"</div>\n")
}

fn charts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = report.finding_counts();
    let (categories, _) = report.counts();
    let mut by_category: Vec<Bar> = categories
        .iter()
        .map(|(category, value)| Bar {
            label: category_name(*category).to_owned(),
            value: *value,
            class: "",
            filter: Some(("category", index(&Category::ALL, *category))),
        })
        .collect();
    by_category.sort_by_key(|bar| Reverse(bar.value));
    card("Matches by category", &by_category, out)?;
    let severities =
        [("High", counts.high, "high", 2), ("Medium", counts.medium, "medium", 1), ("Low", counts.low, "low", 0)];
    let by_severity = severities.map(|(word, value, class, key)| Bar {
        label: word.to_owned(),
        value: value as u64,
        class,
        filter: Some(("level", key)),
    });
    card(
        &format!("Findings by severity <span class=\"unseen\">: {}</span>", counts_in_words(counts)),
        &by_severity,
        out,
    )?;
    card("Matches by identifier", &by_type(report), out)?;
    card("Findings by folder", &by_folder(report), out)
}

/// The longest rows, and the rest as one.
fn longest(mut rows: Vec<Bar>) -> Vec<Bar> {
    rows.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.label.cmp(&b.label)));
    let rest = rows.split_off(MOST_ROWS.min(rows.len()));
    if !rest.is_empty() {
        let value = rest.iter().fold(0_u64, |sum, row| sum.saturating_add(row.value));
        rows.push(Bar { label: format!("{} more", count(rest.len() as u64)), value, class: "", filter: None });
    }
    rows
}

fn by_type(report: &Report) -> Vec<Bar> {
    let (types, (_, counts)) = (types(report), report.counts());
    let bar = |(identifier, value): (&std::sync::Arc<crate::identifier::DataIdentifier>, &u64)| Bar {
        label: identifier.name.clone(),
        value: *value,
        class: "",
        filter: types.get(identifier.as_ref()).map(|key| ("type", *key)),
    };
    longest(counts.iter().map(bar).collect())
}

fn by_folder(report: &Report) -> Vec<Bar> {
    let keys = folders(report);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| !finding.archived) {
        *counts.entry(super::data::folder(finding)).or_default() += 1;
    }
    let bar = |(label, value): (String, u64)| {
        let filter = keys.get(&label).map(|key| ("folder", *key));
        Bar { label, value, class: "", filter }
    };
    longest(counts.into_iter().map(bar).collect())
}
