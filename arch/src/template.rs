//! Descriptions to start from: complete, commented, and accepted as they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a new description is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// A chip of tiles on a mesh.
    Chip,
    /// One array with its periphery.
    Macro,
}

impl Template {
    /// All of them.
    pub const ALL: [Template; 2] = [Template::Chip, Template::Macro];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Template::Chip => "chip",
            Template::Macro => "macro",
        }
    }

    /// The description of a machine of that name.
    pub fn text(self, name: &str) -> String {
        let text = match self {
            Template::Chip => include_str!("../templates/chip.toml"),
            Template::Macro => include_str!("../templates/macro.toml"),
        };
        text.replace("NAME", name)
    }
}
