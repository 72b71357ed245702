//! A match with what stands around it on its line, for whoever asked to see it.

use crate::finding::{MATCH_BEGINS, MATCH_ENDS};
use std::ops::Range;

/// At most `longest` characters of `text`, the match among them, between its marks. Control characters are blanks.
pub(super) fn sample(text: &[u8], matched: &Range<usize>, longest: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let inside: String = String::from_utf8_lossy(&text[matched.clone()]).chars().take(longest).map(plain).collect();
    let room = longest - inside.chars().count();
    // Four bytes to a character: more cannot be needed, and the rest of the window is not looked at.
    let (low, high) = (matched.start.saturating_sub(room * 4), (matched.end + room * 4).min(text.len()));
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = &text[low..matched.start];
    let before = before.iter().rposition(is_break).map_or(before, |at| &before[at + 1..]);
    let after = &text[matched.end..high];
    let after = after.iter().position(is_break).map_or(after, |at| &after[..at]);
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let has = before.chars().count();
    let takes_after: String = after.chars().take(room - has.min(room / 2)).map(plain).collect();
    let left = room - takes_after.chars().count();
    let takes_before: String = before.chars().skip(has.saturating_sub(left)).map(plain).collect();
    format!("{takes_before}{MATCH_BEGINS}{inside}{MATCH_ENDS}{takes_after}")
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn a_sample_is_no_longer_than_asked_for() {
        let text = format!("first line\n{}SSN: 536-90-4399{}\nlast", "a".repeat(300), "é".repeat(300));
        let at = text.find("536").unwrap();
        let shown = sample(text.as_bytes(), &(at..at + 11), 128);
        assert_eq!(shown.chars().count(), 128 + 2);
        assert!(shown.contains("SSN: \u{2}536-90-4399\u{3}éé") && !shown.contains('\n'));
        assert_eq!(sample(b"a\x02\n12\n", &(3..5), 128), "\u{2}12\u{3}");
        assert_eq!(sample(b"a\x0212", &(2..4), 128), "a \u{2}12\u{3}");
        assert_eq!(sample("x".repeat(500).as_bytes(), &(0..500), 128).chars().count(), 130);
    }
}
