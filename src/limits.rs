//! The limits of a scan: plain numbers, with Macie's defaults. Spending them is `open`'s business.

use std::time::Duration;

const KIB: u64 = 1024;
const GIB: u64 = KIB * KIB * KIB;

/// Limits for one outermost file, spent over all levels and formats inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Archive levels that are read; the outermost archive is level 1.
    pub depth: u32,
    /// Members in all.
    pub members: u64,
    /// Extracted bytes in all.
    pub extracted: u64,
    /// Extracted bytes of one member.
    pub member: u64,
    /// Largest file on disk that is read, in bytes; none for the default of its type.
    pub file_size: Option<u64>,
    /// Extracted bytes for each byte of the outermost file, once over 64 MiB.
    pub ratio: u64,
    /// Time for one outermost file.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 10,
            members: 1_000_000,
            extracted: 10 * GIB,
            member: 3 * GIB,
            file_size: None,
            ratio: 1000,
            time: Duration::from_mins(10),
        }
    }
}

impl Limits {
    /// The largest file on disk that is read, in bytes: Macie's 8 GB for compressed archives, 20 GB for text and tar.
    pub fn file_size_of(&self, compressed: bool) -> u64 {
        let default = if compressed { 8 * GIB } else { 20 * GIB };
        self.file_size.unwrap_or(default)
    }
}
