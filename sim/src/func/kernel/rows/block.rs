//! The reads of a block of positions: rows added in 8 bits, conversions in 16.

use super::{Columns, Lane, Levels, MOST_STEPS, Rows, Step, Tally, WIDTH};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::func::adc::stats::{LayerStats, SliceStats};
use crate::func::cells::block::Frame;
use crate::func::cells::encode::Encoding;
use crate::func::isa::Isa;
use crate::func::isa::Work;
use crate::func::kernel::active_rows::Driven;

/// All reads of a block of positions: adds their accumulators to `out`, one row of `width` outputs per position.
pub(in crate::func::kernel) struct Block<'a> {
    pub isa: Isa,
    pub levels: &'a Rows,
    pub frame: &'a Frame,
    pub e: &'a Encoding,
    pub driven: &'a Driven,
    pub reads: &'a mut Vec<i32>,
    pub sums: &'a mut Vec<i64>,
    pub out: &'a mut [i64],
    pub width: usize,
    pub stats: &'a mut LayerStats,
    /// Counts sums, where more than clips is recorded.
    pub tally: Option<&'a mut Tally>,
}

impl Work for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let (levels, driven) = (self.levels, self.driven);
        let (stride, outputs) = (levels.stride(), self.frame.outputs.len());
        self.reads.resize(driven.sums.len() * stride, 0);
        // A list of driven rows is worth its walk twice over.
        let pairs = levels.columns.len() / 2 * 2;
        for first in (0..pairs).step_by(2) {
            levels.pass::<2>(
                self.isa,
                first,
                self.e,
                driven,
                (self.reads, self.stats, &mut self.tally),
            );
        }
        if pairs < levels.columns.len() {
            levels.pass::<1>(
                self.isa,
                pairs,
                self.e,
                driven,
                (self.reads, self.stats, &mut self.tally),
            );
        }
        let positions = self.reads.chunks_exact(stride).zip(&driven.sums);
        for ((reads, &driven), out) in positions.zip(self.out.chunks_exact_mut(self.width)) {
            let values = |slice: usize| &reads[slice * outputs..][..outputs];
            self.frame.merge(self.e, values, driven, out, self.sums);
        }
    }
}

/// Sums of the reads of one position on lines of the cache, and the sum of inputs of each read.
#[repr(C, align(64))]
pub(super) struct Reads {
    pub sums: [Lane<i16>; MOST_STEPS],
    pub inputs: [usize; MOST_STEPS],
}

/// What the columns of a tile have shown in a block: fewer reads than 16 bits count.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Seen {
    pub below: Lane<u16>,
    pub above: Lane<u16>,
    pub least: Lane<i16>,
    pub most: Lane<i16>,
}

impl Rows {
    /// Every read of `N` tiles from `first` on: conversions, shifted and added over the steps, into `to`.
    #[inline(always)]
    fn pass<const N: usize>(
        &self,
        isa: Isa,
        first: usize,
        e: &Encoding,
        driven: &Driven,
        (to, stats, tally): (&mut [i32], &mut LayerStats, &mut Option<&mut Tally>),
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
        let (bits, dac) = (e.input_bits as usize, e.dac_bits);
        let mut start = 0;
        let positions = driven
            .ends
            .chunks_exact(bits)
            .zip(to.chunks_exact_mut(self.stride()));
        for (ends, to) in positions {
            let (mut step, mut k) = (0, 0u32);
            for &end in ends {
                let list = &driven.rows[start..end as usize];
                start = end as usize;
                for reads in &mut reads {
                    let input = &mut reads.inputs[step];
                    *input = (list.len() << k) + if k == 0 { 0 } else { *input };
                }
                // An empty list has a sum too.
                let mut lists = list.chunks(addable);
                let mut how = (self.signed, k == 0, k);
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
                    how.1 = false;
                    if lists.len() == 0 {
                        break;
                    }
                }
                k += 1;
                if k == dac {
                    (step, k) = (step + 1, 0);
                }
            }
            for n in 0..N {
                let (t, reads, seen) = (columns[n], &reads[n], &mut seen[n]);
                if let Some(tally) = tally {
                    tally.see(t, reads, self.steps.len());
                }
                let to = &mut to[(first + n) * WIDTH..][..WIDTH];
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
            for (lane, &slice) in t.slice.iter().enumerate() {
                let s: &mut SliceStats = &mut stats.slices[slice];
                s.below += u64::from(seen.below[lane]);
                s.above += u64::from(seen.above[lane]);
                s.reach(i64::from(seen.least[lane]), i64::from(seen.most[lane]));
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
        if input > t.quiet {
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

/// Sums of no more listed rows than 8 bits add, put into 16 bits: in place of what is there (`fresh`), or added to it with a
/// weight of 2^`up`.
#[inline(always)]
fn add<const N: usize>(
    isa: Isa,
    tiles: [&[Levels]; N],
    list: &[u16],
    (signed, fresh, up): (bool, bool, u32),
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
            let wide = if signed {
                i16::from(sum as i8)
            } else {
                i16::from(sum)
            };
            *to = if fresh { wide } else { *to + (wide << up) };
        }
    }
}

/// Sums of the listed rows in 8 bits.
#[inline(always)]
fn sum(tile: &[Levels], list: &[u16]) -> Lane<u8> {
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
