//! What to read where the two headers of a member disagree: what fits its checksum, once.
//!
//! The directory may be wrong of sizes, methods, names and offsets, and so may the header in front of the data. Readers
//! differ in whom they believe. Each view is tried before one is given; two are given only if both are right and differ.

use super::Archive;
use super::data::Check;
use super::directory::read_at;
use super::encryption::Cipher;
use super::header::{Header, LOCAL, LOCAL_SIZE, Numbers};
use super::methods::Packed;
use crate::formats::{Member, ReadError, Sink};
use crate::status::Reason;
use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// A member as one of its headers describes it.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) header: Header,
    /// Where its data begins.
    pub(super) data: u64,
    pub(super) check: Check,
}

impl View {
    fn new(header: Header, data: u64) -> Self {
        let check = Check::Known { crc: header.crc, size: header.size };
        Self { header, data, check }
    }

    /// Where its data ends, as far as the header knows.
    pub(super) fn end(&self) -> u64 {
        self.data.saturating_add(self.header.packed)
    }

    /// What tells its bytes from those of others.
    pub(super) fn key(&self) -> (u64, u64, u16) {
        (self.data, self.header.packed, self.header.method)
    }
}

/// What reading a view would give.
pub(super) struct Probe {
    /// Whether checksum and length are what they should be.
    pub(super) is_right: bool,
    sum: (u32, u64),
}

/// Where the directory's view of a member is in the file.
pub(super) struct Place {
    /// Its local header.
    pub(super) start: u64,
    data: u64,
    /// What that says; none if it says the same.
    differs: Option<Header>,
    /// Whether it has the same name.
    pub(super) is_named: bool,
}

impl Place {
    /// Whether the directory and the local header disagree.
    pub(super) fn differs(&self) -> bool {
        self.differs.is_some()
    }
}

impl Archive<'_> {
    /// Finds a listed member by its local header; none if there is no header.
    pub(super) fn locate(&mut self, listed: &Header, shift: u64) -> Result<Option<Place>, ReadError> {
        let mut other = None;
        for start in [listed.offset.checked_add(shift), Some(listed.offset)].into_iter().flatten() {
            if start >= self.length {
                continue;
            }
            let place = self.place(listed, start)?;
            if place.as_ref().is_some_and(|place| place.is_named) {
                return Ok(place);
            }
            other = other.or(place);
        }
        Ok(other)
    }

    fn place(&mut self, listed: &Header, start: u64) -> io::Result<Option<Place>> {
        let bytes = read_at(self.reader, start, LOCAL_SIZE + listed.raw_name.len())?;
        let Some((fixed, name)) = bytes.split_at_checked(LOCAL_SIZE) else { return Ok(None) };
        let numbers = Numbers(fixed);
        let name_size = numbers.u16(26);
        let is_same_name = name == listed.raw_name;
        let is_named = is_same_name && usize::from(name_size) == name.len();
        // A header whose first bytes are damaged is known by the name behind it.
        let is_marked = fixed.starts_with(LOCAL);
        if !is_marked && (!is_same_name || name.is_empty()) {
            return Ok(None);
        }
        let extra_at = start + LOCAL_SIZE as u64 + u64::from(name_size);
        let extra_size = numbers.u16(28);
        let data = (extra_at + u64::from(extra_size)).min(self.length);
        // Only the sizes count here, and they are in the extra fields only if they are large.
        let is_wide = [18, 22].iter().any(|at| numbers.u32(*at) == u32::MAX) && extra_at < self.length;
        let extra = if is_wide { read_at(self.reader, extra_at, usize::from(extra_size))? } else { Vec::new() };
        let local = Header::local(fixed, b"", &extra);
        let differs = (!is_marked || !listed.agrees_with(&local)).then_some(local);
        Ok(Some(Place { start, data, differs, is_named }))
    }

    /// The views of a member that are to be given, the first of them the one that counts; and where its data ends.
    pub(super) fn views(&mut self, listed: Header, place: &Place) -> Result<(Vec<View>, u64), ReadError> {
        let Some(local) = &place.differs else {
            let view = View::new(listed, place.data);
            let end = view.end();
            return Ok((vec![view], end));
        };
        let fixed_end = place.start + (LOCAL_SIZE + listed.raw_name.len()) as u64;
        let other = listed.as_described_by(local);
        let candidates = [
            View::new(listed.clone(), place.data),
            View::new(other.clone(), place.data),
            View::new(listed, fixed_end),
            View::new(other, fixed_end),
        ];
        let mut right: Vec<(View, Probe)> = Vec::new();
        let mut longest: Option<(View, u64)> = None;
        let least_end = candidates[..2].iter().map(View::end).min().unwrap_or(place.data);
        for view in &candidates {
            let Some(probe) = self.probe(view)? else { continue };
            let length = probe.sum.1;
            if !probe.is_right {
                if longest.as_ref().is_none_or(|(_, most)| length > *most) {
                    longest = Some((view.clone(), length));
                }
            } else if !right.iter().any(|(_, known)| known.sum == probe.sum) {
                right.push((view.clone(), probe));
            }
        }
        if right.is_empty() {
            let [listed, ..] = candidates;
            let view = longest.filter(|(_, length)| *length > 0).map_or(listed, |(view, _)| view);
            return Ok((vec![view], least_end));
        }
        // Nothing at all is always right.
        if right.len() > 1 {
            right.retain(|(_, probe)| probe.sum.1 > 0);
        }
        let end = right.iter().map(|(view, _)| view.end()).max().unwrap_or(least_end);
        Ok((right.into_iter().map(|(view, _)| view).collect(), end))
    }

    /// Reads a view for its checksum alone; none if it cannot be read, or if too much was read twice already.
    pub(super) fn probe(&mut self, view: &View) -> io::Result<Option<Probe>> {
        if view.header.is_encrypted() { Ok(None) } else { self.probe_with(view, view.end(), None) }
    }

    /// The same, of an encrypted member with what decrypts it.
    pub(super) fn probe_with(&mut self, view: &View, end: u64, cipher: Option<Cipher>) -> io::Result<Option<Probe>> {
        if view.data > self.length || self.second_looks == 0 || !Packed::is_known(view.header.packing()) {
            return Ok(None);
        }
        let most = self.second_looks;
        let mut data = self.open(view, end, cipher);
        let mut buffer = [0; 8 << 10];
        let is_right = loop {
            let cost = data.sum().1 + data.position().saturating_sub(view.data);
            if cost > most {
                break None;
            }
            match data.read(&mut buffer) {
                Ok(0) => break Some(true),
                Ok(_) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
                    break Some(false);
                }
                Err(error) => return Err(error),
            }
        };
        let sum = data.sum();
        let cost = sum.1 + data.position().saturating_sub(view.data);
        self.spare = data.into_decoder().or(self.spare.take());
        if !self.spend(cost) {
            self.second_looks = 0;
        }
        Ok(is_right.map(|is_right| Probe { is_right, sum }))
    }
}

