//! Excel workbooks: sheets in the order of the workbook, hidden ones too, then everything else.
//!
//! Knows which part is what; cells and strings are read elsewhere.

use super::binary::{self, SheetRecords};
use super::cells::{Book, Sheet, SheetRows};
use super::grid::Grid;
use super::ooxml::{main_part, missing, read_rest};
use super::package::{Flow, Package};
use super::relations::{Relation, by_id, references, relations};
use super::strings::{Strings, Unused};
use super::xml::{Token, Xml};
use crate::formats::calendar::{EPOCH_1900, EPOCH_1904};
use crate::formats::numbers::NumberFormat;
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
    if is_binary(&main) {
        return read_binary(package, &main, sink);
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
    for (at, name) in sheets(package, references(&workbook, b"sheet", b"name"), &all, ".xml") {
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

/// A workbook in binary parts. What is no sheet is read for the texts in it.
fn read_binary(package: &mut Package<'_>, main: &str, sink: &mut dyn Sink) -> Flow {
    let all = relations(package, main);
    let (listed, from_1904) = binary::workbook(&package.peek(main));
    let strings = package.find("xl/sharedStrings.bin").and_then(|at| package.read(at).ok());
    let strings = strings.map_or_else(Strings::default, |part| Strings::keep(binary::strings(part)));
    let epoch = if from_1904 { EPOCH_1904 } else { EPOCH_1900 };
    let mut book = Book { strings, formats: binary::styles(&package.peek("xl/styles.bin")), epoch };
    for (at, name) in sheets(package, listed, &all, ".bin") {
        if read_sheet(package, at, &name, &mut book, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    if book.strings.is_cut {
        sink.partial(Reason::OfficeRatioOverLimit, "a long text stands in too many cells");
    }
    let mut unused = Document::new();
    unused.push(&book.strings.unused());
    if package.text(&mut unused, sink)?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    for at in package.rest() {
        if !is_records(&package.name(at)) {
            continue;
        }
        let (texts, broken) = match package.read(at) {
            Ok(part) => binary::texts(part),
            Err((reason, detail)) => {
                sink.partial(reason, &detail);
                continue;
            }
        };
        let mut document = Document::new();
        document.push(&texts);
        document.stands_for(texts.len() as u64);
        let outcome = sink.text(&mut document);
        let outcome = outcome.and_then(|flow| broken.map_or(Ok(flow), |error| Err(error.into())));
        if package.settle(outcome, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    read_rest(package, sink)
}

fn is_binary(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".bin")
}

/// Whether a part holds records of the workbook, and not a file of another kind.
fn is_records(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let others = ["activex", "embeddings", "printersettings", "vbaproject", "media"];
    name.starts_with("xl/") && is_binary(&name) && !others.iter().any(|other| name.contains(other))
}

/// The parts of the sheets with their names: first those that the workbook lists, then those that it does not.
fn sheets(
    package: &Package<'_>,
    listed: Vec<(Vec<String>, String)>,
    all: &[Relation],
    extension: &str,
) -> Vec<(usize, String)> {
    let mut sheets: Vec<(usize, String)> = Vec::new();
    let mut known = HashSet::new();
    let is_part = |at: usize| package.name(at).to_ascii_lowercase().ends_with(extension);
    let all = by_id(all);
    for (ids, name) in listed {
        let target = ids.iter().find_map(|id| all.get(id.as_str())).and_then(|r| package.find(&r.target));
        if let Some(at) = target.filter(|at| is_part(*at) && known.insert(*at)) {
            sheets.push((at, name));
        }
    }
    for at in package.rest() {
        let name = package.name(at);
        let lower = name.to_ascii_lowercase();
        let stem = lower.strip_prefix("xl/worksheets/").and_then(|rest| rest.strip_suffix(extension));
        let is_sheet = |stem: &str| !stem.contains('/') && !stem.starts_with("binaryindex");
        if stem.is_some_and(is_sheet) && known.insert(at) {
            let file = name.rsplit('/').next().unwrap_or_default();
            sheets.push((at, file.split('.').next().unwrap_or_default().to_owned()));
        }
    }
    sheets
}

fn read_sheet(package: &mut Package<'_>, at: usize, name: &str, book: &mut Book, sink: &mut dyn Sink) -> Flow {
    let is_binary = is_binary(&package.name(at));
    let part = match package.read(at) {
        Ok(part) => part,
        Err((reason, detail)) => {
            sink.partial(reason, &detail);
            return Ok(ControlFlow::Continue(()));
        }
    };
    let (outcome, is_cut, aside) = if is_binary {
        give_rows(SheetRecords::new(part, book), name, sink)
    } else {
        give_rows(SheetRows::new(part, book), name, sink)
    };
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

/// Gives the rows of a sheet; what came of it, whether something was left out, and what the sheet says besides.
fn give_rows(rows: impl Sheet, name: &str, sink: &mut dyn Sink) -> (Flow, bool, String) {
    let mut text = RecordText::new(Grid::new(rows, name));
    let outcome = sink.text(&mut text);
    let rows = text.into_records().into_rows();
    (outcome, rows.is_cut(), rows.into_aside())
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
