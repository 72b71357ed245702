//! JSON, JSON Lines and JSON values one behind the other: each string, number and name is a value of its own, under the
//! names on its path.
//!
//! Looks for no data and understands no schema. What does not begin like JSON is left to plain text; what is broken further
//! on is read as plain text, and said to be.

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
use crate::text::{Block, Field, Label, TextSource};
use frame::{ITSELF, LINES, MEMBER};
use memchr::memmem;
pub(super) use paths::{Step, json_path};
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
}

impl<R: Read> Source<R> {
    fn new(decoded: Decoded<R>, lines: bool) -> Self {
        Self { text: Edited::new(decoded), tokens: Tokens::new(lines) }
    }
}

impl<R: Read> TextSource for Source<R> {
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        self.text.fill(|raw, edits| self.tokens.scan(raw, edits, block))
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
        let nodes = &self.tokens.nodes;
        let node = nodes.widen((field.id >> 32) as u32);
        let last = match field.id as u32 {
            ITSELF => None,
            MEMBER => Some(Step::Name(field.label.0)),
            index => Some(Step::Index(u64::from(index))),
        };
        let mut steps = nodes.steps(node);
        steps.extend(last);
        let steps: Vec<&Step> = steps.iter().collect();
        Place::Record { index: nodes.record(node), json_path: json_path(&steps, &self.tokens.labels) }
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
}

#[cfg(test)]
mod tests;
