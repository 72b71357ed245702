//! Shannon entropy, as other secret scanners measure it: how evenly a value uses its characters, in bits for each.
//!
//! Rules that are imported from them name a threshold; of what a match holds the longest part between quotes, blanks and
//! signs of assignment is taken for the value.

/// Entropy of the value in a text, in bits for each character.
fn bits(text: &str) -> f64 {
    let parts = text.split(|c: char| c.is_whitespace() || "'\"`=:;,<>(){}[]".contains(c));
    let value = parts.max_by_key(|part| part.len()).unwrap_or_default();
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(value.len() as u32).max(1.0);
    let share = |count: u32| f64::from(count) / length;
    counts.into_iter().filter(|count| *count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

pub(super) fn over_2(text: &str) -> bool {
    bits(text) > 2.0
}

pub(super) fn over_2_5(text: &str) -> bool {
    bits(text) > 2.5
}

pub(super) fn over_3(text: &str) -> bool {
    bits(text) > 3.0
}

pub(super) fn over_3_5(text: &str) -> bool {
    bits(text) > 3.5
}

pub(super) fn over_4(text: &str) -> bool {
    bits(text) > 4.0
}

pub(super) fn over_4_5(text: &str) -> bool {
    bits(text) > 4.5
}

#[cfg(test)]
mod tests {
    use super::{bits, over_2, over_2_5, over_3, over_3_5, over_4, over_4_5};

    #[test]
    fn entropies() {
        let near = |text: &str, expected: f64| assert!((bits(text) - expected).abs() < 0.001, "{text}: {}", bits(text));
        near("", 0.0);
        near("aaaa", 0.0);
        near("abcd", 2.0);
        near("key = \"abcdefgh\"", 3.0);
        near("0123456789abcdef", 4.0);
        let sixteen = "x: 0123456789abcdef";
        assert!(over_2(sixteen) && over_2_5(sixteen) && over_3(sixteen) && over_3_5(sixteen));
        assert!(!over_4(sixteen) && !over_4_5(sixteen) && !over_2("abcd"));
    }
}
