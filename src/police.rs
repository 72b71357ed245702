//! Stage: looks at how files with findings are kept. Modes of files and of the folders above them, the heads of private
//! keys, and the team's `[[policy]]` rules; never at what else is in a file.
//!
//! A file is open to everyone when its mode says so and every folder above it lets everyone through: what lies in a home of
//! mode 0700 is not.

use crate::artifact::Artifact;
use crate::finding::{Detection, Finding};
use crate::formats::{FORMATS, Nesting};
use crate::identifier::Severity;
use crate::policy::{Policy, PolicyFinding, PolicyKind};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Private keys, and whether their heads say if a passphrase protects them.
const KEYS: [&str; 5] =
    ["OPENSSH_PRIVATE_KEY", "PGP_PRIVATE_KEY", "PKCS", "PUTTY_PRIVATE_KEY", "WIREGUARD_PRIVATE_KEY"];
/// Bytes of a key that are looked at.
const HEAD: u64 = 1024;
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
    kept: &BTreeMap<Vec<u8>, Kept>,
) -> Vec<PolicyFinding> {
    let mut folders = Folders::default();
    let mut all = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !finding.archived) {
        let artifact = &finding.classification.artifact;
        let Some(kept) = kept.get(&artifact.path.file) else { continue };
        let on_disk = artifact.container.as_deref().unwrap_or(artifact);
        let judge = Judge { finding, artifact: on_disk, kept };
        for (kind, severity, rule) in judge.verdicts(policies, &mut folders) {
            let known = all.entry((on_disk.path.file.clone(), kind)).or_insert((severity, on_disk, None));
            known.0 = known.0.max(severity);
            known.2 = rule;
        }
    }
    let made = all.into_iter().map(|((_, kind), (severity, artifact, rule))| {
        let rule = rule.map(|policy: &Policy| policy.name.clone());
        PolicyFinding::new(kind, severity, artifact.clone(), rule)
    });
    made.filter(|found| found.severity >= minimum).collect()
}

struct Judge<'a> {
    finding: &'a Finding,
    artifact: &'a Artifact,
    kept: &'a Kept,
}

impl Judge<'_> {
    fn verdicts<'p>(
        &self,
        policies: &'p [Policy],
        folders: &mut Folders,
    ) -> Vec<(PolicyKind, Severity, Option<&'p Policy>)> {
        let mut verdicts = Vec::new();
        let mode = self.artifact.mode.unwrap_or(0);
        if mode & 0o006 != 0 && folders.let_everyone_through(&self.kept.place) {
            if mode & 0o002 != 0 {
                verdicts.push((PolicyKind::WorldWritable, Severity::High, None));
            }
            if mode & 0o004 != 0 {
                verdicts.push((PolicyKind::WorldReadable, self.finding.severity, None));
            }
        }
        let is_member = self.finding.classification.artifact.container.is_some();
        let keys: Vec<&Detection> = self.detections().filter(|d| KEYS.contains(&d.identifier.id.as_str())).collect();
        if !is_member && !keys.is_empty() {
            if mode & 0o044 != 0 {
                verdicts.push((PolicyKind::PrivateKeyOpen, Severity::High, None));
            }
            if keys.iter().any(|key| self.lacks_passphrase(key)) {
                verdicts.push((PolicyKind::PrivateKeyWithoutPassphrase, Severity::Medium, None));
            }
        }
        if is_member && holds_files(&self.kept.media_type) {
            let path = String::from_utf8_lossy(&self.artifact.path.file);
            let rule = policies.iter().find(|policy| policy.paths.is_match(path.as_ref()));
            if let Some(rule) = rule.filter(|rule| !rule.unencrypted_archives) {
                verdicts.push((PolicyKind::UnencryptedArchive, self.finding.severity, Some(rule)));
            }
        }
        verdicts
    }

    fn detections(&self) -> impl Iterator<Item = &Detection> {
        self.finding.classification.detections.iter()
    }

    /// Whether the head of one of these keys says that no passphrase protects it. What cannot be read says nothing.
    fn lacks_passphrase(&self, keys: &Detection) -> bool {
        let Ok(mut file) = File::open(&self.kept.place) else { return false };
        keys.occurrences.iter().filter(|key| key.position.length > 0).take(MOST_KEYS).any(|key| {
            let mut head = Vec::new();
            let read = file.seek(SeekFrom::Start(key.position.offset));
            let read = read.and_then(|_| (&mut file).take(HEAD.min(key.position.length)).read_to_end(&mut head));
            read.is_ok() && is_bare(&keys.identifier.id, &head)
        })
    }
}

/// Whether the head of a key says that it is not encrypted. Of PGP and SSH2 keys it does not tell, and is not asked.
fn is_bare(id: &str, head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    match id {
        "PUTTY_PRIVATE_KEY" => text.contains("Encryption: none"),
        // The name of the cipher comes right behind the magic bytes: `none`, with its length before it.
        "OPENSSH_PRIVATE_KEY" => text.contains("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"),
        "PKCS" => text.contains("-----BEGIN ") && !text.contains("ENCRYPTED"),
        _ => false,
    }
}

/// Whether files of this media type are archives: not documents with attachments.
fn holds_files(media_type: &str) -> bool {
    FORMATS.iter().any(|format| {
        format.media_type() == media_type && matches!(format.nesting(), Nesting::Archive | Nesting::Compression)
    })
}

/// Folders, and whether everyone may pass through each: a question asked once.
#[derive(Default)]
pub(crate) struct Folders {
    known: HashMap<PathBuf, bool>,
}

impl Folders {
    /// Whether all folders above a file do.
    pub(crate) fn let_everyone_through(&mut self, file: &Path) -> bool {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let whole = fs::canonicalize(folder);
        let passes = whole.is_ok_and(|whole| whole.ancestors().all(everyone_may_pass));
        self.known.insert(folder.to_owned(), passes);
        passes
    }
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
    use super::{holds_files, is_bare};

    #[test]
    fn heads_of_keys_tell() {
        let bare = |id: &str, head: &str| is_bare(id, head.as_bytes());
        assert!(bare("PKCS", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"));
        assert!(!bare("PKCS", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"));
        assert!(!bare("PKCS", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE"));
        assert!(bare(
            "OPENSSH_PRIVATE_KEY",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"
        ));
        assert!(!bare(
            "OPENSSH_PRIVATE_KEY",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHI"
        ));
        assert!(bare("PUTTY_PRIVATE_KEY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"));
        assert!(!bare("PUTTY_PRIVATE_KEY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\n"));
        assert!(!bare("PGP_PRIVATE_KEY", "-----BEGIN PGP PRIVATE KEY BLOCK-----"));
    }

    #[test]
    fn mail_is_no_archive() {
        assert!(holds_files("application/zip") && holds_files("application/gzip"));
        assert!(!holds_files("message/rfc822") && !holds_files("text/plain"));
    }
}
