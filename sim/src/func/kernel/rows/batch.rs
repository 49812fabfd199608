//! The reads of a batch of positions: rows added in 8 bits, conversions in 16.

use super::lanes::{Columns, Lane, LevelRow, MOST_STEPS, Reads, Seen, Step, WIDTH, Widening};
use super::layout::LevelTiles;
use super::tally::Tally;
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::func::adc::stats::{LayerStats, WeightSliceStats};
use crate::func::cells::block::Block;
use crate::func::cells::encode::Encoding;
use crate::func::isa::Isa;
use crate::func::isa::Work;
use crate::func::kernel::active_rows::ActiveRows;

/// All reads of a batch of positions: adds their accumulators to `out`, one row of `width` outputs per position.
pub(in crate::func::kernel) struct Batch<'a> {
    pub isa: Isa,
    pub levels: &'a LevelTiles,
    pub block: &'a Block,
    pub e: &'a Encoding,
    pub active: &'a ActiveRows,
    pub reads: &'a mut Vec<i32>,
    pub sums: &'a mut Vec<i64>,
    pub out: &'a mut [i64],
    pub width: usize,
    pub stats: &'a mut LayerStats,
    /// Counts sums, where more than clips is recorded.
    pub tally: Option<&'a mut Tally>,
}

impl Work for Batch<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (levels, active) = (self.levels, self.active);
        let (stride, outputs) = (levels.stride(), self.block.outputs.len());
        self.reads.resize(active.sums.len() * stride, 0);
        // A list of active rows is worth its walk twice over.
        let pairs = levels.columns.len() / 2 * 2;
        let mut to = Outcome {
            reads: &mut *self.reads,
            stats: &mut *self.stats,
            tally: self.tally,
        };
        for first in (0..pairs).step_by(2) {
            levels.pass::<2>(self.isa, first, self.e, active, &mut to);
        }
        if pairs < levels.columns.len() {
            levels.pass::<1>(self.isa, pairs, self.e, active, &mut to);
        }
        let positions = self.reads.chunks_exact(stride).zip(&active.sums);
        for ((reads, &input_sum), out) in positions.zip(self.out.chunks_exact_mut(self.width)) {
            let values = |weight_slice: usize| &reads[weight_slice * outputs..][..outputs];
            self.block.merge(self.e, values, input_sum, out, self.sums);
        }
    }
}

/// Where the reads of a batch go.
struct Outcome<'a> {
    /// Shifted and added conversions, positions x columns rounded up to whole tiles.
    reads: &'a mut Vec<i32>,
    stats: &'a mut LayerStats,
    tally: Option<&'a mut Tally>,
}

impl LevelTiles {
    /// Every read of `N` tiles from `first` on: conversions, shifted and added over the steps, into `to`.
    #[inline(always)]
    fn pass<const N: usize>(
        &self,
        isa: Isa,
        first: usize,
        e: &Encoding,
        active: &ActiveRows,
        to: &mut Outcome<'_>,
    ) {
        let tiles: [&[LevelRow]; N] =
            std::array::from_fn(|n| &self.tiles[(first + n) * self.rows..][..self.rows]);
        let columns: [&Columns; N] = std::array::from_fn(|n| &self.columns[first + n]);
        let rows_per_u8 = columns
            .map(|t| t.rows_per_u8)
            .into_iter()
            .min()
            .unwrap_or(1);
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
        let (bits, dac) = (e.input_bits as usize, e.dac_bits);
        let (mut start, mut taken) = (0, 0);
        let positions = active
            .ends
            .chunks_exact(bits)
            .zip(to.reads.chunks_exact_mut(self.stride()));
        for (ends, read) in positions {
            let (mut step, mut k) = (0, 0u32);
            for &end in ends {
                let list = &active.rows[start..end as usize];
                start = end as usize;
                for reads in &mut reads {
                    let input = &mut reads.inputs[step];
                    *input = (list.len() << k) + if k == 0 { 0 } else { *input };
                }
                // An empty list has a sum too.
                let mut lists = list.chunks(rows_per_u8);
                let mut how = Widening {
                    signed: self.signed,
                    fresh: k == 0,
                    up: k,
                };
                loop {
                    let list = lists.next().unwrap_or(&[]);
                    match isa {
                        // SAFETY: an `Isa` exists only where the processor has its features.
                        #[cfg(target_arch = "x86_64")]
                        Isa::Avx512(_) => unsafe {
                            avx512::add(tiles, list, how, &mut reads, step);
                        },
                        _ => add(isa, tiles, list, how, &mut reads, step),
                    }
                    how.fresh = false;
                    if lists.len() == 0 {
                        break;
                    }
                }
                k += 1;
                if k == dac {
                    (step, k) = (step + 1, 0);
                }
            }
            taken += self.steps.len() as u64;
            for n in 0..N {
                let (t, reads, seen) = (columns[n], &reads[n], &mut seen[n]);
                if let Some(tally) = &mut to.tally {
                    tally.see(t, reads, self.steps.len());
                }
                let to = &mut read[(first + n) * WIDTH..][..WIDTH];
                let to = to.try_into().expect("as many");
                // The commonest case by itself: one code per unit of column sum.
                match (isa, t.unit) {
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    (Isa::Avx512(_), true) => unsafe {
                        avx512::convert::<true>(&self.steps, t, reads, seen, to);
                    },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    (Isa::Avx512(_), false) => unsafe {
                        avx512::convert::<false>(&self.steps, t, reads, seen, to);
                    },
                    (_, true) => convert::<true>(&self.steps, t, reads, seen, to),
                    (_, false) => convert::<false>(&self.steps, t, reads, seen, to),
                }
            }
        }
        for (t, seen) in columns.iter().zip(seen) {
            for (lane, &weight_slice) in t.weight_slice.iter().enumerate() {
                let s: &mut WeightSliceStats = &mut to.stats.weight_slices[weight_slice];
                s.conversions += taken;
                s.below += u64::from(seen.below[lane]);
                s.above += u64::from(seen.above[lane]);
                s.widen(i64::from(seen.least[lane]), i64::from(seen.most[lane]));
            }
        }
    }
}

