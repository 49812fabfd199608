//! Checked raw schema -> resolved machine: integers, plain numbers, and one cost entry per part.

use crate::adc::Converter;
use crate::cost;
use crate::device::{
    CellPhysics, Curve, Drift, LevelState, NoiseLaw, Programming, ReadNoise, SpreadLaw,
    WireResistance,
};
use crate::model::*;
use crate::schema as raw;
use crate::topology::Noc;
use std::collections::BTreeMap;

/// Resolves a machine that passed every rule of [`crate::validate`].
pub(crate) fn resolve(m: &raw::Machine, levels: Vec<LevelState>) -> Arch {
    let (kind, cell) = m.device.parts();
    let ends = levels.first().copied().zip(levels.last().copied());
    let mut arch = Arch {
        name: m.name.clone(),
        description: m.description.clone(),
        source: m.source.clone(),
        confidence: m.confidence,
        technology_nm: m.technology.0,
        clock_hz: m.clock.0,
        format: format(&m.format),
        device: Device {
            kind: kind.to_owned(),
            cell_bits: *cell.cell_bits,
            on_conductance_us: match ends {
                Some((_, on)) => on.mean_us,
                None => cell.on.as_ref().map_or(0.0, |c| c.0),
            },
            off_conductance_us: match ends {
                Some((off, _)) => off.mean_us,
                None => cell.off.as_ref().map_or(0.0, |c| c.0),
            },
            physics: physics(cell, levels),
            write: cell.write.as_ref().map(|w| crate::write::resolve(m, w)),
        },
        crossbar: Crossbar {
            rows: *m.crossbar.rows,
            columns: *m.crossbar.columns,
            read_ticks: read_ticks(m) as u64,
            active_rows: m
                .crossbar
                .active_rows
                .as_deref()
                .copied()
                .unwrap_or(*m.crossbar.rows),
            wires: m.crossbar.wires.as_ref().map(|w| WireResistance {
                row_ohm: *w.row_ohm,
                column_ohm: *w.column_ohm,
                drive: w.drive.unwrap_or_default(),
            }),
        },
        dac_bits: *m.dac.bits,
        adc: converter(m),
        adc_errors: m.adc.shared().map_or_else(Default::default, |s| s.errors()),
        pe: Pe {
            crossbars: *m.pe.crossbars,
            adcs: *m.pe.adcs,
        },
        tile: Tile {
            pes: *m.tile.pes,
            buffer_bytes: m.tile.buffer.0 as u64,
            buffer_ports: m
                .tile
                .buffer_banks
                .as_deref()
                .zip(m.tile.bank_bytes_per_tick.as_deref())
                .map(|(&banks, &bytes_per_tick)| Ports {
                    banks,
                    bytes_per_tick,
                }),
            bus_bytes_per_tick: *m.tile.bus_bytes_per_tick,
            digital_values_per_tick: *m.tile.digital_values_per_tick,
        },
        chip: Chip {
            tiles_x: *m.chip.tiles_x,
            tiles_y: *m.chip.tiles_y,
            tiles: match &m.chip.tiles {
                Some(tiles) => **tiles,
                None => *m.chip.tiles_x * *m.chip.tiles_y,
            },
        },
        chips: m.system.chips.0,
        noc: Noc {
            kind: m.noc.kind(),
            params: m.noc.table().resolve(),
        },
        chip_links: ChipLinks {
            hop_ticks: m
                .system
                .link_hop_ticks
                .as_deref()
                .copied()
                .unwrap_or(*m.noc.table().hop_ticks),
            flit_ticks: m
                .system
                .link_flit_ticks
                .as_deref()
                .copied()
                .unwrap_or(*m.noc.table().flit_ticks),
        },
        roles: Roles {
            reduce: m.roles.reduce,
            buffer: m.roles.buffer,
            pool: m.roles.pool,
        },
        timing: timing(m),
        mapping: MappingRules {
            packing: m.mapping.packing,
            fold: m.mapping.fold,
            channel_groups: m.mapping.channel_groups.unwrap_or_default(),
            layers: layers(&m.mapping),
        },
        parts: Vec::new(),
    };
    arch.parts = cost::parts(m, &arch);
    // A part that is not confirmed makes the machine not confirmed.
    let weakest = arch.parts.iter().map(|p| p.confidence).max();
    arch.confidence = weakest.map_or(arch.confidence, |c| c.max(arch.confidence));
    arch
}

/// Ticks of one read, at least one; a read that ends within a tick waits for its end.
pub(crate) fn read_ticks(m: &raw::Machine) -> f64 {
    (m.crossbar.read.0 * m.clock.0 / 1e9 - 1e-6).ceil().max(1.0)
}

fn format(f: &raw::Format) -> Format {
    let signed_weights = match &f.signed.value {
        raw::Signed::Offset(o) => SignedWeights::Offset {
            unit_column: o.unit_column,
            flip: o.flip,
        },
        raw::Signed::Differential(_) => SignedWeights::Differential,
        raw::Signed::TwosComplement(_) => SignedWeights::TwosComplement,
    };
    Format {
        weight_bits: *f.weight_bits,
        input_bits: *f.input_bits,
        signed_weights,
        weights: f.weights.as_deref().copied().unwrap_or_default(),
        partial_sums: f.partial_sums.as_deref().copied().unwrap_or_default(),
    }
}

