//! The table of cell levels that a machine names: a CSV file beside the text that names it.

use super::file;
use super::source::Sources;
use super::texts::Text;
use crate::device::{LevelState, levels};
use crate::error::RawFault;
use crate::schema::Machine;
use std::path::PathBuf;

/// Reads the table; empty if the machine names none. Its text joins the sources, so that faults show their place.
pub(super) fn read(
    machine: &Machine,
    texts: &[Text],
    sources: &mut Sources,
    faults: &mut Vec<RawFault>,
) -> Vec<LevelState> {
    let (_, cell) = machine.device.parts();
    let Some(file) = &cell.levels else {
        return Vec::new();
    };
    let named_in = sources.index(&file.span).and_then(|i| texts.get(i));
    let folder = named_in.and_then(|t| t.folder.as_deref());
    let path = folder.map_or_else(|| PathBuf::from(&file.value), |f| f.join(&file.value));
    match file::text(&path, file::MOST_LEVELS_TEXT) {
        Ok(text) => {
            let wanted = 1 << (*cell.cell_bits).min(16);
            let offset = sources.add(&path.display().to_string(), &text);
            levels::read(&text, offset, wanted, faults)
        }
        Err(e) => {
            let message = format!("cannot read the table of levels `{}`: {e}", path.display());
            let label = "must be a CSV file with the columns `mean_us,sd_us`";
            faults.push(RawFault::new(&file.span, message, label));
            Vec::new()
        }
    }
}
