//! An open container, and the numbers of the fields of its values. Knows nothing of bytes but its brackets.

use super::paths::Way;
use super::tokens::State;
use crate::formats::labels::Interned;

/// The number of a field that is located by its lines: a name, or text behind an error.
pub(super) const LINES: u64 = u64::MAX;
/// In the low half of a field's number, in the place of an index: the value is a member of an object, by its label's name.
pub(super) const MEMBER: u32 = u32::MAX - 1;
/// The value has a node of its own.
pub(super) const ITSELF: u32 = u32::MAX - 2;
const LAST_INDEX: u64 = ITSELF as u64 - 1;

/// An open container.
pub(super) struct Frame {
    pub(super) object: bool,
    /// Whether its strings are lines of one text.
    pub(super) is_running: bool,
    pub(super) label: Interned,
    pub(super) node: u64,
    /// Index of the value at hand, in an array.
    pub(super) index: u64,
    /// Label of the value at hand.
    pub(super) value: Interned,
}

impl Frame {
    /// A container that opened; `label` is its own.
    pub(super) fn new(object: bool, label: Interned, node: u64) -> Self {
        Self { object, is_running: false, label, node, index: 0, value: label }
    }

    /// What stands behind its bracket.
    pub(super) fn behind_opening(&self) -> State {
        if self.object { State::Key { first: true } } else { State::Value { first: true } }
    }

    /// Its closing bracket.
    pub(super) fn closing(&self) -> u8 {
        if self.object { b'}' } else { b']' }
    }

    /// How the value at hand is reached from it; none if no label holds its name.
    #[inline]
    pub(super) fn way(&self) -> Option<Way> {
        match (self.object, self.value.exact) {
            (false, _) => Some(Way::Index(self.index)),
            (true, true) => Some(Way::Name(self.value.label)),
            (true, false) => None,
        }
    }

    /// What stands behind a comma.
    pub(super) fn behind_comma(&self) -> State {
        if self.object { State::Key { first: false } } else { State::Value { first: false } }
    }

    /// The number of the value at hand's field; none if the value needs a node of its own.
    #[inline]
    pub(super) fn id(&self) -> Option<u64> {
        let low = match (self.object, self.value.exact) {
            _ if self.is_running => ITSELF,
            (false, _) => self.index.min(LAST_INDEX) as u32,
            (true, true) => MEMBER,
            (true, false) => return None,
        };
        Some(self.node << 32 | u64::from(low))
    }
}
