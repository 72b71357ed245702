//! What passes between a scan and its reader processes: frames of a length (four bytes, little end first) and a message.
//!
//! Knows nothing of processes or of what messages are for.

use super::places::WirePlace;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// The longest frame, in bytes.
const LONGEST: usize = 64 << 20;

/// What is asked of a reader: a request, then the content in chunks, the last one empty, and its companion's.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    /// The format's name.
    pub(super) format: String,
    /// The file's name: a hint for formats.
    pub(super) name: Vec<u8>,
    /// Passwords to try on encrypted files.
    pub(super) passwords: Vec<Vec<u8>>,
    /// Whether a file that is read along with it follows behind it, in chunks of the same form.
    pub(super) has_companion: bool,
}

/// What a reader answers.
#[derive(Serialize, Deserialize)]
pub(super) enum Answer {
    /// A text begins.
    Text {
        /// Whether it is cut into fields.
        has_fields: bool,
    },
    /// The names over a label's fields; comes before the first of them.
    Names { label: u32, names: Vec<String> },
    /// A name in places from here on.
    Name { number: u32, name: String },
    /// A piece of the text.
    Block { text: String, fields: Vec<WireField> },
    /// The text ends.
    TextEnd {
        /// Bytes of the artifact that it stands for.
        read: u64,
        /// Whether it broke off.
        broken: bool,
    },
    /// A member begins; chunks of its bytes follow, the last one empty.
    Member { name: Vec<u8> },
    /// A part of the member.
    Chunk(Chunk),
    /// A member that cannot be read.
    Skip { name: Vec<u8>, reason: String, detail: String },
    /// The artifact is not read in full.
    Partial { reason: String, detail: String },
    /// All is read, or the reason why not.
    Done {
        failure: Option<Failure>,
        /// Whether the reader waits for another file; else it ends.
        stays: bool,
    },
}

/// Bytes of a content.
#[derive(Serialize, Deserialize)]
pub(super) struct Chunk {
    /// The bytes; none at the end.
    #[serde(with = "serde_bytes")]
    pub(super) bytes: Vec<u8>,
}

/// A field with its place.
#[derive(Serialize, Deserialize)]
pub(super) struct WireField {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) label: u32,
    pub(super) id: u64,
    pub(super) place: WirePlace,
}

/// Why a file was not read to its end.
#[derive(Serialize, Deserialize)]
pub(super) enum Failure {
    Malformed(String),
    Unsupported { reason: String, detail: String },
    Panicked,
}

/// Writes one message.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&bytes)
}

/// Reads one message.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a message"))
}
