//! tar: v7, ustar, GNU and pax archives, read forwards only.
//!
//! Knows nothing of compression around it. The `tar` crate is not used for reading: it ends at the first damaged header
//! and at the first end mark, and does not read the sparse files of pax. The tests build their archives with it.
//!
//! Where readers differ, none of the views is left out: what stands behind an end mark is read, and so is data behind a
//! link. A size in an extended header counts for the member alone, never for the headers in between (CVE-2025-62518).

mod extended;
mod header;
mod source;
mod sparse;

use self::extended::Extended;
use self::header::{BLOCK, Block, Header, text};
use self::source::{Data, Source};
use self::sparse::{Holes, Map};
use super::links::{HARD_LINK, Links, SYMBOLIC_LINK, without_dots};
use super::{Content, Format, Member, Nesting, ReadError, Sink};
use crate::status::Reason;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

const BUFFER: usize = 64 << 10;

/// The format.
pub(super) struct Tar;

impl Format for Tar {
    fn name(&self) -> &'static str {
        "tar"
    }

    fn media_type(&self) -> &'static str {
        "application/x-tar"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tar"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.head().first_chunk::<BLOCK>().is_some_and(Header::begins_archive) || is_empty_archive(content)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let source = Source::new(BufReader::with_capacity(BUFFER, content));
        let mut archive = Archive {
            source,
            global: Extended::default(),
            local: Extended::default(),
            name: None,
            target: None,
            links: Links::default(),
            is_damaged: false,
        };
        let outcome = archive.read(sink);
        if outcome.as_ref().is_ok_and(ControlFlow::is_break) || archive.links.tell(sink).is_break() {
            return Ok(());
        }
        outcome.map(|_| ())
    }
}

struct Archive<'r> {
    source: Source<'r>,
    /// What extended headers say of all members from there on.
    global: Extended,
    /// What extended headers say of the next member.
    local: Extended,
    /// The name of the next member, where it is too long for its header.
    name: Option<Vec<u8>>,
    /// The same for where it leads, if it is a link.
    target: Option<Vec<u8>>,
    links: Links,
    is_damaged: bool,
}

