//! A sink that reads all it is given, up to 16 MiB in all, and then says that it has had enough.

use std::io::Read;
use std::ops::ControlFlow;
use tamis::formats::{Content, FORMATS, Member, ReadError, Sink};
use tamis::status::Reason;
use tamis::text::{Block, TextSource};

const CAP: u64 = 16 << 20;

/// Counts what a format gives: the same input must give the same counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Draining {
    bytes: u64,
    calls: u64,
}

impl Draining {
    fn drain(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        let mut buffer = [0; 4096];
        while self.bytes < CAP {
            match content.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => self.bytes += count as u64,
            }
        }
        self.flow()
    }

    fn flow(&mut self) -> ControlFlow<()> {
        self.calls += 1;
        if self.bytes < CAP { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

impl Sink for Draining {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        let mut block = Block::default();
        while self.bytes < CAP && source.fill(&mut block)? {
            self.bytes += block.text.len() as u64;
            block.base = block.end();
            block.text.clear();
            block.fields.clear();
        }
        Ok(self.flow())
    }

    fn member(&mut self, _: &Member<'_>, content: &mut dyn Read) -> ControlFlow<()> {
        self.drain(content)
    }

    fn stream(&mut self, content: &mut dyn Read) -> ControlFlow<()> {
        self.drain(content)
    }

    fn skip_member(&mut self, _: &Member<'_>, _: Reason, _: &str) -> ControlFlow<()> {
        self.flow()
    }

    fn partial(&mut self, _: Reason, _: &str) {
        self.calls += 1;
    }
}

/// Reads the bytes twice with the format of a name, whether it recognises them or not.
pub fn read(name: &str, bytes: &[u8]) {
    let format = FORMATS.iter().find(|format| format.name() == name).expect("the format is in the list");
    let counts = [(); 2].map(|()| {
        let mut sink = Draining::default();
        let mut content = Content::stream(b"fuzz", bytes);
        format.recognizes(&mut content);
        let is_ok = format.read(&mut content, &mut sink).is_ok();
        (sink, is_ok)
    });
    assert_eq!(counts[0], counts[1]);
}
