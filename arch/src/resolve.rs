//! From a validated description to the model: ticks, integers, parts with energy per action.

use crate::cost::adc;
use crate::model::*;
use crate::part::{Level, Part, PartKind};
use crate::schema::{self, ChipCount, Cost, Machine};
use crate::validate::cell;

/// Resolves a description that has no faults.
pub(crate) fn resolve(m: &Machine) -> Arch {
    let clock_hz = m.clock.get_ref().0;
    // A duration that is a whole number of ticks but for rounding stays that number; anything longer takes the next tick.
    let ticks = |ns: f64| ((ns * clock_hz / 1e9 - 1e-6).ceil() as u64).max(1);
    let c = cell(m);
    let [tiles_x, tiles_y] = *m.chip.tiles.get_ref();
    let mut arch = Arch {
        name: m.name.clone(),
        description: m.description.clone(),
        source: m.source.clone(),
        confidence: m.confidence,
        technology_nm: m.technology.0,
        clock_hz,
        format: Format {
            weight_bits: *m.format.weight_bits.get_ref(),
            input_bits: *m.format.input_bits.get_ref(),
            signed_weights: match *m.format.signed.get_ref() {
                schema::Signed::Offset(o) => SignedWeights::Offset {
                    unit_column: o.unit_column,
                    flip: o.flip,
                },
                schema::Signed::Differential(_) => SignedWeights::Differential,
                schema::Signed::TwosComplement(_) => SignedWeights::TwosComplement,
            },
        },
        device: Device {
            kind: device_name(m).to_string(),
            cell_bits: c.cell_bits,
            on_conductance_us: c.on_conductance.0,
            off_conductance_us: c.off_conductance.0,
        },
        crossbar: Crossbar {
            rows: *m.crossbar.rows.get_ref(),
            columns: *m.crossbar.columns.get_ref(),
            read_ticks: ticks(m.crossbar.read.get_ref().0),
        },
        dac_bits: *m.dac.bits.get_ref(),
        adc: match m.adc.get_ref() {
            schema::Adc::None(_) => Adc::None,
            schema::Adc::Sar(c) => Adc::Sar(Converter {
                bits: u32::from(*c.bits.get_ref()),
                samples_per_s: c.rate.0,
                range: c.range,
                unused_columns: c.unused_columns,
            }),
        },
        pe: Pe {
            crossbars: *m.pe.crossbars.get_ref(),
            adcs: *m.pe.adcs.get_ref(),
        },
        tile: Tile {
            pes: *m.tile.pes.get_ref(),
            buffer_bytes: m.tile.buffer.get_ref().0 as u64,
            bus_bytes_per_tick: *m.tile.bus_bytes_per_tick.get_ref(),
            digital_values_per_tick: *m.tile.digital_values_per_tick.get_ref(),
        },
        chip: Chip { tiles_x, tiles_y },
        chips: match *m.system.chips.get_ref() {
            ChipCount::AsNeeded => Chips::AsNeeded,
            ChipCount::Exactly(n) => Chips::Exactly(n),
        },
        noc: match *m.noc.get_ref() {
            schema::Noc::Ideal(n) => Noc::Ideal(n),
            schema::Noc::Mesh(n) => Noc::Mesh(n),
        },
        roles: Roles {
            reduce: m.roles.reduce,
            buffer: m.roles.buffer,
            pool: m.roles.pool,
        },
        timing: match *m.timing.get_ref() {
            schema::Timing::BitSerial(b) => Timing::BitSerial(b),
            schema::Timing::Phased(p) => Timing::Phased(Phased {
                phase_ticks: ticks(p.phase.0),
                packets_per_phase: p.packets_per_phase,
            }),
        },
        mapping: MappingRules {
            packing: m.mapping.packing,
            fold: m.mapping.fold,
        },
        parts: Vec::new(),
    };
    arch.parts = m
        .cost
        .iter()
        .map(|(&kind, cost)| part(&arch, m, kind, cost.get_ref()))
        .collect();
    arch.confidence = arch
        .parts
        .iter()
        .map(|p| p.confidence)
        .fold(m.confidence, Ord::max);
    arch
}

fn part(arch: &Arch, m: &Machine, kind: PartKind, cost: &Cost) -> Part {
    let law = cost.law.as_ref().map(|name| match m.adc.get_ref() {
        schema::Adc::Sar(c) => adc::cost(name, u32::from(*c.bits.get_ref())).expect("validated"),
        schema::Adc::None(_) => unreachable!("validated: laws are for ADCs"),
    });
    let energy_pj = match (cost.energy, cost.full_power, law) {
        (Some(e), _, _) => e.0,
        (_, Some(p), _) => p.0 * arch.cycle_ns() / cost.full_rate,
        (_, _, Some(l)) => l.energy_pj,
        _ => 0.0,
    };
    Part {
        kind,
        level: cost.level.unwrap_or(usual_level(kind)),
        count: cost.count.unwrap_or(structural_count(arch, kind)),
        area_um2: cost
            .area
            .map(|a| a.0)
            .or(law.map(|l| l.area_um2))
            .unwrap_or(0.0),
        static_power_mw: cost.static_power.map_or(0.0, |p| p.0),
        energy_pj,
        full_rate: cost.full_rate,
        source: cost.source.clone(),
        confidence: cost.confidence,
    }
}

fn usual_level(kind: PartKind) -> Level {
    use PartKind::*;
    match kind {
        Crossbar | ReduceMode | BufferMode | Dac | SampleHold | Adc | ShiftAdd | InputRegister
        | OutputRegister => Level::Pe,
        Buffer | Bus | TileShiftAdd | TileRegister | Activation | Pool => Level::Tile,
        Router => Level::Router,
        ChipLink => Level::Chip,
    }
}

fn structural_count(arch: &Arch, kind: PartKind) -> u64 {
    let crossbars = u64::from(arch.pe.crossbars);
    match kind {
        PartKind::Crossbar => crossbars,
        PartKind::Adc => u64::from(arch.pe.adcs),
        PartKind::Dac => crossbars * u64::from(arch.crossbar.rows),
        PartKind::SampleHold => crossbars * u64::from(arch.crossbar.columns),
        // A mode of the crossbar, not a part of its own.
        PartKind::ReduceMode | PartKind::BufferMode => 0,
        _ => 1,
    }
}

fn device_name(m: &Machine) -> &'static str {
    match m.device.get_ref() {
        schema::Device::Reram(_) => "reram",
        schema::Device::Pcm(_) => "pcm",
        schema::Device::Sram(_) => "sram",
        schema::Device::NorFlash(_) => "nor-flash",
        schema::Device::SttMram(_) => "stt-mram",
        schema::Device::SotMram(_) => "sot-mram",
        schema::Device::Fefet(_) => "fefet",
    }
}