/// Members that are not where the directory says, or are called otherwise there. The walk over the headers may find them.
#[derive(Default)]
pub(super) struct Misplaced {
    members: Vec<Option<Header>>,
    by_name: HashMap<Vec<u8>, usize>,
    by_start: HashMap<u64, usize>,
    /// Bytes of their names.
    size: usize,
}

impl Misplaced {
    /// Bytes of names that are kept.
    const MOST: usize = 32 << 20;

    /// Keeps a member, and where another stands instead; gives it back when there is no room.
    pub(super) fn keep(&mut self, listed: Header, start: Option<u64>) -> Result<(), Header> {
        self.size += listed.name.len() + 64;
        if self.size > Self::MOST || self.by_name.contains_key(&listed.name) {
            return Err(listed);
        }
        self.by_name.insert(listed.name.clone(), self.members.len());
        if let Some(start) = start {
            self.by_start.entry(start).or_insert(self.members.len());
        }
        self.members.push(Some(listed));
        Ok(())
    }

    /// Takes off the list what a local header turns out to be: the member of its name, or else the one that the directory
    /// has there, whose name it then gets.
    pub(super) fn claim(&mut self, start: u64, local: &mut Header) {
        let mut take = |index: Option<&usize>| index.and_then(|index| self.members.get_mut(*index)?.take());
        if take(self.by_name.get(&local.name)).is_none()
            && let Some(listed) = take(self.by_start.get(&start))
        {
            (local.name, local.mode) = (listed.name, listed.mode);
        }
    }

    /// Says which of them were not found.
    pub(super) fn tell(self, sink: &mut dyn Sink) -> ControlFlow<()> {
        for listed in self.members.into_iter().flatten().filter(|listed| !listed.is_folder()) {
            lost(&listed, sink)?;
        }
        ControlFlow::Continue(())
    }
}

/// Says that a member is not where the directory says.
pub(super) fn lost(listed: &Header, sink: &mut dyn Sink) -> ControlFlow<()> {
    let member = Member { name: &listed.name, modified: listed.modified };
    sink.skip_member(&member, Reason::Malformed, "it is not where the directory says")
}
