//! gitleaks' configuration: rules and allow lists.
//!
//! There a rule reports the captured secret, here the whole match: what looks at the secret alone is rewritten so that it
//! looks at the end of the match, and what looks at the line, the path or the commit cannot be carried over.

use super::{Entry, Read, certain};
use crate::dialect;
use crate::mistake::Mistake;
use serde::Deserialize;
use toml::Table;

/// What may stand between the secret and the ends of a match.
const BORDER: &str = r#"[\s'"`=:;,>]"#;
/// Thresholds of entropy that there is a validator for, with its name, the highest first.
const ENTROPIES: [(f64, &str); 6] = [
    (4.5, "entropy_4_5"),
    (4.0, "entropy_4"),
    (3.5, "entropy_3_5"),
    (3.0, "entropy_3"),
    (2.5, "entropy_2_5"),
    (2.0, "entropy_2"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(default)]
    rules: Vec<Rule>,
    allowlist: Option<AllowList>,
    #[serde(default)]
    allowlists: Vec<AllowList>,
    extend: Option<Table>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    #[serde(default)]
    description: String,
    regex: Option<String>,
    path: Option<String>,
    entropy: Option<f64>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    secret_group: Option<u64>,
    allowlist: Option<AllowList>,
    #[serde(default)]
    allowlists: Vec<AllowList>,
    #[serde(flatten)]
    other: Table,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AllowList {
    #[serde(default)]
    regexes: Vec<String>,
    regex_target: Option<String>,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    commits: Vec<String>,
    condition: Option<String>,
    #[serde(default)]
    target_rules: Vec<String>,
}

pub(super) fn read(file: &str, text: &str) -> Result<Read, Mistake> {
    let parsed: File = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
    let mut read = Read::default();
    if parsed.extend.is_some() {
        read.note("extend", "the rules it adds are in another file; import that too");
    }
    let (for_some, for_all): (Vec<_>, Vec<_>) =
        parsed.allowlist.into_iter().chain(parsed.allowlists).partition(|list| !list.target_rules.is_empty());
    for list in &for_all {
        read.allow.extend(allowed("global allow list", list, &mut read.notes));
    }
    if parsed.rules.iter().any(|rule| rule.secret_group.is_some()) {
        read.note("secretGroup", "the whole match is reported and hidden, not one group of it");
    }
    for rule in parsed.rules {
        let targeted = for_some.iter().filter(|list| list.target_rules.contains(&rule.id));
        one(&rule, targeted, &mut read);
    }
    Ok(read)
}

fn one<'l>(rule: &'l Rule, targeted: impl Iterator<Item = &'l AllowList>, read: &mut Read) {
    let Some(regex) = &rule.regex else {
        return read.note(&rule.id, "left out: it finds files by their path, and has no regex");
    };
    if rule.path.is_some() {
        read.note(&rule.id, "path: identifiers know no paths; it now looks into every file");
    }
    for key in rule.other.keys() {
        read.note(&rule.id, format!("{key}: is not known, and not carried over"));
    }
    let mut entry = Entry {
        id: rule.id.clone(),
        name: rule.id.clone(),
        description: rule.description.clone(),
        category: "CREDENTIALS",
        tags: rule.tags.clone(),
        regex: with_braces_escaped(&without_run_up(regex)),
        severities: vec![(1, "high".to_owned())],
        ..Entry::default()
    };
    // There, keywords only tell which files are worth a regex. Where every match holds one, that is so by itself.
    let keywords: Vec<String> = rule.keywords.iter().map(|word| word.to_lowercase()).collect();
    let is_certain = || dialect::parse(&entry.regex).is_ok_and(|hir| certain::holds(&hir, &keywords));
    if !keywords.is_empty() && !is_certain() {
        entry.keywords.clone_from(&rule.keywords);
        entry.distance = Some(300);
        read.note(
            &rule.id,
            "keywords: one must now stand within 300 characters before the match, not anywhere in the file",
        );
    }
    if let Some(entropy) = rule.entropy {
        match ENTROPIES.iter().find(|(threshold, _)| *threshold <= entropy) {
            Some((threshold, name)) => {
                entry.validator = Some(name);
                if entropy > *threshold {
                    read.note(&rule.id, format!("entropy: {entropy} is rounded down to {threshold}"));
                }
            }
            None => read.note(&rule.id, format!("entropy: {entropy} is below 2, and not checked")),
        }
    }
    for list in rule.allowlist.iter().chain(&rule.allowlists).chain(targeted) {
        entry.allow.extend(allowed(&rule.id, list, &mut read.notes));
    }
    read.entries.push(entry);
}

