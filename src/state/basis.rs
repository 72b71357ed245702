//! What a result rests on besides the file itself: the identifiers, the settings, the program. When one of them is another,
//! what is known is not believed.

use crate::plan::Plan;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// What a result rests on.
#[derive(Debug)]
pub struct Basis<'a>(&'a Plan);

/// A file that was begun.
pub(super) struct Begun {
    /// The key of its hashes.
    pub(super) key: [u8; 32],
    /// Whether its first run leaves alone what is there, and did not end yet.
    pub(super) is_first: bool,
}

impl<'a> Basis<'a> {
    /// Of a plan.
    pub fn of(plan: &'a Plan) -> Self {
        Self(plan)
    }

    /// Begins a new file, or drops from one what rests on something else.
    pub(super) fn settle(&self, connection: &mut Connection, only_changes: bool) -> rusqlite::Result<Begun> {
        let transaction = connection.transaction()?;
        let read = |name: &str| -> rusqlite::Result<Option<Vec<u8>>> {
            let sql = "SELECT value FROM basis WHERE name = ?1";
            transaction.query_row(sql, [name], |row| row.get(0)).optional()
        };
        let write = |name: &str, value: &[u8]| {
            transaction.execute("INSERT OR REPLACE INTO basis VALUES (?1, ?2)", params![name, value])
        };
        let known = read("key")?.and_then(|key| <[u8; 32]>::try_from(key).ok());
        let key = match known {
            Some(key) => key,
            None => transaction.query_row("SELECT randomblob(32)", [], |row| row.get(0))?,
        };
        if known.is_none() {
            write("key", &key)?;
            if only_changes {
                write("first run", b"")?;
            }
        }
        let mut is_same = true;
        for (name, value) in self.parts(&key) {
            if read(name)?.as_deref() != Some(value.as_slice()) {
                is_same = false;
                write(name, &value)?;
            }
        }
        if !is_same {
            transaction.execute("DELETE FROM object WHERE outcome <> 'BEFORE'", [])?;
            transaction.execute("DELETE FROM detail", [])?;
        }
        let is_first = read("first run")?.is_some();
        transaction.commit()?;
        Ok(Begun { key, is_first })
    }

    /// Hashed with the file's key: an allow list holds real values.
    fn parts(&self, key: &[u8; 32]) -> BTreeMap<&'static str, Vec<u8>> {
        let hash = |parts: Vec<Vec<u8>>| {
            let mut hasher = blake3::Hasher::new_keyed(key);
            for part in parts {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(&part);
            }
            hasher.finalize().as_bytes().to_vec()
        };
        BTreeMap::from([
            ("identifiers", hash(self.identifiers())),
            ("settings", hash(self.settings())),
            ("program", env!("CARGO_PKG_VERSION").as_bytes().to_vec()),
        ])
    }

    /// All that decides what matches. How bad a match is, is judged later.
    fn identifiers(&self) -> Vec<Vec<u8>> {
        let mut parts = Vec::new();
        for identifier in &self.0.identifiers {
            parts.push(identifier.id.clone().into_bytes());
            parts.push(format!("{:?} {:?}", identifier.keywords, identifier.ignore_words).into_bytes());
            let rules = (identifier.category, &identifier.proximity, identifier.precedence, identifier.random);
            parts.push(format!("{rules:?}").into_bytes());
            for pattern in &identifier.patterns {
                let rules = (&pattern.field_names, pattern.keyword, &pattern.borders, &pattern.validator_name);
                parts.push(format!("{} {rules:?}", pattern.regex).into_bytes());
            }
            parts.extend(identifier.allow.iter().map(|list| list.version().to_vec()));
        }
        parts
    }

    /// All that decides what of a file is read, and what of a match is kept. Of passwords only whether there are any.
    fn settings(&self) -> Vec<Vec<u8>> {
        let plan = self.0;
        let settings = &plan.settings;
        let mut parts = vec![
            format!("{:?}", plan.limits).into_bytes(),
            format!("{} {} {}", settings.max_occurrences, settings.inline_marks, settings.reveal).into_bytes(),
            format!("{} {}", plan.reader.is_some(), !plan.passwords.all().is_empty()).into_bytes(),
            settings.fingerprint_key.map(|key| key.to_vec()).unwrap_or_default(),
        ];
        for list in &settings.allow {
            parts.push(format!("{} {:?}", list.name, list.identifiers).into_bytes());
            parts.push(list.version().to_vec());
        }
        parts
    }
}
