//! `[cost.<part>]`: what a part occupies, leaks and spends.
//!
//! Energy per action is stated in one of three ways: `energy`; `full_power` with `full_rate`
//! (a published power at full activity, divided by the actions in one basis cycle); or a named `law`. A part that a paper
//! prints together with another names it after `within`.

use super::At;
use crate::part::{Confidence, PartKind};
use crate::units::{Area, Energy, Power};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// `[cost]`: one table per part.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Costs(pub BTreeMap<PartKind, At<Cost>>);

/// `[cost.<part>]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Instances per unit of the part's level; only where the structure does not fix it. Default 1.
    pub count: Option<At<u64>>,
    /// Number of instances the figures below are for, all together. Default 1.
    pub group: Option<At<u64>>,
    /// Area of the group.
    pub area: Option<At<Area>>,
    /// Power of the group that is drawn whether it acts or not. Default 0.
    pub static_power: Option<At<Power>>,
    /// Energy of one action.
    pub energy: Option<At<Energy>>,
    /// Published power of the group at full activity, static power not included.
    pub full_power: Option<At<Power>>,
    /// Actions of the group in one basis cycle at full activity.
    pub full_rate: Option<At<f64>>,
    /// Actions of one instance per crossbar cycle of this machine at full activity, where the structure
    /// does not fix it. Default `full_rate / group`.
    pub peak_rate: Option<At<f64>>,
    /// Named law for area and energy (ADC only).
    pub law: Option<At<AdcLaw>>,
    /// Part whose figures include this one's, where a paper prints one figure for both; such a part has none of its own.
    pub within: Option<At<PartKind>>,
    /// The size the figures were published for; they are scaled to this machine's size.
    pub scaled_from: Option<At<ScaledFrom>>,
    /// Paper and table the figures come from.
    pub source: At<String>,
    /// How well they are founded.
    pub confidence: Confidence,
}

/// A named cost law of the ADC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AdcLaw {
    /// ISAAC's SAR split into linear and exponential parts, 4 to 10 bits, 32 nm.
    IsaacSplit,
}

/// What published figures are scaled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScaledFrom {
    /// Cells of one array.
    Cells(u64),
    /// Input bits a PE holds: crossbars x rows x input bits.
    PeInputBits(u64),
    /// Output bits a PE holds: crossbars x weight columns x input bits.
    PeOutputBits(u64),
    /// Bytes of the tile buffer.
    BufferBytes(u64),
    /// Wires of the tile bus: 8 x bytes per tick.
    BusWires(u64),
    /// Resolution of the ADC; energy and area follow the law `isaac-split`.
    AdcBits(u64),
}

impl JsonSchema for Costs {
    fn schema_name() -> Cow<'static, str> {
        "Costs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let cost = generator.subschema_for::<Cost>();
        let parts: BTreeMap<&str, Schema> = PartKind::ALL
            .iter()
            .map(|kind| (kind.name(), cost.clone()))
            .collect();
        json_schema!({ "type": "object", "properties": parts, "additionalProperties": false })
    }
}
