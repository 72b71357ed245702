//! An artifact: a file, or a member of one at any depth, and its path. SARIF's word.
//!
//! Plain data. Reading it is `open`'s business, finding it that of `sources`.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

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
    /// By what a change would show, for files on disk.
    pub stamp: Option<Stamp>,
}

/// What the file system says of a file: another version of it has another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Last modification, in nanoseconds from 1970. Anybody who may write the file can set it.
    pub modified: i64,
    /// Last change of the file or of what is said of it, in nanoseconds from 1970; nobody can set it. 0 where the system
    /// does not keep it.
    pub changed: i64,
    /// Its number on the device; 0 where the system has none.
    pub inode: u64,
    /// The device; 0 where the system has none.
    pub device: u64,
}

impl Stamp {
    /// As the file system says it.
    pub fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().map_or(0, nanoseconds);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let changed = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
            Self { size: metadata.len(), modified, changed, inode: metadata.ino(), device: metadata.dev() }
        }
        #[cfg(not(unix))]
        Self { size: metadata.len(), modified, changed: 0, inode: 0, device: 0 }
    }

    /// Whether the file may have been written at this moment or since: a second write need not show in its times.
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        /// File systems keep times to two seconds or better.
        const GRAIN: i64 = 2_000_000_000;
        let now = nanoseconds(now);
        // A time of modification that lies far ahead was set by somebody; when that was done, `changed` says.
        let latest = if self.changed == 0 { self.modified } else { self.changed };
        latest > now.saturating_sub(GRAIN) || self.modified.saturating_sub(now).saturating_abs() < GRAIN
    }
}

/// Nanoseconds from 1970, as far as 64 bits reach.
fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
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
