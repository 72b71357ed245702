//! PDF, and the processes that read it: their deaths cost one row, an interrupt ends them, and nobody's environment is theirs.

use crate::harness::{Folder, found, skipped};
use serde_json::Value;
use std::fmt::Write as _;

/// A PDF of pages, each with lines of text; `more` are further objects from number 100 on, and `root` and `page` further entries.
struct Pdf<'a> {
    pages: &'a [&'a str],
    root: &'a str,
    page: &'a str,
    trailer: &'a str,
    more: &'a [String],
}

impl Pdf<'_> {
    fn build(&self) -> Vec<u8> {
        let mut objects = vec![(1, format!("<</Type/Catalog/Pages 2 0 R {}>>", self.root))];
        let kids: String = (0..self.pages.len()).fold(String::new(), |mut all, index| {
            let _ = write!(all, "{} 0 R ", 10 + index * 2);
            all
        });
        objects.push((2, format!("<</Type/Pages/Kids[{kids}]/Count {}>>", self.pages.len())));
        objects.push((3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned()));
        for (index, text) in self.pages.iter().enumerate() {
            let number = 10 + index * 2;
            let dict = format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>> {}>>",
                number + 1,
                self.page
            );
            objects.push((number, dict));
            let shown: String = text.lines().fold(String::new(), |mut all, line| {
                let _ = write!(all, "({line}) Tj 0 -16 Td ");
                all
            });
            objects.push((number + 1, stream("", &format!("BT /F1 12 Tf 72 720 Td {shown}ET"))));
        }
        objects.extend(self.more.iter().enumerate().map(|(index, object)| (100 + index, object.clone())));
        assemble(&objects, self.trailer)
    }
}

fn stream(entries: &str, content: &str) -> String {
    format!("<<{entries}/Length {}>>stream\n{content}\nendstream", content.len())
}

