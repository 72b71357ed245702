//! All keywords as one tree of their characters: one walk from a word start finds every keyword that stands there, so
//! the cost grows with what they have in common with the text and not with their number.
//!
//! What a keyword is, spaces and borders, is said in [`super::keywords`]; this only walks there faster.

use super::characters::{char_at, fold};
use super::keywords::{Hit, Keyword, Keywords};
use super::spelling::{SPACES, begins, border_behind, ends, space_at};
use crate::shape::ByteSet;
use std::collections::VecDeque;
use std::ops::Range;

/// No node.
const NONE: u32 = u32::MAX;
/// A node that one keyword alone goes through.
const TAIL: u32 = u32::MAX - 1;

/// Small, for there are thousands, and most have one letter behind them or a tail.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// Which of the letters a to z go on from here: bit 0 is a.
    letters: u32,
    /// The node of the first of those letters; the others follow in order. Of a tail, its keyword and, above it, how many of
    /// its bytes stand before.
    first: u32,
    /// What else goes on or ends here, in `more`; [`NONE`], or [`TAIL`].
    more: u32,
}

/// What goes on or ends at a node besides letters.
#[derive(Debug, Clone, Copy)]
struct More {
    /// Other characters that go on from here: where in `others`, and how many.
    others: (u32, u16),
    /// Where a space goes on.
    space: u32,
    /// Keywords that are complete here: where in `complete`, and how many.
    complete: (u32, u16),
}

/// What stands for it at most nodes.
const NO_MORE: More = More { others: (0, 0), space: NONE, complete: (0, 0) };

impl Node {
    /// The node behind a small letter.
    #[inline]
    fn next(&self, letter: u8) -> Option<u32> {
        let bit = 1_u32 << (letter - b'a');
        (self.letters & bit != 0).then(|| self.first + (self.letters & (bit - 1)).count_ones())
    }

    /// The only keyword that goes through here, if there is but one, and how many of its bytes stand before: the rest is compared.
    #[inline]
    fn tail(&self) -> Option<(u16, usize)> {
        (self.more == TAIL).then_some((self.first as u16, (self.first >> 16) as usize))
    }
}

/// Where a walk can begin behind the first letters of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached {
    node: u32,
    /// How many of the letters lead there.
    letters: u8,
    /// The bytes one of which must stand there, if any does.
    next: ByteSet,
}

/// Keywords that go on alike.
struct Group {
    /// The character, and its bytes.
    begins: char,
    step: usize,
    range: Range<usize>,
}

/// The tree.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    more: Vec<More>,
    others: Vec<(char, u32)>,
    complete: Vec<u16>,
}

impl Tree {
    /// The tree of the keywords that `test` lets through.
    pub(super) fn new<'k>(keywords: &'k Keywords, test: impl Fn(&Keyword<'k>) -> bool) -> Self {
        let sorted: Vec<u16> =
            keywords.sorted().iter().copied().filter(|number| test(&keywords.get(*number))).collect();
        let mut tree = Self {
            // About as many as are needed; what is not is not touched.
            nodes: Vec::with_capacity(sorted.len() * 3 + 1),
            more: Vec::with_capacity(sorted.len()),
            others: Vec::new(),
            complete: Vec::with_capacity(sorted.len()),
        };
        let mut open = VecDeque::from([(0..sorted.len(), 0)]);
        let mut groups = Vec::new();
        while let Some((range, depth)) = open.pop_front() {
            let next = (tree.nodes.len() + 1 + open.len()) as u32;
            let node = tree.grow(keywords, &sorted, (range, depth), next, &mut groups);
            tree.nodes.push(node);
            for group in groups.drain(..) {
                open.push_back((group.range, depth + group.step));
            }
        }
        tree
    }

