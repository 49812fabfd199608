//! A file of points, and the machine's own published figures.

use super::network::Described;
use super::point::Point;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the figures are of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A chip or macro that was built and measured.
    #[default]
    Silicon,
    /// A design that was never built, by its own paper.
    Design,
    /// A chip, by its vendor alone.
    Vendor,
    /// What another simulator prints.
    Simulator,
}

impl Kind {
    /// All, in the order of lists.
    pub const ALL: [Kind; 4] = [Kind::Silicon, Kind::Vendor, Kind::Design, Kind::Simulator];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Silicon => "silicon",
            Kind::Design => "design",
            Kind::Vendor => "vendor",
            Kind::Simulator => "simulator",
        }
    }
}

/// A chip with what is published of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chip {
    /// Its name.
    pub chip: String,
    /// Preset, chip or file of a machine that stands for it; none where it cannot be described.
    pub machine: Option<String>,
    /// What it is.
    #[serde(default)]
    pub kind: Kind,
    /// A sentence on it: what is modelled.
    #[serde(default)]
    pub about: String,
    /// What is not modelled, or which physics is missing where figures are missed.
    #[serde(default)]
    pub missing: String,
    /// Networks that the points name.
    #[serde(default)]
    pub network: BTreeMap<String, Described>,
    /// Figures under conditions; those of the machine as it stands are in its `[[published]]`.
    #[serde(default, rename = "point")]
    pub points: Vec<Point>,
    /// Folder that files are looked for in.
    #[serde(skip)]
    pub folder: Option<PathBuf>,
}

impl Chip {
    /// From TOML; `name` is shown in messages, files are looked for in `folder`.
    ///
    /// # Errors
    /// Where and how the text departs from a file of points.
    pub fn parse(text: &str, name: &str, folder: Option<PathBuf>) -> Result<Chip, Error> {
        let chip = toml::from_str::<Chip>(text);
        let mut chip = chip.map_err(|e| Error::Validation(name.to_string(), e.to_string()))?;
        chip.folder = folder;
        Ok(chip)
    }

    /// From a file of points, or from a machine that states what is published of it.
    ///
    /// # Errors
    /// If the file cannot be read or is neither.
    pub fn read(path: &Path) -> Result<Chip, Error> {
        let text = crosscut_arch::description_text(path).map_err(|e| Error::read(path, e))?;
        let name = path.display().to_string();
        let is_machine = toml::from_str::<toml::Table>(&text)
            .is_ok_and(|t| !t.contains_key("point") && !t.contains_key("chip"));
        if !is_machine {
            return Chip::parse(&text, &name, path.parent().map(Path::to_path_buf));
        }
        let arch = crosscut_arch::load(&name, &[])?;
        if arch.published.is_empty() {
            let why =
                "describes a machine without `[[published]]`: there is nothing to compare it with"
                    .to_string();
            return Err(Error::Validation(name, why));
        }
        Ok(Chip {
            chip: arch.name,
            machine: Some(name),
            kind: Kind::Silicon,
            about: arch.description,
            missing: String::new(),
            network: BTreeMap::new(),
            points: Vec::new(),
            folder: None,
        })
    }

    /// A machine of a point: presets by name, files beside the file of points.
    pub fn machine_path(&self, name: &str) -> String {
        let is_file = crosscut_arch::preset_text(name).is_none();
        match &self.folder {
            Some(folder) if is_file => folder.join(name).display().to_string(),
            _ => name.to_string(),
        }
    }
}
