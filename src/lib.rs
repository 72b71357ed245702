//! Finds sensitive data in folders, files and archives, and says where it is.

pub mod artifact;
mod decode;
pub mod detect;
pub mod finding;
pub mod formats;
pub mod identifier;
pub mod limits;
pub mod location;
pub mod report;
pub mod reports;
pub mod status;
pub mod text;
pub mod validators;
