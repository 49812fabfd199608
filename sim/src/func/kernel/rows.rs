//! Column sums of ideal cells by adding the driven rows: 16-bit sums of 64 columns side by side.
//!
//! Where the sums of a layer fit 16 bits this is faster than counting bits: rows that an input bit does not drive (the zeros
//! behind a ReLU, and half of the bits of the rest) cost nothing, and a conversion takes 32 columns per AVX-512 instruction.
//! The compiler writes the vector code of every instruction set from one text.

use super::Isa;
use super::input::{InputRows, fill_planes, list_ones};
use crate::func::adc::Converters;
use crate::func::encode::Encoding;
use crate::func::program::GroupCells;
use crate::func::stats::LayerStats;
use ndarray::ArrayView2;

/// Columns of a tile.
const WIDTH: usize = 64;
type Lane<T> = [T; WIDTH];

/// Levels of 64 columns in one row, on whole lines of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Levels(Lane<i16>);

/// Positions that pass a tile before the next tile.
pub(super) const BLOCK: usize = 32;

/// One row group: signed levels (positive less negative cell) as tiles of 64 columns, rows inside.
pub(super) struct Rows {
    rows: usize,
    columns: usize,
    tiles: Vec<Levels>,
    /// Converters by tile.
    limits: Vec<Limits>,
}

/// Driven rows of a block of positions, one list per position and input bit.
#[derive(Debug, Default)]
pub(super) struct Driven {
    ends: Vec<u32>,
    rows: Vec<u16>,
    /// Sum of driven values by position.
    pub sums: Vec<i64>,
}

impl Driven {
    /// Lists the driven rows of `patches`.
    pub fn fill(
        &mut self,
        isa: Isa,
        e: &Encoding,
        rows: &InputRows,
        patches: ArrayView2<'_, i32>,
        planes: &mut Vec<u64>,
    ) {
        self.ends.clear();
        self.rows.clear();
        self.sums.clear();
        let words = rows.rows.len().div_ceil(64);
        planes.clear();
        planes.resize(e.input_bits as usize * words, 0);
        for x in patches.rows() {
            let x = x.to_slice().expect("standard layout");
            self.sums.push(fill_planes(isa, e, rows, x, planes));
            for plane in planes.chunks_exact(words) {
                for (w, &word) in plane.iter().enumerate() {
                    list_ones(isa, word, (w * 64) as u16, &mut self.rows);
                }
                self.ends.push(self.rows.len() as u32);
            }
        }
    }
}

/// Whether sums and totals of a layer stay within the integers used here.
pub(super) fn fits(e: &Encoding, converters: &Converters, groups: &[GroupCells]) -> bool {
    // Half a step more must fit too.
    let small = (1 << 14) - 1;
    let sums = groups.iter().all(|g| {
        let mut reach = g.reach.iter();
        g.rows.len() <= 1 << 16 && reach.all(|&(least, most)| -small <= least && most <= small)
    });
    let mut codes = converters.slices.iter();
    let plain = codes.all(|c| c.table.is_none() && c.step <= small && c.lo <= 0 && c.hi >= 0);
    sums && plain && !e.analog_sums && e.input_bits <= 15
}

impl Rows {
    /// Lays out levels.
    pub fn new(g: &GroupCells, e: &Encoding, converters: &Converters) -> Rows {
        let (rows, outputs) = (g.rows.len(), g.outputs.len());
        let columns = e.slices * outputs;
        let mut tiles = vec![Levels([0; WIDTH]); columns.div_ceil(WIDTH) * rows];
        for slice in 0..e.slices {
            for o in 0..outputs {
                let column = slice * outputs + o;
                let (plus, minus) = g.levels(slice, o);
                for (r, &level) in plus.iter().enumerate() {
                    let negative = minus.get(r).copied().unwrap_or(0);
                    // Levels are no larger than sums, which fit.
                    let level = i32::from(level) - i32::from(negative);
                    tiles[column / WIDTH * rows + r].0[column % WIDTH] = level as i16;
                }
            }
        }
        let firsts = (0..columns).step_by(WIDTH);
        Rows {
            rows,
            columns,
            tiles,
            limits: firsts
                .map(|first| Limits::new((columns, first), e, converters))
                .collect(),
        }
    }

