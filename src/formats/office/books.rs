//! EPUB: the chapters in the order of the spine, then everything else.
//!
//! Knows how a book lists its chapters, and nothing of their elements.

use super::package::{Flow, Package};
use super::relations::resolve;
use super::vocabulary::Vocabulary;
use super::xml::{Token, Xml};
use crate::formats::Sink;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Reads a book.
pub(super) fn read(package: &mut Package<'_>, sink: &mut dyn Sink) -> Flow {
    for name in packages(package) {
        let chapters = chapters(package, &name);
        let whole = std::iter::once(name).chain(chapters);
        for at in whole.filter_map(|name| package.find(&name)).collect::<Vec<_>>() {
            if !package.is_taken(at) && package.prose(at, Vocabulary::Web, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    for at in package.rest() {
        let name = package.name(at).to_ascii_lowercase();
        let flow = match name.rsplit('.').next().unwrap_or_default() {
            "xhtml" | "html" | "htm" | "ncx" | "opf" | "xml" => package.prose(at, Vocabulary::Web, sink)?,
            "mimetype" => {
                package.take(at);
                ControlFlow::Continue(())
            }
            _ => package.member(at, sink),
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The parts that list the chapters of each version of the book.
fn packages(package: &mut Package<'_>) -> Vec<String> {
    let container = package.peek("META-INF/container.xml");
    let mut xml = Xml::new(container.as_slice());
    let mut names = Vec::new();
    while let Ok(Some(token)) = xml.next() {
        if let Token::Start(tag) = token
            && tag.name == b"rootfile"
            && let Some(path) = tag.attribute(b"full-path")
        {
            names.push(path);
        }
    }
    names
}

/// The chapters that a list names, in the order of its spine.
fn chapters(package: &mut Package<'_>, list: &str) -> Vec<String> {
    let folder = list.rsplit_once('/').map_or("", |(folder, _)| folder);
    let bytes = package.peek(list);
    let mut xml = Xml::new(bytes.as_slice());
    let mut items = HashMap::new();
    let mut spine = Vec::new();
    while let Ok(Some(token)) = xml.next() {
        let Token::Start(tag) = token else { continue };
        match tag.name {
            b"item" => {
                if let (Some(id), Some(href)) = (tag.attribute(b"id"), tag.attribute(b"href")) {
                    items.insert(id, resolve(folder, &unescape(&href)));
                }
            }
            b"itemref" => spine.extend(tag.attribute(b"idref")),
            _ => {}
        }
    }
    spine.iter().filter_map(|id| items.get(id).cloned()).collect()
}

/// A path with its `%20` undone.
fn unescape(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = code.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
