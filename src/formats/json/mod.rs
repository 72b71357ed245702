//! JSON, JSON Lines and JSON values one behind the other: each string, number and name is a value of its own, under the
//! names on its path.
//!
//! Looks for no data and understands no schema. What does not begin like JSON is left to plain text; what is broken further
//! on is read as plain text, and said to be.

mod apart;
mod borders;
mod escape;
mod frame;
mod lenient;
mod paths;
mod straight;
mod tokens;
mod words;

use super::{Content, Format, PlaceKind, ReadError, Sink};
use crate::decode::{Decoded, Edited, Edits, Raw, head_text};
use crate::location::{Place, Position};
use crate::status::Reason;
use crate::text::{Block, Field, Label, Mark, Stretch, TakenBack, TextSource};
use apart::{Ahead, Apart, LONGEST, steps};
use borders::Border;
use frame::LINES;
use memchr::memmem;
pub(super) use paths::{Step, json_path};
use std::any::Any;
use std::io::{self, Read};
use tokens::{Broken, Tokens};

/// JSON documents.
pub static JSON: Json = Json { lines: false };
/// A JSON value on each line. The same format: it has a media type of its own.
pub static JSON_LINES: Json = Json { lines: true };

/// See [`JSON`] and [`JSON_LINES`].
#[derive(Debug)]
pub struct Json {
    lines: bool,
}

impl Format for Json {
    fn name(&self) -> &'static str {
        if self.lines { "jsonl" } else { "json" }
    }

    fn media_type(&self) -> &'static str {
        if self.lines { "application/jsonl" } else { "application/json" }
    }

    fn place(&self) -> PlaceKind {
        PlaceKind::Record
    }

    fn extensions(&self) -> &'static [&'static str] {
        if self.lines { &["jsonl", "ndjson"] } else { &["json", "jsonc", "json5", "geojson", "har", "ipynb"] }
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        content.once(has_lines) == Some(self.lines)
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let encoding = content.encoding();
        let is_notebook = content.extension() == "ipynb" || memmem::find(content.head(), b"\"cell_type\"").is_some();
        let mut source = Source::new(Decoded::new(content, encoding), self.lines);
        source.tokens.notebook = is_notebook.then_some(0);
        // What ends the reading early is a better reason than where it ended.
        if sink.text(&mut source)?.is_continue()
            && let Some((why, detail)) = source.tokens.complaint()
        {
            let reason = if why == Broken::Depth { Reason::JsonNestingOverLimit } else { Reason::Unparsable };
            sink.partial(reason, &detail);
        }
        Ok(())
    }
}

/// Whether the values of a content that starts like JSON stand on lines of their own; none if it is something else.
fn has_lines(content: &Content<'_>) -> Option<bool> {
    let extension = content.extension();
    let by_name = matches!(extension.as_str(), "jsonl" | "ndjson" | "jsonlines");
    let named = matches!(extension.as_str(), "json" | "jsonc" | "json5");
    let scalars = by_name || named;
    let starts = |text: &[u8]| match text.trim_ascii_start().first() {
        Some(b'{' | b'[') => true,
        first => scalars && first.is_some(),
    };
    let head = content.head();
    if !starts(&head_text(head, content.encoding_wide())) {
        return None;
    }
    let text = head_text(head, content.encoding());
    let (mut tokens, mut block) = (Tokens::new(by_name), Block::default());
    tokens.scan(&Raw { text: &text, at: 0, last: content.is_whole() }, &mut Edits::default(), &mut block);
    is_json(&tokens, &block, by_name, named).then_some(by_name || (tokens.values > 1 && !tokens.spread))
}

/// Whether enough of the first bytes was understood.
fn is_json(tokens: &Tokens, block: &Block, by_name: bool, named: bool) -> bool {
    let broken = tokens.damage.filter(|damage| damage.why == Broken::Syntax).map_or(0, |damage| damage.times);
    if tokens.values == 0 || (block.fields.is_empty() && !tokens.is_closed()) {
        return false;
    }
    if broken == 0 {
        return tokens.loose == 0 || by_name || named;
    }
    let values = block.fields.iter().filter(|field| field.id != LINES).count();
    let records = tokens.values.saturating_sub(broken);
    if by_name || named {
        return records > 0 || (named && values > 0);
    }
    tokens.loose == 0 && (values >= MANY || (records > 1 && broken * 4 <= tokens.values))
}

/// Values before an error that no other text would have.
const MANY: usize = 8;

