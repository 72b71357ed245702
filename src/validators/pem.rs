//! Private keys in text armour: PEM, OpenSSH, PGP and SSH2 blocks, and PuTTY files.
//!
//! Whole keys count, and keys cut off after enough of them; a bare header in documentation does not. Line breaks may be
//! escaped, as in JSON or source code. The key's own format (DER and so on) is not read.

use super::token::distinct;

/// Base64 characters of the shortest key: 32 bytes of an Ed25519 key in PKCS #8 make 64.
const SHORTEST: usize = 60;
/// The same for a key without its end.
const SHORTEST_CUT_OFF: usize = 120;
/// Different characters of any real key; the runs of zeros in some are long, yet none has fewer.
const VARIETY: u32 = 16;

/// Whether an armoured block from its BEGIN line on holds the body of a key.
pub(super) fn private_key(text: &str) -> bool {
    let text = unescaped(text);
    let Some(body) = text.split_once("BEGIN ").and_then(|(_, rest)| rest.split_once("----")) else { return false };
    let (body, ended) = match body.1.split_once("----") {
        Some((body, rest)) => (body, rest.contains("END ")),
        None => (body.1, false),
    };
    let key: Vec<u8> =
        body.lines().filter(|line| !is_header(line)).flat_map(str::bytes).filter(|b| is_base64(*b)).collect();
    key.len() >= if ended { SHORTEST } else { SHORTEST_CUT_OFF } && distinct(&key) >= VARIETY
}

/// Line breaks of every kind, escaped once, twice or not at all, as line feeds.
fn unescaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace("\\\\", "\\");
    text.replace("\\r", "").replace("\\n", "\n").replace("\\t", " ")
}

/// `Proc-Type: 4,ENCRYPTED`, `DEK-Info: …`, `Version: …`, `Comment: …`.
fn is_header(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, _)| name.bytes().any(|b| b.is_ascii_alphabetic()))
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The headers of a PuTTY key, in their order.
const PUTTY_HEADERS: [&str; 5] =
    ["PuTTY-User-Key-File-", "Encryption: ", "Comment: ", "Public-Lines: ", "Private-Lines: "];

/// Whether a text is a PuTTY key: all headers in order, a private part, and its MAC.
pub(super) fn putty_key(text: &str) -> bool {
    let text = unescaped(text);
    let mut rest = text.as_str();
    for header in PUTTY_HEADERS {
        let Some((_, after)) = rest.split_once(header) else { return false };
        rest = after;
    }
    let mac = ["Private-MAC: ", "Private-Hash: "].iter().find_map(|header| rest.split_once(header));
    let Some((private, mac)) = mac else { return false };
    let key: Vec<u8> = private.lines().skip(1).flat_map(str::bytes).filter(|b| is_base64(*b)).collect();
    let hex = mac.bytes().take_while(u8::is_ascii_hexdigit).count();
    key.len() >= 40 && distinct(&key) >= VARIETY && hex >= 40
}

#[cfg(test)]
mod tests {
    use super::{private_key, putty_key};

    /// Made up, and no key of anything.
    const LINE: &str = "MIIByntheticKeyBody0123456789abcdefghijkLMNOPQRSTUVWXYZ+/qwertzui";

    fn block(label: &str, breaks: &str, headers: &str, lines: usize, end: bool) -> String {
        let body = [LINE].repeat(lines).join(breaks);
        let end = if end { format!("-----END {label}-----") } else { String::new() };
        format!("-----BEGIN {label}-----{breaks}{headers}{body}{breaks}{end}")
    }

    #[test]
    fn keys() {
        for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
            for breaks in ["\n", "\r\n", "\r", "\\n", "\\\\n", "\" +\n  \"", " "] {
                assert!(private_key(&block(label, breaks, "", 4, true)), "{label} {breaks:?}");
            }
            assert!(private_key(&block(label, "\n", "", 4, false)), "{label} cut off");
        }
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n";
        assert!(private_key(&block("RSA PRIVATE KEY", "\n", headers, 4, true)));
        let ssh2 = format!(
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n{LINE}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----"
        );
        assert!(private_key(&ssh2));
    }

    #[test]
    fn no_keys() {
        for (headers, lines, end) in
            [("", 0, true), ("", 0, false), ("", 1, false), ("Comment: a long comment, and then nothing\n", 0, true)]
        {
            assert!(!private_key(&block("RSA PRIVATE KEY", "\n", headers, lines, end)), "{headers}{lines}");
        }
        assert!(!private_key(&format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", "x".repeat(400))));
        assert!(!private_key("") && !private_key("-----BEGIN ") && !private_key(LINE));
    }

    #[test]
    fn putty() {
        let key = |private: &str| {
            format!(
                "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: test\nPublic-Lines: 1\n{LINE}\n\
                 Private-Lines: 1\n{private}\nPrivate-MAC: 0123456789abcdef0123456789abcdef01234567"
            )
        };
        assert!(putty_key(&key(LINE)));
        assert!(putty_key(&key(LINE).replace('\n', "\\n")));
        assert!(putty_key(&key(LINE).replace('\n', "\r")));
        assert!(!putty_key(&key("")));
        assert!(!putty_key(&key(LINE).replace("Encryption: ", "Cipher: ")));
        assert!(!putty_key(""));
    }
}
