//! Where the copies of a layer sit: which of its tiles hold which of its crossbars.
//!
//! Copies are filled in one after the other. Those of neighbouring positions come next to each other (Morton order of row
//! and slice), so that tiles hold patches of a block rather than stripes. Within a copy the arrays follow row group by row
//! group. Where crossbars buffer, the one that buffers a row group stands before its arrays; where crossbars add, those of a
//! copy stand in its middle, beside the arrays whose sums they take.

use crate::map::{LayerMap, RowGroup};
use crosscut_arch::Arch;
use std::ops::Range;
use std::rc::Rc;

/// Row groups that share arrays: one, or the channel groups side by side on a diagonal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowBlock {
    /// Of the layer's row groups.
    pub groups: Range<usize>,
    /// Arrays of one copy that are built on them.
    pub arrays: Range<u64>,
}

/// Consecutive arrays of a copy in one tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub tile: u64,
    pub arrays: Range<u64>,
}

/// One copy of a layer.
#[derive(Debug, Clone)]
pub(super) struct LayerCopy {
    /// Output columns it computes at once.
    pub width: usize,
    /// Blocks of rows that feed an output.
    pub blocks: Rc<[RowBlock]>,
    /// Its arrays.
    pub pieces: Vec<Piece>,
    /// Tile of the crossbar that buffers each block of rows; none where tiles have buffers.
    pub buffers: Vec<u64>,
    /// Tiles of the crossbars that add its partial sums; none where units of the tiles do.
    pub adders: Vec<u64>,
}

/// All copies of a layer.
#[derive(Debug, Clone)]
pub(super) struct Copies {
    /// Slices of a row with hardware of their own.
    pub slices: usize,
    /// Row by row, slice by slice.
    pub copies: Vec<LayerCopy>,
}

impl Copies {
    /// Of a layer whose first PE is given.
    pub fn of(map: &LayerMap, first_pe: u64, arch: &Arch) -> Copies {
        let widths = map.hardware_slices();
        let (rows, slices) = (map.replicas[1], widths.len());
        let mut order: Vec<usize> = (0..rows * slices).collect();
        order.sort_by_key(|&c| morton(c / slices, c % slices));
        let mut filling = Filling::new(first_pe, arch);
        let mut copies = vec![None; rows * slices];
        let all = copies.len() as u64;
        let mut of_width: Vec<(usize, Rc<[RowBlock]>)> = Vec::new();
        for (n, copy) in order.into_iter().enumerate() {
            let (n, width) = (n as u64, widths[copy % slices]);
            let known = of_width.iter().find(|w| w.0 == width);
            let blocks = known.map(|w| w.1.clone()).unwrap_or_else(|| {
                let blocks: Rc<[RowBlock]> = row_blocks(map, arch, width).into();
                of_width.push((width, blocks.clone()));
                blocks
            });
            let adders = (n + 1) * map.roles.reduce / all - n * map.roles.reduce / all;
            copies[copy] = Some(filling.copy(width, blocks, map.roles.buffer > 0, adders));
        }
        Copies {
            slices,
            copies: copies.into_iter().flatten().collect(),
        }
    }
}

/// Blocks of rows with live outputs, for slices of a width.
fn row_blocks(map: &LayerMap, arch: &Arch, width: usize) -> Vec<RowBlock> {
    let (per, kout) = (map.groups_per_array(arch), map.kout(arch, width).max(1));
    let live = |block: &(usize, &[RowGroup])| block.1.iter().any(|g| g.is_live());
    let mut next = 0;
    let blocks = map.row_groups.chunks(per).enumerate().filter(live);
    blocks
        .map(|(n, groups)| {
            let arrays = match per {
                1 => groups[0].outputs.len().div_ceil(kout) as u64,
                _ => 1,
            };
            next += arrays;
            RowBlock {
                groups: n * per..n * per + groups.len(),
                arrays: next - arrays..next,
            }
        })
        .collect()
}

/// Interleaves the bits of two numbers.
fn morton(y: usize, x: usize) -> u64 {
    let spread = |n: usize| (0..32).map(|b| (n as u64 >> b & 1) << (2 * b)).sum::<u64>();
    spread(y) << 1 | spread(x)
}

/// Crossbars given away one after the other.
struct Filling {
    next: u64,
    per_tile: u64,
}

impl Filling {
    fn new(first_pe: u64, arch: &Arch) -> Filling {
        let per_pe = u64::from(arch.pe.crossbars);
        Filling {
            next: first_pe * per_pe,
            per_tile: per_pe * u64::from(arch.tile.pes),
        }
    }

    /// Tile of the next crossbar.
    fn take(&mut self) -> u64 {
        self.next += 1;
        (self.next - 1) / self.per_tile
    }

    fn copy(
        &mut self,
        width: usize,
        blocks: Rc<[RowBlock]>,
        buffered: bool,
        adders: u64,
    ) -> LayerCopy {
        let mut copy = LayerCopy {
            width,
            blocks: blocks.clone(),
            pieces: Vec::new(),
            buffers: Vec::new(),
            adders: Vec::new(),
        };
        let middle = blocks.len().div_ceil(2);
        for (n, block) in blocks.iter().enumerate() {
            if buffered {
                copy.buffers.push(self.take());
            }
            let mut at = block.arrays.start;
            while at < block.arrays.end {
                let room = self.per_tile - self.next % self.per_tile;
                let end = block.arrays.end.min(at + room);
                let tile = self.next / self.per_tile;
                self.next += end - at;
                match copy.pieces.last_mut() {
                    Some(last) if last.tile == tile => last.arrays.end = end,
                    _ => copy.pieces.push(Piece {
                        tile,
                        arrays: at..end,
                    }),
                }
                at = end;
            }
            if n + 1 == middle {
                copy.adders = (0..adders).map(|_| self.take()).collect();
            }
        }
        copy
    }
}
