//! Excel workbooks: sheets in the order of the workbook, hidden ones too, then everything else.
//!
//! Knows which part is what; cells and strings are read elsewhere.

use super::cells::{Book, SheetRows};
use super::grid::Grid;
use super::numbers::{EPOCH_1900, EPOCH_1904, NumberFormat};
use super::ooxml::{main_part, missing, read_rest};
use super::package::{Flow, Package};
use super::relations::{Relation, by_id, references, relations};
use super::strings::{Strings, Unused};
use super::xml::{Token, Xml};
use crate::formats::records::RecordText;
use crate::formats::{Document, Sink};
use crate::status::Reason;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Reads a workbook.
pub(super) fn read(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    let main = main_part(package, "xl/workbook.xml");
    if package.find(&main).is_none() {
        missing(sink);
    }
    let workbook = package.peek(&main);
    let all = relations(package, &main);
    let part = |kind: &str, usual: &str| {
        all.iter().find(|r| r.kind == kind).map_or_else(|| usual.to_owned(), |r| r.target.clone())
    };
    let (strings_part, styles_part) = (part("sharedStrings", "xl/sharedStrings.xml"), part("styles", "xl/styles.xml"));
    let strings_at = package.find(&strings_part).filter(|at| package.name(*at).ends_with("xml"));
    let strings = match strings_at.and_then(|at| package.read(at).ok()) {
        Some(part) => Strings::read(part),
        None => Strings::default(),
    };
    let epoch = if counts_from_1904(&workbook) { EPOCH_1904 } else { EPOCH_1900 };
    let mut book = Book { strings, formats: styles(&package.peek(&styles_part)), epoch };
    for (at, name) in sheets(package, &workbook, &all) {
        if read_sheet(package, at, &name, &mut book, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    if book.strings.is_cut {
        sink.partial(Reason::OfficeRatioOverLimit, "a long text stands in too many cells");
    }
    if let Some(at) = strings_at
        && read_unused(package, at, &book.strings, sink)?.is_break()
    {
        return Ok(ControlFlow::Break(()));
    }
    // The order of calculation: references and nothing else.
    if let Some(at) = package.find("xl/calcChain.xml") {
        package.take(at);
    }
    read_rest(package, sink)
}

/// The parts of the sheets with their names: first those that the workbook lists, then those that it does not.
fn sheets(package: &Package<'_>, workbook: &[u8], all: &[Relation]) -> Vec<(usize, String)> {
    let mut sheets: Vec<(usize, String)> = Vec::new();
    let mut known = HashSet::new();
    let all = by_id(all);
    for (ids, name) in references(workbook, b"sheet", b"name") {
        let target = ids.iter().find_map(|id| all.get(id.as_str())).and_then(|r| package.find(&r.target));
        if let Some(at) = target.filter(|at| is_xml(package, *at) && known.insert(*at)) {
            sheets.push((at, name));
        }
    }
    for at in package.rest() {
        let name = package.name(at);
        let lower = name.to_ascii_lowercase();
        let stem = lower.strip_prefix("xl/worksheets/").and_then(|rest| rest.strip_suffix(".xml"));
        if stem.is_some_and(|stem| !stem.contains('/')) && known.insert(at) {
            let file = name.rsplit('/').next().unwrap_or_default();
            sheets.push((at, file.split('.').next().unwrap_or_default().to_owned()));
        }
    }
    sheets
}

fn is_xml(package: &Package<'_>, at: usize) -> bool {
    package.name(at).to_ascii_lowercase().ends_with(".xml")
}

fn read_sheet(package: &mut Package<'_>, at: usize, name: &str, book: &mut Book, sink: &mut dyn Sink) -> Flow {
    let part = match package.read(at) {
        Ok(part) => part,
        Err((reason, detail)) => {
            sink.partial(reason, &detail);
            return Ok(ControlFlow::Continue(()));
        }
    };
    let mut text = RecordText::new(Grid::new(SheetRows::new(part, book), name));
    let outcome = sink.text(&mut text);
    let rows = text.into_records().into_rows();
    let is_cut = rows.is_cut;
    let aside = rows.into_aside();
    let flow = package.settle(outcome, sink)?;
    if is_cut {
        sink.partial(Reason::OfficeSizeOverLimit, "a cell or a page header is too long");
    }
    if flow.is_break() || aside.is_empty() {
        return Ok(flow);
    }
    let mut document = Document::new();
    document.push(&aside);
    package.text(&mut document, sink)
}

/// Strings that are in the file, though no cell shows them.
fn read_unused(package: &mut Package<'_>, at: usize, strings: &Strings, sink: &mut dyn Sink) -> Flow {
    // The part is read to its end in any case: damage behind the last string that could be read must be told.
    let part = match package.read(at) {
        Ok(part) => part,
        Err((reason, detail)) => {
            sink.partial(reason, &detail);
            return Ok(ControlFlow::Continue(()));
        }
    };
    let outcome = sink.text(&mut Unused::new(part, strings));
    package.settle(outcome, sink)
}

fn counts_from_1904(workbook: &[u8]) -> bool {
    let mut xml = Xml::new(workbook);
    while let Ok(Some(token)) = xml.next() {
        if let Token::Start(tag) = token
            && tag.name == b"workbookPr"
        {
            return matches!(tag.attribute(b"date1904").as_deref(), Some("1" | "true"));
        }
    }
    false
}

/// The number format of each style of cells.
fn styles(bytes: &[u8]) -> Vec<NumberFormat> {
    const MOST: usize = 1 << 16;
    let mut codes = HashMap::new();
    let mut formats = Vec::new();
    let mut in_cells = false;
    let mut xml = Xml::new(bytes);
    while let Ok(Some(token)) = xml.next() {
        match token {
            Token::Start(tag) => match tag.name {
                b"numFmt" => {
                    let id = tag.attribute(b"numFmtId").and_then(|id| id.parse::<u32>().ok());
                    if let (Some(id), Some(code)) = (id, tag.attribute(b"formatCode")) {
                        codes.insert(id, NumberFormat::parse(&code));
                    }
                }
                b"cellXfs" => in_cells = true,
                b"xf" if in_cells && formats.len() < MOST => {
                    let id = tag.attribute(b"numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    formats.push(codes.get(&id).cloned().unwrap_or_else(|| NumberFormat::built_in(id)));
                }
                _ => {}
            },
            Token::End(b"cellXfs") => in_cells = false,
            _ => {}
        }
    }
    formats
}
