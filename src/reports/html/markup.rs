//! Text in markup.

use crate::reports::printable::printable;
use std::fmt;

/// Foreign text between tags or in a quoted attribute: nothing in it is markup, and nothing in it misleads the eye.
pub(super) struct Text<'a, T: AsRef<[u8]> + ?Sized>(pub(super) &'a T);

impl<T: AsRef<[u8]> + ?Sized> fmt::Display for Text<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = printable(self.0).to_string();
        let mut rest = shown.as_str();
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            let (before, after) = rest.split_at(at);
            f.write_str(before)?;
            f.write_str(match after.as_bytes().first() {
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                Some(b'"') => "&quot;",
                _ => "&#39;",
            })?;
            rest = after.get(1..).unwrap_or_default();
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn nothing_is_markup() {
        let text = Text("</script><b a='\"&\u{202e}\u{1b}\n").to_string();
        assert_eq!(text, "&lt;/script&gt;&lt;b a=&#39;&quot;&amp;\\u{202e}\\x1b\\n");
    }
}
