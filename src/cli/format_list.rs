//! `tamis formats`: what can be read, and the kind of place that each format gives. Reads no file.

use super::catalogue::{Form, json};
use crate::formats::{FORMATS, Nesting};
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FormatRow {
    name: &'static str,
    media_type: &'static str,
    extensions: &'static [&'static str],
    /// Macie's array of occurrences; none for what only holds files.
    place: Option<&'static str>,
    place_in_words: &'static str,
    /// Whether it counts as a level of an archive.
    archive: bool,
}

/// Every format, in the order in which content is recognised.
pub fn formats(form: Form) -> String {
    let rows: Vec<FormatRow> = FORMATS
        .iter()
        .map(|format| FormatRow {
            name: format.name(),
            media_type: format.media_type(),
            extensions: format.extensions(),
            place: format.place().array(),
            place_in_words: format.place().words(),
            archive: format.nesting() != Nesting::Leaf,
        })
        .collect();
    if form == Form::Json {
        return json(&rows);
    }
    let cells = |row: &FormatRow| [row.name.to_owned(), row.extensions.join(" "), row.media_type.to_owned()];
    let widths = [0, 1, 2].map(|n| rows.iter().map(|row| cells(row)[n].len()).max().unwrap_or(0));
    let mut out = String::new();
    for row in &rows {
        let [name, extensions, media] = cells(row);
        let [a, b, c] = widths;
        let _ = writeln!(out, "{name:a$}  {extensions:b$}  {media:c$}  {}", row.place_in_words);
    }
    out.push_str("\nContent decides, not the name. A file that no format reads is listed as not inspected.\n");
    out
}
