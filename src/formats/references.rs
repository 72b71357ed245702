//! References to characters (`&amp;`, `&#64;`), as XML and HTML have them.
//!
//! Entities that a document type declares are never looked at: they can grow without bound.

/// Bytes of the longest reference that is looked for.
const LONGEST: usize = 16;

/// HTML's names from U+00A0 on, in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
    sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
    Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml \
    times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
    ugrave uacute ucirc uuml yacute thorn yuml";

/// The rest of HTML's names that stand in ordinary text, or hide an address from harvesters.
const OTHERS: [(&str, char); 40] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("hyphen", '\u{2010}'),
    ("dash", '\u{2010}'),
    ("lsquo", '\u{2018}'),
    ("rsquo", '\u{2019}'),
    ("sbquo", '\u{201a}'),
    ("ldquo", '\u{201c}'),
    ("rdquo", '\u{201d}'),
    ("bdquo", '\u{201e}'),
    ("bull", '\u{2022}'),
    ("hellip", '\u{2026}'),
    ("euro", '\u{20ac}'),
    ("trade", '\u{2122}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("commat", '@'),
    ("period", '.'),
    ("comma", ','),
    ("colon", ':'),
    ("semi", ';'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("num", '#'),
    ("lowbar", '_'),
    ("plus", '+'),
    ("equals", '='),
    ("lpar", '('),
    ("rpar", ')'),
    ("excl", '!'),
    ("Tab", '\t'),
    ("NewLine", '\n'),
];

/// The reference at the start of a text, which is a `&`: its length in bytes, and the character. Its UTF-8 is never
/// longer than the reference.
pub(super) fn reference(text: &[u8]) -> Option<(usize, char)> {
    let end = memchr::memchr(b';', &text[..text.len().min(LONGEST)])?;
    Some((end + 1, character(text.get(1..end)?)?))
}

/// Bytes of a text that end in no reference which could go on behind it.
pub(super) fn whole(text: &[u8]) -> usize {
    let tail = text.len().saturating_sub(LONGEST - 1);
    let open = memchr::memrchr(b'&', &text[tail..]).map(|at| tail + at);
    open.filter(|at| !text[*at..].contains(&b';')).unwrap_or(text.len())
}

/// Appends a text with its references replaced.
pub(super) fn decode_into(raw: &[u8], into: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'&', rest) {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (length, character) = reference(rest).unwrap_or((1, '&'));
        into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = &rest[length..];
    }
    into.extend_from_slice(rest);
}

/// [`decode_into`] as a string.
pub(super) fn decoded(raw: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(raw.len());
    decode_into(raw, &mut bytes);
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn character(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(number.ok()?);
    }
    if let Some((_, character)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Some(*character);
    }
    let at = LATIN.split_ascii_whitespace().position(|known| known == name)?;
    char::from_u32(0xA0 + u32::try_from(at).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_and_others_stay() {
        let text = "a&amp;b &#64; &#x2D; &auml;&yuml; &no; & &#; &commat; &#xD800; &ndash";
        assert_eq!(decoded(text.as_bytes()), "a&b @ - äÿ &no; & &#; @ &#xD800; &ndash");
    }

    #[test]
    fn no_character_is_longer_than_its_reference() {
        for name in LATIN.split_ascii_whitespace().chain(OTHERS.map(|(name, _)| name)) {
            let text = format!("&{name};");
            let (length, character) = reference(text.as_bytes()).unwrap();
            assert!(length == text.len() && character.len_utf8() <= length, "{name}");
        }
    }

    #[test]
    fn a_reference_may_go_on_behind_the_end() {
        assert_eq!((whole(b"ab&am"), whole(b"ab&amp;"), whole(b"a & far behind its sign"), whole(b"")), (2, 7, 23, 0));
    }
}
