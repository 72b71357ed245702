//! Finds sensitive data in folders, files and archives, and says where it is.

pub mod allow_list;
pub mod artifact;
pub mod cli;
pub mod config;
mod decode;
pub mod detect;
pub mod dialect;
pub mod finding;
pub mod formats;
pub mod identifier;
pub mod imports;
pub mod limits;
pub mod location;
pub mod mistake;
pub mod open;
pub mod plan;
pub mod report;
pub mod reports;
pub mod scan;
mod shape;
pub mod sources;
pub mod status;
mod suppress;
pub mod suppression;
pub mod text;
pub mod trial;
pub mod validators;
