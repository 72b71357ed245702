//! Which names the columns of HTML's tables have: those of the first row that is text alone.
//!
//! Knows rows and cells by the names of their elements, and no text outside of them.

/// Bytes of a name, columns that can have one, and tables in each other.
const LONGEST: usize = 120;
const COLUMNS: usize = 1024;
const TABLES: usize = 16;
/// Digits from which on a text is data.
const DIGITS: usize = 4;

/// The tables that are open, the innermost last.
#[derive(Default)]
pub(super) struct Heads {
    open: Vec<Table>,
    /// Tables that are not followed.
    beyond: usize,
}

#[derive(Default)]
struct Table {
    names: Vec<String>,
    /// Whether the first row is over.
    is_named: bool,
    /// Cells that began in this row.
    cells: usize,
    in_cell: bool,
}

impl Heads {
    /// An element begins.
    pub(super) fn begin(&mut self, element: &[u8]) {
        match element {
            b"table" if self.open.len() < TABLES => self.open.push(Table::default()),
            b"table" => self.beyond += 1,
            b"tr" => {
                if let Some(table) = self.innermost() {
                    table.end_row();
                }
            }
            b"td" | b"th" => {
                if let Some(table) = self.innermost() {
                    table.cells += 1;
                    table.in_cell = true;
                    if !table.is_named && table.names.len() < COLUMNS {
                        table.names.push(String::new());
                    }
                }
            }
            _ => {}
        }
    }

    /// An element ends.
    pub(super) fn end(&mut self, element: &[u8]) {
        match element {
            b"table" if self.beyond > 0 => self.beyond -= 1,
            b"table" => {
                self.open.pop();
            }
            b"tr" => {
                if let Some(table) = self.innermost() {
                    table.end_row();
                }
            }
            b"td" | b"th" => {
                if let Some(table) = self.innermost() {
                    table.in_cell = false;
                }
            }
            _ => {}
        }
    }

    /// Text comes.
    pub(super) fn text(&mut self, text: &[u8]) {
        let Some(table) = self.innermost().filter(|table| !table.is_named && table.in_cell) else { return };
        let Some(name) = table.names.last_mut() else { return };
        let text = String::from_utf8_lossy(text);
        for word in text.split_whitespace() {
            if name.len() >= LONGEST {
                break;
            }
            if !name.is_empty() {
                name.push(' ');
            }
            name.extend(word.chars().take(LONGEST));
        }
    }

    /// The name of the column of a cell that began, if this is one.
    pub(super) fn column(&self, element: &[u8]) -> Option<&str> {
        if !matches!(element, b"td" | b"th") || self.beyond > 0 {
            return None;
        }
        let table = self.open.last().filter(|table| table.is_named)?;
        table.names.get(table.cells.checked_sub(1)?).map(String::as_str).filter(|name| !name.is_empty())
    }

    fn innermost(&mut self) -> Option<&mut Table> {
        self.open.last_mut().filter(|_| self.beyond == 0)
    }
}

impl Table {
    fn end_row(&mut self) {
        if !self.is_named && self.cells > 0 {
            let is_name = |name: &String| name.chars().filter(char::is_ascii_digit).count() < DIGITS;
            // A title over the table names no column.
            if self.names.iter().filter(|name| !name.is_empty()).count() > 1 && self.names.iter().all(is_name) {
                self.is_named = true;
            } else {
                self.is_named = self.cells > 1;
                self.names.clear();
            }
        }
        self.cells = 0;
        self.in_cell = false;
    }
}
