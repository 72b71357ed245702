//! What came of a test, as rows that are written as JSON or laid out as text.

use super::reasons::{explanation, gate, rule_word};
use super::{masked, outcome};
use crate::cli::catalogue::TestArgs;
use crate::detect::{Candidate, Fate};
use crate::identifier::DataIdentifier;
use crate::location::{Place, Position};
use crate::reports::printable::{printable, shortened};
use crate::trial::{Example, Trial};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Write;

/// Characters of a candidate that are shown.
const LONGEST_TEXT: usize = 80;

/// One candidate.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CandidateRow {
    identifier: String,
    /// Which of its patterns, from 1.
    pattern: usize,
    line: u64,
    column: u64,
    offset: u64,
    length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    masked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    outcome: &'static str,
    gate: Option<&'static str>,
    explanation: String,
    keyword: Option<String>,
    distance: Option<u32>,
    lost_to: Option<String>,
    rule: Option<&'static str>,
    /// Set when it is kept here, but not among all identifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    among_all: Option<String>,
    /// Overlapping candidates of the same identifier that fared no better.
    others: usize,
}

impl CandidateRow {
    fn of(candidate: &Candidate, explain: bool) -> Self {
        let (keyword, distance) = match &candidate.fate {
            Fate::Kept { keyword: Some(near) } | Fate::Lost { keyword: Some(near), .. } | Fate::KeywordNear(near) => {
                (Some(near.keyword.clone()), Some(near.distance))
            }
            Fate::NoKeyword(Some(far)) => (Some(far.keyword.clone()), Some(far.distance)),
            _ => (None, None),
        };
        let (lost_to, rule) = match &candidate.fate {
            Fate::Lost { to, rule, .. } => (Some(to.id.clone()), explain.then(|| rule_word(*rule))),
            _ => (None, None),
        };
        let Position { line, column, offset, length, .. } = candidate.position;
        Self {
            identifier: candidate.identifier.id.clone(),
            pattern: candidate.pattern + 1,
            line,
            column,
            offset,
            length,
            label: label(&candidate.place),
            masked: candidate.masked.clone(),
            text: candidate.revealed.clone(),
            outcome: outcome(&candidate.fate),
            gate: gate(&candidate.fate),
            explanation: explanation(candidate, explain),
            keyword,
            distance,
            lost_to,
            rule,
            among_all: None,
            others: candidate.others,
        }
    }

    fn write(&self, indent: &str, out: &mut String) {
        let place = match &self.label {
            Some(label) => format!("{}:{} {}", self.line, self.column, shortened(label, LONGEST_TEXT)),
            None => format!("{}:{}", self.line, self.column),
        };
        let text = shortened(self.text.as_ref().unwrap_or(&self.masked), LONGEST_TEXT).to_string();
        let id = printable(&self.identifier);
        let _ = writeln!(out, "{indent}{place:8} {:7}  {id}  {text}", self.outcome);
        let _ = writeln!(out, "{indent}{:17} {}", "", printable(&self.explanation));
        if let Some(note) = &self.among_all {
            let _ = writeln!(out, "{indent}{:17} among all identifiers: {}", "", printable(note));
        }
        if self.others > 0 {
            let _ = writeln!(out, "{indent}{:17} ({} more starts or patterns here fared no better)", "", self.others);
        }
    }
}

/// The name of the column or the path of a field.
fn label(place: &Place) -> Option<String> {
    match place {
        Place::Cell { column_name, .. } => column_name.clone(),
        Place::Record { json_path, .. } => json_path.clone(),
        Place::Lines | Place::Page { .. } => None,
    }
}

/// A text under test.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TrialRow {
    file: String,
    format: &'static str,
    kept: usize,
    lost: usize,
    dropped: usize,
    /// Dropped ones that are not listed, for there were too many.
    unlisted: u64,
    /// Why it was not read to its end.
    incomplete: Option<String>,
    candidates: Vec<CandidateRow>,
}

