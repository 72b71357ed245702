//! Stage: marks the findings that a suppression rule hides. None is taken away, and what hid it is counted.
//!
//! The first rule that fits a finding has it. An expired rule hides nothing, and is named.

use crate::finding::{Acceptance, Finding};
use crate::identifier::Category;
use crate::policy::{PolicyFinding, PolicyKind};
use crate::report::Suppressed;
use crate::suppression::{Bound, Condition, Day, Field, Suppression, Test};
use std::sync::Arc;
use std::time::SystemTime;

/// Marks findings, and says what each rule did.
pub(crate) fn suppress(rules: &[Suppression], findings: &mut [Finding], now: SystemTime) -> Vec<Suppressed> {
    let today = Day::of(now);
    let outcome = |rule: &Suppression| Suppressed {
        rule: rule.name.clone(),
        reason: rule.reason.clone(),
        expires: rule.expires.as_ref().map(|day| day.as_str().to_owned()),
        expired: rule.expires.as_ref().is_some_and(|day| *day < today),
        findings: 0,
    };
    let mut outcomes: Vec<Suppressed> = rules.iter().map(outcome).collect();
    let accept = |rule: &Suppression| Arc::new(Acceptance { rule: rule.name.clone(), reason: rule.reason.clone() });
    let acceptances: Vec<Arc<Acceptance>> = rules.iter().map(accept).collect();
    for finding in findings {
        let fits =
            |(rule, outcome): &(&Suppression, &mut Suppressed)| !outcome.expired && fits_all(&rule.conditions, finding);
        if let Some(at) = rules.iter().zip(&mut outcomes).position(|pair| fits(&pair)) {
            outcomes[at].findings += 1;
            finding.archived = true;
            finding.hidden_by = acceptances.get(at).cloned();
        }
    }
    outcomes
}

/// Takes away the policy findings that a rule accepts, and counts them with what the rule did. A rule is about policy
/// findings if it names a type of theirs: any other accepts those that come of a finding along with it.
pub(crate) fn accept(rules: &[Suppression], outcomes: &mut [Suppressed], found: &mut Vec<PolicyFinding>) {
    found.retain(|found| {
        let mut applied = rules.iter().zip(outcomes.iter_mut()).filter(|(_, outcome)| !outcome.expired);
        let fits = |rule: &Suppression| names_policy(rule, found.kind) && fits_all_of_policy(&rule.conditions, found);
        let hidden_by = applied.find(|(rule, _)| fits(rule));
        hidden_by.map(|(_, outcome)| outcome.findings += 1).is_none()
    });
}

fn names_policy(rule: &Suppression, kind: PolicyKind) -> bool {
    let names = |test: &Test| match test {
        Test::Eq(words) | Test::EqExactMatch(words) => words.iter().any(|word| word == kind.code()),
        _ => false,
    };
    rule.conditions.iter().any(|condition| condition.field == Field::Type && condition.tests.iter().any(names))
}

/// Whether a finding fits all of these.
pub fn fits_all(conditions: &[Condition], finding: &Finding) -> bool {
    conditions.iter().all(|condition| holds(condition, finding))
}

/// Whether a policy finding fits all of these. A field that it has not holds no value.
pub fn fits_all_of_policy(conditions: &[Condition], found: &PolicyFinding) -> bool {
    conditions.iter().all(|condition| {
        let values = values_of_policy(condition.field, found);
        condition.tests.iter().all(|test| fits(test, &values))
    })
}

/// The values of a field.
enum Values {
    Texts(Vec<String>),
    Numbers(Vec<u64>),
    Times(Vec<SystemTime>),
}

fn holds(condition: &Condition, finding: &Finding) -> bool {
    let values = values(condition.field, finding);
    condition.tests.iter().all(|test| fits(test, &values))
}