fn physics(cell: &raw::Cell, levels: Vec<LevelState>) -> CellPhysics {
    let share = |s: &Option<raw::At<f64>>| s.as_deref().copied().unwrap_or(0.0);
    CellPhysics {
        levels,
        programming: cell.programming.as_deref().map(programming),
        read_noise: cell.read_noise.as_deref().map(read_noise),
        drift: cell.drift.as_deref().map(drift),
        stuck_lrs: share(&cell.stuck_lrs),
        stuck_hrs: share(&cell.stuck_hrs),
        off_compensation: cell.off_compensation.unwrap_or_default(),
    }
}

fn programming(s: &raw::Spread) -> Programming {
    let (law, source) = match s {
        raw::Spread::Preset(name) => return name.law(),
        raw::Spread::Lognormal(r) => (SpreadLaw::Lognormal { sigma: *r.sigma }, &r.source),
        raw::Spread::Proportional(r) => (SpreadLaw::Proportional { sigma: *r.sigma }, &r.source),
        raw::Spread::Uniform(a) => {
            let sigma_us = a.sigma.0;
            (SpreadLaw::Uniform { sigma_us }, &a.source)
        }
        raw::Spread::Polynomial(p) => {
            let law = SpreadLaw::Polynomial {
                coefficients_us: p.coefficients_us.value.clone(),
                scale_us: p.scale.0,
            };
            (law, &p.source)
        }
    };
    let source = source.clone();
    Programming { law, source }
}

fn read_noise(n: &raw::Noise) -> ReadNoise {
    let (law, source) = match n {
        raw::Noise::Preset(name) => return name.read_noise(),
        raw::Noise::Proportional(r) => (NoiseLaw::Proportional { sigma: *r.sigma }, &r.source),
        raw::Noise::Uniform(a) => {
            let sigma_us = a.sigma.0;
            (NoiseLaw::Uniform { sigma_us }, &a.source)
        }
    };
    let source = source.clone();
    ReadNoise { law, source }
}

fn drift(d: &raw::Drift) -> Drift {
    let compensation = d.compensation.unwrap_or_default();
    match &d.law.value {
        raw::DriftLaw::Preset(name) => name.drift(d.time.0, compensation),
        raw::DriftLaw::Power(p) => Drift {
            t0_s: p.t0.0,
            scale_us: 1.0,
            mean: Curve::constant(*p.nu),
            sd: Curve::constant(*p.nu_sd),
            time_s: d.time.0,
            compensation,
            source: p.source.clone(),
        },
    }
}

fn layers(m: &raw::Mapping) -> BTreeMap<String, LayerRules> {
    let choice = |c: &raw::LayerChoice| LayerRules {
        unroll: c.unroll.as_deref().copied(),
        replicas: c.replicas.as_deref().copied(),
        packing: c.packing,
    };
    let of = |(name, c): (&String, _)| (name.clone(), choice(c));
    m.layer.iter().map(of).collect()
}

fn converter(m: &raw::Machine) -> Option<Converter> {
    Some(m.adc.shared()?.converter(m.adc.kind()?))
}

fn timing(m: &raw::Machine) -> Timing {
    match &m.timing.value {
        raw::TimingKind::BitSerial(b) => Timing::BitSerial(BitSerial {
            fetch: *b.fetch,
            adc: *b.adc,
            shift_add: *b.shift_add,
            reduce: *b.reduce,
            activation: *b.activation,
            write: *b.write,
        }),
        raw::TimingKind::Phased(p) => Timing::Phased(Phased {
            phase_ticks: *p.phase_ticks,
            packets_per_phase: *p.packets_per_phase,
        }),
        raw::TimingKind::Staged(s) => Timing::Staged(Staged {
            pipelined: s.pipelined,
            fetch_ticks: *s.fetch_ticks,
            dac_ticks: *s.dac_ticks,
            sample_ticks: *s.sample_ticks,
            shift_add_ticks: *s.shift_add_ticks,
            output_ticks: *s.output_ticks,
            write_ticks: *s.write_ticks,
        }),
        raw::TimingKind::Integrated(t) => Timing::Integrated(Integrated {
            phases: *t.phases,
            product_ticks: (product_ns(t, m) * m.clock.0 / 1e9 - 1e-6).ceil().max(1.0) as u64,
        }),
        raw::TimingKind::None(n) => Timing::None {
            because: n.because.clone(),
        },
    }
}

/// Nanoseconds of one product by pulse trains. A signed input of `input_bits` has one bit less of magnitude `b`, so a
/// train is 2^b - 1 pulses long. Two trains split `b` in halves, the larger first, and are converted together in
/// 2 x (output bits) - (larger half) steps (NeuRRAM, Nature 2022, and its published model). An ADC that serves several
/// columns takes those steps for each.
pub(crate) fn product_ns(t: &raw::Integrated, m: &raw::Machine) -> f64 {
    let magnitude = m.format.input_bits.saturating_sub(1).clamp(1, 15);
    let output = m.adc.shared().map_or(0, |s| **s.bits);
    let train = |bits: u32| ((1u64 << bits) - 1) as f64;
    let (pulses, steps) = match *t.phases {
        1 => (train(magnitude), output),
        _ => {
            let larger = magnitude.div_ceil(2);
            (
                train(larger) + train(magnitude - larger),
                output.saturating_mul(2).saturating_sub(larger),
            )
        }
    };
    let pair = match m.format.signed.value {
        raw::Signed::Differential(_) => 2,
        _ => 1,
    };
    let columns = u64::from(*m.crossbar.columns / pair) * u64::from(*m.pe.crossbars);
    let conversions = columns.div_ceil(u64::from((*m.pe.adcs).max(1)));
    t.pulse.0 * pulses
        + t.conversion_step.0 * f64::from(steps) * conversions as f64
        + t.gap.0 * f64::from(*t.phases)
}
