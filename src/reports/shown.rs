//! What several reports say of a finding in the same words: where it is, what it is, what to do. All of it is safe to show.

use super::numbers::count;
use super::printable::{printable, shortened};
use super::text::places::place;
use crate::artifact::{Artifact, ArtifactPath};
use crate::finding::{Detection, Finding};
use crate::identifier::{Category, DataIdentifier};
use std::fmt;

/// Characters of a mask that are shown.
const LONGEST_MASK: usize = 128;
/// Digits of a commit's id that are shown.
const SHORT_COMMIT: usize = 10;

/// A path with the way into it, levels joined with `!/`.
pub(super) struct FullPath<'a>(pub(super) &'a ArtifactPath);

impl fmt::Display for FullPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", printable(&self.0.file))?;
        self.0.members.iter().try_for_each(|member| write!(f, "!/{}", printable(member)))
    }
}

/// The commit that something is in, in short; none where no history was read.
pub(super) fn short_commit(artifact: &Artifact) -> Option<&str> {
    let commit = artifact.outermost()?.git.as_ref()?.commit.as_deref()?;
    Some(commit.get(..SHORT_COMMIT).unwrap_or(commit))
}

/// What to do about a finding.
pub(super) fn help(identifier: &DataIdentifier) -> &str {
    match (&*identifier.remediation, identifier.category) {
        ("", Category::Credentials) => {
            "Replace it where it was issued, at once, as who could read the file has it; then remove it, from the history too."
        }
        ("", Category::FinancialInformation) => {
            "Remove the numbers, or mask all but their last four digits; move what must be kept to a place that is meant for it."
        }
        ("", Category::PersonalInformation) => {
            "Remove the data, mask the column, or move the file to a place that is meant for it."
        }
        ("", Category::CustomIdentifier) => "Remove the data, or move it to a place that is meant for it.",
        (own, _) => own,
    }
}

/// A category in words.
pub(super) fn kind(category: Category) -> &'static str {
    match category {
        Category::Credentials => "Credentials",
        Category::FinancialInformation => "Financial information",
        Category::PersonalInformation => "Personal information",
        Category::CustomIdentifier => "What custom identifiers find",
    }
}

/// Where the first of them is, in words; none when no place was kept.
pub(super) fn first_place(detection: &Detection) -> Option<String> {
    detection.occurrences.first().map(|first| place(&first.place, &first.position))
}

/// The mask of the first of them; empty when no place was kept.
pub(super) fn first_mask(detection: &Detection) -> String {
    let first = detection.occurrences.first();
    first.map(|first| shortened(&first.masked, LONGEST_MASK).to_string()).unwrap_or_default()
}

/// `3 × Phone number in a.txt, first at line 2, column 5: ********11`.
pub(super) fn summary(finding: &Finding, detection: &Detection) -> String {
    let artifact = &finding.classification.artifact;
    let path = FullPath(&artifact.path);
    let name = printable(&detection.identifier.name);
    let mut text = format!("{} × {name} in {path}", count(detection.count));
    if let Some(commit) = short_commit(artifact) {
        text = format!("{text} (commit {commit})");
    }
    match first_place(detection) {
        Some(place) => {
            let first = if detection.count > 1 { "first at" } else { "at" };
            format!("{text}, {first} {place}: {}", first_mask(detection))
        }
        None => text,
    }
}