    /// The node of the keywords `sorted[range]`, which have their first `depth` bytes in common. Its children are put into
    /// `groups`, in the order of their numbers, of which `next` is the first.
    fn grow(
        &mut self,
        keywords: &Keywords,
        sorted: &[u16],
        (range, depth): (Range<usize>, usize),
        mut next: u32,
        groups: &mut Vec<Group>,
    ) -> Node {
        let others = self.others.len() as u32;
        let complete = self.complete.len() as u32;
        if range.len() == 1 && (1..=usize::from(u16::MAX)).contains(&depth) {
            return Node { letters: 0, first: u32::from(sorted[range.start]) | (depth as u32) << 16, more: TAIL };
        }
        let mut node = Node { letters: 0, first: next, more: NONE };
        let mut more = More { others: (others, 0), space: NONE, complete: (complete, 0) };
        let rest = |index: usize| keywords.folded(sorted[index]).get(depth..).unwrap_or_default();
        for index in range {
            match (char_at(rest(index), 0), groups.last_mut()) {
                (None, _) => {
                    self.complete.push(sorted[index]);
                    more.complete.1 += 1;
                }
                (Some((c, _)), Some(last)) if last.begins == c => last.range.end = index + 1,
                (Some((begins, step)), _) => groups.push(Group { begins, step, range: index..index + 1 }),
            }
        }
        // Letters first, so that their nodes lie side by side.
        if groups.iter().any(|group| !group.begins.is_ascii_lowercase()) {
            groups.sort_by_key(|group| !group.begins.is_ascii_lowercase());
        }
        for Group { begins, .. } in groups.iter() {
            match begins {
                'a'..='z' => node.letters |= 1 << (*begins as u32 - 'a' as u32),
                ' ' => more.space = next,
                c => {
                    self.others.push((*c, next));
                    more.others.1 += 1;
                }
            }
            next += 1;
        }
        if (more.others.1, more.space, more.complete.1) != (0, NONE, 0) {
            node.more = self.more.len() as u32;
            self.more.push(more);
        }
        node
    }

    /// Adds every keyword that stands at `at`, borders and all.
    pub(super) fn look_up(&self, keywords: &Keywords, text: &[u8], at: usize, hits: &mut Vec<Hit>) {
        let before = hits.len();
        self.walk(keywords, text, (at, at), 0, hits);
        settle(text, at, before, hits);
    }

    /// Adds those that stand at `at` and go through nodes that are reached there, whatever stands before them.
    pub(super) fn look_up_behind(
        &self,
        reached: &[Reached],
        keywords: &Keywords,
        text: &[u8],
        at: usize,
        hits: &mut Vec<Hit>,
    ) {
        for Reached { node, letters, next } in reached {
            let here = at + usize::from(*letters);
            if text.get(here).is_none_or(|byte| next.contains(*byte)) {
                self.walk(keywords, text, (at, here), *node, hits);
            }
        }
    }

    /// The nodes that are reached behind `letters`, small ones of ASCII, and how many of them lead there: where a walk at a word
    /// that begins with these and goes on with none, or has as many as are looked up, can as well begin.
    pub(super) fn behind(&self, keywords: &Keywords, letters: &[u8]) -> Box<[Reached]> {
        let mut reached = Vec::new();
        let mut open = vec![(0_u32, 0_usize)];
        while let Some((number, depth)) = open.pop() {
            let Some(node) = self.nodes.get(number as usize) else { continue };
            let rest = letters.get(depth..).unwrap_or_default();
            // A plural `s` is behind a keyword, not in it.
            let more = self.more(node);
            if rest.is_empty() || node.more == TAIL || (rest == b"s" && more.complete.1 > 0) {
                let next = self.next(keywords, node);
                reached.push(Reached { node: number, letters: depth as u8, next });
            }
            let Some(letter) = rest.first().filter(|_| node.more != TAIL) else { continue };
            if more.space != NONE {
                open.push((more.space, depth));
            }
            if let Some(next) = node.next(*letter) {
                open.push((next, depth + 1));
            }
        }
        reached.into()
    }

    /// The bytes that can stand at a node if a keyword goes through it.
    fn next(&self, keywords: &Keywords, node: &Node) -> ByteSet {
        let mut next = ByteSet::default();
        if let Some((keyword, depth)) = node.tail() {
            let rest = keywords.folded(keyword).get(depth..).unwrap_or_default();
            let behind_space = rest.strip_prefix(b" ");
            if behind_space.is_some() {
                insert(&mut next, ' ');
            }
            match char_at(behind_space.unwrap_or(rest), 0) {
                Some((c, _)) if c != ' ' => insert(&mut next, c),
                _ => return ByteSet::ALL,
            }
            return next;
        }
        let more = self.more(node);
        if more.complete.1 > 0 {
            return ByteSet::ALL;
        }
        (b'a'..=b'z').filter(|letter| node.next(*letter).is_some()).for_each(|letter| insert(&mut next, letter.into()));
        let from = more.others.0 as usize;
        self.others[from..from + usize::from(more.others.1)].iter().for_each(|(c, _)| insert(&mut next, *c));
        if let Some(behind_space) = self.nodes.get(more.space as usize) {
            insert(&mut next, ' ');
            next.extend(&self.next(keywords, behind_space));
        }
        next
    }

    #[inline]
    fn more(&self, node: &Node) -> More {
        self.more.get(node.more as usize).copied().unwrap_or(NO_MORE)
    }

