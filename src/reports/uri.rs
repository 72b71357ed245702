//! Relative addresses of files, for readers that look for them in a repository.
//!
//! Works on the targets as typed, and looks at no disk.

use crate::report::Report;
use std::fmt::Write;

/// What the paths of a scan start from.
pub(super) struct Root {
    /// The address of the folder, with a `/` at its end; only for one target with an absolute path.
    pub(super) base: Option<String>,
    /// The folder below the working folder, with a `/` at its end; empty for that folder, and with a base.
    folder: Vec<u8>,
}

impl Root {
    /// Of a scan. A path does not say which of several targets it belongs to: then it stands as it is.
    pub(super) fn of(report: &Report) -> Self {
        let found = report.findings.iter().map(|finding| &finding.classification);
        let mut all = found.chain(report.skipped.iter().map(|row| &row.classification));
        let target = match report.targets.as_slice() {
            [one] if one != "-" && !one.split('/').any(|part| part == "..") => one.trim_end_matches('/'),
            _ => return Self { base: None, folder: Vec::new() },
        };
        let first = all.next().map(|c| c.artifact.path.file.as_slice());
        let file = first.filter(|file| all.all(|c| c.artifact.path.file == *file)).unwrap_or_default();
        // A target that is the file itself: its folder counts.
        let folder = match target.as_bytes().strip_suffix(file) {
            Some(folder) if !file.is_empty() && (folder.is_empty() || folder.ends_with(b"/")) => folder,
            _ => target.as_bytes(),
        };
        let parts = folder.split(|b| *b == b'/').filter(|part| !matches!(*part, b"" | b"."));
        let folder = parts.fold(Vec::new(), |path, part| [&path, part, b"/"].concat());
        if target.starts_with('/') {
            return Self { base: Some(format!("file:///{}", encoded(&folder))), folder: Vec::new() };
        }
        Self { base: None, folder }
    }

    /// The address of a file, relative to the working folder or, with a base, to that; percent-encoded.
    pub(super) fn relative(&self, file: &[u8]) -> String {
        encoded(&[&self.folder, file].concat())
    }

    /// The same as a path, for readers that want no address; U+FFFD where it is not UTF-8.
    pub(super) fn unencoded(&self, file: &[u8]) -> String {
        String::from_utf8_lossy(&[&self.folder, file].concat()).into_owned()
    }
}

/// All but letters, digits, `-` `.` `_` `~` and `/` as `%XX`.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => text.push(char::from(*byte)),
            _ => write!(text, "%{byte:02X}").unwrap_or_default(),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Root;
    use crate::reports::fixture;

    /// The base, and the address of a file that is the only one.
    fn uri(targets: &[&str], file: &str) -> (Option<String>, String) {
        let mut report = fixture::empty();
        report.targets = targets.iter().map(|t| (*t).to_owned()).collect();
        report.findings = vec![fixture::crowded(1)];
        report.findings[0].classification.artifact.path.file = file.into();
        let root = Root::of(&report);
        let uri = root.relative(file.as_bytes());
        (root.base, uri)
    }

    #[test]
    fn addresses_are_relative_to_the_working_folder() {
        let cases = [
            (".", "a/b.csv", "a/b.csv"),
            ("./src/", "a/b c.csv", "src/a/b%20c.csv"),
            ("src/b.csv", "b.csv", "src/b.csv"),
            ("b.csv", "b.csv", "b.csv"),
            ("../x", "a:b", "a%3Ab"),
        ];
        for (target, file, expected) in cases {
            assert_eq!(uri(&[target], file), (None, expected.to_owned()), "{target}");
        }
        assert_eq!(uri(&["a", "b"], "x").1, "x");
    }

    #[test]
    fn an_absolute_target_is_the_base() {
        let base = Some("file:///srv/my%20data/".to_owned());
        assert_eq!(uri(&["/srv/my data/"], "a.csv"), (base.clone(), "a.csv".to_owned()));
        assert_eq!(uri(&["/srv/my data/a.csv"], "a.csv"), (base, "a.csv".to_owned()));
    }
}
