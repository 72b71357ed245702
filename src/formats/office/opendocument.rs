//! `OpenDocument`: texts, spreadsheets, presentations. Content first, then styles (page headers), metadata, embedded objects.
//!
//! Encrypted documents are told by their manifest: the parts themselves look like any bytes.

use super::grid::Grid;
use super::package::{Flow, Package};
use super::tables::{TableRows, Tables};
use super::vocabulary::Vocabulary;
use super::xml::{Token, Xml};
use crate::formats::records::RecordText;
use crate::formats::{Document, ReadError, Sink};
use crate::status::Reason;
use std::ops::ControlFlow;

/// Parts in the order of reading; the rest follows.
const PARTS: [&str; 3] = ["content.xml", "styles.xml", "meta.xml"];

/// Reads any `OpenDocument` file but a spreadsheet.
pub(super) fn read(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    refuse_encrypted(package)?;
    for name in PARTS {
        match package.find(name) {
            Some(at) if package.prose(at, Vocabulary::Open, sink)?.is_break() => {
                return Ok(ControlFlow::Break(()));
            }
            None if name == PARTS[0] => super::ooxml::missing(sink),
            Some(_) | None => {}
        }
    }
    read_rest(package, sink)
}

/// Reads a spreadsheet: its tables as cells.
pub(super) fn read_workbook(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    refuse_encrypted(package)?;
    match package.find(PARTS[0]) {
        Some(at) => {
            let outcome = read_tables(package, at, sink);
            if package.settle(outcome, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        None => super::ooxml::missing(sink),
    }
    read_rest(package, sink)
}

fn read_tables(package: &mut Package<'_>, at: usize, sink: &mut dyn Sink) -> Flow {
    let part = match package.read(at) {
        Ok(part) => part,
        Err((reason, detail)) => {
            sink.partial(reason, &detail);
            return Ok(ControlFlow::Continue(()));
        }
    };
    let mut tables = Tables::new(part);
    while let Some(name) = tables.next_table()? {
        let mut text = RecordText::new(Grid::new(TableRows::new(&mut tables), &name));
        if sink.text(&mut text)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    if tables.is_cut {
        sink.partial(Reason::OfficeSizeOverLimit, "a cell is too long");
    }
    let aside = tables.into_aside();
    if aside.is_empty() {
        return Ok(ControlFlow::Continue(()));
    }
    let mut document = Document::new();
    document.push(&aside);
    sink.text(&mut document)
}

/// Everything that was not read yet.
fn read_rest(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    for at in package.rest() {
        let name = package.name(at);
        let flow = match name.rsplit('/').next().unwrap_or_default() {
            // Its media type, and where lines broke when it was last shown: no text.
            "mimetype" | "layout-cache" if !name.contains('/') => {
                package.take(at);
                ControlFlow::Continue(())
            }
            "content.xml" | "styles.xml" | "meta.xml" | "settings.xml" => package.prose(at, Vocabulary::Open, sink)?,
            _ => package.member(at, sink),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn refuse_encrypted(package: &mut Package<'_>) -> Result<(), ReadError> {
    let manifest = package.peek("META-INF/manifest.xml");
    let mut xml = Xml::new(manifest.as_slice());
    while let Ok(Some(token)) = xml.next() {
        if let Token::Start(tag) = token
            && matches!(tag.name, b"encryption-data" | b"encrypted-key")
        {
            return Err(ReadError::Unsupported(Reason::EncryptedDocument, "the parts are encrypted".to_owned()));
        }
    }
    Ok(())
}