    /// Converted sums of every read of a block of positions, shifted and added: positions x columns.
    pub fn block(
        &self,
        isa: Isa,
        e: &Encoding,
        driven: &Driven,
        totals: &mut [i64],
        stats: &mut LayerStats,
    ) {
        for limits in &self.limits {
            match isa {
                Isa::Portable => self.pass(limits, e, driven, totals, stats),
                // SAFETY: an `Isa` exists only where the processor has its features.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2(_) => unsafe { self.avx2(limits, e, driven, totals, stats) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512(_) => unsafe { self.avx512(limits, e, driven, totals, stats) },
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn avx2(
        &self,
        t: &Limits,
        e: &Encoding,
        driven: &Driven,
        totals: &mut [i64],
        stats: &mut LayerStats,
    ) {
        self.pass(t, e, driven, totals, stats);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,avx512f,avx512bw,avx512vl,avx512dq")]
    fn avx512(
        &self,
        t: &Limits,
        e: &Encoding,
        driven: &Driven,
        totals: &mut [i64],
        stats: &mut LayerStats,
    ) {
        self.pass(t, e, driven, totals, stats);
    }

    #[inline(always)]
    fn pass(
        &self,
        t: &Limits,
        e: &Encoding,
        driven: &Driven,
        totals: &mut [i64],
        stats: &mut LayerStats,
    ) {
        // The commonest case by itself: one code per unit of column sum.
        if t.shift == [0; WIDTH] {
            self.reads::<true>(t, e, driven, totals, stats);
        } else {
            self.reads::<false>(t, e, driven, totals, stats);
        }
    }

    #[inline(always)]
    fn reads<const UNIT: bool>(
        &self,
        t: &Limits,
        e: &Encoding,
        driven: &Driven,
        totals: &mut [i64],
        stats: &mut LayerStats,
    ) {
        let tile = &self.tiles[t.first / WIDTH * self.rows..][..self.rows];
        let live = WIDTH.min(self.columns - t.first);
        let (bits, steps) = (e.input_bits as usize, e.steps());
        // A block has fewer reads than 16 bits count.
        let (mut below, mut above) = ([0u16; WIDTH], [0u16; WIDTH]);
        let (mut least, mut most) = ([i16::MAX; WIDTH], [i16::MIN; WIDTH]);
        let mut start = 0;
        for position in 0..driven.sums.len() {
            let mut total = [0i32; WIDTH];
            let ends = &driven.ends[position * bits..][..bits];
            for (s, ends) in ends.chunks(e.dac_bits as usize).enumerate() {
                let mut sum = [0i16; WIDTH];
                for (k, &end) in ends.iter().enumerate() {
                    let plane = add(tile, &driven.rows[start..end as usize]);
                    start = end as usize;
                    if ends.len() == 1 {
                        sum = plane;
                    } else {
                        (0..WIDTH).for_each(|l| sum[l] += plane[l] << k);
                    }
                }
                let mut held = [0i16; WIDTH];
                for l in 0..WIDTH {
                    let code = if UNIT {
                        sum[l]
                    } else {
                        (sum[l] + t.half[l]) >> t.shift[l]
                    };
                    held[l] = code.max(t.lo[l]).min(t.hi[l]);
                    below[l] += u16::from(code < t.lo[l]);
                    above[l] += u16::from(code > t.hi[l]);
                    least[l] = least[l].min(sum[l]);
                    most[l] = most[l].max(sum[l]);
                    if !UNIT {
                        held[l] <<= t.shift[l];
                    }
                }
                let up = s as u32 * e.dac_bits;
                if e.subtracts_last() && s + 1 == steps {
                    (0..WIDTH).for_each(|l| total[l] -= i32::from(held[l]) << up);
                } else {
                    (0..WIDTH).for_each(|l| total[l] += i32::from(held[l]) << up);
                }
            }
            let out = &mut totals[position * self.columns + t.first..][..live];
            for (out, total) in out.iter_mut().zip(total) {
                *out = i64::from(total);
            }
        }
        let outputs = self.columns / e.slices;
        for lane in 0..live {
            let s = &mut stats.slices[(t.first + lane) / outputs];
            s.below += u64::from(below[lane]);
            s.above += u64::from(above[lane]);
            s.reach(i64::from(least[lane]), i64::from(most[lane]));
        }
    }
}

/// What the converters of a tile's columns do.
struct Limits {
    first: usize,
    lo: Lane<i16>,
    hi: Lane<i16>,
    /// Half a step, and the step as a power of two.
    half: Lane<i16>,
    shift: Lane<i16>,
}

impl Limits {
    fn new((columns, first): (usize, usize), e: &Encoding, converters: &Converters) -> Limits {
        let mut t = Limits {
            first,
            lo: [i16::MIN; WIDTH],
            hi: [i16::MAX; WIDTH],
            half: [0; WIDTH],
            shift: [0; WIDTH],
        };
        let outputs = columns / e.slices;
        for lane in 0..WIDTH.min(columns - first) {
            let c = &converters.slices[(first + lane) / outputs];
            // Sums stay within half of 16 bits, so that codes beyond are never reached; codes times their step must
            // not overflow either.
            let limit = |v: i64| v.clamp(-(1 << 14) / c.step, (1 << 14) / c.step) as i16;
            (t.lo[lane], t.hi[lane]) = (limit(c.lo), limit(c.hi));
            t.half[lane] = (c.step / 2) as i16;
            t.shift[lane] = c.step.trailing_zeros() as i16;
        }
        t
    }
}

/// Sum of the listed rows.
#[inline(always)]
fn add(rows: &[Levels], list: &[u16]) -> Lane<i16> {
    let (mut even, mut odd) = ([0i16; WIDTH], [0i16; WIDTH]);
    let pairs = list.chunks_exact(2);
    let rest = pairs.remainder();
    for pair in pairs {
        let (a, b) = (&rows[pair[0] as usize].0, &rows[pair[1] as usize].0);
        for l in 0..WIDTH {
            even[l] += a[l];
            odd[l] += b[l];
        }
    }
    for &row in rest {
        let a = &rows[row as usize].0;
        (0..WIDTH).for_each(|l| even[l] += a[l]);
    }
    (0..WIDTH).for_each(|l| even[l] += odd[l]);
    even
}
