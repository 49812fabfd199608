//! Action counts of one image in closed form, from the mapping alone.

use super::plan::{Plan, Traffic};
use crate::counts::Counts;
use crate::graph::{Mapped, Station, StationKind};
use crate::map::{LayerMap, Mapping};
use crosscut_arch::{Arch, PartKind, Worker};

/// Bytes of `values` values of `bits` bits, packed.
pub fn bytes(values: u64, bits: u32) -> u64 {
    (values * u64::from(bits)).div_ceil(8)
}

/// Actions of a station for one image, without the network.
pub fn of_station(station: &Station, arch: &Arch, mapping: &Mapping) -> Counts {
    let mut c = Counts::default();
    c.add(PartKind::Activation, station.activations);
    let bits = arch.format.input_bits;
    match (station.kind, station.mapped(mapping)) {
        (StationKind::Source, _) => {}
        (_, Some(layer)) => {
            compute(layer, arch, &mut c);
            if arch.roles.buffer == Worker::Digital {
                c.add(PartKind::Buffer, bytes(station.output.len() as u64, bits));
            }
        }
        (_, None) => digital(station, arch, mapping, &mut c),
    }
    c
}

/// Actions of each station of a plan for one image, those of the network for its messages included.
pub fn of_stations(plan: &Plan, mapped: Mapped<'_>) -> Vec<Counts> {
    let Mapped {
        graph,
        arch,
        mapping,
    } = mapped;
    let stations = graph.graph.node_weights().zip(&plan.stations);
    let counts = stations.map(|(station, p)| {
        let mut counts = of_station(station, arch, mapping);
        let firings = p.blocks.count();
        counts += &of_traffic(&p.reduce_traffic, arch).times(firings);
        for &e in &p.outputs {
            let traffic = &plan.edges[e].traffic;
            counts += &of_traffic(traffic, arch).times(p.blocks.yielding());
        }
        counts
    });
    counts.collect()
}

/// Actions of a compute layer for one image, without its activations, the network and the write to a digital buffer: all
/// that depends on its own mapping. Every row and slice fires once, on one replica or another.
pub fn of_layer(layer: &LayerMap, arch: &Arch) -> Counts {
    let mut c = Counts::default();
    compute(layer, arch, &mut c);
    c
}

fn compute(layer: &LayerMap, arch: &Arch, c: &mut Counts) {
    let steps = u64::from(arch.timed_steps());
    let rows = layer.geometry.output.h as u64;
    let per_pe = u64::from(arch.pe.crossbars);
    let has_adc = arch.adc.is_some();
    let logical = layer.geometry.output.len() as u64;
    let mut sums = 0;
    for slice in layer.slices() {
        let a = layer.activity(arch, slice.width);
        sums += a.partial_sums * rows;
        c.add(PartKind::Crossbar, a.arrays * steps * rows);
        if has_adc {
            c.add(
                PartKind::SampleHold,
                a.columns * u64::from(arch.conversions_per_column()) * rows,
            );
            let conversions = a.conversions(arch) * rows;
            c.add(PartKind::Adc, conversions);
            c.add(PartKind::ShiftAdd, conversions);
        }
        if arch.phased().is_none() {
            // A row is driven once per input step, in the read its group of rows is active in.
            let driven = steps / u64::from(arch.row_steps());
            c.add(PartKind::Dac, a.driven_rows * driven * rows);
            let pes = a.arrays.div_ceil(per_pe);
            c.add(PartKind::InputRegister, pes * steps * rows);
            c.add(PartKind::OutputRegister, pes * steps * rows);
        }
        // Rows held in buffer crossbars are counted as their phases, not as bytes.
        if arch.roles.buffer == Worker::Digital {
            let fetched = bytes(a.fetched_rows, arch.format.input_bits) * rows;
            c.add(PartKind::Buffer, fetched);
            c.add(PartKind::Bus, fetched);
        }
    }
    // Every partial sum beyond the first of an output is one addition.
    let additions = sums.saturating_sub(logical);
    match arch.roles.reduce {
        Worker::Digital => {
            c.add(PartKind::TileShiftAdd, additions);
            c.add(
                PartKind::TileRegister,
                bytes(logical, arch.format.input_bits),
            );
        }
        Worker::Crossbar if layer.adds_partial_sums() => {
            c.add(PartKind::ReduceMode, layer.roles.reduce * layer.firings());
        }
        // Adders that pruning left without work stay in the count of crossbars but do not act.
        Worker::Crossbar => {}
    }
    if arch.roles.buffer == Worker::Crossbar {
        c.add(PartKind::BufferMode, layer.roles.buffer * layer.firings());
    }
}

fn digital(station: &Station, arch: &Arch, mapping: &Mapping, c: &mut Counts) {
    let positions = (station.output.h * station.output.w) as u64;
    let firings = station.blocks.count();
    if let Some(unit) = mapping.units.iter().find(|u| u.layer == station.layer) {
        c.add(PartKind::ReduceMode, unit.roles.reduce * firings);
        c.add(
            PartKind::BufferMode,
            (unit.roles.buffer + unit.roles.pool) * firings,
        );
        return;
    }
    let values = station.inputs_per_position * positions;
    if station.kind != StationKind::Concat {
        c.add(PartKind::Pool, values);
    }
    let bits = arch.format.input_bits;
    c.add(
        PartKind::Buffer,
        bytes(values, bits) + bytes(station.output.len() as u64, bits),
    );
}

/// Actions of the network for one message.
pub fn of_traffic(traffic: &Traffic, arch: &Arch) -> Counts {
    let mut c = Counts::default();
    c.add(PartKind::Router, traffic.router_flits);
    let flit_bits = arch.mesh().flit_bits;
    c.add(PartKind::ChipLink, bytes(traffic.chip_flits, flit_bits));
    c
}
