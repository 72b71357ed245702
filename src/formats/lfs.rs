//! Pointers of Git LFS: a few lines that stand in the place of a file that is kept elsewhere.
//!
//! There is nothing in one to inspect; it is told of so that a clean scan does not mean an unread file. The form:
//! <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.

use super::{Content, Format, ReadError, Sink};
use crate::status::Reason;

/// What a pointer begins with.
const START: &[u8] = b"version https://git-lfs.github.com/spec/";
/// A pointer is shorter, in bytes.
const LONGEST: usize = 1024;

/// See the module.
#[derive(Debug)]
pub(super) struct Lfs;

impl Format for Lfs {
    fn name(&self) -> &'static str {
        "lfs"
    }

    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        head.starts_with(START)
            && head.len() < LONGEST
            && content.is_whole()
            && memchr::memmem::find(content.head(), b"\noid sha256:").is_some()
    }

    fn read(&self, content: &mut Content<'_>, _: &mut dyn Sink) -> Result<(), ReadError> {
        let size = String::from_utf8_lossy(content.head())
            .lines()
            .find_map(|line| line.strip_prefix("size ")?.parse::<u64>().ok())
            .map(|size| format!("the content has {size} bytes"));
        Err(ReadError::Unsupported(Reason::LfsPointer, size.unwrap_or_default()))
    }
}
