//! Does every match of a regex hold one of some keywords? Read off its syntax tree, whatever the case.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Texts that a part of a regex is written out into.
const MOST: usize = 64;
/// Characters of a class that are written out.
const WIDEST: usize = 16;

/// Whether every match holds one of the keywords, which are in lower case.
pub(super) fn holds(hir: &Hir, keywords: &[String]) -> bool {
    let contain = |texts: &[String]| texts.iter().all(|text| keywords.iter().any(|word| text.contains(word)));
    match hir.kind() {
        HirKind::Capture(capture) => holds(&capture.sub, keywords),
        HirKind::Repetition(repetition) if repetition.min > 0 => holds(&repetition.sub, keywords),
        HirKind::Alternation(parts) => parts.iter().all(|part| holds(part, keywords)),
        HirKind::Concat(parts) => {
            let mut texts = vec![String::new()];
            for part in parts {
                if let Some(more) = written_out(part).and_then(|more| product(&texts, &more)) {
                    texts = more;
                    continue;
                }
                if contain(&texts) || holds(part, keywords) {
                    return true;
                }
                texts = vec![String::new()];
            }
            contain(&texts)
        }
        _ => written_out(hir).is_some_and(|texts| contain(&texts)),
    }
}

/// All texts that a part matches, in lower case; none when there are too many.
fn written_out(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![String::new()]),
        HirKind::Literal(literal) => Some(vec![String::from_utf8_lossy(&literal.0).to_lowercase()]),
        HirKind::Class(Class::Unicode(class)) => {
            let all = class.iter().flat_map(|range| range.start()..=range.end()).take(WIDEST + 1);
            let mut texts: Vec<String> = all.map(|c| c.to_lowercase().to_string()).collect();
            if texts.len() > WIDEST {
                return None;
            }
            texts.sort();
            texts.dedup();
            Some(texts)
        }
        HirKind::Capture(capture) => written_out(&capture.sub),
        HirKind::Repetition(repetition) if repetition.max == Some(1) => {
            let mut texts = written_out(&repetition.sub)?;
            texts.push(String::new());
            Some(texts)
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Repetition(_) => None,
        HirKind::Concat(parts) => {
            parts.iter().try_fold(vec![String::new()], |texts, part| product(&texts, &written_out(part)?))
        }
        HirKind::Alternation(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.iter().map(written_out).collect();
            Some(all?.concat()).filter(|texts| texts.len() <= MOST)
        }
    }
}

fn product(texts: &[String], more: &[String]) -> Option<Vec<String>> {
    let all = || texts.iter().flat_map(|text| more.iter().map(move |behind| format!("{text}{behind}")));
    (texts.len() * more.len() <= MOST).then(|| all().collect())
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::dialect::parse;

    #[test]
    fn keywords_within_every_match() {
        let certain = |regex: &str, words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            holds(&parse(regex).unwrap(), &words)
        };
        assert!(certain(r"ghp_[0-9a-zA-Z]{36}", &["ghp_"]));
        assert!(certain(r"(?:ghu|ghs)_[0-9a-z]{36}", &["ghu_", "ghs_"]));
        assert!(certain(r"(?i)(?:message[_-]?bird)(?:.{0,20})=x", &["messagebird", "message-bird", "message_bird"]));
        assert!(certain(r"\b(EAA[MC][a-z0-9]{100,})", &["eaam", "eaac"]));
        assert!(certain(r"(?i)xoxe\.xox[bp]-\d-[A-Z0-9]{163}", &["xoxe.xoxb-", "xoxe.xoxp-"]));
        assert!(!certain(r"\b(sgp_[a-f0-9]{40}|[a-f0-9]{40})\b", &["sgp_"]));
        assert!(!certain(r"[a-f0-9]{32}", &["widget"]));
    }
}
