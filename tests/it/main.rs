//! One integration binary around the real program; a module for each concern.

#![allow(clippy::unwrap_used, clippy::panic)] // A test that cannot go on says so best by stopping.

mod architecture; // who imports whom
mod archives; // archives of other programs: methods, passwords, images, packages, links, hostile ones
mod bad_input; // missing targets, broken files, wrong flags: one clear line and the right exit status
mod catalogue; // the managed identifiers: their own examples, and the table in docs/identifiers.md
mod containers; // archives built on the fly: nesting, limits, damage, encryption
mod demo; // the samples, and what a scan of them shows
mod determinism; // the same bytes for one thread and for many
mod explain; // why: what `identifiers test` keeps is what a scan finds, and each gate is named
mod formats; // the list of formats, docs and samples; every sample cut and flipped
mod gate; // baselines, merging, shards, the last line, GitHub, set-up files
mod git; // the index, what a branch adds, the whole history; what git ignores
mod harness; // a folder, the program, its JSON
mod jobs; // by the clock: due or not, the record of findings, timers
mod limits; // what a limit cuts, at every nesting; links; archives without members
mod macie_table; // the 166 identifiers of Macie: categories, keywords, severities, what is never reported
mod nightly; // --state: an incremental run says what a full one says; killed, full, damaged, foreign
mod outputs; // files, formats, gates, masks
mod page; // the html report in a real browser, where there is one
mod places; // lines, columns, offsets, cells, JSON paths, encodings
mod policy; // allow lists, marks, suppression, scope, tamis.toml, imports
#[cfg(unix)]
mod posture; // how files are kept: inventory, policy findings
mod readers; // PDF, and the processes that read it
mod regressions; // files that once did harm
mod repository; // a git repository, made object by object
mod saved; // saved results, read again
mod streams; // pipes, devices, standard input, signals, --verbose
mod ties; // numbers that several identifiers could claim: who gets them
mod told; // --notify, messages as JSON, reveal
mod words; // the commands that only tell: list, show, formats, completions, man; advice in reports
