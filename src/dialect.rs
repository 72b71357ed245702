//! The regex dialect of identifier files: Rust's, with `\d \w \s \b` meaning ASCII, as in the PCRE subset that Macie takes.
//!
//! ASCII classes keep the automata small, and an ASCII `\b` never makes them quit. Knows syntax trees only; matching is elsewhere.

use regex_automata::nfa::thompson;
use regex_syntax::ast::{self, Ast, ClassPerlKind, ClassSet, ClassSetItem, parse::ParserBuilder};
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Repetition};

/// The deepest nesting of groups in a pattern.
const NESTING: u32 = 100;
/// Bytes that one compiled pattern may take.
const COMPILED: usize = 10 << 20;
/// A pattern of no more states than this is not compiled to see how large it is: a state takes less than a kilobyte.
const SMALL: usize = COMPILED >> 10;

/// A pattern's syntax tree, or what is wrong with the pattern and how to mend it.
pub(crate) fn parse(regex: &str) -> Result<Hir, String> {
    let mut tree = ast_of(regex)?;
    spell_out(&mut tree);
    let hir = TranslatorBuilder::new().utf8(false).build().translate(regex, &tree).or_else(|_| translate(regex))?;
    match hir.properties().minimum_len() {
        None => Err("can never match; remove it".to_owned()),
        Some(0) => Err("matches the empty text; make a part of it mandatory".to_owned()),
        Some(_) if is_folded(&hir) => Ok(hir),
        Some(_) => Ok(ascii_folding(&hir)),
    }
}

fn ast_of(regex: &str) -> Result<Ast, String> {
    ParserBuilder::new().nest_limit(NESTING).build().parse(regex).map_err(|e| mend(e.kind()))
}

/// The syntax tree of a pattern by way of its text, which an error shows.
fn translate(regex: &str) -> Result<Hir, String> {
    let ascii = to_ascii(regex, &ast_of(regex)?)?;
    let mut parser = regex_syntax::ParserBuilder::new().utf8(false).nest_limit(NESTING * 2).build();
    parser.parse(&ascii).map_err(|error| one_line(&error.to_string()))
}

/// A pattern's syntax tree if it is no larger than a pattern may be; else what is wrong with it and how to mend it.
pub(crate) fn check(regex: &str) -> Result<Hir, String> {
    let hir = parse(regex)?;
    if states(&hir) > SMALL {
        compile(std::slice::from_ref(&hir), Some(COMPILED))?;
    }
    Ok(hir)
}

