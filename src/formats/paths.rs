//! Names and paths of the values in records, each once, under small numbers.
//!
//! Knows no format of records. The tables are bounded: a value beyond them keeps its names without the indices.

use super::json::{Step, json_path};
use super::labels::{Interned, Labels, ROOT};
use super::records::Value;
use crate::location::Place;
use std::cell::RefCell;
use std::collections::HashMap;

/// Paths with indices that are kept.
const MOST: usize = 65_536;
/// Paths that are kept as they are written: in most tables all.
const WRITTEN: usize = 4096;

/// One step down from a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Down {
    Name(u32),
    Index(u64),
}

/// The way from the record to where its reader stands, and all ways that led to values.
pub(super) struct Paths {
    labels: Labels,
    way: Vec<(Down, Interned)>,
    indexed: HashMap<Box<[Down]>, u32>,
    known: Vec<Box<[Down]>>,
    /// By column and detail.
    written: RefCell<HashMap<(u32, u32), Option<String>>>,
}

impl Paths {
    /// No path yet.
    pub(super) fn new() -> Self {
        Self {
            labels: Labels::default(),
            way: Vec::new(),
            indexed: HashMap::new(),
            known: Vec::new(),
            written: RefCell::default(),
        }
    }

    fn above(&self) -> Interned {
        self.way.last().map_or(Interned { label: ROOT, exact: true }, |(_, interned)| *interned)
    }

    /// Steps into a named field.
    pub(super) fn enter(&mut self, name: &str) {
        let interned = self.labels.intern(self.above(), name.as_bytes());
        self.way.push((Down::Name(interned.label), interned));
    }

    /// Steps into an element of a list.
    pub(super) fn enter_index(&mut self, index: u64) {
        self.way.push((Down::Index(index), self.above()));
    }

    /// Steps out again.
    pub(super) fn leave(&mut self) {
        self.way.pop();
    }

    /// Steps out as far as this depth.
    pub(super) fn leave_to(&mut self, depth: usize) {
        self.way.truncate(depth);
    }

    /// Steps taken.
    pub(super) fn depth(&self) -> usize {
        self.way.len()
    }

    /// Column and detail of a value that stands here.
    pub(super) fn here(&mut self) -> (u32, u32) {
        let label = self.above().label;
        if !self.way.iter().any(|(down, _)| matches!(down, Down::Index(_))) {
            return (label, 0);
        }
        let way: Box<[Down]> = self.way.iter().map(|(down, _)| *down).collect();
        if let Some(number) = self.indexed.get(&way) {
            return (label, *number);
        }
        if self.known.len() == MOST {
            return (label, 0);
        }
        self.known.push(way.clone());
        let number = self.known.len() as u32;
        self.indexed.insert(way, number);
        (label, number)
    }

    /// The names over a column.
    pub(super) fn names(&self, column: u32) -> Vec<String> {
        self.labels.names(column)
    }

    /// The place of a value.
    pub(super) fn place(&self, value: &Value) -> Place {
        let mut written = self.written.borrow_mut();
        if written.len() == WRITTEN {
            written.clear();
        }
        let json_path = written.entry((value.column, value.detail)).or_insert_with(|| self.path(value)).clone();
        Place::Record { index: value.record, json_path }
    }

    fn path(&self, value: &Value) -> Option<String> {
        let way = (value.detail as usize).checked_sub(1).and_then(|index| self.known.get(index));
        let steps: Vec<Step> = match way {
            Some(way) => way.iter().map(|down| step(*down)).collect(),
            None => self.names(value.column).into_iter().map(|name| Step::Own(name.into_bytes().into())).collect(),
        };
        json_path(&steps.iter().collect::<Vec<_>>(), &self.labels)
    }
}

fn step(down: Down) -> Step {
    match down {
        Down::Name(label) => Step::Name(label),
        Down::Index(index) => Step::Index(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_names_and_a_path() {
        let mut paths = Paths::new();
        paths.enter("a");
        let plain = paths.here();
        paths.enter_index(3);
        paths.enter("odd name");
        let indexed = paths.here();
        paths.leave_to(1);
        assert_eq!((plain, paths.here(), paths.depth()), ((1, 0), (1, 0), 1));
        assert_eq!(paths.names(indexed.0), ["a", "odd name"]);
        let path = |(column, detail)| paths.place(&Value { record: 9, column, detail });
        assert_eq!(path(plain), Place::Record { index: 9, json_path: Some("$.a".to_owned()) });
        assert_eq!(path(indexed), Place::Record { index: 9, json_path: Some("$.a[3]['odd name']".to_owned()) });
    }
}
