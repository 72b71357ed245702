//! Whether a passphrase protects a private key, by what its text says of itself. Nothing is decrypted, no key is checked;
//! what cannot be read says nothing, and is taken for protected.
//!
//! | key | protected when | source |
//! |---|---|---|
//! | PEM of PKCS #1, SEC 1, DSA | its headers have `Proc-Type: 4,ENCRYPTED` | RFC 1421, 4.6.1.1 |
//! | PEM of PKCS #8 | its label is `ENCRYPTED PRIVATE KEY`, or what it holds begins with an algorithm and not with a version | RFC 7468, 10 and 11; RFC 5958, 2 and 3 |
//! | OpenSSH | the cipher behind its magic bytes is not `none` | PROTOCOL.key of OpenSSH |
//! | SSH2 | the cipher behind its key type is not `none` | the format of ssh.com's `ssh-keygen2`, as OpenSSH and PuTTY import it |
//! | PuTTY | its header `Encryption` is not `none` | PuTTY's documentation, appendix C |
//! | `OpenPGP` | the S2K usage octet of its secret key and subkey packets is not 0 | RFC 4880, 5.5.3; RFC 9580, 5.5.3 |

use crate::formats::base64;

/// Bytes of the texts of keys that are looked at.
pub(super) const LONGEST: u64 = 64 << 10;
/// Packets of an `OpenPGP` block that are walked over.
const MOST_PACKETS: usize = 1000;

/// What says that no passphrase protects a key, in a few words; none when it is protected, or does not say.
pub(super) fn bare(id: &str, text: &[u8]) -> Option<&'static str> {
    let text = unescaped(&String::from_utf8_lossy(text));
    match id {
        "PUTTY_PRIVATE_KEY" => {
            let (_, value) = text.split_once("Encryption:")?;
            let is_none = value.lines().next().is_some_and(|value| value.trim() == "none");
            is_none.then_some("its header says `Encryption: none`")
        }
        "OPENSSH_PRIVATE_KEY" => {
            let key = decoded(block(&text)?.1);
            let cipher = Bytes(&key).after(b"openssh-key-v1\0").and_then(|rest| Bytes(rest).string())?;
            (cipher == b"none").then_some("the cipher in its head is `none`")
        }
        "PGP_PRIVATE_KEY" => {
            is_bare_pgp(&decoded(block(&text)?.1)).then_some("the S2K usage octet of its secret key packet is 0")
        }
        "PKCS" => pem(&text),
        _ => None,
    }
}

fn pem(text: &str) -> Option<&'static str> {
    let (label, body) = block(text)?;
    let der = decoded(body);
    if label.contains("SSH2") {
        let mut rest = Bytes(&der).after(&[0x3f, 0x6f, 0xf9, 0xeb]).map(Bytes)?;
        rest.take(4)?;
        rest.string()?;
        return (rest.string()? == b"none").then_some("the cipher in its head is `none`");
    }
    if label.contains("ENCRYPTED") || body.lines().any(|line| line.contains(": 4,ENCRYPTED")) {
        return None;
    }
    // What is encrypted begins with its algorithm, a sequence in the sequence; all others with a version.
    if label == "PRIVATE KEY" {
        return (inner_tag(&der) != Some(0x30)).then_some("it is PKCS #8 of the kind that is not encrypted");
    }
    (!der.is_empty()).then_some("it has no header `Proc-Type: 4,ENCRYPTED`")
}

/// Line breaks of every kind, escaped once, twice or not at all, as line feeds.
fn unescaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace("\\\\", "\\");
    text.replace("\\r", "").replace("\\n", "\n").replace("\\t", " ")
}

/// The label of an armoured block, and what stands between its first line and its last, if it has one.
fn block(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once("BEGIN ")?;
    let (label, rest) = rest.split_once("----")?;
    let body = rest.trim_start_matches('-');
    Some((label.trim(), body.split_once("----").map_or(body, |(body, _)| body)))
}

