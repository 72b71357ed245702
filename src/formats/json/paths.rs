//! The containers around the values in the window, and the path to a value, built only when asked for.
//!
//! A container is kept as long as a value in it may still be asked for; those that span the whole window are at most as
//! many as the nesting is deep.

use crate::formats::labels::Labels;
use std::collections::VecDeque;

/// Longest element name and longest path that are shown, in characters.
const NAME: usize = 240;
const PATH: usize = 250;

/// How a container, or a value, is reached from the container around it. What is not in one is a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::formats) enum Step {
    /// The last name of a label.
    Name(u32),
    /// A name that no label holds.
    Own(Box<[u8]>),
    /// An index in an array.
    Index(u64),
}

/// A step, brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Way {
    /// It is a record itself: its index.
    Record(u64),
    /// See [`Step`].
    Name(u32),
    /// See [`Step`]: the name is kept beside.
    Own,
    /// See [`Step`].
    Index(u64),
}

#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u64,
    way: Way,
    /// Offsets of text: where it opened, and where it closed if it did.
    opened: u64,
    closed: u64,
}

/// Containers by number, in the order in which they opened.
#[derive(Debug, Default)]
pub(in crate::formats) struct Nodes {
    /// Those from the number `first` on.
    recent: Vec<Node>,
    first: u64,
    /// Opened before the window and not closed before it; by number.
    spanning: Vec<(u64, Node)>,
    /// By number, ascending: the names that no label holds.
    names: VecDeque<(u64, Box<[u8]>)>,
}

impl Nodes {
    /// Adds a container that opens at an offset; its number.
    #[inline]
    pub(in crate::formats) fn open(&mut self, parent: u64, way: Way, at: u64) -> u64 {
        self.recent.push(Node { parent, way, opened: at, closed: u64::MAX });
        self.first + self.recent.len() as u64 - 1
    }

    /// Keeps the name of a container that opened last.
    pub(in crate::formats) fn keep_name(&mut self, number: u64, name: &[u8]) {
        self.names.push_back((number, name.into()));
    }

    /// Notes that a container closed.
    #[inline]
    pub(in crate::formats) fn close(&mut self, number: u64, at: u64) {
        let node = match number.checked_sub(self.first) {
            Some(index) => self.recent.get_mut(index as usize),
            None => self.spanning.iter_mut().find(|(known, _)| *known == number).map(|(_, node)| node),
        };
        if let Some(node) = node {
            node.closed = at;
        }
    }

    /// Forgets containers that closed before an offset.
    pub(in crate::formats) fn release(&mut self, offset: u64) {
        self.spanning.retain(|(_, node)| node.closed > offset);
        // Hardly any but those of the next window are left.
        let gone = self.recent.partition_point(|node| node.opened < offset);
        for (number, node) in (self.first..).zip(self.recent.drain(..gone)) {
            if node.closed > offset {
                self.spanning.push((number, node));
            }
        }
        self.first += gone as u64;
        if !self.names.is_empty() {
            let (spanning, first) = (&self.spanning, self.first);
            self.names.retain(|(name, _)| *name >= first || spanning.iter().any(|(number, _)| number == name));
        }
    }

    /// Forgets all; the next one has the number 0.
    pub(super) fn clear(&mut self) {
        self.recent.clear();
        self.spanning.clear();
        self.names.clear();
        self.first = 0;
    }

    /// Where a container opened, if it is still known.
    pub(super) fn opened(&self, number: u64) -> Option<u64> {
        self.find(number).map(|node| node.opened)
    }

    /// The full number whose low half is given; those in use are far closer together than that.
    pub(in crate::formats) fn widen(&self, low: u32) -> u64 {
        let next = self.first + self.recent.len() as u64;
        let behind = (next as u32).wrapping_sub(low);
        next.saturating_sub(u64::from(behind))
    }

    /// The record that a container belongs to.
    pub(in crate::formats) fn record(&self, mut number: u64) -> u64 {
        while let Some(node) = self.find(number) {
            if let Way::Record(index) = node.way {
                return index;
            }
            number = node.parent;
        }
        0
    }

