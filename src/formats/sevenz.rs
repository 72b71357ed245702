//! 7z archives, block by block: a damaged block costs its own members. Passwords are tried on what is encrypted. An archive may
//! stand behind a program that unpacks it, which is given as a member called `(stub)`.
//!
//! The decoding is the crate's; knows nothing of what is in members.

use super::{Content, Format, Member, Nesting, ReadError, ReadSeek, Sink};
use crate::status::Reason;
use memchr::memmem;
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Error, Password};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

const MAGIC: &[u8] = b"7z\xBC\xAF\x27\x1C";
/// Memory for a dictionary or a header, in KiB.
const MEMORY: usize = 256 << 10;
/// Bytes of the header at the start: magic, version, checksum, and where the table of contents stands.
const HEADER: usize = 32;
/// Bytes of a program that are searched for an archive behind it: the largest self-extractor has less than a megabyte.
const PROGRAM: u64 = 4 << 20;
/// Bytes of a member that are read to try a password: wrong ones show within the first few, if not by the checksum.
const TRIAL: u64 = 1 << 20;

/// The format.
pub(super) struct SevenZ;

impl Format for SevenZ {
    fn name(&self) -> &'static str {
        "7z"
    }

    fn media_type(&self) -> &'static str {
        "application/x-7z-compressed"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["7z", "cb7"]
    }

    fn nesting(&self) -> Nesting {
        Nesting::Archive
    }

    fn is_isolated(&self) -> bool {
        true
    }

    fn recognizes(&self, content: &mut Content<'_>) -> bool {
        let head = content.head();
        if head.starts_with(MAGIC) {
            return true;
        }
        let is_program = head.starts_with(b"MZ") || head.starts_with(b"\x7FELF");
        is_program && content.look().and_then(start_of).is_ok_and(|start| start.is_some())
    }

    fn read(&self, content: &mut Content<'_>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let passwords = content.passwords();
        let usable = passwords.all().iter().filter_map(|bytes| std::str::from_utf8(bytes).ok());
        let passwords: Vec<Password> = usable.map(Password::from).collect();
        let (reader, broken) = content.spool()?;
        let start = start_of(reader)?.unwrap_or(0);
        reader.seek(SeekFrom::Start(0))?;
        if start > 0 && sink.member(&STUB, &mut reader.take(start)).is_break() {
            return Ok(());
        }
        let mut reader = Behind { reader, start };
        if is_empty(&mut reader)? {
            return Ok(());
        }
        let (archive, password) = open(&mut reader, &passwords)?;
        let mut reading = Reading { archive: &archive, reader: &mut reader, passwords, password };
        for block in 0..archive.blocks.len() {
            if reading.block(block, sink).is_break() {
                return Ok(());
            }
        }
        broken.map_or(Ok(()), |error| Err(error.again().into()))
    }
}

const STUB: Member<'_> = Member { name: b"(stub)", modified: None };

/// Where the archive begins: at the start, or at a header with the right checksum behind a program.
fn start_of<R: ReadSeek + ?Sized>(reader: &mut R) -> io::Result<Option<u64>> {
    reader.seek(SeekFrom::Start(0))?;
    let mut front = Vec::new();
    reader.take(PROGRAM).read_to_end(&mut front)?;
    if front.starts_with(MAGIC) {
        return Ok(Some(0));
    }
    let is_header = |at: &usize| {
        let header = front.get(*at..at + HEADER);
        header.is_some_and(|header| header[8..12] == checksum(&header[12..]))
    };
    Ok(memmem::find_iter(&front, MAGIC).find(is_header).map(|at| at as u64))
}

/// The checksum of 7z, as it is stored.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum().to_le_bytes()
}

/// Whether the archive has no table of contents, as one without members.
fn is_empty(reader: &mut dyn ReadSeek) -> io::Result<bool> {
    let mut header = [0; HEADER];
    reader.seek(SeekFrom::Start(0))?;
    let is_whole = reader.read_exact(&mut header).is_ok();
    Ok(is_whole && header[12..28].iter().all(|byte| *byte == 0) && header[8..12] == checksum(&header[12..]))
}

