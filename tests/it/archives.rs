//! Archives as other programs write them: methods and passwords of zips, images of containers, packages, compressed files;
//! links, and archives made to hurt their reader.

use crate::containers::{gzip, tar, zip};
use crate::harness::{Folder, found, skipped};

const SSN: &str = "employee SSN: 536-90-4399\n";
const ID: &str = "USA_SOCIAL_SECURITY_NUMBER";

fn pair(path: &str) -> (String, String) {
    (path.to_owned(), ID.to_owned())
}

fn row(path: &str, reason: &str) -> (String, String) {
    (path.to_owned(), reason.to_owned())
}

#[test]
fn zip_members_of_every_method_are_read() {
    // By 7-Zip 26.02: 600 KB each, the number in the last line.
    let folder = Folder::new();
    folder.write("methods.zip", include_bytes!("../data/methods.zip"));
    let result = folder.scan(&["."]);
    let names = ["bzip2", "deflate64", "lzma", "ppmd", "xz"].map(|name| pair(&format!("methods.zip!/{name}.txt")));
    assert_eq!(found(&result), names);
    assert_eq!(skipped(&result), []);
}

#[test]
fn passwords_open_zips_and_show_nowhere() {
    // By 7-Zip 26.02: ZipCrypto and AES-128 with "open sesame", AES-256 around LZMA with "other word".
    let folder = Folder::new();
    folder.write("locked.zip", include_bytes!("../data/locked.zip"));
    let list = Folder::new();
    let path = |words: &str| list.write("passwords", words).to_str().unwrap().to_owned();
    let names = ["aes128", "aes256", "old"].map(|name| format!("locked.zip!/{name}.txt"));
    let closed = |names: &[String]| names.iter().map(|name| row(name, "ENCRYPTED_ARCHIVE")).collect::<Vec<_>>();

    let result = folder.scan(&["."]);
    assert_eq!((found(&result), skipped(&result)), (vec![], closed(&names)));

    let result = folder.scan(&["--password-file", &path("wrong\nopen sesame\n"), "."]);
    assert_eq!(found(&result), [pair(&names[0]), pair(&names[2])]);
    assert_eq!(skipped(&result), closed(&names[1..2]));

    let words = path("open sesame\nwrong\nother word\n");
    for format in ["json", "jsonl", "text", "macie"] {
        let ran = folder.run(&["scan", "-v", "--format", format, "--password-file", &words, "."]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for word in ["sesame", "other word", "b3BlbiBzZXNhbWU"] {
            assert!(!ran.stdout.contains(word) && !ran.stderr.contains(word), "{format}");
        }
    }
    let result = folder.scan(&["--password-file", &words, "--strict", "."]);
    assert_eq!(found(&result), names.map(|name| pair(&name)));
    assert_eq!(skipped(&result), []);
}

#[test]
fn layers_of_images_are_read() {
    let files = [("etc/app.conf", SSN.as_bytes()), ("bin/true", b"#!/bin/sh\n")];
    let layer = tar(&files);
    let zstd = zstd::stream::encode_all(&layer[..], 3).unwrap();
    let folder = Folder::new();
    let manifest = br#"[{"Config":"c.json","RepoTags":["app:1"],"Layers":["0a/layer.tar"]}]"#;
    folder.write("docker.tar", tar(&[("0a/VERSION", b"1.0"), ("0a/layer.tar", &layer), ("manifest.json", manifest)]));
    let oci: [(&str, &[u8]); 4] = [
        ("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#),
        ("blobs/sha256/1111", &gzip(&layer)),
        ("blobs/sha256/2222", &zstd),
        ("blobs/sha256/3333", &layer),
    ];
    folder.write("oci.tar", tar(&oci));
    folder.write("oci.tar.gz", gzip(&tar(&oci)));
    let result = folder.scan(&["."]);
    let mut expected = vec![pair("docker.tar!/0a/layer.tar!/etc/app.conf")];
    for image in ["oci.tar", "oci.tar.gz"] {
        for blob in ["1111", "2222", "3333"] {
            expected.push(pair(&format!("{image}!/blobs/sha256/{blob}!/etc/app.conf")));
        }
    }
    assert_eq!(found(&result), expected);
    assert_eq!(skipped(&result), []);
}

#[test]
fn packages_are_zips() {
    let folder = Folder::new();
    let jar = zip(&[("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n"), ("app.properties", SSN.as_bytes())]);
    folder.write("app.jar", &jar);
    folder.write("app.war", zip(&[("WEB-INF/lib/app.jar", &jar)]));
    folder
        .write("app.apk", zip(&[("assets/data.csv", b"name,SSN\nAnn,536-90-4399\n"), ("classes.dex", b"dex\n035\0")]));
    folder.write(
        "app-1.0-py3-none-any.whl",
        zip(&[("app/data.txt", SSN.as_bytes()), ("app-1.0.dist-info/WHEEL", b"Wheel-Version: 1.0\n")]),
    );
    let result = folder.scan(&["."]);
    let expected = [
        "app-1.0-py3-none-any.whl!/app/data.txt",
        "app.apk!/assets/data.csv",
        "app.jar!/app.properties",
        "app.war!/WEB-INF/lib/app.jar!/app.properties",
    ];
    assert_eq!(found(&result), expected.map(pair));
}

#[test]
fn files_of_compress_are_read_and_a_tar_in_one_is_one_level() {
    // Codes of nine bits, each a byte: what compress gives for what does not repeat.
    let mut bytes = vec![0x1F, 0x9D, 0x90];
    let text = "SSN: 536-90-4399\n";
    let (mut bits, mut count) = (0_u64, 0);
    for byte in text.bytes() {
        bits |= u64::from(byte) << count;
        count += 9;
        while count >= 8 {
            bytes.push(bits as u8);
            bits >>= 8;
            count -= 8;
        }
    }
    bytes.push(bits as u8);
    let folder = Folder::new();
    folder.write("old.Z", bytes);
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [pair("old.Z")]);
    assert_eq!(skipped(&result), []);
}

#[test]
fn links_that_lead_inside_are_no_rows_in_any_archive() {
    let folder = Folder::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("a/b.txt", options).unwrap();
    zip.add_symlink("in", "a/b.txt", options).unwrap();
    zip.add_symlink("a/root", "/a", options).unwrap();
    folder.write("in.zip", zip.finish().unwrap().into_inner());
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    tar.append_data(&mut header.clone(), "a/b.txt", &b""[..]).unwrap();
    header.set_entry_type(tar::EntryType::Symlink);
    tar.append_link(&mut header.clone(), "a/root", "/a").unwrap();
    folder.write("in.tar", tar.into_inner().unwrap());
    assert_eq!(folder.run(&["scan", "--strict", "."]).code, 0);

    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.add_symlink("out", "/etc/passwd", options).unwrap();
    folder.write("out.zip", zip.finish().unwrap().into_inner());
    assert_eq!(skipped(&folder.scan(&["."])), [row("out.zip!/out", "NOT_A_REGULAR_FILE")]);
}

/// A 7z archive with one member, packed by a coder with these properties.
fn seven(id: &[u8], properties: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let data = [0; 32];
    let mut header = vec![1, 4, 6, 0, 1, 9, data.len() as u8, 0, 7, 11, 1, 0, 1, 0x20 | id.len() as u8];
    header.extend(id);
    header.push(properties.len() as u8);
    header.extend(properties);
    // 100 bytes of content; one file called "a".
    header.extend([12, 100, 0, 8, 0, 0, 5, 1, 0x11, 5, 0, b'a', 0, 0, 0, 0, 0]);
    let mut start = (data.len() as u64).to_le_bytes().to_vec();
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc(&header));
    [b"7z\xBC\xAF\x27\x1C\0\x04", &crc(&start)[..], &start, &data, &header].concat()
}

#[test]
fn what_asks_for_too_much_memory_costs_its_member() {
    let folder = Folder::new();
    folder.write("a.txt", SSN);
    // A dictionary of 4 GiB, the same for LZMA2, a model of 4 GiB.
    folder.write("lzma.7z", seven(&[3, 1, 1], &[0x5D, 0xFF, 0xFF, 0xFF, 0xFF]));
    folder.write("lzma2.7z", seven(&[0x21], &[40]));
    folder.write("ppmd.7z", seven(&[3, 4, 1], &[6, 0xFF, 0xFF, 0xFF, 0xFF]));
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [pair("a.txt")]);
    let rows = skipped(&result);
    let of = |name: &str| rows.iter().filter(|(path, _)| path.starts_with(name)).count();
    // The member, and the archive that was not read in full.
    assert_eq!(["lzma.7z", "lzma2.7z", "ppmd.7z"].map(of), [2, 2, 2], "{rows:?}");
    assert!(rows.iter().all(|(_, reason)| reason == "MALFORMED_FILE"), "{rows:?}");
}
