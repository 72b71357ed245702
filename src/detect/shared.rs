//! A long text whose windows are inspected by several workers: who reads it cuts windows, whoever has time inspects them, and
//! who reads settles them in the order of the text.
//!
//! A window is inspected as if no match reached into it from the window before. Where one does, and it makes a difference
//! ([`Progress::spoils`]), the reader inspects the window once more; cuts stand where that is rare. So what comes out is
//! what one worker alone finds. Nobody waits for work that he could do himself: the reader inspects windows too, and waits
//! only for those that another one is at.

use super::Detector;
use super::labels::Labels;
use super::progress::Progress;
use super::session::Scratch;
use super::window::Window;
use crate::text::{Block, Stretch};
use std::cell::OnceCell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Windows in memory for each worker.
const EACH: usize = 3;
/// How long the reader waits before it asks whether to go on.
const PAUSE: Duration = Duration::from_millis(20);

/// The other workers, who may help with a long text.
pub trait Helpers {
    /// How many they are.
    fn count(&self) -> usize;

    /// Has [`Detector::help`] called by one that has time, or not at all.
    fn call(&self, text: Arc<SharedText>);
}

/// A window with all that is needed to inspect it.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub(super) block: Block,
    pub(super) has_fields: bool,
    pub(super) has_ranges: bool,
    pub(super) labels: Arc<Labels>,
    /// Matches start in this range (offsets in the window).
    pub(super) range: (usize, usize),
    /// Room for what is found in it.
    pub(super) room: Progress,
    /// Where its text is to be read from, if it is not read.
    pub(super) stretch: Option<Box<dyn Stretch>>,
    /// Whether nothing in it goes on behind it.
    pub(super) is_closed: bool,
}

impl Cut {
    /// Reads the window if it is not read. False if it is not as was foreseen, or has labels that nobody knows: its source must
    /// read it.
    fn read(&mut self) -> bool {
        let Some(stretch) = &mut self.stretch else { return true };
        self.block.text.clear();
        self.block.fields.clear();
        self.block.base = stretch.start();
        let is_as_foreseen = stretch.read(&mut self.block) && self.labels.hold(&self.block.fields);
        self.range = (0, self.block.text.len());
        is_as_foreseen
    }

    /// Inspects the window, going on from what came before.
    pub(super) fn inspect(
        &self,
        detector: &Detector,
        scratch: &mut Scratch,
        progress: &mut Progress,
        go_on: &dyn Fn() -> bool,
    ) {
        let mut window = Window {
            detector,
            has_fields: self.has_fields,
            has_ranges: self.has_ranges,
            is_ascii: self.block.text.is_ascii(),
            as_str: OnceCell::new(),
            block: &self.block,
            labels: &self.labels,
            progress,
            scratch,
        };
        window.claims(self.range.0, self.range.1, go_on);
    }
}

/// A window, and what was found in it; nothing if whoever was at it failed, or could not read it.
type Inspected = (Cut, Option<Progress>);

/// The windows of a text that are not settled.
#[derive(Debug, Default)]
pub struct SharedText {
    desk: Mutex<Desk>,
    /// Told when a window is done.
    done: Condvar,
    is_over: AtomicBool,
}

#[derive(Debug, Default)]
struct Desk {
    /// By number.
    waiting: VecDeque<(u64, Cut)>,
    /// From the oldest that is not settled on.
    inspected: VecDeque<Option<Inspected>>,
    /// Number of that one.
    oldest: u64,
    /// Helpers that were called and have not left.
    helpers: usize,
}

impl Detector {
    /// Inspects windows of a text until none is waiting.
    pub fn help(&self, text: &SharedText) {
        let mut scratch = self.scratch();
        while let Some((number, cut)) = text.take_or_leave() {
            text.inspect(self, &mut scratch, number, cut);
        }
        self.give_back(scratch);
    }
}

impl SharedText {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a window up, and calls one more helper if there are more.
    pub(super) fn put(self: &Arc<Self>, cut: Cut, helpers: &dyn Helpers) {
        let mut desk = self.desk();
        let number = desk.oldest + desk.inspected.len() as u64;
        desk.waiting.push_back((number, cut));
        desk.inspected.push_back(None);
        if desk.helpers < helpers.count() {
            desk.helpers += 1;
            drop(desk);
            helpers.call(Arc::clone(self));
        }
    }

    /// Whether a window should be settled before another one is put up: there are many, or the oldest is done. The fewer are in
    /// memory, the nearer it is.
    pub(super) fn should_settle(&self, helpers: &dyn Helpers) -> bool {
        let desk = self.desk();
        desk.inspected.len() >= EACH * (helpers.count() + 1) || desk.inspected.front().is_some_and(Option::is_some)
    }

    /// Whether no window is left.
    pub(super) fn is_empty(&self) -> bool {
        self.desk().inspected.is_empty()
    }

    /// The oldest window, inspected; until it is, the reader inspects others. None when `go_on` ended that.
    pub(super) fn oldest(
        &self,
        detector: &Detector,
        scratch: &mut Scratch,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Inspected> {
        let mut desk = self.desk();
        loop {
            if let Some(oldest) = desk.inspected.front_mut()?.take() {
                desk.inspected.pop_front();
                desk.oldest += 1;
                return Some(oldest);
            }
            match desk.waiting.pop_front() {
                Some((number, cut)) => {
                    drop(desk);
                    self.inspect(detector, scratch, number, cut);
                }
                None => drop(self.done.wait_timeout(desk, PAUSE)),
            }
            if !go_on() {
                return None;
            }
            desk = self.desk();
        }
    }

    /// Nobody wants the windows any more that are left.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Leaves all windows that are not settled, for they are not what they should be.
    pub(super) fn void(&self) {
        let mut desk = self.desk();
        desk.oldest += desk.inspected.len() as u64;
        desk.inspected.clear();
        desk.waiting.clear();
    }

    fn take_or_leave(&self) -> Option<(u64, Cut)> {
        let mut desk = self.desk();
        let next = desk.waiting.pop_front().filter(|_| !self.is_over.load(Ordering::Relaxed));
        desk.helpers -= usize::from(next.is_none());
        next
    }

    fn inspect(&self, detector: &Detector, scratch: &mut Scratch, number: u64, mut cut: Cut) {
        let mut progress = std::mem::take(&mut cut.room);
        progress.clear(detector);
        let go_on = || !self.is_over.load(Ordering::Relaxed);
        // The reader inspects it again, and what fails then fails where a failure is expected.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let is_read = cut.read();
            if is_read {
                cut.inspect(detector, scratch, &mut progress, &go_on);
            }
            is_read
        }));
        scratch.forms.tell_silent(cut.labels.text, &mut cut.block.silent);
        let mut desk = self.desk();
        let place = number.checked_sub(desk.oldest);
        if let Some(place) = place.and_then(|place| desk.inspected.get_mut(place as usize)) {
            *place = Some((cut, outcome.unwrap_or(false).then_some(progress)));
        }
        drop(desk);
        self.done.notify_one();
    }
}
