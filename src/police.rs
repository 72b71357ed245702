//! Stage: looks at how files with findings are kept. Modes of files and of the folders above them, the heads of private
//! keys, and the team's `[[policy]]` rules; never at what else is in a file.
//!
//! A file is open to everyone when its mode says so and every folder above it lets everyone through: what lies in a home of
//! mode 0700 is not.

mod keys;

use crate::artifact::Artifact;
use crate::finding::{Detection, Finding};
use crate::formats::{FORMATS, Nesting};
use crate::identifier::Severity;
use crate::policy::{Policy, PolicyFinding, PolicyKind};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

/// Private keys, and whether their heads say if a passphrase protects them.
const KEYS: [&str; 5] =
    ["OPENSSH_PRIVATE_KEY", "PGP_PRIVATE_KEY", "PKCS", "PUTTY_PRIVATE_KEY", "WIREGUARD_PRIVATE_KEY"];
/// Keys of one file that are looked at.
const MOST_KEYS: usize = 100;

/// A file on disk that holds findings, itself or in its members.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Where it is, from the working folder.
    pub(crate) place: PathBuf,
    /// Its media type.
    pub(crate) media_type: Cow<'static, str>,
}

/// What is wrong with how files are kept, ordered by path and kind. `kept` has the files by their paths in findings; what a
/// rule suppressed is accepted, and says nothing here.
pub(crate) fn police(
    policies: &[Policy],
    minimum: Severity,
    findings: &[Finding],
    kept: &HashMap<Vec<u8>, Kept>,
) -> Vec<PolicyFinding> {
    let mut folders = Folders::default();
    let mut all = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !finding.archived) {
        let artifact = &finding.classification.artifact;
        let Some(kept) = kept.get(&artifact.path.file) else { continue };
        let on_disk = artifact.container.as_deref().unwrap_or(artifact);
        let judge = Judge { finding, artifact: on_disk, kept };
        for Verdict { kind, severity, rule, basis } in judge.verdicts(policies, &mut folders) {
            let known = all.entry((on_disk.path.file.clone(), kind)).or_insert((severity, on_disk, None, None));
            known.0 = known.0.max(severity);
            known.2 = rule;
            known.3 = known.3.or(basis);
        }
    }
    let made = all.into_iter().map(|((_, kind), (severity, artifact, rule, basis))| {
        let rule = rule.map(|policy: &Policy| policy.name.clone());
        let basis = basis.map(str::to_owned);
        PolicyFinding { basis, ..PolicyFinding::new(kind, severity, artifact.clone(), rule) }
    });
    made.filter(|found| found.severity >= minimum).collect()
}

struct Verdict<'p> {
    kind: PolicyKind,
    severity: Severity,
    rule: Option<&'p Policy>,
    /// What it rests on, where that is not plain.
    basis: Option<&'static str>,
}

impl Verdict<'_> {
    fn new(kind: PolicyKind, severity: Severity) -> Self {
        Self { kind, severity, rule: None, basis: None }
    }
}

struct Judge<'a> {
    finding: &'a Finding,
    artifact: &'a Artifact,
    kept: &'a Kept,
}

impl Judge<'_> {
    fn verdicts<'p>(&self, policies: &'p [Policy], folders: &mut Folders) -> Vec<Verdict<'p>> {
        let mut verdicts = Vec::new();
        let mode = self.artifact.mode.unwrap_or(0);
        let above = if mode & 0o046 == 0 { Above::default() } else { folders.of(&self.kept.place) };
        // Git keeps no modes: who checks out sets them, and what they allow is his affair, not the repository's.
        let is_checked_out = above.are_checked_out;
        if mode & 0o006 != 0 && above.let_everyone_through {
            if mode & 0o002 != 0 {
                verdicts.push(Verdict::new(PolicyKind::WorldWritable, Severity::High));
            }
            if mode & 0o004 != 0 && !is_checked_out {
                verdicts.push(Verdict::new(PolicyKind::WorldReadable, self.finding.severity));
            }
        }
        let is_member = self.finding.classification.artifact.container.is_some();
        let keys: Vec<&Detection> = self.detections().filter(|d| KEYS.contains(&d.identifier.id.as_str())).collect();
        if !is_member && !keys.is_empty() {
            if mode & 0o044 != 0 && !is_checked_out {
                verdicts.push(Verdict::new(PolicyKind::PrivateKeyOpen, Severity::High));
            }
            if let Some(basis) = keys.iter().find_map(|key| self.lacks_passphrase(key)) {
                let verdict = Verdict::new(PolicyKind::PrivateKeyWithoutPassphrase, Severity::Medium);
                verdicts.push(Verdict { basis: Some(basis), ..verdict });
            }
        }
        if is_member && holds_files(&self.kept.media_type) {
            let path = String::from_utf8_lossy(&self.artifact.path.file);
            let rule = policies.iter().find(|policy| policy.paths.is_match(path.as_ref()));
            if let Some(rule) = rule.filter(|rule| !rule.unencrypted_archives) {
                let verdict = Verdict::new(PolicyKind::UnencryptedArchive, self.finding.severity);
                verdicts.push(Verdict { rule: Some(rule), ..verdict });
            }
        }
        verdicts
    }

    fn detections(&self) -> impl Iterator<Item = &Detection> {
        self.finding.classification.detections.iter()
    }

    /// What says that no passphrase protects one of these keys. What cannot be read says nothing.
    fn lacks_passphrase(&self, found: &Detection) -> Option<&'static str> {
        let mut file = File::open(&self.kept.place).ok()?;
        found.occurrences.iter().filter(|key| key.position.length > 0).take(MOST_KEYS).find_map(|key| {
            let mut text = Vec::new();
            file.seek(SeekFrom::Start(key.position.offset)).ok()?;
            (&mut file).take(keys::LONGEST.min(key.position.length)).read_to_end(&mut text).ok()?;
            keys::bare(&found.identifier.id, &text)
        })
    }
}