/// A reader without what stands in front.
struct Behind<'r> {
    reader: &'r mut dyn ReadSeek,
    start: u64,
}

impl Read for Behind<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl Seek for Behind<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let position = match position {
            SeekFrom::Start(offset) => SeekFrom::Start(offset.saturating_add(self.start)),
            other => other,
        };
        let at = self.reader.seek(position)?;
        at.checked_sub(self.start).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
    }
}

/// The table of contents, and the password that opened it.
fn open(mut reader: &mut dyn ReadSeek, passwords: &[Password]) -> Result<(Archive, Password), ReadError> {
    let first = match Archive::read_with_memory_limit(&mut reader, &Password::empty(), MEMORY) {
        Ok(archive) => return Ok((archive, Password::empty())),
        Err(error) => error,
    };
    for password in passwords {
        if let Ok(archive) = Archive::read_with_memory_limit(&mut reader, password, MEMORY) {
            return Ok((archive, password.clone()));
        }
    }
    Err(match first {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => {
            ReadError::Unsupported(Reason::EncryptedArchive, "its table of contents is encrypted".to_owned())
        }
        Error::UnsupportedCompressionMethod(_) => {
            ReadError::Unsupported(Reason::UnsupportedCompression, "of its table of contents".to_owned())
        }
        _ => ReadError::Malformed("its table of contents cannot be read".to_owned()),
    })
}

struct Reading<'r> {
    archive: &'r Archive,
    reader: &'r mut dyn ReadSeek,
    passwords: Vec<Password>,
    /// The password that was right last.
    password: Password,
}

impl Reading<'_> {
    /// Gives the members of a block.
    fn block(&mut self, block: usize, sink: &mut dyn Sink) -> ControlFlow<()> {
        let coders = self.archive.blocks.get(block).map(|block| block.coders.as_slice()).unwrap_or_default();
        let is_encrypted = coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256);
        if is_encrypted && !self.finds_password(block) {
            return self.skip(block, 0, Reason::EncryptedArchive, "the member is encrypted", sink);
        }
        let mut given = 0;
        let mut has_enough = false;
        let mut reader = &mut *self.reader;
        let decoder = BlockDecoder::new_with_memory_limit(1, MEMORY, block, self.archive, &self.password, &mut reader);
        let outcome = decoder.for_each_entries(&mut |entry, content| {
            given += 1;
            if entry.is_directory || entry.is_anti_item {
                return Ok(true);
            }
            let member = Member { name: entry.name.as_bytes(), modified: modified(entry) };
            has_enough = sink.member(&member, &mut &mut *content).is_break();
            Ok(!has_enough)
        });
        if has_enough {
            return ControlFlow::Break(());
        }
        match outcome {
            Ok(_) => ControlFlow::Continue(()),
            Err(Error::UnsupportedCompressionMethod(_)) => {
                self.skip(block, given, Reason::UnsupportedCompression, "a method of 7z", sink)
            }
            Err(_) => {
                sink.partial(Reason::Malformed, "a block of members is damaged");
                self.skip(block, given, Reason::Malformed, "it lies behind the damage", sink)
            }
        }
    }

    /// Lists the members of a block that were not read.
    fn skip(&self, block: usize, given: usize, reason: Reason, detail: &str, sink: &mut dyn Sink) -> ControlFlow<()> {
        let blocks = &self.archive.stream_map.file_block_index;
        let files = self.archive.files.iter().zip(blocks).filter(|(_, index)| **index == Some(block));
        for (entry, _) in files.skip(given) {
            let member = Member { name: entry.name.as_bytes(), modified: modified(entry) };
            sink.skip_member(&member, reason, detail)?;
        }
        ControlFlow::Continue(())
    }

    /// Tries passwords on a block, that of the block before first.
    fn finds_password(&mut self, block: usize) -> bool {
        if !self.password.is_empty() && self.opens(block, &self.password.clone()) {
            return true;
        }
        for index in 0..self.passwords.len() {
            let password = self.passwords[index].clone();
            if self.opens(block, &password) {
                self.password = password;
                return true;
            }
        }
        false
    }

    fn opens(&mut self, block: usize, password: &Password) -> bool {
        let mut reader = &mut *self.reader;
        let decoder = BlockDecoder::new_with_memory_limit(1, MEMORY, block, self.archive, password, &mut reader);
        let mut is_right = false;
        let outcome = decoder.for_each_entries(&mut |entry, content| {
            if !entry.has_stream {
                return Ok(true);
            }
            is_right = io::copy(&mut content.take(TRIAL), &mut io::sink()).is_ok();
            Ok(false)
        });
        outcome.is_ok() && is_right
    }
}