/// The conversions of one position of a tile, shifted and added.
#[inline(always)]
fn convert<const UNIT: bool>(
    steps: &[Step],
    t: &Columns,
    reads: &Reads,
    seen: &mut Seen,
    to: &mut Lane<i32>,
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
    for ((sum, &input), step) in reads.zip(steps) {
        for l in 0..WIDTH {
            least[l] = least[l].min(sum[l]);
            most[l] = most[l].max(sum[l]);
        }
        let mut code = *sum;
        if !UNIT {
            // Ties go to the even code.
            for (l, code) in code.iter_mut().enumerate() {
                let up = *code >> t.shift[l] & t.odd[l];
                *code = (*code + t.half[l] + up) >> t.shift[l];
            }
        }
        if input > t.no_clip_input {
            for l in 0..WIDTH {
                below[l] += u16::from(code[l] < t.lo[l]);
                above[l] += u16::from(code[l] > t.hi[l]);
                code[l] = code[l].max(t.lo[l]).min(t.hi[l]);
            }
        }
        if !UNIT {
            for (code, shift) in code.iter_mut().zip(&t.shift) {
                *code <<= shift;
            }
        }
        if step.negative {
            for l in 0..WIDTH {
                part[l] -= code[l] << step.up;
            }
        } else {
            for l in 0..WIDTH {
                part[l] += code[l] << step.up;
            }
        }
        if let Some(up) = step.flush {
            for l in 0..WIDTH {
                total[l] += i32::from(part[l]) << up;
            }
            part = [0; WIDTH];
        }
    }
    *to = total;
    *seen = Seen {
        below,
        above,
        least,
        most,
    };
}

/// Sums of no more listed rows than 8 bits add, put into 16 bits.
#[inline(always)]
fn add<const N: usize>(
    isa: Isa,
    tiles: [&[LevelRow]; N],
    list: &[u16],
    how: Widening,
    to: &mut [Reads; N],
    step: usize,
) {
    for (tile, to) in tiles.into_iter().zip(to) {
        let sum = match isa {
            // SAFETY: an `Isa` exists only where the processor has its features.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2(_) => unsafe { avx2::sum(tile, list) },
            _ => sum(tile, list),
        };
        for (to, sum) in to.sums[step].iter_mut().zip(sum) {
            let wide = if how.signed {
                i16::from(sum as i8)
            } else {
                i16::from(sum)
            };
            *to = if how.fresh {
                wide
            } else {
                *to + (wide << how.up)
            };
        }
    }
}

/// Sums of the listed rows in 8 bits.
#[inline(always)]
fn sum(tile: &[LevelRow], list: &[u16]) -> Lane<u8> {
    /// What the compiler keeps in registers of any processor.
    const PART: usize = 32;
    let mut out = [0; WIDTH];
    for (first, out) in (0..WIDTH).step_by(PART).zip(out.chunks_exact_mut(PART)) {
        let mut sum = [0u8; PART];
        for &row in list {
            let row = &tile[row as usize].0[first..][..PART];
            for (sum, row) in sum.iter_mut().zip(row) {
                *sum = sum.wrapping_add(*row);
            }
        }
        out.copy_from_slice(&sum);
    }
    out
}
