//! Words, times, paths and hashes of a result: each is checked, and an error names its field.

use crate::artifact::ArtifactPath;
use crate::identifier::{Category, Severity};
use crate::status::{Reason, Status};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes of a hash in hex.
const LONGEST_HASH: usize = 64;
/// Bytes of an identifier's id.
const LONGEST_ID: usize = 128;
/// Where the mend is the same for many fields.
const NEWER: &str = "is unknown; use the version of tamis that wrote the result";

/// One of a list of words.
pub(super) fn one_of<T: Copy>(field: &str, text: &str, all: &[T], word: fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|one| word(*one) == text);
    found.ok_or_else(|| format!("{field}: `{}` {NEWER}", short(text)))
}

/// A severity.
pub(super) fn severity(field: &str, text: &str) -> Result<Severity, String> {
    one_of(field, text, &Severity::ALL, Severity::word)
}

/// A category.
pub(super) fn category(field: &str, text: &str) -> Result<Category, String> {
    one_of(field, text, &Category::ALL, Category::code)
}

/// A status with its reason.
pub(super) fn status(code: &str, reason: Option<&str>, detail: String) -> Result<Status, String> {
    let reason = reason.map(|code| one_of("reason", code, Reason::ALL, Reason::code)).transpose()?;
    match (code, reason) {
        ("COMPLETE", _) => Ok(Status::Complete),
        ("PARTIAL", Some(reason)) => Ok(Status::Partial(reason, detail)),
        ("SKIPPED", Some(reason)) => Ok(Status::Skipped(reason, detail)),
        ("PARTIAL" | "SKIPPED", None) => Err("reason: missing; scan again".to_owned()),
        _ => Err(format!("status: `{}` {NEWER}", short(code))),
    }
}

/// A hash in hex, or nothing.
pub(super) fn hex(field: &str, text: String) -> Result<String, String> {
    let fits = text.len() <= LONGEST_HASH && text.bytes().all(|b| b.is_ascii_hexdigit());
    if fits { Ok(text) } else { Err(format!("{field}: must be at most {LONGEST_HASH} hex digits; scan again")) }
}

/// An identifier's id.
pub(super) fn id(field: &str, text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.()".contains(c);
    if text.is_empty() || text.len() > LONGEST_ID || !text.chars().all(fits) {
        return Err(format!("{field}: `{}` is no identifier's id; scan again", short(text)));
    }
    Ok(text.to_owned())
}

/// A time in RFC 3339.
pub(super) fn time(field: &str, text: Option<&str>) -> Result<Option<SystemTime>, String> {
    let read = |text: &str| {
        humantime::parse_rfc3339(text)
            .map_err(|_| format!("{field}: `{}` is no time such as 2026-01-31T08:00:00.000Z; scan again", short(text)))
    };
    text.map(read).transpose()
}

/// The same where there must be one. What no clock showed is written as none, and so comes back as what is none again.
pub(super) fn moment(field: &str, text: Option<&str>) -> Result<SystemTime, String> {
    let before_1970 = UNIX_EPOCH.checked_sub(Duration::from_secs(1)).unwrap_or(UNIX_EPOCH);
    Ok(time(field, text)?.unwrap_or(before_1970))
}

/// Permission bits, in octal.
pub(super) fn mode(text: Option<&str>) -> Result<Option<u32>, String> {
    let read = |text: &str| u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
    text.map(|text| read(text).ok_or_else(|| format!("mode: `{}` is no octal number; scan again", short(text))))
        .transpose()
}

/// The bytes of a name: those in Base64, where the text could not hold them.
pub(super) fn bytes(field: &str, text: String, base64: Option<String>) -> Result<Vec<u8>, String> {
    match base64 {
        None => Ok(text.into_bytes()),
        Some(code) => decoded(code.as_bytes()).ok_or_else(|| format!("{field}: is no Base64; scan again")),
    }
}

/// Lays the levels of a member's path under a file's.
pub(super) fn levels(
    path: &mut ArtifactPath,
    embedded: &[u8],
    lengths: Option<Vec<usize>>,
    ordinals: Option<Vec<u64>>,
) -> Result<(), String> {
    path.members = match lengths {
        None => split(embedded),
        Some(lengths) => {
            let cut = cut(embedded, &lengths);
            cut.ok_or_else(|| "levelBytes: is not how the path falls into levels; scan again".to_owned())?
        }
    };
    path.ordinals = ordinals.unwrap_or_else(|| vec![0; path.members.len()]);
    if path.ordinals.len() != path.members.len() {
        return Err("levelOrdinals: must have one number for each level; scan again".to_owned());
    }
    Ok(())
}

fn split(embedded: &[u8]) -> Vec<Vec<u8>> {
    let mut levels = vec![Vec::new()];
    let mut rest = embedded;
    while let Some(at) = memchr::memmem::find(rest, b"!/") {
        let (name, after) = rest.split_at(at);
        if let Some(last) = levels.last_mut() {
            last.extend_from_slice(name);
        }
        levels.push(Vec::new());
        rest = after.get(2..).unwrap_or_default();
    }
    if let Some(last) = levels.last_mut() {
        last.extend_from_slice(rest);
    }
    levels
}

fn cut(embedded: &[u8], lengths: &[usize]) -> Option<Vec<Vec<u8>>> {
    let mut levels = Vec::new();
    let mut rest = embedded;
    for (index, length) in lengths.iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(b"!/")?;
        }
        let (name, after) = rest.split_at_checked(*length)?;
        levels.push(name.to_vec());
        rest = after;
    }
    (rest.is_empty() && !levels.is_empty()).then_some(levels)
}

/// Standard Base64 with padding.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.chunks(4) {
        let mut bits = 0_u32;
        for digit in chunk {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let whole = match chunk.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None,
        };
        bits <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(bits.to_be_bytes().get(1..=whole)?);
    }
    Some(bytes)
}

/// A text of the file in a message.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::{cut, decoded, split};

    #[test]
    fn base64() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar")] {
            assert_eq!(decoded(text.as_bytes()).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(decoded(b"Y2Fm6Q==").as_deref(), Some(&b"caf\xe9"[..]));
        assert_eq!((decoded(b"A"), decoded(b"a b="), decoded(b"Zm9v=A")), (None, None, None));
    }

    #[test]
    fn levels() {
        assert_eq!(split(b"a.zip!/b.csv"), [b"a.zip".to_vec(), b"b.csv".to_vec()]);
        assert_eq!(split(b""), [Vec::<u8>::new()]);
        assert_eq!(cut(b"a!/b!/c", &[4, 1]), Some(vec![b"a!/b".to_vec(), b"c".to_vec()]));
        assert_eq!((cut(b"a!/b", &[1]), cut(b"a", &[9]), cut(b"", &[])), (None, None, None));
    }
}
