//! The words of `tamis identifiers`, as clap takes them.

use crate::identifier::Category;
use clap::{Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// What to do with the identifiers.
#[derive(Debug, Subcommand)]
pub enum IdentifiersCommand {
    /// List the identifiers that every filter lets through
    List(ListArgs),
    /// Show all there is to know of one identifier
    Show {
        /// Its ID
        id: String,
        /// Where identifiers of one's own are.
        #[command(flatten)]
        settings: Settings,
        /// What goes to standard output
        #[arg(short, long, value_name = "F", default_value = "text")]
        format: Form,
    },
    /// Turn gitleaks' rules (TOML) or Macie's custom data identifiers (JSON) into a file for --custom, on standard output;
    /// what could not be carried over is said on standard error
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Where to write what the rules allow everywhere, a list for --allow
        #[arg(long, value_name = "FILE")]
        allow_list: Option<PathBuf>,
    },
    /// Try identifiers on a text, or on their own examples, and say why each candidate was kept or dropped
    #[command(
        after_help = "Without FILE, the identifier's own examples are run; exit status 1 if one fails. With FILE or `-`, every candidate in it is listed: what is kept is what `tamis scan --identifiers ID` finds."
    )]
    Test(TestArgs),
}

/// What a scan here would know besides the managed identifiers: its flags, and the configuration file.
#[derive(Debug, clap::Args)]
pub struct Settings {
    /// A file of custom identifiers [default: those of the configuration file]; repeatable
    #[arg(long, value_name = "FILE")]
    pub custom: Vec<PathBuf>,
    /// The configuration file [default: the nearest tamis.toml from the working folder upwards]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

impl Settings {
    /// The words that tell a scan the same.
    pub(super) fn words(&self) -> Vec<OsString> {
        let path = |flag: &str, path: &PathBuf| [OsString::from(flag), path.into()];
        let mut words: Vec<OsString> = self.custom.iter().flat_map(|file| path("--custom", file)).collect();
        words.extend(self.config.iter().flat_map(|file| path("--config", file)));
        words.extend(self.no_config.then(|| "--no-config".into()));
        words
    }
}

/// The words of `tamis identifiers list`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Which: `recommended`, `all`, or a comma list of IDs, globs, categories and `-` exclusions
    #[arg(long, value_name = "SEL", default_value = "all", allow_hyphen_values = true)]
    pub identifiers: String,
    /// Only one category
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<CategoryWord>,
    /// Only one country's, by its ISO 3166 code of two letters
    #[arg(long, value_name = "CODE")]
    pub country: Option<String>,
    /// Only those with a tag: `PII`, `PHI`, a regulation, a provider
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Only the default set
    #[arg(long)]
    pub recommended: bool,
    /// Where identifiers of one's own are.
    #[command(flatten)]
    pub settings: Settings,
    /// What goes to standard output
    #[arg(short, long, value_name = "F", default_value = "text")]
    pub format: Form,
}

impl ListArgs {
    /// The category as it can be typed.
    pub(super) fn category_word(&self) -> String {
        let value = self.category.and_then(|c| c.to_possible_value());
        value.map(|v| v.get_name().to_owned()).unwrap_or_default()
    }
}

/// The words of `tamis identifiers test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// An ID or a selection [default: all]; a word that names no identifier but a file is the FILE
    #[arg(value_name = "ID")]
    pub id: Option<OsString>,
    /// The text, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub file: Option<OsString>,
    /// Where identifiers of one's own are.
    #[command(flatten)]
    pub settings: Settings,
    /// An allow list; repeatable
    #[arg(long, value_name = "FILE")]
    pub allow: Vec<PathBuf>,
    /// Say who lost against whom, and by which rule; for examples that pass, too, what came of each candidate
    #[arg(long)]
    pub explain: bool,
    /// Show matched text
    #[arg(long)]
    pub reveal: bool,
    /// What goes to standard output
    #[arg(short, long, value_name = "F", default_value = "text")]
    pub format: Form,
}

impl IdentifiersCommand {
    /// The words that settle a scan which knows what this command knows.
    pub fn scan_words(&self) -> Vec<OsString> {
        match self {
            Self::List(args) => args.settings.words(),
            Self::Show { settings, .. } => settings.words(),
            Self::Import { .. } => vec!["--no-config".into()],
            Self::Test(args) => {
                let mut words = args.settings.words();
                words.extend(args.allow.iter().flat_map(|file| [OsString::from("--allow"), file.into()]));
                words
            }
        }
    }
}

/// What goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// A category as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CategoryWord {
    /// Secrets of machines.
    #[value(alias = "CREDENTIALS")]
    Credentials,
    /// Card and account numbers.
    #[value(alias = "financial_information", alias = "FINANCIAL_INFORMATION")]
    Financial,
    /// Data about people, health data included.
    #[value(alias = "personal_information", alias = "PERSONAL_INFORMATION")]
    Personal,
    /// What a user's own identifier finds.
    #[value(alias = "custom_identifier", alias = "CUSTOM_IDENTIFIER")]
    Custom,
}

impl From<CategoryWord> for Category {
    fn from(word: CategoryWord) -> Self {
        match word {
            CategoryWord::Credentials => Self::Credentials,
            CategoryWord::Financial => Self::FinancialInformation,
            CategoryWord::Personal => Self::PersonalInformation,
            CategoryWord::Custom => Self::CustomIdentifier,
        }
    }
}