fn assemble(objects: &[(usize, String)], trailer: &str) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut offsets = std::collections::BTreeMap::new();
    for (number, object) in objects {
        offsets.insert(*number, file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, size) = (file.len(), objects.iter().map(|(number, _)| number + 1).max().unwrap());
    let _ = write!(file, "xref\n0 {size}\n0000000000 65535 f \n");
    for number in 1..size {
        match offsets.get(&number) {
            Some(offset) => {
                let _ = writeln!(file, "{offset:010} 00000 n ");
            }
            None => file.push_str("0000000000 00000 f \n"),
        }
    }
    let _ = write!(file, "trailer <</Size {size}/Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

fn pages(pages: &[&str]) -> Vec<u8> {
    Pdf { pages, root: "", page: "", trailer: "", more: &[] }.build()
}

const SSN: &str = "USA_SOCIAL_SECURITY_NUMBER";

fn row(path: &str, reason: &str) -> (String, String) {
    (path.to_owned(), reason.to_owned())
}

/// What does not change from run to run.
fn stable(mut result: Value) -> Value {
    for finding in result["findings"].as_array_mut().unwrap() {
        for field in ["createdAt", "updatedAt"] {
            finding[field] = Value::Null;
        }
        finding["classificationDetails"]["jobId"] = Value::Null;
    }
    serde_json::json!([result["findings"], result["skipped"], result["summary"]["objects"], result["summary"]["bytes"]])
}

#[test]
fn places_are_pages() {
    let folder = Folder::new();
    folder.write("a.bin", pages(&["First page", "", "Staff\nSSN: 536-90-4399"]));
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [row("a.bin", SSN)]);
    let finding = &result["findings"][0]["classificationDetails"]["result"];
    assert_eq!(finding["mimeType"], "application/pdf");
    let occurrences = &finding["sensitiveData"][0]["detections"][0]["occurrences"];
    assert_eq!(occurrences["pages"][0]["pageNumber"], 3);
    assert_eq!(skipped(&result), []);
}

#[test]
fn what_is_shown_and_what_it_is_said_to_mean_are_both_read() {
    let folder = Folder::new();
    let page = "x) Tj ET /Span <</ActualText (SSN: 536-90-4397)>> BDC BT /F1 12 Tf 72 600 Td (SSN: 536-90-4398) Tj ET EMC BT (y";
    let root = "<</Type/StructTreeRoot/K 101 0 R>>".to_owned();
    let element = "<</Type/StructElem/S/Span/ActualText(SSN: 536-90-4399)>>".to_owned();
    let pdf = Pdf { pages: &[page], root: "/StructTreeRoot 100 0 R", page: "", trailer: "", more: &[root, element] };
    folder.write("a.pdf", pdf.build());
    // A hyphen that stands for another is no second text.
    let hyphen = "SSN: 536-90) Tj /Span <</ActualText (-)>> BDC (-) Tj EMC (4399";
    folder.write("b.pdf", pages(&[hyphen]));
    let result = folder.scan(&["."]);
    let counts = |index: usize| {
        let finding = &result["findings"][index]["classificationDetails"]["result"];
        finding["sensitiveData"][0]["detections"][0]["count"].as_u64()
    };
    assert_eq!((found(&result), counts(0), counts(1)), (vec![row("a.pdf", SSN), row("b.pdf", SSN)], Some(3), Some(1)));
    assert_eq!(skipped(&result), []);
}

#[test]
fn what_no_page_shows_is_read_too() {
    let folder = Folder::new();
    let one = |name: &str, pdf: Pdf<'_>| {
        folder.write(name, pdf.build());
    };
    let base = Pdf { pages: &["nothing"], root: "", page: "", trailer: "", more: &[] };
    one("info.pdf", Pdf { trailer: "/Info 100 0 R", more: &["<</Subject(SSN: 536-90-4399)>>".to_owned()], ..base });
    let xmp = stream("/Type/Metadata/Subtype/XML", "<x:xmpmeta><dc:title>SSN: 536-90-4399</dc:title></x:xmpmeta>");
    one("xmp.pdf", Pdf { root: "/Metadata 100 0 R", more: &[xmp], ..base });
    let field = "<</FT/Tx/T(ssn)/V(536-90-4399)/Type/Annot/Subtype/Widget/F 2/Rect[0 0 9 9]>>".to_owned();
    one("form.pdf", Pdf { root: "/AcroForm<</Fields[100 0 R]>>", page: "/Annots[100 0 R]", more: &[field], ..base });
    let note = "<</Type/Annot/Subtype/Text/Contents(SSN: 536-90-4399)/Rect[0 0 9 9]/F 2>>".to_owned();
    one("note.pdf", Pdf { page: "/Annots[100 0 R]", more: &[note], ..base });
    let outline = "<</First 101 0 R/Last 101 0 R>>".to_owned();
    let entry = "<</Title(SSN: 536-90-4399)/Parent 100 0 R>>".to_owned();
    one("outline.pdf", Pdf { root: "/Outlines 100 0 R", more: &[outline, entry], ..base });
    let file = stream("/Type/EmbeddedFile", "SSN: 536-90-4399");
    let spec = "<</Type/Filespec/F(list.txt)/UF(list.txt)/EF<</F 100 0 R>>>>".to_owned();
    one(
        "attached.pdf",
        Pdf { root: "/Names<</EmbeddedFiles<</Names[(list.txt) 101 0 R]>>>>", more: &[file, spec], ..base },
    );
    let result = folder.scan(&["."]);
    let paths: Vec<String> = found(&result).into_iter().filter(|(_, id)| id == SSN).map(|(path, _)| path).collect();
    let expected = ["attached.pdf!/list.txt", "form.pdf", "info.pdf", "note.pdf", "outline.pdf", "xmp.pdf"];
    assert_eq!(paths, expected);
    assert_eq!(skipped(&result), []);
}

/// A PDF of one page with this content and these entries.
fn drawn(content: &str, page: &str) -> Vec<u8> {
    let objects = [
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, "<</Type/Pages/Kids[4 0 R]/Count 1>>".to_owned()),
        (3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned()),
        (
            4,
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>{page}>>"
            ),
        ),
        (5, stream("", content)),
    ];
    assemble(&objects, "")
}

