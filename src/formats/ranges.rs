//! Running text with names over ranges of it: what settings, YAML and markup share.
//!
//! The text is given as it is, so that a match may begin in a name and keywords count wherever they stand. A [`Grammar`]
//! only says which part stands under which names; what it does not understand is plain text.

use super::labels::Labels;
use super::{Content, ReadError, Sink, references};
use crate::decode::{Decoded, Edited, Edits, Raw, lay};
use crate::location::Position;
use crate::text::{Block, Field, Label, TextSource};
use std::io::{self, Read};

/// Bytes of a line that are looked at; the range that reaches up to there goes on to the line's end.
const LONGEST_LINE: usize = 8 << 10;

/// Finds names and what stands under them.
pub(super) trait Grammar {
    /// Lays ranges over raw text as far as they are certain; returns how many bytes of it are done with.
    fn scan(&mut self, raw: &Raw<'_>, ranges: &mut Vec<Field>) -> usize;

    /// The names that it met.
    fn labels(&self) -> &Labels;

    /// Whether characters may be written as references (`&amp;`): they are given as what they stand for.
    fn has_references(&self) -> bool {
        false
    }
}

/// A part of a line under names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// Where in the line.
    pub(super) part: std::ops::Range<usize>,
    /// The number of the names over it.
    pub(super) label: u32,
}

/// A grammar that goes line by line.
pub(super) trait LineGrammar {
    /// Takes the next line, without its break; it may be blank, and cut if it is very long. Adds its spans, in order.
    fn line(&mut self, line: &[u8], spans: &mut Vec<Span>);

    /// The names that it met.
    fn labels(&self) -> &Labels;
}

/// Reads a content as running text under names.
pub(super) fn read(content: &mut Content<'_>, sink: &mut dyn Sink, grammar: impl Grammar) -> Result<(), ReadError> {
    super::text::admit(content, sink);
    let encoding = content.encoding();
    // Enough or not: there is nothing else to read.
    let _ = sink.text(&mut Named::new(Decoded::new(content, encoding), grammar))?;
    Ok(())
}

/// A text and the names over its parts.
pub(super) struct Named<R, G> {
    text: Edited<R>,
    grammar: G,
    replacing: Replacing,
}

impl<R: Read, G: Grammar> Named<R, G> {
    pub(super) fn new(decoded: Decoded<R>, grammar: G) -> Self {
        Self { text: Edited::new(decoded), grammar, replacing: Replacing::default() }
    }
}

impl<R: Read, G: Grammar> TextSource for Named<R, G> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        self.text.fill(|raw, edits| {
            if self.grammar.has_references() {
                return self.replacing.fill(raw, edits, &mut self.grammar, block);
            }
            let used = self.grammar.scan(raw, &mut block.fields);
            block.push(&raw.text[..used]);
            used
        })
    }

    fn has_ranges(&self) -> bool {
        true
    }

    fn names(&self, label: Label) -> Vec<String> {
        self.grammar.labels().names(label.0)
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        self.text.position(start, end)
    }

    fn release(&mut self, offset: u64) {
        self.text.release(offset);
    }

    fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }
}

/// Replaces references to characters behind the grammar, which must not take what they stand for as markup.
#[derive(Default)]
struct Replacing {
    /// Bytes at the start of the raw text that the grammar has seen: a reference may be cut there.
    seen: usize,
    /// Fields over the raw text that were not yet given to their end.
    laid: Vec<Field>,
    /// Where the last field that was given starts: in the raw text, and in the new.
    open: (u64, u64),
}

impl Replacing {
    fn fill(&mut self, raw: &Raw<'_>, edits: &mut Edits, grammar: &mut impl Grammar, block: &mut Block) -> usize {
        let rest = Raw { text: &raw.text[self.seen..], at: raw.at + self.seen as u64, last: raw.last };
        self.seen += grammar.scan(&rest, &mut self.laid);
        let is_end = raw.last && self.seen == raw.text.len();
        let cut = if is_end { self.seen } else { references::whole(&raw.text[..self.seen]) };
        let (end, mut done) = (raw.at + cut as u64, 0);
        // Gives the text up to an offset of the raw text; what that is in the new.
        let mut give = |to: u64| {
            let to = ((to - raw.at) as usize).max(done);
            replace(&raw.text[done..to], raw.at + done as u64, edits, &mut block.text);
            done = to;
            edits.text_of(raw.at + to as u64)
        };
        for field in self.laid.iter().take_while(|field| field.start < end) {
            if field.start >= raw.at {
                self.open = (field.start, give(field.start));
            }
            let field = Field { start: self.open.1, end: give(field.end.min(end)), ..*field };
            lay(&mut block.fields, field);
        }
        give(end);
        self.laid.retain(|field| field.end > end);
        self.seen -= cut;
        cut
    }
}

