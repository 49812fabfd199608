//! Named cost laws: what a part of this machine's size costs, by a published formula or table.
//!
//! A law is a function of the machine's figures, so that an override of a size carries through. Each gives the figures
//! of one instance at the technology node it was published for; [`super::node`] brings them to another.

mod adc;
mod buffer;
mod dac;
mod link;
mod power;
mod router;
mod shift_add;

use super::figures::{Figures, NoFigures};
use crate::adc::{ConverterKind, ConverterSize, Kind};
use crate::part::{Confidence, PartKind};
use crate::schema::{Cost, Law, Machine, SignedKind};

/// What laws depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Technology node of the machine.
    pub node_nm: f64,
    /// Duration of one read.
    pub read_ns: f64,
    /// Kind and size of the converters; `None` without ADC.
    pub adc: Option<(Kind, ConverterSize)>,
    /// Bits of the row drivers.
    pub dac_bits: u32,
    /// Tile buffer.
    pub buffer_bytes: f64,
    /// Bits of a flit.
    pub flit_bits: u32,
    /// Ports of a router: four neighbours and the tiles it serves.
    pub ports: u64,
    /// `length` of the cost.
    pub length_um: Option<f64>,
}

impl Size {
    /// Figures of a machine, for one of its costs.
    pub(crate) fn of(m: &Machine, cost: &Cost) -> Size {
        let noc = m.noc.value.table();
        Size {
            node_nm: m.technology.0,
            read_ns: m.crossbar.read.0,
            adc: m.adc.kind().zip(converter_size(m)),
            dac_bits: *m.dac.bits,
            buffer_bytes: m.tile.buffer.0,
            flit_bits: *noc.flit_bits,
            ports: 4 + u64::from(*noc.tiles_per_router),
            length_um: cost.length.as_ref().map(|l| l.0 / 1e3),
        }
    }
}

/// Size of the converters of a machine; `None` without ADC.
pub(crate) fn converter_size(m: &Machine) -> Option<ConverterSize> {
    let pair = match m.format.signed.value {
        SignedKind::Differential(_) => 2,
        _ => 1,
    };
    Some(ConverterSize {
        bits: **m.adc.shared()?.bits,
        columns: *m.crossbar.columns / pair,
    })
}

/// Parts a law is for.
pub(crate) fn parts(law: Law) -> &'static [PartKind] {
    match law {
        Law::IsaacSplit
        | Law::MurmannSurvey
        | Law::Tinyml
        | Law::PumaLinear
        | Law::PerBitDoubling
        | Law::AdcKind => &[PartKind::Adc],
        Law::MnsimDac | Law::Chen8b => &[PartKind::Dac],
        Law::IsaacSampleHold => &[PartKind::SampleHold],
        Law::IsaacShiftAdd | Law::HisimShiftAdd => &[PartKind::ShiftAdd, PartKind::TileShiftAdd],
        Law::SramCacti | Law::EdramPuma => &[PartKind::Buffer],
        Law::PumaRouter | Law::TruenorthHop => &[PartKind::Router],
        Law::TruenorthWire => &[PartKind::Bus],
        Law::Hypertransport | Law::TruenorthPad => &[PartKind::ChipLink],
    }
}

/// Where a law comes from; the source of a cost that names no other.
pub(crate) fn source(law: Law, size: &Size) -> &'static str {
    match law {
        Law::IsaacSplit | Law::AdcKind => size.adc.map_or("", |(kind, _)| kind.law().source),
        Law::MurmannSurvey => {
            "law murmann-survey: Accelergy ADC plug-in, regression over Murmann's ADC survey"
        }
        Law::Tinyml => "law tinyml: ADC model of ZigZag-IMC, at 0.9 V",
        Law::PumaLinear => {
            "law puma-linear: ADC constants of PUMAsim, power linear in bits, area constant"
        }
        Law::PerBitDoubling => {
            "law per-bit-doubling: default ADC of hwcomponents, twice the energy and area with every bit"
        }
        Law::MnsimDac => {
            "law mnsim-dac: DAC table of MNSIM 2.0, power and area double with every bit"
        }
        Law::Chen8b => "law chen-8b: 8-bit DAC at 40 nm (Chen, VLSI 2018), Accelergy library",
        Law::IsaacSampleHold => "law isaac-sample-hold: ISAAC (ISCA 2016) Table I, 1024 per IMA",
        Law::IsaacShiftAdd => {
            "law isaac-shift-add: ISAAC (ISCA 2016) Table I, one addition per conversion"
        }
        Law::HisimShiftAdd => "law hisim-shift-add: HISIM, shift-and-add at 28 nm",
        Law::SramCacti => {
            "law sram-cacti: CACTI figures at 45 nm as tabulated in MNSIM 2.0, 256-bit port"
        }
        Law::EdramPuma => "law edram-puma: eDRAM constants of PUMAsim at 32 nm, 256-bit port",
        Law::PumaRouter => "law puma-router: router constants of PUMAsim at 32 nm, 4 and 8 ports",
        Law::TruenorthHop => {
            "law truenorth-hop: 72 fJ per bit and hop measured on TrueNorth, 28 nm"
        }
        Law::TruenorthWire => {
            "law truenorth-wire: 0.3 fJ per bit and um measured on TrueNorth, 28 nm"
        }
        Law::Hypertransport => {
            "law hypertransport: ISAAC (ISCA 2016) Table I, four links drawing 10.4 W throughout"
        }
        Law::TruenorthPad => "law truenorth-pad: 26 pJ per bit between chips measured on TrueNorth",
    }
}

/// How well a law is founded: it was read in its source, but for some kinds of converter.
pub(crate) fn confidence(law: Law, size: &Size) -> Confidence {
    match (law, size.adc) {
        (Law::AdcKind, Some((kind, _))) => kind.law().confidence,
        _ => Confidence::Read,
    }
}

/// Figures of one instance of a part on a machine of the given size.
pub(crate) fn figures(law: Law, size: &Size) -> Result<Figures, NoFigures> {
    match law {
        Law::IsaacSplit
        | Law::MurmannSurvey
        | Law::Tinyml
        | Law::PumaLinear
        | Law::PerBitDoubling
        | Law::AdcKind => {
            let (kind, converter) = size
                .adc
                .ok_or_else(|| NoFigures::new("adc", "none", "converters only"))?;
            adc::figures(law, kind, &converter, size.node_nm)
        }
        Law::MnsimDac => dac::mnsim(size.dac_bits, size.read_ns),
        Law::Chen8b => dac::chen(size.dac_bits),
        Law::IsaacSampleHold => Ok(shift_add::isaac_sample_hold()),
        Law::IsaacShiftAdd => Ok(shift_add::isaac()),
        Law::HisimShiftAdd => Ok(shift_add::hisim()),
        Law::SramCacti => buffer::sram(size.buffer_bytes),
        Law::EdramPuma => buffer::edram(size.buffer_bytes),
        Law::PumaRouter => router::puma(size.ports, size.flit_bits),
        Law::TruenorthHop => Ok(router::hop(size.flit_bits)),
        Law::TruenorthWire => router::wire(size.length_um),
        Law::Hypertransport => Ok(link::hypertransport()),
        Law::TruenorthPad => Ok(link::truenorth_pad()),
    }
}