#[test]
fn what_the_layout_leaves_out_is_read() {
    let folder = Folder::new();
    let lines = "BT /F1 12 Tf 100 600 Td (SSN: 536-90-4399) Tj 0 -20 Td (another line) Tj ET";
    folder.write("turned.pdf", drawn(lines, "/Rotate 90"));
    folder.write("beside.pdf", drawn("BT /F1 12 Tf 100 -300 Td (SSN: 536-90-4399) Tj ET", ""));
    let boxed = "SSN 536 90 4399".split(' ').enumerate().fold(String::new(), |mut all, (index, word)| {
        let _ = write!(all, "BT /F1 12 Tf {} 600 Td ({word}) Tj ET ", 50 + 30 * index);
        all
    });
    folder.write("boxes.pdf", drawn(&boxed, ""));
    let comb = "5500005555555559".chars().enumerate().fold(String::new(), |mut all, (index, digit)| {
        let _ = write!(all, "BT /F1 12 Tf {} 600 Td ({digit}) Tj ET ", 50 + 18 * index);
        all
    });
    folder.write("comb.pdf", drawn(&format!("BT /F1 12 Tf 50 620 Td (Card number) Tj ET {comb}"), ""));
    let result = folder.scan(&["."]);
    let all = found(&result);
    for name in ["turned.pdf", "beside.pdf", "boxes.pdf"] {
        assert!(all.contains(&row(name, SSN)), "{name}: {all:?}");
    }
    assert!(all.iter().any(|(path, id)| path == "comb.pdf" && id.starts_with("CREDIT_CARD_NUMBER")), "{all:?}");
    assert_eq!(skipped(&result), []);
}

#[test]
fn a_line_is_read_once() {
    let folder = Folder::new();
    let mut content = "BT /F1 12 Tf 14 TL 50 700 Td".to_owned();
    for at in 0..40 {
        let _ = write!(content, " (left column {at}) Tj 250 0 Td (SSN: 536-90-43{:02}) Tj -250 -14 Td", 10 + at);
    }
    folder.write("a.pdf", drawn(&format!("{content} ET"), ""));
    let result = folder.scan(&["."]);
    let detections = &result["findings"][0]["classificationDetails"]["result"]["sensitiveData"][0]["detections"];
    assert_eq!(detections[0]["count"], 40);
}

#[test]
fn only_what_is_missing_makes_a_pdf_partial() {
    let folder = Folder::new();
    let whole = pages(&["SSN: 536-90-4399"]);
    let end = whole.len() - b"%%EOF\n".len();
    folder.write("unmarked.pdf", &whole[..end]);
    folder.write("trailed.pdf", [&whole[..], &vec![0; 100_000]].concat());
    folder.write("cut.pdf", &whole[..whole.len() - 40]);
    folder.write("added.pdf", [&whole[..], b"200 0 obj\n<<>>\nendobj\n"].concat());
    // A stream that cannot be unpacked leaves a page without text.
    let broken = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 100 0 R>>".to_owned();
    let packed = stream("/Filter/FlateDecode", "this is not deflated at all");
    let objects = [
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned()),
        (3, broken),
        (100, packed),
    ];
    folder.write("unpacked.pdf", assemble(&objects, ""));
    let result = folder.scan(&["."]);
    let paths: Vec<String> = found(&result).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["added.pdf", "cut.pdf", "trailed.pdf", "unmarked.pdf"]);
    let damaged = ["added.pdf", "cut.pdf", "unpacked.pdf"].map(|path| row(path, "MALFORMED_FILE"));
    assert_eq!(skipped(&result), damaged);
}

#[test]
fn old_office_files_and_open_documents_open_with_their_passwords() {
    let folder = Folder::new();
    folder.write("locked.doc", include_bytes!("../data/locked.doc"));
    folder.write("obfuscated.xls", include_bytes!("../data/obfuscated.xls"));
    folder.write("protected.xls", include_bytes!("../data/protected.xls"));
    folder.write("sealed.odt", include_bytes!("../data/sealed.odt"));
    let with = |result: &serde_json::Value| -> Vec<String> {
        found(result).into_iter().filter(|(_, id)| id == SSN).map(|(path, _)| path).collect()
    };
    let result = folder.scan(&["."]);
    assert_eq!(with(&result), ["protected.xls"]);
    let locked = ["locked.doc", "obfuscated.xls", "sealed.odt"];
    assert_eq!(skipped(&result), locked.map(|path| row(path, "ENCRYPTED_DOCUMENT")));
    let list = Folder::new();
    let path = list.write("passwords", "wrong\nopen sesame\n");
    let result = folder.scan(&["--password-file", path.to_str().unwrap(), "."]);
    assert_eq!(with(&result), ["locked.doc", "obfuscated.xls", "protected.xls", "sealed.odt"]);
    assert_eq!(skipped(&result), []);
    assert!(!result.to_string().contains("sesame"));
}

