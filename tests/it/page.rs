//! The `html` report in a real browser, where one is installed: its script runs, lists, filters and opens; nothing of it is
//! blocked by its own policy.

use crate::harness::Folder;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A browser that can be driven without a window.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// The document of a page after its script ran, with what a test appended to that script, and what the browser had to say.
fn shown(browser: &Path, folder: &Folder, page: &str) -> (String, String) {
    let profile = folder.path().join("profile");
    let address = format!("file://{}", folder.path().join(page).display());
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(address)
        .output()
        .unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Puts a driver behind the page's script: the policy, which would rightly refuse it, is taken off.
fn drive(folder: &Folder, page: &str, driver: &str) {
    let path = folder.path().join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let end = start + text[start..].find('>').unwrap() + 1;
    let text =
        format!("{}{}", &text[..start], &text[end..]).replace("</body>", &format!("<script>{driver}</script></body>"));
    std::fs::write(folder.path().join("driven.html"), text).unwrap();
}

#[test]
fn a_page_of_ten_findings_works() {
    let Some(browser) = browser() else { return };
    let folder = Folder::new();
    for n in 0..10 {
        folder.write(&format!("in/{n}/people {n}.txt"), "employee SSN: 536-90-4399\n".repeat(n + 1));
    }
    folder.write("in/evil</script><img src=x onerror=document.title=1>\u{202e}.txt", "employee SSN: 536-90-4399\n");
    folder.write("in/picture.gif", b"GIF89a\x01\x00\x01\x00");
    let ran = folder.run(&["scan", "-q", "-o", "r.html", "in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (document, said) = shown(&browser, &folder, "r.html");
    assert!(document.contains("data-ready=\"true\""), "the script ran to its end: {said}");
    assert!(!said.contains("Content Security Policy") && !said.contains("Uncaught"), "{said}");
    assert_eq!(document.matches("<tr class=\"row\">").count(), 11);
    assert!(document.contains("1–11 of 11") && !document.contains("536-90-4399"));
    assert!(document.contains("<b>script&gt;&lt;img src=x onerror=document.title=1&gt;\\u{202e}.txt</b>"));
    assert!(document.contains("UNSUPPORTED_FILE_TYPE_EXCEPTION"));
    let driver = "document.querySelector('[data-list=findings] .open').click();\
        const box = document.querySelector('[data-list=findings] input');\
        document.querySelectorAll('nav a')[1].click();\
        document.body.dataset.places = document.querySelectorAll('tr.detail .found tbody tr').length;\
        document.body.dataset.advice = document.querySelectorAll('tr.detail .advice').length;\
        box.value = 'people 7.txt'; box.form.requestSubmit();\
        document.body.dataset.kept = document.querySelector('[data-list=findings] [role=status]').textContent;\
        document.querySelector('#theme').click(); document.querySelector('#theme').click();";
    drive(&folder, "r.html", driver);
    let (document, said) = shown(&browser, &folder, "driven.html");
    assert!(document.contains("data-theme=\"dark\""), "{said}");
    for mark in ["data-places=\"1\"", "data-advice=\"1\"", "data-kept=\"1–1 of 1 (of 11)\""] {
        assert!(document.contains(mark), "{mark}");
    }
    assert!(document.contains("id=\"overview\" role=\"tabpanel\" aria-labelledby=\"tab-overview\" hidden"));
}

#[test]
fn a_page_without_findings_says_so() {
    let Some(browser) = browser() else { return };
    let folder = Folder::new();
    folder.write("in/a.txt", "nothing");
    assert_eq!(folder.run(&["scan", "-q", "-o", "r.html", "in"]).code, 0);
    let (document, said) = shown(&browser, &folder, "r.html");
    assert!(
        document.contains("data-ready=\"true\"") && document.contains("<h1>No sensitive data found</h1>"),
        "{said}"
    );
}

#[test]
fn a_page_of_fifty_thousand_findings_opens_and_filters_at_once() {
    let Some(browser) = browser() else { return };
    let folder = Folder::new();
    folder.write("in/a.txt", "employee SSN: 536-90-4399, phone (212) 456-7890\n");
    assert_eq!(folder.run(&["scan", "-q", "--identifiers", "all", "-o", "r.html", "in"]).code, 0);
    let text = std::fs::read_to_string(folder.path().join("r.html")).unwrap();
    // The one row, fifty thousand times: reading that many files would test the file system.
    let start = text.find("\"findings\":[[").unwrap() + "\"findings\":[".len();
    let end = start + text[start..].find("],\"gaps\"").unwrap();
    let row = &text[start..end];
    let rows: Vec<String> =
        (0..50_000).map(|n| row.replace("a.txt", &format!("folder {}/file {n}.txt", n % 90))).collect();
    std::fs::write(folder.path().join("many.html"), format!("{}{}{}", &text[..start], rows.join(",\n"), &text[end..]))
        .unwrap();
    let driver = "const box = document.querySelector('[data-list=findings] input');\
        const from = performance.now();\
        box.value = 'FILE 4999'; box.form.requestSubmit();\
        document.body.dataset.kept = document.querySelector('[data-list=findings] [role=status]').textContent;\
        document.querySelectorAll('[data-list=findings] th button')[1].click();\
        document.body.dataset.filtered = Math.round(performance.now() - from);\
        document.body.dataset.opened = Math.round(from);";
    drive(&folder, "many.html", driver);
    let (document, said) = shown(&browser, &folder, "driven.html");
    assert!(document.contains("data-kept=\"1–15 of 15 (of 50,000)\""), "{said}");
    let number = |name: &str| {
        let (_, rest) = document.split_once(&format!("data-{name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse::<u64>().unwrap()
    };
    assert!(document.matches("<tr class=\"row\">").count() <= 100, "rows are drawn as they are looked at");
    // A busy machine is slow; one that takes this long draws everything.
    let (opened, filtered) = (number("opened"), number("filtered"));
    assert!(filtered < 5_000 && opened < 20_000, "opened after {opened} ms, filtered and sorted in {filtered} ms");
}
