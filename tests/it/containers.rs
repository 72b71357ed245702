//! Archives, built on the fly: nesting to ten levels, limits, encryption, damage; and a member is found by its whole path.

use crate::harness::{Folder, found, matches, skipped};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const SSN: &str = "employee SSN: 536-90-4399\n";
const ID: &str = "USA_SOCIAL_SECURITY_NUMBER";

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *content).unwrap();
    }
    tar.into_inner().unwrap()
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(content).unwrap();
    gzip.finish().unwrap()
}

fn pair(path: &str) -> (String, String) {
    (path.to_owned(), ID.to_owned())
}

fn row(path: &str, reason: &str) -> (String, String) {
    (path.to_owned(), reason.to_owned())
}

#[test]
fn every_kind_whatever_its_name() {
    let folder = Folder::new();
    folder.write("zip.dat", zip(&[("hr/a.txt", SSN.as_bytes()), ("b.txt", b"clean")]));
    folder.write("tar", tar(&[("hr/a.txt", SSN.as_bytes())]));
    folder.write("notes.txt", gzip(SSN.as_bytes()));
    folder.write("two.gz", [gzip(b"employee "), gzip(b"SSN: 536-90-4399\n")].concat());
    folder.write("x.tgz", gzip(&tar(&[("hr/a.txt", SSN.as_bytes())])));
    let mut stub = b"#!/bin/sh\nexec unzip \"$0\"\n".to_vec();
    stub.extend(zip(&[("hr/a.txt", SSN.as_bytes())]));
    folder.write("stub.sh", stub);
    let result = folder.scan(&["."]);
    let expected =
        ["notes.txt", "stub.sh!/hr/a.txt", "tar!/hr/a.txt", "two.gz", "x.tgz!/hr/a.txt", "zip.dat!/hr/a.txt"];
    assert_eq!(found(&result), expected.map(pair));
    assert_eq!(skipped(&result), []);
    assert_eq!(matches(&result)[1].offset, 14);
}

/// `levels` archives around a text, kinds in turn.
fn nest(levels: usize) -> (Vec<u8>, String) {
    let mut content = SSN.as_bytes().to_vec();
    let mut name = "deep.txt".to_owned();
    let mut path = Vec::new();
    for level in 0..levels {
        path.insert(0, name.clone());
        (content, name) = match level % 3 {
            0 => (zip(&[(&name, &content)]), format!("{level}.zip")),
            1 => (tar(&[(&name, &content)]), format!("{level}.tar")),
            _ => (gzip(&tar(&[(&name, &content)])), format!("{level}.tar.gz")),
        };
    }
    (content, path.join("!/"))
}

#[test]
fn ten_levels_are_read_and_the_eleventh_is_reported() {
    let folder = Folder::new();
    let (ten, ten_path) = nest(10);
    let (eleven, eleven_path) = nest(11);
    folder.write("ten", ten);
    folder.write("eleven", eleven);
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [pair(&format!("ten!/{ten_path}"))]);
    let innermost = eleven_path.rsplit_once("!/").unwrap().0;
    assert_eq!(skipped(&result), [row(&format!("eleven!/{innermost}"), "ARCHIVE_NESTING_LEVEL_OVER_LIMIT")]);
    let none = folder.scan(&["--max-depth-archive", "0", "ten"]);
    assert_eq!(skipped(&none), [row("ten", "ARCHIVE_NESTING_LEVEL_OVER_LIMIT")]);
}

#[test]
fn gzip_around_a_tar_is_one_level_and_around_anything_else_another() {
    let folder = Folder::new();
    folder.write("a.tar.gz", gzip(&tar(&[("a.txt", SSN.as_bytes())])));
    folder.write("a.zip.gz", gzip(&zip(&[("a.txt", SSN.as_bytes())])));
    let result = folder.scan(&["--max-depth-archive", "1", "."]);
    assert_eq!(found(&result), [pair("a.tar.gz!/a.txt")]);
    assert_eq!(skipped(&result), [row("a.zip.gz", "ARCHIVE_NESTING_LEVEL_OVER_LIMIT")]);
}