#[test]
fn encrypted_files_open_or_are_listed() {
    let folder = Folder::new();
    folder.write("locked.pdf", include_bytes!("../data/locked.pdf"));
    folder.write("open.pdf", include_bytes!("../data/open.pdf"));
    folder.write("agile.xlsx", include_bytes!("../data/agile.xlsx"));
    let result = folder.scan(&["."]);
    assert_eq!(found(&result), [row("open.pdf", SSN)]);
    assert_eq!(skipped(&result), [row("agile.xlsx", "ENCRYPTED_DOCUMENT"), row("locked.pdf", "ENCRYPTED_DOCUMENT")]);
    let list = Folder::new();
    let path = list.write("passwords", "wrong\nopen sesame\n");
    let result = folder.scan(&["--password-file", path.to_str().unwrap(), "."]);
    let mut paths: Vec<String> = found(&result).into_iter().map(|(path, _)| path).collect();
    paths.retain(|path| !path.starts_with("agile"));
    assert_eq!(paths, ["locked.pdf", "open.pdf"]);
    assert_eq!(skipped(&result), []);
}

/// Arrays in arrays, deeper than any stack.
fn deadly() -> Vec<u8> {
    let depth = 2_000_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    Pdf { pages: &["SSN: 536-90-4399"], root: "/Deep 100 0 R", page: "/Annots 100 0 R", trailer: "", more: &[deep] }
        .build()
}

#[test]
fn a_file_that_kills_its_reader_costs_one_row() {
    let folder = Folder::new();
    folder.write("a.pdf", pages(&["SSN: 536-90-4399"]));
    folder.write("deadly.pdf", deadly());
    folder.write("z.pdf", pages(&["one", "SSN: 536-90-4399"]));
    folder.write("z.txt", "SSN: 536-90-4399");
    let one = folder.scan(&["-j", "1", "."]);
    assert!(skipped(&one).contains(&row("deadly.pdf", "PARSER_FAILED")), "{:?}", skipped(&one));
    let paths: Vec<String> =
        found(&one).into_iter().map(|(path, _)| path).filter(|path| path != "deadly.pdf").collect();
    assert_eq!(paths, ["a.pdf", "z.pdf", "z.txt"]);
    for _ in 0..2 {
        assert_eq!(stable(folder.scan(&["-j", "2", "."])), stable(one.clone()));
    }
}

#[test]
fn damage_is_told() {
    let folder = Folder::new();
    let whole = Pdf { pages: &["SSN: 536-90-4399", "more"], root: "", page: "", trailer: "", more: &[] }.build();
    for (number, cut) in (20..whole.len()).step_by(whole.len() / 12).enumerate() {
        folder.write(&format!("cut{number:02}.pdf"), &whole[..cut]);
        let mut flipped = whole.clone();
        flipped[cut] ^= 0x10;
        folder.write(&format!("flip{number:02}.pdf"), flipped);
    }
    let one = folder.scan(&["-j", "1", "."]);
    assert_eq!(stable(folder.scan(&["-j", "2", "."])), stable(one));
}

