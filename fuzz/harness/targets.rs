//! What each target reads, by name. A target is a line here, a file in `fuzz_targets/` with its `[[bin]]` in `Cargo.toml`, and
//! seeds in a folder of its name.

use crate::{Target, parts, reading, reports, texts, whole};

const LONG: &[&str] =
    &["json", "jsonl", "csv", "tsv", "xml", "html", "yaml", "settings", "table", "text", "rtf", "mail", "mbox"];
const CODECS: &[&str] = &["bzip2", "xz", "zstd", "lz4", "lzip", "lzma", "compress"];
const IMAGES: &[&str] = &["jpeg", "png", "gif", "tiff", "webp", "heif"];
const PACKAGES: &[&str] = &["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"];
const COMPOUND: &[&str] = &["doc", "xls", "ppt", "msg", "encrypted-office", "ole"];

/// Every target.
pub static TARGETS: &[(&str, Target)] = &[
    // Own parsers: any bytes, read as each of the formats.
    ("ar", |bytes| reading::read(&["ar"], bytes)),
    ("avro", |bytes| reading::read(&["avro"], bytes)),
    ("codecs", |bytes| reading::read(CODECS, bytes)),
    ("compound", |bytes| reading::read(COMPOUND, bytes)),
    ("cpio", |bytes| reading::read(&["cpio"], bytes)),
    ("csv", |bytes| reading::read(&["csv", "tsv"], bytes)),
    ("drawn", |bytes| reading::read(&["table"], bytes)),
    ("gzip", |bytes| reading::read(&["gzip"], bytes)),
    ("image", |bytes| reading::read(IMAGES, bytes)),
    ("json", |bytes| reading::read(&["json", "jsonl"], bytes)),
    ("mail", |bytes| reading::read(&["mail"], bytes)),
    ("markup", |bytes| reading::read(&["xml", "html"], bytes)),
    ("mbox", |bytes| reading::read(&["mbox"], bytes)),
    ("orc", |bytes| reading::read(&["orc"], bytes)),
    ("rpm", |bytes| reading::read(&["rpm"], bytes)),
    ("rtf", |bytes| reading::read(&["rtf"], bytes)),
    ("settings", |bytes| reading::read(&["settings"], bytes)),
    ("tar", |bytes| reading::read(&["tar"], bytes)),
    ("text", |bytes| reading::read(&["text"], bytes)),
    ("tnef", |bytes| reading::read(&["tnef"], bytes)),
    ("yaml", |bytes| reading::read(&["yaml"], bytes)),
    ("zip", |bytes| reading::read(&["zip"], bytes)),
    // The same, of many blocks.
    ("long", |bytes| reading::read_long(LONG, bytes)),
    // Packages built around parts: checksums and tables would stop most mutations.
    ("office", |bytes| parts::read(PACKAGES, parts::zip, bytes)),
    ("streams", |bytes| parts::read(COMPOUND, parts::compound, bytes)),
    // Parsers that are not ours: only their hangs and deaths count, and panics in what is ours around them.
    ("parquet", |bytes| reading::read_foreign("parquet", bytes)),
    ("pdf", |bytes| reading::read_foreign("pdf", bytes)),
    ("sevenz", |bytes| reading::read_foreign("7z", bytes)),
    ("sqlite", |bytes| reading::read_foreign("sqlite", bytes)),
    ("wal", |bytes| reading::read_foreign("sqlite-wal", bytes)),
    // The stages around the formats.
    ("detect", texts::detected),
    ("identifiers", texts::loaded),
    ("nested", whole::opened),
    ("reports", reports::written),
];
