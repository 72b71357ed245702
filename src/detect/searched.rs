//! Which bytes of a window are searched: all, or in a text that is cut into fields those whose form is not known. Knows nothing
//! of what is looked for.

use super::forms::{Forms, Work};
use crate::text::{Block, Field};

/// Bytes that are looked at together.
pub(super) const BLOCK: usize = 64;

/// So close together fields are gone through in one, in bytes.
const CLOSE: usize = 256;

/// Which bytes of a text are searched.
pub(super) trait Searched {
    /// The bytes of the block that begins at an offset; it is asked block by block.
    fn bits(&mut self, base: usize) -> u64;

    /// The first block behind one of which nothing is searched of which something may be.
    fn next(&mut self, base: usize) -> usize;
}

/// All of it.
pub(super) struct Everything;

impl Searched for Everything {
    fn bits(&mut self, _: usize) -> u64 {
        !0
    }

    fn next(&mut self, base: usize) -> usize {
        base + BLOCK
    }
}

/// The fields that are searched, in order; offsets are in the window.
pub(super) struct Fields<'f> {
    block: &'f Block,
    left: std::slice::Iter<'f, (u32, Work)>,
    current: Option<(usize, usize)>,
}

impl<'f> Fields<'f> {
    pub(super) fn new(block: &'f Block, forms: &'f Forms) -> Self {
        let mut new = Self { block, left: forms.left().iter(), current: None };
        new.current = new.following();
        new
    }

    /// The field behind the current one.
    fn following(&mut self) -> Option<(usize, usize)> {
        let (number, _) = self.left.find(|(_, work)| *work == Work::Search)?;
        let field: &Field = &self.block.fields[*number as usize];
        let offset = |at: u64| at.saturating_sub(self.block.base) as usize;
        Some((offset(field.start), offset(field.end)))
    }

    /// Where many fields lie close together; a pass of its own for each costs more than what is between them.
    pub(super) fn stretches(mut self) -> impl Iterator<Item = (usize, usize)> {
        std::iter::from_fn(move || {
            let (low, mut high) = self.current?;
            loop {
                self.current = self.following();
                match self.current {
                    Some((next, end)) if next <= high + CLOSE => high = high.max(end),
                    _ => return Some((low, high)),
                }
            }
        })
    }
}

impl Searched for Fields<'_> {
    #[inline]
    fn bits(&mut self, base: usize) -> u64 {
        let mut bits = 0;
        while let Some((low, high)) = self.current.filter(|(low, _)| *low < base + BLOCK) {
            let (low, end) = (low.max(base) - base, high.min(base + BLOCK).saturating_sub(base));
            if low < end {
                bits |= !0 >> (BLOCK - (end - low)) << low;
            }
            if high > base + BLOCK {
                break;
            }
            self.current = self.following();
        }
        bits
    }

    #[inline]
    fn next(&mut self, base: usize) -> usize {
        self.current.map_or(usize::MAX, |(low, _)| (low / BLOCK * BLOCK).max(base + BLOCK))
    }
}
