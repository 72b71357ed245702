//! Policy findings: what is wrong with how a file with sensitive data is kept, rather than with the data. Macie's second
//! category of findings, and the `[[policy]]` rules of a team.
//!
//! Plain data. `police` looks at files and makes the findings.

mod read;

pub use read::rules;

use crate::artifact::Artifact;
use crate::finding::digest;
use crate::identifier::Severity;
use globset::GlobSet;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Everyone on the machine may write to it.
    WorldWritable,
    /// Everyone on the machine may read it.
    WorldReadable,
    /// A private key that others than its owner may read.
    PrivateKeyOpen,
    /// A private key that no passphrase protects.
    PrivateKeyWithoutPassphrase,
    /// Sensitive data in an unencrypted archive, where a `[[policy]]` refuses that.
    UnencryptedArchive,
}

impl PolicyKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 5] = [
        Self::WorldWritable,
        Self::WorldReadable,
        Self::PrivateKeyOpen,
        Self::PrivateKeyWithoutPassphrase,
        Self::UnencryptedArchive,
    ];

    /// Macie's form of a type: `Policy:File/WorldReadable`.
    pub fn code(self) -> &'static str {
        match self {
            Self::WorldWritable => "Policy:File/WorldWritable",
            Self::WorldReadable => "Policy:File/WorldReadable",
            Self::PrivateKeyOpen => "Policy:File/PrivateKeyOpen",
            Self::PrivateKeyWithoutPassphrase => "Policy:File/PrivateKeyWithoutPassphrase",
            Self::UnencryptedArchive => "Policy:File/UnencryptedArchive",
        }
    }

    /// A few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::WorldWritable => "Writable by everyone",
            Self::WorldReadable => "Readable by everyone",
            Self::PrivateKeyOpen => "Private key open to others",
            Self::PrivateKeyWithoutPassphrase => "Private key without a passphrase",
            Self::UnencryptedArchive => "Sensitive data in an unencrypted archive",
        }
    }

    /// What it means, and what to do about it.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::WorldWritable => {
                "holds sensitive data, and every user of the machine may change it; chmod o-w, and see who did"
            }
            Self::WorldReadable => {
                "holds sensitive data, and every user of the machine may read it; chmod o-r, or move it"
            }
            Self::PrivateKeyOpen => {
                "holds a private key, and others than its owner may read it; chmod go-rwx, and replace the key if anybody could"
            }
            Self::PrivateKeyWithoutPassphrase => {
                "holds a private key that works for whoever copies it; give it a passphrase, or keep it in an agent or a vault"
            }
            Self::UnencryptedArchive => {
                "holds sensitive data in an archive without encryption, which the policy refuses here; encrypt it, or move it"
            }
        }
    }
}

/// Something wrong with how a file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFinding {
    /// 32 hex digits from path and kind: the same in every run.
    pub id: String,
    /// What is wrong.
    pub kind: PolicyKind,
    /// How bad it is.
    pub severity: Severity,
    /// The file on disk.
    pub artifact: Artifact,
    /// Name of the `[[policy]]` that says so, if one does.
    pub rule: Option<String>,
    /// What the verdict rests on, where its kind does not say it.
    pub basis: Option<String>,
}

impl PolicyFinding {
    /// Of a file.
    pub fn new(kind: PolicyKind, severity: Severity, artifact: Artifact, rule: Option<String>) -> Self {
        let id = digest(&[b"policy", kind.code().as_bytes(), &artifact.path.file]);
        Self { id, kind, severity, artifact, rule, basis: None }
    }

    /// One sentence without a full stop, its subject left out.
    pub fn description(&self) -> String {
        match (&self.rule, &self.basis) {
            (Some(words), _) | (None, Some(words)) => format!("{} ({words})", self.kind.explanation()),
            (None, None) => self.kind.explanation().to_owned(),
        }
    }
}

/// A `[[policy]]`: what holds for the files of some folders. The first whose paths fit a file decides.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What people call it.
    pub name: String,
    /// The paths that it is for, below the target.
    pub paths: GlobSet,
    /// Whether sensitive data may lie in unencrypted archives there.
    pub unencrypted_archives: bool,
}
