//! Other programs' rules as identifier files: one file for each form, and the list [`FORMS`].
//!
//! A form reads what it knows and says what it could not carry over; nothing is dropped in silence. What comes out is held to
//! the loader before it is handed on.

mod certain;
mod gitleaks;
mod macie;
mod write;

use crate::identifier;
use crate::mistake::Mistake;

/// An identifier as it is written into a file; what is empty is left out.
#[derive(Debug, Default)]
struct Entry {
    id: String,
    name: String,
    description: String,
    category: &'static str,
    tags: Vec<String>,
    keywords: Vec<String>,
    distance: Option<u64>,
    ignore_words: Vec<String>,
    allow: Vec<String>,
    regex: String,
    validator: Option<&'static str>,
    severities: Vec<(u64, String)>,
}

/// What became of a file.
#[derive(Debug, Default)]
struct Read {
    entries: Vec<Entry>,
    /// Entries of an allow list for all of them.
    allow: Vec<String>,
    /// What could not be carried over: about which rule, and what.
    notes: Vec<(String, String)>,
}

impl Read {
    fn note(&mut self, about: &str, what: impl Into<String>) {
        self.notes.push((about.to_owned(), what.into()));
    }
}

/// What an import gives.
#[derive(Debug)]
pub struct Imported {
    /// The identifier file.
    pub identifiers: String,
    /// How many are in it.
    pub count: usize,
    /// An allow list for all of them; none when there is nothing for one.
    pub allow_list: Option<String>,
    /// What could not be carried over, a sentence each.
    pub notes: Vec<String>,
}

/// A form: its name, how it is known, and its reader.
type Form = (&'static str, fn(&str) -> bool, fn(&str, &str) -> Result<Read, Mistake>);

/// Every form.
const FORMS: &[Form] = &[
    ("macie", |text| text.trim_start().starts_with(['{', '[']) && text.contains("\"regex\""), macie::read),
    ("gitleaks", |text| text.contains("[[rules]]"), gitleaks::read),
];

/// Reads a file of another program's rules.
pub fn import(file: &str, text: &str) -> Result<Imported, Mistake> {
    let text = text.trim_start_matches('\u{feff}');
    let Some((name, _, read)) = FORMS.iter().find(|(_, fits, _)| fits(text)) else {
        let problem =
            "neither gitleaks' rules ([[rules]] in TOML) nor Macie's CreateCustomDataIdentifier (JSON with \"regex\")";
        return Err(Mistake { file: file.to_owned(), line: 1, problem: problem.to_owned() });
    };
    let mut read = read(file, text)?;
    let mut kept = Vec::new();
    for entry in std::mem::take(&mut read.entries) {
        // One that the loader refuses is named with its reason, and the others go on.
        let written = write::entry(&entry);
        match identifier::custom(file, &written, &[]) {
            Err(mistake) => read.note(&entry.id, format!("left out: {}", mistake.problem)),
            Ok(_) if kept.iter().any(|(id, _)| *id == entry.id) => read.note(&entry.id, "left out: its id is taken"),
            Ok(_) => kept.push((entry.id, written)),
        }
    }
    let heading = format!("# Imported from {name} rules. `tamis identifiers test --custom FILE ID TEXT` tries one.\n");
    let identifiers = kept.iter().fold(heading, |out, (_, written)| out + "\n" + written);
    Ok(Imported {
        identifiers,
        count: kept.len(),
        allow_list: (!read.allow.is_empty()).then(|| read.allow.join("\n") + "\n"),
        notes: read.notes.into_iter().map(|(about, what)| format!("{about}: {what}")).collect(),
    })
}
