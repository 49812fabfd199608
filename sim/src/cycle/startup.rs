//! Writing the weights, before the first image.
//!
//! Arrays are written row by row: `rows_at_once` x `columns_at_once` cells take a pulse and its verifying read together,
//! `pulses` times. A PE writes `arrays_at_once` of its arrays side by side, in the order in which the mapping fills them; all
//! PEs work at the same time. Meanwhile each tile's bus brings the weights to its PEs (each array its own, once), and the host
//! brings them to the chip at `load_bytes_per_tick`, or over the links of `[dram]`; whichever is slowest sets the time. Cells that hold no weight stay at
//! the level they are erased to; those of a unit column are written. Crossbars in vector modes hold no weights.
//!
//! Not modelled: layers do not begin before all weights are written; the way from the chip's border to the tiles takes no
//! time and no energy; a cell takes the mean number of pulses, whatever its level.

use crate::map::{LayerMap, Mapping};
use crate::units::{self, ticks};
use crosscut_arch::{Arch, CellWrite};

/// What writing the weights of a mapped network takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Startup {
    /// From the first pulse to the last.
    pub ticks: u64,
    /// Of that, what the slowest PE takes to write its arrays.
    pub write_ticks: u64,
    /// What the busiest tile's bus takes.
    pub bus_ticks: u64,
    /// What the busiest chip's border takes; 0 without a limit.
    pub load_ticks: u64,
    /// Each layer, in network order.
    pub layers: Vec<LayerWrite>,
    /// Ticks until each tile holds its weights.
    pub tiles: Vec<u64>,
}

/// What writing one layer takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerWrite {
    /// Its name.
    pub name: String,
    /// Arrays written.
    pub arrays: u64,
    /// Cells that hold a weight, all copies.
    pub cells: u64,
    /// Cells of unit columns.
    pub unit_cells: u64,
    /// Pulses of all of them.
    pub pulses: u64,
    /// Bytes of weights that its arrays take in.
    pub bytes: u64,
    /// What its slowest PE takes.
    pub ticks: u64,
}

/// One array to be written.
#[derive(Debug, Clone, Copy, Default)]
struct Array {
    rows: u64,
    /// Columns in use, unit columns included.
    columns: u64,
    cells: u64,
    unit_cells: u64,
    /// Different weights.
    weights: u64,
}

impl Startup {
    /// What it takes; nothing if the machine does not say how its cells are written.
    pub fn of(arch: &Arch, mapping: &Mapping) -> Option<Startup> {
        let write = arch.device.write.as_ref()?;
        let mut tiles = vec![Tile::default(); mapping.tiles.max(1) as usize];
        let layers = mapping.layers.iter().zip(&mapping.places);
        let layers: Vec<LayerWrite> = layers
            .map(|(layer, place)| {
                let first = place.first_pe;
                self::layer(layer, arch, write, first, &mut tiles)
            })
            .collect();
        let bus = |t: &Tile| ticks(t.bytes, arch.tile.bus_bytes_per_tick);
        let of_tiles = tiles.iter().map(|t| bus(t).max(t.write_ticks)).collect();
        let rate = write.load_bytes_per_tick.or(arch.dram_bytes_per_tick());
        let load_ticks = rate.map_or(0, |rate| {
            let loads = bytes_by_chip(&tiles, arch, mapping);
            ticks(loads.into_iter().max().unwrap_or(0), rate)
        });
        let write_ticks = tiles.iter().map(|t| t.write_ticks).max().unwrap_or(0);
        let bus_ticks = tiles.iter().map(bus).max().unwrap_or(0);
        Some(Startup {
            ticks: write_ticks.max(bus_ticks).max(load_ticks),
            write_ticks,
            bus_ticks,
            load_ticks,
            layers,
            tiles: of_tiles,
        })
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Tile {
    write_ticks: u64,
    bytes: u64,
}

/// Bytes that each chip takes in.
fn bytes_by_chip(tiles: &[Tile], arch: &Arch, mapping: &Mapping) -> Vec<u64> {
    let grid = arch.grid();
    let mut chips = vec![0; mapping.chips.max(1) as usize];
    for (t, tile) in tiles.iter().enumerate() {
        let slot = mapping.placement.slot(t as u64);
        chips[grid.chip_of_slot(slot) as usize] += tile.bytes;
    }
    chips
}

/// Writes a layer's arrays into its PEs, one after the other.
fn layer(
    map: &LayerMap,
    arch: &Arch,
    write: &CellWrite,
    first_pe: u64,
    tiles: &mut [Tile],
) -> LayerWrite {
    let mut sum = LayerWrite {
        name: map.name.clone(),
        ..LayerWrite::default()
    };
    let (per_pe, per_tile) = (u64::from(arch.pe.crossbars), u64::from(arch.tile.pes));
    let batch = u64::from(write.arrays_at_once);
    // Time of the PE that is being filled, its longest array of the batch included.
    let (mut pe_ticks, mut longest) = (0, 0);
    for_each_array(map, arch, |a| {
        let n = sum.arrays;
        if n.is_multiple_of(per_pe) {
            pe_ticks = 0;
        }
        if (n % per_pe).is_multiple_of(batch) {
            longest = 0;
        }
        let ticks = array_ticks(&a, write);
        pe_ticks += ticks.saturating_sub(longest);
        longest = longest.max(ticks);
        let bytes = units::bytes(a.weights, arch.format.weight_bits);
        let at = ((first_pe + n / per_pe) / per_tile) as usize;
        let tile = &mut tiles[at];
        tile.write_ticks = tile.write_ticks.max(pe_ticks);
        tile.bytes += bytes;
        sum.ticks = sum.ticks.max(pe_ticks);
        sum.arrays += 1;
        sum.cells += a.cells;
        sum.unit_cells += a.unit_cells;
        sum.bytes += bytes;
    });
    sum.pulses = (sum.cells + sum.unit_cells) * u64::from(write.pulses);
    sum
}

/// Ticks of one array that has the write drivers to itself.
fn array_ticks(a: &Array, write: &CellWrite) -> u64 {
    let steps = a.rows.div_ceil(u64::from(write.rows_at_once))
        * a.columns.div_ceil(u64::from(write.columns_at_once));
    steps * u64::from(write.pulses) * (write.pulse_ticks + write.verify_ticks)
}

/// Every array that holds weights: copy after copy, slice after slice, row group after row group.
fn for_each_array(map: &LayerMap, arch: &Arch, mut each: impl FnMut(Array)) {
    let unit = arch.has_unit_column();
    let per_weight = u64::from(arch.columns_per_weight());
    let shared = map.groups_per_array(arch);
    for _ in 0..map.replicas[1] {
        for &width in &map.hardware_slices() {
            let kout = match shared {
                1 => map.kout(arch, width).max(1),
                // A channel group that shares an array has all its outputs in it.
                _ => usize::MAX,
            };
            for block in map.row_groups.chunks(shared) {
                let mut array = Array::default();
                for group in block {
                    let rows = map.physical_rows(group, width) as u64;
                    let mut left = group.outputs.len();
                    while left > 0 {
                        let outputs = left.min(kout);
                        left -= outputs;
                        let weights = (group.rows.len() * outputs) as u64;
                        array.rows += rows;
                        array.columns += outputs as u64 * width as u64 * per_weight;
                        array.cells += weights * width as u64 * per_weight;
                        array.weights += weights;
                        if unit {
                            array.columns += 1;
                            array.unit_cells += rows;
                        }
                        if shared == 1 {
                            each(std::mem::take(&mut array));
                        }
                    }
                }
                if array.rows > 0 {
                    each(array);
                }
            }
        }
    }
}
