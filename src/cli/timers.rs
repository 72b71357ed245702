//! `tamis init --cron` and `--systemd`: what runs the jobs of a configuration at their times.

use crate::config::{Config, JobEntry};
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes crontab lines, or systemd units, for all jobs into a folder; over files that are there only with `force`. `program`
/// and `file` are whole paths, since neither cron nor systemd begins where the user is. Gives the lines to say.
pub fn timers(
    config: &Config,
    systemd: bool,
    program: &Path,
    file: &Path,
    outputs: &dyn Fn(&JobEntry) -> Vec<PathBuf>,
    folder: &Path,
    force: bool,
) -> Result<String> {
    if config.jobs.is_empty() {
        bail!("{}: has no job; add one first: [[job]]", config.file);
    }
    let (files, advice) = if systemd {
        let units = units(config, program, file, outputs)?;
        let timed = config.jobs.iter().filter(|job| job.schedule.calendar().is_some());
        let timers: Vec<String> = timed.map(|job| format!("{}.timer", unit_name(job))).collect();
        let advice = format!(
            "Copy them to ~/.config/systemd/user, then: systemctl --user daemon-reload && \
             systemctl --user enable --now {}\nAs root: to /etc/systemd/system, and without --user.\n",
            timers.join(" ")
        );
        (units, advice)
    } else {
        let advice = "Add it to yours: (crontab -l; cat tamis.cron) | crontab -\n".to_owned();
        (vec![("tamis.cron".to_owned(), crontab(config, program, file)?)], advice)
    };
    if let Some((name, _)) = files.iter().find(|(name, _)| !force && folder.join(name).exists()) {
        bail!("{name} is here already; --force writes over it");
    }
    let mut said = String::new();
    for (name, text) in &files {
        let mut options = OpenOptions::new();
        let opened = options.write(true).create(true).create_new(!force).truncate(force).open(folder.join(name));
        let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("{name}: cannot be written"))?;
        let _ = writeln!(said, "{name} is written.");
    }
    Ok(said + &advice)
}

/// A text that cron's shell takes as one word. `%` ends a command there.
fn shell_word(text: &str) -> Result<String> {
    if text.contains(['\n', '\r']) {
        bail!("{text:?}: holds a line break, which no crontab line can; choose another name");
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Ok(format!("'{}'", text.replace('\'', "'\\''").replace('%', "\\%")))
}

fn text_of(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{}: is not UTF-8; call it something else", path.display()))
}

fn crontab(config: &Config, program: &Path, file: &Path) -> Result<String> {
    let mut out = String::from(
        "# Jobs of tamis: at each time, the job if it is due. cron mails what is said: nothing when all is well.\n\
         # A machine that sleeps at night: `0 * * * * … job run --all -q` catches up what was missed.\n",
    );
    let command = |job: &JobEntry| -> Result<String> {
        let words = [text_of(program)?, "job", "run", &job.name, "--config", text_of(file)?, "-q"];
        Ok(words.into_iter().map(shell_word).collect::<Result<Vec<_>>>()?.join(" "))
    };
    for job in &config.jobs {
        match job.schedule.crontab() {
            Some(times) => writeln!(out, "{times} {}", command(job)?)?,
            None => writeln!(out, "# once, by hand: {}", command(job)?)?,
        }
    }
    Ok(out)
}

/// A text that systemd takes as one word of a command line.
fn unit_word(text: &str) -> Result<String> {
    if text.chars().any(char::is_control) {
        bail!("{text:?}: holds a control character, which no unit can; choose another name");
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,".contains(c);
    Ok(if text.chars().all(is_plain) { escaped } else { format!("\"{escaped}\"") })
}

/// The name of a job's units.
fn unit_name(job: &JobEntry) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    format!("tamis-{}", job.name.chars().take(100).map(plain).collect::<String>())
}

fn units(
    config: &Config,
    program: &Path,
    file: &Path,
    outputs: &dyn Fn(&JobEntry) -> Vec<PathBuf>,
) -> Result<Vec<(String, String)>> {
    let mut files: Vec<(String, String)> = Vec::new();
    for job in &config.jobs {
        let name = unit_name(job);
        if files.iter().any(|(known, _)| *known == format!("{name}.service")) {
            bail!("{}:{}: job.name: its units would be called like another's; choose another", config.file, job.line);
        }
        let words = [text_of(program)?, "job", "run", &job.name, "--config", text_of(file)?, "-q"];
        let command = words.into_iter().map(unit_word).collect::<Result<Vec<_>>>()?.join(" ");
        let mut writable = String::new();
        for folder in outputs(job) {
            let _ = writeln!(writable, "ReadWritePaths={}", unit_word(text_of(&folder)?)?);
        }
        let described = job.name.replace('%', "%%");
        let service = format!(
            "[Unit]\n\
             Description=tamis job {described}\n\
             \n\
             [Service]\n\
             Type=oneshot\n\
             ExecStart={command}\n\
             # A finding is no failure of the unit; without this line OnFailure= tells of findings.\n\
             SuccessExitStatus=1\n\
             Nice=10\n\
             IOSchedulingClass=idle\n\
             # What is known of objects and the findings store: /var/lib/tamis, or ~/.local/state/tamis for a user's unit.\n\
             StateDirectory=tamis\n\
             Environment=XDG_STATE_HOME=%S\n\
             UMask=0077\n\
             NoNewPrivileges=yes\n\
             ProtectSystem=strict\n\
             {writable}"
        );
        files.push((format!("{name}.service"), service));
        if let Some(calendar) = job.schedule.calendar() {
            let timer = format!(
                "[Unit]\n\
                 Description=When the tamis job {described} runs\n\
                 \n\
                 [Timer]\n\
                 OnCalendar={calendar}\n\
                 RandomizedDelaySec=15m\n\
                 # A run that was missed is caught up when the machine is on again.\n\
                 Persistent=true\n\
                 \n\
                 [Install]\n\
                 WantedBy=timers.target\n"
            );
            files.push((format!("{name}.timer"), timer));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{shell_word, unit_word};

    #[test]
    fn words_are_one_word_each() {
        assert_eq!(shell_word("/usr/bin/tamis").unwrap(), "/usr/bin/tamis");
        assert_eq!(shell_word("it's 5% & more").unwrap(), r"'it'\''s 5\% & more'");
        assert!(shell_word("a\nb").is_err() && unit_word("a\nb").is_err());
        assert_eq!(unit_word("a b%c$d\"e").unwrap(), r#""a b%%c$$d\"e""#);
    }
}
