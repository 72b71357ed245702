//! Places on their way from a reader process: names that stand in many of them (a sheet, a column, a path) are sent once.
//!
//! Knows nothing of fields: [`Sent`] numbers what one side has told, [`Told`] is the other side's list of it.

use crate::location::Place;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::rc::Rc;

/// Names after which the numbers begin again, with the next piece of text.
const MANY: u32 = 4096;
/// Names that one piece of text can bring: more than it has bytes.
const MOST: usize = 1 << 20;

/// [`Place`] with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum WirePlace<Name = u32> {
    Lines,
    Cell { sheet: Option<Name>, row: u64, column: u64, column_name: Option<Name> },
    Page { number: u64 },
    Record { index: u64, json_path: Option<Name> },
}

/// Labels whose last names are at hand; a power of two.
const LABELS: usize = 32;

/// The names of a place, each with its number.
type Last = [Option<(String, u32)>; 2];

/// The names that the reader has sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    numbers: HashMap<String, u32>,
    next: u32,
    /// By the field's label, roughly: the names last asked for, with their numbers. In a table those of the next row.
    last: [Last; LABELS],
    /// Names that have a number and were not sent yet.
    pub(super) fresh: Vec<(u32, String)>,
}

impl Sent {
    /// Begins with a piece of text.
    pub(super) fn begin(&mut self) {
        if self.next > MANY {
            self.numbers.clear();
            self.last = Default::default();
            self.next = 0;
        }
    }

    /// The place of a field with a label, by numbers; names that are new are put to [`Sent::fresh`].
    pub(super) fn place(&mut self, label: u32, place: Place) -> WirePlace {
        let mut number = |which: usize, name: Option<String>| self.number((label as usize % LABELS, which), name);
        match place {
            Place::Lines => WirePlace::Lines,
            Place::Cell { sheet, row, column, column_name } => {
                WirePlace::Cell { sheet: number(0, sheet), row, column, column_name: number(1, column_name) }
            }
            Place::Page { number } => WirePlace::Page { number },
            Place::Record { index, json_path } => WirePlace::Record { index, json_path: number(0, json_path) },
        }
    }

    fn number(&mut self, (label, which): (usize, usize), name: Option<String>) -> Option<u32> {
        let name = name?;
        let last = &mut self.last[label][which];
        if let Some((_, number)) = last.as_ref().filter(|(last, _)| *last == name) {
            return Some(*number);
        }
        let number = if let Some(number) = self.numbers.get(&name) {
            *number
        } else {
            self.numbers.insert(name.clone(), self.next);
            self.fresh.push((self.next, name.clone()));
            self.next += 1;
            self.next - 1
        };
        *last = Some((name, number));
        Some(number)
    }
}

/// The names that the scan was told.
#[derive(Debug, Default)]
pub(super) struct Told(Vec<Rc<str>>);

impl Told {
    /// Learns a name. With 0 the numbers begin again; one out of turn is a lie, and is not kept.
    pub(super) fn learn(&mut self, number: u32, name: &str) {
        if number == 0 {
            self.0.clear();
        }
        if self.0.len() == number as usize && self.0.len() < MOST {
            self.0.push(name.into());
        }
    }

    /// A place with the names that its numbers stand for now.
    pub(super) fn place(&self, place: WirePlace) -> WirePlace<Rc<str>> {
        let name = |number: Option<u32>| self.0.get(number? as usize).cloned();
        match place {
            WirePlace::Lines => WirePlace::Lines,
            WirePlace::Cell { sheet, row, column, column_name } => {
                WirePlace::Cell { sheet: name(sheet), row, column, column_name: name(column_name) }
            }
            WirePlace::Page { number } => WirePlace::Page { number },
            WirePlace::Record { index, json_path } => WirePlace::Record { index, json_path: name(json_path) },
        }
    }
}

impl From<&WirePlace<Rc<str>>> for Place {
    fn from(place: &WirePlace<Rc<str>>) -> Self {
        let name = |name: &Option<Rc<str>>| name.as_deref().map(str::to_owned);
        match place {
            WirePlace::Lines => Self::Lines,
            WirePlace::Cell { sheet, row, column, column_name } => {
                Self::Cell { sheet: name(sheet), row: *row, column: *column, column_name: name(column_name) }
            }
            WirePlace::Page { number } => Self::Page { number: *number },
            WirePlace::Record { index, json_path } => Self::Record { index: *index, json_path: name(json_path) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MANY, Sent, Told};
    use crate::location::Place;

    #[test]
    fn places_arrive_as_they_were_sent_however_many_names_there_are() {
        let (mut sent, mut told) = (Sent::default(), Told::default());
        let path = |n: u32| Place::Record { index: u64::from(n), json_path: Some(format!("$.{}", n % (3 * MANY / 2))) };
        let mut kept = Vec::new();
        for piece in [0..10, 10..3 * MANY, 3 * MANY..3 * MANY + 5, 0..MANY] {
            sent.begin();
            let wire: Vec<_> = piece.clone().map(|n| sent.place(n % 100, path(n))).collect();
            for (number, name) in sent.fresh.drain(..) {
                told.learn(number, &name);
            }
            kept.extend(wire.into_iter().zip(piece).map(|(wire, n)| (told.place(wire), n)));
        }
        for (place, n) in kept {
            assert_eq!(Place::from(&place), path(n));
        }
        let cell = Place::Cell { sheet: Some("A".to_owned()), row: 1, column: 2, column_name: None };
        for place in [cell, Place::Lines, Place::Page { number: 3 }] {
            let wire = sent.place(1, place.clone());
            for (number, name) in sent.fresh.drain(..) {
                told.learn(number, &name);
            }
            assert_eq!(Place::from(&told.place(wire)), place);
        }
    }

    #[test]
    fn a_number_out_of_turn_is_no_name() {
        let mut told = Told::default();
        told.learn(u32::MAX, "far");
        let place = told.place(super::WirePlace::Record { index: 1, json_path: Some(u32::MAX) });
        assert_eq!(Place::from(&place), Place::Record { index: 1, json_path: None });
    }
}
