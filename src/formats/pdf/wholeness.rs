//! Whether a PDF and the content of its pages are all there: the parser makes what it can of damage and does not say so.
//!
//! Knows marks, the place of the cross-reference table, and how streams are packed. Knows no text.

use crate::formats::text::is_textual;
use flate2::bufread::DeflateDecoder;
use memchr::memmem;
use pdf_oxide::PdfDocument;
use pdf_oxide::object::{Object, ObjectRef};
use std::collections::HashSet;
use std::io;

/// Bytes at the end in which the mark of the end is enough.
const END_WITHIN: usize = 64 << 10;
/// Bytes in which a cross-reference table shows its mark, or a stream of the kind its name.
const TABLE_WITHIN: usize = 4096;
/// Bytes in which the entries of a stream stand in front of one of them.
const ENTRIES_WITHIN: usize = 512;
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
    /// Forms and fonts that were looked at.
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
        is_whole
            && self.are_forms_whole(document, entries.get("Resources"))
            && self.are_letters_whole(document, entries.get("Resources"))
    }

    /// Whether the tables that tell what the letters of a page's fonts mean can be unpacked.
    fn are_letters_whole(&mut self, document: &PdfDocument, resources: Option<&Object>) -> bool {
        let within = |object: &Object| document.resolve_object(object).ok();
        let resources = resources.and_then(within);
        let fonts =
            resources.as_ref().and_then(Object::as_dict).and_then(|entries| entries.get("Font")).and_then(within);
        let mut all = true;
        for font in fonts.as_ref().and_then(Object::as_dict).into_iter().flat_map(|fonts| fonts.values()) {
            if font.as_reference().is_some_and(|font| self.forms.len() > FORMS || !self.forms.insert(font)) {
                continue;
            }
            let font = within(font);
            let table = font.as_ref().and_then(Object::as_dict).and_then(|entries| entries.get("ToUnicode"));
            let is_new = |table: &ObjectRef| self.forms.len() <= FORMS && self.forms.insert(*table);
            let table = table.filter(|table| table.as_reference().as_ref().is_some_and(is_new)).and_then(within);
            all &= table.is_none_or(|table| !matches!(table, Object::Stream { .. }) || is_whole(&table));
        }
        all
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
    let filters: Vec<&str> = match dict.get("Filter") {
        Some(Object::Array(filters)) => filters.iter().filter_map(Object::as_name).collect(),
        Some(filter) => filter.as_name().into_iter().collect(),
        None => return !is_packed(data),
    };
    // The parser keeps what came before the damage, so it has no error to tell of it.
    let are_packed_well = match filters.as_slice() {
        ["FlateDecode" | "Fl"] => inflates(data),
        ["ASCII85Decode" | "A85", "FlateDecode" | "Fl"] => inflates(&from_ascii85(data)),
        _ => true,
    };
    are_packed_well && object.decode_stream_data().is_ok()
}

/// Whether what should be plain is packed, so that the name of its filter is lost.
fn is_packed(data: &[u8]) -> bool {
    let head = data.first_chunk().map_or(0, |head| u16::from_be_bytes(*head));
    let is_deflated = head >> 8 & 0x8F == 8 && head.is_multiple_of(31);
    (is_deflated && !is_textual(data)) || data.trim_ascii_end().ends_with(b"~>")
}

/// Whether a deflated stream comes to its end, with the sum that it should have. One without a sum is accepted.
fn inflates(data: &[u8]) -> bool {
    let Some(deflated) = data.get(2..) else { return false };
    let mut decoder = DeflateDecoder::new(deflated);
    let mut sum = Adler(1, 0);
    if io::copy(&mut decoder, &mut sum).is_err() {
        return false;
    }
    let behind = usize::try_from(decoder.total_in()).ok().and_then(|end| deflated.get(end..)?.first_chunk());
    behind.is_none_or(|told| u32::from_be_bytes(*told) == (sum.1 << 16 | sum.0))
}

/// The sum of zlib over what is written.
struct Adler(u32, u32);

impl io::Write for Adler {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // So many bytes cannot pass 32 bits.
        for few in bytes.chunks(5552) {
            for byte in few {
                self.0 = self.0.wrapping_add(u32::from(*byte));
                self.1 = self.1.wrapping_add(self.0);
            }
            self.0 %= 65_521;
            self.1 %= 65_521;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes out of groups of five letters, as far as they go.
fn from_ascii85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 5 * 4);
    let (mut group, mut count) = (0_u64, 0_usize);
    for letter in text.iter().filter(|letter| !letter.is_ascii_whitespace()) {
        match letter {
            b'z' if count == 0 => bytes.extend([0; 4]),
            b'!'..=b'u' => {
                group = group * 85 + u64::from(letter - b'!');
                count += 1;
                if count == 5 {
                    bytes.extend(&group.to_be_bytes()[4..]);
                    (group, count) = (0, 0);
                }
            }
            _ => break,
        }
    }
    if count > 1 {
        let filled = (count..5).fold(group, |group, _| group * 85 + 84);
        bytes.extend(&filled.to_be_bytes()[4..3 + count]);
    }
    bytes
}

/// Whether every stream of objects can be unpacked: the parser leaves out the objects of one that cannot. Of no use for
/// files that are encrypted.
pub(super) fn are_objects_whole(file: &[u8]) -> bool {
    memmem::find_iter(file, b"/ObjStm").all(|at| {
        let near = &file[at..file.len().min(at + TABLE_WITHIN)];
        let Some(start) = memmem::find(near, b"stream") else { return true };
        let line_end = near[start + b"stream".len()..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        // Its filter stands on either side.
        let entries = &file[at.saturating_sub(ENTRIES_WITHIN)..at + start];
        let is_deflated = memmem::rfind(entries, b" obj")
            .is_some_and(|object| memmem::find(&entries[object..], b"FlateDecode").is_some());
        !is_deflated || inflates(&file[at + start + b"stream".len() + line_end.min(2)..])
    })
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
    fn what_is_packed_is_whole_with_its_sum_or_without_one() {
        use std::io::Write as _;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"BT (card number) Tj ET").unwrap();
        let packed = encoder.finish().unwrap();
        assert!(inflates(&packed) && inflates(&packed[..packed.len() - 4]) && is_packed(&packed));
        assert!(!inflates(&packed[..packed.len() - 5]) && !is_packed(b"BT (card number) Tj ET"));
        // The last byte before the sum has bits that nobody reads.
        for at in (2..packed.len()).filter(|at| *at != packed.len() - 5) {
            let mut flipped = packed.clone();
            flipped[at] ^= 4;
            assert!(!inflates(&flipped), "{at}");
        }
        let file = [b"1 0 obj <</Type /ObjStm /Filter /FlateDecode>> stream\r\n", &packed[..], b"\nendstream"].concat();
        assert!(are_objects_whole(&file));
        assert!(!are_objects_whole(&file[..file.len() - 20]));
    }

    #[test]
    fn groups_of_five_letters() {
        assert_eq!(from_ascii85(b"87cUR\nD]i,\"Ebo80~>"), b"Hello World!"[..].to_vec());
        assert_eq!(from_ascii85(b"z9jqo^~>"), b"\0\0\0\0Man "[..].to_vec());
        assert_eq!(from_ascii85(b"9jn"), b"Ma"[..].to_vec());
    }

    #[test]
    fn an_addition_that_broke_off_is_no_end() {
        assert!(!has_end(&[WHOLE, b"2 0 obj\n(x)\nendobj\n"].concat()));
        assert!(!has_end(b"%PDF-1.4\nstartxref\n0\n"));
    }
}
