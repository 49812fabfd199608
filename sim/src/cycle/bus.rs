//! Buses between tile buffers and PEs: one server per tile.

use super::activity;
use crate::map::LayerMap;
use crosscut_arch::Arch;

/// Ticks a transfer of `bytes` takes.
pub fn ticks(bytes: u64, bytes_per_tick: f64) -> u64 {
    (bytes as f64 / bytes_per_tick).ceil() as u64
}

/// Ticks one firing takes of each bus: the rows all replicas fetch, spread evenly over the layer's tiles.
pub fn fetch_ticks(map: &LayerMap, arch: &Arch, tiles: u64) -> u64 {
    let bytes = fetched_bytes(map, arch);
    ticks(bytes.div_ceil(tiles), arch.tile.bus_bytes_per_tick)
}

/// Bytes all replicas fetch for one firing; each row group fetches its rows once.
pub fn fetched_bytes(map: &LayerMap, arch: &Arch) -> u64 {
    let widths = map.hardware_slices();
    let rows = widths.iter().map(|&w| map.activity(arch, w).fetched_rows);
    let rows = rows.sum::<u64>() * map.replicas[1] as u64;
    activity::bytes(rows, arch.format.input_bits)
}

/// When each tile's bus is free.
pub struct Buses {
    free: Vec<u64>,
}

impl Buses {
    /// Buses of `tiles` tiles.
    pub fn new(tiles: u64) -> Buses {
        Buses {
            free: vec![0; tiles as usize],
        }
    }

    /// Moves data for `ticks` on each bus of a range of tiles, from `time` on; returns when the last is done.
    pub fn transfer(&mut self, tiles: std::ops::Range<usize>, ticks: u64, time: u64) -> u64 {
        let mut done = time;
        for free in &mut self.free[tiles] {
            *free = (*free).max(time) + ticks;
            done = done.max(*free);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_layers_on_one_bus_wait_in_turn() {
        let mut buses = Buses::new(2);
        let ticks = ticks(480, 48.0);
        assert_eq!(ticks, 10);
        // The first layer uses tiles 0 and 1, the second only tile 1, three ticks later: it waits until tick 10.
        assert_eq!(buses.transfer(0..2, ticks, 0), 10);
        assert_eq!(buses.transfer(1..2, ticks, 3), 20);
        // Tile 0 has been free since tick 10.
        assert_eq!(buses.transfer(0..1, ticks, 15), 25);
    }
}
