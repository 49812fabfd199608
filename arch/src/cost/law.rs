//! Named cost laws: what a part costs on a machine of this size, by a published formula or table.
//!
//! A law is a function of the machine's figures ([`Point`]). It prices a part by itself where a description names it
//! (`law = "isaac-split"`), or brings a published figure from the machine it was published for to this one: figure x
//! law(here) / law(there). One file per law; the tables below are the only lists of them.

mod adc_kind;
mod adc_size;
mod array;
mod chen_dac;
mod control;
mod converter;
mod digital_array;
mod driver;
mod edram_puma;
mod hisim_shift_add;
mod hypertransport;
mod isaac_sample_hold;
mod isaac_shift_add;
mod isaac_split;
mod lanes;
mod link;
mod memory;
mod mnsim_dac;
mod mode;
mod murmann;
mod neurram_neuron;
mod per_bit_doubling;
mod power;
mod puma_linear;
mod puma_router;
mod register;
mod sample_hold;
mod shift_add;
mod sram_cacti;
mod switch;
mod tile_bus;
mod tinyml;
mod truenorth_hop;
mod truenorth_pad;
mod truenorth_wire;

pub(crate) use array::{read, settle_ns};

use super::cost_law::CostLaw;
use super::figures::{Figures, NoFigures};
use super::node::Factors;
use super::point::Point;
use crate::part::PartKind;
use crate::schema::Law;

/// The law of a name.
pub(crate) fn of(law: Law) -> &'static dyn CostLaw {
    match law {
        Law::IsaacSplit => &isaac_split::IsaacSplit,
        Law::MurmannSurvey => &murmann::MurmannSurvey,
        Law::Tinyml => &tinyml::Tinyml,
        Law::PumaLinear => &puma_linear::PumaLinear,
        Law::PerBitDoubling => &per_bit_doubling::PerBitDoubling,
        Law::NeurramNeuron => &neurram_neuron::NeurramNeuron,
        Law::AdcKind => &adc_kind::AdcKind,
        Law::MnsimDac => &mnsim_dac::MnsimDac,
        Law::Chen8b => &chen_dac::Chen8b,
        Law::Array => &array::Array,
        Law::IsaacSampleHold => &isaac_sample_hold::IsaacSampleHold,
        Law::IsaacShiftAdd => &isaac_shift_add::IsaacShiftAdd,
        Law::HisimShiftAdd => &hisim_shift_add::HisimShiftAdd,
        Law::SramCacti => &sram_cacti::SramCacti,
        Law::EdramPuma => &edram_puma::EdramPuma,
        Law::PumaRouter => &puma_router::PumaRouter,
        Law::TruenorthHop => &truenorth_hop::TruenorthHop,
        Law::TruenorthWire => &truenorth_wire::TruenorthWire,
        Law::Hypertransport => &hypertransport::Hypertransport,
        Law::TruenorthPad => &truenorth_pad::TruenorthPad,
    }
}

/// Names of the laws that price a part, in the order of the tables: what `law = "..."` takes for it.
pub fn laws(kind: PartKind) -> Vec<&'static str> {
    let all = Law::ALL.into_iter().map(of);
    let fit = all.filter(|law| law.parts().contains(&kind));
    fit.map(CostLaw::name).collect()
}

/// The law that brings published figures of a part to another machine.
pub(crate) fn of_part(kind: PartKind) -> &'static dyn CostLaw {
    use PartKind::*;
    match kind {
        Crossbar | CrossbarCells | CrossbarRows | CrossbarColumns => &array::Array,
        ReduceMode | BufferMode => &mode::Mode,
        Dac => &driver::Driver,
        SampleHold => &sample_hold::SampleHold,
        Adc => &converter::Converter,
        ShiftAdd | TileShiftAdd => &shift_add::ShiftAdd,
        InputRegister | OutputRegister | TileRegister => &register::Register,
        PeControl | TileControl => &control::Control,
        Buffer => &memory::Memory,
        Bus => &tile_bus::TileBus,
        Activation | Pool => &lanes::Lanes,
        Router => &switch::Switch,
        ChipLink | Dram => &link::Link,
    }
}

/// Figures of a part on a machine, at the machine's node.
pub(crate) fn at(law: &dyn CostLaw, kind: PartKind, p: &Point) -> Result<Figures, NoFigures> {
    let own = law.figures(kind, p)?;
    let node = node(law, own.node_nm.unwrap_or(p.nm), p.nm)?;
    Ok(Figures {
        energy_pj: own.energy_pj * node.energy,
        area_um2: own.area_um2 * node.area,
        static_power_mw: match law.knows_static_power() {
            true => own.static_power_mw * node.energy,
            false => 0.0,
        },
        node_nm: own.node_nm,
    })
}

/// The node that a law's own figures hold at.
pub(crate) fn own_node(law: &dyn CostLaw, kind: PartKind, p: &Point) -> Option<f64> {
    law.figures(kind, p).ok()?.node_nm
}

/// Factors of a law from one node to another.
pub(crate) fn node(law: &dyn CostLaw, from: f64, to: f64) -> Result<Factors, NoFigures> {
    law.node().between(from, to)
}