fn fits(test: &Test, values: &Values) -> bool {
    let texts: Vec<String> = match values {
        Values::Texts(texts) => texts.clone(),
        Values::Numbers(numbers) => numbers.iter().map(u64::to_string).collect(),
        Values::Times(_) => Vec::new(),
    };
    match (test, values) {
        (Test::Eq(wanted), _) => texts.iter().any(|text| wanted.contains(text)),
        (Test::Neq(unwanted), _) => !texts.iter().any(|text| unwanted.contains(text)),
        (Test::EqExactMatch(wanted), _) => {
            texts.iter().all(|text| wanted.contains(text)) && wanted.iter().all(|text| texts.contains(text))
        }
        (Test::Glob(globs), _) => texts.iter().any(|text| globs.is_match(text)),
        (Test::Order(order, Bound::Number(bound)), Values::Numbers(numbers)) => {
            numbers.iter().any(|number| order.holds(number, bound))
        }
        (Test::Order(order, Bound::Time(bound)), Values::Times(times)) => {
            times.iter().any(|time| order.holds(time, bound))
        }
        (Test::Order(..), _) => false,
    }
}

fn values(field: Field, finding: &Finding) -> Values {
    let classification = &finding.classification;
    let artifact = &classification.artifact;
    let path = &artifact.path;
    let outermost = artifact.container.as_deref().or(path.members.is_empty().then_some(artifact));
    let text = |text: &str| Values::Texts(vec![text.to_owned()]);
    let bytes = |bytes: &[u8]| Values::Texts(vec![String::from_utf8_lossy(bytes).into_owned()]);
    let managed = || classification.detections.iter().filter(|d| d.identifier.category != Category::CustomIdentifier);
    let custom = || classification.detections.iter().filter(|d| d.identifier.category == Category::CustomIdentifier);
    match field {
        Field::Id => text(&finding.id),
        Field::Type => Values::Texts(vec![format!("SensitiveData:File/{}", finding.kind.word())]),
        Field::SeverityDescription => text(finding.severity.word()),
        Field::SeverityScore => Values::Numbers(vec![finding.severity.score().into()]),
        Field::Path => bytes(&path.file),
        Field::Extension => {
            let name = path.file.rsplit(|b| *b == b'/').next().unwrap_or_default();
            bytes(crate::artifact::extension(name))
        }
        Field::Size => Values::Numbers(outermost.map(|file| file.size).into_iter().collect()),
        Field::LastModified => Values::Times(outermost.and_then(|file| file.modified).into_iter().collect()),
        Field::EmbeddedPath => path.embedded().map_or(Values::Texts(Vec::new()), |embedded| bytes(&embedded)),
        Field::EmbeddedExtension if path.members.is_empty() => Values::Texts(Vec::new()),
        Field::EmbeddedExtension => bytes(path.extension()),
        Field::DetectionType => Values::Texts(managed().map(|d| d.identifier.id.clone()).collect()),
        Field::DetectionCount => Values::Numbers(managed().map(|d| d.count).collect()),
        Field::Category => Values::Texts(managed().map(|d| d.identifier.category.code().to_owned()).collect()),
        Field::CustomName => Values::Texts(custom().map(|d| d.identifier.name.clone()).collect()),
        Field::CustomArn => {
            let arn = |id: &str| format!("tamis:custom-data-identifier/{id}");
            Values::Texts(custom().map(|d| arn(&d.identifier.id)).collect())
        }
        Field::CustomCount => Values::Numbers(custom().map(|d| d.count).collect()),
        Field::CustomTotal => Values::Numbers(vec![custom().map(|d| d.count).sum()]),
        Field::MimeType => text(&classification.media_type),
        Field::SizeClassified => Values::Numbers(vec![classification.bytes]),
        Field::StatusCode => text(classification.status.code()),
    }
}

