//! Published figures beside simulated ones: how far the simulator is from chips that were built and measured.
//!
//! A [`Chip`] is a TOML file with points (docs/validation.md tells its keys); those that come with the program are in
//! `arch/validation/`. A point names a machine, what of it is changed, perhaps a network, and the published figure with its
//! source. Figures that hold for a machine as it stands are in its own `[[published]]` and are taken from there, so that no
//! figure is stated twice. [`validate`] gives a [`Row`] for each; a point that cannot be compared is a row that says why.

pub mod chip;
pub mod liang;
pub mod network;
pub mod page;
pub mod point;
pub mod row;
pub mod simulate;
pub mod stats;
pub mod table;
pub mod validation;
pub mod value;

pub use chip::{Chip, Kind};
pub use point::Point;
pub use row::{Row, Verdict};
pub use stats::Summary;
pub use validation::{Validation, validate};
pub use value::{Quantity, Value};

use crate::error::Error;
use crosscut_arch::validations;
use crosscut_traces::suggest::hint;
use std::path::Path;

/// The chips of a name: `all`, one that comes with the program, a file of points, a machine with `[[published]]`, or a
/// folder of such files.
///
/// # Errors
/// If there is no such chip or file, or a file cannot be read.
pub fn chips(name: &str) -> Result<Vec<Chip>, Error> {
    let known = || validations().iter().map(|(name, _)| *name);
    if name == "all" {
        return known().map(embedded).collect();
    }
    if known().any(|k| k == name) {
        return Ok(vec![embedded(name)?]);
    }
    let path = Path::new(name);
    if path.is_dir() {
        let read = |e: std::io::Error| Error::read(path, e);
        let entries = path.read_dir().map_err(read)?;
        let files: Result<Vec<_>, _> = entries.map(|e| e.map(|e| e.path())).collect();
        let mut files = files.map_err(read)?;
        files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
        files.sort();
        if files.is_empty() {
            let why = "holds no TOML files".to_string();
            return Err(Error::Validation(name.to_string(), why));
        }
        return files.iter().map(|f| Chip::read(f)).collect();
    }
    if path.extension().is_some() || path.exists() {
        return Ok(vec![Chip::read(path)?]);
    }
    let list: Vec<_> = known().collect();
    let why = format!(
        "is neither a chip nor a file{}\n  chips: all, {}, {}",
        hint(name, known().chain([liang::NAME])),
        liang::NAME,
        list.join(", ")
    );
    Err(Error::Validation(name.to_string(), why))
}

fn embedded(name: &str) -> Result<Chip, Error> {
    let found = validations().iter().find(|(known, _)| *known == name);
    let (name, text) = found.expect("asked for by a known name");
    Chip::parse(text, &format!("<validation {name}>"), None)
}
