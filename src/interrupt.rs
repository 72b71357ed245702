//! Signals: the first one ends the scan with what was found so far, a second SIGINT ends the program at once.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Bytes that are read from a stream at once.
const PIECE: usize = 64 << 10;

/// Which signal came, if any.
pub(crate) struct Interrupt {
    flag: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Catches the signals from here on.
    pub(crate) fn install() -> io::Result<Self> {
        let interrupt = Self { flag: Arc::default(), signal: Arc::default() };
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&interrupt.flag))?;
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                let number = usize::from(signal.unsigned_abs() as u16);
                signal_hook::flag::register_usize(signal, Arc::clone(&interrupt.signal), number)?;
                signal_hook::flag::register(signal, Arc::clone(&interrupt.flag))?;
            }
        }
        Ok(interrupt)
    }

    /// Set once a signal came.
    pub(crate) fn flag(&self) -> &Arc<AtomicBool> {
        &self.flag
    }

    /// The exit status of an interrupted program: 128 and the signal; SIGHUP counts as SIGTERM.
    pub(crate) fn exit_status(&self) -> Option<u8> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            2 => Some(130),
            _ => Some(143),
        }
    }

    /// A file, or standard input if there is no path, that ends when a signal comes: a plain read of a pipe would wait for
    /// its writer for ever, and so may opening it.
    pub(crate) fn stream(&self, path: Option<&Path>) -> Box<dyn Read> {
        let path = path.map(Path::to_owned);
        Box::new(Stream { pieces: pieces(path), flag: Arc::clone(&self.flag), piece: Vec::new(), taken: 0 })
    }
}

struct Stream {
    pieces: Receiver<io::Result<Vec<u8>>>,
    flag: Arc<AtomicBool>,
    piece: Vec<u8>,
    taken: usize,
}

fn pieces(path: Option<PathBuf>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(4);
    std::thread::spawn(move || {
        let opened: io::Result<Box<dyn Read>> = match path {
            None => Ok(Box::new(io::stdin().lock())),
            Some(path) => File::open(path).map(|file| Box::new(file) as _),
        };
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(error) => return drop(sender.send(Err(error))),
        };
        loop {
            let mut piece = vec![0; PIECE];
            let read = reader.read(&mut piece).map(|count| {
                piece.truncate(count);
                piece
            });
            let ends = !matches!(&read, Ok(piece) if !piece.is_empty());
            if sender.send(read).is_err() || ends {
                return;
            }
        }
    });
    receiver
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.piece.len() {
            match self.pieces.recv_timeout(Duration::from_millis(50)) {
                Ok(piece) => {
                    (self.piece, self.taken) = (piece?, 0);
                    if self.piece.is_empty() {
                        return Ok(0);
                    }
                }
                Err(RecvTimeoutError::Timeout) if !self.flag.load(Ordering::Relaxed) => {}
                Err(_) => return Ok(0),
            }
        }
        let count = buffer.len().min(self.piece.len() - self.taken);
        buffer[..count].copy_from_slice(&self.piece[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