#[test]
fn limits_keep_what_was_read_before_them() {
    let folder = Folder::new();
    let filler = vec![b' '; 100_000];
    let members: Vec<(String, Vec<u8>)> =
        (0..20).map(|n| (format!("{n:02}.txt"), [SSN.as_bytes(), &filler].concat())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, c)| (n.as_str(), c.as_slice())).collect();
    folder.write("many.zip", zip(&members));

    let few = folder.scan(&["--max-members", "5", "."]);
    assert_eq!(found(&few).len(), 5);
    assert_eq!(skipped(&few), [row("many.zip", "ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT")]);

    for threads in ["1", "2"] {
        let bytes = folder.scan(&["--max-extracted", "350000", "-j", threads, "."]);
        assert_eq!(found(&bytes).len(), 4, "three whole ones, and what the fourth gave before the limit");
        let reason = "ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT";
        assert_eq!(skipped(&bytes), [row("many.zip", reason), row("many.zip!/03.txt", reason)]);
    }

    let short = folder.scan(&["--max-member", "50000", "."]);
    assert_eq!(found(&short).len(), 20);
    assert_eq!(skipped(&short).len(), 20);
    assert!(skipped(&short).iter().all(|(_, reason)| reason == "FILE_EXCEEDS_SIZE_LIMIT"));
}

#[test]
fn a_bomb_is_stopped() {
    let folder = Folder::new();
    folder.write("bomb.gz", gzip(&vec![0; 200 << 20]));
    folder.write("fine.txt", SSN);
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [pair("fine.txt")]);
    // Zeros are no text; had they been, the ratio would have stopped them.
    let reasons = skipped(&result);
    assert_eq!(reasons.len(), 1);
    folder.write("bomb.gz", gzip(&vec![b' '; 200 << 20]));
    let result = folder.scan(&["."]);
    assert_eq!(skipped(&result), [row("bomb.gz", "ARCHIVE_COMPRESSION_RATIO_OVER_LIMIT")]);
}

#[test]
fn what_stood_before_the_damage_is_found() {
    let folder = Folder::new();
    // Noise that does not compress, so that cutting cuts the last member alone.
    let words: Vec<String> =
        (0u64..20_000).map(|n| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20)).collect();
    let noise = words.join(" ");
    let long = [SSN, &noise].concat();
    let members: &[(&str, &[u8])] = &[("first.txt", SSN.as_bytes()), ("last.txt", long.as_bytes())];
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() * 3 / 4].to_vec();
    folder.write("cut.zip", cut(zip(members)));
    folder.write("cut.tar", cut(tar(members)));
    folder.write("cut.tgz", cut(gzip(&tar(members))));
    folder.write("cut.gz", cut(gzip(long.as_bytes())));
    let result = folder.scan(&["."]);
    let found = found(&result);
    for path in [
        "cut.zip!/first.txt",
        "cut.tar!/first.txt",
        "cut.tgz!/first.txt",
        "cut.zip!/last.txt",
        "cut.tar!/last.txt",
        "cut.gz",
    ] {
        assert!(found.contains(&pair(path)), "{path}: {found:?}");
    }
    let rows = skipped(&result);
    for path in ["cut.zip", "cut.tar", "cut.tgz", "cut.gz"] {
        assert!(rows.iter().any(|(p, reason)| p == path && reason == "MALFORMED_FILE"), "{path}: {rows:?}");
    }
    for row in result["skipped"].as_array().unwrap() {
        assert_eq!(row["status"], "PARTIAL", "{row}");
    }
}

#[test]
fn encrypted_members_are_listed_and_the_rest_is_read() {
    let folder = Folder::new();
    let mut bytes = zip(&[("open.txt", SSN.as_bytes()), ("closed.txt", b"cannot be read")]);
    // Bit 0 of the general purpose flags says so, in the local header and in the directory.
    let name = b"closed.txt";
    let places: Vec<usize> = (0..bytes.len() - name.len()).filter(|i| bytes[*i..].starts_with(name)).collect();
    bytes[places[0] - 30 + 6] |= 1;
    bytes[places[1] - 46 + 8] |= 1;
    folder.write("a.zip", bytes);
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [pair("a.zip!/open.txt")]);
    assert_eq!(skipped(&result), [row("a.zip!/closed.txt", "ENCRYPTED_ARCHIVE")]);
}

#[test]
fn an_archive_from_standard_input() {
    let folder = Folder::new();
    let archive = zip(&[("a/b.txt", SSN.as_bytes())]);
    let ran = folder.run_with(&["scan", "--format", "json", "-"], &archive);
    assert_eq!(found(&ran.json()), [pair("-!/a/b.txt")]);
    let plain = folder.run_with(&["scan", "--format", "json", "-"], SSN.as_bytes());
    assert_eq!(found(&plain.json()), [pair("-")]);
}
