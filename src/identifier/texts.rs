//! Lists of texts of an identifier. Those of the managed ones lie in the program, each list as one text: a scan copies none of
//! them, and the program is loaded without a pointer for each.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What stands between the texts of a list that is built in; in none of them, which the build script sees to.
const SEPARATOR: u8 = 0x1F;

/// Some texts, in order.
#[derive(Clone)]
pub struct Texts(Kind);

#[derive(Clone)]
enum Kind {
    /// With separators between them, none of them empty.
    BuiltIn(&'static str),
    Given(Vec<String>),
}

impl Texts {
    /// Those that the build script wrote down as one.
    pub(super) const fn built_in(joined: &'static str) -> Self {
        Self(Kind::BuiltIn(joined))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let (joined, given) = match &self.0 {
            Kind::BuiltIn(joined) => (*joined, [].as_slice()),
            Kind::Given(given) => ("", given.as_slice()),
        };
        let mut left = Some(joined).filter(|joined| !joined.is_empty());
        let built_in = std::iter::from_fn(move || {
            let rest = left?;
            let end = rest.bytes().position(|b| b == SEPARATOR);
            left = end.and_then(|end| rest.get(end + 1..));
            Some(end.and_then(|end| rest.get(..end)).unwrap_or(rest))
        });
        built_in.chain(given.iter().map(String::as_str))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Kind::BuiltIn(joined) => joined.is_empty(),
            Kind::Given(given) => given.is_empty(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::BuiltIn("") => 0,
            Kind::BuiltIn(joined) => joined.bytes().filter(|b| *b == SEPARATOR).count() + 1,
            Kind::Given(given) => given.len(),
        }
    }

    /// All in one, with something between each two.
    pub fn join(&self, between: &str) -> String {
        self.iter().collect::<Vec<_>>().join(between)
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::built_in("")
    }
}

impl From<Vec<String>> for Texts {
    fn from(given: Vec<String>) -> Self {
        Self(Kind::Given(given))
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Texts {}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn built_in_and_given_are_alike() {
        let (built_in, given) = (Texts::built_in("a b\u{1F}c"), Texts::from(vec!["a b".to_owned(), "c".to_owned()]));
        assert_eq!(built_in, given);
        assert_eq!(format!("{built_in:?}"), r#"["a b", "c"]"#);
        assert_eq!((built_in.len(), built_in.join(", ")), (2, "a b, c".to_owned()));
        assert!(Texts::default().is_empty() && Texts::default().iter().next().is_none());
        assert!(Texts::from(Vec::new()) == Texts::default());
        assert_ne!(built_in, Texts::default());
    }
}
