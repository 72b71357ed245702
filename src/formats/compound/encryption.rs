//! Encrypted Office files of the new kind ([MS-OFFCRYPTO]): a package behind a password, by agile or standard encryption.
//!
//! Gives the package's bytes, or says that no password opens it. Whether the package was tampered with is nobody's
//! business here.

use super::bytes::{slice, u16_at, u32_at, u64_at};
use crate::formats::ciphers::{Aes, Hash, base64};

/// The password that Office itself takes for files that are to be opened by everybody.
pub(super) const NO_PASSWORD: &[u8] = b"VelvetSweatshop";
/// Rounds of hashing: more than any program writes.
const ROUNDS: u32 = 10_000_000;
const STANDARD_ROUNDS: u32 = 50_000;
const SEGMENT: usize = 4096;
const KEY_OF_INPUT: &[u8] = &[0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const KEY_OF_HASH: &[u8] = &[0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY_OF_KEY: &[u8] = &[0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

/// What became of an encrypted package.
pub(super) enum Package {
    /// Its bytes.
    Opened(Vec<u8>),
    /// None of the passwords opens it.
    Closed,
    /// A way of encryption that is not known here.
    Unknown,
}

/// Tries the passwords on a package, as long as there is time.
pub(super) fn open(info: &[u8], package: &[u8], passwords: &[Vec<u8>], has_time: &dyn Fn() -> bool) -> Package {
    let Some(scheme) = Scheme::new(info) else { return Package::Unknown };
    let all = std::iter::once(NO_PASSWORD).chain(passwords.iter().map(Vec::as_slice));
    for password in all {
        if let Some(bytes) = scheme.open(&wide(password), package, has_time) {
            return Package::Opened(bytes);
        }
    }
    Package::Closed
}

/// A password as Office hashes it: UTF-16, little end first.
pub(super) fn wide(password: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(password).encode_utf16().flat_map(u16::to_le_bytes).collect()
}

enum Scheme {
    Standard(Standard),
    Agile(Agile),
}

impl Scheme {
    fn new(info: &[u8]) -> Option<Self> {
        match (u16_at(info, 0), u16_at(info, 2)) {
            (4, 4) => Agile::new(slice(info, 8, usize::MAX)).map(Self::Agile),
            (2..=4, 2) => Some(Self::Standard(Standard::new(info))),
            _ => None,
        }
    }

    fn open(&self, password: &[u8], package: &[u8], has_time: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        let size = usize::try_from(u64_at(package, 0)).unwrap_or(usize::MAX);
        let mut bytes = slice(package, 8, usize::MAX).to_vec();
        match self {
            Self::Standard(standard) => standard.open(password, &mut bytes, has_time)?,
            Self::Agile(agile) => agile.open(password, &mut bytes, has_time)?,
        }
        bytes.truncate(size);
        Some(bytes)
    }
}

struct Standard {
    key_bytes: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    hash: Vec<u8>,
}

impl Standard {
    fn new(info: &[u8]) -> Self {
        let header = u32_at(info, 8) as usize;
        let bits = u32_at(info, 12 + 16) as usize;
        let at = header.saturating_add(12);
        let part = |offset: usize, length: usize| slice(info, at.saturating_add(offset), length).to_vec();
        let key_bytes = if bits == 0 { 16 } else { bits / 8 };
        Self { key_bytes, salt: part(4, 16), verifier: part(20, 16), hash: part(40, 32) }
    }

    fn open(&self, password: &[u8], bytes: &mut [u8], has_time: &dyn Fn() -> bool) -> Option<()> {
        let sha1 = Hash::Sha1;
        let spun = sha1.spin(&self.salt, password, STANDARD_ROUNDS, has_time)?;
        let last = sha1.of(&[&spun, &0_u32.to_le_bytes()]);
        let derived = |pad: u8| {
            let mut buffer = [pad; 64];
            buffer.iter_mut().zip(&last).for_each(|(to, from)| *to ^= from);
            sha1.of(&[&buffer])
        };
        let mut key = derived(0x36);
        key.extend(derived(0x5C));
        let cipher = Aes::new(key.get(..self.key_bytes)?)?;
        let (mut verifier, mut hash) = (self.verifier.clone(), self.hash.clone());
        cipher.decrypt(&mut verifier, None);
        cipher.decrypt(&mut hash, None);
        let expected = sha1.of(&[&verifier]);
        if hash.get(..20)? != expected {
            return None;
        }
        cipher.decrypt(bytes, None);
        Some(())
    }
}

struct Agile {
    key: Parameters,
    data: Parameters,
    rounds: u32,
    input: Vec<u8>,
    hash: Vec<u8>,
    value: Vec<u8>,
}

struct Parameters {
    salt: Vec<u8>,
    key_bytes: usize,
    hash: Hash,
}

impl Parameters {
    fn new(element: &str) -> Option<Self> {
        let is_cbc = attribute(element, "cipherAlgorithm") == Some("AES")
            && attribute(element, "cipherChaining") == Some("ChainingModeCBC");
        let key_bytes = attribute(element, "keyBits")?.parse::<usize>().ok()? / 8;
        let hash = Hash::named(attribute(element, "hashAlgorithm")?)?;
        is_cbc.then_some(Self { salt: base64(attribute(element, "saltValue")?), key_bytes, hash })
    }
}

impl Agile {
    fn new(xml: &[u8]) -> Option<Self> {
        let xml = String::from_utf8_lossy(xml);
        let data = element(&xml, "keyData")?;
        let key = element(&xml, "encryptedKey")?;
        Some(Self {
            key: Parameters::new(key)?,
            data: Parameters::new(data)?,
            rounds: attribute(key, "spinCount")?.parse().ok().filter(|rounds| *rounds <= ROUNDS)?,
            input: base64(attribute(key, "encryptedVerifierHashInput")?),
            hash: base64(attribute(key, "encryptedVerifierHashValue")?),
            value: base64(attribute(key, "encryptedKeyValue")?),
        })
    }

    fn open(&self, password: &[u8], bytes: &mut [u8], has_time: &dyn Fn() -> bool) -> Option<()> {
        let spun = self.key.hash.spin(&self.key.salt, password, self.rounds, has_time)?;
        let decrypted = |purpose: &[u8], value: &[u8]| {
            let mut key = self.key.hash.of(&[&spun, purpose]);
            key.resize(self.key.key_bytes.min(64), 0x36);
            let mut value = value.to_vec();
            Aes::new(&key)?.decrypt(&mut value, Some(&self.key.salt));
            Some(value)
        };
        let expected = self.key.hash.of(&[&decrypted(KEY_OF_INPUT, &self.input)?]);
        if !decrypted(KEY_OF_HASH, &self.hash)?.starts_with(&expected) {
            return None;
        }
        let key = decrypted(KEY_OF_KEY, &self.value)?;
        let cipher = Aes::new(key.get(..self.data.key_bytes)?)?;
        for (number, segment) in (0_u32..).zip(bytes.chunks_mut(SEGMENT)) {
            let vector = self.data.hash.of(&[&self.data.salt, &number.to_le_bytes()]);
            cipher.decrypt(segment, Some(&vector));
        }
        Some(())
    }
}

/// The start tag of an element, whatever its prefix.
fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    xml.split('<').skip(1).find_map(|tag| {
        let tag = tag.split('>').next()?;
        let full = tag.split(|c: char| c.is_whitespace() || c == '/').next()?;
        (full.rsplit(':').next() == Some(name)).then_some(tag)
    })
}

fn attribute<'x>(element: &'x str, name: &str) -> Option<&'x str> {
    let at = element.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3)?;
    element.get(at..)?.split('"').next()
}