impl TrialRow {
    /// `rivals` are the candidates of all identifiers, when those were asked for too.
    pub(super) fn of(file: &str, trial: &Trial, rivals: &[Candidate], explain: bool) -> Self {
        let key = |c: &Candidate| (c.identifier.id.clone(), c.span, c.position.offset);
        let rivals: HashMap<_, _> = rivals.iter().map(|c| (key(c), c)).collect();
        let row = |candidate: &Candidate| {
            let mut row = CandidateRow::of(candidate, explain);
            if let (Fate::Kept { .. }, Some(rival)) = (&candidate.fate, rivals.get(&key(candidate)))
                && !matches!(rival.fate, Fate::Kept { .. })
            {
                row.among_all = Some(explanation(rival, true));
            }
            row
        };
        let count = |word: &str| trial.candidates.iter().filter(|c| outcome(&c.fate) == word).count();
        Self {
            file: file.to_owned(),
            format: trial.format,
            kept: count("kept"),
            lost: count("lost"),
            dropped: count("dropped"),
            unlisted: trial.unlisted,
            incomplete: trial.incomplete.clone(),
            candidates: trial.candidates.iter().map(row).collect(),
        }
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.candidates.iter().for_each(|row| row.write("", &mut out));
        if !self.candidates.is_empty() {
            out.push('\n');
        }
        if self.unlisted > 0 {
            let _ = writeln!(out, "{} more were dropped and are not listed: try fewer identifiers", self.unlisted);
        }
        if let Some(why) = &self.incomplete {
            let _ = writeln!(out, "Not read to its end: {}", printable(why));
        }
        let file = if self.file == "-" { "standard input" } else { &self.file };
        let candidates = match self.candidates.len() {
            0 => "no candidate: no pattern matches anywhere in it".to_owned(),
            _ => format!("{} kept, {} lost, {} dropped", self.kept, self.lost, self.dropped),
        };
        let _ = writeln!(out, "{} (read as {}): {candidates}", printable(file), self.format);
        out
    }
}

/// An identifier's own examples.
#[derive(Serialize)]
pub(super) struct ExamplesRow {
    id: String,
    passed: usize,
    failed: usize,
    examples: Vec<ExampleRow>,
}

#[derive(Serialize)]
struct ExampleRow {
    /// `match` or `noMatch`.
    kind: &'static str,
    /// Its place in that list, from 1.
    number: usize,
    passes: bool,
    text: String,
    candidates: Vec<CandidateRow>,
    #[serde(skip)]
    shown: bool,
}

impl ExamplesRow {
    pub(super) fn of(identifier: &DataIdentifier, examples: &[Example<'_>], args: &TestArgs) -> Self {
        let matching = identifier.examples.matching.len();
        let row = |(index, example): (usize, &Example<'_>)| ExampleRow {
            kind: if example.wanted { "match" } else { "noMatch" },
            number: if example.wanted { index + 1 } else { index + 1 - matching },
            passes: example.passes(),
            text: if args.reveal {
                printable(example.text).to_string()
            } else {
                masked(example.text, &example.candidates)
            },
            candidates: example.candidates.iter().map(|c| CandidateRow::of(c, args.explain)).collect(),
            shown: args.explain || !example.passes(),
        };
        let rows: Vec<ExampleRow> = examples.iter().enumerate().map(row).collect();
        let passed = rows.iter().filter(|row| row.passes).count();
        Self { id: identifier.id.clone(), passed, failed: rows.len() - passed, examples: rows }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed > 0
    }

    pub(super) fn failures(&self) -> usize {
        self.failed
    }

    pub(super) fn count(&self) -> usize {
        self.examples.len()
    }

    /// One line for each example; for those that fail, and for all with `--explain`, what came of each candidate.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}: {} of {} examples pass", printable(&self.id), self.passed, self.count());
        for row in &self.examples {
            let word = if row.passes { "ok  " } else { "FAIL" };
            let what = if row.kind == "match" { "finds" } else { "not" };
            let _ = writeln!(out, "  {word} {what:5} {:2}  {}", row.number, row.text);
            if !row.shown {
                continue;
            }
            row.candidates.iter().for_each(|c| c.write("       ", &mut out));
            if row.candidates.is_empty() {
                out.push_str("       no candidate: no pattern matches anywhere in it\n");
            }
        }
        out.push('\n');
        out
    }
}
