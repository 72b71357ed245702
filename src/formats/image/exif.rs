//! EXIF, which is a TIFF without a picture, and TIFF itself: its directories, and the fields in them that hold text.
//!
//! Directories may point anywhere, so each is read once and their number is bounded. Source: TIFF 6.0, EXIF 2.32.

use super::{Metadata, iptc, text_of};
use encoding_rs::UTF_16LE;
use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};

/// Directories, and fields of one.
const DIRECTORIES: usize = 1024;
const FIELDS: u16 = 4096;
/// Bytes of a field.
const LONGEST: u64 = 4 << 20;

/// Reads the directories from the start on; what is damaged or cut ends it.
pub(super) fn read<R: Read + Seek + ?Sized>(input: &mut R, found: &mut Metadata) -> io::Result<()> {
    let mut tiff = Tiff { input, is_big_endian: false, is_wide: false };
    let head = tiff.at(0, 16)?;
    tiff.is_big_endian = head.starts_with(b"MM");
    tiff.is_wide = head.get(2..4).is_some_and(|mark| mark.contains(&b'+'));
    // What begins with a plus has 64 bits where the other has 32, and says so first.
    let Some(first) = tiff.numbers(&head, tiff.width()).nth(1) else { return Ok(()) };
    let mut waiting = vec![(first, Group::Image)];
    let mut seen = HashSet::new();
    while let Some((at, group)) = waiting.pop() {
        if at != 0 && seen.len() < DIRECTORIES && seen.insert(at) {
            tiff.directory(at, group, &mut waiting, found)?;
        }
    }
    Ok(())
}

/// Which directory it is: numbers of fields mean different things in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Image,
    Gps,
}

/// Latitude and longitude on their way: degrees, minutes, seconds, and whether they count down.
#[derive(Default)]
struct Position {
    angles: [Option<f64>; 2],
    is_negative: [bool; 2],
}

struct Tiff<'r, R: ?Sized> {
    input: &'r mut R,
    is_big_endian: bool,
    /// Whether it is a `BigTIFF`.
    is_wide: bool,
}

