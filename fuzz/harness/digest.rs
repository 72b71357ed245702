//! A hash of bytes that come in pieces: where the borders are does not matter.

use std::fmt;
use std::hash::{DefaultHasher, Hasher};

#[derive(Clone, Default)]
pub(crate) struct Digest {
    hasher: DefaultHasher,
    pub(crate) length: u64,
}

impl Digest {
    /// More bytes of the same text.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
        self.length += bytes.len() as u64;
    }

    /// A number.
    pub(crate) fn number(&mut self, number: u64) {
        self.add(&number.to_le_bytes());
    }

    /// A thing by what its `Debug` says, apart from what comes next.
    pub(crate) fn thing(&mut self, thing: &dyn fmt::Debug) {
        self.add(format!("{thing:?}\n").as_bytes());
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.hasher.finish() == other.hasher.finish()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {:016x}", self.length, self.hasher.finish())
    }
}
