//! Which tile holds which values of a block once they are finished, and sends them.
//!
//! A layer's values are where its arrays are: those of a position in the tiles of the copy that made it, shared out in
//! proportion to the arrays there (in the crossbars that add, evenly, where crossbars add). A station without crossbars works
//! where its values are: each of its positions in the tiles that hold the input position it looks at first.

use super::copies::Copies;
use super::{Blocks, Window};
use crate::map::LayerMap;
use std::ops::Range;

/// Maps of a position in one tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Share {
    pub tile: u64,
    pub maps: Range<usize>,
}

/// Values of one block by tile.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Rows and columns of a block.
    pub extent: [usize; 2],
    /// Output maps.
    pub maps: usize,
    /// By position of a block, row by row: which of `spreads`.
    at: Vec<u32>,
    /// Ways in which the maps of a position lie in tiles.
    pub spreads: Vec<Vec<Share>>,
}

impl Layout {
    /// Of a layer with crossbars.
    pub fn of_layer(map: &LayerMap, copies: &Copies, blocks: &Blocks) -> Layout {
        let maps = map.geometry.output.c;
        let adds = map.adds_partial_sums();
        let spread = |copy: &super::copies::LayerCopy| match adds && !copy.adders.is_empty() {
            true => evenly(&copy.adders, maps),
            false => {
                let arrays = copy.pieces.last().map_or(1, |p| p.arrays.end);
                let place = |array: u64| (maps as u64 * array / arrays) as usize;
                let of_piece = |p: &super::copies::Piece| Share {
                    tile: p.tile,
                    maps: place(p.arrays.start)..place(p.arrays.end),
                };
                merged(copy.pieces.iter().map(of_piece))
            }
        };
        let slice = |x: usize| (x / map.unroll).min(copies.slices - 1);
        let at = positions([blocks.rows, blocks.columns], |y, x| {
            (y * copies.slices + slice(x)) as u32
        });
        Layout {
            extent: [blocks.rows, blocks.columns],
            maps,
            at,
            spreads: copies.copies.iter().map(spread).collect(),
        }
    }

    /// Of a station without crossbars, whose values come from a station with this layout through a window.
    pub fn follow(&self, window: Window, blocks: &Blocks, maps: usize) -> Layout {
        let stride = match window {
            Window::Sliding { stride, .. } => stride,
            Window::Whole | Window::Running => [0; 2],
        };
        let scaled = |m: usize| m * maps / self.maps;
        let of_spread = |shares: &Vec<Share>| {
            merged(shares.iter().map(|s| Share {
                tile: s.tile,
                maps: scaled(s.maps.start)..scaled(s.maps.end),
            }))
        };
        let at = positions([blocks.rows, blocks.columns], |y, x| {
            let [y, x] = [
                y * stride[0] % self.extent[0],
                x * stride[1] % self.extent[1],
            ];
            self.at[y * self.extent[1] + x]
        });
        Layout {
            extent: [blocks.rows, blocks.columns],
            maps,
            at,
            spreads: self.spreads.iter().map(of_spread).collect(),
        }
    }

    /// Of values that lie in the given tiles evenly: a row's, column after column.
    pub fn in_order(tiles: &[u64], blocks: &Blocks, maps: usize) -> Layout {
        let columns = blocks.columns;
        let (values, n) = (columns * maps, tiles.len());
        let of_column = |x: usize| {
            let share = |i: usize| {
                let inside = |value: usize| value.clamp(x * maps, (x + 1) * maps) - x * maps;
                Share {
                    tile: tiles[i],
                    maps: inside(i * values / n)..inside((i + 1) * values / n),
                }
            };
            merged((0..n).map(share))
        };
        Layout {
            extent: [blocks.rows, columns],
            maps,
            at: positions([blocks.rows, columns], |_, x| x as u32),
            spreads: (0..columns).map(of_column).collect(),
        }
    }

    /// How the maps of a position lie in tiles, as a number of `spreads`.
    pub fn at(&self, y: usize, x: usize) -> u32 {
        self.at[y * self.extent[1] + x]
    }
}

/// Something for every position of a block.
pub(super) fn positions(extent: [usize; 2], mut of: impl FnMut(usize, usize) -> u32) -> Vec<u32> {
    let [rows, columns] = extent;
    (0..rows * columns)
        .map(|p| of(p / columns, p % columns))
        .collect()
}

/// Maps shared out evenly.
fn evenly(tiles: &[u64], maps: usize) -> Vec<Share> {
    let n = tiles.len();
    let share = |i: usize| Share {
        tile: tiles[i],
        maps: i * maps / n..(i + 1) * maps / n,
    };
    merged((0..n).map(share))
}

/// Shares that hold something; neighbours in the same tile as one.
fn merged(shares: impl Iterator<Item = Share>) -> Vec<Share> {
    let mut out: Vec<Share> = Vec::new();
    for share in shares.filter(|s| !s.maps.is_empty()) {
        match out.last_mut() {
            Some(last) if last.tile == share.tile && last.maps.end == share.maps.start => {
                last.maps.end = share.maps.end;
            }
            _ => out.push(share),
        }
    }
    out
}
