//! What one file defines, hands on and uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Names from the root of the crate to an item.
pub type Route = Vec<String>;

/// One file.
#[derive(Debug, Default)]
pub struct File {
    /// Where it lies.
    pub path: PathBuf,
    /// Lines, tests in the file left out.
    pub lines: usize,
    /// Names of the items it defines.
    pub defines: BTreeSet<String>,
    /// Names it hands on from elsewhere, and their routes.
    pub exports: BTreeMap<String, Route>,
    /// Modules all of whose names it hands on.
    pub globs: Vec<Route>,
    /// Routes of everything it uses.
    pub uses: BTreeSet<Route>,
}