/// The regex without an optional run-up before what matters: it only moves where the match begins.
fn without_run_up(regex: &str) -> String {
    let (flags, rest) = match regex.strip_prefix("(?i)") {
        Some(rest) => ("(?i)", rest),
        None => ("", regex),
    };
    let end_of_run_up = rest.strip_prefix('[').and_then(|class| {
        let end = class.find(']')? + 1;
        let count = class.get(end..)?.strip_prefix("{0,")?;
        let closed = count.find("}?")?;
        count.get(..closed)?.bytes().all(|b| b.is_ascii_digit()).then_some(1 + end + 3 + closed + 2)
    });
    match end_of_run_up.and_then(|end| rest.get(end..)) {
        Some(rest) if !rest.is_empty() => format!("{flags}{rest}"),
        _ => regex.to_owned(),
    }
}

/// A regex in which each brace that opens no count is escaped: Go lets it stand for itself, Rust does not.
fn with_braces_escaped(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut rest = regex;
    while let Some(c) = rest.chars().next() {
        let mut width = c.len_utf8();
        if c == '\\' {
            let escaped = rest.chars().nth(1);
            width += escaped.map_or(0, char::len_utf8);
            // `\p{L}` and `\x{41}` keep theirs.
            let behind = rest.get(width..).unwrap_or_default();
            if matches!(escaped, Some('p' | 'P' | 'x')) && behind.starts_with('{') {
                width += behind.find('}').map_or(1, |end| end + 1);
            }
        } else if c == '{' && !is_count(rest) {
            out.push('\\');
        }
        let (taken, behind) = rest.split_at_checked(width).unwrap_or((rest, ""));
        out.push_str(taken);
        rest = behind;
    }
    out
}

