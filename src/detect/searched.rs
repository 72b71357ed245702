//! Which bytes of a window are searched: all, or in a text that is cut into fields those whose form is not known. Knows nothing
//! of what is looked for.

use super::forms::Forms;

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
pub(super) struct Fields<'f>(&'f [(u32, u32)]);

impl<'f> Fields<'f> {
    pub(super) fn new(forms: &'f Forms) -> Self {
        Self(forms.open())
    }

    /// The first that is not gone through.
    #[inline]
    fn current(&self) -> Option<(usize, usize)> {
        self.0.first().map(|(low, high)| (*low as usize, *high as usize))
    }

    #[inline]
    fn go_on(&mut self) {
        self.0 = self.0.get(1..).unwrap_or_default();
    }

    /// Where many fields lie close together; a pass of its own for each costs more than what is between them.
    pub(super) fn stretches(mut self) -> impl Iterator<Item = (usize, usize)> {
        std::iter::from_fn(move || {
            let (low, mut high) = self.current()?;
            while let Some((_, end)) = self.current().filter(|(next, _)| *next <= high + CLOSE) {
                high = high.max(end);
                self.go_on();
            }
            Some((low, high))
        })
    }
}

impl Searched for Fields<'_> {
    #[inline]
    fn bits(&mut self, base: usize) -> u64 {
        let mut bits = 0;
        while let Some((low, high)) = self.current().filter(|(low, _)| *low < base + BLOCK) {
            let (low, end) = (low.max(base) - base, high.min(base + BLOCK).saturating_sub(base));
            if low < end {
                bits |= !0 >> (BLOCK - (end - low)) << low;
            }
            if high > base + BLOCK {
                break;
            }
            self.go_on();
        }
        bits
    }

    #[inline]
    fn next(&mut self, base: usize) -> usize {
        self.current().map_or(usize::MAX, |(low, _)| (low / BLOCK * BLOCK).max(base + BLOCK))
    }
}
