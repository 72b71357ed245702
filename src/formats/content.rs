//! The bytes of one artifact as a format sees them: a stream with its first bytes in view, and seekable on demand.
//!
//! Knows nothing of limits: the reader that it is given already spends them.

use crate::decode::Encoding;
use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::error::Error;
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
const TAIL: usize = (64 << 10) + 22;
/// Bytes that most files do not go beyond.
const USUAL: usize = 16 << 10;

/// The error that ended a content before its end, to be given to everyone who reads up to it. Were it given once, the
/// next reader would take the place for the end, or for damage.
#[derive(Debug, Clone)]
pub struct Broken(Arc<dyn Error + Send + Sync>, io::ErrorKind, Option<i32>);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Broken {
    /// The error itself, not the `Arc` around it, which would stand in its way.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl Broken {
    /// The error once more.
    pub fn again(&self) -> io::Error {
        match self.2 {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(self.1, self.clone()),
        }
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        let (kind, code) = (error.kind(), error.raw_os_error());
        // What it was made from, since an `io::Error` hides that from those who look for a source.
        let cause = error.into_inner().unwrap_or_else(|| kind.to_string().into());
        Self(cause.into(), kind, code)
    }
}

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.again())
    }
}

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
    /// All of it, in memory.
    Memory(Cursor<Vec<u8>>),
}

impl<'a> Source<'a> {
    /// The source as one that can seek, if it can.
    fn seekable(&mut self) -> Option<&mut (dyn ReadSeek + 'a)> {
        match self {
            Self::Stream(_) => None,
            Self::Seekable(reader) => Some(reader.as_mut()),
            Self::Memory(reader) => Some(reader),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stream(reader) => reader.read(buffer),
            Self::Seekable(reader) => reader.read(buffer),
            Self::Memory(reader) => reader.read(buffer),
        }
    }
}

/// The content of one artifact.
pub struct Content<'a> {
    name: Vec<u8>,
    head: Vec<u8>,
    /// Bytes of `head` already handed out by `read`.
    taken: usize,
    /// Whether the head is all there is.
    whole: bool,
    /// The error that ended it early.
    broken: Option<Broken>,
    /// Whether the source stands where reading goes on, whatever the head holds.
    is_spooled: bool,
    tail: Option<Vec<u8>>,
    passwords: Passwords,
    /// Gives the bytes of a file beside it, by name.
    beside: Option<Beside<'a>>,
    clock: Option<Clock>,
    source: Source<'a>,
    /// Asked before each read of a spool.
    watch: Option<Watch<'a>>,
    /// What was asked of the first bytes, and the answers.
    answers: RefCell<Vec<(TypeId, Box<dyn Any + Send>)>>,
}

/// Gives the bytes of a file by its name, if there is one that can be had.
type Beside<'a> = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + 'a>;

/// Says whether there is time left: for work that reads nothing.
pub type Clock = Arc<dyn Fn() -> bool + Send + Sync>;

/// Says whether reading may go on.
type Watch<'a> = Box<dyn Fn() -> io::Result<()> + 'a>;

