//! Column sums of ideal cells by adding the driven rows: 8-bit sums of 64 columns side by side.
//!
//! Where the sums of a layer fit 16 bits this is faster than counting bits: rows that an input bit does not drive (the zeros
//! behind a ReLU, and half of the bits of the rest) cost nothing, and one AVX-512 instruction adds 64 cells. As many rows are
//! added in 8 bits as cannot overflow them, which with 2-bit cells is nearly always all that are driven; conversions and
//! sums of conversions take 16 bits, 32 columns per instruction.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod block;
mod tally;

pub(super) use block::Block;
use block::Reads;
pub(super) use tally::Tally;

use crate::func::adc::codes::Converters;
use crate::func::cells::block::Frame;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout;

/// Columns of a tile.
const WIDTH: usize = 64;
type Lane<T> = [T; WIDTH];

/// Levels of 64 columns in one row (two's complement where pairs make them negative), on a line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Levels(Lane<u8>);

/// Most steps of an input worked on here.
const MOST_STEPS: usize = 15;

/// Largest column sum, and largest code times step, worked on here: half a step more fits 16 bits too.
const LARGEST: i64 = (1 << 14) - 1;

/// One row group: signed levels (positive less negative cell) as tiles of 64 columns, rows inside.
pub(super) struct Rows {
    rows: usize,
    tiles: Vec<Levels>,
    /// What is known of each tile's columns.
    columns: Vec<Columns>,
    /// Whether levels can be negative.
    signed: bool,
    /// What happens to the conversions of each step.
    steps: Vec<Step>,
}

/// How the conversions of one input step are added up: within 16 bits as long as those hold them, then in 32.
struct Step {
    /// Weight among the steps added in 16 bits, as a power of two.
    up: u32,
    /// Whether it is subtracted.
    negative: bool,
    /// If the 16 bits are full: the weight of their sum, as a power of two.
    flush: Option<u32>,
}

/// The columns of a tile and what their converters do.
#[repr(C, align(64))]
struct Columns {
    lo: Lane<i16>,
    hi: Lane<i16>,
    /// Half a step less one, whether there is one, and the step as a power of two.
    half: Lane<i16>,
    odd: Lane<i16>,
    shift: Lane<i16>,
    /// Weight slice of each column.
    slice: Vec<usize>,
    /// Whether every column has one code per unit of column sum.
    unit: bool,
    /// Rows that 8 bits can add.
    addable: usize,
    /// Driven input (the sum of a read's inputs) up to which no column can reach beyond its codes.
    quiet: usize,
}

/// Whether sums and totals of a layer stay within the integers used here.
pub(super) fn fits(e: &Encoding, converters: &Converters, frames: &[Frame]) -> bool {
    let sums = frames.iter().all(|f| {
        let mut reach = f.reach.iter();
        reach.all(|&(least, most)| -LARGEST <= least && most <= LARGEST)
    });
    let mut codes = converters.slices.iter();
    let plain = codes.all(|c| c.table.is_none() && c.step <= LARGEST && c.lo <= 0 && c.hi >= 0);
    let levels = e.cell_bits <= if e.pairs() { 7 } else { 8 };
    sums && plain && levels && !e.analog_sums && e.input_bits as usize <= MOST_STEPS
}

impl Rows {
    /// Lays out levels.
    pub fn new(
        frame: &Frame,
        levels: &layout::Levels,
        e: &Encoding,
        converters: &Converters,
    ) -> Rows {
        let (rows, outputs) = (frame.rows.len(), frame.outputs.len());
        let width = frame.columns();
        let mut tiles = vec![Levels([0; WIDTH]); width.div_ceil(WIDTH) * rows];
        for slice in 0..e.slices {
            for o in 0..outputs {
                let column = slice * outputs + o;
                let tile = &mut tiles[column / WIDTH * rows..][..rows];
                let (plus, minus) = levels.column(slice, o);
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
                let slice = columns.map(|c| c / outputs).collect();
                let tile = &tiles[first / WIDTH * rows..][..rows];
                Columns::new(slice, tile, signed, converters)
            })
            .collect();
        Rows {
            rows,
            tiles,
            columns,
            signed,
            steps: steps(frame, e, converters),
        }
    }

    /// Columns rounded up to whole tiles.
    fn stride(&self) -> usize {
        self.columns.len() * WIDTH
    }
}

/// How the conversions of the steps add up.
fn steps(frame: &Frame, e: &Encoding, converters: &Converters) -> Vec<Step> {
    // What a conversion can give: no more than the column's reach, rounded up, nor the ends of its converter.
    let ends = frame.reach.iter().zip(&converters.slices);
    let ends = ends.map(|(&(least, most), c)| {
        let reach = (-least).max(most) + c.step / 2;
        reach.min((-c.lo).max(c.hi).saturating_mul(c.step))
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
    fn new(slice: Vec<usize>, tile: &[Levels], signed: bool, converters: &Converters) -> Columns {
        let mut t = Columns {
            lo: [i16::MIN; WIDTH],
            hi: [i16::MAX; WIDTH],
            half: [0; WIDTH],
            odd: [0; WIDTH],
            shift: [0; WIDTH],
            unit: true,
            addable: tile.len().max(1),
            quiet: usize::MAX,
            slice,
        };
        let sides: [fn(u8) -> i32; 2] = match signed {
            true => [
                |b| i32::from(b as i8).max(0),
                |b| (-i32::from(b as i8)).max(0),
            ],
            false => [i32::from, |_| 0],
        };
        let sides = sides.map(|of| Side::new(tile, of));
        for (lane, &slice) in t.slice.iter().enumerate() {
            let c = &converters.slices[slice];
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
                    t.addable = t.addable.min(addable(tile, side, lane, end).max(1));
                }
                if side.largest[lane] > 0 {
                    let sum = codes.saturating_mul(c.step) / i64::from(side.largest[lane]);
                    t.quiet = t.quiet.min(usize::try_from(sum).unwrap_or(usize::MAX));
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
    fn new(tile: &[Levels], of: fn(u8) -> i32) -> Side {
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
fn addable(tile: &[Levels], side: &Side, lane: usize, end: i32) -> usize {
    let mut levels: Vec<i32> = tile.iter().map(|row| (side.of)(row.0[lane])).collect();
    levels.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    let beyond = levels.iter().position(|&level| {
        sum += level;
        sum > end
    });
    beyond.unwrap_or(levels.len())
}
