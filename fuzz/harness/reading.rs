//! Bytes read with formats by name, whether those recognise them or not.

use crate::draining::Draining;
use crate::pieces::Pieces;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::Once;
use tamis::formats::{Content, Format, Passwords, named};

fn with_passwords(mut content: Content<'_>) -> Content<'_> {
    content.set_passwords(&Passwords::new(vec![b"password".to_vec()]));
    content
}

fn format(name: &str) -> &'static dyn Format {
    named(name).expect("the format is in the list")
}

/// Reads with the format that recognises the bytes, or else with the first: as a stream, and as what can seek. Both must
/// give the same.
pub(crate) fn read(names: &[&str], bytes: &[u8]) {
    let contents = [Content::stream(b"fuzz", bytes), Content::memory(b"fuzz", bytes.to_vec())];
    let outcomes = contents.map(with_passwords).map(|mut content| {
        let mut formats = names.iter().map(|name| format(name));
        let format = formats.find(|format| format.recognizes(&mut content)).unwrap_or_else(|| format(names[0]));
        (format.name(), Draining::of(format, &mut content))
    });
    assert_eq!(outcomes[0], outcomes[1], "a stream and a file");
}

/// Reads once with a format whose parser is not ours: panics that begin in a crate are forgiven.
pub(crate) fn read_foreign(name: &str, bytes: &[u8]) {
    static FORGIVEN: Once = Once::new();
    FORGIVEN.call_once(|| {
        let strict = take_hook();
        set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|place| place.file().contains("/registry/")) {
                strict(panic);
            }
        }));
    });
    let _ = catch_unwind(|| Draining::of(format(name), &mut with_passwords(Content::stream(b"fuzz", bytes))));
}

/// Reads a text of many blocks, one unit again and again, whole and in pieces. Both must give the same, so that no border
/// of a block shows.
///
/// The first byte is the format, the second the size of the pieces, the third how long it gets.
pub(crate) fn read_long(names: &[&str], bytes: &[u8]) {
    // Primes, so that the borders wander through the unit.
    const PIECES: [usize; 6] = [1021, 4093, 8191, 16_381, 65_521, 262_139];
    let [kind, piece, length, unit @ ..] = bytes else { return };
    if unit.is_empty() {
        return;
    }
    let format = format(names[usize::from(*kind) % names.len()]);
    let length = 1024 * (1 + usize::from(*length));
    let long: Vec<u8> = unit.iter().copied().cycle().take(length.max(unit.len())).collect();
    let piece = PIECES[usize::from(*piece) % PIECES.len()];
    let pieces = Pieces::new(&long, piece);
    let outcomes = [Content::stream(b"fuzz", long.as_slice()), Content::stream(b"fuzz", pieces)]
        .map(|mut content| Draining::of(format, &mut content));
    assert_eq!(outcomes[0], outcomes[1], "{}: whole and in pieces of {piece}", format.name());
    let apart = Draining::of_apart(format, &mut Content::stream(b"fuzz", long.as_slice()));
    if apart.is_whole() && outcomes[0].is_whole() {
        assert!(apart.seen() == outcomes[0].seen(), "{}: by one and by others", format.name());
    }
}