/// Appends a text with its references replaced, and notes each.
fn replace(text: &[u8], at: u64, edits: &mut Edits, into: &mut Vec<u8>) {
    let mut done = 0;
    for sign in memchr::memchr_iter(b'&', text) {
        // A `&` in a reference is none.
        if sign >= done
            && let Some((length, character)) = references::reference(&text[sign..])
        {
            into.extend_from_slice(&text[done..sign]);
            let mut buffer = [0; 4];
            let new = character.encode_utf8(&mut buffer).as_bytes();
            into.extend_from_slice(new);
            edits.push(at + sign as u64, length as u8, new.len() as u8);
            done = sign + length;
        }
    }
    into.extend_from_slice(&text[done..]);
}

/// What the next bytes of a text are.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// A line.
    Line,
    /// The rest of a line too long to be looked at, and the range that goes on in it.
    Rest(Option<Field>),
}

/// Cuts a text into lines for a [`LineGrammar`].
pub(super) struct ByLine<L> {
    grammar: L,
    next: Next,
    spans: Vec<Span>,
}

impl<L: LineGrammar> ByLine<L> {
    pub(super) fn new(grammar: L) -> Self {
        Self { grammar, next: Next::Line, spans: Vec::new() }
    }

    fn give(&mut self, line: &[u8], at: u64, ranges: &mut Vec<Field>) -> Option<Field> {
        self.spans.clear();
        self.grammar.line(line, &mut self.spans);
        let mut last = None;
        for span in self.spans.iter().filter(|span| !span.part.is_empty()) {
            let (start, end) = (at + span.part.start as u64, at + span.part.end as u64);
            let field = Field { start, end, label: Label(span.label), text: 0, id: 0 };
            lay(ranges, field);
            last = (span.part.end == line.len()).then_some(field);
        }
        last
    }
}

impl<L: LineGrammar> Grammar for ByLine<L> {
    fn scan(&mut self, raw: &Raw<'_>, ranges: &mut Vec<Field>) -> usize {
        let mut at = 0;
        while let Some(rest) = raw.text.get(at..).filter(|rest| !rest.is_empty()) {
            let here = raw.at + at as u64;
            let limit = if matches!(self.next, Next::Line) { rest.len().min(LONGEST_LINE) } else { rest.len() };
            let end = memchr::memchr2(b'\n', b'\r', &rest[..limit]);
            match (self.next, end) {
                (Next::Rest(open), _) => {
                    let length = end.unwrap_or(rest.len());
                    if let Some(field) = open.filter(|_| length > 0) {
                        lay(ranges, Field { end: here + length as u64, ..field });
                    }
                    at += length;
                }
                (Next::Line, Some(length)) => {
                    self.give(&rest[..length], here, ranges);
                    at += length;
                }
                (Next::Line, None) if rest.len() >= LONGEST_LINE => {
                    self.next = Next::Rest(self.give(&rest[..LONGEST_LINE], here, ranges));
                    at += LONGEST_LINE;
                }
                (Next::Line, None) if raw.last => {
                    self.give(rest, here, ranges);
                    at += rest.len();
                }
                (Next::Line, None) => break,
            }
            if end.is_some() {
                self.next = Next::Line;
                at += match raw.text.get(at..).unwrap_or_default() {
                    [b'\r', b'\n', ..] => 2,
                    // A line feed may follow: then it is one break, not a break and a blank line.
                    [b'\r'] if !raw.last => {
                        self.next = Next::Rest(None);
                        break;
                    }
                    _ => 1,
                };
            }
        }
        at
    }

    fn labels(&self) -> &Labels {
        self.grammar.labels()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::decode::Encoding;

    /// The ranges of a text as (names, text), the same in whatever pieces it comes.
    pub(crate) fn ranges<G: Grammar>(bytes: &[u8], new: impl Fn() -> G) -> Vec<(String, String)> {
        let encoding = Encoding::guess(bytes);
        let read = |chunk| {
            let mut source = Named::new(Decoded::with_chunk(bytes, encoding, chunk), new());
            let mut block = Block::default();
            while source.fill(&mut block).unwrap() {}
            let text = |f: &Field| String::from_utf8_lossy(&block.text[f.start as usize..f.end as usize]).into_owned();
            assert!(block.fields.windows(2).all(|pair| pair[0].end <= pair[1].start), "in order, chunk {chunk}");
            let found = block.fields.iter().map(|f| (source.names(f.label).join("."), text(f))).collect::<Vec<_>>();
            (found, block.text)
        };
        let whole = read(1 << 20);
        for chunk in [1, 2, 3, 7, 64, 5000] {
            assert_eq!(read(chunk), whole, "chunk {chunk}");
        }
        whole.0
    }

    /// The same of a text, as plain strings to compare with.
    pub(crate) fn shown<G: Grammar>(text: &str, new: impl Fn() -> G) -> Vec<String> {
        ranges(text.as_bytes(), new).into_iter().map(|(names, text)| format!("{names} > {text}")).collect()
    }
}
