//! Checked raw schema -> resolved machine: integers, plain numbers, and one cost entry per part.

mod cell;
mod device;
mod dram;
pub(crate) mod ticks;
mod write;

use crate::adc::Converter;
use crate::device::{LevelState, WireResistance};
use crate::model::*;
use crate::part::Confidence;
use crate::schema as raw;
use crate::topology::Noc;
use std::collections::BTreeMap;

/// Resolves a machine that passed every rule of [`crate::rules`], without what its parts cost (`cost.rs`).
pub(crate) fn structure(m: &raw::Machine, levels: Vec<LevelState>) -> Arch {
    let (kind, cell) = m.device.parts();
    let ends = levels.first().copied().zip(levels.last().copied());
    Arch {
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
            physics: device::physics(cell, levels),
            read_volt: cell::read_volt(kind, cell),
            cell_f2: cell::area_f2(kind, cell),
            write: cell.write.as_ref().map(|w| write::resolve(m, w)),
        },
        crossbar: Crossbar {
            rows: *m.crossbar.rows,
            columns: *m.crossbar.columns,
            read_ticks: ticks::read_ticks(m) as u64,
            pulse_ns: m.crossbar.pulse.as_ref().map_or(m.crossbar.read.0, |p| p.0),
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
        skips_zeros: m.dac.skip_zeros.as_deref().copied().unwrap_or(false),
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
        dram: m.dram.as_ref().map(|d| dram::resolve(d)),
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
            reload: m.mapping.reload.unwrap_or(false),
            layers: layers(&m.mapping),
        },
        activity: activity(m),
        unpriced: Vec::new(),
        parts: Vec::new(),
        published: m.published.iter().map(published).collect(),
    }
}

fn activity(m: &raw::Machine) -> Activity {
    let assumed = Activity::default();
    let Some(given) = &m.activity else {
        return assumed;
    };
    let or =
        |share: &Option<raw::At<f64>>, otherwise| share.as_deref().copied().unwrap_or(otherwise);
    Activity {
        inputs: or(&given.inputs, assumed.inputs),
        cells: or(&given.cells, assumed.cells),
        codes: or(&given.codes, assumed.codes),
    }
}

fn published(p: &raw::PublishedTable) -> Published {
    Published {
        claim: p.value.value.0,
        source: p.source.clone(),
        confidence: p.confidence.unwrap_or(Confidence::unstated()),
        note: p.note.clone().unwrap_or_default(),
        mark: p.mark.unwrap_or_default(),
        fitted: p.fitted.clone().unwrap_or_default(),
        tolerance: p.tolerance.unwrap_or_else(Published::tolerance),
    }
}

fn format(f: &raw::FormatTable) -> Format {
    let signed_weights = match &f.signed.value {
        raw::SignedKind::Offset(o) => SignedWeights::Offset {
            unit_column: o.unit_column,
            flip: o.flip,
        },
        raw::SignedKind::Differential(_) => SignedWeights::Differential,
        raw::SignedKind::TwosComplement(_) => SignedWeights::TwosComplement,
    };
    Format {
        weight_bits: *f.weight_bits,
        input_bits: *f.input_bits,
        signed_weights,
        weights: f.weights.as_deref().copied().unwrap_or_default(),
        partial_sums: f.partial_sums.as_deref().copied().unwrap_or_default(),
    }
}

fn layers(m: &raw::MappingTable) -> BTreeMap<String, LayerRules> {
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
            product_ticks: (ticks::product_ns(t, m) * m.clock.0 / 1e9 - 1e-6)
                .ceil()
                .max(1.0) as u64,
        }),
        raw::TimingKind::None(n) => Timing::None {
            because: n.because.clone(),
        },
    }
}
