//! What reading costs, measured: the table of `docs/performance.md` (Formats, and the log of Text for plain text), for the
//! recommended set on one core of a shared machine. A test holds the two together.

/// What reading a format costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Kilobytes on disk that one core reads in a second.
    pub kilobytes_a_second: u32,
    /// Tenths of a byte of text for each byte on disk.
    pub text_tenths: u32,
}

/// Of what is not in the table, or not known: what plain text costs.
pub const UNKNOWN: Cost = Cost { kilobytes_a_second: 192_000, text_tenths: 10 };

/// Format; megabytes on disk, megabytes of text (both in tenths), and hundredths of a second, as the document has them.
const MEASURED: &[(&str, u32, u32, u32)] = &[
    ("7z", 14, 83, 18),
    ("avro", 23, 23, 8),
    ("csv", 83, 83, 3),
    ("bzip2", 13, 83, 21),
    ("gzip", 19, 83, 4),
    ("xz", 14, 83, 15),
    ("zstd", 21, 83, 5),
    ("sqlite", 88, 77, 24),
    ("docx", 3, 25, 2),
    ("mail", 84, 82, 5),
    ("html", 132, 132, 14),
    ("json", 137, 137, 3),
    ("orc", 17, 77, 7),
    ("parquet", 35, 77, 32),
    ("pdf", 9, 9, 81),
    ("rtf", 86, 86, 10),
    ("xlsx", 41, 321, 32),
    ("yaml", 122, 122, 5),
    ("zip", 19, 83, 5),
];

/// Formats that cost what another does.
const LIKE: &[(&str, &str)] = &[
    ("tsv", "csv"),
    ("jsonl", "json"),
    ("xml", "html"),
    ("xls", "xlsx"),
    ("ods", "xlsx"),
    ("doc", "docx"),
    ("odt", "docx"),
    ("pptx", "docx"),
    ("mbox", "mail"),
];

/// What a format costs, by its name.
pub fn of_format(name: &str) -> Cost {
    let name = LIKE.iter().find(|(other, _)| *other == name).map_or(name, |(_, same)| same);
    let measured = MEASURED.iter().find(|(format, ..)| *format == name);
    measured.map_or(UNKNOWN, |(_, disk, text, hundredths)| Cost {
        kilobytes_a_second: disk * 10_000 / hundredths,
        text_tenths: text * 10 / disk,
    })
}

#[cfg(test)]
mod tests {
    use super::{LIKE, MEASURED, of_format};
    use crate::formats::named;

    #[test]
    fn the_table_is_that_of_the_document() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
        let document = std::fs::read_to_string(path).unwrap();
        for (name, disk, text, hundredths) in MEASURED {
            let format = named(name).unwrap();
            let figures = format!(
                "| {}.{} | {}.{} | {}.{:02} |",
                disk / 10,
                disk % 10,
                text / 10,
                text % 10,
                hundredths / 100,
                hundredths % 100
            );
            let row = document.lines().find(|line| {
                let file = line.split('|').nth(1).unwrap_or_default().trim();
                file.starts_with("a.") && format.extensions().iter().any(|e| file.ends_with(&format!(".{e}")))
            });
            assert!(row.is_some_and(|row| row.contains(&figures)), "{name}: {row:?} has not {figures}");
        }
    }

    #[test]
    fn every_name_is_a_format() {
        for (name, same) in LIKE {
            assert!(named(name).is_some() && named(same).is_some(), "{name}");
        }
        assert_eq!(of_format("csv").kilobytes_a_second, 83 * 10_000 / 3);
    }
}
