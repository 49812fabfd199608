//! The raw machine description: what may stand in a TOML file, before any rule is checked.
//!
//! Unknown keys are refused; alternatives are externally tagged tables (`[adc.sar]`, `[noc.mesh]`);
//! values that a rule may refuse carry their place in the text ([`At`]).

mod at;
mod chips;
mod cost;
mod device;
mod parts;
mod write;

pub use crate::adc::AdcKind;
pub use at::At;
pub use chips::ChipCount;
pub use cost::{Cost, Costs, Law, NodeLaw, ScaleNode, ScaledFrom};
pub use device::*;
pub use parts::*;
pub use write::CellWrite;

use crate::part::Confidence;
use crate::topology::NocKind;
use crate::units::{Frequency, Length};
use schemars::JsonSchema;
use serde::Deserialize;

/// A machine as described in TOML.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Preset or file whose description is taken over where this one says nothing.
    pub extends: Option<String>,
    /// Short name.
    pub name: String,
    /// One sentence on what the machine is.
    pub description: String,
    /// Where the structure comes from.
    pub source: String,
    /// How well the structure (not the costs) is founded.
    pub confidence: Confidence,
    /// Technology node.
    pub technology: At<Length>,
    /// Frequency of the digital clock; one tick is its period.
    pub clock: At<Frequency>,
    /// Number formats of weights and inputs.
    pub format: At<Format>,
    /// The memory cell.
    pub device: At<DeviceKind>,
    /// The cell array.
    pub crossbar: At<Crossbar>,
    /// Row drivers.
    pub dac: At<Dac>,
    /// Column converters.
    pub adc: At<AdcKind>,
    /// Processing element: crossbars with shared periphery.
    pub pe: At<Pe>,
    /// Tile: PEs around one buffer.
    pub tile: At<Tile>,
    /// Chip: tiles on a grid.
    pub chip: At<Chip>,
    /// System: how many chips.
    pub system: At<System>,
    /// Network between tiles.
    pub noc: At<NocKind>,
    /// Who does the work beside matrix-vector products.
    pub roles: At<Roles>,
    /// The pipeline around a crossbar.
    pub timing: At<TimingKind>,
    /// Default mapping rules.
    pub mapping: At<Mapping>,
    /// Conditions under which published powers hold.
    pub basis: Option<At<Basis>>,
    /// Area, power and energy of each part.
    pub cost: At<Costs>,
}

/// JSON schema of a machine description, for editors.
///
/// A description that `extends` another may leave out anything, so nothing is required in it, and keys
/// inside tables are never required here; the loader reports what the merged description lacks.
pub fn schema_json() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Machine).to_value();
    let required = schema
        .as_object_mut()
        .and_then(|root| root.remove("required"));
    if let Some(defs) = schema.get_mut("$defs").and_then(|d| d.as_object_mut()) {
        defs.values_mut().for_each(drop_required);
    }
    if let (Some(root), Some(required)) = (schema.as_object_mut(), required) {
        let extends = serde_json::json!([{ "required": ["extends"] }, { "required": required }]);
        root.insert("anyOf".to_owned(), extends);
    }
    schema
}

/// Kinds of an alternative keep theirs: it tells them apart.
fn drop_required(schema: &mut serde_json::Value) {
    if let Some(table) = schema.as_object_mut()
        && !table.contains_key("oneOf")
    {
        table.remove("required");
    }
}
