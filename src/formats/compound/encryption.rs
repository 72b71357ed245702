//! Encrypted Office files of the new kind ([MS-OFFCRYPTO]): a package behind a password, by agile or standard encryption.
//!
//! Gives the package's bytes, or says that no password opens it. Whether the package was tampered with is nobody's
//! business here.

use super::bytes::{slice, u16_at, u32_at, u64_at};
use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The password that Office itself takes for files that are to be opened by everybody.
const NO_PASSWORD: &[u8] = b"VelvetSweatshop";
/// Rounds of hashing: more than any program writes.
const ROUNDS: u32 = 10_000_000;
const STANDARD_ROUNDS: u32 = 50_000;
const SEGMENT: usize = 4096;
const BLOCK: usize = 16;
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

/// Tries the passwords on a package.
pub(super) fn open(info: &[u8], package: &[u8], passwords: &[Vec<u8>]) -> Package {
    let Some(scheme) = Scheme::new(info) else { return Package::Unknown };
    let all = std::iter::once(NO_PASSWORD).chain(passwords.iter().map(Vec::as_slice));
    for password in all {
        let password: Vec<u8> = String::from_utf8_lossy(password).encode_utf16().flat_map(u16::to_le_bytes).collect();
        if let Some(bytes) = scheme.open(&password, package) {
            return Package::Opened(bytes);
        }
    }
    Package::Closed
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

    fn open(&self, password: &[u8], package: &[u8]) -> Option<Vec<u8>> {
        let size = usize::try_from(u64_at(package, 0)).unwrap_or(usize::MAX);
        let mut bytes = slice(package, 8, usize::MAX).to_vec();
        match self {
            Self::Standard(standard) => standard.open(password, &mut bytes)?,
            Self::Agile(agile) => agile.open(password, &mut bytes)?,
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

    fn open(&self, password: &[u8], bytes: &mut [u8]) -> Option<()> {
        let sha1 = Hash::Sha1;
        let spun = sha1.spin(&self.salt, password, STANDARD_ROUNDS);
        let last = sha1.of(&[&spun, &0_u32.to_le_bytes()]);
        let derived = |pad: u8| {
            let mut buffer = [pad; 64];
            buffer.iter_mut().zip(&last).for_each(|(to, from)| *to ^= from);
            sha1.of(&[&buffer])
        };
        let mut key = derived(0x36);
        key.extend(derived(0x5C));
        let cipher = Cipher::new(key.get(..self.key_bytes)?)?;
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

    fn open(&self, password: &[u8], bytes: &mut [u8]) -> Option<()> {
        let spun = self.key.hash.spin(&self.key.salt, password, self.rounds);
        let decrypted = |purpose: &[u8], value: &[u8]| {
            let mut key = self.key.hash.of(&[&spun, purpose]);
            key.resize(self.key.key_bytes.min(64), 0x36);
            let mut value = value.to_vec();
            Cipher::new(&key)?.decrypt(&mut value, Some(&self.key.salt));
            Some(value)
        };
        let expected = self.key.hash.of(&[&decrypted(KEY_OF_INPUT, &self.input)?]);
        if !decrypted(KEY_OF_HASH, &self.hash)?.starts_with(&expected) {
            return None;
        }
        let key = decrypted(KEY_OF_KEY, &self.value)?;
        let cipher = Cipher::new(key.get(..self.data.key_bytes)?)?;
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

fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 & 0xFF_FFFF | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// A password made slow to guess.
    fn spin(self, salt: &[u8], password: &[u8], rounds: u32) -> Vec<u8> {
        let mut hash = self.of(&[salt, password]);
        for round in 0..rounds {
            hash = self.of(&[&round.to_le_bytes(), &hash]);
        }
        hash
    }
}

enum Cipher {
    Short(Aes128),
    Middle(Aes192),
    Long(Aes256),
}

impl Cipher {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(Self::Short),
            24 => Aes192::new_from_slice(key).ok().map(Self::Middle),
            32 => Aes256::new_from_slice(key).ok().map(Self::Long),
            _ => None,
        }
    }

    /// Decrypts whole blocks in place: chained to each other from a first vector on, or each alone.
    fn decrypt(&self, bytes: &mut [u8], vector: Option<&[u8]>) {
        let mut before = [0; BLOCK];
        if let Some(vector) = vector {
            before.iter_mut().zip(vector).for_each(|(to, from)| *to = *from);
        }
        for block in bytes.chunks_exact_mut(BLOCK) {
            let mut now = [0; BLOCK];
            now.copy_from_slice(block);
            let mut plain = now.into();
            match self {
                Self::Short(aes) => aes.decrypt_block(&mut plain),
                Self::Middle(aes) => aes.decrypt_block(&mut plain),
                Self::Long(aes) => aes.decrypt_block(&mut plain),
            }
            block.copy_from_slice(&plain);
            if vector.is_some() {
                block.iter_mut().zip(before).for_each(|(to, from)| *to ^= from);
                before = now;
            }
        }
    }
}