/// What an armour holds, as far as it is base64: headers, a checksum and signs around the lines are left out.
fn decoded(body: &str) -> Vec<u8> {
    // A header that is continued on the next line ends with a backslash (RFC 4716, 3.3).
    let mut is_continued = false;
    let is_data = |line: &&str| {
        let is_header = is_continued || line.contains(": ");
        is_continued = is_header && line.ends_with('\\');
        !is_header && !line.trim_start().starts_with('=')
    };
    // Source code joins its lines with `+`.
    let words = body.lines().filter(is_data).flat_map(str::split_whitespace).filter(|word| *word != "+");
    base64(&words.collect::<String>())
}

/// The tag of the first thing in a DER sequence.
fn inner_tag(der: &[u8]) -> Option<u8> {
    let length = *der.get(1).filter(|_| der.first() == Some(&0x30))?;
    let more = if length < 0x80 { 0 } else { usize::from(length & 0x7f) };
    der.get(2 + more).copied()
}

/// Bytes that are taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn octet(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number of so many bytes, the highest first.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        Some(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    /// A text behind its length in four bytes, as SSH writes it.
    fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.number(4)?;
        self.take(length)
    }

    /// A text behind its length in one byte.
    fn short(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.octet()?);
        self.take(length)
    }

    /// What follows a mark that these bytes begin with.
    fn after(&self, mark: &[u8]) -> Option<&'a [u8]> {
        self.0.strip_prefix(mark)
    }

    /// A number behind its length in bits, as `OpenPGP` writes it.
    fn large(&mut self) -> Option<&'a [u8]> {
        let bits = self.number(2)?;
        self.take(bits.div_ceil(8))
    }

    /// The tag and the body of an `OpenPGP` packet (RFC 9580, 4.2). None for one whose length is not told; the last may be
    /// cut off.
    fn packet(&mut self) -> Option<(u8, Bytes<'a>)> {
        let head = self.octet().filter(|head| head & 0x80 != 0)?;
        let (tag, length) = if head & 0x40 == 0 {
            let length = match head & 3 {
                kind @ 0..=2 => self.number(1 << kind)?,
                _ => return None,
            };
            ((head >> 2) & 0x0f, length)
        } else {
            let length = match usize::from(self.octet()?) {
                first @ 0..=191 => first,
                first @ 192..=223 => (first - 192) * 256 + usize::from(self.octet()?) + 192,
                255 => self.number(4)?,
                _ => return None,
            };
            (head & 0x3f, length)
        };
        self.take(length.min(self.0.len())).map(|body| (tag, Bytes(body)))
    }
}

/// Whether a secret key or subkey of an `OpenPGP` block stands in it as it is.
fn is_bare_pgp(block: &[u8]) -> bool {
    let mut rest = Bytes(block);
    let packets = std::iter::from_fn(|| rest.packet()).take(MOST_PACKETS);
    packets.filter(|(tag, _)| matches!(tag, 5 | 7)).any(|(_, body)| s2k_usage(body) == Some(0))
}

/// The octet behind the public part of a secret key packet: 0 when the secret part is not encrypted.
fn s2k_usage(mut key: Bytes<'_>) -> Option<u8> {
    let version = key.octet()?;
    key.take(4)?;
    if version <= 3 {
        key.take(2)?;
    }
    let algorithm = key.octet()?;
    if version >= 5 {
        // The length of the public part is told.
        let length = key.number(4)?;
        key.take(length)?;
        return key.octet();
    }
    let numbers = match algorithm {
        1..=3 => 2,
        16 | 20 => 3,
        17 => 4,
        18 | 19 | 22 => {
            key.short()?;
            1
        }
        _ => 0,
    };
    let fixed = match algorithm {
        1..=3 | 16..=20 | 22 => 0,
        25 | 27 => 32,
        26 => 56,
        28 => 57,
        _ => return None,
    };
    for _ in 0..numbers {
        key.large()?;
    }
    if algorithm == 18 {
        key.short()?;
    }
    key.take(fixed)?;
    key.octet()
}