/// Whether a text begins with `{3}`, `{3,}` or `{3,5}`.
fn is_count(text: &str) -> bool {
    let Some((inside, _)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else { return false };
    inside.starts_with(|c: char| c.is_ascii_digit()) && inside.chars().all(|c| c.is_ascii_digit() || c == ',')
}

/// The entries of an allow list that look at the match.
fn allowed(about: &str, list: &AllowList, notes: &mut Vec<(String, String)>) -> Vec<String> {
    let mut note = |what: String| notes.push((about.to_owned(), what));
    let looks_elsewhere = !list.paths.is_empty() || !list.commits.is_empty();
    let needs_all = list.condition.as_deref().is_some_and(|c| c.eq_ignore_ascii_case("and") || c == "&&");
    if needs_all && looks_elsewhere {
        note("an allow list that wants paths or commits as well is not carried over".to_owned());
        return Vec::new();
    }
    if !list.paths.is_empty() {
        let paths = list.paths.join("  ");
        note(format!("paths of an allow list are not carried over; use exclude or [[suppress]] for {paths}"));
    }
    if !list.commits.is_empty() {
        note("commits of an allow list are not carried over".to_owned());
    }
    if list.regex_target.as_deref() == Some("line") && !list.regexes.is_empty() {
        note("regexes of an allow list that look at the line are not carried over; use `tamis:allow` marks".to_owned());
        return Vec::new();
    }
    let in_secret = list.regex_target.as_deref() != Some("match");
    let mut entries: Vec<String> =
        list.regexes.iter().map(|regex| whole(&with_braces_escaped(regex), in_secret)).collect();
    if !list.stopwords.is_empty() {
        let words: Vec<String> = list.stopwords.iter().map(|word| regex_syntax::escape(word)).collect();
        entries.push(format!("(?is).*(?:{}).*", words.join("|")));
    }
    let mut kept = Vec::new();
    for regex in entries {
        match dialect::check(&regex) {
            Ok(_) => kept.push(format!("regex:{regex}")),
            Err(why) => note(format!("an entry of an allow list is not carried over: {why}")),
        }
    }
    kept
}

/// A regex that is looked for somewhere in the secret, as one that fits a whole match.
fn whole(regex: &str, in_secret: bool) -> String {
    let (flags, body) = match regex.strip_prefix("(?i)") {
        Some(rest) => ("(?i)", rest),
        None => ("", regex),
    };
    let (at_start, body) = body.strip_prefix('^').map_or((false, body), |body| (true, body));
    let is_anchor = body.ends_with('$') && !body.ends_with("\\$");
    let (at_end, body) = if is_anchor { (true, &body[..body.len() - 1]) } else { (false, body) };
    let before = match (at_start, in_secret) {
        (false, _) => "(?s:.*)".to_owned(),
        (true, true) => format!("(?s:(?:.*{BORDER})?)"),
        (true, false) => String::new(),
    };
    let behind = match (at_end, in_secret) {
        (false, _) => "(?s:.*)".to_owned(),
        (true, true) => format!("{BORDER}?"),
        (true, false) => String::new(),
    };
    format!("{before}{flags}(?:{body}){behind}")
}

#[cfg(test)]
mod tests {
    use super::{whole, with_braces_escaped, without_run_up};
    use crate::allow_list::AllowList;
    use crate::imports::import;

    #[test]
    fn the_run_up_goes() {
        assert_eq!(without_run_up(r"(?i)[\w.-]{0,50}?(?:abc)x"), "(?i)(?:abc)x");
        assert_eq!(without_run_up(r"[\w.-]{0,50}x"), r"[\w.-]{0,50}x");
        assert_eq!(without_run_up(r"[ab]{0,5}?"), r"[ab]{0,5}?");
        assert_eq!(without_run_up("["), "[");
    }

    #[test]
    fn braces_that_count_nothing() {
        assert_eq!(with_braces_escaped(r"^\${(?:[A-Z]+)}$"), r"^\$\{(?:[A-Z]+)}$");
        assert_eq!(with_braces_escaped(r"a{2}b{2,}c{2,3}\{\p{L}"), r"a{2}b{2,}c{2,3}\{\p{L}");
        assert_eq!(with_braces_escaped(r"{\d+}\"), r"\{\d+}\");
    }

    #[test]
    fn regexes_for_secrets_fit_matches() {
        let fits = |regex: &str, in_secret, matched: &str| {
            AllowList::parse("x", &format!("regex:{}", whole(regex, in_secret))).unwrap().allows(matched)
        };
        assert!(fits(r"^\$\{[A-Z_]+\}$", true, "key = \"${DB_KEY}\""));
        assert!(!fits(r"^\$\{[A-Z_]+\}$", true, "key = \"x${DB_KEY}\""));
        assert!(fits(".+EXAMPLE$", true, "AKIAIOSFODNN7EXAMPLE"));
        assert!(fits("(?i)example", true, "key=anEXAMPLEvalue;"));
        assert!(fits("^key", false, "key=abc") && !fits("^key", false, "a key=abc"));
    }

    #[test]
    fn rules_and_what_is_not_carried_over() {
        let text = r#"
            [[rules]]
            id = "acme-token"
            description = "Acme"
            regex = '''(?i)[\w.-]{0,50}?(?:acme)=['"]([a-z0-9]{20})['"]'''
            entropy = 3.2
            secretGroup = 1
            keywords = ["acme"]
            [[rules.allowlists]]
            stopwords = ["dummy"]
            paths = ["tests/"]
            [[rules]]
            id = "by-keyword"
            regex = '''[a-f0-9]{32}'''
            keywords = ["widget"]
            [[rules]]
            id = "pkcs12"
            path = '''\.p12$'''
            [[rules]]
            id = "ahead"
            regex = '''a(?!b)'''
            [allowlist]
            regexes = ['''^true$''']
        "#;
        let imported = import("g.toml", text).unwrap();
        assert_eq!(imported.count, 2);
        let notes = imported.notes.join("\n");
        for part in [
            "secretGroup",
            "3.2 is rounded down to 3",
            "tests/",
            "by-keyword: keywords",
            "pkcs12: left out",
            "ahead: left out",
        ] {
            assert!(notes.contains(part), "{part}: {notes}");
        }
        let all = crate::identifier::custom("x", &imported.identifiers, &[]).unwrap();
        let acme = all.iter().find(|i| i.id == "acme-token").unwrap();
        assert!(acme.keywords.is_empty() && acme.allow.is_some() && acme.is_custom());
        assert_eq!(acme.validators(), ["entropy_3"]);
        assert!(AllowList::parse("x", &imported.allow_list.unwrap()).unwrap().allows("x = 'true'"));
    }
}