fn modified(entry: &ArchiveEntry) -> Option<std::time::SystemTime> {
    entry.has_last_modified_date.then(|| entry.last_modified_date.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Passwords;
    use crate::formats::recording::Recording;

    // Written by another program: the passwords are `right`.
    const PLAIN: &[u8] = include_bytes!("../../tests/data/plain.7z");
    const ENCRYPTED: [&[u8]; 2] =
        [include_bytes!("../../tests/data/password.7z"), include_bytes!("../../tests/data/password-names.7z")];

    fn read(bytes: &[u8], passwords: &[&str]) -> (Recording, Result<(), ReadError>) {
        let mut content = Content::memory(b"a.7z", bytes.to_vec());
        content.set_passwords(&Passwords::new(passwords.iter().map(|p| p.as_bytes().to_vec()).collect()));
        let mut recording = Recording::default();
        let result = SevenZ.read(&mut content, &mut recording);
        (recording, result)
    }

    #[test]
    fn members_are_read() {
        let (recording, result) = read(PLAIN, &[]);
        result.unwrap();
        assert_eq!(recording.names(), ["a.txt", "b/c.txt"]);
        assert_eq!(recording.members[1].bytes, b"second");
    }

    #[test]
    fn passwords_are_tried() {
        for (bytes, hides_names) in ENCRYPTED.into_iter().zip([false, true]) {
            let (recording, result) = read(bytes, &["wrong", "right"]);
            result.unwrap();
            assert_eq!(recording.members.len(), 2, "{hides_names}");
            assert_eq!(recording.members[0].bytes, b"first");
            let (recording, result) = read(bytes, &["wrong"]);
            if hides_names {
                assert!(matches!(result, Err(ReadError::Unsupported(Reason::EncryptedArchive, _))), "{result:?}");
            } else {
                assert_eq!(recording.skipped.len(), 2);
                assert!(recording.skipped.iter().all(|(_, reason, _)| *reason == Reason::EncryptedArchive));
            }
        }
    }

    #[test]
    fn an_archive_behind_a_program_is_read() {
        let program = [b"MZ".to_vec(), vec![0xE9; 100_000], MAGIC.to_vec(), PLAIN.to_vec()].concat();
        let mut content = Content::memory(b"setup.exe", program.clone());
        assert!(SevenZ.recognizes(&mut content));
        let (recording, result) = read(&program, &[]);
        result.unwrap();
        assert_eq!(recording.names(), ["(stub)", "a.txt", "b/c.txt"]);
        assert!(!SevenZ.recognizes(&mut Content::memory(b"setup.exe", program[..100_030].to_vec())));
    }

    #[test]
    fn an_archive_without_members_is_whole() {
        let mut empty = [MAGIC, &[0; 26]].concat();
        let sum = checksum(&empty[12..]);
        empty[8..12].copy_from_slice(&sum);
        let (recording, result) = read(&empty, &[]);
        result.unwrap();
        assert!(recording.members.is_empty() && recording.partials.is_empty());
    }

    #[test]
    fn damage_ends_well() {
        let bytes = PLAIN;
        for at in 6..bytes.len() {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0x11;
            let _ = read(&damaged, &[]);
            let _ = read(&bytes[..at], &[]);
        }
    }
}
