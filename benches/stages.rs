//! The stages one by one, on made-up data: `cargo bench`. Whole-process figures beside ripgrep's come from `benches/compare`.

use divan::Bencher;
use divan::counter::BytesCount;
use std::fmt::Write;
use std::ops::ControlFlow;
use tamis::artifact::ArtifactPath;
use tamis::detect::{Detector, Session, Settings};
use tamis::formats::{self, Content, Member, ReadError, Sink};
use tamis::identifier::managed;
use tamis::status::Reason;
use tamis::text::{Block, TextSource};

fn main() {
    divan::main();
}

const KINDS: [&str; 4] = ["prose", "log", "csv", "json"];

/// About 4 MB of a kind of text.
fn corpus(kind: &str) -> Vec<u8> {
    let mut text = String::new();
    let mut seed = 7u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    if kind == "csv" {
        text.push_str("id,name,amount,reference\n");
    }
    while text.len() < 4 << 20 {
        let (a, b) = (random(), random());
        let _ = match kind {
            "prose" => write!(
                text,
                "the quick brown fox number {} jumps over some lazy dogs and cats, again and again. ",
                a % 100
            ),
            "log" => writeln!(
                text,
                "2025-01-{:02}T10:00:00Z INFO worker-{} request id={a:08x}{b:08x} took {} ms",
                a % 28 + 1,
                b % 8,
                b % 900
            ),
            "csv" => writeln!(text, "{a},name{},{}.{:02},{a:010}{b:06}", b % 977, a % 9999, b % 100),
            _ => writeln!(
                text,
                "{{\"id\":{a},\"user\":{{\"name\":\"n{b}\",\"account\":\"{b:010}\"}},\"total\":{}}}",
                a % 999
            ),
        };
    }
    text.into_bytes()
}

/// A sink that inspects what it is given, or only reads it.
struct Bench<'d>(Option<Session<'d>>);

impl Sink for Bench<'_> {
    fn text(&mut self, source: &mut dyn TextSource) -> Result<ControlFlow<()>, ReadError> {
        if let Some(session) = &mut self.0 {
            session.text(source, &|| true)?;
            return Ok(ControlFlow::Continue(()));
        }
        let mut block = Block::default();
        while source.fill(&mut block)? {
            block.base = block.end();
            block.text.clear();
            block.fields.clear();
            source.release(block.base);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn member(&mut self, _: &Member<'_>, _: &mut dyn std::io::Read) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn stream(&mut self, _: &mut dyn std::io::Read) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn skip_member(&mut self, _: &Member<'_>, _: Reason, _: &str) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn partial(&mut self, _: Reason, _: &str) {}
}

fn run(text: &[u8], mut sink: Bench<'_>) {
    let mut content = Content::memory(b"data", text.to_vec());
    if let Some(format) = formats::recognize(&mut content) {
        let _ = format.read(&mut content, &mut sink);
    }
}

#[divan::bench(args = KINDS)]
fn reading(bencher: Bencher<'_, '_>, kind: &str) {
    let text = corpus(kind);
    bencher.counter(BytesCount::of_slice(&text)).bench(|| run(&text, Bench(None)));
}

#[divan::bench(args = KINDS)]
fn reading_and_detecting(bencher: Bencher<'_, '_>, kind: &str) {
    let text = corpus(kind);
    let Ok(detector) = managed().map(|all| Detector::new(all, Settings::default())) else { return };
    let bencher = bencher.counter(BytesCount::of_slice(&text));
    bencher.bench(|| run(&text, Bench(Some(Session::new(&detector, ArtifactPath::file("data"))))));
}

#[divan::bench]
fn start_up() {
    let _ = managed().map(|all| Detector::new(all, Settings::default()));
}
