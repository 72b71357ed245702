//! A pattern in plain words, where it can be said simply: `3 digits, an optional space or hyphen, 4 digits`.
//!
//! For people, never for matching; what would take more than a line is left to the regex itself.

use crate::dialect::parse;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use std::fmt::Write;

/// Parts that a line can hold.
const MOST_PARTS: usize = 14;
/// Bytes of a line.
const LONGEST: usize = 240;
/// Alternatives that are told apart.
const MOST_CHOICES: usize = 6;

/// What a pattern looks like; none when that takes more than a line.
pub(in crate::cli) fn in_words(regex: &str) -> Option<String> {
    let words = phrase(&parse(regex).ok()?, 0)?;
    (!words.is_empty() && words.len() <= LONGEST).then_some(words)
}

fn phrase(hir: &Hir, depth: u8) -> Option<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => quoted(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => class_name(class).map(|name| format!("{} {}", article(&name), name)),
        HirKind::Capture(capture) => phrase(&capture.sub, depth),
        HirKind::Repetition(repetition) => repeated(repetition, depth),
        HirKind::Concat(parts) if depth < 3 => sequence(parts, depth),
        HirKind::Alternation(choices) if depth < 3 && choices.len() <= MOST_CHOICES => {
            let choices: Option<Vec<String>> = choices.iter().map(|c| phrase(c, depth + 1)).collect();
            let choices: Vec<String> = choices?.into_iter().filter(|c| !c.is_empty()).collect();
            if choices.iter().any(|c| c.contains(", ")) {
                return (depth == 0).then(|| choices.join("; or "));
            }
            Some(choices.join(" or "))
        }
        HirKind::Concat(_) | HirKind::Alternation(_) => None,
    }
}

fn quoted(text: &str) -> Option<String> {
    let shown = match text {
        " " => "a space".to_owned(),
        "-" => "a hyphen".to_owned(),
        "." => "a dot".to_owned(),
        "/" => "a slash".to_owned(),
        "\n" => "a line break".to_owned(),
        _ if text.contains('`') || text.chars().any(char::is_control) => return None,
        _ => format!("`{text}`"),
    };
    Some(shown)
}

/// The parts one behind the other; letters of which the case does not count become one word.
fn sequence(parts: &[Hir], depth: u8) -> Option<String> {
    let is_seen = |part: &&Hir| !matches!(part.kind(), HirKind::Empty | HirKind::Look(_));
    let seen: Vec<&Hir> = parts.iter().filter(is_seen).collect();
    if let [one] = seen.as_slice() {
        return phrase(one, depth);
    }
    let mut words: Vec<String> = Vec::new();
    let mut spelled = String::new();
    let mut any_case = false;
    for part in seen {
        match either_case(part) {
            Some(letter) => {
                spelled.push(letter);
                any_case = true;
                continue;
            }
            None => {
                if let (HirKind::Literal(literal), true) = (part.kind(), any_case) {
                    spelled.push_str(std::str::from_utf8(&literal.0).ok()?);
                    continue;
                }
            }
        }
        flush(&mut words, &mut spelled, &mut any_case)?;
        words.push(phrase(part, depth + 1)?);
    }
    flush(&mut words, &mut spelled, &mut any_case)?;
    words.retain(|word| !word.is_empty());
    (words.len() <= MOST_PARTS).then(|| words.join(", "))
}

fn flush(words: &mut Vec<String>, spelled: &mut String, any_case: &mut bool) -> Option<()> {
    if !spelled.is_empty() {
        words.push(format!("{} in any case", quoted(spelled)?));
    }
    spelled.clear();
    *any_case = false;
    Some(())
}

/// The letter, in lower case, of a class that holds it and its capital and nothing else.
fn either_case(hir: &Hir) -> Option<char> {
    let HirKind::Class(class) = hir.kind() else { return None };
    match ranges(class)?.as_slice() {
        [(a, b), (c, d)] if a == b && c == d && a.eq_ignore_ascii_case(c) => Some(c.to_ascii_lowercase()),
        _ => None,
    }
}

fn repeated(repetition: &Repetition, depth: u8) -> Option<String> {
    let (least, most) = (repetition.min, repetition.max);
    if let HirKind::Class(class) = repetition.sub.kind() {
        let name = class_name(class)?;
        if (least, most) == (0, Some(1)) {
            return Some(format!("an optional {name}"));
        }
        let amount = amount(least, most);
        let plural = most != Some(1);
        let name = if plural { plural_of(&name) } else { name };
        return Some(format!("{amount} {}", name.replace("slashs", "slashes")));
    }
    let what = phrase(&repetition.sub, depth + 1)?;
    if what.is_empty() {
        return Some(what);
    }
    Some(match (least, most) {
        (0, Some(1)) if what.contains(", ") => format!("optionally ({what})"),
        (0, Some(1)) => format!("optionally {what}"),
        _ => format!("{} times ({what})", amount(least, most)),
    })
}