    /// Walks from a node with what stands at `here`. A space is tried as what stands there, then as nothing.
    fn walk(
        &self,
        keywords: &Keywords,
        text: &[u8],
        (start, mut here): (usize, usize),
        mut number: u32,
        hits: &mut Vec<Hit>,
    ) {
        while let Some(node) = self.nodes.get(number as usize) {
            if let Some((keyword, depth)) = node.tail() {
                if let Some(end) = ends(&keywords.folded(keyword)[depth..], text, here) {
                    add(hits, start, end, keyword);
                }
                return;
            }
            let more = self.more(node);
            if more.complete.1 > 0 && border_behind(text, here) {
                let from = more.complete.0 as usize;
                for keyword in &self.complete[from..from + usize::from(more.complete.1)] {
                    add(hits, start, here, *keyword);
                }
            }
            if more.space != NONE {
                if let Some(space) = space_at(text, here) {
                    self.walk(keywords, text, (start, here + space), more.space, hits);
                }
                self.walk(keywords, text, (start, here), more.space, hits);
            }
            let Some(byte) = text.get(here) else { return };
            if byte.is_ascii_alphabetic() {
                let Some(next) = node.next(byte | 0x20) else { return };
                (number, here) = (next, here + 1);
            } else {
                if more.others.1 == 0 {
                    return;
                }
                let Some((c, width)) = char_at(text, here) else { return };
                // A letter that only folds to one of ASCII is another letter.
                let folded = if c.is_ascii() || !fold(c).is_ascii() { fold(c) } else { c };
                let from = more.others.0 as usize;
                let others = &self.others[from..from + usize::from(more.others.1)];
                let Some((_, next)) = others.iter().find(|(wanted, _)| *wanted == folded) else { return };
                (number, here) = (*next, here + width);
            }
        }
    }
}

/// Adds the bytes that a character of a keyword can begin with in a text.
fn insert(bytes: &mut ByteSet, c: char) {
    match u8::try_from(c) {
        Ok(b' ') => SPACES.iter().for_each(|space| bytes.insert(*space)),
        Ok(byte) if byte.is_ascii() => {
            bytes.insert(byte);
            bytes.insert(byte.to_ascii_uppercase());
        }
        _ => bytes.insert_range(0x80, 0xFF),
    }
}

/// Orders the hits from `before` on, which all start at `at`; drops them if no keyword can begin there.
pub(super) fn settle(text: &[u8], at: usize, before: usize, hits: &mut Vec<Hit>) {
    if hits.len() > before {
        if begins(text, at) {
            hits[before..].sort_unstable();
        } else {
            hits.truncate(before);
        }
    }
}

/// Adds a hit, unless its keyword was found here in another way before.
fn add(hits: &mut Vec<Hit>, start: usize, end: usize, keyword: u16) {
    let here = hits.iter().rev().take_while(|hit| hit.start as usize == start);
    if here.into_iter().all(|hit| hit.keyword != keyword) {
        hits.push(Hit { start: start as u32, end: end as u32, keyword });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[&str] = &[
        "ssn",
        "social security",
        "social",
        "social security number",
        "so",
        "número de cuenta",
        "num",
        "cc #",
        "c c",
        "card number",
        "card",
        "cardnumber",
        "身份证",
        "kty",
        "it's",
        "a b c",
        "ab c",
    ];

    #[test]
    fn finds_what_each_keyword_finds() {
        let words: Vec<String> = WORDS.iter().map(|w| (*w).to_owned()).collect();
        let keywords = Keywords::new([words.iter().map(|w| (w.as_str(), false))]);
        let tree = Tree::new(&keywords, |_| true);
        for text in [
            "SSN social-security_number, SocialSecurityNumbers socially so",
            "NÚMERO DE CUENTA número\u{a0}de\r\ncuenta num2 nums CC# cc # c c c_c",
            "cardNumber card_number CARDNUMBER cards 我的身份证号码 \u{212A}ty kty it's a-b-c abc ab c",
        ] {
            for at in 0..text.len() {
                let mut hits = Vec::new();
                tree.look_up(&keywords, text.as_bytes(), at, &mut hits);
                let found: Vec<(u16, usize)> = hits.iter().map(|h| (h.keyword, h.end as usize)).collect();
                let mut expected: Vec<(u16, usize)> =
                    keywords.iter().filter_map(|(n, k)| Some((n, k.end_at(text.as_bytes(), at)?))).collect();
                expected.sort_by_key(|(keyword, end)| (*end, *keyword));
                assert_eq!(found, expected, "at {at} of {text}");
            }
        }
    }
}
