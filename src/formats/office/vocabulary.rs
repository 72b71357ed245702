//! What elements and attributes mean for the text of a document: Office Open XML, `OpenDocument`, and the XHTML of books.
//!
//! An element that is not known here still has its text read: on a line of its own.

/// What an element is for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its text stands by itself, on its own line.
    Loose,
    /// Its text is part of a paragraph.
    Joined,
    /// A line.
    Paragraph,
    /// A cell of a table, a row of one.
    Cell,
    Row,
    /// A line break, a tab, a space.
    Break,
    Tab,
    Space,
    /// A hyphen as an element.
    Hyphen,
    /// Its text stands behind the paragraph that holds it.
    Aside,
    /// Two versions of the same content.
    Choice,
    Fallback,
    /// Deleted words that are kept.
    Deleted,
    /// The code of a field, and what ends one.
    Code,
    FieldEnd,
    /// Measures and pictures as text.
    Dropped,
}

/// The vocabulary of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// Office Open XML.
    Office,
    /// The relationships of an Office Open XML part.
    Links,
    /// The values that a pivot table was made from.
    Pivot,
    /// `OpenDocument`.
    Open,
    /// XHTML.
    Web,
}

impl Vocabulary {
    /// What an element is, inside of one of this kind.
    pub(super) fn kind(self, name: &[u8], parent: Kind) -> Kind {
        match self {
            Self::Office | Self::Links | Self::Pivot => office(name, parent),
            Self::Open => open(name, parent),
            Self::Web => web(name),
        }
    }

    /// Whether white space in text is one space.
    pub(super) fn collapses(self) -> bool {
        matches!(self, Self::Open | Self::Web)
    }

    /// Whether an attribute's value is text that a reader may see.
    pub(super) fn is_text(self, element: &[u8], name: &[u8], value: &[u8]) -> bool {
        match self {
            Self::Links => name == b"Target" && is_link(value),
            Self::Pivot => name == b"v" && matches!(element, b"s" | b"n" | b"d"),
            _ => match name {
                b"descr" | b"title" | b"alt" | b"tooltip" | b"prompt" | b"promptTitle" | b"errorTitle"
                | b"connection" | b"command" | b"sourceFile" | b"displayName" | b"userId" | b"author" | b"instr"
                | b"string-value" | b"current-value" | b"displayText" | b"userName" => true,
                b"content" => self == Self::Web,
                b"name" => match element {
                    b"sheet" | b"definedName" => true,
                    // Of a picture it is the name of its file.
                    b"cNvPr" | b"docPr" => !is_numbered(value),
                    _ => false,
                },
                b"string" => element == b"textpath",
                b"error" => element == b"dataValidation",
                b"url" => element == b"webPr",
                b"value" => self == Self::Web || matches!(element, b"text" | b"textarea" | b"listItem" | b"ocxPr"),
                b"href" | b"src" => is_link(value),
                b"val" => matches!(
                    element,
                    b"docVar"
                        | b"connectString"
                        | b"query"
                        | b"udl"
                        | b"alias"
                        | b"tag"
                        | b"listEntry"
                        | b"default"
                        | b"helpText"
                        | b"statusText"
                        | b"sheetName"
                ),
                _ => false,
            },
        }
    }

    /// Whether an attribute names the text of its element, as a property's name does.
    pub(super) fn is_name(self, element: &[u8], name: &[u8]) -> bool {
        match self {
            Self::Office => name == b"name" && matches!(element, b"property" | b"docVar"),
            Self::Open => name == b"name" && element == b"user-defined",
            _ => false,
        }
    }
}

/// Whether a target lies outside of the document.
fn is_link(value: &[u8]) -> bool {
    let scheme = value.split(|b| *b == b':').next().unwrap_or_default();
    scheme.len() < value.len()
        && scheme.len() > 1
        && scheme.iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
}

/// Whether a name is one that a program makes up: `Text Box 7`.
fn is_numbered(name: &[u8]) -> bool {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && name[..name.len() - digits].ends_with(b" ")
}

fn office(name: &[u8], parent: Kind) -> Kind {
    match name {
        // Words that were moved are read where they are now.
        _ if parent == Kind::Dropped || name == b"moveFrom" => Kind::Dropped,
        b"t" => Kind::Joined,
        b"p" | b"comment" | b"si" => Kind::Paragraph,
        b"tc" => Kind::Cell,
        b"tr" => Kind::Row,
        b"br" | b"cr" => Kind::Break,
        b"tab" | b"ptab" => Kind::Tab,
        b"noBreakHyphen" => Kind::Hyphen,
        b"txbxContent" | b"textbox" => Kind::Aside,
        b"Choice" => Kind::Choice,
        b"Fallback" => Kind::Fallback,
        b"delText" => Kind::Deleted,
        b"instrText" | b"delInstrText" => Kind::Code,
        b"fldChar" => Kind::FieldEnd,
        b"posOffset" | b"pctWidth" | b"pctHeight" | b"pctPosHOffset" | b"pctPosVOffset" | b"align" | b"fldData"
        | b"formatCode" | b"rPh" | b"ptCount" | b"binData" | b"colOff" | b"rowOff" | b"Anchor" => Kind::Dropped,
        _ => Kind::Loose,
    }
}

fn open(name: &[u8], parent: Kind) -> Kind {
    match name {
        b"p" | b"h" => Kind::Paragraph,
        b"s" => Kind::Space,
        b"tab" => Kind::Tab,
        b"line-break" => Kind::Break,
        b"table-cell" | b"covered-table-cell" => Kind::Cell,
        b"table-row" => Kind::Row,
        b"annotation" | b"note" | b"text-box" | b"ruby-text" | b"desc" | b"title" | b"change-info" => Kind::Aside,
        b"binary-data" => Kind::Dropped,
        _ => match parent {
            Kind::Paragraph | Kind::Joined => Kind::Joined,
            Kind::Dropped => Kind::Dropped,
            _ => Kind::Loose,
        },
    }
}

fn web(name: &[u8]) -> Kind {
    match name {
        b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"li" | b"ul" | b"ol" | b"dl" | b"dt"
        | b"dd" | b"table" | b"section" | b"article" | b"aside" | b"header" | b"footer" | b"blockquote" | b"pre"
        | b"title" | b"body" | b"head" | b"html" | b"figure" | b"figcaption" | b"address" | b"form" | b"navPoint"
        | b"text" | b"docTitle" | b"script" | b"style" | b"nav"
        // What a book says of itself.
        | b"creator" | b"contributor" | b"subject" | b"description" | b"publisher" | b"identifier" | b"rights"
        | b"source" | b"relation" | b"coverage" | b"date" | b"meta" => Kind::Paragraph,
        b"td" | b"th" => Kind::Cell,
        b"tr" => Kind::Row,
        b"br" | b"hr" => Kind::Break,
        _ => Kind::Joined,
    }
}
