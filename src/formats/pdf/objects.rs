//! The objects of a PDF beside its pages' content: every string that a person may have written, and attached files.
//!
//! Walks iteratively, each object once, up to a number of them. Knows no meaning of any string.

use super::super::Document;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use pdf_oxide::PdfDocument;
use pdf_oxide::object::{Object, ObjectRef};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Objects that are looked at.
const OBJECTS: usize = 500_000;
/// How deep direct objects may lie in each other.
const DEPTH: u32 = 64;
/// Text that is gathered from one document, in bytes.
const TEXT: usize = 64 << 20;
/// Bytes of text that are looked through for what the structure says that they mean.
const EFFORT: usize = 1 << 30;
/// The largest page on which a string is looked for, in bytes.
const COMPARED: usize = 256 << 10;
/// Entries that lead back, to pages, or to what is no text.
const LEFT_OUT: &[&str] = &[
    "AP",
    "DA",
    "Dest",
    "DR",
    "EF",
    "Encrypt",
    "Font",
    "ID",
    "IDTree",
    "MK",
    "OutputIntents",
    "P",
    "Pages",
    "Parent",
    "ParentTree",
    "Pg",
    "PieceInfo",
    "Popup",
    "Prev",
    "Resources",
];
/// Streams under these names hold text.
const TEXT_STREAMS: &[&str] = &["DV", "JS", "Metadata", "RC", "RV", "V", "XFA"];

type Entries = HashMap<String, Object>;

/// What was gathered so far.
pub(super) struct Gathered {
    seen: HashSet<ObjectRef>,
    is_encrypted: bool,
    text: String,
    /// What pages show, as far as it is compared with what the structure says that they mean.
    shown: String,
    /// Bytes of it that were compared.
    compared: usize,
    files: BTreeMap<ObjectRefKey, String>,
    gap: Option<&'static str>,
}

/// Number and generation of an object: the order of attachments.
type ObjectRefKey = (u32, u16);

/// What a page holds beside its text.
pub(super) struct Notes {
    /// Strings of its annotations and fields.
    pub(super) text: String,
    /// Whether it shows images.
    pub(super) has_images: bool,
}

impl Gathered {
    pub(super) fn new(document: &PdfDocument) -> Self {
        let is_encrypted = document.is_encrypted();
        Self {
            seen: HashSet::new(),
            is_encrypted,
            text: String::new(),
            shown: String::new(),
            compared: 0,
            files: BTreeMap::new(),
            gap: None,
        }
    }

