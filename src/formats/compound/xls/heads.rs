//! Which row of a sheet names its columns, and the numbers of columns under one name.
//!
//! A title above the table is no header: rows above the header have numbers of their own, since a number's name never
//! changes.

use std::collections::HashMap;

/// Rows within which a header may come.
const ROWS: u32 = 10;
/// Digits from which on a text is data.
const DIGITS: usize = 4;

/// The names of columns.
#[derive(Default)]
pub(super) struct Heads {
    sheet: u32,
    /// Rows of this sheet so far.
    rows: u32,
    /// Columns that the header names.
    width: usize,
    named: HashMap<u16, String>,
    keys: HashMap<u16, u32>,
    /// The name of each number.
    names: Vec<Option<String>>,
}

impl Heads {
    /// Begins a sheet, unless this is it.
    pub(super) fn enter(&mut self, sheet: u32) {
        if self.sheet != sheet {
            self.sheet = sheet;
            self.rows = 0;
            self.width = 0;
            self.named.clear();
            self.keys.clear();
        }
    }

    /// Looks whether a row is the header: text alone, and wider than what was taken for one before.
    pub(super) fn look_at<'c>(&mut self, cells: impl Iterator<Item = (u16, &'c str, bool)> + Clone) {
        self.rows = self.rows.saturating_add(1);
        if self.rows > ROWS || self.width > 1 {
            return;
        }
        let is_name = |text: &str| text.len() <= 200 && text.chars().filter(char::is_ascii_digit).count() < DIGITS;
        if cells.clone().count() > self.width && cells.clone().all(|(_, text, is_text)| is_text && is_name(text)) {
            self.named = cells.map(|(column, text, _)| (column, text.to_owned())).collect();
            self.width = self.named.len();
            self.keys.clear();
        }
    }

    /// The number of a column under its present name.
    pub(super) fn key(&mut self, column: u16) -> u32 {
        *self.keys.entry(column).or_insert_with(|| {
            self.names.push(self.named.get(&column).cloned());
            (self.names.len() - 1) as u32
        })
    }

    /// The name of a number.
    pub(super) fn name(&self, key: u32) -> Option<&str> {
        self.names.get(key as usize)?.as_deref()
    }
}
