//! Members that no directory lists: found by walking over the headers in front of them.
//!
//! Linear in the file but for second looks, which are counted: when something that looked like a member turns out to be
//! none, what was read of it is searched again for others.

use super::data::{Check, Outcome};
use super::directory::read_at;
use super::header::{self, DESCRIPTOR, ENTRY, Header, LOCAL, LOCAL_SIZE, Numbers};
use super::views::View;
use super::{Archive, Flow, Given};
use crate::formats::{ReadError, Sink};
use crate::status::Reason;
use memchr::memmem;
use std::io;
use std::ops::{ControlFlow, Range};

const CHUNK: u64 = 64 << 10;

/// Parts of the file that are accounted for.
#[derive(Default)]
pub(super) struct Extents {
    parts: Vec<Range<u64>>,
    /// Whether two parts share bytes.
    overlap: bool,
    is_full: bool,
}

impl Extents {
    /// Parts that are kept: more than four times as many as a scan reads members.
    const MOST: usize = 1 << 22;

    /// Adds a part. Members in the order of the file, which is the rule, become one part.
    pub(super) fn add(&mut self, part: Range<u64>) {
        if let Some(last) = self.parts.last_mut()
            && part.start <= last.end
            && last.start <= part.end
        {
            self.overlap |= part.start < last.end && last.start < part.end;
            *last = last.start.min(part.start)..last.end.max(part.end);
        } else if self.parts.len() < Self::MOST {
            self.parts.push(part);
        } else {
            self.is_full = true;
        }
    }

    /// What is not accounted for of a file, and whether two parts share bytes.
    fn gaps(mut self, length: u64) -> (Vec<Range<u64>>, bool) {
        self.parts.sort_unstable_by_key(|part| part.start);
        let mut gaps = Vec::new();
        let mut at = 0_u64;
        for part in self.parts.into_iter().chain(std::iter::once(length..length)) {
            if part.start > at {
                gaps.push(at..part.start);
            }
            self.overlap |= part.start < at && part.start < part.end;
            at = at.max(part.end);
        }
        (gaps, self.overlap)
    }
}

