//! The reads of a block of positions: rows added in 8 bits, conversions in 16.

use super::{Columns, Lane, Levels, MOST_STEPS, Rows, WIDTH};
use crate::func::encode::Encoding;
use crate::func::kernel::driven::Driven;
use crate::func::kernel::frame::Frame;
use crate::func::kernel::isa::Work;
use crate::func::stats::{LayerStats, SliceStats};

/// All reads of a block of positions: adds their accumulators to `out`, one row of `width` outputs per position.
pub(in crate::func::kernel) struct Block<'a> {
    pub levels: &'a Rows,
    pub frame: &'a Frame,
    pub e: &'a Encoding,
    pub driven: &'a Driven,
    pub reads: &'a mut Vec<i32>,
    pub sums: &'a mut Vec<i64>,
    pub out: &'a mut [i64],
    pub width: usize,
    pub stats: &'a mut LayerStats,
}

impl Work for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (levels, driven) = (self.levels, self.driven);
        let (stride, outputs) = (levels.stride(), self.frame.outputs.len());
        self.reads.resize(driven.sums.len() * stride, 0);
        // A list of driven rows is worth its walk twice over.
        let pairs = levels.columns.len() / 2 * 2;
        for first in (0..pairs).step_by(2) {
            levels.pass::<2>(first, self.e, driven, self.reads, self.stats);
        }
        if pairs < levels.columns.len() {
            levels.pass::<1>(pairs, self.e, driven, self.reads, self.stats);
        }
        let positions = self.reads.chunks_exact(stride).zip(&driven.sums);
        for ((reads, &driven), out) in positions.zip(self.out.chunks_exact_mut(self.width)) {
            let values = |slice: usize| &reads[slice * outputs..][..outputs];
            self.frame.merge(self.e, values, driven, out, self.sums);
        }
    }
}

/// Sums of the reads of one position, and the sum of inputs of each read.
struct Reads {
    sums: [Lane<i16>; MOST_STEPS],
    inputs: [usize; MOST_STEPS],
}

/// What the columns of a tile have shown in a block: fewer reads than 16 bits count.
#[derive(Clone, Copy)]
struct Seen {
    below: Lane<u16>,
    above: Lane<u16>,
    least: Lane<i16>,
    most: Lane<i16>,
}

impl Rows {
    /// Every read of `N` tiles from `first` on: conversions, shifted and added over the steps, into `to`.
    #[inline(always)]
    fn pass<const N: usize>(
        &self,
        first: usize,
        e: &Encoding,
        driven: &Driven,
        to: &mut [i32],
        stats: &mut LayerStats,
    ) {
        let tiles: [&[Levels]; N] =
            std::array::from_fn(|n| &self.tiles[(first + n) * self.rows..][..self.rows]);
        let columns: [&Columns; N] = std::array::from_fn(|n| &self.columns[first + n]);
        let addable = columns.map(|t| t.addable).into_iter().min().unwrap_or(1);
        let mut seen: [Seen; N] = std::array::from_fn(|_| Seen {
            below: [0; WIDTH],
            above: [0; WIDTH],
            least: [i16::MAX; WIDTH],
            most: [i16::MIN; WIDTH],
        });
        let mut reads: [Reads; N] = std::array::from_fn(|_| Reads {
            sums: [[0; WIDTH]; MOST_STEPS],
            inputs: [0; MOST_STEPS],
        });
        let (bits, dac) = (e.input_bits as usize, e.dac_bits as usize);
        let mut start = 0;
        let positions = driven
            .ends
            .chunks_exact(bits)
            .zip(to.chunks_exact_mut(self.stride()));
        for (ends, to) in positions {
            let (mut step, mut k) = (0, 0);
            for &end in ends {
                let list = &driven.rows[start..end as usize];
                start = end as usize;
                let planes = self.add(tiles, list, addable);
                for (reads, plane) in reads.iter_mut().zip(planes) {
                    let (sum, input) = (&mut reads.sums[step], &mut reads.inputs[step]);
                    if k == 0 {
                        (*sum, *input) = (plane, list.len());
                    } else {
                        (0..WIDTH).for_each(|l| sum[l] += plane[l] << k);
                        *input += list.len() << k;
                    }
                }
                k += 1;
                if k == dac {
                    (step, k) = (step + 1, 0);
                }
            }
            for n in 0..N {
                let to = &mut to[(first + n) * WIDTH..][..WIDTH];
                // The commonest case by itself: one code per unit of column sum.
                if columns[n].unit {
                    self.convert::<true>(columns[n], &reads[n], &mut seen[n], to);
                } else {
                    self.convert::<false>(columns[n], &reads[n], &mut seen[n], to);
                }
            }
        }
        for (t, seen) in columns.iter().zip(seen) {
            for (lane, &slice) in t.slice.iter().enumerate() {
                let s: &mut SliceStats = &mut stats.slices[slice];
                s.below += u64::from(seen.below[lane]);
                s.above += u64::from(seen.above[lane]);
                s.reach(i64::from(seen.least[lane]), i64::from(seen.most[lane]));
            }
        }
    }

