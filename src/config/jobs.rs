//! `[[job]]`: a scan with a name and a schedule. Its other keys are those of a scan.

use super::{Key, Reader, Setting, Value};
use crate::identifier::did_you_mean;
use crate::mistake::{Mistake, line_of};
use crate::schedule::{Frequency, Schedule};
use chrono::{NaiveTime, Weekday};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Keys that are no flags.
const OWN: [&str; 6] = ["name", "schedule", "day", "time", "initial-run", "notify"];
/// Characters of a name; Macie's limit.
const LONGEST_NAME: usize = 500;

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobEntry {
    /// The line it stands on, from 1.
    pub line: usize,
    /// Its name; unique.
    pub name: String,
    /// When it is due.
    pub schedule: Schedule,
    /// Whether its first run leaves alone what is there, and later ones look at what changed since.
    pub only_changes: bool,
    /// The command to run when there is something new. Of a job, and not of the file for any scan: who asks for a job by name
    /// trusts the file, who scans a folder need not.
    pub notify: Option<String>,
    /// The flags that it sets; those of the file hold for it too.
    pub settings: Vec<Setting>,
}

impl Reader<'_> {
    /// The jobs of the file's `job` value.
    pub(super) fn jobs(&self, value: &Value<'_>, keys: &[Key]) -> Result<Vec<JobEntry>, Mistake> {
        let wrong = |span: &Range<usize>| self.wrong(span, "job: must be a list of tables; write `[[job]]`");
        let DeValue::Array(entries) = value.get_ref() else { return Err(wrong(&value.span())) };
        let mut jobs: Vec<JobEntry> = Vec::new();
        for entry in entries {
            let DeValue::Table(table) = entry.get_ref() else { return Err(wrong(&entry.span())) };
            let job = self.job(table, &entry.span(), keys)?;
            if jobs.iter().any(|known| known.name == job.name) {
                let problem = format!("job.name: `{}` is the name of an earlier job; choose another", job.name);
                return Err(self.wrong(&entry.span(), problem));
            }
            jobs.push(job);
        }
        Ok(jobs)
    }

    fn job(&self, table: &DeTable<'_>, span: &Range<usize>, keys: &[Key]) -> Result<JobEntry, Mistake> {
        let mut settings = Vec::new();
        let (mut name, mut only_changes, mut notify) = (None, false, None);
        for (key, value) in table {
            let word = key.get_ref().as_ref();
            match (word, keys.iter().find(|known| known.name == word)) {
                ("name", _) => name = Some(self.job_name(value)?),
                ("schedule" | "day" | "time", _) => {}
                ("notify", _) => notify = Some(self.word("notify", value)?),
                ("initial-run", _) => {
                    only_changes = match self.word("initial-run", value)?.as_str() {
                        "all" => false,
                        "changes" => true,
                        _ => return Err(self.wrong(&value.span(), "job.initial-run: must be all or changes")),
                    }
                }
                (_, Some(known)) => settings.push(Setting {
                    key: word.to_owned(),
                    line: line_of(self.text, key.span().start),
                    values: self.values(known, value)?,
                }),
                (_, None) => {
                    let known = keys.iter().map(|key| key.name.as_str()).chain(OWN);
                    let near = did_you_mean(known, word);
                    let own = OWN.join(", ");
                    let problem =
                        format!("job.{word}: no such key{near}; there are {own}, and the flags of `tamis scan`");
                    return Err(self.wrong(&key.span(), problem));
                }
            }
        }
        settings.sort_by_key(|setting| setting.line);
        let name = name.ok_or_else(|| self.wrong(span, "job.name: missing; name it, for `tamis job run NAME`"))?;
        let schedule = self.schedule(table, span)?;
        Ok(JobEntry { line: line_of(self.text, span.start), name, schedule, only_changes, notify, settings })
    }

    fn word(&self, key: &str, value: &Value<'_>) -> Result<String, Mistake> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            DeValue::Datetime(time) => Ok(time.to_string()),
            _ => Err(self.wrong(&value.span(), format!("job.{key}: must be text in quotes"))),
        }
    }

    fn job_name(&self, value: &Value<'_>) -> Result<String, Mistake> {
        let name = self.word("name", value)?;
        let is_name = !name.trim().is_empty()
            && name.chars().count() <= LONGEST_NAME
            && !name.starts_with('-')
            && !name.chars().any(char::is_control);
        if !is_name {
            let problem = "job.name: must be 1 to 500 characters, without control characters or a hyphen in front";
            return Err(self.wrong(&value.span(), problem));
        }
        Ok(name)
    }

    fn schedule(&self, table: &DeTable<'_>, span: &Range<usize>) -> Result<Schedule, Mistake> {
        const WORDS: &str = "job.schedule: must be once, daily, weekly or monthly";
        let get = |name: &str| table.iter().find(|(key, _)| key.get_ref().as_ref() == name).map(|(_, value)| value);
        let word = get("schedule").map(|value| self.word("schedule", value)).transpose()?;
        let day = get("day");
        let frequency = match (word.as_deref(), day) {
            (Some("once") | None, None) => Frequency::Once,
            (Some("daily"), None) => Frequency::Daily,
            (Some("weekly"), Some(day)) => Frequency::Weekly(self.weekday(day)?),
            (Some("monthly"), Some(day)) => Frequency::Monthly(self.day_of_month(day)?),
            (Some("weekly"), None) => {
                return Err(self.wrong(span, "job.day: missing; a weekly job needs a day such as \"monday\""));
            }
            (Some("monthly"), None) => {
                return Err(self.wrong(span, "job.day: missing; a monthly job needs a day from 1 to 31"));
            }
            (Some("once" | "daily") | None, Some(day)) => {
                return Err(self.wrong(&day.span(), "job.day: is for weekly and monthly jobs; remove it"));
            }
            (Some(_), _) => return Err(self.wrong(&get("schedule").map_or(span.clone(), toml::Spanned::span), WORDS)),
        };
        let time = match get("time") {
            None => NaiveTime::MIN,
            Some(value) if frequency == Frequency::Once => {
                return Err(self.wrong(&value.span(), "job.time: a job that runs once has none; remove it"));
            }
            Some(value) => {
                let text = self.word("time", value)?;
                let parsed = NaiveTime::parse_from_str(&text, "%H:%M");
                let parsed = parsed.or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M:%S"));
                parsed
                    .map_err(|_| self.wrong(&value.span(), "job.time: must be a time of the day such as \"02:30\""))?
            }
        };
        Ok(Schedule { frequency, time })
    }

    fn weekday(&self, value: &Value<'_>) -> Result<Weekday, Mistake> {
        let wrong = || self.wrong(&value.span(), "job.day: must be a day of the week such as \"monday\"");
        match value.get_ref() {
            DeValue::String(text) => text.parse().map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }

    fn day_of_month(&self, value: &Value<'_>) -> Result<u8, Mistake> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|day| (1..=31).contains(day));
        number.ok_or_else(|| self.wrong(&value.span(), "job.day: must be a day of the month, a number from 1 to 31"))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Form, Key};
    use crate::schedule::Frequency;
    use chrono::Weekday;

    fn parse(text: &str) -> Result<Config, String> {
        let key = |name: &str, form| Key { name: name.to_owned(), form };
        let keys = [key("targets", Form::Many), key("strict", Form::Switch), key("identifiers", Form::Selection)];
        Config::parse("tamis.toml", text, &keys).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn jobs_are_flags_with_a_name_and_a_schedule() {
        let text = "strict = true\n[[job]]\nname = 'a'\nschedule = 'weekly'\nday = 'Sunday'\ntime = 02:30:00\n\
                    targets = ['x', 'y']\ninitial-run = 'changes'\n[[job]]\nname = 'b'\n\
                    [[job]]\nname = 'c'\nschedule = 'monthly'\nday = 31\ntime = '23:05'\n";
        let config = parse(text).unwrap();
        let [a, b, c] = config.jobs.as_slice() else { panic!("{config:?}") };
        assert_eq!((a.schedule.frequency, a.only_changes, a.line), (Frequency::Weekly(Weekday::Sun), true, 2));
        assert_eq!(a.schedule.to_string(), "weekly on Sun at 02:30");
        assert_eq!((a.settings[0].key.as_str(), a.settings[0].line), ("targets", 7));
        assert_eq!((b.schedule.frequency, b.only_changes), (Frequency::Once, false));
        assert_eq!(c.schedule.to_string(), "monthly on day 31 at 23:05");
    }

    #[test]
    fn mistakes_name_line_key_and_mend() {
        for (text, parts) in [
            ("[[job]]\nschedule = 'daily'", ["tamis.toml:1: job.name", "name it"]),
            ("[[job]]\nname = ''", ["tamis.toml:2: job.name", "1 to 500"]),
            ("[job]\nname = 'a'", ["job: must be", "[[job]]"]),
            ("[[job]]\nname = 'a'\nstrickt = true", ["tamis.toml:3: job.strickt", "did you mean `strict`"]),
            ("[[job]]\nname = 'a'\nshedule = 'daily'", ["tamis.toml:3: job.shedule", "did you mean `schedule`"]),
            ("[[job]]\nname = 'a'\nstrict = 1", ["tamis.toml:3: strict", "true or false"]),
            ("[[job]]\nname = 'a'\nschedule = 'hourly'", ["tamis.toml:3: job.schedule", "weekly or monthly"]),
            ("[[job]]\nname = 'a'\nschedule = 'weekly'", ["tamis.toml:1: job.day: missing", "monday"]),
            ("[[job]]\nname = 'a'\nschedule = 'weekly'\nday = 1", ["tamis.toml:4: job.day", "monday"]),
            ("[[job]]\nname = 'a'\nschedule = 'monthly'\nday = 32", ["tamis.toml:4: job.day", "1 to 31"]),
            ("[[job]]\nname = 'a'\nschedule = 'daily'\nday = 2", ["tamis.toml:4: job.day", "remove it"]),
            ("[[job]]\nname = 'a'\nschedule = 'daily'\ntime = '25:00'", ["tamis.toml:4: job.time", "02:30"]),
            ("[[job]]\nname = 'a'\ntime = '02:00'", ["tamis.toml:3: job.time", "remove it"]),
            ("[[job]]\nname = 'a'\ninitial-run = 'no'", ["tamis.toml:3: job.initial-run", "all or changes"]),
            ("[[job]]\nname = 'a'\n[[job]]\nname = 'a'", ["tamis.toml:3: job.name", "choose another"]),
        ] {
            let error = parse(text).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
        }
    }
}
