//! The `html` report: one page that needs nothing but itself, for people who look at it, send it on and file it.
//!
//! Everything is in the file: style, script and data. The page may load nothing and run nothing but its own script, whose
//! hash stands in its policy (CSP). Names and texts from files are data: escaped where they stand in the markup, and put
//! there as text by the script. Without scripts it is one long page with the first findings.

mod areas;
mod charts;
mod data;
mod markup;
mod overview;
mod sections;

use super::json::escape::base64;
use super::{ReportFormat, Style};
use crate::report::Report;
use markup::Text;
use sha2::{Digest, Sha256};
use std::io::{self, BufWriter, Write};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// One page.
pub(crate) struct Html;

impl ReportFormat for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm"]
    }

    fn write(&self, report: &Report, _style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        head(report, &mut out)?;
        overview::header(report, &mut out)?;
        sections::tabs(report, &mut out)?;
        out.write_all(b"<main id=\"content\">\n")?;
        overview::section(report, &mut out)?;
        sections::findings(report, &mut out)?;
        sections::gaps(report, &mut out)?;
        sections::policies(report, &mut out)?;
        sections::suppressed(report, &mut out)?;
        sections::about(report, &mut out)?;
        write!(out, "</main>\n<footer>tamis {}, {}</footer>\n</div>\n", env!("CARGO_PKG_VERSION"), Text(&report.id))?;
        out.write_all(b"<script type=\"application/json\" id=\"data\">")?;
        data::write(report, &mut out)?;
        write!(out, "</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")?;
        out.flush()
    }
}

fn head(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {script}; \
         style-src {style}; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>",
        Text(&overview::title(report))
    )
}

#[cfg(test)]
mod tests;
