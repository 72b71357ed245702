//! What a page shows where its author said that it means something else (`/ActualText`): the parser gives the meaning alone.
//!
//! Reads the content a second time with these entries made void. Knows operators by their letters, and no layout.

use memchr::memmem;
use pdf_oxide::PdfDocument;
use pdf_oxide::extractors::TextExtractor;
use pdf_oxide::layout::TextChar;
use pdf_oxide::object::Object;

/// The entry, and what it is made to: no reader knows this one.
const ENTRY: &[u8] = b"/ActualText";
const VOID: &[u8] = b"/ActualTexx";
/// Bytes of strings that a hyphen or a ligature takes: what is as short hides nothing.
const SHORT: usize = 5;
/// Bytes behind an entry in which its end is looked for.
const NEAR: usize = 16 << 10;

/// The characters of a page as they are shown; none where nothing stands in their place.
pub(super) fn glyphs(document: &PdfDocument, index: usize) -> Option<Vec<TextChar>> {
    let page = document.get_page_for_debug(index).ok()?;
    let mut resources = document.resolve_object(page.as_dict()?.get("Resources")?).ok()?;
    let is_named = has_named(document, &resources);
    let content = document.get_page_content_data(index).ok()?;
    let shown = shown(&content);
    if shown.is_none() && !is_named {
        return None;
    }
    if let Object::Dictionary(entries) = &mut resources {
        entries.remove("Properties");
    }
    let mut extractor = TextExtractor::new();
    extractor.set_page_index(u32::try_from(index).ok()?);
    extractor.set_resources(resources.clone());
    extractor.set_document(document);
    document.load_fonts_public(&resources, &mut extractor).ok()?;
    extractor.extract(shown.as_deref().unwrap_or(&content)).ok()
}

/// Whether the properties that content may name hold such an entry.
fn has_named(document: &PdfDocument, resources: &Object) -> bool {
    let within = |object: &Object| document.resolve_object(object).ok();
    let properties = resources.as_dict().and_then(|entries| entries.get("Properties")).and_then(within);
    let Some(Object::Dictionary(properties)) = properties else { return false };
    properties.values().filter_map(within).any(|set| set.as_dict().is_some_and(|set| set.contains_key("ActualText")))
}

/// The content with each entry that stands for more than a few letters made void; none if there is no such entry.
fn shown(content: &[u8]) -> Option<Vec<u8>> {
    let mut changed: Option<Vec<u8>> = None;
    for at in memmem::find_iter(content, ENTRY) {
        let behind = &content[at + ENTRY.len()..content.len().min(at + NEAR)];
        let begin = memmem::find(behind, b"BDC").unwrap_or(0);
        let end = memmem::find(&behind[begin..], b"EMC").map_or(behind.len(), |end| begin + end);
        if strings(&behind[begin..end]) > SHORT {
            changed.get_or_insert_with(|| content.to_vec())[at..at + VOID.len()].copy_from_slice(VOID);
        }
    }
    changed
}

/// Bytes in strings, as far as brackets tell.
fn strings(operators: &[u8]) -> usize {
    let (mut count, mut closing) = (0, None);
    for byte in operators {
        match (closing, byte) {
            (None, b'(') => closing = Some(b')'),
            (None, b'<') => closing = Some(b'>'),
            (Some(close), byte) if close == *byte => closing = None,
            // Two digits are a byte.
            (Some(b'>'), _) => count += 1,
            (Some(_), _) => count += 2,
            _ => {}
        }
    }
    count / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_more_than_a_ligature_is_made_void() {
        let hyphen = b"/Span <</ActualText <FEFF00AD>>> BDC (-) Tj EMC".as_slice();
        assert_eq!(shown(hyphen), None);
        assert_eq!(shown(b"BT (ActualText) Tj ET"), None);
        let long = b"/Span <</ActualText (x)>> BDC BT <31323334353637> Tj ET EMC (more)".as_slice();
        let void = shown(&[hyphen, long].concat()).unwrap();
        assert!(void.starts_with(hyphen) && memmem::find(&void, b"/ActualTexx (x)").is_some());
        assert!(shown(b"/Span <</ActualText () BDC [(12) 5 (3456)] TJ").is_some());
    }
}
