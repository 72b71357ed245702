//! Encrypted `OpenDocument` files (ODF 1.2 part 3, section 3): each part encrypted for itself, as the manifest says.
//!
//! Opens parts encrypted with AES in chained blocks, under a key from the password by PBKDF2: what has been written since
//! 2011. Blowfish, and the packages of 2024 (Argon2, GCM), are refused by name. Knows nothing of what is in a part.

use super::package::Package;
use super::xml::{Tag, Token, Xml};
use crate::formats::ReadError;
use crate::formats::ciphers::{Aes, BLOCK, Hash, base64, pbkdf2};
use crate::status::Reason;
use std::collections::HashMap;
use std::io::{self, Read};

/// Rounds of hashing: more than any program writes.
const ROUNDS: u32 = 2_000_000;
/// Bytes whose hash tells whether a password is right.
const CHECKED: usize = 1024;
/// Bytes that are decrypted at a time.
const PIECE: usize = 8 << 10;

/// How a part is encrypted.
#[derive(Debug, Clone)]
pub(super) struct Seal {
    vector: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    key_bytes: usize,
    start: Hash,
    check: Hash,
    checksum: Vec<u8>,
    /// A way that is not known here: its name.
    unknown: Option<String>,
}

impl Default for Seal {
    /// What holds where the manifest is silent.
    fn default() -> Self {
        Self {
            vector: Vec::new(),
            salt: Vec::new(),
            rounds: 0,
            key_bytes: 16,
            start: Hash::Sha1,
            check: Hash::Sha1,
            checksum: Vec::new(),
            unknown: None,
        }
    }
}

impl Seal {
    /// Takes what an element of the manifest says.
    fn take(&mut self, tag: &Tag<'_>) {
        let text = |name: &[u8]| tag.attribute(name).unwrap_or_default();
        let number = |name: &[u8]| text(name).parse::<u32>().ok();
        match tag.name {
            b"encryption-data" => {
                self.checksum = base64(&text(b"checksum"));
                self.hash(&text(b"checksum-type"), true);
            }
            b"algorithm" => {
                self.vector = base64(&text(b"initialisation-vector"));
                let name = text(b"algorithm-name");
                if !(name.contains("aes") && name.ends_with("-cbc")) {
                    self.unknown = Some(last(&name).to_owned());
                }
            }
            b"key-derivation" => {
                self.salt = base64(&text(b"salt"));
                self.rounds = number(b"iteration-count").unwrap_or(0).min(ROUNDS);
                self.key_bytes = number(b"key-size").map_or(16, |size| size as usize);
                let name = text(b"key-derivation-name");
                if !name.to_ascii_lowercase().ends_with("pbkdf2") {
                    self.unknown = Some(last(&name).to_owned());
                }
            }
            b"start-key-generation" => self.hash(&text(b"start-key-generation-name"), false),
            _ => {}
        }
    }

    /// Takes a hash by its name, as a URI or not: of the check or of the password.
    fn hash(&mut self, name: &str, is_check: bool) {
        let name = last(name).to_ascii_uppercase();
        let name = name.trim_end_matches("/1K").trim_end_matches("-1K");
        match Hash::named(name) {
            Some(hash) if is_check => self.check = hash,
            Some(hash) => self.start = hash,
            None if is_check && name.is_empty() => {}
            None => self.unknown = Some(name.to_owned()),
        }
    }

    fn key(&self, password: &[u8]) -> Option<Aes> {
        Aes::new(&pbkdf2(&self.start.of(&[password]), &self.salt, self.rounds, self.key_bytes.min(64)))
    }

    /// The part's bytes, still packed.
    pub(super) fn open<R: Read>(&self, inner: R, password: &[u8]) -> Option<Unsealed<R>> {
        let mut before = [0; BLOCK];
        before.copy_from_slice(self.vector.get(..BLOCK)?);
        Some(Unsealed { inner, aes: self.key(password)?, before, bytes: Vec::new(), taken: 0, kept: Vec::new() })
    }

