//! `--notify`: tells another program of new findings. It gets the summary on standard input, and no matched text.

use anyhow::{Context, Result, bail};
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long the command may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs a command with `summary` on its standard input. What it prints goes to standard error: standard output is a report's.
pub(crate) fn notify(words: &[String], summary: Vec<u8>) -> Result<()> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(io::stderr())
        .spawn()
        .with_context(|| format!("--notify {program}: cannot be run"))?;
    if let Some(mut pipe) = child.stdin.take() {
        // A command that does not read is no error; it may end at any time.
        thread::spawn(move || drop(pipe.write_all(&summary)));
    }
    wait(&mut child).with_context(|| format!("--notify {program}"))
}

fn wait(child: &mut Child) -> Result<()> {
    let begun = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("ended with {status}"),
            None if begun.elapsed() >= PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                bail!("took more than {} s, and was ended", PATIENCE.as_secs());
            }
            None => thread::sleep(PAUSE),
        }
    }
}
