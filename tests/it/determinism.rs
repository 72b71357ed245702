//! The same input gives the same bytes, for one thread and for many; the run's own times and ids aside.

use crate::containers::{gzip, tar, zip};
use crate::harness::Folder;
use serde_json::Value;

/// Takes out what belongs to the run and not to the input.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for name in ["jobId", "startedAt", "finishedAt", "createdAt", "updatedAt", "durationSeconds"] {
                map.remove(name);
            }
            if let Some(scan) = map.get_mut("scan").and_then(Value::as_object_mut) {
                scan.remove("id");
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn corpus(folder: &Folder) {
    let text =
        |n: usize| format!("row {n}\nssn {:03}-{:02}-{:04}\ncard 4539578763621486\n", 100 + n % 500, 1 + n % 99, 1 + n);
    for n in 0..60 {
        folder.write(&format!("d{}/f{n}.txt", n % 7), text(n));
    }
    let members: Vec<(String, String)> = (0..200).map(|n| (format!("m{n}.txt"), text(n))).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    let inner = zip(&members[..50]);
    let mut outer = members.clone();
    outer.push(("inner.zip", &inner));
    outer.push(("inner.zip", &inner));
    folder.write("big.tar.gz", gzip(&tar(&outer)));
    folder.write("big.zip", zip(&members));
    let lines = |line: fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let table = lines(|n| {
        format!("{n},ann{n}@example.org,{:03}-{:02}-{:04},4539578763621486\n", 100 + n % 500, 1 + n % 99, 1 + n % 9000)
    });
    let table = format!("id,email,ssn,card\n{table}");
    folder.write("long.csv.gz", gzip(table.as_bytes()));
    folder.write("long.csv", table);
    folder.write("long.log", lines(|n| format!("{n} INFO mail to bob{n}@example.org, card 4539578763621486 (done)\n")));
    let records =
        lines(|n| format!(r#"{{"n":{n},"user":{{"mail":"eve{n}@example.org","ssn":"536-90-{:04}"}}}},"#, 1 + n % 9000));
    folder.write("long.json", format!("[{records}0]"));
    folder.write("odd.json", odd(","));
    folder.write("odd.jsonl", odd("\n"));
}

/// Records with all that makes one unlike the others.
fn odd(between: &str) -> String {
    let record = |n: usize| {
        let ssn = format!("536-{:02}-{:04}", 1 + n % 99, 1 + n % 9000);
        match n {
            n if n % 1009 == 0 => format!(r#"{{"id":{n},"note":"tamis:allow","ssn":"{ssn}"}}"#),
            n if n % 1511 == 0 => {
                format!(r#"{{"id":{n},"note":"tamis\u003aallow USA_SOCIAL_SECURITY_NUMBER","ssn":"{ssn}"}}"#)
            }
            n if n % 2003 == 0 => format!(r#"{{"id":{n},"new{n}":{{"id":1}},"ssn":"{ssn}"}}"#),
            n if n % 3001 == 0 => {
                format!(r#"{{"id":"}},{{\"id\":1","ssn":"{ssn}","list":[{{"id":"{ssn}"}},{{"id":2}}]}}"#)
            }
            10_011 => format!(r#"{{"id":{n},'ssn':"{ssn}", // a comment {ssn}"#) + "\n}",
            n if n % 7 == 0 => format!(r#"{{"id":{n},"n\u00e4me":"Zo\u00eb \"{n}\"\n","ssn":"{ssn}"}}"#),
            n => format!(r#"{{"id":{n},"name":"Zoe {n}","ssn":"{ssn}"}}"#),
        }
    };
    let records: Vec<String> = (0..20_000).map(record).collect();
    match between {
        "," => format!(r#"{{"data":{{"rows":[{}],"end":"536-90-4399"}}}}"#, records.join(",")),
        _ => records.join(between),
    }
}

#[test]
fn threads_do_not_show() {
    let folder = Folder::new();
    corpus(&folder);
    let run = |threads: &str, more: &[&str]| {
        let mut args = vec!["-j", threads];
        args.extend(more);
        args.push(".");
        let mut result = folder.scan(&args);
        strip(&mut result);
        serde_json::to_string_pretty(&result).unwrap()
    };
    for more in [
        &[][..],
        &["--max-extracted", "9000"],
        &["--max-members", "100"],
        &["--max-occurrences", "1"],
        &["--max-occurrences", "9999"],
    ] {
        let one = run("1", more);
        for threads in ["2", "4", "8"] {
            assert!(one == run(threads, more), "{threads} threads differ from one under {more:?}");
        }
    }
}
