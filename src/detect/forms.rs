//! Fields of one form: under the same names, and alike in all but their digits. Most fields of a table are. Where which patterns
//! may begin in a form is told once; in its fields nothing else is looked for.
//!
//! A form decides nothing that a digit could change: it may name starts that come to nothing, and leaves out none. Patterns that
//! need no keyword and can begin anywhere are found in such fields too, in one pass over the whole text. An
//! unfamiliar field is searched as any text is.
//!
//! Fields of hexadecimal digits and hyphens have forms of their own (`hexadecimal`): they are alike in where their hyphens are.

use super::Detector;
use super::automaton::States;
use super::form::{Form, Try, tell};
use super::hexadecimal::{self, Shapes};
use super::key::{Key, LONGEST, bounds, hexadecimal_key, is_hexadecimal, key, same, slot};
use super::keywords::Hit;
use super::labels::Labels;
use super::scan::Found;
use crate::text::{Block, Field, Silent};

/// Fields that are remembered; a power of two.
const SLOTS: usize = 1 << 11;
/// Labels and lengths whose last slot is remembered; a power of two.
const LASTS: usize = 1 << 10;
/// A form is told when it comes up for this time: telling it costs as much as searching some fields.
const FAMILIAR: u8 = 8;
/// So many fields must have been known for each form that is told, beyond the first [`AT_ONCE`].
const WORTH: u64 = 32;
const AT_ONCE: u64 = 512;
/// Where fewer than an eighth of a window's fields are known, so many windows are left out.
const LEFT_OUT: u32 = 8;
/// In a text whose windows have fewer fields hardly any form comes up often.
const FEW: usize = 40;
/// Forms that are kept.
const FORMS: usize = 1 << 13;

/// As long as a line of the cache.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Slot {
    key: Key,
    /// How often it came up of late.
    uses: u8,
    known: Known,
}

impl Slot {
    const EMPTY: Self = Self { key: [0; 5], uses: 0, known: Known::Nothing };
}

/// By label and length, roughly: the slot of the last field that was known. In most columns it is that of the next.
#[derive(Debug)]
struct Last([u16; LASTS]);

impl Default for Last {
    fn default() -> Self {
        Self([0; LASTS])
    }
}

impl Last {
    #[inline]
    fn of(&mut self, key: &Key) -> &mut u16 {
        let [.., name] = *key;
        &mut self.0[(name as usize >> 3 ^ name as usize) % LASTS]
    }
}

/// The forms of one text, and those of the fields at hand.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// Which text.
    text: u64,
    slots: Vec<Slot>,
    last: Box<Last>,
    told: Vec<Form>,
    /// What may begin in fields of hexadecimal digits; and in those of any text.
    unless: Vec<Box<[Try]>>,
    shapes: Shapes,
    /// By number of a text ([`Field::text`]): what is known of its fields.
    by_text: Vec<Known>,
    /// Those in which nothing can be.
    silent: Silent,
    /// The fields of a window in which something is to be looked for, by number.
    left: Vec<(u32, Work)>,
    /// Where those stand that must be searched, as offsets in the window.
    open: Vec<(u32, u32)>,
    /// Those whose forms hold keywords.
    holding: Vec<(u32, u32)>,
    /// Windows that are still to be left out.
    left_out: u32,
    /// Forms that were told, and fields that were known.
    telling: u64,
    known: u64,
    found: Found,
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nothing: it must be searched.
    Nothing,
    /// Its form does not tell what there is to look for: it must be searched as well.
    Varies,
    /// Nothing can begin in it.
    Empty,
    /// Its form, by number.
    Form(u32),
    /// It must be searched if something may begin there: the number of what.
    Unless(u32),
}

/// What is to be done with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// It must be searched.
    Search,
    /// What its form names must be tried.
    Try(u32),
}

impl Forms {
    /// The fields of the window that was last looked up in which something may be, by number; and all forms, by number.
    pub(super) fn left(&mut self) -> (&[(u32, Work)], &mut [Form]) {
        (&self.left, &mut self.told)
    }

    /// Adds the texts of a source, by its number, in which nothing can be as far as is known.
    pub(super) fn tell_silent(&self, text: u64, silent: &mut Silent) {
        if self.text == text {
            silent.extend(&self.silent);
        }
    }

