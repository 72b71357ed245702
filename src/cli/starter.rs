//! `tamis init`: a commented configuration to begin with.

use crate::config::FILE;
use anyhow::{Context, Result, bail};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// What is written.
pub(super) const STARTER: &str = include_str!("starter.toml");

/// Writes it into a folder; over a file that is there only with `force`. Gives the line to say.
pub fn init(folder: &Path, force: bool) -> Result<String> {
    let path = folder.join(FILE);
    if !force && path.exists() {
        bail!("{FILE} is here already; --force writes over it");
    }
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).create_new(!force).truncate(force).open(&path);
    let written = file.and_then(|mut file| file.write_all(STARTER.as_bytes()));
    written.with_context(|| format!("{FILE}: cannot be written"))?;
    Ok(format!("{FILE} is written. `tamis config check` checks it, `tamis config show` says what is in force.\n"))
}

#[cfg(test)]
mod tests {
    use super::STARTER;
    use crate::cli::settled::keys;
    use crate::config::Config;

    #[test]
    fn it_is_right_as_written_and_with_everything_switched_on() {
        assert!(Config::parse("tamis.toml", STARTER, &keys()).unwrap().settings.is_empty());
        // What is switched off begins with `#`, a remark with `# `.
        let on: Vec<&str> = STARTER
            .lines()
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with([' ', ':'])).unwrap_or(line))
            .collect();
        let config = Config::parse("tamis.toml", &on.join("\n"), &keys()).unwrap();
        assert!(config.settings.len() >= 15, "{}", config.settings.len());
        assert!(config.allow_lists.len() == 2 && config.suppressions.len() == 2 && config.jobs.len() == 1);
    }
}