/// How many states a pattern's automaton has before it is made deterministic, at most.
fn states(hir: &Hir) -> usize {
    /// Of a range of characters: a state for each byte of each of the sequences that it falls into.
    const RANGE: usize = 64;
    let sum = |parts: &[Hir]| parts.iter().fold(2, |all: usize, part| all.saturating_add(states(part) + 1));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() + 1,
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() * RANGE + 1,
        HirKind::Capture(capture) => states(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(0).max(repetition.min).max(1) as usize;
            states(&repetition.sub).saturating_add(3).saturating_mul(times).saturating_add(3)
        }
    }
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
            Ast::Assertion(assertion) if is_of_words(&assertion.kind) => {
                let span = assertion.span;
                self.0.push((span.start.offset, span.end.offset, String::new()));
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

/// The same in the tree itself: what [`to_ascii`] does to the text that it is of.
fn spell_out(tree: &mut Ast) {
    match tree {
        Ast::ClassPerl(class) => *tree = Ast::class_bracketed(bracketed(class)),
        Ast::Assertion(assertion) if is_of_words(&assertion.kind) => {
            let span = assertion.span;
            let items = [ast::FlagsItemKind::Negation, ast::FlagsItemKind::Flag(ast::Flag::Unicode)];
            let items = items.map(|kind| ast::FlagsItem { span, kind }).to_vec();
            let kind = ast::GroupKind::NonCapturing(ast::Flags { span, items });
            let inner = std::mem::replace(tree, Ast::empty(span));
            *tree = Ast::group(ast::Group { span, kind, ast: Box::new(inner) });
        }
        Ast::ClassBracketed(class) => spell_out_set(&mut class.kind),
        Ast::Repetition(repetition) => spell_out(&mut repetition.ast),
        Ast::Group(group) => spell_out(&mut group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter_mut().for_each(spell_out),
        Ast::Concat(concat) => concat.asts.iter_mut().for_each(spell_out),
        _ => {}
    }
}

fn spell_out_set(set: &mut ClassSet) {
    match set {
        ClassSet::Item(item) => spell_out_item(item),
        ClassSet::BinaryOp(operation) => {
            spell_out_set(&mut operation.lhs);
            spell_out_set(&mut operation.rhs);
        }
    }
}

fn spell_out_item(item: &mut ClassSetItem) {
    match item {
        ClassSetItem::Perl(class) => *item = ClassSetItem::Bracketed(Box::new(bracketed(class))),
        ClassSetItem::Bracketed(class) => spell_out_set(&mut class.kind),
        ClassSetItem::Union(union) => union.items.iter_mut().for_each(spell_out_item),
        _ => {}
    }
}

fn bracketed(class: &ast::ClassPerl) -> ast::ClassBracketed {
    let span = class.span;
    let literal = |c| ast::Literal { span, kind: ast::LiteralKind::Verbatim, c };
    let range = |(start, end): &(char, char)| {
        ClassSetItem::Range(ast::ClassSetRange { span, start: literal(*start), end: literal(*end) })
    };
    let ranges: &[(char, char)] = match class.kind {
        ClassPerlKind::Digit => &[('0', '9')],
        ClassPerlKind::Space => &[('\t', '\r'), (' ', ' ')],
        ClassPerlKind::Word => &[('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_')],
    };
    let items = ranges.iter().map(range).collect();
    let kind = ClassSet::Item(ClassSetItem::Union(ast::ClassSetUnion { span, items }));
    ast::ClassBracketed { span, negated: class.negated, kind }
}

/// Whether an assertion asks for words: text and lines are the same in ASCII.
fn is_of_words(kind: &ast::AssertionKind) -> bool {
    use ast::AssertionKind as Kind;
    !matches!(kind, Kind::StartLine | Kind::EndLine | Kind::StartText | Kind::EndText)
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

/// The letters of ASCII that `(?i)` folds to others beyond it, and these.
const FOLDED_BEYOND: [(char, char); 2] = [('k', '\u{212A}'), ('s', '\u{017F}')];

/// Whether a class holds one of these letters beyond ASCII only because of its folding.
fn holds_by_folding(class: &ClassUnicode, (ascii, other): (char, char)) -> bool {
    let holds = |c: char| class.iter().any(|r| r.start() <= c && c <= r.end());
    holds(other) && holds(ascii) && holds(ascii.to_ascii_uppercase()) && class.ranges().len() < 8
}

/// Whether [`ascii_folding`] would leave a tree as it is.
fn is_folded(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => !FOLDED_BEYOND.iter().any(|pair| holds_by_folding(class, *pair)),
        HirKind::Repetition(repetition) => is_folded(&repetition.sub),
        HirKind::Capture(_) => false,
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_folded),
        _ => true,
    }
}

/// Takes the two letters beyond ASCII out of classes that hold them only because `(?i)` folds `k` and `s` to them.
fn ascii_folding(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            for (ascii, other) in FOLDED_BEYOND {
                if holds_by_folding(&class, (ascii, other)) {
                    let one = regex_syntax::hir::ClassUnicodeRange::new(other, other);
                    class.difference(&ClassUnicode::new([one]));
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
    fn the_tree_is_spelled_out_as_the_text_is() {
        for regex in [
            r"\b\d\w\s\D\W\S\B",
            r"(?i)\b{start}[\w&&[^\d]]k\b{end}|^[\s\d--5]$",
            r"(?x) (?P<a> [\W a-f]{2,3} \d+? ) # more",
            r"(?s-u:.\d)(?i:[\sK])",
            r"[^\D]\<\w+\>",
        ] {
            let text = super::translate(regex).unwrap();
            let text = if super::is_folded(&text) { text } else { super::ascii_folding(&text) };
            assert_eq!(parse(regex).unwrap(), text, "{regex}");
            assert_eq!(super::ascii_folding(&text), text, "{regex}");
        }
        assert!(check(r"\d\p{Nothing}").unwrap_err().contains(r"[0-9]\p{Nothing}"));
    }

    #[test]
    fn states_are_no_fewer_than_there_are() {
        for regex in [
            r"\d{3,40}\w+",
            r"(?:[\p{L}\p{N}]{2,3}|\p{Han}*x){5}",
            r"(?i)straße|[^a]{1,7}",
            ".{9}",
            r"(?:(?:ab*){3,}|c){2}",
        ] {
            let hir = parse(regex).unwrap();
            let nfa = super::compile(std::slice::from_ref(&hir), None).unwrap();
            assert!(nfa.states().len() <= super::states(&hir) + 4, "{regex}");
            assert!(nfa.memory_usage() <= super::states(&hir) << 10, "{regex}");
        }
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
