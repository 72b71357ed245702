//! The page headers and footers of a sheet as text: they hold codes for places, looks, numbers and names.
//!
//! Knows no file format: all of Excel's have the same codes.

/// Digits of a size of letters.
const SIZE_DIGITS: usize = 3;
/// Characters of a colour: `FF00AA`, or `01+034` of a theme.
const COLOUR: usize = 6;

/// The text without its codes, each part of the page on a line.
pub(super) fn plain(coded: &str) -> String {
    let mut text = String::with_capacity(coded.len());
    let mut rest = coded;
    while let Some((before, code)) = rest.split_once('&') {
        text.push_str(before);
        let mut after = code.chars();
        rest = match after.next() {
            Some('L' | 'C' | 'R') => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                after.as_str()
            }
            Some('&') => {
                text.push('&');
                after.as_str()
            }
            // A font, a colour: up to the end of its name.
            Some('"') => after.as_str().split_once('"').map_or("", |(_, rest)| rest),
            Some('K') => {
                let colour = after.as_str();
                let is_colour = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'+' | b'-');
                &colour[colour.bytes().take(COLOUR).take_while(is_colour).count()..]
            }
            Some(digit) if digit.is_ascii_digit() => {
                let digits = code.bytes().take(SIZE_DIGITS).take_while(u8::is_ascii_digit).count();
                &code[digits..]
            }
            Some(
                'P' | 'N' | 'D' | 'T' | 'F' | 'A' | 'Z' | 'G' | 'B' | 'I' | 'U' | 'E' | 'S' | 'X' | 'Y' | 'O' | 'H',
            ) => after.as_str(),
            _ => {
                text.push('&');
                code
            }
        };
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_left_out_and_text_is_not() {
        for (coded, right) in [
            (
                "&Lann@example.com&C&\"Arial,Bold\"&12 4111 1111&RPage &P of &N",
                "ann@example.com\n 4111 1111\nPage  of ",
            ),
            ("R&&D &K01+034at&K FF", "R&D at FF"),
            ("a & b&", "a & b&"),
            ("&\"open", ""),
            ("&é&123456", "&é456"),
        ] {
            assert_eq!(plain(coded), right, "{coded}");
        }
    }
}
