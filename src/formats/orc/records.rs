//! The records of one stripe, put together from its columns with a list of what is still to do in place of recursion.
//!
//! A long record comes in several pieces under one number, so a list that claims 10^9 items is never held.

use super::super::embedded::{Binary, Embedded, kind_of};
use super::super::paths::Paths;
use super::super::records::{Record, Records, Value};
use super::columns::{Item, Opening, Reading};
use super::footer::{Footer, Kind};
use super::streams::Source;
use crate::location::Place;
use std::io;
use std::ops::Range;

/// Columns inside each other.
const DEEPEST: usize = 256;
/// Bytes of a record's values, and steps through it, that are taken at once.
const PIECE: u64 = 256 << 10;
const STEPS: usize = 64 << 10;

/// What is to be done next.
enum Task {
    /// Read a value of a column.
    Value(usize),
    /// Go on with the fields of a struct.
    Fields { column: usize, next: usize },
    /// Go on with a list; `taken` is what was taken before the last item.
    Items { column: usize, index: u64, left: u64, taken: u64 },
    /// Go on with a map.
    Entries { column: usize, index: u64, left: u64, taken: u64 },
    /// Step out of a name.
    Leave,
}

/// The records of a stripe, or some columns of them.
pub(super) struct Rows<'s> {
    footer: &'s Footer,
    file: Option<&'s dyn Source>,
    columns: Vec<Option<Reading<'s>>>,
    /// Whether the root holds the columns, and which of them are read; those that are damaged no more.
    has_root: bool,
    fields: Vec<usize>,
    tasks: Vec<Task>,
    /// The column of the root that is being read.
    field: usize,
    left: Range<u64>,
    /// Values taken from the file so far, nulls too.
    taken: u64,
    taken_before: u64,
    read: u64,
    pub(super) paths: Paths,
    pub(super) embedded: Embedded,
    pub(super) has_damage: bool,
}

impl<'s> Rows<'s> {
    pub(super) fn new(footer: &'s Footer, paths: Paths, embedded: Embedded, rows: Range<u64>) -> Self {
        Self {
            footer,
            file: None,
            columns: std::iter::repeat_with(|| None).take(footer.columns.len()).collect(),
            has_root: footer.columns.first().is_some_and(|root| root.kind == Kind::Struct),
            fields: Vec::new(),
            tasks: Vec::new(),
            field: 0,
            left: rows,
            taken: 0,
            taken_before: 0,
            read: 0,
            paths,
            embedded,
            has_damage: false,
        }
    }

    /// Opens fields of the root while there is memory for more, one at least; the first that is left.
    pub(super) fn open(&mut self, fields: Range<usize>, opening: &mut Opening<'s, '_>) -> usize {
        self.file = Some(opening.file);
        let root = self.footer.columns.first();
        let start = fields.start;
        for field in fields {
            let column = if self.has_root { root.and_then(|root| root.inside.get(field)) } else { Some(&0) };
            let before = opening.memory;
            if let Some(column) = column {
                if self.open_column(*column, opening) {
                    self.fields.push(field);
                } else if field > start && before < super::MEMORY {
                    // It may only lack the memory that the others take.
                    return field;
                } else {
                    self.has_damage = true;
                }
            }
            if opening.memory < super::MEMORY / 4 {
                return field + 1;
            }
        }
        usize::MAX
    }

    /// Opens a column and all inside it.
    fn open_column(&mut self, column: usize, opening: &mut Opening<'s, '_>) -> bool {
        let mut waiting = vec![column];
        while let Some(column) = waiting.pop() {
            let described = &self.footer.columns[column];
            let Some(reading) = opening.open(column, described) else { return false };
            self.columns[column] = Some(reading);
            waiting.extend(&described.inside);
        }
        true
    }

    fn begin(&mut self) {
        self.taken_before = self.taken;
        self.paths.leave_to(0);
        self.field = 0;
        self.tasks.push(if self.has_root { Task::Fields { column: 0, next: 0 } } else { Task::Value(0) });
    }

    /// Does what is next; none if it is damaged.
    fn step(&mut self, into: &mut Record) -> Option<()> {
        match self.tasks.pop()? {
            Task::Leave => self.paths.leave(),
            Task::Value(column) => self.value(column, into)?,
            Task::Fields { column: 0, next } if self.has_root => {
                self.field = next;
                if let Some(field) = self.fields.get(next) {
                    self.tasks.push(Task::Fields { column: 0, next: next + 1 });
                    self.field(0, *field)?;
                }
            }
            Task::Fields { column, next } => {
                if next < self.footer.columns.get(column)?.inside.len() {
                    self.tasks.push(Task::Fields { column, next: next + 1 });
                    self.field(column, next)?;
                }
            }
            Task::Items { column, index, left, taken } => {
                // Where an item took nothing, nor will those behind it.
                if left > 0 && taken != self.taken {
                    self.tasks.push(Task::Items { column, index: index + 1, left: left - 1, taken: self.taken });
                    self.paths.enter_index(index);
                    self.tasks.push(Task::Leave);
                    self.tasks.push(Task::Value(*self.footer.columns.get(column)?.inside.first()?));
                }
            }
            Task::Entries { column, index, left, taken } => {
                if left > 0 && taken != self.taken {
                    self.tasks.push(Task::Entries { column, index: index + 1, left: left - 1, taken: self.taken });
                    self.entry(column, index, into)?;
                }
            }
        }
        (self.paths.depth() <= DEEPEST && self.tasks.len() <= 3 * DEEPEST).then_some(())
    }

