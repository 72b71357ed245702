//! The Luhn check digit (ISO/IEC 7812-1, annex B).

/// Whether the digits of `text` end in a valid Luhn check digit. Other characters are skipped.
pub(super) fn luhn(text: &str) -> bool {
    let mut sum = 0u32;
    let mut count = 0u32;
    for digit in text.bytes().rev().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0')) {
        sum += match (count % 2, digit) {
            (0, d) => d,
            (_, d) if d > 4 => 2 * d - 9,
            (_, d) => 2 * d,
        };
        count += 1;
    }
    count > 1 && sum % 10 == 0
}
