//! Checked raw schema -> resolved machine: integers, plain numbers, and one cost entry per part.

use crate::cost;
use crate::model::*;
use crate::schema as raw;
use std::collections::BTreeMap;

/// Resolves a machine that passed every rule of [`crate::validate`].
pub(crate) fn resolve(m: &raw::Machine) -> Arch {
    let (kind, cell) = m.device.parts();
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
            on_conductance_us: cell.on.as_ref().map_or(0.0, |c| c.0),
            off_conductance_us: cell.off.as_ref().map_or(0.0, |c| c.0),
        },
        crossbar: Crossbar {
            rows: *m.crossbar.rows,
            columns: *m.crossbar.columns,
            read_ticks: read_ticks(m) as u64,
        },
        dac_bits: *m.dac.bits,
        adc: adc(&m.adc),
        pe: Pe {
            crossbars: *m.pe.crossbars,
            adcs: *m.pe.adcs,
        },
        tile: Tile {
            pes: *m.tile.pes,
            buffer_bytes: m.tile.buffer.0 as u64,
            bus_bytes_per_tick: *m.tile.bus_bytes_per_tick,
            digital_values_per_tick: *m.tile.digital_values_per_tick,
        },
        chip: Chip {
            tiles_x: *m.chip.tiles_x,
            tiles_y: *m.chip.tiles_y,
        },
        chips: m.system.chips.0,
        noc: noc(&m.noc),
        roles: Roles {
            reduce: m.roles.reduce,
            buffer: m.roles.buffer,
            pool: m.roles.pool,
        },
        timing: timing(&m.timing),
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

fn adc(a: &raw::AdcKind) -> Adc {
    match a {
        raw::AdcKind::None(_) => Adc::None,
        raw::AdcKind::Sar(s) => Adc::Sar(Converter {
            bits: *s.bits,
            samples_per_s: s.rate.0,
            range: s.range,
            unused_columns: s.unused_columns,
        }),
    }
}

fn noc(n: &raw::NocKind) -> Noc {
    let m = n.mesh();
    let mesh = Mesh {
        flit_bits: *m.flit_bits,
        hop_ticks: *m.hop_ticks,
        flit_ticks: *m.flit_ticks,
        tiles_per_router: *m.tiles_per_router,
    };
    match n {
        raw::NocKind::Ideal(_) => Noc::Ideal(mesh),
        raw::NocKind::Mesh(_) => Noc::Mesh(mesh),
    }
}

fn timing(t: &raw::TimingKind) -> Timing {
    match t {
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
    }
}