    fn field(&mut self, column: usize, field: usize) -> Option<()> {
        let described = self.footer.columns.get(column)?;
        self.paths.enter(described.names.get(field).map_or("", String::as_str));
        self.tasks.push(Task::Leave);
        self.tasks.push(Task::Value(*described.inside.get(field)?));
        Some(())
    }

    fn next_of(&mut self, column: usize) -> Option<Item> {
        let (item, has_taken) = self.columns.get_mut(column)?.as_mut()?.next()?;
        self.taken += u64::from(has_taken);
        Some(item)
    }

    fn value(&mut self, column: usize, into: &mut Record) -> Option<()> {
        match self.next_of(column)? {
            Item::Null => {}
            Item::Text(text) => self.put(&text, into),
            Item::Bytes(bytes) => match kind_of(&bytes) {
                Binary::Text(text) => self.put(text, into),
                Binary::File => {
                    let column = self.paths.here().0;
                    let name = format!("{}/{}", self.paths.names(column).join("/"), self.left.start);
                    self.read += bytes.len() as u64;
                    self.embedded.keep(name, &bytes);
                }
                Binary::Neither => self.read += bytes.len() as u64,
            },
            Item::Fields => self.tasks.push(Task::Fields { column, next: 0 }),
            Item::Several(left) => {
                let (index, taken) = (0, u64::MAX);
                self.tasks.push(match self.footer.columns.get(column)?.kind {
                    Kind::Map => Task::Entries { column, index, left, taken },
                    _ => Task::Items { column, index, left, taken },
                });
            }
            Item::Inside(tag) => {
                let inside = *self.footer.columns.get(column)?.inside.get(tag)?;
                self.tasks.push(Task::Value(inside));
            }
        }
        Some(())
    }

    /// A key and its value, which stands under it.
    fn entry(&mut self, column: usize, index: u64, into: &mut Record) -> Option<()> {
        let [key, value, ..] = *self.footer.columns.get(column)?.inside.as_slice() else { return None };
        let kind = self.footer.columns.get(key)?.kind;
        if matches!(kind, Kind::Struct | Kind::List | Kind::Map | Kind::Union) {
            self.paths.enter_index(index);
            self.tasks.extend([Task::Leave, Task::Value(value), Task::Value(key)]);
            return Some(());
        }
        let text = match self.next_of(key)? {
            Item::Text(text) => text,
            Item::Bytes(bytes) => super::super::readable(&bytes).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        self.paths.enter(&text);
        // A key is data as well.
        self.put(&text, into);
        self.tasks.extend([Task::Leave, Task::Value(value)]);
        Some(())
    }

    fn put(&mut self, text: &str, into: &mut Record) {
        self.read += text.len() as u64;
        let (column, detail) = self.paths.here();
        into.push_detailed(column, detail, text);
    }

    /// Leaves a damaged column of the root alone from here on, and goes on with the next.
    fn give_up(&mut self) {
        self.has_damage = true;
        self.paths.leave_to(0);
        self.tasks.clear();
        if self.has_root && self.field < self.fields.len() {
            self.fields.remove(self.field);
            self.tasks.push(Task::Fields { column: 0, next: self.field });
        } else {
            self.fields.clear();
        }
    }
}

impl Records for Rows<'_> {
    fn next(&mut self, into: &mut Record) -> io::Result<bool> {
        if self.tasks.is_empty() {
            if self.left.is_empty() || self.fields.is_empty() {
                return Ok(false);
            }
            self.begin();
        }
        into.begin(self.left.start);
        let from = self.read;
        for _ in 0..STEPS {
            if self.tasks.is_empty() || self.read - from > PIECE {
                break;
            }
            if self.step(into).is_none() {
                self.give_up();
            }
        }
        if let Some(error) = self.file.and_then(Source::failure) {
            return Err(error);
        }
        if self.tasks.is_empty() {
            // Records that take nothing say nothing, however many there are.
            self.left.start = if self.taken == self.taken_before { self.left.end } else { self.left.start + 1 };
        }
        Ok(true)
    }

    fn names(&self, column: u32) -> Vec<String> {
        self.paths.names(column)
    }

    fn place(&self, value: &Value) -> Place {
        self.paths.place(value)
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}
