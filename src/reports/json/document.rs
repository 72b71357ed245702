//! A JSON object on its way out, indented by two spaces, member by member. Long lists are rendered by several workers and
//! written in their order. Knows nothing of what is in them.

use super::escape::escaped;
use crate::reports::MANY_ROWS;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io::{self, BufWriter, Write};

/// Rows that one worker renders at a time.
const TOGETHER: usize = 16;
/// Pieces of so many rows that are in memory at a time, for each worker: one half is rendered while the other is written.
const EACH: usize = 8;

/// An object that is not complete.
pub(super) struct Document<'a> {
    out: BufWriter<&'a mut dyn Write>,
    is_empty: bool,
}

impl<'a> Document<'a> {
    /// Opens it.
    pub(super) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut out = BufWriter::new(out);
        out.write_all(b"{")?;
        Ok(Self { out, is_empty: true })
    }

    /// Writes a member.
    pub(super) fn member(&mut self, name: &str, value: &impl Serialize) -> io::Result<()> {
        self.name(name)?;
        let mut text = Vec::new();
        write_at(&mut text, 1, value)?;
        self.out.write_all(&escaped(text)?)
    }

    /// Writes a member that is a list, a row for each item.
    pub(super) fn rows<'i, T: Sync, R: Serialize>(
        &mut self,
        name: &str,
        items: &'i [T],
        row: impl Fn(&'i T) -> R + Sync,
    ) -> io::Result<()> {
        self.name(name)?;
        self.out.write_all(b"[")?;
        let render = |at: usize, items: &'i [T]| {
            let mut text = Vec::new();
            for (index, item) in items.iter().enumerate() {
                text.extend_from_slice(if at + index > 0 { b",\n    " } else { b"\n    " });
                write_at(&mut text, 2, &row(item))?;
            }
            escaped(text)
        };
        let workers = if items.len() > MANY_ROWS { rayon::current_num_threads() } else { 1 };
        if workers > 1 {
            self.rows_by(workers, items, &render)?;
        } else {
            for (piece, items) in items.chunks(TOGETHER).enumerate() {
                self.out.write_all(&render(piece * TOGETHER, items)?)?;
            }
        }
        self.out.write_all(if items.is_empty() { b"]" } else { b"\n  ]" })
    }

    /// Writes the rows of items that several workers render.
    fn rows_by<'i, T: Sync>(
        &mut self,
        workers: usize,
        items: &'i [T],
        render: &(impl Fn(usize, &'i [T]) -> io::Result<Vec<u8>> + Sync),
    ) -> io::Result<()> {
        let at_once = TOGETHER * EACH * workers / 2;
        let mut done: Vec<io::Result<Vec<u8>>> = Vec::new();
        for (batch, items) in items.chunks(at_once).enumerate() {
            let mut next: Vec<io::Result<Vec<u8>>> = Vec::new();
            next.resize_with(items.len().div_ceil(TOGETHER), || Ok(Vec::new()));
            rayon::in_place_scope(|scope| {
                for (piece, (items, room)) in items.chunks(TOGETHER).zip(&mut next).enumerate() {
                    let at = batch * at_once + piece * TOGETHER;
                    scope.spawn(move |_| *room = render(at, items));
                }
                self.write(&mut done)
            })?;
            done = next;
        }
        self.write(&mut done)
    }

    /// Closes it, and the text with a line break.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.out.write_all(b"\n}\n")?;
        self.out.flush()
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        let comma = if std::mem::take(&mut self.is_empty) { "" } else { "," };
        write!(self.out, "{comma}\n  \"{name}\": ")
    }

    fn write(&mut self, pieces: &mut Vec<io::Result<Vec<u8>>>) -> io::Result<()> {
        pieces.drain(..).try_for_each(|piece| self.out.write_all(&piece?))
    }
}

/// Appends a value as it stands so many levels deep.
fn write_at(text: &mut Vec<u8>, depth: usize, value: &impl Serialize) -> io::Result<()> {
    let mut formatter = PrettyFormatter::new();
    for _ in 0..depth {
        formatter.begin_object(&mut io::sink())?;
    }
    Ok(value.serialize(&mut Serializer::with_formatter(text, formatter))?)
}

#[cfg(test)]
mod tests {
    use super::{Document, MANY_ROWS, TOGETHER};
    use serde::Serialize;
    use serde_json::{Value, json};
    use std::io;

    #[derive(Serialize)]
    struct Whole<'a> {
        first: &'a str,
        rows: &'a [Value],
        last: &'a [u8],
    }

    #[test]
    fn it_is_what_one_worker_writes_of_the_whole() {
        for count in [0, 1, TOGETHER, TOGETHER + 1, MANY_ROWS, MANY_ROWS + 1, 5000] {
            let row =
                |n: usize| json!({ "n": n, "list": vec![json!({ "é": "x".repeat(n % 90) }); n % 3], "none": null });
            let rows: Vec<Value> = (0..count).map(row).collect();
            let mut written = Vec::new();
            let mut document = Document::begin(&mut written).unwrap();
            document.member("first", &"a\u{202e}\n").unwrap();
            document.rows("rows", &rows, |row| row).unwrap();
            document.rows("last", &[1_u8], |row| row).unwrap();
            document.end().unwrap();
            let whole = Whole { first: "a\\u202e\n", rows: &rows, last: &[1] };
            let expected = serde_json::to_string_pretty(&whole).unwrap().replace("\\\\u202e", "\\u202e");
            assert!(String::from_utf8(written).unwrap() == expected + "\n", "{count} rows");
        }
    }

    #[test]
    fn what_cannot_be_written_ends_it() {
        struct Full(usize);
        impl io::Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let rows: Vec<String> = (0..5000).map(|n| n.to_string().repeat(20)).collect();
        let mut full = Full(200_000);
        let mut document = Document::begin(&mut full).unwrap();
        let outcome = document.rows("rows", &rows, |row| row);
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