/// A spool whose every read may be refused: a stream's own reader sees only the first one.
struct Watched<'a> {
    spool: tempfile::SpooledTempFile,
    watch: Option<Watch<'a>>,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watch.as_ref().map_or(Ok(()), |may_go_on| may_go_on())?;
        self.spool.read(buffer)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.spool.seek(position)
    }
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

    fn new(name: &[u8], head: Vec<u8>, whole: bool, broken: Option<Broken>, source: Source<'a>) -> Self {
        Self {
            name: name.to_vec(),
            head,
            taken: 0,
            whole,
            broken,
            is_spooled: false,
            tail: None,
            passwords: Passwords::default(),
            beside: None,
            clock: None,
            source,
            watch: None,
            answers: RefCell::default(),
        }
    }

    /// Has `may_go_on` asked before each read, once the content is spooled.
    #[must_use]
    pub fn watched(self, may_go_on: impl Fn() -> io::Result<()> + 'a) -> Self {
        Self { watch: Some(Box::new(may_go_on)), ..self }
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

    /// The bytes of a file beside it, which its format reads along with it: none in an archive, or where it is large.
    pub fn beside(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.beside.as_ref().and_then(|give| give(name))
    }

    /// Lets it see files beside it.
    pub fn set_beside(&mut self, give: impl Fn(&[u8]) -> Option<Vec<u8>> + 'a) {
        self.beside = Some(Box::new(give));
    }

    /// Says whether there is time left, for work that reads nothing.
    pub fn clock(&self) -> Clock {
        self.clock.clone().unwrap_or_else(|| Arc::new(|| true))
    }

    /// Gives it a clock.
    pub fn set_clock(&mut self, has_time: impl Fn() -> bool + Send + Sync + 'static) {
        self.clock = Some(Arc::new(has_time));
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

    /// The answer to a question about name and first bytes that several formats ask: it is thought about once.
    pub(crate) fn once<T: Copy + Send + 'static, Q: Fn(&Content<'_>) -> T + 'static>(&self, question: Q) -> T {
        let asked = TypeId::of::<Q>();
        let known =
            self.answers.borrow().iter().find(|(of, _)| *of == asked).and_then(|(_, it)| it.downcast_ref().copied());
        known.unwrap_or_else(|| {
            let answer = question(self);
            self.answers.borrow_mut().push((asked, Box::new(answer)));
            answer
        })
    }

    /// The encoding of its text, if it is text, as [`Encoding::guess`] has it.
    pub(crate) fn encoding(&self) -> Encoding {
        self.once(|content| Encoding::guess(content.head()))
    }

    /// The same as [`Encoding::guess_wide`] has it.
    pub(crate) fn encoding_wide(&self) -> Encoding {
        self.once(|content| Encoding::guess_wide(content.head()))
    }

    /// The last bytes (up to 64 KiB and 22) where they can be had without reading all: in small or seekable content.
    pub fn tail(&mut self) -> &[u8] {
        if self.tail.is_none() && !self.whole {
            let tail = self.source.seekable().and_then(|reader| read_tail(reader).ok());
            self.tail = Some(tail.unwrap_or_default());
        }
        self.tail.as_deref().unwrap_or(&self.head)
    }

    /// The content as a seekable reader, at its start. A stream is spooled: to memory up to 32 MiB, beyond that to an
    /// unlinked temporary file.
    ///
    /// When the stream breaks (damage, a limit), what came before is there all the same, and the error is beside it.
    pub fn spool(&mut self) -> io::Result<(&mut (dyn ReadSeek + 'a), Option<Broken>)> {
        match &mut self.source {
            Source::Stream(reader) => {
                let mut spool = tempfile::spooled_tempfile(SPOOL_MEMORY);
                spool.write_all(&self.head)?;
                if self.broken.is_none() && !self.whole {
                    self.broken = copy_until_error(reader.as_mut(), &mut spool)?.map(Broken::from);
                }
                self.source = Source::Seekable(Box::new(Watched { spool, watch: self.watch.take() }));
            }
            // It is read anew, and what is wrong with it shows again.
            _ if !self.is_spooled => self.broken = None,
            _ => {}
        }
        self.taken = self.head.len();
        self.is_spooled = true;
        match self.source.seekable() {
            Some(reader) => {
                reader.seek(SeekFrom::Start(0))?;
                Ok((reader, self.broken.clone()))
            }
            None => Err(io::Error::other("the stream was not spooled")),
        }
    }

    /// How many bytes there are. What recognises or refuses its content by this must read it by [`Self::spool`].
    pub fn length(&mut self) -> io::Result<u64> {
        self.spool()?.0.seek(SeekFrom::End(0))
    }

    /// Has reading begin at the start, should the content have been spooled to look at it.
    pub fn rewind(&mut self) -> io::Result<()> {
        if self.is_spooled
            && let Some(reader) = self.source.seekable()
        {
            reader.seek(SeekFrom::Start(0))?;
        }
        Ok(())
    }

    /// All bytes, for a parser that wants to have them: taken, not copied, where they are in memory already. Nothing is left
    /// to be read. The error that ended them early is beside them.
    pub fn take_all(&mut self) -> io::Result<(Vec<u8>, Option<Broken>)> {
        if let Source::Memory(reader) = &mut self.source {
            let bytes = std::mem::take(reader.get_mut());
            (self.taken, self.is_spooled) = (self.head.len(), true);
            return Ok((bytes, self.broken.clone()));
        }
        let length = self.length()?;
        let (reader, broken) = self.spool()?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        reader.read_to_end(&mut bytes)?;
        Ok((bytes, broken))
    }

    /// The same, to recognise a format by what stands anywhere. What recognises its content this way must read it by
    /// [`Self::spool`].
    pub fn look(&mut self) -> io::Result<&mut (dyn ReadSeek + 'a)> {
        Ok(self.spool()?.0)
    }
}

impl Content<'static> {
    /// Content that is in memory already.
    pub fn memory(name: &[u8], bytes: Vec<u8>) -> Self {
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        let whole = head.len() == bytes.len();
        let mut cursor = Cursor::new(bytes);
        cursor.set_position(head.len() as u64);
        Self::new(name, head, whole, None, Source::Memory(cursor))
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
        let broken = self.broken.as_ref();
        if self.is_spooled {
            return match self.source.read(buffer)? {
                0 if !buffer.is_empty() => broken.map_or(Ok(0), |error| Err(error.again())),
                count => Ok(count),
            };
        }
        match broken {
            Some(error) => Err(error.again()),
            None if self.whole => Ok(0),
            None => self.source.read(buffer),
        }
    }
}

/// The first bytes, whether they are all, and the error that ended them.
fn read_head(reader: &mut impl Read) -> (Vec<u8>, bool, Option<Broken>) {
    let mut head = Vec::new();
    let broken = read_up_to(reader, HEAD, &mut head).err().map(Broken::from);
    let whole = head.len() < HEAD || broken.is_some();
    (head, whole, broken)
}

fn read_tail(reader: &mut dyn ReadSeek) -> io::Result<Vec<u8>> {
    let here = reader.stream_position()?;
    let size = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(size.saturating_sub(TAIL as u64)))?;
    let mut tail = Vec::new();
    read_up_to(reader, TAIL, &mut tail)?;
    reader.seek(SeekFrom::Start(here))?;
    Ok(tail)
}

/// Reads so many bytes, or all that there are; what came before an error is there all the same.
///
/// `read_to_end` would begin with 32 bytes and ask ten times for what most files hold.
fn read_up_to(reader: &mut (impl Read + ?Sized), most: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut length = 0;
    let mut fill = || {
        while length < most {
            if length == bytes.len() {
                bytes.resize(if length == 0 { most.min(USUAL) } else { most }, 0);
            }
            match reader.read(&mut bytes[length..]) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    };
    let read = fill();
    bytes.truncate(length);
    read
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

#[cfg(test)]
mod tests;