    /// Why not all was gathered.
    pub(super) fn gap(&self) -> Option<&'static str> {
        self.gap
    }

    /// What a page holds beside its text; strings that the text shows are left out.
    pub(super) fn page(&mut self, document: &PdfDocument, index: usize, shown: &str) -> Notes {
        let before = std::mem::take(&mut self.text);
        if self.shown.len() + shown.len() <= COMPARED {
            self.shown.push_str(shown);
            self.shown.push('\n');
        }
        let Ok(page) = document.get_page_for_debug(index) else {
            self.text = before;
            return Notes { text: String::new(), has_images: false };
        };
        if let Some(annotations) = page.as_dict().and_then(|entries| entries.get("Annots")) {
            self.walk(document, "Annots", annotations.clone(), shown);
        }
        let has_images = shown.trim().is_empty() && has_images(document, index);
        Notes { text: std::mem::replace(&mut self.text, before), has_images }
    }

    /// Gathers what hangs on no page.
    pub(super) fn whole(&mut self, document: &PdfDocument) {
        if let Ok(catalog) = document.catalog() {
            self.walk(document, "Root", catalog, "");
        }
        if let Some(info) = document.trailer().as_dict().and_then(|entries| entries.get("Info")) {
            self.walk(document, "Info", info.clone(), "");
        }
    }

    /// The text that hangs on no page.
    pub(super) fn take_text(&mut self) -> Document {
        let mut text = Document::new();
        text.push(&std::mem::take(&mut self.text));
        text
    }

    /// Attached files in the order of their objects, with their content where it can be decoded.
    pub(super) fn attachments(&mut self, document: &PdfDocument) -> Vec<(String, Option<Vec<u8>>)> {
        if self.is_encrypted {
            let files = document.extract_embedded_files().unwrap_or_default();
            if files.len() < self.files.len() {
                self.gap = Some("not all attachments could be decrypted");
            }
            return files.into_iter().map(|(name, bytes)| (name, Some(bytes))).collect();
        }
        let load = |((id, generation), name): (ObjectRefKey, String)| {
            let stream = document.load_object(ObjectRef::new(id, generation)).ok();
            (name, stream.and_then(|stream| stream.decode_stream_data().ok()))
        };
        std::mem::take(&mut self.files).into_iter().map(load).collect()
    }

    /// Walks from an object through everything that it leads to.
    fn walk(&mut self, document: &PdfDocument, key: &str, object: Object, shown: &str) {
        let mut open = vec![(key.to_owned(), object, 0)];
        while let Some((key, object, depth)) = open.pop() {
            if self.seen.len() > OBJECTS || self.text.len() > TEXT || depth > DEPTH {
                self.gap = Some("more annotations and properties than are read");
                continue;
            }
            match object {
                Object::Reference(reference) => {
                    if self.seen.insert(reference)
                        && let Ok(object) = document.load_object(reference)
                    {
                        open.push((key, object, 0));
                    }
                }
                Object::Array(objects) => {
                    open.extend(objects.into_iter().rev().map(|object| (key.clone(), object, depth + 1)));
                }
                Object::String(bytes) => self.string("", &bytes, shown),
                Object::Dictionary(entries) => self.entries(document, entries, depth, shown, &mut open),
                Object::Stream { .. } if TEXT_STREAMS.contains(&key.as_str()) => self.stream(&object),
                _ => {}
            }
        }
    }

    fn entries(
        &mut self,
        document: &PdfDocument,
        entries: Entries,
        depth: u32,
        shown: &str,
        open: &mut Vec<(String, Object, u32)>,
    ) {
        // A page is walked when its own turn comes.
        if entries.get("Type").and_then(Object::as_name) == Some("Page") {
            return;
        }
        self.file(document, &entries);
        let is_signature = entries.contains_key("ByteRange");
        let label = entries.get("T").and_then(Object::as_string).and_then(decoded).unwrap_or_default();
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut below = Vec::new();
        for (key, value) in entries {
            if LEFT_OUT.contains(&key.as_str()) || (is_signature && key == "Contents") {
                continue;
            }
            match value {
                Object::String(bytes) if key == "ActualText" => self.meant(&bytes),
                Object::String(bytes) => {
                    self.string(if matches!(key.as_str(), "V" | "DV") { &label } else { "" }, &bytes, shown);
                }
                Object::Reference(_) | Object::Array(_) | Object::Dictionary(_) => below.push((key, value, depth + 1)),
                _ => {}
            }
        }
        open.extend(below.into_iter().rev());
    }

    /// A text that stands for what is shown, unless the pages hold it: the parser puts most of them in their place.
    fn meant(&mut self, bytes: &[u8]) {
        let shown = std::mem::take(&mut self.shown);
        let is_near = self.compared < EFFORT;
        self.compared += shown.len();
        self.string("", bytes, if is_near { &shown } else { "" });
        self.shown = shown;
    }

    fn string(&mut self, label: &str, bytes: &[u8], shown: &str) {
        let Some(text) = decoded(bytes) else { return };
        let text = text.trim();
        // Dates of the format's own kind (D:2026…) are nobody's data.
        if text.is_empty() || text.starts_with("D:") || is_shown(text, shown) {
            return;
        }
        if !label.is_empty() {
            self.text.push_str(label);
            self.text.push_str(": ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn stream(&mut self, stream: &Object) {
        match stream.decode_stream_data().map(|bytes| decoded(&bytes)) {
            Ok(Some(text)) => {
                self.text.push_str(&text);
                self.text.push('\n');
            }
            // The decoder has no key for streams.
            _ if self.is_encrypted => self.gap = Some("metadata or scripts of an encrypted file were not read"),
            _ => self.gap = Some("metadata or scripts could not be decoded"),
        }
    }

    /// Notes the content of a file specification.
    fn file(&mut self, document: &PdfDocument, entries: &Entries) {
        let Some(files) = entries.get("EF").and_then(|files| document.resolve_object(files).ok()) else { return };
        let name = ["UF", "F"].iter().find_map(|key| entries.get(*key).and_then(Object::as_string).and_then(decoded));
        let stream =
            |files: &Entries| ["UF", "F"].iter().find_map(|key| files.get(*key).and_then(Object::as_reference));
        if let Some(reference) = files.as_dict().and_then(stream) {
            let name = name.unwrap_or_else(|| format!("attachment-{}", reference.id));
            self.files.insert((reference.id, reference.r#gen), name);
        }
    }
}

/// Whether a page shows a string as a word of its own.
fn is_shown(text: &str, page: &str) -> bool {
    let is_free = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    page.len() <= COMPARED
        && page
            .match_indices(text)
            .any(|(at, _)| is_free(page[..at].chars().next_back()) && is_free(page[at + text.len()..].chars().next()))
}

/// Whether a page's resources hold an image.
fn has_images(document: &PdfDocument, index: usize) -> bool {
    let Ok(page) = document.get_page_for_debug(index) else { return false };
    let resources = page.as_dict().and_then(|p| p.get("Resources")).and_then(|r| document.resolve_object(r).ok());
    let Some(named) = resources
        .as_ref()
        .and_then(Object::as_dict)
        .and_then(|r| r.get("XObject"))
        .and_then(|x| document.resolve_object(x).ok())
    else {
        return false;
    };
    let is_image = |object: &Object| {
        let object = document.resolve_object(object).ok();
        object.as_ref().and_then(Object::as_dict).and_then(|d| d.get("Subtype")).and_then(Object::as_name)
            == Some("Image")
    };
    named.as_dict().is_some_and(|entries| entries.values().any(is_image))
}

/// A text string: UTF-16 or UTF-8 with a mark, else one byte a character. None for bytes that are no text.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        _ => match std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)) {
            Ok(text) => text.into(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    };
    let is_text = !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    is_text.then(|| text.into_owned())
}