impl Archive<'_> {
    fn read(&mut self, sink: &mut dyn Sink) -> Result<ControlFlow<()>, ReadError> {
        let mut has_end = false;
        while let Some(block) = self.source.block()? {
            if is_blank(&block) {
                has_end = true;
            } else if let Some(header) = Header::parse(&block) {
                has_end = false;
                if self.entry(&header, sink)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            } else if has_end {
                self.damage(sink, "something follows the end of the archive");
            } else {
                self.damage(sink, "a header is damaged: reading went on at the next good one");
                self.forget_announced();
            }
        }
        match self.source.failed {
            // The error itself went to a member; its kind is what is left.
            Some(kind) => Err(io::Error::new(kind, "the archive could not be read on").into()),
            None if self.source.is_cut || !has_end => Err(ReadError::Malformed("the archive is cut short".to_string())),
            None => Ok(ControlFlow::Continue(())),
        }
    }

    /// Says once that something is wrong with the archive.
    fn damage(&mut self, sink: &mut dyn Sink, detail: &str) {
        if !self.is_damaged {
            sink.partial(Reason::Malformed, detail);
        }
        self.is_damaged = true;
    }

    fn forget_announced(&mut self) {
        self.local = Extended::default();
        (self.name, self.target) = (None, None);
    }

    /// Takes a header and the data behind it: a member, or something said of the next.
    fn entry(&mut self, header: &Header<'_>, sink: &mut dyn Sink) -> Result<ControlFlow<()>, ReadError> {
        match header.kind() {
            b'L' => {
                let data = self.small_data(header.size(), sink)?;
                self.name = Some(text(&data).to_vec());
            }
            b'K' => {
                let data = self.small_data(header.size(), sink)?;
                self.target = Some(text(&data).to_vec());
            }
            b'x' | b'X' => {
                let data = self.small_data(header.size(), sink)?;
                if !self.local.read(&data) {
                    self.damage(sink, "an extended header is damaged");
                }
            }
            b'g' => {
                let data = self.small_data(header.size(), sink)?;
                if !self.global.read(&data) {
                    self.damage(sink, "an extended header is damaged");
                }
            }
            _ => {
                let flow = self.member(header, sink);
                self.forget_announced();
                return flow;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The data of a header that says something of a member. Its size is what is there, not what is declared.
    fn small_data(&mut self, size: u64, sink: &mut dyn Sink) -> io::Result<Vec<u8>> {
        const MOST: u64 = 16 << 20;
        let mut bytes = Vec::new();
        let mut data = Data { source: &mut self.source, left: size };
        let result = (&mut data).take(MOST).read_to_end(&mut bytes);
        let left = data.left;
        if let Err(error) = result
            && self.source.failed.is_some()
        {
            return Err(error);
        }
        if size > MOST {
            self.damage(sink, "a long name or an extended header is too long");
        }
        self.source.skip(left, padding(size))?;
        Ok(bytes)
    }

    fn member(&mut self, header: &Header<'_>, sink: &mut dyn Sink) -> Result<ControlFlow<()>, ReadError> {
        let local = std::mem::take(&mut self.local);
        let names = [local.sparse.name.as_ref(), local.name.as_ref(), self.name.as_ref(), self.global.name.as_ref()];
        let name = names.into_iter().flatten().next().cloned().unwrap_or_else(|| header.name());
        let name = without_dots(&name);
        let size = local.size.or(self.global.size).unwrap_or_else(|| header.size());
        let modified = local.modified.or(self.global.modified).or_else(|| header.modified());
        let member = Member { name, modified };

        let is_folder = header.kind() == b'5' || name.ends_with(b"/");
        let special = special(header.kind());
        let is_bare = special.is_some() || is_folder || header.kind() == b'V';
        if is_bare && (size == 0 || self.is_without_data()?) {
            return Ok(match special {
                Some(kind) if self.keeps_link(&member, header, local.target.as_deref(), kind) => {
                    ControlFlow::Continue(())
                }
                Some(kind) => sink.skip_member(&member, Reason::NotARegularFile, kind),
                None => {
                    self.links.name(name);
                    ControlFlow::Continue(())
                }
            });
        }
        self.links.name(name);

        let is_old_sparse = header.kind() == b'S' && header.is_gnu();
        let old_map = if is_old_sparse { Map::of_header(header, &mut self.source)? } else { None };
        let mut data = Data { source: &mut self.source, left: size };
        let map = if is_old_sparse { old_map } else { pax_map(&local, &mut data) };
        let map = map.filter(|map| map.fits(data.left));
        let is_unusable = map.is_none() && (is_old_sparse || local.sparse.has_map());
        let flow = match map {
            Some(map) => sink.member(&member, &mut Holes::new(&mut data, map)),
            None => sink.member(&member, &mut data),
        };
        let left = data.left;
        if flow.is_break() {
            return Ok(flow);
        }
        if is_unusable {
            self.damage(sink, "the map of a sparse file is damaged: its data was read without the holes");
        }
        self.source.skip(left, padding(size))?;
        Ok(flow)
    }

    /// Keeps a link until it is known what the archive holds; false if it is none.
    fn keeps_link(
        &mut self,
        link: &Member<'_>,
        header: &Header<'_>,
        target: Option<&[u8]>,
        kind: &'static str,
    ) -> bool {
        let target = target.or(self.target.as_deref()).unwrap_or_else(|| header.target());
        matches!(kind, HARD_LINK | SYMBOLIC_LINK) && self.links.link(link, target, kind)
    }

    /// Whether the next thing is a header or the end, although a size was given for something that should have no data.
    fn is_without_data(&mut self) -> io::Result<bool> {
        let next = self.source.peek()?;
        Ok(next.is_none_or(|block| is_blank(&block) || Header::parse(&block).is_some()))
    }
}

/// The map of a sparse file that an extended header announces; none if it announces none or it is damaged.
fn pax_map(local: &Extended, data: &mut Data<'_, '_>) -> Option<Map> {
    let sparse = &local.sparse;
    if !sparse.has_map() {
        return None;
    }
    let size = sparse.size?;
    if sparse.has_map_in_data {
        // Where it ends with the archive, so does the data behind it, which then says so.
        return Map::of_data(data, size).unwrap_or(None);
    }
    Some(Map { pieces: sparse.map.clone(), size })
}

/// What a member is that has a name and no content.
fn special(kind: u8) -> Option<&'static str> {
    Some(match kind {
        b'1' => HARD_LINK,
        b'2' => SYMBOLIC_LINK,
        b'3' | b'4' => "device",
        b'6' => "named pipe",
        _ => return None,
    })
}

/// Whether it is an archive without members: nothing but zeros. By its name, or by the sizes that writers give it.
fn is_empty_archive(content: &Content<'_>) -> bool {
    const SIZES: [usize; 2] = [2 * BLOCK, 20 * BLOCK];
    let head = content.head();
    let has_blocks = head.len() >= 2 * BLOCK && head.len().is_multiple_of(BLOCK);
    let is_likely = (content.is_whole() && SIZES.contains(&head.len())) || content.extension() == "tar";
    has_blocks && is_likely && head.iter().all(|byte| *byte == 0)
}

/// Bytes up to the next block behind data of this size.
fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}

fn is_blank(block: &Block) -> bool {
    block.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests;