    /// The conversions of one position of a tile, shifted and added.
    #[inline(always)]
    fn convert<const UNIT: bool>(
        &self,
        t: &Columns,
        reads: &Reads,
        seen: &mut Seen,
        to: &mut [i32],
    ) {
        // Copies stay in registers.
        let Seen {
            mut below,
            mut above,
            mut least,
            mut most,
        } = *seen;
        let mut total = [0i32; WIDTH];
        let mut part = [0i16; WIDTH];
        let reads = reads.sums.iter().zip(&reads.inputs);
        for ((sum, &input), step) in reads.zip(&self.steps) {
            for l in 0..WIDTH {
                least[l] = least[l].min(sum[l]);
                most[l] = most[l].max(sum[l]);
            }
            let mut code = *sum;
            if !UNIT {
                // Ties go to the even code.
                (0..WIDTH).for_each(|l| {
                    code[l] =
                        (sum[l] + t.half[l] + (sum[l] >> t.shift[l] & t.odd[l])) >> t.shift[l];
                });
            }
            if input > t.quiet {
                for l in 0..WIDTH {
                    below[l] += u16::from(code[l] < t.lo[l]);
                    above[l] += u16::from(code[l] > t.hi[l]);
                    code[l] = code[l].max(t.lo[l]).min(t.hi[l]);
                }
            }
            if !UNIT {
                (0..WIDTH).for_each(|l| code[l] <<= t.shift[l]);
            }
            if step.negative {
                (0..WIDTH).for_each(|l| part[l] -= code[l] << step.up);
            } else {
                (0..WIDTH).for_each(|l| part[l] += code[l] << step.up);
            }
            if let Some(up) = step.flush {
                (0..WIDTH).for_each(|l| total[l] += i32::from(part[l]) << up);
                part = [0; WIDTH];
            }
        }
        to.copy_from_slice(&total);
        *seen = Seen {
            below,
            above,
            least,
            most,
        };
    }

    /// Sums of the listed rows.
    #[inline(always)]
    fn add<const N: usize>(
        &self,
        tiles: [&[Levels]; N],
        list: &[u16],
        addable: usize,
    ) -> [Lane<i16>; N] {
        if list.len() <= addable {
            return add_bytes(tiles, list).map(|sum| self.widen(sum));
        }
        let mut sums = [[0i16; WIDTH]; N];
        for list in list.chunks(addable) {
            let parts = add_bytes(tiles, list).map(|sum| self.widen(sum));
            for (sum, part) in sums.iter_mut().zip(parts) {
                (0..WIDTH).for_each(|l| sum[l] += part[l]);
            }
        }
        sums
    }

    #[inline(always)]
    fn widen(&self, bytes: Lane<u8>) -> Lane<i16> {
        if self.signed {
            bytes.map(|b| i16::from(b as i8))
        } else {
            bytes.map(i16::from)
        }
    }
}

/// Sums of the listed rows in 8 bits.
#[inline(always)]
fn add_bytes<const N: usize>(tiles: [&[Levels]; N], list: &[u16]) -> [Lane<u8>; N] {
    let mut sums = [[0u8; WIDTH]; N];
    let fours = list.chunks_exact(4);
    let rest = fours.remainder();
    for four in fours {
        for &row in four {
            for (sum, tile) in sums.iter_mut().zip(tiles) {
                let row = &tile[row as usize].0;
                (0..WIDTH).for_each(|l| sum[l] = sum[l].wrapping_add(row[l]));
            }
        }
    }
    for &row in rest {
        for (sum, tile) in sums.iter_mut().zip(tiles) {
            let row = &tile[row as usize].0;
            (0..WIDTH).for_each(|l| sum[l] = sum[l].wrapping_add(row[l]));
        }
    }
    sums
}
