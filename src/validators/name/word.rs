//! Words of a name: their letters folded to ASCII, and how they are written. Knows nothing of which words are names.

use super::table::{Folded, Known, is_given, look_up};
use wide::u8x16;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `Maria`, `McDonald`
    Capital,
    /// `MARIA`
    Upper,
    /// `maria`
    Lower,
    /// `J` or `J.`
    Initial,
    /// `iPhone`, `FooBar`
    Other,
}

/// A word of a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) case: Case,
    /// What the lists say; for `Jean-Pierre` the best of both.
    pub(super) known: Option<Known>,
    /// `von`, `de la`
    pub(super) particle: bool,
    /// Letters.
    pub(super) length: usize,
}

/// Whether a word, small, is one that stands before surnames.
fn is_particle(word: &[u8]) -> bool {
    matches!(
        word,
        b"af"
            | b"al"
            | b"av"
            | b"ben"
            | b"bin"
            | b"bint"
            | b"d"
            | b"da"
            | b"de"
            | b"degli"
            | b"dei"
            | b"del"
            | b"della"
            | b"den"
            | b"der"
            | b"di"
            | b"do"
            | b"dos"
            | b"du"
            | b"e"
            | b"el"
            | b"ibn"
            | b"la"
            | b"las"
            | b"le"
            | b"lo"
            | b"los"
            | b"op"
            | b"ten"
            | b"ter"
            | b"van"
            | b"vom"
            | b"von"
            | b"y"
            | b"zu"
    )
}

/// A Latin letter without its accent; two for ligatures. None for any other character.
fn letters(c: char) -> Option<&'static str> {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    if c.is_ascii_alphabetic() {
        let at = usize::from(c.to_ascii_lowercase() as u8 - b'a');
        return PLAIN.get(at..=at);
    }
    Some(match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'Ć'..='č' => "c",
        'Ð' | 'ð' | 'Ď'..='đ' => "d",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => "e",
        'Ĝ'..='ģ' => "g",
        'Ĥ'..='ħ' => "h",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => "i",
        'Ĵ' | 'ĵ' => "j",
        'Ķ'..='ĸ' => "k",
        'Ĺ'..='ł' => "l",
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' => "o",
        'Œ' | 'œ' => "oe",
        'Ŕ'..='ř' => "r",
        'Ś'..='š' => "s",
        'ß' => "ss",
        'Ţ'..='ŧ' => "t",
        'Þ' | 'þ' => "th",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => "u",
        'Ŵ' | 'ŵ' => "w",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => "y",
        'Ź'..='ž' => "z",
        _ => return None,
    })
}

fn fold(word: &str) -> Option<Folded> {
    let mut folded = Folded::new();
    for c in word.chars().filter(|c| !matches!(c, '\'' | '’')) {
        if !letters(c)?.bytes().all(|b| folded.push(b)) {
            return None;
        }
    }
    Some(folded)
}

/// The first word of a text, folded, and where it ends: at a space, a hyphen, a comma or a dot. None if a name cannot begin so.
#[inline]
fn first_word(text: &[u8]) -> Option<(Folded, usize)> {
    let Some(head) = text.first_chunk::<16>() else { return any_word(text) };
    let small = u8x16::new(*head) | u8x16::splat(0x20);
    let letters = small.max(u8x16::splat(b'a')).min(u8x16::splat(b'z')).simd_eq(small);
    let end = (!letters.to_bitmask()).trailing_zeros() as usize;
    match head.get(end) {
        Some(b' ' | b'-' | b',' | b'.') if end > 0 => Some((Folded::of(small, end), end)),
        Some(b'\'' | 0x80..) | None => any_word(text),
        _ => None,
    }
}

