//! How much work a user's pattern can make of a text that is made for it: an estimate from its syntax tree, from above.
//!
//! Matching never goes back, so no pattern takes more than its length times its places: the places of the pattern that a
//! match may be at, at the same time. Counted repeats behind others of no fixed length make many of them. Managed patterns
//! are measured by benchmarks instead.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters that a repeat without an end counts for.
const ENDLESS: u64 = 1000;
/// Characters of the longest match.
const LONGEST: u64 = crate::shape::LONGEST_MATCH as u64;
/// The most characters times places.
const MOST: u64 = 300_000;
/// So much more for a pattern that begins with a literal.
const RARE: u64 = 100;

/// What is wrong with a pattern that makes too much work, and the mend. `is_rare` says that it is tried at few places.
pub(super) fn excess(hir: &Hir, is_rare: bool) -> Option<String> {
    let effort = effort(hir);
    let most = if is_rare { MOST * RARE } else { MOST };
    (effort.length.saturating_mul(effort.places) > most).then(|| {
        "its repeats multiply: after each of one's lengths another is counted again; lower their counts, make all but one \
         of them fixed, or use a repeat without an upper count (`{2,}`)"
            .to_owned()
    })
}

#[derive(Debug, Clone, Copy, Default)]
struct Effort {
    /// The longest match, in characters.
    length: u64,
    /// How many lengths its matches can have, less one.
    freedom: u64,
    /// Its characters, each counted repeat written out.
    size: u64,
    /// Those that a match from one start can be at, at the same time.
    places: u64,
}

fn effort(hir: &Hir) -> Effort {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Effort::default(),
        HirKind::Literal(literal) => {
            let size = literal.0.len() as u64;
            Effort { length: size, freedom: 0, size, places: 1 }
        }
        HirKind::Class(Class::Unicode(_) | Class::Bytes(_)) => Effort { length: 1, freedom: 0, size: 1, places: 1 },
        HirKind::Capture(capture) => effort(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().map(effort).fold(Effort::default(), |all, part| Effort {
            length: all.length.max(part.length),
            freedom: all.freedom.max(part.freedom).max(all.length.abs_diff(part.length).min(ENDLESS)),
            size: all.size.saturating_add(part.size),
            places: all.places.saturating_add(part.places),
        }),
        HirKind::Concat(parts) => parts.iter().map(effort).fold(Effort::default(), |all, part| Effort {
            length: all.length.saturating_add(part.length),
            freedom: all.freedom.saturating_add(part.freedom),
            size: all.size.saturating_add(part.size),
            // A part is entered once for each length of what stands before it.
            places: all.places.max(part.places.saturating_mul(all.freedom.saturating_add(1)).min(part.size.max(1))),
        }),
        HirKind::Repetition(repetition) => {
            let part = effort(&repetition.sub);
            let (least, most) = (u64::from(repetition.min), repetition.max.map(u64::from));
            let times = most.unwrap_or_else(|| least.max(ENDLESS));
            let size = part.size.saturating_mul(most.unwrap_or_else(|| least.max(1)));
            let freedom = part.freedom.saturating_mul(times).saturating_add((times - least.min(times)) * part.length);
            let entries = if part.freedom == 0 { 1 } else { part.freedom.saturating_mul(times).saturating_add(1) };
            Effort {
                length: part.length.saturating_mul(times).min(LONGEST),
                freedom,
                size,
                places: part.places.saturating_mul(entries).min(size.max(1)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::excess;
    use crate::dialect::parse;

    #[test]
    fn what_people_write_is_let_through() {
        for regex in [
            r"\b\d{3}-\d{2}-\d{4}\b",
            r"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}",
            ".{0,1000}x",
            "(a|aa)+$",
            "(a+)+b",
            r"\d{100,}",
            r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----[\s\S-]{64,}?KEY(?: BLOCK)?-----",
            r#"(?i)(?:access|auth)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=)[\x60'"\s=]{0,5}([\w.=-]{10,150})"#,
            r"[\p{L}\p{N}]{3,64}",
        ] {
            assert_eq!(excess(&parse(regex).unwrap(), false), None, "{regex}");
        }
    }

    #[test]
    fn what_multiplies_is_refused() {
        for regex in
            ["x(.{1,100}){1,100}", "[a-z]{0,500}a[a-z]{0,500}b", ".*a.{0,1000}b", "(?:(?:a{1,9}b?){1,50}c?){1,50}"]
        {
            assert!(excess(&parse(regex).unwrap(), false).is_some(), "{regex}");
        }
    }
}
