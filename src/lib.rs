//! Finds sensitive data in folders, files and archives, and says where it is.

pub mod artifact;
pub mod cli;
mod decode;
pub mod detect;
pub mod dialect;
pub mod finding;
pub mod formats;
pub mod identifier;
pub mod limits;
pub mod location;
pub mod open;
pub mod plan;
pub mod report;
pub mod reports;
pub mod scan;
mod shape;
pub mod status;
pub mod text;
pub mod trial;
pub mod validators;
pub mod walk;
