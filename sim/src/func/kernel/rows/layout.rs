//! Levels of a block as tiles of 64 columns, and what the converters of their columns do.

use super::lanes::{Columns, LARGEST, Lane, LevelRow, MOST_STEPS, Step, WIDTH};
use crate::func::adc::converters::Converters;
use crate::func::cells::block::Block;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Levels;

/// One block: signed levels (positive less negative cell) as tiles of 64 columns, rows inside.
pub struct LevelTiles {
    pub(super) rows: usize,
    pub(super) tiles: Vec<LevelRow>,
    /// What is known of each tile's columns.
    pub(super) columns: Vec<Columns>,
    /// Whether levels can be negative.
    pub(super) signed: bool,
    /// What happens to the conversions of each step.
    pub(super) steps: Vec<Step>,
}

/// Whether sums and totals of a layer stay within the integers used here.
pub fn fits(e: &Encoding, converters: &Converters, blocks: &[Block]) -> bool {
    let sums = blocks.iter().all(|block| {
        let mut bounds = block.sum_bounds.iter();
        bounds.all(|&(least, most)| -LARGEST <= least && most <= LARGEST)
    });
    let mut codes = converters.codes.iter();
    let plain = codes.all(|c| c.table.is_none() && c.step <= LARGEST && c.lo <= 0 && c.hi >= 0);
    let levels = e.cell_bits <= if e.pairs() { 7 } else { 8 };
    sums && plain && levels && !e.analog_sums && e.input_bits as usize <= MOST_STEPS
}

impl LevelTiles {
    /// Lays out levels.
    pub fn new(
        block: &Block,
        levels: &Levels,
        e: &Encoding,
        converters: &Converters,
    ) -> LevelTiles {
        let (rows, outputs) = (block.rows.len(), block.outputs.len());
        let width = block.columns();
        let mut tiles = vec![LevelRow([0; WIDTH]); width.div_ceil(WIDTH) * rows];
        for weight_slice in 0..e.weight_slices {
            for o in 0..outputs {
                let column = weight_slice * outputs + o;
                let tile = &mut tiles[column / WIDTH * rows..][..rows];
                let (plus, minus) = levels.column(weight_slice, o);
                for (r, (row, &level)) in tile.iter_mut().zip(plus).enumerate() {
                    let negative = minus.get(r).copied().unwrap_or(0);
                    // Levels fit 8 bits, with their sign where there are pairs.
                    row.0[column % WIDTH] = (level as u8).wrapping_sub(negative as u8);
                }
            }
        }
        let signed = e.pairs();
        let columns: Vec<Columns> = (0..width)
            .step_by(WIDTH)
            .map(|first| {
                let columns = first..width.min(first + WIDTH);
                let weight_slice = columns.map(|c| c / outputs).collect();
                let tile = &tiles[first / WIDTH * rows..][..rows];
                Columns::new(weight_slice, tile, signed, converters)
            })
            .collect();
        LevelTiles {
            rows,
            tiles,
            columns,
            signed,
            steps: steps(block, e, converters),
        }
    }

    /// Columns rounded up to whole tiles.
    pub fn stride(&self) -> usize {
        self.columns.len() * WIDTH
    }
}

/// How the conversions of the steps add up.
fn steps(block: &Block, e: &Encoding, converters: &Converters) -> Vec<Step> {
    // What a conversion can give: no more than the column's largest sum, rounded up, nor the ends of its converter.
    let ends = block.sum_bounds.iter().zip(&converters.codes);
    let ends = ends.map(|(&(least, most), c)| {
        let sum = (-least).max(most) + c.step / 2;
        sum.min((-c.lo).max(c.hi).saturating_mul(c.step))
    });
    let largest = ends.max().unwrap_or(0);
    let within =
        |steps: &usize| largest * ((1 << (*steps as u32 * e.dac_bits)) - 1) <= i64::from(i16::MAX);
    let span = (1..=e.steps).take_while(within).last().unwrap_or(1);
    let step = |s: usize| Step {
        up: (s % span) as u32 * e.dac_bits,
        negative: e.subtracts_last() && s + 1 == e.steps,
        flush: (s % span + 1 == span || s + 1 == e.steps)
            .then_some((s - s % span) as u32 * e.dac_bits),
    };
    (0..e.steps).map(step).collect()
}

impl Columns {
    fn new(
        weight_slice: Vec<usize>,
        tile: &[LevelRow],
        signed: bool,
        converters: &Converters,
    ) -> Columns {
        let mut t = Columns {
            lo: [i16::MIN; WIDTH],
            hi: [i16::MAX; WIDTH],
            half: [0; WIDTH],
            odd: [0; WIDTH],
            shift: [0; WIDTH],
            unit: true,
            rows_per_u8: tile.len().max(1),
            no_clip_input: usize::MAX,
            weight_slice,
        };
        let sides: [fn(u8) -> i32; 2] = if signed {
            [
                |b| i32::from(b as i8).max(0),
                |b| (-i32::from(b as i8)).max(0),
            ]
        } else {
            [i32::from, |_| 0]
        };
        let sides = sides.map(|of| Side::new(tile, of));
        for (lane, &weight_slice) in t.weight_slice.iter().enumerate() {
            let c = &converters.codes[weight_slice];
            // Sums stay within `LARGEST`, so that codes beyond are never reached; codes times their step must not
            // overflow either.
            let limit = |v: i64| v.clamp(-(1 << 14) / c.step, (1 << 14) / c.step) as i16;
            (t.lo[lane], t.hi[lane]) = (limit(c.lo), limit(c.hi));
            if c.step > 1 {
                (t.half[lane], t.odd[lane]) = ((c.step / 2 - 1) as i16, 1);
                t.unit = false;
            }
            t.shift[lane] = c.step.trailing_zeros() as i16;
            let ends = if signed { [127, 128] } else { [255, 0] };
            let codes = [c.hi, -c.lo];
            for (side, (end, codes)) in sides.iter().zip(ends.into_iter().zip(codes)) {
                // Most columns hold so little that 8 bits add all of their rows.
                if side.sum[lane] > end {
                    t.rows_per_u8 = t.rows_per_u8.min(rows_within(tile, side, lane, end).max(1));
                }
                if side.largest[lane] > 0 {
                    let sum = codes.saturating_mul(c.step) / i64::from(side.largest[lane]);
                    t.no_clip_input = t
                        .no_clip_input
                        .min(usize::try_from(sum).unwrap_or(usize::MAX));
                }
            }
        }
        t
    }
}

/// Levels of a tile's columns of one sign, as magnitudes.
struct Side {
    of: fn(u8) -> i32,
    sum: Lane<i32>,
    largest: Lane<i32>,
}

impl Side {
    fn new(tile: &[LevelRow], of: fn(u8) -> i32) -> Side {
        let mut side = Side {
            of,
            sum: [0; WIDTH],
            largest: [0; WIDTH],
        };
        for row in tile {
            for ((sum, largest), &level) in side.sum.iter_mut().zip(&mut side.largest).zip(&row.0) {
                let level = of(level);
                *sum += level;
                *largest = level.max(*largest);
            }
        }
        side
    }
}

/// How many of any rows of a column add up to no more than `end`: as many as of those with the largest levels.
fn rows_within(tile: &[LevelRow], side: &Side, lane: usize, end: i32) -> usize {
    let mut levels: Vec<i32> = tile.iter().map(|row| (side.of)(row.0[lane])).collect();
    levels.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    let beyond = levels.iter().position(|&level| {
        sum += level;
        sum > end
    });
    beyond.unwrap_or(levels.len())
}
