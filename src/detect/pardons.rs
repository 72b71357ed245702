//! Matches that are real in form but not reported: placeholders, entries of allow lists, lines marked `tamis:allow`.
//!
//! They are asked for when it is settled whose match a text is, so what is pardoned takes its text with it: no shorter
//! match and no other identifier comes up in its place.

use super::Detector;
use super::resolve::Claim;
use crate::finding::Pardon;
use crate::identifier::Category;
use crate::text::Mark;
use memchr::memmem;

/// What marks a line.
const MARK: &[u8] = b"tamis:allow";
/// How far before a match the mark of its line may stand, in bytes. No more than a window keeps.
pub(super) const BEFORE: usize = 1024;
/// How far behind it.
pub(super) const BEHIND: usize = 4096;
/// The same, for those who cut a text.
pub(super) const MARKS: Mark = Mark { bytes: MARK, behind: BEFORE, before: BEHIND };
/// Longer matches (keys, certificates) hold any short word by chance; in bytes.
const LONGEST_PLACEHOLDER: usize = 512;

/// References to a value that stands elsewhere, wherever they are in a match.
const REFERENCES: [&str; 9] =
    ["${", "{{", "$(", "#{", "<%", "%(", "arn:aws:secretsmanager:", "arn:aws:ssm:", "keyvault.secret"];
/// References that begin a value.
const BEGINNINGS: [&str; 6] = ["op://", "vault:", "ssm://", "gsm://", "secretref:", "env:"];
/// Words that a made-up value holds.
const STOP_WORDS: [&str; 8] =
    ["example", "changeme", "change_me", "change-me", "placeholder", "redacted", "xxxx", "****"];

/// Whether a credential is a placeholder, or a reference to a value that stands elsewhere.
fn is_placeholder(matched: &str) -> bool {
    if matched.len() > LONGEST_PLACEHOLDER {
        return false;
    }
    let text = matched.to_ascii_lowercase();
    let begins = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || "@/._-".contains(c))
        })
    };
    // A made-up host says nothing of the password before it.
    let is_host = |word: &str, at: usize| {
        let behind = text.get(at + word.len()..).unwrap_or_default();
        word == "example" && [".com", ".org", ".net", ".edu"].iter().any(|top| behind.starts_with(top))
    };
    REFERENCES.iter().any(|sign| text.contains(sign))
        || BEGINNINGS.iter().any(|word| begins(word))
        || STOP_WORDS.iter().any(|word| text.match_indices(word).any(|(at, _)| !is_host(word, at)))
}

impl Detector {
    /// Why a match that won its text is not reported; none when it is. `from` is the absolute offset of `text`.
    pub(super) fn pardon(&self, claim: &Claim, text: &[u8], from: u64, may_be_marked: bool) -> Option<Pardon> {
        let number = usize::from(claim.identifier);
        let identifier = &self.identifiers[number];
        let (start, end) = ((claim.start - from) as usize, (claim.end - from) as usize);
        let lists = &self.allowed[number];
        if !lists.is_empty() || identifier.category == Category::Credentials {
            let matched = String::from_utf8_lossy(&text[start..end]);
            if identifier.category == Category::Credentials && is_placeholder(&matched) {
                return Some(Pardon::Placeholder);
            }
            if let Some(list) = lists.iter().find(|list| list.allows(&matched)) {
                return Some(Pardon::AllowList(list.name.as_str().into()));
            }
        }
        let marked = may_be_marked && self.is_marked(&identifier.id, text, (start, end));
        marked.then_some(Pardon::InlineMark)
    }

    /// Whether a mark may stand anywhere in a text, if marks count at all.
    pub(super) fn may_be_marked(&self, text: &[u8]) -> bool {
        self.settings.inline_marks && memmem::find(text, MARK).is_some()
    }

    /// Whether a line that a match stands on is marked for its identifier.
    fn is_marked(&self, id: &str, text: &[u8], (start, end): (usize, usize)) -> bool {
        let is_break = |b: &u8| matches!(b, b'\n' | b'\r');
        let low = start.saturating_sub(BEFORE);
        let high = text.len().min(end + BEHIND);
        let from = text[low..start].iter().rposition(is_break).map_or(low, |at| low + at + 1);
        let to = text[end..high].iter().position(is_break).map_or(high, |at| end + at);
        let line = &text[from..to];
        memmem::find_iter(line, MARK).any(|at| self.names(&line[at + MARK.len()..], id))
    }

    /// Whether what follows a mark says that it is for an identifier: it names it, or none at all.
    fn names(&self, behind: &[u8], id: &str) -> bool {
        let is_id = |b: &u8| b.is_ascii_alphanumeric() || b"_.()-".contains(b);
        if behind.first().is_some_and(is_id) {
            return false; // `tamis:allowed` is another word.
        }
        let text = String::from_utf8_lossy(&behind[..behind.len().min(512)]);
        let list = text.trim_start_matches([' ', '\t', '=', ':', '[']);
        let mut named = Vec::new();
        for part in list.split(',').map(str::trim_start) {
            let word: String = part.chars().take_while(|c| c.is_ascii() && is_id(&(*c as u8))).collect();
            let word = word.trim_matches(['-', '.']);
            if !self.is_an_id(word) {
                break;
            }
            named.push(word.to_owned());
        }
        named.is_empty() || named.iter().any(|word| word.eq_ignore_ascii_case(id))
    }

    /// Whether a word is an ID, of what is looked for or by its form, and no remark.
    fn is_an_id(&self, word: &str) -> bool {
        let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "_()".contains(c);
        (word.len() > 2 && word.chars().all(capital))
            || self.identifiers.iter().any(|known| known.id.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;
    use crate::detect::{Detector, Settings};
    use crate::identifier::custom;

    #[test]
    fn placeholders_and_references() {
        for text in [
            "password=${DB_PASSWORD}",
            "token: {{ vault.token }}",
            "{{resolve:secretsmanager:prod/db:SecretString:password}}",
            "op://vault/item/field",
            "password = \"vault:secret/data/db#password\"",
            "AKIAIOSFODNN7EXAMPLE",
            "secret=ChangeMe",
            "key_xxxxxxxxxxxxxxxx",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "postgres://app:Zt4RvLmX2w@db.example.com/a",
            "https://app:Zt4RvLmX2w@vault:8200",
            "AKIAIOSFODNN7Q2XW4RT",
            "password=Zt4RvLmX2w",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn marks() {
        let file = "[[identifier]]\nid = 'badge-id'\nregex = 'E-\\d{6}'";
        let settings = Settings { inline_marks: true, ..Settings::default() };
        let detector = Detector::new(custom("x", file, &[]).unwrap(), settings);
        let marked = |line: &str| {
            let at = line.find("E-").unwrap();
            detector.is_marked("badge-id", line.as_bytes(), (at, at + 8))
        };
        for line in [
            "E-123456 # tamis:allow",
            "<!-- tamis:allow --> E-123456",
            "E-123456 // tamis:allow badge-id",
            "E-123456 // tamis:allow NAME, BADGE-ID",
            "E-123456 // tamis:allow a made-up one",
            "x\nE-123456 tamis:allow\ny",
        ] {
            assert!(marked(line), "{line}");
        }
        for line in
            ["E-123456", "E-123456 tamis:allowed", "E-123456 tamis:allow NAME", "tamis:allow\nE-123456\ntamis:allow"]
        {
            assert!(!marked(line), "{line}");
        }
    }
}
