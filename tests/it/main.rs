//! One integration binary around the real program; a module for each concern.

#![allow(clippy::unwrap_used, clippy::panic)] // A test that cannot go on says so best by stopping.

mod architecture; // who imports whom
mod bad_input; // missing targets, broken files, wrong flags: one clear line and the right exit status
mod catalogue; // the managed identifiers: their own examples, and the table in identifiers/README.md
mod containers; // archives built on the fly: nesting, limits, damage, encryption
mod demo; // the samples, and what a scan of them shows
mod determinism; // the same bytes for one thread and for many
mod harness; // a folder, the program, its JSON
mod outputs; // files, formats, gates, masks
mod places;
mod readers; // PDF, and the processes that read it // lines, columns, offsets, cells, JSON paths, encodings