fn values_of_policy(field: Field, found: &PolicyFinding) -> Values {
    let file = &found.artifact;
    let text = |text: &[u8]| Values::Texts(vec![String::from_utf8_lossy(text).into_owned()]);
    match field {
        Field::Id => text(found.id.as_bytes()),
        Field::Type => text(found.kind.code().as_bytes()),
        Field::SeverityDescription => text(found.severity.word().as_bytes()),
        Field::SeverityScore => Values::Numbers(vec![found.severity.score().into()]),
        Field::Path => text(&file.path.file),
        Field::Extension => text(file.path.extension()),
        Field::Size => Values::Numbers(vec![file.size]),
        Field::LastModified => Values::Times(file.modified.into_iter().collect()),
        _ => Values::Texts(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::{accept, suppress};
    use crate::artifact::{Artifact, ArtifactPath};
    use crate::identifier::Severity;
    use crate::policy::{PolicyFinding, PolicyKind};
    use crate::reports::fixture;
    use crate::suppression::{Suppression, rules};
    use std::time::{Duration, SystemTime, UNIX_EPOCH};
    use toml::de::DeTable;

    fn read(text: &str) -> Result<Vec<Suppression>, String> {
        let table = DeTable::parse(text).unwrap();
        let value = table.get_ref().iter().find(|(key, _)| key.get_ref() == "suppress").unwrap().1;
        rules("tamis.toml", text, value).map_err(|mistake| mistake.to_string())
    }

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_772_442_847)
    }

    /// The paths that a rule of these criteria hides.
    fn hidden(criteria: &str) -> Vec<String> {
        let rule = read(&format!("[[suppress]]\nreason = 'r'\n[suppress.criteria]\n{criteria}")).unwrap();
        let mut report = fixture::report();
        report.findings.iter_mut().for_each(|finding| finding.archived = false);
        let outcome = suppress(&rule, &mut report.findings, now());
        let paths: Vec<String> = report
            .findings
            .iter()
            .filter(|f| f.archived)
            .map(|f| String::from_utf8_lossy(&f.classification.artifact.path.file).into_owned())
            .collect();
        assert_eq!(outcome[0].findings, paths.len() as u64);
        paths
    }

    #[test]
    fn every_comparison() {
        assert_eq!(hidden("severity.description = { eq = ['Low', 'Medium'] }"), ["log.txt", "staff/badges.txt"]);
        assert_eq!(hidden("'severity.description' = { neq = 'High' }"), ["log.txt", "staff/badges.txt"]);
        assert_eq!(hidden("severity.score = { lte = 1 }"), ["log.txt"]);
        assert_eq!(hidden("resourcesAffected.file.path.glob = 'staff/*'"), ["staff/badges.txt"]);
        assert_eq!(hidden("resourcesAffected.s3Object.key.glob = ['*.txt']").len(), 2);
        assert_eq!(hidden("resourcesAffected.file.path.glob = '**/*.txt'").len(), 4);
        assert_eq!(
            hidden("resourcesAffected.file.embeddedFileDetails.fileExtension.eq = 'xlsx'"),
            ["backups/2025.zip"]
        );
        assert_eq!(hidden("resourcesAffected.file.size.gt = 1_000_000").len(), 1);
        let types = "classificationDetails.result.sensitiveData.detections.type";
        assert_eq!(hidden(&format!("{types}.eq = 'CREDIT_CARD_NUMBER'")), ["hr/payroll.csv", "pay/card.txt"]);
        assert_eq!(hidden(&format!("{types}.eqExactMatch = ['CREDIT_CARD_NUMBER']")), ["pay/card.txt"]);
        let custom = "classificationDetails.result.customDataIdentifiers.detections.name";
        assert_eq!(hidden(&format!("{custom}.eq = 'Employee ID'")), ["staff/badges.txt"]);
        assert_eq!(hidden("resourcesAffected.file.lastModified.lt = 2026-03-01").len(), 0);
        assert_eq!(hidden("resourcesAffected.file.lastModified.gte = '2026-03-02T00:00:00Z'").len(), 9);
        assert_eq!(hidden("severity.score.gte = 3\nresourcesAffected.file.extension.eq = 'csv'"), ["hr/payroll.csv"]);
    }

    #[test]
    fn an_expired_rule_hides_nothing() {
        let rule = |day: &str| {
            read(&format!("[[suppress]]\nreason='r'\nexpires={day}\n[suppress.criteria]\nseverity.score.gte=1"))
                .unwrap()
        };
        let mut findings = fixture::report().findings;
        for finding in &mut findings {
            finding.archived = false;
        }
        let outcome = suppress(&rule("2026-03-01"), &mut findings, now());
        assert!(outcome[0].expired && outcome[0].findings == 0 && findings.iter().all(|f| !f.archived));
        let outcome = suppress(&rule("'2026-03-02'"), &mut findings, now());
        assert!(!outcome[0].expired && outcome[0].findings == 9);
    }

    #[test]
    fn a_rule_of_a_policy_type_accepts_policy_findings() {
        let left = |criteria: &str| {
            let rule = read(&format!("[[suppress]]\nreason = 'r'\n[suppress.criteria]\n{criteria}")).unwrap();
            let artifact = |path: &str| Artifact { path: ArtifactPath::file(path), ..Artifact::default() };
            let all = PolicyKind::ALL.iter().flat_map(|kind| ["a/x", "b/x"].map(|path| (*kind, path)));
            let found = |(kind, path)| PolicyFinding::new(kind, Severity::High, artifact(path), None);
            let mut found: Vec<PolicyFinding> = all.map(found).collect();
            let mut outcomes = suppress(&rule, &mut [], now());
            accept(&rule, &mut outcomes, &mut found);
            assert_eq!(outcomes[0].findings as usize + found.len(), 10);
            found.len()
        };
        for kind in PolicyKind::ALL {
            assert_eq!(left(&format!("type.eq = '{}'", kind.code())), 8);
        }
        let readable = "type.eq = ['Policy:File/WorldReadable', 'SensitiveData:File/Personal']";
        assert_eq!(left(&format!("{readable}\nresourcesAffected.file.path.glob = 'a/*'")), 9);
        // These are about data.
        assert_eq!(left("severity.score.gte = 1"), 10);
        assert_eq!(left("type.neq = 'SensitiveData:File/Personal'"), 10);
    }

    #[test]
    fn mistakes_name_line_field_and_mend() {
        let wrong = |text: &str, parts: [&str; 2]| {
            let error = read(text).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        };
        let criteria = |line: &str| format!("[[suppress]]\nreason = 'r'\n[suppress.criteria]\n{line}");
        wrong("[[suppress]]\nname = 'x'", ["tamis.toml:1: suppress.reason: missing", "say why"]);
        wrong("[[suppress]]\nreason = ' '", ["tamis.toml:2: suppress.reason: empty", "write"]);
        wrong("[[suppress]]\nreason = 'r'", ["suppress.criteria: missing", "hide everything"]);
        wrong("[[suppress]]\nreasn = 'r'", ["tamis.toml:2: suppress.reasn", "did you mean `reason`"]);
        wrong("[[suppress]]\nreason = 'r'\nexpires = 'soon'", ["tamis.toml:3: suppress.expires", "2026-12-31"]);
        wrong("[suppress]\nreason = 'r'", ["suppress: must be a list", "[[suppress]]"]);
        wrong(&criteria("severity.descripton.eq = 'Low'"), ["tamis.toml:4", "did you mean `severity.description`"]);
        wrong(&criteria("severity.description.eq = 'low'"), ["tamis.toml:4", "Low, Medium, High"]);
        wrong(&criteria("severity.description.gt = 'Low'"), ["tamis.toml:4", "only numbers and times"]);
        wrong(&criteria("severity.description.like = 'L'"), ["tamis.toml:4", "no such comparison"]);
        wrong(&criteria("severity.score.eq = []"), ["tamis.toml:4", "empty list"]);
        wrong(&criteria("severity.score.gt = 'x'"), ["tamis.toml:4", "whole number"]);
        wrong(&criteria("resourcesAffected.file.path.glob = 'a{'"), ["tamis.toml:4", "no glob"]);
        wrong(&criteria("resourcesAffected.file.size.glob = 'a'"), ["tamis.toml:4", "globs are for paths"]);
        let twice = "[[suppress]]\nname='a'\nreason='r'\n[suppress.criteria]\nseverity.score.gt=1\n".repeat(2);
        wrong(&twice, ["suppress.name: `a`", "choose another"]);
    }
}
