//! What control words and symbols do to the text and its groups. Knows nothing of what becomes of the text.

use super::words::{self, Destination};
use super::{LONGEST_WORD, MOST_FONTS, MOST_OBJECT, ReadError, Reader};
use encoding_rs::Encoding;
use std::io::{self, BufRead};
use std::ops::ControlFlow;

impl<R: BufRead> Reader<R> {
    /// What stands behind a backslash.
    pub(super) fn control(&mut self) -> Result<ControlFlow<()>, ReadError> {
        let Some(byte) = self.byte()? else { return Ok(ControlFlow::Continue(())) };
        if byte.is_ascii_alphabetic() {
            self.word(byte)?;
            return Ok(ControlFlow::Continue(()));
        }
        match byte {
            b'\'' => {
                let digits = [self.byte()?, self.byte()?].map(|b| b.and_then(|b| char::from(b).to_digit(16)));
                if let [Some(high), Some(low)] = digits
                    && self.is_text()
                {
                    self.literal((high << 4 | low) as u8);
                }
            }
            b'*' => self.is_starred = true,
            b'~' => self.push("\u{a0}"),
            b'_' => self.push("-"),
            b'\r' | b'\n' => self.push("\n"),
            b'{' | b'}' | b'\\' => self.literal(byte),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    pub(super) fn word(&mut self, first: u8) -> io::Result<()> {
        let mut word = vec![first];
        while let Some(byte) = self.peek()?.filter(u8::is_ascii_alphabetic) {
            self.byte()?;
            if word.len() < LONGEST_WORD {
                word.push(byte);
            }
        }
        let is_negative = self.peek()? == Some(b'-');
        if is_negative {
            self.byte()?;
        }
        let mut number: Option<i32> = None;
        while let Some(byte) = self.peek()?.filter(u8::is_ascii_digit) {
            self.byte()?;
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(i32::from(byte - b'0')));
        }
        if self.peek()? == Some(b' ') {
            self.byte()?;
        }
        let number = number.map(|number| if is_negative { -number } else { number });
        if word == b"bin" {
            return self.binary(number.unwrap_or(0));
        }
        if std::mem::take(&mut self.is_fresh) {
            self.begin(&word);
        }
        self.obey(&word, number);
        Ok(())
    }

    /// Bytes that are no text, as many as they say: what is there of them.
    pub(super) fn binary(&mut self, count: i32) -> io::Result<()> {
        for _ in 0..count.max(0) {
            let Some(byte) = self.byte()? else { break };
            if matches!(self.group.destination, Destination::Picture | Destination::Object) {
                if self.hex.len() < MOST_OBJECT {
                    self.hex.push(byte);
                } else {
                    self.is_cut = true;
                }
            }
        }
        Ok(())
    }

    /// The first word of a group says what the group is for.
    pub(super) fn begin(&mut self, word: &[u8]) {
        if self.deeper > 0 || self.group.destination == Destination::Skipped {
            return;
        }
        let Some(destination) = words::destination(word, self.is_starred) else { return };
        if self.group.destination == Destination::Fonts && destination == Destination::Aside {
            return;
        }
        if destination == Destination::Aside && !self.aside.is_empty() && !self.aside.ends_with('\n') {
            self.aside.push('\n');
        }
        self.group.destination = destination;
    }

    pub(super) fn obey(&mut self, word: &[u8], number: Option<i32>) {
        if let Some(text) = words::written(word) {
            return self.push(text);
        }
        match word {
            b"u" => self.unicode(number.unwrap_or(0)),
            b"uc" => self.group.fallback = u32::try_from(number.unwrap_or(1)).unwrap_or(0).min(16),
            b"ansicpg" => self.set_default(words::code_page(number.unwrap_or(0))),
            b"mac" => self.set_default(Some(encoding_rs::MACINTOSH)),
            b"pc" | b"pca" => self.set_default(Some(encoding_rs::IBM866)),
            b"f" if self.group.destination == Destination::Fonts => self.group.font = number.unwrap_or(0),
            b"f" => self.use_encoding(self.fonts.get(&number.unwrap_or(0)).copied().unwrap_or(self.default)),
            b"plain" => self.use_encoding(self.default),
            b"fcharset" if self.group.destination == Destination::Fonts && self.fonts.len() < MOST_FONTS => {
                if let Some(encoding) = words::character_set(number.unwrap_or(0)) {
                    self.fonts.insert(self.group.font, encoding);
                }
            }
            _ => {}
        }
    }

    pub(super) fn set_default(&mut self, encoding: Option<&'static Encoding>) {
        if let Some(encoding) = encoding {
            self.default = encoding;
            self.use_encoding(encoding);
        }
    }

    pub(super) fn use_encoding(&mut self, encoding: &'static Encoding) {
        if !std::ptr::eq(encoding, self.group.encoding) {
            self.flush();
            self.group.encoding = encoding;
        }
    }

    pub(super) fn unicode(&mut self, number: i32) {
        let high = self.high.take();
        if !self.bytes.is_empty() {
            self.flush();
        }
        self.skip = self.group.fallback;
        let unit = (number & 0xFFFF).unsigned_abs() as u16;
        match (high, unit) {
            (_, 0xD800..=0xDBFF) => self.high = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => {
                let pair = char::decode_utf16([high, unit]).next().and_then(Result::ok);
                self.push(pair.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]));
            }
            // Symbol fonts keep their characters at U+F020 and on.
            _ => {
                let character = char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}');
                self.push(character.encode_utf8(&mut [0; 4]));
            }
        }
    }
}