#[cfg(test)]
mod tests {
    use super::{bare, decoded, is_bare_pgp};

    fn is_bare(id: &str, text: &str) -> bool {
        let escaped = text.replace('\n', "\\n");
        assert_eq!(bare(id, text.as_bytes()), bare(id, escaped.as_bytes()), "{text}");
        bare(id, text.as_bytes()).is_some()
    }

    /// Base64 of bytes, in lines of 64.
    fn armour(label: &str, head: &str, bytes: &[u8]) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = Vec::new();
        for three in bytes.chunks(3) {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..=three.len() {
                text.push(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]);
            }
        }
        let lines: Vec<&str> = text.chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let dashes = if label.contains("SSH2") { "----" } else { "-----" };
        let blank = if dashes.len() == 4 { " " } else { "" };
        let edge = |word: &str| format!("{dashes}{blank}{word} {label}{blank}{dashes}");
        format!("{}\n{head}{}\n{}\n", edge("BEGIN"), lines.join("\n"), edge("END"))
    }

    #[test]
    fn armours_are_read() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = armour("X", "", &bytes);
        assert_eq!(decoded(super::block(&text).unwrap().1), bytes);
        assert_eq!(decoded("Comment: a \\\nb\nAAEC\n=abcd\n"), [0, 1, 2]);
    }

    #[test]
    fn heads_of_pem() {
        let version = [0x30, 0x82, 1, 2, 2, 1, 0, 0x30, 13];
        let algorithm = [0x30, 0x82, 1, 2, 0x30, 0x4e, 6, 9];
        assert!(is_bare("PKCS", &armour("RSA PRIVATE KEY", "", &version)));
        assert!(is_bare("PKCS", &armour("PRIVATE KEY", "", &version)));
        assert!(!is_bare("PKCS", &armour("PRIVATE KEY", "", &algorithm)));
        assert!(!is_bare("PKCS", &armour("ENCRYPTED PRIVATE KEY", "", &algorithm)));
        let head = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n";
        assert!(!is_bare("PKCS", &armour("EC PRIVATE KEY", head, &[7; 40])));
    }

    #[test]
    fn heads_of_ssh_keys() {
        let openssh = |cipher: &str| {
            let head = [&b"openssh-key-v1\0\0\0\0"[..], &[cipher.len() as u8], cipher.as_bytes(), &[0; 40]].concat();
            armour("OPENSSH PRIVATE KEY", "", &head)
        };
        assert!(is_bare("OPENSSH_PRIVATE_KEY", &openssh("none")));
        assert!(!is_bare("OPENSSH_PRIVATE_KEY", &openssh("aes256-ctr")));
        assert!(!is_bare("OPENSSH_PRIVATE_KEY", &armour("OPENSSH PRIVATE KEY", "", &[1; 60])));
        let ssh2 = |cipher: &str| {
            let string = |text: &str| [&[0, 0, 0, text.len() as u8], text.as_bytes()].concat();
            let kind = string("if-modn{sign{rsa-pkcs1-sha1},encrypt{rsa-pkcs1v2-oaep}}");
            let head = [&[0x3f, 0x6f, 0xf9, 0xeb, 0, 0, 3, 1][..], &kind, &string(cipher), &[0; 40]].concat();
            armour("SSH2 ENCRYPTED PRIVATE KEY", "Subject: me\nComment: \"one line\"\n", &head)
        };
        assert!(is_bare("PKCS", &ssh2("none")));
        assert!(!is_bare("PKCS", &ssh2("3des-cbc")));
        let putty = |cipher: &str| format!("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: {cipher}\nComment: x\n");
        assert!(is_bare("PUTTY_PRIVATE_KEY", &putty("none")));
        assert!(!is_bare("PUTTY_PRIVATE_KEY", &putty("aes256-cbc")));
        assert!(!is_bare("WIREGUARD_PRIVATE_KEY", "PrivateKey = none"));
    }

    /// A secret key packet: its head in the old or the new form, its public part, and the octets behind.
    fn packet(tag: u8, is_old: bool, body: &[u8]) -> Vec<u8> {
        let length = body.len();
        let head = match (is_old, length) {
            (true, _) => vec![0x80 | tag << 2 | 1, (length >> 8) as u8, length as u8],
            (false, 0..=191) => vec![0xc0 | tag, length as u8],
            (false, _) => vec![0xc0 | tag, ((length - 192) >> 8) as u8 + 192, (length - 192) as u8],
        };
        [&head, body].concat()
    }

    fn number(bytes: usize) -> Vec<u8> {
        [&((bytes * 8) as u16).to_be_bytes()[..], &vec![0xa5; bytes]].concat()
    }

    #[test]
    fn usage_octets_of_openpgp() {
        let oid = [&[9][..], &[1; 9]].concat();
        let public: [(u8, Vec<u8>); 6] = [
            (1, [number(512), number(3)].concat()),
            (17, [number(256), number(32), number(256), number(256)].concat()),
            (16, [number(256), number(1), number(256)].concat()),
            (22, [oid.clone(), number(33)].concat()),
            (18, [oid, number(33), vec![3, 1, 8, 7]].concat()),
            (27, vec![7; 32]),
        ];
        for (algorithm, part) in &public {
            for usage in [0, 253, 254, 255] {
                let body = [&[4, 1, 2, 3, 4, *algorithm][..], part, &[usage], &[9; 80]].concat();
                let length = [&[6, 1, 2, 3, 4, *algorithm][..], &(part.len() as u32).to_be_bytes()].concat();
                let sixth = [&length[..], part, &[usage], &[9; 80]].concat();
                for is_old in [true, false] {
                    assert_eq!(is_bare_pgp(&packet(5, is_old, &body)), usage == 0, "{algorithm} {usage} {is_old}");
                }
                assert_eq!(is_bare_pgp(&packet(5, false, &sixth)), usage == 0, "version 6, {algorithm} {usage}");
                // The secret part of the first key is elsewhere, that of the second is here.
                let user = packet(13, false, b"Somebody <somebody@example.test>");
                let stub = [&[4, 1, 2, 3, 4, *algorithm][..], part, &[255, 0, 101, 0], b"GNU", &[1]].concat();
                let keys = [packet(5, true, &stub), user, packet(7, true, &body)].concat();
                assert_eq!(is_bare_pgp(&keys), usage == 0);
                let text = armour("PGP PRIVATE KEY BLOCK", "Version: made up\n\n", &keys);
                assert_eq!(is_bare("PGP_PRIVATE_KEY", &text), usage == 0);
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_unknown_says_nothing() {
        let body = [&[4, 1, 2, 3, 4, 1][..], &number(256), &number(3), &[0], &[9; 80]].concat();
        let whole = packet(5, false, &body);
        for length in 0..whole.len() {
            let says = is_bare_pgp(&whole[..length]);
            assert_eq!(says, length > whole.len() - 81, "{length}");
        }
        assert!(!is_bare_pgp(&packet(5, false, &[4, 0, 0, 0, 0, 77, 0, 0])));
        assert!(!is_bare_pgp(&packet(6, false, &body)), "a public key");
        for text in ["", "BEGIN ", "-----BEGIN PGP PRIVATE KEY BLOCK-----", "-----BEGIN SSH2 PRIVATE KEY ----\nAA"] {
            for id in ["PKCS", "PGP_PRIVATE_KEY", "OPENSSH_PRIVATE_KEY", "PUTTY_PRIVATE_KEY"] {
                assert_eq!(bare(id, text.as_bytes()), None, "{id} {text}");
            }
        }
    }
}
