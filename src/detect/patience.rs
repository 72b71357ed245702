//! Whether to go on: a scan may be interrupted, or a file take too long. Knows nothing of what takes so long.

/// After so many starts it is asked whether to go on.
const ASKS: usize = 1 << 12;

/// Asks now and then whether to go on.
pub(super) struct Patience<'g> {
    go_on: &'g dyn Fn() -> bool,
    starts: usize,
    is_over: bool,
}

impl<'g> Patience<'g> {
    pub(super) fn new(go_on: &'g dyn Fn() -> bool) -> Self {
        Self { go_on, starts: 0, is_over: false }
    }

    #[inline]
    pub(super) fn lasts(&mut self) -> bool {
        self.starts += 1;
        if self.starts.is_multiple_of(ASKS) {
            self.is_over |= !(self.go_on)();
        }
        !self.is_over
    }
}
