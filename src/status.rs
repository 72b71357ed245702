//! What became of an artifact: complete, partial or skipped, and why. Macie's codes, and ours in the same style.
//!
//! Knows nothing of formats or limits: they name a [`Reason`], nobody else invents one.

/// Whether an artifact was inspected in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Everything in it was inspected.
    Complete,
    /// Some of it was inspected.
    Partial(Reason, String),
    /// Nothing of it was inspected.
    Skipped(Reason, String),
}

impl Status {
    /// Macie's status code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Complete => "COMPLETE",
            Self::Partial(..) => "PARTIAL",
            Self::Skipped(..) => "SKIPPED",
        }
    }

    /// The reason, unless the status is complete.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Complete => None,
            Self::Partial(reason, _) | Self::Skipped(reason, _) => Some(*reason),
        }
    }

    /// What a person should know beyond the reason; never a piece of the content.
    pub fn detail(&self) -> &str {
        match self {
            Self::Complete => "",
            Self::Partial(_, detail) | Self::Skipped(_, detail) => detail,
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal: $explanation:literal,)*) => {
        /// Why an artifact was not inspected in full.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code that reports use.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means, and what to do about it.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation,)* }
            }
        }
    };
}

reasons! {
    /// An archive nested deeper than the limit.
    NestingLevelOverLimit = "ARCHIVE_NESTING_LEVEL_OVER_LIMIT":
        "archives nested deeper than the limit were not opened; raise --max-depth-archive (10 at most), or unpack them",
    /// The outermost file gave more extracted bytes than the limit.
    BytesExtractedOverLimit = "ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT":
        "the archive gave more bytes than the limit; raise --max-extracted if it is no bomb",
    /// The outermost file holds more members than the limit.
    MembersOverLimit = "ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT":
        "the archive holds more files than the limit; raise --max-members",
    /// The content grew out of all proportion to the file.
    CompressionRatioOverLimit = "ARCHIVE_COMPRESSION_RATIO_OVER_LIMIT":
        "the content grew out of all proportion, as a zip bomb does; raise --max-ratio if it is real data",
    /// A file larger than its type's limit, or a member larger than the limit for members.
    FileTooLarge = "FILE_EXCEEDS_SIZE_LIMIT":
        "larger than the limit for its type; raise --max-file-size, or --max-member for a file in an archive",
    /// An archive file larger than its type's limit.
    ArchiveTooLarge = "ARCHIVE_EXCEEDS_SIZE_LIMIT":
        "the archive is larger than the limit; raise --max-file-size, or unpack it",
    /// A member whose content is encrypted.
    EncryptedArchive = "ENCRYPTED_ARCHIVE":
        "the content is encrypted; decrypt it and scan it again",
    /// A document that no known password opens.
    EncryptedDocument = "ENCRYPTED_DOCUMENT":
        "the document is encrypted; add its password to --password-file, or decrypt it and scan it again",
    /// An Office document that grows out of all proportion when it is unpacked.
    OfficeRatioOverLimit = "OOXML_UNCOMPRESSED_RATIO_EXCEEDS_LIMIT":
        "the document grows out of all proportion when it is unpacked, as a bomb does; see what made it",
    /// An Office document that is larger than the limit when it is unpacked.
    OfficeSizeOverLimit = "OOXML_UNCOMPRESSED_SIZE_EXCEEDS_LIMIT":
        "the document is larger than the limit when it is unpacked; split it, and scan the parts",
    /// An Office document that lacks what it cannot be without.
    MalformedOffice = "MALFORMED_OR_FILE_SIZE_EXCEEDS_LIMIT":
        "the document lacks a part that it cannot be without; see whether it opens elsewhere",
    /// Damaged, or not what its first bytes promise.
    Malformed = "MALFORMED_FILE":
        "damaged, or not what its first bytes promise; see whether it opens elsewhere",
    /// Structured data that does not parse.
    Unparsable = "UNABLE_TO_PARSE_FILE":
        "structured data that does not parse; mend it and scan it again",
    /// JSON nested deeper than 256 levels; the rest was read as plain text.
    JsonNestingOverLimit = "JSON_NESTING_LEVEL_OVER_LIMIT":
        "nested deeper than 256 levels; the rest was read as plain text, without names over its values",
    /// No format reads it, images included.
    UnsupportedFormat = "UNSUPPORTED_FILE_TYPE_EXCEPTION":
        "no format reads it; `tamis formats` shows what can be read",
    /// A compression method that no reader knows.
    UnsupportedCompression = "UNSUPPORTED_COMPRESSION_METHOD":
        "compressed in a way that no reader here knows; unpack it with the tool that made it",
    /// The operating system refused to let it be read.
    PermissionDenied = "PERMISSION_DENIED":
        "the operating system refused; scan as a user who may read it",
    /// It was gone when its turn came.
    NoLongerAvailable = "SOURCE_OBJECT_NO_LONGER_AVAILABLE":
        "it was gone when its turn came; scan again if it should be there",
    /// It changed while it was read.
    Changed = "OBJECT_VERSION_MISMATCH":
        "it changed while it was read; scan again when nobody writes to it",
    /// Reading it failed for another reason.
    ReadFailed = "READ_ERROR":
        "reading it failed; see to the disk or the share that it is on",
    /// The time for one file was used up.
    TimeOut = "TIME_CUT_OFF_REACHED":
        "the time for one file was used up; raise --timeout-per-file",
    /// The scan was interrupted before it was read to its end.
    Interrupted = "SCAN_INTERRUPTED":
        "the scan was interrupted before it was read to its end; scan again",
    /// A parser failed in a way that it should not.
    ParserFailed = "PARSER_FAILED":
        "a reader failed in a way that it should not: a bug, please report it; the other files are not affected",
    /// A submodule of a repository.
    Submodule = "GIT_SUBMODULE":
        "a submodule is a repository of its own; scan it there",
    /// A pointer of Git LFS in the place of the content.
    LfsPointer = "GIT_LFS_POINTER":
        "Git LFS keeps the content elsewhere; run `git lfs pull`, and scan the files",
    /// An object that the repository lacks or cannot read.
    ObjectMissing = "GIT_OBJECT_MISSING":
        "the repository lacks the object, or it is damaged; fetch it (a partial clone leaves some out), or see `git fsck`",
    /// A clone without its older history.
    Shallow = "GIT_SHALLOW_CLONE":
        "the clone is shallow: older history is not here; fetch all of it (`git fetch --unshallow`, `fetch-depth: 0`)",
    /// A link, a device, a pipe or a socket: not a regular file.
    NotARegularFile = "NOT_A_REGULAR_FILE":
        "a link that leads elsewhere, a device, a pipe or a socket; name what it leads to as a target",
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn every_reason_is_explained() {
        for reason in Reason::ALL {
            let text = reason.explanation();
            assert!(text.len() > 20 && text.contains([';', ':']) && !text.ends_with('.'), "{}: {text}", reason.code());
        }
    }
}