/// Whether files of this media type are archives: not documents with attachments.
fn holds_files(media_type: &str) -> bool {
    FORMATS.iter().any(|format| {
        format.media_type() == media_type && matches!(format.nesting(), Nesting::Archive | Nesting::Compression)
    })
}

/// What the folders above files are: a question asked once for each.
#[derive(Default)]
pub(crate) struct Folders {
    known: HashMap<PathBuf, Above>,
}

/// What all folders above a file are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Above {
    /// Whether everyone may pass through all of them.
    pub(crate) let_everyone_through: bool,
    /// Whether one of them is the work tree of a git repository.
    are_checked_out: bool,
}

impl Folders {
    /// The folders above a file.
    pub(crate) fn of(&mut self, file: &Path) -> Above {
        match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => self.down_to(folder),
            _ => self.down_to(Path::new(".")),
        }
    }

    /// A folder and those above it.
    fn down_to(&mut self, folder: &Path) -> Above {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let above = match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            // Neither a link nor `..`: what is above it is what its path says.
            Some(parent) if is_itself(folder) => self.down_to(parent).and(folder),
            _ => fs::canonicalize(folder).map_or_else(|_| Above::default(), |whole| self.above(&whole).and(&whole)),
        };
        self.known.insert(folder.to_owned(), above);
        above
    }

    /// What is above a folder whose path is whole.
    fn above(&mut self, whole: &Path) -> Above {
        let nothing = Above { let_everyone_through: true, are_checked_out: false };
        whole.parent().map_or(nothing, |parent| self.down_to(parent))
    }
}

impl Above {
    /// The same and one more folder.
    fn and(self, folder: &Path) -> Self {
        Self {
            let_everyone_through: self.let_everyone_through && everyone_may_pass(folder),
            are_checked_out: self.are_checked_out || folder.join(".git").exists(),
        }
    }
}

/// Whether the last part of a path is the name of a folder.
fn is_itself(folder: &Path) -> bool {
    matches!(folder.components().next_back(), Some(Component::Normal(_)))
        && fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir())
}

#[cfg(unix)]
fn everyone_may_pass(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0)
}

#[cfg(not(unix))]
fn everyone_may_pass(_folder: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{Folders, everyone_may_pass, holds_files};
    use std::fs;

    #[cfg(unix)]
    #[test]
    fn folders_are_what_each_above_them_is() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for folder in ["open/a/b", "closed/a/b", "work/.git", "work/a/b"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        fs::set_permissions(root.path().join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        symlink("../closed/a", root.path().join("open/link")).unwrap();
        symlink("../work", root.path().join("closed/link")).unwrap();
        let mut folders = Folders::default();
        for folder in [
            "open/a/b",
            "closed/a/b",
            "open/link/b",
            "closed/link/a",
            "open/link/../../open/a",
            "open/a/..",
            "work/a",
            "none",
        ] {
            let folder = root.path().join(folder);
            let whole = fs::canonicalize(&folder);
            let above = folders.of(&folder.join("file"));
            let passes = whole.as_ref().is_ok_and(|whole| whole.ancestors().all(everyone_may_pass));
            let is_checked_out = whole.is_ok_and(|whole| whole.ancestors().any(|above| above.join(".git").exists()));
            assert_eq!((above.let_everyone_through, above.are_checked_out), (passes, is_checked_out), "{folder:?}");
        }
    }

    #[test]
    fn mail_is_no_archive() {
        assert!(holds_files("application/zip") && holds_files("application/gzip"));
        assert!(!holds_files("message/rfc822") && !holds_files("text/plain"));
    }
}