impl Archive<'_> {
    /// Gives what is outside of the listed members.
    pub(super) fn read_unlisted(&mut self, listed: Extents, sink: &mut dyn Sink) -> Flow {
        if listed.is_full {
            sink.partial(Reason::Malformed, "the members are too many and too scattered to look for unlisted ones");
            return Ok(ControlFlow::Continue(()));
        }
        let (gaps, overlap) = listed.gaps(self.length);
        if overlap {
            sink.partial(Reason::Malformed, "members share bytes");
        }
        for mut gap in gaps {
            if gap.start == 0 {
                let first = match self.next_header(gap.clone())? {
                    // No directory and no header: this is no archive, whatever its first bytes promise.
                    None if gap.end == self.length => return Ok(ControlFlow::Continue(())),
                    first => first.unwrap_or(gap.end),
                };
                if self.give_stub(first, sink)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                gap.start = first;
            }
            let mut walked = None;
            while let Some(start) = self.next_header(gap.clone())? {
                if self.give_unexplained((walked, gap.start), start, sink)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                let Some(resume) = self.read_local(start, gap.end, sink)? else {
                    return Ok(ControlFlow::Break(()));
                };
                gap.start = resume.max(start + LOCAL.len() as u64);
                walked = Some(resume);
            }
            if self.give_unexplained((walked, gap.start), gap.end, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Gives bytes that belong to no member, or says that they are there: a text may stand there, or a header may be lost.
    /// `walked`: where the member ends that was found by its header in front of them, if one was; `from`: where they begin
    /// otherwise.
    fn give_unexplained(&mut self, (walked, from): (Option<u64>, u64), until: u64, sink: &mut dyn Sink) -> Flow {
        let from = walked.unwrap_or(from);
        let is_left_unread = std::mem::take(&mut self.is_left_unread);
        if from >= until || is_left_unread || self.is_known_filling(from, until)? {
            return Ok(ControlFlow::Continue(()));
        }
        if walked.is_some() {
            for size in if read_at(self.reader, from, 4)? == DESCRIPTOR { &[16, 24][..] } else { &[0] } {
                let at = from + size;
                let next = read_at(self.reader, at.min(self.length), 4)?;
                let is_directory = [ENTRY, header::END, header::END64].iter().any(|signature| next == **signature);
                if at == until || is_directory {
                    return Ok(ControlFlow::Continue(()));
                }
            }
            // They may be the rest of a damaged member, which was read as far as it went.
            sink.partial(Reason::Malformed, "bytes between the members belong to none of them");
            return Ok(ControlFlow::Continue(()));
        }
        Ok(self.give_part(format!("(gap at {from})").as_bytes(), from..until, sink))
    }

    /// Whether a part of the file is zeros, or the signatures that Android has in front of the directory.
    fn is_known_filling(&mut self, from: u64, until: u64) -> io::Result<bool> {
        const SIGNED: &[u8; 16] = b"APK Sig Block 42";
        let size = until - from;
        if size > 32 && read_at(self.reader, until - 16, 16)? == SIGNED {
            let sizes = [from, until - 24].map(|at| read_at(self.reader, at, 8).map(|bytes| Numbers(&bytes).u64(0)));
            let [first, last] = sizes;
            return Ok(first? == size - 8 && last? == size - 8);
        }
        let mut at = from;
        while at < until {
            let bytes = read_at(self.reader, at, CHUNK.min(until - at) as usize)?;
            if bytes.is_empty() || bytes.iter().any(|byte| *byte != 0) {
                return Ok(bytes.is_empty());
            }
            at += bytes.len() as u64;
        }
        Ok(true)
    }

    /// The next thing that looks like a local header.
    fn next_header(&mut self, gap: Range<u64>) -> io::Result<Option<u64>> {
        // Mostly there is one right here; so the first look is short.
        let mut size = 512;
        let mut at = gap.start;
        while gap.end.saturating_sub(at) >= LOCAL_SIZE as u64 {
            let bytes = read_at(self.reader, at, size.min(gap.end - at) as usize)?;
            let is_header = |hit: &usize| is_plausible(&bytes[*hit..], gap.end - at - *hit as u64);
            if let Some(hit) = memmem::find_iter(&bytes, LOCAL).find(is_header) {
                return Ok(Some(at + hit as u64));
            }
            let next = at + bytes.len() as u64;
            if next >= gap.end || bytes.len() < LOCAL_SIZE {
                break;
            }
            at = next - (LOCAL_SIZE as u64 - 1);
            size = CHUNK.min(size * 4);
        }
        Ok(None)
    }

    /// Gives the member of a local header. Returns where to look on; none if the sink has had enough.
    fn read_local(&mut self, start: u64, to: u64, sink: &mut dyn Sink) -> Result<Option<u64>, ReadError> {
        let fixed = read_at(self.reader, start, LOCAL_SIZE)?;
        let name_size = usize::from(Numbers(&fixed).u16(26));
        let variable_size = name_size + usize::from(Numbers(&fixed).u16(28));
        let variable = read_at(self.reader, start + LOCAL_SIZE as u64, variable_size)?;
        let (name, extra) = variable.split_at(name_size.min(variable.len()));
        let mut header = Header::local(&fixed, name, extra);
        self.misplaced.claim(start, &mut header);
        let data = start + (LOCAL_SIZE + variable.len()) as u64;
        if header.has_descriptor() && (header.packed == 0 || header.crc == 0) {
            return self.read_open_ended(header, (start, data), to, sink);
        }
        let declared = data.saturating_add(header.packed);
        let ends_well = self.is_boundary(declared, to)?;
        if header.is_folder() {
            self.links.name(&header.name);
            return Ok(Some(if ends_well { declared } else { data }));
        }
        let check = Check::Known { crc: header.crc, size: header.size };
        let view = View { header, data, check };
        if !ends_well
            && view.header.method == 0
            && self.probe(&view)?.is_some_and(|probe| !probe.is_right)
            && let Some(next) = self.next_header(start + LOCAL_SIZE as u64..declared.saturating_add(CHUNK).min(to))?
            && next < declared
        {
            // Its size is wrong, so that it would show the member behind it, too.
            let view = View { check: Check::Missing, ..view };
            let given = self.give(&view, next.max(data), sink)?;
            return Ok(given.flow.is_continue().then_some(next));
        }
        let sums = view.header.sums();
        let given = self.give(&view, declared, sink)?;
        Ok(match given.outcome {
            _ if given.flow.is_break() => None,
            _ if ends_well => Some(self.behind_sums(sums, declared)?),
            // The length of its name may be what is wrong.
            _ => Some(self.resume(&given, start + LOCAL_SIZE as u64)),
        })
    }

    /// Gives a member whose sizes stand behind it.
    fn read_open_ended(
        &mut self,
        header: Header,
        (start, data): (u64, u64),
        to: u64,
        sink: &mut dyn Sink,
    ) -> Result<Option<u64>, ReadError> {
        if header.is_folder() {
            self.links.name(&header.name);
            return Ok(Some(data));
        }
        if header.method == 0 && !header.is_encrypted() {
            let (end, check, next) = self.stored_end(data, to)?;
            // Where the file broke off, nobody knows how far the data went.
            let end = if end == self.length { u64::MAX } else { end };
            let given = self.give(&View { header, data, check }, end, sink)?;
            return Ok(given.flow.is_continue().then_some(next));
        }
        let given = self.give(&View { header, data, check: Check::Behind }, u64::MAX, sink)?;
        // The length of its name may be what is wrong.
        Ok(given.flow.is_continue().then(|| self.resume(&given, start + LOCAL_SIZE as u64)))
    }

    /// Where to look on behind a member that does not say where it ends, or says it wrongly.
    fn resume(&mut self, given: &Given, data: u64) -> u64 {
        self.is_left_unread = given.outcome == Some(Outcome::Unread);
        match given.outcome {
            None => data,
            Some(Outcome::Ended | Outcome::Unread) => given.position,
            // The file broke off in it; nothing is behind it.
            Some(Outcome::Failed) if self.broken.is_some() && given.position >= self.length => given.position,
            Some(Outcome::Failed) => {
                let cost = given.position.saturating_sub(data);
                if self.spend(cost) { data } else { given.position }
            }
        }
    }

    pub(super) fn spend(&mut self, cost: u64) -> bool {
        let left = self.second_looks.checked_sub(cost);
        self.second_looks = left.unwrap_or(self.second_looks);
        left.is_some()
    }

    /// Whether a member that is said to end here does.
    fn is_boundary(&mut self, at: u64, to: u64) -> io::Result<bool> {
        if at >= self.length || at == to {
            return Ok(at == self.length || at == to);
        }
        let next = read_at(self.reader, at, 4)?;
        Ok([LOCAL, ENTRY, DESCRIPTOR, header::END, header::END64].iter().any(|signature| next == **signature))
    }

    /// The end of stored data of unknown size, how to check it, and where the next header can be: at sizes that fit, or
    /// else at the next header.
    fn stored_end(&mut self, data: u64, to: u64) -> io::Result<(u64, Check, u64)> {
        const LONGEST: u64 = 24;
        let mut next_header = None;
        let mut at = data;
        while at < to {
            let bytes = read_at(self.reader, at, CHUNK.min(to - at) as usize)?;
            for hit in memmem::find_iter(&bytes, b"PK") {
                let (rest, here) = (&bytes[hit..], at + hit as u64);
                if let Some((crc, size)) = descriptor(rest, here - data) {
                    return Ok((here, Check::Known { crc, size: here - data }, here + size));
                }
                if rest.starts_with(ENTRY) || (rest.starts_with(LOCAL) && is_plausible(rest, to - here)) {
                    next_header = next_header.or(Some(here));
                }
            }
            let size = bytes.len() as u64;
            if at + size >= to || size < LONGEST || (next_header.is_some() && !self.spend(size)) {
                break;
            }
            at += size - (LONGEST - 1);
        }
        let end = next_header.unwrap_or(to);
        Ok((end, Check::Missing, end))
    }
}

/// The checksum in a descriptor of stored data of this length, and the descriptor's own length.
fn descriptor(bytes: &[u8], length: u64) -> Option<(u32, u64)> {
    let fields = Numbers(bytes.strip_prefix(DESCRIPTOR)?);
    let low = length as u32;
    if bytes.len() >= 16 && fields.u32(4) == low && fields.u32(8) == low {
        return Some((fields.u32(0), 16));
    }
    (bytes.len() >= 24 && fields.u64(4) == length && fields.u64(12) == length).then(|| (fields.u32(0), 24))
}

/// Whether bytes with the signature of a local header can be one; `room` is what is left for it.
fn is_plausible(bytes: &[u8], room: u64) -> bool {
    const NEWEST_VERSION: u16 = 100;
    let numbers = Numbers(bytes);
    let size = LOCAL_SIZE as u64 + u64::from(numbers.u16(26)) + u64::from(numbers.u16(28));
    bytes.len() >= LOCAL_SIZE
        && numbers.u16(4) & 0xff <= NEWEST_VERSION
        && header::method_name(numbers.u16(8)).is_some()
        && size <= room
}