/// The same letter by letter.
fn any_word(text: &[u8]) -> Option<(Folded, usize)> {
    let mut folded = Folded::new();
    let mut at = 0;
    loop {
        match text.get(at)? {
            b if b.is_ascii_alphabetic() => {
                if !folded.push(b | 0x20) {
                    return None;
                }
                at += 1;
            }
            first @ 0xC3..=0xC5 => {
                let second = text.get(at + 1).filter(|b| (0x80..0xC0).contains(*b))?;
                let code = u32::from(first & 0x1F) << 6 | u32::from(second & 0x3F);
                let plain = char::from_u32(code).and_then(letters)?;
                if !plain.bytes().all(|b| folded.push(b)) {
                    return None;
                }
                at += 2;
            }
            b'\'' => at += 1,
            0xE2 if text.get(at..at + 3) == Some("’".as_bytes()) => at += 3,
            b' ' | b'-' | b',' | b'.' if at > 0 => return Some((folded, at)),
            _ => return None,
        }
    }
}

/// Whether another word seems to follow one in ASCII, which this stands behind: most texts are done with here. What goes beyond
/// ASCII is not judged.
pub fn goes_on(behind: &[u8]) -> bool {
    match behind.first() {
        Some(b' ' | b'-') => is_letter(behind.get(1)),
        Some(b',' | b'.') => behind.get(1) == Some(&b' ') && is_letter(behind.get(2)),
        Some(b'\'' | 0x80..) => true,
        _ => false,
    }
}

/// Whether a text begins with a word that another seems to follow.
fn may_begin_name(text: &[u8]) -> bool {
    let end = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    goes_on(text.get(end..).unwrap_or_default())
}

fn is_letter(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphabetic() || (0xC3..=0xC5).contains(b))
}

/// Whether a text begins with a given name, and more of a name seems to follow.
pub(super) fn begins_with_given(text: &[u8]) -> bool {
    // An initial: what follows is looked up when the pattern has been tried.
    if let [b'A'..=b'Z', b'.', b' ', next, ..] = text {
        return is_letter(Some(next));
    }
    let Some((word, end)) = first_word(text) else { return false };
    let next = text.get(end + 1..).unwrap_or_default();
    match text.get(end) {
        Some(b' ') => is_letter(next.first()) && may_follow(next) && is_given(&word) && may_be_second(next),
        // Of `Jean-Pierre`, either may be known.
        Some(b'-') => is_letter(next.first()),
        _ => false,
    }
}

/// Whether a word can stand behind a given name without a keyword near: with a small letter, a particle alone can.
fn may_follow(text: &[u8]) -> bool {
    if !text.first().is_some_and(u8::is_ascii_lowercase) {
        return true;
    }
    let word = text.get(..text.iter().take_while(|b| b.is_ascii_alphabetic()).count()).unwrap_or_default();
    let goes_on = text.get(word.len()).is_some_and(|b| matches!(b, b'-' | b'\'' | 0x80..));
    let mut small = [0; LONGEST_PARTICLE];
    let Some(small) = small.get_mut(..word.len()) else { return false };
    small.copy_from_slice(word);
    small.make_ascii_lowercase();
    goes_on || is_particle(small)
}

/// Whether a text begins with a word that may begin a name near a keyword, and another follows.
pub(super) fn begins_with_no_mere_word(text: &[u8]) -> bool {
    if !may_begin_name(text) {
        return false;
    }
    let Some((word, end)) = first_word(text) else { return false };
    let separator = text.get(end).copied().unwrap_or_default();
    let next = text.get(end + 1..).unwrap_or_default();
    if separator == b'-' {
        return is_letter(next.first());
    }
    let next = if separator == b' ' { next } else { next.strip_prefix(b" ").unwrap_or_default() };
    if !is_letter(next.first()) {
        return false;
    }
    let known = look_up(&word);
    if is_particle(word.letters()) {
        return true;
    }
    if known.is_some_and(is_mere) {
        return false;
    }
    if text.first().is_some_and(u8::is_ascii_lowercase) {
        let fits = separator == b' ' && known.is_some_and(|k| k.given >= if k.ordinary { 5 } else { 3 });
        return fits && may_be_second(next);
    }
    may_be_second(next)
}

fn is_mere(known: Known) -> bool {
    known.against || (known.ordinary && known.given == 0 && known.last == 0)
}

/// Letters of a particle, at most.
const LONGEST_PARTICLE: usize = 5;

/// Whether a text can go on a name: no ordinary word, as far as its first word is seen whole.
fn may_be_second(text: &[u8]) -> bool {
    let Some((word, end)) = first_word(text) else { return true };
    let whole = text.get(end) != Some(&b'-') && word.letters().len() > 1 && word.letters().len() == end;
    !whole || !look_up(&word).is_some_and(is_mere) || is_particle(word.letters())
}

