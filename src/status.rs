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
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
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
        }
    };
}

reasons! {
    /// An archive nested deeper than the limit.
    NestingLevelOverLimit = "ARCHIVE_NESTING_LEVEL_OVER_LIMIT",
    /// The outermost file gave more extracted bytes than the limit.
    BytesExtractedOverLimit = "ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT",
    /// The outermost file holds more members than the limit.
    MembersOverLimit = "ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT",
    /// The content grew out of all proportion to the file.
    CompressionRatioOverLimit = "ARCHIVE_COMPRESSION_RATIO_OVER_LIMIT",
    /// A file larger than its type's limit, or a member larger than the limit for members.
    FileTooLarge = "FILE_EXCEEDS_SIZE_LIMIT",
    /// An archive file larger than its type's limit.
    ArchiveTooLarge = "ARCHIVE_EXCEEDS_SIZE_LIMIT",
    /// A member whose content is encrypted.
    EncryptedArchive = "ENCRYPTED_ARCHIVE",
    /// A document that no known password opens.
    EncryptedDocument = "ENCRYPTED_DOCUMENT",
    /// Damaged, or not what its first bytes promise.
    Malformed = "MALFORMED_FILE",
    /// A damaged Office document, or one that is too large.
    OfficeMalformed = "MALFORMED_OR_FILE_SIZE_EXCEEDS_LIMIT",
    /// Structured data that does not parse.
    Unparsable = "UNABLE_TO_PARSE_FILE",
    /// JSON nested deeper than 256 levels; the rest was read as plain text.
    JsonNestingOverLimit = "JSON_NESTING_LEVEL_OVER_LIMIT",
    /// No format reads it, images included.
    UnsupportedFormat = "UNSUPPORTED_FILE_TYPE_EXCEPTION",
    /// A compression method that no reader knows.
    UnsupportedCompression = "UNSUPPORTED_COMPRESSION_METHOD",
    /// The operating system refused to let it be read.
    PermissionDenied = "PERMISSION_DENIED",
    /// It was gone when its turn came.
    NoLongerAvailable = "SOURCE_OBJECT_NO_LONGER_AVAILABLE",
    /// It changed while it was read.
    Changed = "OBJECT_VERSION_MISMATCH",
    /// Reading it failed for another reason.
    ReadFailed = "READ_ERROR",
    /// The time for one file was used up.
    TimeOut = "TIME_CUT_OFF_REACHED",
    /// The scan was interrupted before it was read to its end.
    Interrupted = "SCAN_INTERRUPTED",
    /// A parser failed in a way that it should not.
    ParserFailed = "PARSER_FAILED",
    /// A link, a device, a pipe or a socket: not a regular file.
    NotARegularFile = "NOT_A_REGULAR_FILE",
}
