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
        let span = error.span().unwrap_or_default();
        let message = error.message().trim().replace('\n', "; ");
        let field = field_at(text, span.start).map(|field| format!("{field}: ")).unwrap_or_default();
        Self::at(file, text, &span, field + &message)
    }
}

/// The key on whose line a byte offset stands, if the offset is behind the key's `=`.
fn field_at(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let (field, _) = before.rsplit('\n').next()?.split_once('=')?;
    let is_key = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    Some(field.trim()).filter(|field| !field.is_empty() && field.chars().all(is_key))
}

/// The line, from 1, of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1
}
