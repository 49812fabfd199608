//! `[cost.<part>]`: what a part occupies, leaks and spends.
//!
//! Energy per action is stated in one of three ways: `energy`; `full_power` with `full_rate`
//! (a published power at full activity, divided by the actions in one basis cycle); or a named `law`. A part that a paper
//! prints together with another names it after `within`.

use super::At;
use crate::part::{Confidence, Gate, PartKind};
use crate::units::{Area, Energy, Length, Power, Time};
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
    /// Share of `full_power` that is drawn whether the part acts or not: leakage, bias, clock (0 to 1). The energy of an action is
    /// the rest, so that power at full activity stays as published. Default 0.
    pub static_share: Option<At<f64>>,
    /// Actions of one instance per crossbar cycle of this machine at full activity, where the structure
    /// does not fix it. Default `full_rate / group`.
    pub peak_rate: Option<At<f64>>,
    /// Named law for area, energy and static power, from this machine's sizes.
    pub law: Option<At<Law>>,
    /// Length of the wires, for laws per length.
    pub length: Option<At<Length>>,
    /// Transistors of the buffer, for the law `sram-cacti`. Default `hp`.
    pub transistors: Option<At<Transistors>>,
    /// Of a buffer of eDRAM: time in which every byte is read and written back. Its power is part of the static power, and of
    /// `full_power` where that is given. Default: no refresh beside the figures.
    pub retention: Option<At<Time>>,
    /// Part whose figures include this one's, where a paper prints one figure for both; such a part has none of its own.
    pub within: Option<At<PartKind>>,
    /// Keys of the machine that the figures were published for, where they are not those of the description that states
    /// them: `published_at = { tile.buffer = "64 KiB", technology = "45 nm" }`. Figures are brought from there to this
    /// machine by the law of the part.
    pub published_at: Option<At<PublishedAt>>,
    /// Of `[cost.adc]`: share of a conversion's energy in proportion to its code, as of comparators that switch off when a
    /// ramp passes the sample (0 to 1). The figure holds for the mean code of `[activity]`. Default 0.
    pub by_code: Option<At<f64>>,
    /// When the static power is switched off. Default `unused`.
    pub gate: Option<Gate>,
    /// Paper and table the figures come from; a law's own source if it is left out.
    pub source: Option<At<String>>,
    /// How well they are founded; a law's own confidence, else `recalled`, if it is left out.
    pub confidence: Option<Confidence>,
}

/// ITRS device types, as CACTI knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transistors {
    /// High performance.
    #[default]
    Hp,
    /// Low operating power.
    Lop,
    /// Low standby power.
    Lstp,
}

/// A named cost law. Each is for certain parts and sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// ADC: ISAAC's SAR split into linear and exponential parts, 4 to 10 bits, 32 nm.
    IsaacSplit,
    /// ADC: regression over Murmann's survey, from 4 bits, any node.
    MurmannSurvey,
    /// ADC: ZigZag-IMC's model, 28 nm.
    Tinyml,
    /// ADC: PUMAsim, power linear in bits, 32 nm.
    PumaLinear,
    /// ADC: energy and area doubling with every bit, as hwcomponents has it by default; 32 nm.
    PerBitDoubling,
    /// ADC: NeuRRAM's integrating neuron, by pulses and steps, 130 nm.
    NeurramNeuron,
    /// ADC: the law of the machine's own kind of converter.
    AdcKind,
    /// Row driver: MNSIM, doubling with every bit, 1 to 6 bits, 32 nm.
    MnsimDac,
    /// Row driver: 8 bits at 40 nm (Chen 2018).
    #[serde(rename = "chen-8b")]
    Chen8b,
    /// Cell array: currents of the cells, wires, or adder trees of digital cells; any node.
    Array,
    /// Sample-and-hold: ISAAC, 32 nm.
    IsaacSampleHold,
    /// Shift-and-add: ISAAC, 32 nm.
    IsaacShiftAdd,
    /// Shift-and-add: HISIM, 28 nm.
    HisimShiftAdd,
    /// Buffer: SRAM as CACTI gives it, 45 nm.
    SramCacti,
    /// Buffer: eDRAM of PUMAsim, 32 nm.
    EdramPuma,
    /// Router: PUMAsim, by ports, 32 nm.
    PumaRouter,
    /// Router: TrueNorth, per bit and hop, 28 nm.
    TruenorthHop,
    /// Bus: TrueNorth, per bit and length, 28 nm.
    TruenorthWire,
    /// Chip links: HyperTransport as in ISAAC, constant power.
    Hypertransport,
    /// Chip links: TrueNorth, per bit.
    TruenorthPad,
}

impl Law {
    /// All laws.
    pub const ALL: [Law; 20] = [
        Law::IsaacSplit,
        Law::MurmannSurvey,
        Law::Tinyml,
        Law::PumaLinear,
        Law::PerBitDoubling,
        Law::NeurramNeuron,
        Law::AdcKind,
        Law::MnsimDac,
        Law::Chen8b,
        Law::Array,
        Law::IsaacSampleHold,
        Law::IsaacShiftAdd,
        Law::HisimShiftAdd,
        Law::SramCacti,
        Law::EdramPuma,
        Law::PumaRouter,
        Law::TruenorthHop,
        Law::TruenorthWire,
        Law::Hypertransport,
        Law::TruenorthPad,
    ];
}

/// `published_at`: a piece of a machine description. It is laid over the machine as it stood (`read/build.rs`).
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct PublishedAt(pub toml::Table);

impl JsonSchema for PublishedAt {
    fn schema_name() -> Cow<'static, str> {
        "PublishedAt".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "description": "Keys of a machine, as at the top of a description." })
    }
}

impl JsonSchema for Costs {
    fn schema_name() -> Cow<'static, str> {
        "Costs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let cost = generator.subschema_for::<Cost>();
        let parts: BTreeMap<&str, Schema> = PartKind::ALL
            .iter()
            .filter(|kind| !kind.is_share_of_a_read())
            .map(|kind| (kind.name(), cost.clone()))
            .collect();
        json_schema!({ "type": "object", "properties": parts, "additionalProperties": false })
    }
}
