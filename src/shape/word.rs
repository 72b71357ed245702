//! With how many bytes of one word a match begins at least: enough to leave patterns for keys out where a short word stands.
//!
//! Read off the syntax tree; it may name fewer, never more.

use super::is_word;
use regex_syntax::hir::{Class, Hir, HirKind};

/// So many bytes, and whether nothing else is in a match.
pub(super) fn of(hir: &Hir) -> (usize, bool) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, true),
        HirKind::Literal(literal) => {
            let bytes = literal.0.iter().take_while(|byte| is_word(**byte)).count();
            (bytes, bytes == literal.0.len())
        }
        HirKind::Class(class) => {
            let is_of_words = match class {
                Class::Bytes(class) => class.iter().all(|r| (r.start()..=r.end()).all(is_word)),
                Class::Unicode(class) => {
                    class.iter().all(|r| r.end().is_ascii() && (r.start()..=r.end()).all(|c| is_word(c as u8)))
                }
            };
            (usize::from(is_of_words), is_of_words)
        }
        HirKind::Repetition(repetition) => match of(&repetition.sub) {
            (bytes, true) => (bytes.saturating_mul(repetition.min as usize), true),
            (bytes, false) => (if repetition.min == 0 { 0 } else { bytes }, false),
        },
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Concat(parts) => {
            let mut all: usize = 0;
            for part in parts {
                let (bytes, is_all) = of(part);
                all = all.saturating_add(bytes);
                if !is_all {
                    return (all, false);
                }
            }
            (all, true)
        }
        HirKind::Alternation(parts) => {
            let of_parts = || parts.iter().map(of);
            (of_parts().map(|(bytes, _)| bytes).min().unwrap_or(0), of_parts().all(|(_, is_all)| is_all))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::dialect::parse;

    #[test]
    fn beginnings_of_words() {
        for (regex, bytes) in [
            (r"\b[0-9a-f]{32}-us\d{1,2}\b", 32),
            (r"\b[0-9a-f]{36}NRAL\b", 40),
            (r"\b\d{8,10}:[\w-]{35}", 8),
            (r"\b4\d(?:[ -]?\d){2}", 2),
            (r"(?:ab|c)d?e", 2),
            (r"(?:ab-|cde)f", 2),
            (r"(?:ab-|)f", 0),
            (r"x{3,}y", 4),
            (r"\p{L}x", 0),
            (r"[a-z]*-", 0),
        ] {
            assert_eq!(of(&parse(regex).unwrap()).0, bytes, "{regex}");
        }
    }
}