/// A JSON text that is read from front to back.
struct Source<R> {
    text: Edited<R>,
    tokens: Tokens,
    ahead: Ahead,
    /// Raw bytes of a stretch at most.
    longest: usize,
}

impl<R: Read> Source<R> {
    fn new(decoded: Decoded<R>, lines: bool) -> Self {
        let (text, tokens) = (Edited::new(decoded), Tokens::new(lines));
        Self { text, tokens, ahead: Ahead::default(), longest: LONGEST }
    }

    /// What a border looks like, learned from the value at hand.
    fn border(text: &Edited<R>, tokens: &Tokens) -> Option<Border> {
        Border::learn(tokens, |opened, before| {
            let (at, _) = text.edits().raw(opened, opened);
            let from = at.saturating_sub(before as u64);
            Some((text.raw(from)?, (at - from) as usize))
        })
    }
}

impl<R: Read> TextSource for Source<R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let (tokens, ahead, mut is_limited) = (&mut self.tokens, &mut self.ahead, false);
        let more = self.text.fill(|raw, edits| {
            let limit = ahead.limit(raw, tokens);
            if let Some(limit) = limit {
                let used = tokens.scan(&Raw { text: &raw.text[..limit], last: false, ..*raw }, edits, block);
                is_limited = used == limit;
                if used > 0 {
                    return used;
                }
            }
            tokens.scan(raw, edits, block)
        })?;
        let (text, tokens) = (&self.text, &self.tokens);
        self.ahead.look(tokens, text.done(), is_limited, || Self::border(text, tokens));
        Ok(more)
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn names(&self, label: Label) -> Vec<String> {
        self.tokens.labels.names(label.0)
    }

    fn place(&mut self, field: &Field) -> Place {
        if field.id == LINES {
            return Place::Lines;
        }
        let apart = self.ahead.place(field, &self.tokens);
        let (index, steps) = apart.unwrap_or_else(|| steps(&self.tokens.nodes, field));
        let steps: Vec<&Step> = steps.iter().collect();
        Place::Record { index, json_path: json_path(&steps, &self.tokens.labels) }
    }

    fn position(&mut self, start: u64, end: u64) -> Position {
        self.text.position(start, end)
    }

    fn release(&mut self, offset: u64) {
        self.text.release(offset);
        self.tokens.nodes.release(offset);
    }

    fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    fn stretch(&mut self, marks: Option<&Mark>) -> Option<Box<dyn Stretch>> {
        let from = self.ahead.next(&self.tokens)?;
        let longest = self.longest;
        self.text.read_ahead(from, longest + marks.map_or(0, borders::looked_at));
        // The border at its beginning, or at its end.
        let is_clear = |raw: &[u8], at: usize| marks.is_none_or(|mark| borders::is_clear(raw, at, mark));
        let mut is_first_clear = true;
        if self.ahead.is_first() {
            let before = from.min(marks.map_or(0, |mark| mark.behind as u64));
            is_first_clear = self.text.raw(from - before).is_some_and(|raw| is_clear(raw, before as usize));
        }
        let raw = self.text.raw(from).filter(|raw| is_first_clear && raw.len() >= longest);
        let cut = |border: &Border| {
            let raw = raw?;
            let cut = border.last_in(&raw[..longest])?;
            is_clear(raw, cut).then_some(&raw[..cut])
        };
        Some(self.ahead.give(cut, self.text.edits(), &self.tokens)?)
    }

    fn take_back(&mut self, stretch: Box<dyn Stretch>, is_as_foreseen: bool, block: &mut Block) -> TakenBack {
        let Ok(mut stretch) = (stretch as Box<dyn Any>).downcast::<Apart>() else { return TakenBack::Open };
        if is_as_foreseen {
            let end = self.text.take_up(&mut stretch.edits, stretch.end);
            self.ahead.take_back(stretch, &mut self.tokens);
            return TakenBack::AsForeseen(end);
        }
        self.ahead.leave_current();
        block.text.clear();
        block.fields.clear();
        block.base = stretch.start();
        self.text.read_again(stretch.end, |raw, edits| self.tokens.scan(raw, edits, block));
        if self.ahead.ended(&stretch, self.text.done(), &self.tokens) {
            TakenBack::ReadAgain(self.text.go_on_behind(&stretch.edits, stretch.end))
        } else {
            TakenBack::Open
        }
    }
}

#[cfg(test)]
mod tests;
