//! The words of Rich Text: which groups hold text, which words are a character, and the names of encodings.
//!
//! Knows nothing of groups inside one another.

use encoding_rs::Encoding;

/// What the text of a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    Text,
    /// Text that stands by itself.
    Aside,
    Skipped,
    Fonts,
    /// Hexadecimal digits of a picture or of an object.
    Picture,
    Object,
}

/// What a group is for whose first word this is; none where it goes on as the group around it.
pub(super) fn destination(word: &[u8], is_starred: bool) -> Option<Destination> {
    Some(match word {
        b"fonttbl" => Destination::Fonts,
        b"pict" => Destination::Picture,
        b"objdata" => Destination::Object,
        b"colortbl"
        | b"stylesheet"
        | b"listtable"
        | b"listoverridetable"
        | b"rsidtbl"
        | b"revtbl"
        | b"xmlnstbl"
        | b"themedata"
        | b"colorschememapping"
        | b"latentstyles"
        | b"datastore"
        | b"generator"
        | b"mmathPr"
        | b"fontemb"
        | b"fontfile"
        | b"panose"
        | b"falt"
        | b"blipuid"
        | b"blipuidtag"
        | b"objclass"
        | b"pgptbl"
        | b"wgrffmtfilter"
        | b"pnseclvl"
        | b"listtext"
        | b"listname"
        | b"levelnumbers"
        | b"leveltext"
        | b"sn"
        | b"filetbl"
        | b"bkmkstart"
        | b"bkmkend"
        | b"atrfstart"
        | b"atrfend"
        | b"atnref"
        | b"atndate"
        | b"passwordhash" => Destination::Skipped,
        b"footnote" | b"annotation" | b"header" | b"headerl" | b"headerr" | b"headerf" | b"footer" | b"footerl"
        | b"footerr" | b"footerf" | b"fldinst" | b"info" | b"title" | b"author" | b"shptxt" | b"sv" | b"docvar"
        | b"subject" | b"manager" | b"company" | b"operator" | b"category" | b"keywords" | b"comment" | b"doccomm"
        | b"hlinkbase" | b"propname" | b"staticval" | b"atnauthor" | b"atnid" => Destination::Aside,
        // A group that old readers should skip: its text, if any, counts.
        _ if is_starred => Destination::Aside,
        _ => return None,
    })
}

/// The text that a word stands for.
pub(super) fn written(word: &[u8]) -> Option<&'static str> {
    Some(match word {
        b"par" | b"line" | b"row" | b"sect" | b"page" | b"nestrow" | b"column" | b"softline" => "\n",
        b"tab" | b"cell" | b"nestcell" => "\t",
        b"emspace" | b"enspace" | b"qmspace" => " ",
        b"endash" => "\u{2013}",
        b"emdash" => "\u{2014}",
        b"lquote" => "\u{2018}",
        b"rquote" => "\u{2019}",
        b"ldblquote" => "\u{201c}",
        b"rdblquote" => "\u{201d}",
        b"bullet" => "\u{2022}",
        _ => return None,
    })
}

/// The encoding of a code page.
pub(super) fn code_page(number: i32) -> Option<&'static Encoding> {
    let label: &[u8] = match number {
        437 | 850 | 1252 => b"windows-1252",
        866 => b"ibm866",
        874 => b"windows-874",
        932 => b"shift_jis",
        936 => b"gbk",
        949 => b"euc-kr",
        950 => b"big5",
        1250 => b"windows-1250",
        1251 => b"windows-1251",
        1253 => b"windows-1253",
        1254 => b"windows-1254",
        1255 => b"windows-1255",
        1256 => b"windows-1256",
        1257 => b"windows-1257",
        1258 => b"windows-1258",
        10000 => b"macintosh",
        65001 => b"utf-8",
        _ => return None,
    };
    Encoding::for_label(label)
}

/// The encoding of a font's set of characters.
pub(super) fn character_set(number: i32) -> Option<&'static Encoding> {
    code_page(match number {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}
