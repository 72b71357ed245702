//! What the labels of one source stand for: which identifiers have a keyword in the names over a field.
//!
//! Read once for each label, by whoever reads the source; shared with all that look at its windows.

use super::Detector;
use super::gates::Near;
use super::keyworded::Keyworded;
use super::scan::Found;
use crate::text::{Field, Label, TextSource};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names whose keywords are remembered before the memory is cleared.
const NAMES: usize = 10_000;

/// Identifiers with a keyword in a name, each with one such keyword, by identifier.
type Users = Rc<[(u16, u16)]>;

/// What a label stands for.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    /// The identifiers that have a keyword in it, each with the keyword, by identifier.
    pub(super) users: Vec<(u16, Near)>,
    /// Their patterns that need one.
    pub(super) patterns: Keyworded,
    /// The innermost name, in lower case, if a pattern asks for such a name.
    pub(super) innermost: Option<String>,
}

/// By label, for all labels that came up so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    /// The number of the text whose labels they are; no two texts have the same.
    pub(super) text: u64,
    by_label: Vec<Option<Arc<Labelled>>>,
    /// All labels below this number are known.
    all_below: u32,
    nothing: Arc<Labelled>,
}

impl Labels {
    /// What a label stands for.
    #[inline]
    pub(super) fn get(&self, label: Label) -> &Labelled {
        self.by_label.get(label.0 as usize).and_then(Option::as_ref).unwrap_or(&self.nothing)
    }

    /// Whether all labels of fields came up.
    pub(super) fn hold(&self, fields: &[Field]) -> bool {
        fields.iter().all(|field| field.label.0 < self.all_below || self.has(field.label))
    }

    fn has(&self, label: Label) -> bool {
        self.by_label.get(label.0 as usize).is_some_and(Option::is_some)
    }
}

/// Reads labels as fields under them come up.
#[derive(Debug)]
pub(super) struct Reader {
    /// Those so far.
    pub(super) labels: Arc<Labels>,
    /// Where the last field starts whose label is known.
    last: u64,
    by_name: HashMap<String, Users>,
    found: Found,
}

impl Default for Reader {
    fn default() -> Self {
        static TEXTS: AtomicU64 = AtomicU64::new(1);
        let text = TEXTS.fetch_add(1, Ordering::Relaxed);
        let labels = Arc::new(Labels { text, ..Labels::default() });
        Self { labels, last: 0, by_name: HashMap::new(), found: Found::default() }
    }
}

impl Reader {
    /// Makes sure that the labels of fields are known. They come in the order of the text.
    pub(super) fn learn(&mut self, detector: &Detector, fields: &[Field], source: &dyn TextSource) {
        let new = fields.partition_point(|f| f.start < self.last);
        self.last = fields.last().map_or(self.last, |f| f.start);
        for field in &fields[new..] {
            if field.label.0 >= self.labels.all_below && !self.labels.has(field.label) {
                let labelled = self.read(detector, field.label, source);
                let index = field.label.0 as usize;
                let labels = Arc::make_mut(&mut self.labels);
                let labelled = labelled.map_or_else(|| Arc::clone(&labels.nothing), Arc::new);
                if labels.by_label.len() <= index {
                    labels.by_label.resize(index + 1, None);
                }
                labels.by_label[index] = Some(labelled);
                while labels.has(Label(labels.all_below)) {
                    labels.all_below += 1;
                }
            }
        }
    }

    /// None if it stands for nothing, as most do.
    fn read(&mut self, detector: &Detector, label: Label, source: &dyn TextSource) -> Option<Labelled> {
        let names = source.names(label);
        let innermost =
            names.last().filter(|name| detector.keywords.is_field_name(name)).map(|name| name.to_lowercase());
        let mut all: BTreeMap<u16, u16> = BTreeMap::new();
        // The innermost name says most of its value: of several keywords, its own is named.
        for name in names {
            all.extend(self.of_name(detector, name).iter().copied());
        }
        if all.is_empty() && innermost.is_none() {
            return None;
        }
        let near = |(user, keyword)| (user, Near::new(&detector.keywords, keyword, b""));
        let users: Vec<(u16, Near)> = all.into_iter().map(near).collect();
        let mut patterns = Keyworded::default();
        for (user, _) in &users {
            patterns.extend(detector.near.of_user(*user));
        }
        for named in innermost.iter().flat_map(|name| detector.named.iter().filter(move |n| n.is_for(detector, name))) {
            patterns.extend(&named.patterns);
        }
        Some(Labelled { users, patterns, innermost })
    }

    fn of_name(&mut self, detector: &Detector, name: String) -> Users {
        if let Some(known) = self.by_name.get(&name) {
            return Rc::clone(known);
        }
        if self.by_name.len() >= NAMES {
            self.by_name.clear();
        }
        let keywords = &detector.keywords;
        detector.scanner.scan(keywords, name.as_bytes(), (0, 0), &mut self.found);
        let at_borders = self.found.hits.iter().map(|h| h.keyword);
        let mut all: BTreeMap<u16, u16> = BTreeMap::new();
        for keyword in at_borders.chain(keywords.inside_label(&name)) {
            for user in keywords.users(keyword) {
                // The longest says most: `credit card`, not `card`.
                let known = all.entry(*user).or_insert(keyword);
                if keywords.get(keyword).text.len() > keywords.get(*known).text.len() {
                    *known = keyword;
                }
            }
        }
        let users: Users = all.into_iter().collect();
        self.by_name.insert(name, Rc::clone(&users));
        users
    }
}