fn amount(least: u32, most: Option<u32>) -> String {
    match most {
        Some(most) if most == least => format!("{least}"),
        Some(most) if least == 0 => format!("up to {most}"),
        Some(most) => format!("{least} to {most}"),
        None if least == 0 => "any number of".to_owned(),
        None => format!("{least} or more"),
    }
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
}

fn plural_of(name: &str) -> String {
    let one = |word: &str| match word.split_once(" of ") {
        Some((front, rest)) => format!("{front}s of {rest}"),
        None => format!("{word}s"),
    };
    name.split(" or ").map(one).collect::<Vec<_>>().join(" or ")
}

fn ranges(class: &Class) -> Option<Vec<(char, char)>> {
    let all: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|r| (char::from(r.start()), char::from(r.end()))).collect(),
    };
    (all.len() <= 12).then_some(all)
}

/// What a class holds, in the singular.
fn class_name(class: &Class) -> Option<String> {
    let mut left = ranges(class)?;
    if left.iter().any(|(_, end)| !end.is_ascii()) {
        return None;
    }
    let mut take = |range: (char, char)| {
        let before = left.len();
        left.retain(|known| *known != range);
        left.len() < before
    };
    let (digit, upper, lower) = (take(('0', '9')), take(('A', 'Z')), take(('a', 'z')));
    let (hex_lower, hex_upper) = (take(('a', 'f')), take(('A', 'F')));
    let mut names: Vec<String> = Vec::new();
    match (digit, upper, lower, hex_lower || hex_upper) {
        (true, false, false, true) => names.push("hexadecimal digit".to_owned()),
        (_, _, _, true) => return None,
        (_, true, true, _) => names.push("letter".to_owned()),
        (_, true, false, _) => names.push("capital letter".to_owned()),
        (_, false, true, _) => names.push("small letter".to_owned()),
        _ => {}
    }
    if digit && names.first().is_none_or(|n| n != "hexadecimal digit") {
        names.push("digit".to_owned());
    }
    let mut signs = String::new();
    for (start, end) in left {
        let name = match (start, end) {
            (' ', ' ') => "space",
            ('-', '-') => "hyphen",
            ('.', '.') => "dot",
            ('/', '/') => "slash",
            ('_', '_') => "underscore",
            (a, b) if a == b && a.is_ascii_graphic() => {
                signs.push(a);
                continue;
            }
            (a, b) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
                let _ = write!(signs, "{a}-{b}");
                continue;
            }
            _ => return None,
        };
        names.push(name.to_owned());
    }
    if !signs.is_empty() {
        names.push(format!("character of [{signs}]"));
    }
    (!names.is_empty() && names.len() <= 4).then(|| names.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn simple_patterns_are_said() {
        let say = |regex: &str| in_words(regex).unwrap_or_default();
        assert_eq!(say(r"\b\d{3}-\d{2}-\d{4}\b"), "3 digits, a hyphen, 2 digits, a hyphen, 4 digits");
        assert_eq!(say(r"\b\d{3}[ -]?\d{2}\b"), "3 digits, an optional space or hyphen, 2 digits");
        assert_eq!(say(r"\bsk_live_[0-9a-zA-Z]{24,}"), "`sk_live_`, 24 or more letters or digits");
        assert_eq!(say(r"[a-f0-9]{32}"), "32 hexadecimal digits");
        assert_eq!(say(r"(?i)\bssn\d"), "`ssn` in any case, a digit");
        assert_eq!(say(r"\b[A-Z]{2}\d{6}|\b\d{9}"), "2 capital letters, 6 digits; or 9 digits");
        assert_eq!(say(r"[0-9A-Za-z_-]{40}"), "40 letters or digits or hyphens or underscores");
        assert_eq!(say(r"[1-9]\d{2}"), "a character of [1-9], 2 digits");
    }

    #[test]
    fn what_takes_more_than_a_line_is_not_said() {
        assert_eq!(in_words(&r"[a-z]\d-".repeat(20)), None);
        assert_eq!(in_words(r"\p{L}+"), None);
    }
}
