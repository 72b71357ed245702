//! Which part belongs to which: relationships of Office Open XML, resolved to names of parts.
//!
//! Links that lead outside are text; they are read elsewhere.

use super::package::Package;
use super::xml::{Token, Xml};
use crate::formats::references::decoded;
use std::collections::HashMap;

/// A relationship inside the document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// Its id in the part.
    pub(super) id: String,
    /// The last word of its type: `worksheet`.
    pub(super) kind: String,
    /// The name of the part that it leads to.
    pub(super) target: String,
}

/// The relationships of a part; of the package itself if the name is empty.
pub(super) fn relations(package: &mut Package<'_>, part: &str) -> Vec<Relation> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    let bytes = package.peek(&format!("{folder}{slash}_rels/{file}.rels"));
    parse(&bytes, folder)
}

fn parse(bytes: &[u8], folder: &str) -> Vec<Relation> {
    let mut xml = Xml::new(bytes);
    let mut all = Vec::new();
    while let Ok(Some(token)) = xml.next() {
        let Token::Start(tag) = token else { continue };
        if tag.name == b"Relationship"
            && tag.attribute(b"TargetMode").as_deref() != Some("External")
            && let (Some(id), Some(kind), Some(target)) =
                (tag.attribute(b"Id"), tag.attribute(b"Type"), tag.attribute(b"Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            all.push(Relation { id, kind, target: resolve(folder, &target) });
        }
    }
    all
}

/// Relationships by id; of two with one id, the first.
pub(super) fn by_id(all: &[Relation]) -> HashMap<&str, &Relation> {
    all.iter().rev().map(|relation| (relation.id.as_str(), relation)).collect()
}

/// A target as seen from a folder.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = Vec::new();
    let whole = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

/// Elements of a name, in order: the ids that each has (its own, and the one of a relationship), and another attribute.
pub(super) fn references(bytes: &[u8], element: &[u8], other: &[u8]) -> Vec<(Vec<String>, String)> {
    let mut xml = Xml::new(bytes);
    let mut all = Vec::new();
    while let Ok(Some(token)) = xml.next() {
        if let Token::Start(tag) = token
            && tag.name == element
        {
            let ids = tag.attributes().filter(|(name, _)| *name == b"id").map(|(_, id)| decoded(id)).collect();
            all.push((ids, tag.attribute(other).unwrap_or_default()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_folder() {
        let rels = br#"<Relationships xmlns="x"><Relationship Id="a" Type="http://x/worksheet" Target="../xl/s1.xml"/>
            <Relationship Id="b" Type="x/y" Target="/word/d.xml"/>
            <Relationship Id="c" Type="h" TargetMode="External" Target="mailto:ann@example.com"/></Relationships>"#;
        let all = parse(rels, "ppt");
        let targets: Vec<_> = all.iter().map(|r| (r.id.as_str(), r.kind.as_str(), r.target.as_str())).collect();
        assert_eq!(targets, [("a", "worksheet", "xl/s1.xml"), ("b", "y", "word/d.xml")]);
    }
}
