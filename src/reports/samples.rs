//! Samples of what one identifier found, for `tamis reveal`: the only text in which data itself is shown on purpose.

use super::numbers::{count, counted};
use super::printable::printable;
use super::text::places::place;
use crate::finding::{Detection, MATCH_BEGINS, MATCH_ENDS};
use std::fmt::Write;

/// Writes the places and samples of a detection; a match stands between `»` and `«`.
pub(crate) fn samples(detection: &Detection, out: &mut String) {
    let shown = detection.occurrences.len() as u64;
    let name = printable(&detection.identifier.name);
    let _ = writeln!(out, "{name} ({}): {}", printable(&detection.identifier.id), count(detection.count));
    for occurrence in &detection.occurrences {
        let sample = occurrence.revealed.as_deref().unwrap_or_default();
        let (before, rest) = sample.split_once(MATCH_BEGINS).unwrap_or(("", sample));
        let (matched, after) = rest.rsplit_once(MATCH_ENDS).unwrap_or((rest, ""));
        let _ = writeln!(out, "  {}", place(&occurrence.place, &occurrence.position));
        let _ = writeln!(out, "    {}»{}«{}", printable(before), printable(matched), printable(after));
    }
    if detection.count > shown {
        let _ = writeln!(out, "  ... and {}", counted(detection.count - shown, "more place"));
    }
    out.push('\n');
}
