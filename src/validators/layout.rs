//! How a number is laid out: which characters are digits and letters, and what stands between them.
//!
//! For numbers that mix separators, such as `12.345.678-5`. It does not know what any number means.

/// The text with every ASCII digit as `0` and every ASCII letter as `A`; anything else stays.
pub(super) fn layout(text: &str) -> String {
    let symbol = |c: char| match c {
        '0'..='9' => '0',
        'a'..='z' | 'A'..='Z' => 'A',
        other => other,
    };
    text.chars().map(symbol).collect()
}

/// The values of all digits of a text.
pub(super) fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect()
}

/// The digits of a number that has dots between its thousands, `1.234.567`, or no separators at all.
pub(super) fn thousands(text: &str) -> Option<Vec<u8>> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let all_digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let dotted = text.contains('.');
    let right = all_digits(first)
        && (!dotted || (first.len() <= 3 && !first.starts_with('0')))
        && groups.all(|group| group.len() == 3 && all_digits(group));
    right.then(|| digits(text))
}

#[cfg(test)]
mod tests {
    use super::{digits, layout, thousands};

    #[test]
    fn layouts() {
        assert_eq!(layout("12.345.678-K"), "00.000.000-A");
        assert_eq!(layout("é1"), "é0");
        assert_eq!(digits("a1.2"), [1, 2]);
    }

    #[test]
    fn dots_between_thousands() {
        assert_eq!(thousands("1.234.567"), Some(vec![1, 2, 3, 4, 5, 6, 7]));
        assert_eq!(thousands("0123"), Some(vec![0, 1, 2, 3]));
        for wrong in ["", ".", "1.23", "1234.567", "1..234", "012.345", "1.234.", "1,234"] {
            assert_eq!(thousands(wrong), None, "{wrong}");
        }
    }
}