    /// The steps to a container, outermost first, without the record.
    pub(in crate::formats) fn steps(&self, mut number: u64) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(node) = self.find(number) {
            steps.push(match node.way {
                Way::Record(_) => break,
                Way::Name(label) => Step::Name(label),
                Way::Index(index) => Step::Index(index),
                Way::Own => {
                    let name = self.names.binary_search_by_key(&number, |(number, _)| *number);
                    Step::Own(name.ok().and_then(|at| self.names.get(at)).map_or_else(Box::default, |(_, n)| n.clone()))
                }
            });
            number = node.parent;
        }
        steps.reverse();
        steps
    }

    fn find(&self, number: u64) -> Option<&Node> {
        match number.checked_sub(self.first) {
            Some(index) => self.recent.get(index as usize),
            None => self.spanning.iter().find(|(known, _)| *known == number).map(|(_, node)| node),
        }
    }
}

/// The `JSONPath` of steps, shortened as Macie does; none if a name on it looks like data, or is
/// mostly quotes and too long even alone.
pub(in crate::formats) fn json_path(steps: &[&Step], labels: &Labels) -> Option<String> {
    let mut elements = Vec::new();
    for step in steps {
        elements.push(match step {
            Step::Index(index) => format!("[{index}]"),
            Step::Name(label) => element(labels.name(*label))?,
            Step::Own(name) => element(name)?,
        });
    }
    let whole = format!("${}", elements.concat());
    let shorter = (1..elements.len()).map(|from| {
        let tail = elements[from..].concat();
        format!("$..{}", tail.strip_prefix('.').unwrap_or(&tail))
    });
    std::iter::once(whole).chain(shorter).find(|path| path.chars().count() <= PATH)
}

/// One element of a path by its name; none if that looks like data.
fn element(name: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(name);
    if name.contains('@') || name.chars().filter(char::is_ascii_digit).count() >= 7 {
        return None;
    }
    let count = name.chars().count();
    let short: String = if count > NAME {
        "...".chars().chain(name.chars().skip(count + 3 - NAME)).collect()
    } else {
        name.into_owned()
    };
    let plain = short.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && short.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Some(if plain { format!(".{short}") } else { format!("['{}']", short.replace('\\', "\\\\").replace('\'', "\\'")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(names: &[&str]) -> Option<String> {
        let steps: Vec<Step> = names.iter().map(|name| Step::Own(name.as_bytes().into())).collect();
        json_path(&steps.iter().collect::<Vec<_>>(), &Labels::default())
    }

    #[test]
    fn paths_are_written_as_macie_writes_them() {
        assert_eq!(path(&[]).unwrap(), "$");
        assert_eq!(path(&["a", "odd name", "it's\\"]).unwrap(), r"$.a['odd name']['it\'s\\']");
        assert_eq!(path(&["a", "me@example.com"]), None);
        assert_eq!(path(&["536-90-4399", "a"]), None);
        let steps = [&Step::Own(b"key"[..].into()), &Step::Index(2)];
        assert_eq!(json_path(&steps, &Labels::default()).unwrap(), "$.key[2]");
    }

    #[test]
    fn long_names_and_paths_lose_their_start() {
        let long = format!("{}end", "x".repeat(300));
        let shown = path(&["a", &long]).unwrap();
        assert!(shown.contains("['...x") && shown.ends_with("xend']") && shown.chars().count() <= PATH);
        let names = vec!["element"; 60];
        let shown = path(&names).unwrap();
        assert!(shown.starts_with("$..element.element"), "{shown}");
        assert!(shown.len() <= PATH && shown.len() > PATH - 10, "{}", shown.len());
    }

    #[test]
    fn containers_are_forgotten_when_closed_before_the_window() {
        let mut nodes = Nodes::default();
        let root = nodes.open(u64::MAX, Way::Record(7), 0);
        for n in 0..1000 {
            let inner = nodes.open(root, if n % 2 == 0 { Way::Index(n) } else { Way::Own }, n * 10 + 1);
            if n % 2 > 0 {
                nodes.keep_name(inner, b"a");
            }
            nodes.close(inner, n * 10 + 9);
            nodes.release(n * 10);
            assert_eq!(nodes.record(inner), 7);
            assert_eq!(nodes.steps(inner), [if n % 2 == 0 { Step::Index(n) } else { Step::Own((*b"a").into()) }]);
            assert_eq!(nodes.widen(inner as u32), inner);
        }
        assert!(nodes.recent.len() + nodes.spanning.len() + nodes.names.len() < 5);
    }
}