    /// Whether a password opens the part.
    fn opens(&self, content: impl Read, password: &[u8]) -> bool {
        let mut bytes = Vec::new();
        // The last block tells its own filling, so it matters whether it is the last.
        let Some(unsealed) = self.open(content, password) else { return false };
        if unsealed.take(CHECKED as u64 + BLOCK as u64).read_to_end(&mut bytes).is_err() {
            return false;
        }
        if bytes.len() <= CHECKED {
            let filled = bytes.last().map_or(0, |last| usize::from(*last)).min(bytes.len());
            bytes.truncate(bytes.len() - filled);
        }
        bytes.truncate(CHECKED);
        self.check.of(&[&bytes]) == self.checksum
    }
}

/// The last word of a URI.
fn last(name: &str) -> &str {
    name.rsplit(['#', ':']).next().unwrap_or(name)
}

/// The seals of a manifest by the names of their parts.
pub(super) type Seals = HashMap<Vec<u8>, Seal>;

fn seals(manifest: &[u8]) -> Seals {
    let mut xml = Xml::new(manifest);
    let mut all = Seals::new();
    let mut name = Vec::new();
    while let Ok(Some(token)) = xml.next() {
        let Token::Start(tag) = token else { continue };
        if tag.name == b"file-entry" {
            name = tag.attribute(b"full-path").unwrap_or_default().to_ascii_lowercase().into_bytes();
        } else if matches!(tag.name, b"encryption-data" | b"encrypted-key") {
            all.insert(name.clone(), Seal::default());
        }
        if let Some(seal) = all.get_mut(&name) {
            seal.take(&tag);
        }
    }
    all
}

/// Opens a document's seals, if it has any, with the passwords that there are.
pub(super) fn unseal(package: &mut Package<'_>) -> Result<(), ReadError> {
    let seals = seals(&package.peek("META-INF/manifest.xml"));
    let refuse = |detail: String| Err(ReadError::Unsupported(Reason::EncryptedDocument, detail));
    if let Some(way) = seals.values().find_map(|seal| seal.unknown.as_ref()) {
        return refuse(format!("encrypted in a way that is not known here ({way})"));
    }
    // The smallest number of bytes tells as much as any.
    let mut names: Vec<&Vec<u8>> = seals.keys().collect();
    names.sort_by_key(|name| (*name != b"content.xml", *name));
    let Some((seal, at)) = names.into_iter().find_map(|name| {
        let at = package.find(&String::from_utf8_lossy(name))?;
        Some((seals.get(name)?.clone(), at))
    }) else {
        return if seals.is_empty() { Ok(()) } else { refuse("the parts are encrypted".to_owned()) };
    };
    let clock = package.clock();
    for password in package.passwords().all().iter().take_while(|_| clock()) {
        let Ok(content) = package.raw(at) else { break };
        if seal.opens(content, password) {
            package.unseal(seals, password.clone());
            return Ok(());
        }
    }
    refuse("the parts are encrypted".to_owned())
}

/// A part that is decrypted as it is read; the filling of its last block is still at its end.
pub(super) struct Unsealed<R> {
    inner: R,
    aes: Aes,
    before: [u8; BLOCK],
    bytes: Vec<u8>,
    taken: usize,
    /// The beginning of a block.
    kept: Vec<u8>,
}

impl<R: Read> Read for Unsealed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.bytes.len() {
            let mut piece = std::mem::take(&mut self.kept);
            let had = piece.len();
            (&mut self.inner).take((PIECE - had) as u64).read_to_end(&mut piece)?;
            let whole = piece.len() / BLOCK * BLOCK;
            if piece.len() == had || whole == 0 {
                return Ok(0);
            }
            self.kept = piece.split_off(whole);
            let mut next = [0; BLOCK];
            next.copy_from_slice(&piece[whole - BLOCK..]);
            self.aes.decrypt(&mut piece, Some(&self.before));
            (self.before, self.bytes, self.taken) = (next, piece, 0);
        }
        let count = buffer.len().min(self.bytes.len() - self.taken);
        buffer[..count].copy_from_slice(&self.bytes[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
