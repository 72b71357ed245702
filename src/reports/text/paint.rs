//! Colours on a terminal that wants them.

use crate::identifier::Severity;
use std::fmt::{self, Display};

/// SGR codes.
pub(super) const BOLD: &str = "1";
pub(super) const DIM: &str = "2";
pub(super) const BAD: &str = "1;31";

/// Whether to paint at all.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    /// The text in a colour, if colours are wanted.
    pub(super) fn paint<T: Display>(self, code: &'static str, text: T) -> Painted<T> {
        Painted { code: self.color.then_some(code), text }
    }

    /// A severity, padded to the width of the longest.
    pub(super) fn severity(self, severity: Severity) -> Painted<&'static str> {
        match severity {
            Severity::High => self.paint(BAD, "HIGH    "),
            Severity::Medium => self.paint("1;33", "MEDIUM  "),
            Severity::Low => self.paint("1;36", "LOW     "),
        }
    }
}

/// A text in a colour, or not.
pub(super) struct Painted<T> {
    code: Option<&'static str>,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\x1b[{code}m{}\x1b[0m", self.text),
            None => self.text.fmt(f),
        }
    }
}
