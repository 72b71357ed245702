//! `tamis init`: files to begin with: a commented configuration, a hook, a CI job. None is written over without `--force`.

use super::nightly::TimerArgs;
use crate::config::FILE;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// The words of `tamis init`.
#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of its own.
pub struct InitArgs {
    /// Write .pre-commit-config.yaml: a scan of what is staged, before each commit
    #[arg(long)]
    pub pre_commit: bool,
    /// Write .github/workflows/tamis.yml: a scan of each push and pull request
    #[arg(long)]
    pub github: bool,
    /// Write .gitlab-ci.yml: a scan of each pipeline
    #[arg(long)]
    pub gitlab: bool,
    /// What runs the jobs.
    #[command(flatten)]
    pub timers: TimerArgs,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

/// A file to begin with.
struct Starter {
    path: &'static str,
    text: &'static str,
    next: &'static str,
}

const CONFIGURATION: Starter = Starter {
    path: FILE,
    text: include_str!("setup/tamis.toml"),
    next: "`tamis config check` checks it, `tamis config show` says what is in force.",
};
const PRE_COMMIT: Starter = Starter {
    path: ".pre-commit-config.yaml",
    text: include_str!("setup/pre-commit.yaml"),
    next: "`pre-commit install` puts the hook in place, `git commit` runs it.",
};
const GITHUB: Starter = Starter {
    path: ".github/workflows/tamis.yml",
    text: include_str!("setup/github.yml"),
    next: "Commit it; findings show under Security, Code scanning, and as annotations of the run.",
};
const GITLAB: Starter = Starter {
    path: ".gitlab-ci.yml",
    text: include_str!("setup/gitlab.yml"),
    next: "Commit it; findings show as tests of the merge request, and in the vulnerability report where the plan has one.",
};

/// Writes what was asked for into a folder, the configuration if nothing was. Gives the lines to say.
pub fn init(folder: &Path, args: &InitArgs) -> Result<String> {
    let wanted = [(args.pre_commit, &PRE_COMMIT), (args.github, &GITHUB), (args.gitlab, &GITLAB)];
    let mut files: Vec<&Starter> = wanted.into_iter().filter(|(is, _)| *is).map(|(_, file)| file).collect();
    if files.is_empty() {
        files.push(&CONFIGURATION);
    }
    // All or nothing: the first file is not written when the second cannot be.
    for file in &files {
        if !args.force && folder.join(file.path).symlink_metadata().is_ok() {
            let add =
                if file.path == FILE { String::new() } else { format!(". To add to it by hand:\n\n{}", file.text) };
            bail!("{} is here already; --force writes over it{add}", file.path);
        }
    }
    let mut said = String::new();
    for file in files {
        write(folder, file, args.force).with_context(|| format!("{}: cannot be written", file.path))?;
        let _ = writeln!(said, "{} is written. {}", file.path, file.next);
    }
    Ok(said)
}

fn write(folder: &Path, file: &Starter, force: bool) -> std::io::Result<()> {
    let path = folder.join(file.path);
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).create_new(!force).truncate(force).open(&path)?.write_all(file.text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::CONFIGURATION;
    use crate::cli::settled::keys;
    use crate::config::Config;

    #[test]
    fn it_is_right_as_written_and_with_everything_switched_on() {
        let starter = CONFIGURATION.text;
        assert!(Config::parse("tamis.toml", starter, &keys()).unwrap().settings.is_empty());
        // What is switched off begins with `#`, a remark with `# `.
        let on: Vec<&str> = starter
            .lines()
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with([' ', ':'])).unwrap_or(line))
            .collect();
        let config = Config::parse("tamis.toml", &on.join("\n"), &keys()).unwrap();
        assert!(config.settings.len() >= 15, "{}", config.settings.len());
        assert!(config.allow_lists.len() == 2 && config.suppressions.len() == 2);
    }
}
