//! Foreign text (file names, keywords, column names) on its way to a terminal: what could steer it is escaped.
//!
//! Always, on a terminal or not: output that is piped ends on a terminal too. Backslashes stay as they are, so an escape is
//! safe to look at but not meant to be read back; the JSON result is for that.

use std::fmt::{self, Write};

/// Text that displays without control characters, direction marks, invisible characters and stray bytes.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a> {
    bytes: &'a [u8],
    longest: usize,
}

/// Text of any length.
pub fn printable<T: AsRef<[u8]> + ?Sized>(text: &T) -> Printable<'_> {
    Printable { bytes: text.as_ref(), longest: usize::MAX }
}

/// Text of which at most `longest` characters are shown.
pub fn shortened<T: AsRef<[u8]> + ?Sized>(text: &T, longest: usize) -> Printable<'_> {
    Printable { bytes: text.as_ref(), longest }
}

/// Whether a character may steer a terminal, or deceive who looks at it.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.longest;
        for chunk in self.bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                if left == 0 {
                    return f.write_str("...");
                }
                left -= 1;
                match c {
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    c if !is_unprintable(c) => f.write_char(c)?,
                    c if c.is_ascii() => write!(f, "\\x{:02x}", u32::from(c))?,
                    c => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                }
            }
            for byte in chunk.invalid() {
                if left == 0 {
                    return f.write_str("...");
                }
                left -= 1;
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{printable, shortened};

    #[test]
    fn nothing_that_steers_a_terminal_comes_through() {
        assert_eq!(printable("a\x1b[2J\x07\n\x7f").to_string(), r"a\x1b[2J\x07\n\x7f");
        assert_eq!(printable("\u{9b}31m\u{202e}txt.exe\u{2028}").to_string(), r"\u{9b}31m\u{202e}txt.exe\u{2028}");
        assert_eq!(printable(b"caf\xe9.txt").to_string(), r"caf\xe9.txt");
        assert_eq!(printable("Zoë/资料.csv").to_string(), "Zoë/资料.csv");
    }

    #[test]
    fn every_control_and_direction_mark_is_escaped() {
        let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
        let marks = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{e0001}'];
        let directions = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
        for c in controls.chain(marks).chain(directions) {
            let shown = printable(&c.to_string()).to_string();
            assert!(shown.is_ascii() && shown.starts_with('\\'), "{shown}");
        }
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(shortened("abcdef", 3).to_string(), "abc...");
        assert_eq!(shortened("abc", 3).to_string(), "abc");
        assert_eq!(shortened(b"\xff\xfe\xfd", 2).to_string(), r"\xff\xfe...");
    }
}
