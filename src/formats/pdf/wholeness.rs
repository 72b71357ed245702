//! Whether a PDF and the content of its pages are all there: the parser makes what it can of damage and does not say so.
//!
//! Knows marks, the place of the cross-reference table, and how streams are packed. Knows no text.

use flate2::read::DeflateDecoder;
use memchr::memmem;
use pdf_oxide::PdfDocument;
use pdf_oxide::object::{Object, ObjectRef};
use std::collections::HashSet;
use std::io;

/// Bytes at the end in which the mark of the end is enough.
const END_WITHIN: usize = 64 << 10;
/// Bytes in which a cross-reference table shows its mark, or a stream of the kind its name.
const TABLE_WITHIN: usize = 4096;
/// Forms of pages that are looked at, each once.
const FORMS: usize = 100_000;

/// Whether a file has its end. Some writers leave out the last line, and some carriers add bytes: what the last
/// `startxref` leads to counts as well. An object behind both belongs to an addition that broke off.
pub(super) fn has_end(file: &[u8]) -> bool {
    let mark = memmem::rfind(file, b"%%EOF");
    let table = memmem::rfind(file, b"startxref").filter(|at| leads_to_table(file, *at));
    let near = mark.filter(|at| at + END_WITHIN >= file.len());
    let Some(end) = near.max(table) else { return false };
    memmem::find(&file[end..], b" obj").is_none()
}

/// Whether the number behind a `startxref` is the place of a cross-reference table or stream.
fn leads_to_table(file: &[u8], at: usize) -> bool {
    let number = file.get(at + b"startxref".len()..).unwrap_or_default().trim_ascii_start();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let offset = std::str::from_utf8(&number[..digits]).ok().and_then(|digits| digits.parse::<usize>().ok());
    // Offsets count from the mark of the beginning, which may stand behind other bytes.
    let start = memmem::find(&file[..file.len().min(1024)], b"%PDF-").unwrap_or(0);
    let leads = |offset: usize| {
        let there = file.get(offset..offset.saturating_add(TABLE_WITHIN).min(file.len())).unwrap_or_default();
        let there = there.trim_ascii_start();
        let is_stream = there.first().is_some_and(u8::is_ascii_digit) && memmem::find(there, b"/XRef").is_some();
        offset > 0 && (there.starts_with(b"xref") || is_stream)
    };
    offset.is_some_and(|offset| leads(offset) || leads(offset.saturating_add(start)))
}

/// Looks at the streams that make up pages.
#[derive(Default)]
pub(super) struct Streams {
    /// Forms that were looked at.
    forms: HashSet<ObjectRef>,
}

impl Streams {
    /// Whether the content of a page, and of the forms that it names, can be unpacked in full.
    pub(super) fn are_whole(&mut self, document: &PdfDocument, index: usize) -> bool {
        let Ok(page) = document.get_page_for_debug(index) else { return false };
        let Some(entries) = page.as_dict() else { return false };
        let contents = match entries.get("Contents") {
            None | Some(Object::Null) => return true,
            Some(contents) => contents,
        };
        // What is encrypted is unpacked by the parser alone.
        if document.is_encrypted() {
            return document.get_page_content_data(index).is_ok();
        }
        let is_whole = match document.resolve_object(contents) {
            Ok(Object::Array(parts)) => {
                parts.iter().all(|part| document.resolve_object(part).is_ok_and(|p| is_whole(&p)))
            }
            Ok(stream) => is_whole(&stream),
            Err(_) => false,
        };
        is_whole && self.are_forms_whole(document, entries.get("Resources"))
    }

    fn are_forms_whole(&mut self, document: &PdfDocument, resources: Option<&Object>) -> bool {
        let within = |object: Option<&Object>| object.and_then(|object| document.resolve_object(object).ok());
        let resources = within(resources);
        let Some(named) =
            within(resources.as_ref().and_then(Object::as_dict).and_then(|entries| entries.get("XObject")))
        else {
            return true;
        };
        let forms = named.as_dict().into_iter().flat_map(|entries| entries.values()).filter_map(Object::as_reference);
        let mut all = true;
        for form in forms {
            if self.forms.len() > FORMS || !self.forms.insert(form) {
                continue;
            }
            let Ok(object) = document.load_object(form) else { continue };
            let kind = object.as_dict().and_then(|entries| entries.get("Subtype")).and_then(Object::as_name);
            all &= kind != Some("Form") || is_whole(&object);
        }
        all
    }
}

/// Whether a stream can be unpacked to its end, and the parser does so.
fn is_whole(object: &Object) -> bool {
    let Object::Stream { dict, data } = object else { return matches!(object, Object::Null) };
    let is_deflated = match dict.get("Filter") {
        Some(Object::Array(filters)) => {
            matches!(filters.as_slice(), [only] if only.as_name() == Some("FlateDecode"))
        }
        Some(filter) => filter.as_name() == Some("FlateDecode"),
        None => return true,
    };
    // The parser keeps what came before the damage, so it has no error to tell of it. A checksum is nobody's text.
    let deflated = data.get(2..).unwrap_or_default();
    let breaks = is_deflated && io::copy(&mut DeflateDecoder::new(deflated), &mut io::sink()).is_err();
    !breaks && object.decode_stream_data().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] = b"%PDF-1.4\n1 0 obj\nendobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n24\n%%EOF\n";

    #[test]
    fn the_end_is_the_mark_or_the_table() {
        assert!(has_end(WHOLE));
        let without = &WHOLE[..WHOLE.len() - 6];
        assert!(has_end(without));
        assert!(has_end(&[WHOLE, &vec![0; 100_000][..]].concat()));
        assert!(has_end(&[b"junk\n", without].concat()));
        for cut in 0..without.len() - 2 {
            assert!(!has_end(&WHOLE[..cut]), "{cut}");
        }
    }

    #[test]
    fn an_addition_that_broke_off_is_no_end() {
        assert!(!has_end(&[WHOLE, b"2 0 obj\n(x)\nendobj\n"].concat()));
        assert!(!has_end(b"%PDF-1.4\nstartxref\n0\n"));
    }
}
