//! The rows of a table's first bytes, unquoted. Which of them is a header is not decided here.

/// The cells of one row.
pub(super) type Row = Vec<Vec<u8>>;

/// A row, and where it starts.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) start: usize,
    /// Rows before it.
    pub(super) above: u64,
    pub(super) row: Row,
    /// It starts with a number sign: a comment, or a header.
    pub(super) is_comment: bool,
}

/// The first rows that say something, at most so many.
pub(super) fn placed(text: &[u8], delimiter: u8, quote: u8, whole: bool, most: usize) -> Vec<Placed> {
    let mut rows = Rows { text, delimiter, quote, whole };
    let mut found = Vec::new();
    for above in 0..(most as u64) * 2 {
        let start = text.len() - rows.text.len();
        let Some(row) = rows.next() else { break };
        if !is_blank(&row) && found.len() < most {
            found.push(Placed { start, above, row, is_comment: text.get(start) == Some(&b'#') });
        }
    }
    found
}

pub(super) fn is_blank(row: &Row) -> bool {
    row.len() == 1 && row[0].trim_ascii().is_empty()
}

/// The quote: an apostrophe where it stands around cells in several lines and no quotation mark does.
pub(super) fn quote(text: &[u8]) -> u8 {
    let edges = |mark: u8| {
        let quoted = |line: &&[u8]| {
            line.trim_ascii().len() > 1 && line.first() == Some(&mark) && line.trim_ascii_end().last() == Some(&mark)
        };
        text.split(|b| *b == b'\n' || *b == b'\r').take(20).filter(quoted).count()
    };
    if !text.contains(&b'"') && edges(b'\'') > 1 { b'\'' } else { b'"' }
}

/// The rows of a piece of text, unquoted, as long as they are whole.
pub(super) struct Rows<'a> {
    pub(super) text: &'a [u8],
    pub(super) delimiter: u8,
    pub(super) quote: u8,
    pub(super) whole: bool,
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut row = vec![Vec::new()];
        let (mut quoted, mut at) = (false, 0);
        if self.text.is_empty() {
            return None;
        }
        while let Some(&byte) = self.text.get(at) {
            at += 1;
            let cell = row.last_mut()?;
            if byte == self.quote && quoted && self.text.get(at) == Some(&byte) {
                cell.push(byte);
                at += 1;
            } else if byte == self.quote && (quoted || cell.trim_ascii().is_empty()) {
                if !quoted {
                    cell.clear();
                }
                quoted = !quoted;
            } else if quoted {
                cell.push(byte);
            } else if byte == self.delimiter {
                row.push(Vec::new());
            } else if byte == b'\n' || byte == b'\r' {
                at += usize::from(byte == b'\r' && self.text.get(at) == Some(&b'\n'));
                self.text = &self.text[at..];
                return Some(row);
            } else {
                cell.push(byte);
            }
        }
        self.text = &[];
        // The end of the head cuts a row, and so does a quote that never closes.
        (self.whole && !quoted).then_some(row)
    }
}
