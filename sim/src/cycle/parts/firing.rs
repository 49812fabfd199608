//! All parts together: what a firing does, by class of its block; and what a layer does for an image, in closed form.

use super::{adc, buffer, bus, crossbar, digital};
use crate::counts::Counts;
use crate::cycle::actions::{ActionTable, Actions};
use crate::graph::{BlockClass, Station, StationKind};
use crate::map::roles::slice_widths;
use crate::map::{LayerMap, Mapping, SliceActivity, UnitMap};
use crate::units::bytes;
use crosscut_arch::{Arch, PartKind, Worker};

/// What one firing of a station does, the network for its messages left out. The results of a station that `leaves` the
/// machine go to the memory outside.
pub fn of_firings(station: &Station, arch: &Arch, mapping: &Mapping, leaves: bool) -> ActionTable {
    ActionTable(BlockClass::ALL.map(|class| of_firing(station, arch, mapping, class, leaves)))
}

/// One firing on a block of a class.
fn of_firing(
    station: &Station,
    arch: &Arch,
    mapping: &Mapping,
    class: BlockClass,
    leaves: bool,
) -> Actions {
    let [rows, columns] = station.blocks.extent(class);
    let positions = (rows * columns) as u64;
    let mut actions = Actions::default();
    let mut each = Counts::default();
    digital::count_activations(station, &mut each);
    let values = positions * station.output.c as u64;
    let bits = values * u64::from(arch.format.input_bits);
    if leaves || station.kind == StationKind::Source {
        actions.off_chip_bits = bits;
    }
    if let Some(map) = station.layer_map(mapping) {
        for width in slice_widths(columns, map.unroll) {
            actions.counts += &of_slice(map, arch, width).times(rows as u64);
        }
        crossbar::count_modes(map, arch, &mut actions.counts);
        if arch.roles.reduce == Worker::Digital {
            digital::count_additions(map, &mut each);
            actions.register_bits = bits;
        }
        if arch.roles.buffer == Worker::Digital {
            actions.written_bits = bits;
        }
    } else if let Some(unit) = unit(station, mapping) {
        digital::count_modes(&unit.roles, &mut actions.counts);
    } else if !matches!(station.kind, StationKind::Source | StationKind::Results) {
        let read = if station.adds_up() {
            digital::values_added(station, class != BlockClass::Silent)
        } else {
            positions * station.inputs_per_position
        };
        digital::count(station, read, &mut actions.counts);
        actions.read_bits = read * u64::from(arch.format.input_bits);
        actions.written_bits = bits;
    }
    actions.counts += &each.times(positions);
    actions
}

/// The crossbars of a station without weights.
fn unit<'m>(station: &Station, mapping: &'m Mapping) -> Option<&'m UnitMap> {
    let on_chip = station.kind != StationKind::Results;
    let mut units = mapping.units.iter();
    units.find(|u| on_chip && u.layer == station.layer)
}

/// What one slice of a layer does in one output row.
fn of_slice(map: &LayerMap, arch: &Arch, width: usize) -> Counts {
    let slice: SliceActivity = map.activity(arch, width);
    let mut counts = Counts::default();
    crossbar::count(&slice, arch, &mut counts);
    adc::count(&slice, arch, &mut counts);
    // Rows held in buffer crossbars are counted as their phases, not as bytes.
    if arch.roles.buffer == Worker::Digital {
        buffer::count(&slice, arch, &mut counts);
        bus::count(&slice, arch, &mut counts);
    }
    counts
}

/// Actions of a compute layer for one image in closed form, without its activations, the network and the write to a
/// digital buffer: all that depends on its own mapping. Every row and slice fires once, on one copy or another. The
/// optimiser weighs layers by it before there is a plan.
pub fn of_layer(map: &LayerMap, arch: &Arch) -> Counts {
    let mut counts = Counts::default();
    let output = map.geometry.output;
    for slice in map.slices() {
        counts += &of_slice(map, arch, slice.width).times(output.h as u64);
    }
    let mut modes = Counts::default();
    crossbar::count_modes(map, arch, &mut modes);
    counts += &modes.times(map.firings());
    if arch.roles.reduce == Worker::Digital {
        let mut each = Counts::default();
        digital::count_additions(map, &mut each);
        counts += &each.times(map.geometry.positions() as u64);
        let register = bytes(output.len() as u64, arch.format.input_bits);
        counts.add(PartKind::TileRegister, register);
    }
    counts
}
