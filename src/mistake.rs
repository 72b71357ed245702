//! A mistake in a file that a user wrote: an identifier file, an allow list, a configuration. One line that names the file,
//! the line, the field and the mend.

use std::ops::Range;

/// Why a user's file was refused. Nothing is scanned then.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}:{line}: {problem}")]
pub struct Mistake {
    /// The file as given.
    pub file: String,
    /// Line from 1.
    pub line: usize,
    /// The field, what is wrong with it, and the mend.
    pub problem: String,
}

impl Mistake {
    /// A mistake at a range of bytes of a file's text.
    pub fn at(file: &str, text: &str, span: &Range<usize>, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: line_of(text, span.start), problem: problem.into() }
    }

    /// What the TOML parser says of a file.
    pub fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().trim().replace('\n', "; ");
        Self::at(file, text, &error.span().unwrap_or_default(), message)
    }
}

/// The line, from 1, of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.bytes().filter(|b| *b == b'\n').count() + 1
}
