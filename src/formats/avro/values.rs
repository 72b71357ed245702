//! The values of one record, decoded by the schema with a list of what is still to do in place of recursion.
//!
//! What takes no bytes holds no data, so a block that claims 10^8 empty records costs nothing.

use super::super::embedded::{Binary, Embedded, kind_of};
use super::super::paths::Paths;
use super::super::records::Record;
use super::super::shown::{self, Shown};
use super::blocks::unzigzag;
use super::schema::{Node, Schema};

/// Steps inside each other.
const DEEPEST: usize = 256;

/// What is to be done next.
enum Task {
    /// Decode a value.
    Value(usize),
    /// Go on with a record's fields.
    Fields { node: usize, next: usize },
    /// Go on with the items of an array or a map; `at` is where the last one began.
    Items { node: usize, index: u64, left: u64, at: usize },
    /// Step out of a name.
    Leave,
}

/// Values in one block.
pub(super) struct Values<'b, 'e> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    /// Number of the record.
    pub(super) index: u64,
    pub(super) embedded: &'e mut Embedded,
}

impl<'b> Values<'b, '_> {
    /// Decodes one record; none if it is damaged, and then what came before is in `into`.
    pub(super) fn record(&mut self, schema: &Schema, paths: &mut Paths, into: &mut Record) -> Option<()> {
        paths.leave_to(0);
        let mut tasks = vec![Task::Value(0)];
        while let Some(task) = tasks.pop() {
            if tasks.len() > 2 * DEEPEST || paths.depth() > DEEPEST {
                return None;
            }
            match task {
                Task::Leave => paths.leave(),
                Task::Value(node) => self.value(node, schema, &mut tasks, paths, into)?,
                Task::Fields { node, next } => {
                    let Node::Record(fields) = schema.node(node)? else { return None };
                    if let Some((name, field)) = fields.get(next) {
                        paths.enter(name);
                        tasks.push(Task::Fields { node, next: next + 1 });
                        tasks.push(Task::Leave);
                        tasks.push(Task::Value(*field));
                    }
                }
                Task::Items { node, index, left, at } => {
                    self.items(node, (index, left, at), schema, &mut tasks, paths, into)?;
                }
            }
        }
        Some(())
    }

    fn value(
        &mut self,
        index: usize,
        schema: &Schema,
        tasks: &mut Vec<Task>,
        paths: &mut Paths,
        into: &mut Record,
    ) -> Option<()> {
        let mut put = |text: &str| {
            let (column, detail) = paths.here();
            into.push_detailed(column, detail, text);
        };
        match schema.node(index)? {
            Node::Null => {}
            Node::Boolean => put(if *self.take(1)?.first()? == 0 { "false" } else { "true" }),
            Node::Int(shown) | Node::Long(shown) => put(&shown::number(self.long()?, *shown)),
            Node::Float => put(&f32::from_le_bytes(self.take(4)?.try_into().ok()?).to_string()),
            Node::Double => put(&f64::from_le_bytes(self.take(8)?.try_into().ok()?).to_string()),
            Node::String => put(&String::from_utf8_lossy(self.counted()?)),
            Node::Enum(symbols) => put(symbols.get(usize::try_from(self.long()?).ok()?)?),
            Node::Bytes(shown) => {
                let bytes = self.counted()?;
                self.binary(bytes, *shown, paths, into);
            }
            Node::Fixed(size, shown) => {
                let bytes = self.take(*size)?;
                self.binary(bytes, *shown, paths, into);
            }
            Node::Union(branches) => {
                let branch = usize::try_from(self.long()?).ok()?;
                tasks.push(Task::Value(*branches.get(branch)?));
            }
            Node::Record(_) => tasks.push(Task::Fields { node: index, next: 0 }),
            Node::Array(_) | Node::Map(_) => {
                tasks.push(Task::Items { node: index, index: 0, left: 0, at: usize::MAX });
            }
        }
        Some(())
    }

    fn binary(&mut self, bytes: &[u8], shown: Shown, paths: &mut Paths, into: &mut Record) {
        let (column, detail) = paths.here();
        if let Some(text) = shown::bytes(bytes, shown) {
            return into.push_detailed(column, detail, &text);
        }
        match kind_of(bytes) {
            Binary::Text(text) => into.push_detailed(column, detail, text),
            Binary::File => {
                self.embedded.keep(format!("{}/{}", paths.names(column).join("/"), self.index), bytes);
            }
            Binary::Neither => {}
        }
    }

    fn items(
        &mut self,
        node: usize,
        (index, mut left, at): (u64, u64, usize),
        schema: &Schema,
        tasks: &mut Vec<Task>,
        paths: &mut Paths,
        into: &mut Record,
    ) -> Option<()> {
        if at == self.at {
            // The last item took no bytes, nor will those behind it.
            left = 0;
        }
        if left == 0 {
            let count = self.long()?;
            if count < 0 {
                self.long()?;
            }
            left = count.unsigned_abs();
            if left == 0 {
                return Some(());
            }
        }
        tasks.push(Task::Items { node, index: index.saturating_add(1), left: left - 1, at: self.at });
        tasks.push(Task::Leave);
        match schema.node(node)? {
            Node::Array(items) => {
                paths.enter_index(index);
                tasks.push(Task::Value(*items));
            }
            Node::Map(values) => {
                let key = String::from_utf8_lossy(self.counted()?);
                paths.enter(&key);
                // A key is data as well.
                let (column, detail) = paths.here();
                into.push_detailed(column, detail, &key);
                tasks.push(Task::Value(*values));
            }
            _ => return None,
        }
        Some(())
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(count)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn counted(&mut self) -> Option<&'b [u8]> {
        let count = usize::try_from(self.long()?).ok()?;
        self.take(count)
    }

    fn long(&mut self) -> Option<i64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if byte & 0x80 == 0 {
                return Some(unzigzag(value));
            }
        }
        None
    }
}
