//! Office Open XML: which part is the document, in what order parts are read, and what is done with the others.
//!
//! Knows nothing of elements, nor of the cells of a workbook.

use super::package::{Flow, Package};
use super::relations::{by_id, references, relations};
use super::vocabulary::Vocabulary;
use crate::formats::{Document, Sink};
use std::io::Read;
use std::ops::ControlFlow;

/// Folders whose XML is read as text of the document; other XML is a member.
const FOLDERS: [&str; 6] = ["word/", "xl/", "ppt/", "docprops/", "visio/", "_rels/"];
/// Bytes of a printer's settings that are looked at.
const MOST_SETTINGS: u64 = 4 << 20;

/// The name of the part that is the document.
pub(super) fn main_part(package: &mut Package<'_>, usual: &str) -> String {
    let found = relations(package, "").into_iter().find(|relation| relation.kind == "officeDocument");
    found
        .map(|relation| relation.target)
        .filter(|name| package.find(name).is_some())
        .unwrap_or_else(|| usual.to_owned())
}

/// Word: the body, then notes, headers and whatever else there is.
pub(super) fn read_document(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    let main = main_part(package, "word/document.xml");
    match package.find(&main) {
        Some(at) if package.prose(at, Vocabulary::Office, sink)?.is_break() => return Ok(ControlFlow::Break(())),
        Some(_) => {}
        None => missing(sink),
    }
    read_rest(package, sink)
}

/// `PowerPoint`: the slides in their order, each with its notes and comments, then the rest.
pub(super) fn read_presentation(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    let main = main_part(package, "ppt/presentation.xml");
    if package.find(&main).is_none() {
        missing(sink);
    }
    let slides = relations(package, &main);
    let slides = by_id(&slides);
    for (ids, _) in references(&package.peek(&main), b"sldId", b"id") {
        let Some(slide) = ids.iter().find_map(|id| slides.get(id.as_str())) else { continue };
        // One that is listed again was read with all that hangs on it.
        if package.find(&slide.target).is_none_or(|at| package.is_taken(at)) {
            continue;
        }
        let attached = relations(package, &slide.target).into_iter();
        let attached =
            attached.filter(|r| matches!(r.kind.as_str(), "notesSlide" | "comments" | "chart")).map(|r| r.target);
        for name in std::iter::once(slide.target.clone()).chain(attached) {
            let Some(at) = package.find(&name).filter(|at| !package.is_taken(*at)) else { continue };
            if package.prose(at, Vocabulary::Office, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    read_rest(package, sink)
}

/// Says that the part which is the document is not there.
pub(super) fn missing(sink: &mut dyn Sink) {
    sink.partial(crate::status::Reason::MalformedOffice, "the main part is missing");
}

/// Every part that was not read yet: XML of the document as text, the rest as members.
pub(super) fn read_rest(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    for at in package.rest() {
        let name = package.name(at).to_ascii_lowercase();
        let flow = match vocabulary(&name) {
            Some(vocabulary) => package.prose(at, vocabulary, sink)?,
            // A picture of the document itself: nothing in it that is not in the document.
            None if name.starts_with("docprops/thumbnail.") => {
                package.take(at);
                ControlFlow::Continue(())
            }
            None if name.contains("printersettings") => read_settings(package, at, sink)?,
            None => package.member(at, sink),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// How a part is read as text, if it is.
fn vocabulary(name: &str) -> Option<Vocabulary> {
    let is_inside = FOLDERS.iter().any(|folder| name.starts_with(folder)) || name == "[content_types].xml";
    let extension = name.rsplit('.').next().unwrap_or_default();
    match extension {
        "rels" => Some(Vocabulary::Links),
        "xml" if name.starts_with("xl/pivotcache/") => Some(Vocabulary::Pivot),
        "xml" | "vml" if is_inside => Some(Vocabulary::Office),
        _ => None,
    }
}

/// The settings of a printer are a record of numbers with names in UTF-16 in it.
fn read_settings(package: &mut Package<'_>, at: usize, sink: &mut dyn Sink) -> Flow {
    let mut bytes = Vec::new();
    let mut is_whole = true;
    match package.read(at) {
        Ok(part) => {
            is_whole = part.take(MOST_SETTINGS).read_to_end(&mut bytes).is_ok_and(|n| (n as u64) < MOST_SETTINGS);
        }
        Err((reason, detail)) => sink.partial(reason, &detail),
    }
    if !is_whole {
        sink.partial(crate::status::Reason::MalformedOffice, "a printer's settings are damaged");
    }
    let mut document = Document::new();
    document.stands_for(bytes.len() as u64);
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    for character in char::decode_utf16(units).map(|c| c.unwrap_or('\n')) {
        if character.is_control() {
            document.end_line();
        } else {
            document.push(character.encode_utf8(&mut [0; 4]));
        }
    }
    package.text(&mut document, sink)
}
