//! What a file is, by its extension: a format that is read, a kind that holds no text to read, or unknown.

use super::speed::{Cost, of_format};
use crate::formats::{FORMATS, Format};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Of a format that is read, by its name.
    Read(&'static str),
    /// A picture, of which what is written beside it is read.
    Picture(&'static str),
    /// Of a kind that is known, and that no format reads: a few words.
    Unread(&'static str),
    /// Nobody can say without reading it. Text is read, whatever its file is called.
    Unknown,
    /// By its content: no format reads it.
    NoFormat,
}

impl Kind {
    /// Of a format.
    pub(super) fn of_format(format: &dyn Format) -> Self {
        if format.media_type().starts_with("image/") { Self::Picture(format.name()) } else { Self::Read(format.name()) }
    }

    /// The name of the format, or what it is.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read(name) | Self::Picture(name) | Self::Unread(name) => name,
            Self::Unknown => "unknown",
            Self::NoFormat => "no format",
        }
    }

    /// Whether a scan can inspect it, in a word.
    pub fn classifiable(self) -> &'static str {
        match self {
            Self::Read(_) => "yes",
            Self::Picture(_) => "in part",
            Self::Unread(_) | Self::NoFormat => "no",
            Self::Unknown => "if text",
        }
    }

    /// Why not, or not in full.
    pub fn why(self) -> &'static str {
        match self {
            Self::Read(_) => "",
            Self::Picture(_) => "what is written beside the picture is read, the picture is not",
            Self::Unread(_) | Self::NoFormat => "no format reads it",
            Self::Unknown => "the extension says nothing: it is read if it is text, or of a known format by content",
        }
    }

    /// Whether a scan can inspect it, or may.
    pub fn may_be_read(self) -> bool {
        self.cost().is_some()
    }

    /// What reading it costs; none when nothing of it is read.
    pub(super) fn cost(self) -> Option<Cost> {
        match self {
            Self::Read(name) => Some(of_format(name)),
            Self::Unknown => Some(super::speed::UNKNOWN),
            Self::Picture(_) | Self::Unread(_) | Self::NoFormat => None,
        }
    }
}

/// Kinds that hold no text to read, and their usual extensions.
const UNREAD: &[(&str, &[&str])] = &[
    ("audio", &["aac", "aif", "aiff", "flac", "m4a", "mid", "mp3", "oga", "ogg", "opus", "wav", "wma"]),
    ("video", &["avi", "flv", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "webm", "wmv"]),
    ("picture", &["bmp", "ico", "psd", "raw", "tga"]),
    ("font", &["eot", "otf", "ttc", "ttf", "woff", "woff2"]),
    (
        "program",
        &["bin", "class", "dll", "dylib", "exe", "lib", "o", "obj", "pdb", "pyc", "rlib", "rmeta", "so", "wasm"],
    ),
    ("disk image", &["dmg", "img", "iso", "qcow2", "vdi", "vhd", "vhdx", "vmdk"]),
    ("archive", &["ace", "arj", "cab", "rar"]),
];

/// What a file with this extension is, in lower case and without its dot.
pub fn of_extension(extension: &[u8]) -> Kind {
    let Ok(extension) = std::str::from_utf8(extension) else { return Kind::Unknown };
    if let Some(format) = FORMATS.iter().find(|format| format.extensions().contains(&extension)) {
        return Kind::of_format(*format);
    }
    let unread = UNREAD.iter().find(|(_, extensions)| extensions.contains(&extension));
    unread.map_or(Kind::Unknown, |(name, _)| Kind::Unread(name))
}

#[cfg(test)]
mod tests {
    use super::{Kind, UNREAD, of_extension};

    #[test]
    fn extensions_tell() {
        let name = |extension: &str| {
            (of_extension(extension.as_bytes()).name(), of_extension(extension.as_bytes()).classifiable())
        };
        assert_eq!(name("csv"), ("csv", "yes"));
        assert_eq!(name("jpg"), ("jpeg", "in part"));
        assert_eq!(name("mp4"), ("video", "no"));
        assert_eq!(name("xyz"), ("unknown", "if text"));
        assert_eq!(of_extension(b"\xff"), Kind::Unknown);
    }

    #[test]
    fn no_format_reads_what_is_said_to_be_unread() {
        for extension in UNREAD.iter().flat_map(|(_, extensions)| *extensions) {
            assert!(matches!(of_extension(extension.as_bytes()), Kind::Unread(_)), "{extension}");
        }
    }
}
