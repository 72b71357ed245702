//! The bytes of one artifact as a format sees them: a stream with its first bytes in view, and seekable on demand.
//!
//! Knows nothing of limits: the reader that it is given already spends them.

use std::fmt;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

/// Anything that reads and seeks.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Bytes kept in memory before a stream that must be seekable goes to an unlinked temporary file.
const SPOOL_MEMORY: usize = 32 << 20;
/// Bytes in view before reading starts.
pub(crate) const HEAD: usize = 64 << 10;
/// Bytes at the end that [`Content::tail`] shows: a zip's end record with the longest comment.
const TAIL: u64 = (64 << 10) + 22;

/// Passwords to try on encrypted files, in order. Never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Passwords(Arc<[Vec<u8>]>);

impl Passwords {
    /// Passwords as bytes; most formats take them as UTF-8.
    pub fn new(all: Vec<Vec<u8>>) -> Self {
        Self(all.into())
    }

    /// All of them.
    pub fn all(&self) -> &[Vec<u8>] {
        &self.0
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passwords", self.0.len())
    }
}

enum Source<'a> {
    Stream(Box<dyn Read + 'a>),
    Seekable(Box<dyn ReadSeek + 'a>),
}

/// The content of one artifact.
pub struct Content<'a> {
    name: Vec<u8>,
    head: Vec<u8>,
    /// Bytes of `head` already handed out by `read`.
    taken: usize,
    /// Whether the head is all there is.
    whole: bool,
    /// The error that cut the head short; given to whoever reads up to it.
    broken: Option<io::Error>,
    tail: Option<Vec<u8>>,
    passwords: Passwords,
    source: Source<'a>,
}

impl<'a> Content<'a> {
    /// Content that can only be read forwards. Reads up to 64 KiB at once.
    pub fn stream(name: &[u8], mut reader: impl Read + 'a) -> Self {
        let (head, whole, broken) = read_head(&mut reader);
        Self::new(name, head, whole, broken, Source::Stream(Box::new(reader)))
    }

    /// Content that can seek, from its start. Reads up to 64 KiB at once.
    pub fn seekable(name: &[u8], mut reader: impl ReadSeek + 'a) -> Self {
        let (head, whole, broken) = read_head(&mut reader);
        Self::new(name, head, whole, broken, Source::Seekable(Box::new(reader)))
    }

    fn new(name: &[u8], head: Vec<u8>, whole: bool, broken: Option<io::Error>, source: Source<'a>) -> Self {
        Self { name: name.to_vec(), head, taken: 0, whole, broken, tail: None, passwords: Passwords::default(), source }
    }

    /// The file name, as raw bytes; a hint only.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Passwords to try, should it be encrypted.
    pub fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// Gives it passwords.
    pub fn set_passwords(&mut self, passwords: &Passwords) {
        self.passwords = passwords.clone();
    }

    /// The extension in lower case; a hint only.
    pub fn extension(&self) -> String {
        let name = self.name.rsplit(|b| *b == b'/').next().unwrap_or(&self.name);
        String::from_utf8_lossy(crate::artifact::extension(name)).to_ascii_lowercase()
    }

    /// The first bytes, up to 64 KiB, whatever was read since.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Whether [`Self::head`] is the whole content.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The last bytes (up to 64 KiB and 22) where they can be had without reading all: in small or seekable content.
    pub fn tail(&mut self) -> &[u8] {
        if self.tail.is_none() && !self.whole {
            let tail = match &mut self.source {
                Source::Seekable(reader) => read_tail(reader.as_mut()).unwrap_or_default(),
                Source::Stream(_) => Vec::new(),
            };
            self.tail = Some(tail);
        }
        self.tail.as_deref().unwrap_or(&self.head)
    }

    /// The content as a seekable reader, at its start. A stream is spooled: to memory up to 32 MiB, beyond that to an
    /// unlinked temporary file.
    ///
    /// When the stream breaks (damage, a limit), what came before is there all the same, and the error is beside it.
    pub fn spool(&mut self) -> io::Result<(&mut (dyn ReadSeek + 'a), Option<io::Error>)> {
        self.make_seekable()?;
        let broken = self.broken.take();
        self.taken = self.head.len();
        match &mut self.source {
            Source::Seekable(reader) => {
                reader.seek(SeekFrom::Start(0))?;
                Ok((reader.as_mut(), broken))
            }
            Source::Stream(_) => Err(io::Error::other("the stream was not spooled")),
        }
    }

    /// The same, to recognise a format by what stands anywhere: the error that broke a stream is kept for its reader.
    /// What recognises its content this way must read it by [`Self::spool`].
    pub fn look(&mut self) -> io::Result<&mut (dyn ReadSeek + 'a)> {
        let (_, broken) = self.spool()?;
        self.broken = broken;
        match &mut self.source {
            Source::Seekable(reader) => Ok(reader.as_mut()),
            Source::Stream(_) => Err(io::Error::other("the stream was not spooled")),
        }
    }

    fn make_seekable(&mut self) -> io::Result<()> {
        if let Source::Stream(reader) = &mut self.source {
            let mut spool = tempfile::spooled_tempfile(SPOOL_MEMORY);
            spool.write_all(&self.head)?;
            if self.broken.is_none() && !self.whole {
                self.broken = copy_until_error(reader.as_mut(), &mut spool)?;
            }
            self.source = Source::Seekable(Box::new(spool));
        }
        Ok(())
    }
}

impl Content<'static> {
    /// Content that is in memory already.
    pub fn memory(name: &[u8], bytes: Vec<u8>) -> Self {
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        let whole = head.len() == bytes.len();
        let mut cursor = Cursor::new(bytes);
        cursor.set_position(head.len() as u64);
        Self::new(name, head, whole, None, Source::Seekable(Box::new(cursor)))
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken < self.head.len() {
            let count = buffer.len().min(self.head.len() - self.taken);
            buffer[..count].copy_from_slice(&self.head[self.taken..self.taken + count]);
            self.taken += count;
            return Ok(count);
        }
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        if self.whole {
            return Ok(0);
        }
        match &mut self.source {
            Source::Stream(reader) => reader.read(buffer),
            Source::Seekable(reader) => reader.read(buffer),
        }
    }
}

/// The first bytes, whether they are all, and the error that ended them.
fn read_head(reader: &mut impl Read) -> (Vec<u8>, bool, Option<io::Error>) {
    let mut head = Vec::new();
    match reader.take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => {
            let whole = head.len() < HEAD;
            (head, whole, None)
        }
        Err(error) => (head, true, Some(error)),
    }
}

fn read_tail(reader: &mut dyn ReadSeek) -> io::Result<Vec<u8>> {
    let here = reader.stream_position()?;
    let size = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    reader.take(TAIL).read_to_end(&mut tail)?;
    reader.seek(SeekFrom::Start(here))?;
    Ok(tail)
}

/// Copies until the end or a read error, which is returned as a value; a write error is an error.
fn copy_until_error(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Option<io::Error>> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(count) => to.write_all(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Ok(Some(error)),
        }
    }
}
