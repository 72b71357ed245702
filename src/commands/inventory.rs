//! `tamis inventory`: what is there, without reading it.

use super::print;
use anyhow::Result;
use std::process::ExitCode;
use tamis::cli::{self, InventoryArgs};

/// Takes the inventory and prints it.
pub(crate) fn run(args: &InventoryArgs) -> Result<ExitCode> {
    Ok(print(cli::take_inventory(args)?.as_bytes()))
}
