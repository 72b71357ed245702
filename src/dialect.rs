//! The regex dialect of identifier files: Rust's, with `\d \w \s \b` meaning ASCII, as in the PCRE subset that Macie takes.
//!
//! ASCII classes keep the automata small, and an ASCII `\b` never makes them quit. Knows syntax trees only; matching is elsewhere.

mod words;

pub use words::in_words;

use regex_automata::nfa::thompson;
use regex_syntax::ast::{self, Ast, ClassPerlKind, ClassSetItem, parse::ParserBuilder};
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// The deepest nesting of groups in a pattern.
const NESTING: u32 = 100;
/// Bytes that one compiled pattern may take.
const COMPILED: usize = 10 << 20;

/// A pattern's syntax tree, or what is wrong with the pattern and how to mend it.
pub(crate) fn parse(regex: &str) -> Result<Hir, String> {
    let tree = ParserBuilder::new().nest_limit(NESTING).build().parse(regex).map_err(|e| mend(e.kind()))?;
    let ascii = to_ascii(regex, &tree)?;
    let hir = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .nest_limit(NESTING * 2)
        .build()
        .parse(&ascii)
        .map_err(|error| one_line(&error.to_string()))?;
    match hir.properties().minimum_len() {
        None => Err("can never match; remove it".to_owned()),
        Some(0) => Err("matches the empty text; make a part of it mandatory".to_owned()),
        Some(_) => Ok(ascii_folding(&hir)),
    }
}

/// Whether a regex can be used as a pattern; the text says what is wrong with it and how to mend it.
pub fn check(regex: &str) -> Result<(), String> {
    compile(&[parse(regex)?], Some(COMPILED)).map(|_| ())
}

/// The automaton of some patterns, before it is made deterministic. `limit` is in bytes.
pub(crate) fn compile(patterns: &[Hir], limit: Option<usize>) -> Result<thompson::NFA, String> {
    thompson::Compiler::new()
        .configure(thompson::Config::new().utf8(false).nfa_size_limit(limit))
        .build_many_from_hir(patterns)
        .map_err(|_| "too large once compiled; lower its repeat counts".to_owned())
}

fn mend(kind: &ast::ErrorKind) -> String {
    match kind {
        ast::ErrorKind::UnsupportedLookAround => {
            "look-ahead and look-behind are not supported; use `borders`, or `ignore_words`".to_owned()
        }
        ast::ErrorKind::UnsupportedBackreference => {
            "backreferences are not supported; use a `validator`, or spell the alternatives out".to_owned()
        }
        other => one_line(&other.to_string()),
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}

struct Spans(Vec<(usize, usize, String)>);

impl Spans {
    fn perl(&mut self, class: &ast::ClassPerl) {
        let body = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Space => r"\t\n\x0B\x0C\r\x20",
            ClassPerlKind::Word => "0-9A-Za-z_",
        };
        let not = if class.negated { "^" } else { "" };
        self.0.push((class.span.start.offset, class.span.end.offset, format!("[{not}{body}]")));
    }
}

impl ast::Visitor for Spans {
    type Output = Vec<(usize, usize, String)>;
    type Err = String;

    fn finish(self) -> Result<Self::Output, String> {
        Ok(self.0)
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), String> {
        match tree {
            Ast::ClassPerl(class) => self.perl(class),
            Ast::Assertion(assertion) => {
                use ast::AssertionKind as Kind;
                let plain = matches!(assertion.kind, Kind::StartLine | Kind::EndLine | Kind::StartText | Kind::EndText);
                if !plain {
                    let span = assertion.span;
                    self.0.push((span.start.offset, span.end.offset, String::new()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), String> {
        if let ClassSetItem::Perl(class) = item {
            self.perl(class);
        }
        Ok(())
    }
}

/// The pattern with its Perl classes and word boundaries spelled out in ASCII.
fn to_ascii(regex: &str, tree: &Ast) -> Result<String, String> {
    let mut spans = ast::visit(tree, Spans(Vec::new()))?;
    spans.sort();
    let mut out = String::with_capacity(regex.len() * 2);
    let mut from = 0;
    for (start, end, text) in spans {
        out.push_str(&regex[from..start]);
        if text.is_empty() {
            out.push_str("(?-u:");
            out.push_str(&regex[start..end]);
            out.push(')');
        } else {
            out.push_str(&text);
        }
        from = end;
    }
    out.push_str(&regex[from..]);
    Ok(out)
}

/// Takes the two letters beyond ASCII out of classes that hold them only because `(?i)` folds `k` and `s` to them.
fn ascii_folding(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            for (ascii, other) in [('k', '\u{212A}'), ('s', '\u{017F}')] {
                let holds = |c: char| class.iter().any(|r| r.start() <= c && c <= r.end());
                if holds(ascii) && holds(ascii.to_ascii_uppercase()) && holds(other) && class.ranges().len() < 8 {
                    let one = regex_syntax::hir::ClassUnicodeRange::new(other, other);
                    class.difference(&regex_syntax::hir::ClassUnicode::new([one]));
                }
            }
            Hir::class(Class::Unicode(class))
        }
        HirKind::Repetition(r) => Hir::repetition(Repetition { sub: Box::new(ascii_folding(&r.sub)), ..r.clone() }),
        HirKind::Capture(c) => ascii_folding(&c.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(ascii_folding).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(ascii_folding).collect()),
        _ => hir.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, parse};

    #[test]
    fn classes_are_ascii() {
        let hir = parse(r"\b\d\w[\s\d]\D").unwrap();
        assert_eq!(hir.properties().minimum_len(), Some(4));
        assert!(hir.properties().look_set().contains_word_ascii());
        assert!(!hir.properties().look_set().contains_word_unicode());
    }

    #[test]
    fn errors_say_what_to_do() {
        assert!(check("a(?=b)").unwrap_err().contains("borders"));
        assert!(check(r"(a)\1").unwrap_err().contains("backreferences"));
        assert!(check("a*").unwrap_err().contains("empty"));
        assert!(check("(a").unwrap_err().contains("unclosed"));
        assert!(check("(?:a{1000}){1000}").unwrap_err().contains("too large"));
        assert!(check(r"(?i)\bsk_\d{3}\b").is_ok());
    }
}
