//! Eighty columns: texts cut, padded and wrapped by the cells that they take on a terminal, where a character may take two
//! or none. Expects text that is safe to show.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a terminal that nobody made wider.
pub(crate) const COLUMNS: usize = 80;

/// The cells that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text in at most so many cells, three dots at its end where it was cut.
pub(crate) fn fit(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let (mut cut, mut taken) = (String::new(), 0);
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken > most.saturating_sub(3) {
            break;
        }
        cut.push(c);
    }
    cut.push_str("...");
    cut
}

/// The end of a text in at most so many cells, three dots before it where it was cut: of a path the end tells more.
pub(crate) fn fit_end(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let (mut start, mut taken) = (text.len(), 3);
    for (at, c) in text.char_indices().rev() {
        taken += c.width().unwrap_or(0);
        if taken > most {
            break;
        }
        start = at;
    }
    format!("...{}", text.get(start..).unwrap_or_default())
}

/// A text with blanks behind it, so that it takes so many cells.
pub(crate) fn padded(text: &str, cells: usize) -> String {
    format!("{text}{}", " ".repeat(cells.saturating_sub(width(text))))
}

/// A text in lines of at most [`COLUMNS`] cells, each but the first behind `indent` blanks; `used` cells of the first are
/// taken. A word that is longer stands on a line of its own.
pub(crate) fn wrapped(text: &str, used: usize, indent: usize) -> String {
    let (mut lines, mut taken) = (String::new(), used);
    for (number, word) in text.split(' ').enumerate() {
        let cells = width(word);
        if number > 0 && taken + 1 + cells > COLUMNS {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            taken = indent;
        } else if number > 0 {
            lines.push(' ');
            taken += 1;
        }
        lines.push_str(word);
        taken += cells;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{fit, fit_end, padded, width, wrapped};

    #[test]
    fn cells_are_counted_not_characters() {
        assert_eq!(fit("資料資料資料", 8), "資料...");
        assert_eq!(fit("資料", 4), "資料");
        assert_eq!(fit("abcdefgh", 6), "abc...");
        assert_eq!(width(&padded("資料", 6)), 6);
        assert_eq!(padded("abc", 2), "abc");
        assert_eq!((fit_end("資料資料資料", 8), fit_end("abcdefgh", 6)), ("...資料".to_owned(), "...fgh".to_owned()));
        assert_eq!(fit_end("abc", 3), "abc");
    }

    #[test]
    fn long_texts_are_wrapped() {
        let text = "word ".repeat(40);
        let lines = wrapped(text.trim_end(), 10, 4);
        assert!(lines.lines().skip(1).all(|line| line.starts_with("    word") && line.len() <= 80));
        assert!(lines.lines().next().is_some_and(|line| line.len() <= 70));
        assert_eq!(lines.split_whitespace().count(), 40);
    }
}
