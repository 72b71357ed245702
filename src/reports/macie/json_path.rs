//! Macie's way to fit a `JSONPath` into 250 characters: long names lose their start, then the path loses its first elements.

use std::borrow::Cow;

/// The longest element name, in characters.
const LONGEST_NAME: usize = 240;
/// The longest path, in characters.
const LONGEST_PATH: usize = 250;
/// What stands for lost characters of a name.
const CUT: &str = "...";

/// The path in at most 250 characters; none when it is longer and no `JSONPath`.
pub(crate) fn fit(path: &str) -> Option<Cow<'_, str>> {
    if path.chars().count() <= LONGEST_PATH {
        return Some(Cow::Borrowed(path));
    }
    let elements: Vec<Cow<'_, str>> = elements(path)?.into_iter().map(shorten).collect();
    let mut length = 1;
    let mut kept = 0;
    for element in elements.iter().rev() {
        length += element.chars().count();
        // `$..` takes two more than `$`, and a leading dot is saved.
        let saved = usize::from(element.starts_with('.'));
        if kept + 1 < elements.len() && length + 2 - saved > LONGEST_PATH || length > LONGEST_PATH {
            break;
        }
        kept += 1;
    }
    let (lost, rest) = elements.split_at_checked(elements.len() - kept)?;
    let rest = rest.concat();
    match (lost.is_empty(), rest.is_empty()) {
        (_, true) => None,
        (true, false) => Some(Cow::Owned(format!("${rest}"))),
        (false, false) => Some(Cow::Owned(format!("$..{}", rest.strip_prefix('.').unwrap_or(&rest)))),
    }
}

/// Cuts `$.a['b'][0]` into `.a`, `['b']` and `[0]`.
fn elements(path: &str) -> Option<Vec<&str>> {
    let mut rest = path.strip_prefix('$')?;
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let end = match rest.as_bytes() {
            [b'.', ..] => rest.get(1..)?.find(['.', '[']).map_or(rest.len(), |end| end + 1),
            [b'[', quote @ (b'\'' | b'"'), ..] => closing(rest, *quote)?,
            [b'[', ..] => rest.find(']')? + 1,
            _ => return None,
        };
        let (element, after) = rest.split_at_checked(end)?;
        elements.push(element);
        rest = after;
    }
    Some(elements)
}

/// The end of `['…']`, with `\` before a quote that does not end it.
fn closing(text: &str, quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(2) {
        if escaped {
            escaped = false;
        } else if byte == b'\\' {
            escaped = true;
        } else if byte == quote {
            return (text.as_bytes().get(at + 1) == Some(&b']')).then_some(at + 2);
        }
    }
    None
}

/// An element whose name has at most 240 characters.
fn shorten(element: &str) -> Cow<'_, str> {
    let (open, close) = if element.starts_with('.') { (1, 0) } else { (2, 2) };
    let name = element.get(open..element.len().saturating_sub(close)).unwrap_or_default();
    let surplus = name.chars().count().saturating_sub(LONGEST_NAME);
    if surplus == 0 {
        return Cow::Borrowed(element);
    }
    let mut tail = name.chars();
    let mut backslash = false;
    for c in tail.by_ref().take(surplus + CUT.len()) {
        backslash = c == '\\' && !backslash;
    }
    if backslash {
        tail.next(); // half an escape would end the name early
    }
    let (opening, closing) = if close == 0 { (".", "") } else { (element.get(..2).unwrap_or("['"), "']") };
    let closing = if opening == "[\"" { "\"]" } else { closing };
    Cow::Owned(format!("{opening}{CUT}{}{closing}", tail.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{elements, fit};

    #[test]
    fn short_paths_stay() {
        for path in ["$", "$.user.ssn", "$['odd name'][3]", &format!("$.{}", "a".repeat(248))] {
            assert_eq!(fit(path).unwrap(), path);
        }
    }

    #[test]
    fn elements_are_told_apart() {
        assert_eq!(elements(r"$.a['b.c\']'][0].d"), Some(vec![".a", r"['b.c\']']", "[0]", ".d"]));
        assert_eq!(elements("a.b"), None);
        assert_eq!(elements("$['open"), None);
    }

    #[test]
    fn long_paths_lose_their_first_elements() {
        let path = format!("$.first{}.last[7]", ".element".repeat(40));
        let fitted = fit(&path).unwrap();
        assert!(fitted.starts_with("$..element.element") && fitted.ends_with(".element.last[7]"), "{fitted}");
        assert!((240..=250).contains(&fitted.len()), "{}", fitted.len());
    }

    #[test]
    fn long_names_lose_their_start() {
        let fitted = fit(&format!("$.a.{}end", "é".repeat(300))).unwrap().into_owned();
        assert!(fitted.starts_with("$.a....é") && fitted.ends_with("éend"), "{fitted}");
        assert!(fitted.chars().count() <= 250);
        let fitted = fit(&format!("$.a['{}end']", "x y".repeat(100))).unwrap().into_owned();
        assert!(fitted.starts_with("$.a['...") && fitted.ends_with("end']"), "{fitted}");
        assert!(fitted.chars().count() <= 250);
    }

    #[test]
    fn every_length_fits() {
        for n in 0..120 {
            for unit in [".ab", "['a']", "[12]"] {
                let fitted = fit(&format!("$.{}{}", "q".repeat(n), unit.repeat(n))).unwrap().into_owned();
                assert!(fitted.chars().count() <= 250, "{n} {unit}");
            }
        }
        assert_eq!(fit(&"x".repeat(251)), None);
    }
}
