//! Charts as SVG of our own. Their numbers stand beside them as text, so the drawings are for the eye alone.

use super::markup::Text;
use crate::report::{FindingCounts, PastRun};
use crate::reports::json::timestamp;
use crate::reports::numbers::count;
use std::io::{self, Write};

/// Runs that are drawn.
const MOST_RUNS: usize = 60;

/// A row of a bar chart.
pub(super) struct Bar {
    /// What it counts.
    pub(super) label: String,
    /// How many.
    pub(super) value: u64,
    /// A severity's class, or none.
    pub(super) class: &'static str,
    /// The filter of the findings that it stands for: the facet's name, and the index of its value.
    pub(super) filter: Option<(&'static str, usize)>,
}

/// Horizontal bars, each on a scale to the longest.
pub(super) fn bars(rows: &[Bar], out: &mut dyn Write) -> io::Result<()> {
    let most = rows.iter().map(|row| row.value).max().unwrap_or(0).max(1);
    out.write_all(b"<ol class=\"bars\">\n")?;
    for row in rows {
        let (open, close) = match row.filter {
            Some((facet, key)) => (format!("<a href=\"#findings\" data-facet=\"{facet}\" data-key=\"{key}\">"), "</a>"),
            None => ("<span>".to_owned(), "</span>"),
        };
        // A thousandth of the width at least: what is there shows.
        let width = (u128::from(row.value) * 1000 / u128::from(most)).max(u128::from(row.value > 0) * 8);
        writeln!(
            out,
            "<li>{open}<span class=\"label\">{}</span><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" \
             aria-hidden=\"true\"><rect class=\"bed\" width=\"1000\" height=\"10\"/>\
             <rect class=\"{}\" width=\"{width}\" height=\"10\"/></svg><span class=\"num\">{}</span>{close}</li>",
            Text(&row.label),
            row.class,
            count(row.value)
        )?;
    }
    out.write_all(b"</ol>\n")
}

/// A half circle, filled as far as a score from 0 to 100 says.
pub(super) fn gauge(score: i8, class: &str, out: &mut dyn Write) -> io::Result<()> {
    let (filled, words) = (score.max(0), if score < 0 { "none".to_owned() } else { score.to_string() });
    let arc = "d=\"M 18 100 A 82 82 0 0 1 182 100\" fill=\"none\" stroke-width=\"15\" stroke-linecap=\"round\"";
    writeln!(
        out,
        "<svg viewBox=\"0 0 200 116\" role=\"img\" aria-label=\"Sensitivity score: {words}\">\
         <path class=\"track\" {arc}/><path class=\"value {class}\" {arc} pathLength=\"100\" stroke-dasharray=\"{filled} 200\"/>\
         <text x=\"100\" y=\"97\" text-anchor=\"middle\" font-size=\"46\">{words}</text></svg>"
    )
}

#[expect(clippy::cast_precision_loss, reason = "a tenth of a point is enough for a drawing")]
/// Findings of each run by severity, this one last: columns from left to right.
pub(super) fn over_time(earlier: &[PastRun], this: PastRun, out: &mut dyn Write) -> io::Result<()> {
    let mut runs: Vec<PastRun> = earlier.iter().rev().take(MOST_RUNS - 1).copied().collect();
    runs.reverse();
    runs.push(this);
    let most = runs.iter().map(|run| run.findings.total()).max().unwrap_or(0).max(1);
    let (left, width, height) = (50.0, 840.0, 150.0);
    let step = width / runs.len() as f64;
    let column = (step * 0.7).min(48.0);
    let day = |run: &PastRun| timestamp(run.started).map(|time| time[..10].to_owned()).unwrap_or_default();
    let label = |run: &PastRun| format!("{}: {}", day(run), counts_in_words(run.findings));
    let words: Vec<String> = runs.iter().map(label).collect();
    writeln!(
        out,
        "<svg class=\"time\" viewBox=\"0 0 900 190\" role=\"img\" aria-label=\"{}\">",
        Text(&words.join("; "))
    )?;
    for (part, y) in [(most, 10.0), (0, 10.0 + height)] {
        writeln!(
            out,
            "<line x1=\"{left}\" x2=\"890\" y1=\"{y}\" y2=\"{y}\"/><text x=\"42\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            y + 4.0,
            count(part as u64)
        )?;
    }
    for (number, run) in runs.iter().enumerate() {
        let x = left + step * (number as f64 + 0.5) - column / 2.0;
        let mut bottom = 10.0 + height;
        let FindingCounts { high, medium, low, .. } = run.findings;
        writeln!(out, "<g><title>{}</title>", Text(&label(run)))?;
        for (class, part) in [("low", low), ("medium", medium), ("high", high)] {
            let tall = height * part as f64 / most as f64;
            bottom -= tall;
            writeln!(
                out,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{bottom:.1}\" width=\"{column:.1}\" height=\"{tall:.1}\"/>"
            )?;
        }
        out.write_all(b"</g>\n")?;
    }
    let ends = [(left, "start", runs.first()), (890.0, "end", runs.last().filter(|_| runs.len() > 1))];
    for (x, anchor, run) in ends {
        if let Some(run) = run {
            writeln!(out, "<text x=\"{x}\" y=\"182\" text-anchor=\"{anchor}\">{}</text>", day(run))?;
        }
    }
    out.write_all(b"</svg>\n")
}

/// `6 high, 1 medium, 0 low`.
pub(super) fn counts_in_words(counts: FindingCounts) -> String {
    let words = |number: usize, word: &str| format!("{} {word}", count(number as u64));
    [words(counts.high, "high"), words(counts.medium, "medium"), words(counts.low, "low")].join(", ")
}