#[cfg(target_os = "linux")]
mod processes {
    use super::*;
    use std::fs;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    /// Reader processes of a scan.
    fn readers(parent: u32) -> Vec<u32> {
        let mut all = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let status = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let after = status.rsplit(')').next().unwrap_or_default();
            // Until the program is exchanged, a child is the scan's own image.
            let is_reader =
                fs::read(entry.path().join("cmdline")).is_ok_and(|line| line.ends_with(b"--tamis-reader\0"));
            if is_reader && after.split_whitespace().nth(1) == Some(&parent.to_string()) {
                all.push(id);
            }
        }
        all
    }

    /// A page that keeps its reader busy.
    fn slow() -> Vec<u8> {
        busy(400_000)
    }

    fn busy(lines: usize) -> Vec<u8> {
        let line = "(some words that take their time) Tj 0 -1 Td ";
        let content = format!("BT /F1 12 Tf 72 720 Td {}ET", line.repeat(lines));
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 11 0 R/Resources<</Font<</F1 3 0 R>>>>>>";
        assemble(
            &[
                (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
                (2, "<</Type/Pages/Kids[10 0 R]/Count 1>>".to_owned()),
                (3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned()),
                (10, page.to_owned()),
                (11, stream("", &content)),
            ],
            "",
        )
    }

    /// Starts a scan of a slow file and waits for its reader.
    #[expect(clippy::zombie_processes, reason = "the caller waits for it")]
    fn start(folder: &Folder) -> (std::process::Child, u32) {
        folder.write("slow.pdf", slow());
        let scan = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["scan", "--format", "json", "."])
            .current_dir(folder.path())
            .env("A_SECRET", "of the user")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(reader) = readers(scan.id()).first() {
                return (scan, *reader);
            }
            assert!(Instant::now() < until, "no reader was started");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_gone(reader: u32) -> bool {
        let until = Instant::now() + Duration::from_secs(5);
        // A dead process has no command line, even while nobody has asked after it.
        while fs::read(format!("/proc/{reader}/cmdline")).is_ok_and(|line| line.ends_with(b"--tamis-reader\0")) {
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }

    fn signal(name: &str, process: u32) {
        assert!(Command::new("kill").args([name, &process.to_string()]).status().unwrap().success());
    }

    #[test]
    fn an_interrupt_ends_the_reader_at_once() {
        let folder = Folder::new();
        let (scan, reader) = start(&folder);
        // Stopped, it would never end by itself.
        signal("-STOP", reader);
        let began = Instant::now();
        signal("-INT", scan.id());
        let output = scan.wait_with_output().unwrap();
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(output.status.code(), Some(130));
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(skipped(&result), [row("slow.pdf", "SCAN_INTERRUPTED")]);
        assert!(is_gone(reader));
    }

    #[test]
    fn a_reader_that_never_ends_costs_its_file() {
        let folder = Folder::new();
        folder.write("a.txt", "SSN: 536-90-4399");
        folder.write("slow.pdf", slow());
        let began = Instant::now();
        let scan = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["scan", "--format", "json", "--timeout-per-file", "2s", "."])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        while began.elapsed() < Duration::from_secs(30) {
            if let Some(reader) = readers(scan.id()).first() {
                // From here on it does nothing, as in a loop.
                signal("-STOP", *reader);
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = scan.wait_with_output().unwrap();
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found(&result), [row("a.txt", SSN)]);
        assert_eq!(skipped(&result), [row("slow.pdf", "TIME_CUT_OFF_REACHED")]);
    }

    #[test]
    fn a_reader_is_kept_for_many_files() {
        let folder = Folder::new();
        for name in ["1.pdf", "2.pdf", "3.pdf", "4.pdf"] {
            folder.write(name, busy(20_000));
        }
        let mut scan = Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(["scan", "--format", "json", "-j", "1", "."])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut seen = std::collections::BTreeSet::new();
        while scan.try_wait().unwrap().is_none() {
            seen.extend(readers(scan.id()));
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
    }

    #[test]
    fn a_killed_scan_leaves_no_reader() {
        let folder = Folder::new();
        let (mut scan, reader) = start(&folder);
        std::thread::sleep(Duration::from_millis(50));
        signal("-KILL", scan.id());
        scan.wait().unwrap();
        assert!(is_gone(reader));
    }

    #[test]
    fn a_killed_reader_costs_its_file_and_had_no_environment() {
        let folder = Folder::new();
        let (scan, reader) = start(&folder);
        signal("-STOP", reader);
        let environment = fs::read(format!("/proc/{reader}/environ")).unwrap();
        let environment = String::from_utf8_lossy(&environment);
        assert!(environment.starts_with("TMPDIR=") && environment.matches('=').count() == 1, "{environment}");
        signal("-KILL", reader);
        let output = scan.wait_with_output().unwrap();
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(skipped(&result), [row("slow.pdf", "PARSER_FAILED")]);
    }
}
