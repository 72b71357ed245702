//! `OpenDocument`: texts, spreadsheets, presentations. Content first, then styles (page headers), metadata, embedded objects.
//!
//! Knows nothing of encryption: sealed parts were opened before.

use super::grid::Grid;
use super::package::{Flow, Package};
use super::sealed::unseal;
use super::tables::{TableRows, Tables};
use super::vocabulary::Vocabulary;
use crate::formats::records::RecordText;
use crate::formats::{Document, Sink};
use crate::status::Reason;
use std::io::Read;
use std::ops::ControlFlow;

/// Parts in the order of reading; the rest follows.
const PARTS: [&str; 3] = ["content.xml", "styles.xml", "meta.xml"];

/// Reads any `OpenDocument` file but a spreadsheet.
pub(super) fn read(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    unseal(package)?;
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
    unseal(package)?;
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
    give_tables(part, sink)
}

/// Gives the tables of a spreadsheet's content, and what stands outside of their cells.
pub(super) fn give_tables(content: impl Read, sink: &mut dyn Sink) -> Flow {
    let mut tables = Tables::new(content);
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
        if is_picture_of_text(package, &name) {
            package.take(at);
            continue;
        }
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

/// Whether a part is a picture of what is read elsewhere: of the document itself, or of an object embedded in it.
fn is_picture_of_text(package: &Package<'_>, name: &str) -> bool {
    let object = name.strip_prefix("ObjectReplacements/");
    object.is_some_and(|object| package.find(&format!("{object}/content.xml")).is_some())
        || name == "Thumbnails/thumbnail.png"
}
