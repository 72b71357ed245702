//! The schema of an Avro file: its JSON as a flat table of nodes, so that schemas which hold themselves are no loops.
//!
//! Knows types; reading values is not its business.

use super::super::shown::Shown;
use serde_json::Value as Json;
use std::collections::HashMap;

/// Nodes of a schema.
const MOST: usize = 100_000;
/// Bytes of an enum's symbol that are given: one byte of the file can stand for it.
const SYMBOL: usize = 256;

/// A type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Null,
    Boolean,
    Int(Shown),
    Long(Shown),
    Float,
    Double,
    Bytes(Shown),
    String,
    Fixed(usize, Shown),
    Enum(Vec<String>),
    Array(usize),
    Map(usize),
    Union(Vec<usize>),
    Record(Vec<(String, usize)>),
}

/// The schema; the first node is the whole.
pub(super) struct Schema {
    pub(super) nodes: Vec<Node>,
}

impl Schema {
    /// Reads a schema from its JSON, whose own depth is bounded by its parser.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        let json: Json = serde_json::from_slice(json).ok()?;
        let mut parsing = Parsing { nodes: Vec::new(), named: HashMap::new() };
        parsing.node(&json, "")?;
        Some(Self { nodes: parsing.nodes })
    }

    pub(super) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }
}

struct Parsing {
    nodes: Vec<Node>,
    named: HashMap<String, usize>,
}

impl Parsing {
    /// Adds a type and all in it; its index.
    fn node(&mut self, json: &Json, space: &str) -> Option<usize> {
        if self.nodes.len() >= MOST {
            return None;
        }
        match json {
            Json::String(name) => self.by_name(name, space, Shown::Plain),
            Json::Array(branches) => {
                let index = self.add(Node::Null);
                let branches = branches.iter().map(|branch| self.node(branch, space)).collect::<Option<_>>()?;
                self.set(index, Node::Union(branches))
            }
            Json::Object(object) => {
                let kind = object.get("type")?;
                let Json::String(kind) = kind else { return self.node(kind, space) };
                match kind.as_str() {
                    "array" => {
                        let index = self.add(Node::Null);
                        let items = self.node(object.get("items")?, space)?;
                        self.set(index, Node::Array(items))
                    }
                    "map" => {
                        let index = self.add(Node::Null);
                        let values = self.node(object.get("values")?, space)?;
                        self.set(index, Node::Map(values))
                    }
                    "record" | "error" | "enum" | "fixed" => self.named(kind, json, space),
                    name => self.by_name(name, space, shown(json)),
                }
            }
            _ => None,
        }
    }

    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn set(&mut self, index: usize, node: Node) -> Option<usize> {
        *self.nodes.get_mut(index)? = node;
        Some(index)
    }

    /// A primitive type, or one that was named before.
    fn by_name(&mut self, name: &str, space: &str, shown: Shown) -> Option<usize> {
        let node = match name {
            "null" => Node::Null,
            "boolean" => Node::Boolean,
            "int" => Node::Int(shown),
            "long" => Node::Long(shown),
            "float" => Node::Float,
            "double" => Node::Double,
            "bytes" => Node::Bytes(shown),
            "string" => Node::String,
            _ => return self.named.get(&full(name, space)).or_else(|| self.named.get(name)).copied(),
        };
        Some(self.add(node))
    }

    fn named(&mut self, kind: &str, json: &Json, space: &str) -> Option<usize> {
        let name = json.get("name").and_then(Json::as_str).unwrap_or_default();
        let space = json.get("namespace").and_then(Json::as_str).unwrap_or(space);
        let whole = full(name, space);
        let space = whole.rsplit_once('.').map_or("", |(space, _)| space).to_owned();
        let index = self.add(Node::Null);
        self.named.insert(whole, index);
        let node = match kind {
            "enum" => {
                let symbols = json.get("symbols")?.as_array()?.iter();
                Node::Enum(symbols.map(|symbol| short(symbol.as_str().unwrap_or_default())).collect())
            }
            "fixed" => Node::Fixed(usize::try_from(json.get("size")?.as_u64()?).ok()?, shown(json)),
            _ => {
                let fields = json.get("fields")?.as_array()?;
                let field = |field: &Json, all: &mut Self| {
                    let name = field.get("name")?.as_str()?.to_owned();
                    // The type may be an object of its own, or stand beside the name.
                    Some((name, all.node(field.get("type")?, &space)?))
                };
                Node::Record(fields.iter().map(|json| field(json, self)).collect::<Option<_>>()?)
            }
        };
        self.set(index, node)
    }
}

fn full(name: &str, space: &str) -> String {
    if name.contains('.') || space.is_empty() { name.to_owned() } else { format!("{space}.{name}") }
}

fn short(symbol: &str) -> String {
    symbol.chars().take(SYMBOL).collect()
}

fn shown(json: &Json) -> Shown {
    match json.get("logicalType").and_then(Json::as_str).unwrap_or_default() {
        "date" => Shown::Date,
        "time-millis" => Shown::Time(1000),
        "time-micros" => Shown::Time(1_000_000),
        "timestamp-millis" | "local-timestamp-millis" => Shown::Timestamp(1000),
        "timestamp-micros" | "local-timestamp-micros" => Shown::Timestamp(1_000_000),
        "timestamp-nanos" | "local-timestamp-nanos" => Shown::Timestamp(1_000_000_000),
        "decimal" => {
            let scale = json.get("scale").and_then(Json::as_u64).unwrap_or(0);
            Shown::Decimal(u32::try_from(scale).unwrap_or(0).min(100))
        }
        "uuid" => Shown::Uuid,
        _ => Shown::Plain,
    }
}