impl Word {
    /// Reads a word; none if it holds what no name holds.
    pub(super) fn new(text: &str) -> Option<Self> {
        Self::plain(text.as_bytes()).map_or_else(|| Self::any(text), Some)
    }

    /// The same if it is made of two letters of ASCII or more, as most are.
    fn plain(text: &[u8]) -> Option<Self> {
        let mut folded = Folded::new();
        let (mut upper, length) = (0, text.len());
        for byte in text {
            upper += usize::from(byte.is_ascii_uppercase());
            (byte.is_ascii_alphabetic() && folded.push(byte | 0x20)).then_some(())?;
        }
        let case = match upper {
            _ if length < 2 => return None,
            0 => Case::Lower,
            1 if text.first()?.is_ascii_uppercase() => Case::Capital,
            _ if upper == length => Case::Upper,
            _ => case(std::str::from_utf8(text).ok()?),
        };
        let may_be_particle = length < 4 || (length <= LONGEST_PARTICLE && case == Case::Lower);
        let particle = may_be_particle && is_particle(folded.letters());
        Some(Self { case, known: look_up(&folded), particle, length })
    }

    fn any(text: &str) -> Option<Self> {
        let bare = text.strip_suffix('.').unwrap_or(text);
        let length = bare.chars().count();
        if length == 1 {
            let case = if bare.chars().all(char::is_uppercase) { Case::Initial } else { Case::Lower };
            let particle = matches!(bare, "y" | "e");
            return (case == Case::Initial || particle).then_some(Self { case, known: None, particle, length });
        }
        if bare.len() != text.len() {
            return None;
        }
        let mut known: Option<Known> = look_up(&fold(bare.split('-').next()?)?);
        for part in bare.split('-').skip(1) {
            known = join(known, look_up(&fold(part)?));
        }
        let particle = length <= 5
            && (is_particle(bare.as_bytes()) || (length < 4 && is_particle(bare.to_ascii_lowercase().as_bytes())));
        Some(Self { case: case(bare), known, particle, length })
    }

    pub(super) fn given(&self) -> u8 {
        self.known.map_or(0, |k| k.given)
    }

    pub(super) fn last(&self) -> u8 {
        self.known.map_or(0, |k| k.last)
    }

    pub(super) fn ordinary(&self) -> bool {
        self.known.is_some_and(|k| k.ordinary)
    }

    pub(super) fn against(&self) -> bool {
        !self.particle && self.known.is_some_and(|k| k.against)
    }

    /// Whether it is a word of ordinary text and no name at all.
    pub(super) fn is_mere_word(&self) -> bool {
        self.ordinary() && self.given() == 0 && self.last() == 0
    }
}

/// What is known of two words with a hyphen between: as a given name the better one, as a surname the rarer one.
fn join(one: Option<Known>, other: Option<Known>) -> Option<Known> {
    let (a, b) = (one?, other?);
    Some(Known {
        given: a.given.max(b.given),
        last: a.last.min(b.last),
        ordinary: a.ordinary && b.ordinary,
        against: a.against || b.against,
    })
}

fn case(word: &str) -> Case {
    let mut parts = word.split(['-', '\'', '’']).filter(|p| !p.is_empty());
    let upper = |c: char| c.is_uppercase();
    let lower = |c: char| c.is_lowercase();
    if word.chars().all(|c| !lower(c)) {
        return Case::Upper;
    }
    if word.chars().all(|c| !upper(c)) {
        return Case::Lower;
    }
    let humps = |part: &str| {
        let tail = part.strip_prefix("Mc").or(part.strip_prefix("Mac")).filter(|t| t.starts_with(upper));
        let tail = tail.or(part.strip_prefix("De")).or(part.strip_prefix("Di")).filter(|t| t.len() > 2).unwrap_or(part);
        tail.chars().skip(1).all(lower) && part.starts_with(upper)
    };
    if word.starts_with(upper) && parts.all(humps) { Case::Capital } else { Case::Other }
}

#[cfg(test)]
mod tests;