impl<R: Read + Seek + ?Sized> Tiff<'_, R> {
    /// Bytes of a place in the file.
    fn width(&self) -> usize {
        if self.is_wide { 8 } else { 4 }
    }

    /// Up to `length` bytes from a place on; fewer at the end.
    fn at(&mut self, place: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.input.seek(SeekFrom::Start(place))?;
        Read::take(&mut *self.input, length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Numbers of so many bytes.
    fn numbers(&self, bytes: &[u8], size: usize) -> impl Iterator<Item = u64> {
        let is_big_endian = self.is_big_endian;
        bytes.chunks_exact(size).map(move |bytes| {
            let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
            if is_big_endian { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
        })
    }

    fn directory(
        &mut self,
        at: u64,
        group: Group,
        waiting: &mut Vec<(u64, Group)>,
        found: &mut Metadata,
    ) -> io::Result<()> {
        let width = self.width();
        let counter = if self.is_wide { 8 } else { 2 };
        let head = self.at(at, counter as u64)?;
        let count = self.numbers(&head, counter).next().unwrap_or(0).min(FIELDS.into());
        let size_of_entry = 4 + 2 * width;
        let bytes = self.at(at.saturating_add(counter as u64), count * size_of_entry as u64 + width as u64)?;
        let (entries, next) = bytes.split_at(bytes.len().min(count as usize * size_of_entry));
        if let Some(next) = self.numbers(next, width).next() {
            waiting.push((next, group));
        }
        let mut position = Position::default();
        for entry in entries.chunks_exact(size_of_entry) {
            let short: Vec<u64> = self.numbers(&entry[..4], 2).collect();
            let (tag, kind) = (short[0], short[1]);
            let long: Vec<u64> = self.numbers(&entry[4..], width).collect();
            let Some(size) = size(kind) else { continue };
            let length = (size as u64).saturating_mul(long[0]);
            if !is_wanted(tag, kind, group) || length > LONGEST {
                continue;
            }
            let value = if length <= width as u64 {
                entry[4 + width..][..length as usize].to_vec()
            } else {
                self.at(long[1], length)?
            };
            match group {
                Group::Gps => self.position(tag, &value, &mut position, found),
                Group::Image => match tag {
                    0x8769 | 0xA005 | 0x014A => {
                        waiting.extend(self.numbers(&value, size).take(DIRECTORIES).map(|at| (at, Group::Image)));
                    }
                    0x8825 => waiting.extend(self.numbers(&value, size).take(1).map(|at| (at, Group::Gps))),
                    _ => self.text(tag, &value, found),
                },
            }
        }
        if let ([Some(latitude), Some(longitude)], [south, west]) = (position.angles, position.is_negative) {
            let signed = |angle: f64, is_negative| if is_negative { -angle } else { angle };
            let text = format!("{:.6}, {:.6}", signed(latitude, south), signed(longitude, west));
            found.field("GPS coordinates", &text);
        }
        Ok(())
    }

    fn position(&self, tag: u64, value: &[u8], position: &mut Position, found: &mut Metadata) {
        match tag {
            1 | 3 => position.is_negative[tag as usize / 2] = matches!(value.first(), Some(b'S' | b'W')),
            2 | 4 => {
                let numbers: Vec<u64> = self.numbers(value, 4).collect();
                #[expect(clippy::cast_precision_loss, reason = "32 bits fit")]
                let parts = numbers.chunks_exact(2).map(|pair| pair[0] as f64 / pair[1].max(1) as f64);
                let angle = parts.zip([1.0, 60.0, 3600.0]).map(|(part, unit)| part / unit).sum();
                position.angles[tag as usize / 2 - 1] = (!numbers.is_empty()).then_some(angle);
            }
            _ => found.field("GPS area", &self.marked(value)),
        }
    }

    fn text(&self, tag: u64, value: &[u8], found: &mut Metadata) {
        match tag {
            0x02BC => found.packet(value.to_vec()),
            0x83BB | 0x8649 => iptc::resources(value, found),
            0x9286 => found.field("User comment", &self.marked(value)),
            0x9C9B..=0x9C9F => {
                let name = ["Title", "Comment", "Author", "Keywords", "Subject"][tag as usize - 0x9C9B];
                found.field(name, &UTF_16LE.decode_without_bom_handling(value).0);
            }
            // Several texts may stand in one field.
            _ => value.split(|byte| *byte == 0).for_each(|text| found.field(name(tag), &text_of(text))),
        }
    }

    /// A text behind eight bytes that say how it is written.
    fn marked(&self, value: &[u8]) -> String {
        let Some((mark, text)) = value.split_first_chunk::<8>() else { return String::new() };
        match mark {
            b"UNICODE\0" => {
                let units: Vec<u16> = self.numbers(text, 2).map(|unit| unit as u16).collect();
                String::from_utf16_lossy(&units)
            }
            b"JIS\0\0\0\0\0" => encoding_rs::ISO_2022_JP.decode_without_bom_handling(text).0.into_owned(),
            b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => text_of(text),
            _ => crate::formats::readable(value).unwrap_or_default().to_owned(),
        }
    }
}

/// Bytes of one value of a type.
fn size(kind: u64) -> Option<usize> {
    Some(match kind {
        1 | 2 | 6 | 7 | 129 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => return None,
    })
}

/// Whether a field holds text, or leads to more fields.
fn is_wanted(tag: u64, kind: u64, group: Group) -> bool {
    match group {
        Group::Gps => matches!(tag, 1..=4 | 0x1B | 0x1C),
        Group::Image => {
            let is_text = matches!(kind, 2 | 129);
            is_text
                || matches!(
                    tag,
                    0x8769 | 0xA005 | 0x014A | 0x8825 | 0x02BC | 0x83BB | 0x8649 | 0x9286 | 0x9C9B..=0x9C9F
                )
        }
    }
}

/// The name of a field of text; empty for those that nobody reads by name.
fn name(tag: u64) -> &'static str {
    match tag {
        0x010D => "Document name",
        0x010E => "Description",
        0x010F => "Make",
        0x0110 => "Model",
        0x011D => "Page name",
        0x0131 => "Software",
        0x0132 => "Date",
        0x013B => "Artist",
        0x013C => "Host computer",
        0x8298 => "Copyright",
        0x9003 => "Date taken",
        0x9004 => "Date digitized",
        0x9010..=0x9012 => "Time zone",
        0x9290..=0x9292 => "Fraction of a second",
        0xA420 => "Image id",
        0xA430 => "Camera owner",
        0xA431 | 0xC62F => "Camera serial number",
        0xA433 => "Lens make",
        0xA434 => "Lens model",
        0xA435 => "Lens serial number",
        0xC614 => "Camera model",
        _ => "",
    }
}
