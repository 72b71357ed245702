//! An artifact: a file, or a member of one at any depth, and its path. SARIF's word.
//!
//! Plain data. Reading it is `open`'s business, finding it that of `sources`.

use std::time::SystemTime;

/// Where an artifact is: the file on disk, and the way into it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ArtifactPath {
    /// Path of the outermost file relative to its target, with `/`, as raw bytes.
    pub file: Vec<u8>,
    /// The object id in hex, where a repository holds several versions of one path; else empty.
    pub version: String,
    /// Names of the members, outermost first; empty for the file itself.
    pub members: Vec<Vec<u8>>,
    /// Ordinals of the members in their archives, to tell members of one name apart.
    pub ordinals: Vec<u64>,
}

impl ArtifactPath {
    /// The path of a file on disk.
    pub fn file(path: impl Into<Vec<u8>>) -> Self {
        Self { file: path.into(), ..Self::default() }
    }

    /// The path of a member of this artifact.
    #[must_use]
    pub fn member(&self, name: &[u8], ordinal: u64) -> Self {
        let mut path = self.clone();
        path.members.push(name.to_vec());
        path.ordinals.push(ordinal);
        path
    }

    /// The member part, levels joined with `!/`; none for the file itself.
    pub fn embedded(&self) -> Option<Vec<u8>> {
        (!self.members.is_empty()).then(|| self.members.join(&b"!/"[..]))
    }

    /// The last name of the path, without its folders.
    pub fn name(&self) -> &[u8] {
        let last = self.members.last().unwrap_or(&self.file);
        last.rsplit(|b| *b == b'/').next().unwrap_or(last)
    }

    /// The extension of the last name without its dot, as typed; empty if there is none.
    pub fn extension(&self) -> &[u8] {
        extension(self.name())
    }
}

/// The extension of a file name without its dot; empty if there is none. A leading dot makes no extension.
pub fn extension(name: &[u8]) -> &[u8] {
    match name.iter().rposition(|b| *b == b'.') {
        Some(dot) if dot > 0 => &name[dot + 1..],
        _ => b"",
    }
}

/// What is known of an artifact besides its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Artifact {
    /// Where it is.
    pub path: ArtifactPath,
    /// Size in bytes: on disk for a file, as read for a member.
    pub size: u64,
    /// Last modification, if known.
    pub modified: Option<SystemTime>,
    /// Unix permission bits, for files on disk.
    pub mode: Option<u32>,
    /// Where it is in a repository, for files that came from one.
    pub git: Option<Box<Stored>>,
    /// The outermost file, when this is a member of one.
    pub container: Option<Box<Artifact>>,
}

impl Artifact {
    /// The file on disk or in a repository: this one, or that around it. None for a member that knows of none.
    pub fn outermost(&self) -> Option<&Self> {
        self.container.as_deref().or((self.path.members.is_empty()).then_some(self))
    }
}

/// Where a file is in a git repository. Of who wrote it nothing is kept: that is personal data too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The id of its content in hex.
    pub blob: String,
    /// The id in hex of the oldest commit that holds the content; only where history was read.
    pub commit: Option<String>,
    /// When that commit was written, by its author's clock.
    pub authored: Option<SystemTime>,
}