    /// Where the fields of the window stand that must be searched, in order, as offsets in it.
    pub(super) fn open(&self) -> &[(u32, u32)] {
        &self.open
    }

    /// Looks up the fields of a window.
    pub(super) fn recognise(
        &mut self,
        detector: &Detector,
        block: &Block,
        labels: &Labels,
        caches: &mut Vec<Option<States>>,
    ) {
        self.left.clear();
        self.open.clear();
        self.holding.clear();
        let is_new = self.text != labels.text;
        if !is_new && self.left_out > 0 {
            self.left_out -= 1;
        } else if !is_new || block.fields.len() >= FEW {
            self.look_up(detector, block, labels, caches);
            return;
        }
        self.left.extend((0..block.fields.len() as u32).map(|number| (number, Work::Search)));
        self.open.extend(block.fields.iter().map(|field| place(block, field)));
    }

    /// By itself, so that what its loop needs stays in registers.
    #[inline(never)]
    fn look_up(&mut self, detector: &Detector, block: &Block, labels: &Labels, caches: &mut Vec<Option<States>>) {
        if self.text != labels.text || self.told.len() + self.unless.len() > FORMS {
            self.text = labels.text;
            self.slots.fill(Slot::EMPTY);
            self.told.clear();
            self.unless.clear();
            self.by_text.clear();
            self.silent.clear();
            (self.left_out, self.telling, self.known) = (0, 0, 0);
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, Slot::EMPTY);
        }
        let (mut left, mut unknown) = (std::mem::take(&mut self.left), 0);
        for (number, field) in (0..).zip(&block.fields) {
            let known = match self.of_text(block, field) {
                Some(known) => known,
                None => match key(block, field) {
                    Some(key) => match self.as_last(field, &key) {
                        Some(known) => known,
                        None => self.known(detector, (block, labels), field, key, caches),
                    },
                    None => match hexadecimal_key(block, field) {
                        Some(key) => self.known(detector, (block, labels), field, key, caches),
                        None => Known::Nothing,
                    },
                },
            };
            // Most are: asked by itself, that is a branch, and all together would be a jump.
            if known == Known::Empty {
                continue;
            }
            match known {
                Known::Empty => {}
                Known::Form(form) => {
                    let told = &mut self.told[form as usize];
                    if told.came_up()
                        && let Some(bounds) = bounds(block, field, LONGEST)
                    {
                        told.sharpen(detector, (&block.text, bounds), caches);
                    }
                    if !told.tries.is_empty() {
                        left.push((number, Work::Try(form)));
                    }
                    if !told.hits.is_empty() {
                        self.holding.push((number, form));
                    }
                }
                Known::Unless(tries) if !self.may_begin(detector, block, field, tries) => {}
                Known::Nothing | Known::Varies | Known::Unless(_) => {
                    unknown += 1;
                    left.push((number, Work::Search));
                    self.open.push(place(block, field));
                }
            }
        }
        self.left = left;
        let known = block.fields.len() - unknown;
        self.known += known as u64;
        if known * 8 < block.fields.len() {
            self.left_out = LEFT_OUT;
        }
    }

    /// Whether something may begin in a field of hexadecimal digits.
    fn may_begin(&self, detector: &Detector, block: &Block, field: &Field, tries: u32) -> bool {
        let (low, high) = place(block, field);
        hexadecimal::may_begin(detector, &self.unless[tries as usize], &block.text[low as usize..high as usize])
    }

    /// Adds the keywords that the fields hold to those that were found in all others.
    pub(super) fn add(&self, block: &Block, hits: &mut Vec<Hit>) {
        let before = hits.len();
        for (number, form) in &self.holding {
            let (field, form) = (&block.fields[*number as usize], &self.told[*form as usize]);
            let low = (field.start - block.base) as u32;
            hits.extend(form.hits.iter().map(|hit| Hit { start: hit.start + low, end: hit.end + low, ..*hit }));
        }
        in_order(hits, before);
    }

    /// What is known of a field that holds a known text.
    #[inline]
    fn of_text(&self, block: &Block, field: &Field) -> Option<Known> {
        if field.text == 0 {
            return None;
        }
        let known = self.by_text.get(field.text as usize).filter(|known| **known != Known::Nothing);
        known.filter(|_| field.start > block.base && field.end < block.end()).copied()
    }

    /// What is known of a field if the last one under its label was of the same form, and that is told.
    #[inline]
    fn as_last(&mut self, field: &Field, key: &Key) -> Option<Known> {
        let last = usize::from(*self.last.of(key));
        let slot = self.slots.get_mut(last)?;
        if field.text != 0 || !same(&slot.key, key) || slot.known == Known::Nothing {
            return None;
        }
        // What comes up time and again stays.
        slot.uses = u8::MAX;
        Some(slot.known)
    }

    /// The slot of a field.
    #[inline]
    fn find(&mut self, key: &Key) -> Option<usize> {
        let last = self.last.of(key);
        if same(&self.slots[usize::from(*last)].key, key) {
            return Some(usize::from(*last));
        }
        let first = slot(key, SLOTS);
        let number = [first, first ^ 1].into_iter().find(|number| same(&self.slots[*number].key, key))?;
        *last = number as u16;
        Some(number)
    }

    #[inline(never)]
    fn known(
        &mut self,
        detector: &Detector,
        (block, labels): (&Block, &Labels),
        field: &Field,
        mut key: Key,
        caches: &mut Vec<Option<States>>,
    ) -> Known {
        let mut found = self.find(&key);
        if found.is_none()
            && !is_hexadecimal(&key)
            && let Some(other) = hexadecimal_key(block, field)
        {
            key = other;
            found = self.find(&key);
        }
        let Some(number) = found else {
            self.take(slot(&key, SLOTS), key);
            return Known::Nothing;
        };
        let slot = &mut self.slots[number];
        slot.uses = slot.uses.saturating_add(1);
        let is_worth_it = self.telling <= AT_ONCE + self.known / WORTH;
        if slot.known == Known::Nothing && slot.uses >= FAMILIAR && is_worth_it {
            self.telling += 1;
            slot.known = if is_hexadecimal(&key) {
                let shape = ((field.end - field.start) as usize, key[0]);
                match self.shapes.tries(detector, labels.get(field.label), shape, caches) {
                    None => Known::Varies,
                    Some(tries) if tries.is_empty() => Known::Empty,
                    Some(tries) => {
                        self.unless.push(tries);
                        Known::Unless(self.unless.len() as u32 - 1)
                    }
                }
            } else {
                let low = (field.start - block.base) as usize;
                let place = (low, low + (field.end - field.start) as usize);
                match tell(detector, (block, labels), place, field, &mut self.found) {
                    None => Known::Varies,
                    // A keyword counts in its own field alone.
                    Some(form) if form.tries.is_empty() => Known::Empty,
                    Some(form) => {
                        self.told.push(form);
                        Known::Form(self.told.len() as u32 - 1)
                    }
                }
            };
        }
        if field.text != 0 {
            let number = field.text as usize;
            self.by_text.resize(self.by_text.len().max(number + 1), Known::Nothing);
            self.by_text[number] = slot.known;
            // What is found in a pass over the whole text needs the field.
            if slot.known == Known::Empty && detector.free_anywhere.is_empty() {
                self.silent.insert(field.text);
            }
        }
        slot.known
    }

    /// Puts a new field in the place of one that did not come up lately.
    fn take(&mut self, first: usize, key: Key) {
        let [a, b] = [first, first ^ 1].map(|slot| self.slots[slot].uses);
        let number = if a <= b { first } else { first ^ 1 };
        let slot = &mut self.slots[number];
        match slot.uses {
            0 => *slot = Slot { key, uses: 1, known: Known::Nothing },
            _ => slot.uses -= 1,
        }
    }
}

/// Where a field, or what is there of it, stands in the window.
fn place(block: &Block, field: &Field) -> (u32, u32) {
    let offset = |at: u64| at.saturating_sub(block.base) as u32;
    (offset(field.start), offset(field.end))
}

/// Puts what was added behind the first so many into order, each once.
fn in_order<T: Ord>(list: &mut Vec<T>, before: usize) {
    if list.len() > before {
        if !list.is_sorted() {
            // What was there is in order, and so is what was added.
            list.sort();
        }
        list.dedup();
    }
}
