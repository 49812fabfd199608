//! Column sums by population count, eight columns side by side, each sample through the converter.

use super::Isa;
use crate::func::adc::Quantiser;

/// Columns computed together.
pub(crate) const LANES: usize = 8;

/// One word (64 rows) of one bit plane of eight columns.
pub(crate) type Word = [u64; LANES];

/// Shape of the work of one row group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    /// Words of 64 rows.
    pub words: usize,
    /// Bits of a cell.
    pub cell_bits: usize,
    /// Whether a negative column is subtracted before the converter.
    pub differential: bool,
    /// Input steps.
    pub steps: usize,
    /// Bits of one step.
    pub step_bits: usize,
    /// Whether the last step is subtracted.
    pub subtract_last: bool,
    /// The converter.
    pub adc: Quantiser,
}

impl Job {
    /// Words that hold eight columns (or column pairs) of one weight slice.
    pub fn block_words(&self) -> usize {
        self.words * self.cell_bits * if self.differential { 2 } else { 1 }
    }
}

/// What the converters saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Samples beyond the last code.
    pub clipped: u64,
    /// Largest magnitude of a column sum.
    pub largest: u64,
}

/// For every block of `cells`: the converted sums of its columns, steps merged by shift-and-add.
///
/// `cells` is blocks x signs x cell bits x words, `inputs` is steps x step bits x words.
pub(crate) fn columns(
    isa: Isa,
    job: &Job,
    cells: &[Word],
    inputs: &[u64],
    out: &mut [[i64; LANES]],
) -> Seen {
    match isa {
        Isa::Portable => dispatch(job, cells, inputs, out),
        // SAFETY: `Isa::available` lists these sets only where the processor has them, and models take theirs from it.
        #[cfg(target_arch = "x86_64")]
        Isa::Popcnt => unsafe { popcnt(job, cells, inputs, out) },
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2(job, cells, inputs, out) },
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512(job, cells, inputs, out) },
        #[cfg(not(target_arch = "x86_64"))]
        _ => dispatch(job, cells, inputs, out),
    }
}

#[inline(always)]
fn dispatch(job: &Job, cells: &[Word], inputs: &[u64], out: &mut [[i64; LANES]]) -> Seen {
    // A converter without rounding is the common case and saves two shifts a sample.
    match (job.differential, job.adc.shift > 0) {
        (false, false) => body::<false, false>(job, cells, inputs, out),
        (false, true) => body::<false, true>(job, cells, inputs, out),
        (true, false) => body::<true, false>(job, cells, inputs, out),
        (true, true) => body::<true, true>(job, cells, inputs, out),
    }
}

#[inline(always)]
fn body<const DIFFERENTIAL: bool, const ROUNDED: bool>(
    job: &Job,
    cells: &[Word],
    inputs: &[u64],
    out: &mut [[i64; LANES]],
) -> Seen {
    let half = (1i64 << job.adc.shift) >> 1;
    let mut clipped = [0u64; LANES];
    let mut largest = [0i64; LANES];
    for (block, out) in cells.chunks_exact(job.block_words()).zip(out) {
        let mut total = [0i64; LANES];
        for (step, x) in inputs.chunks_exact(job.step_bits * job.words).enumerate() {
            let side = job.words * job.cell_bits;
            let mut sum = side_sum(job, &block[..side], x);
            if DIFFERENTIAL {
                let negative = side_sum(job, &block[side..], x);
                for l in 0..LANES {
                    sum[l] -= negative[l];
                }
            }
            let shift = step * job.step_bits;
            let subtract = job.subtract_last && step + 1 == job.steps;
            for l in 0..LANES {
                largest[l] = largest[l].max(sum[l].abs());
                let code = if ROUNDED {
                    (sum[l] + half) >> job.adc.shift
                } else {
                    sum[l]
                };
                let held = code.clamp(job.adc.lowest, job.adc.highest);
                clipped[l] += u64::from(held != code);
                let value = (if ROUNDED { held << job.adc.shift } else { held }) << shift;
                total[l] += if subtract { -value } else { value };
            }
        }
        *out = total;
    }
    Seen {
        clipped: clipped.iter().sum(),
        largest: largest.iter().copied().max().unwrap_or(0) as u64,
    }
}

/// Sums of eight columns for one input step.
#[inline(always)]
fn side_sum(job: &Job, cells: &[Word], x: &[u64]) -> [i64; LANES] {
    let mut sum = [0i64; LANES];
    for (cell_bit, plane) in cells.chunks_exact(job.words).enumerate() {
        for (input_bit, x) in x.chunks_exact(job.words).enumerate() {
            let mut ones = [0u64; LANES];
            for (word, &x) in plane.iter().zip(x) {
                for l in 0..LANES {
                    ones[l] += u64::from((word[l] & x).count_ones());
                }
            }
            for l in 0..LANES {
                sum[l] += (ones[l] << (cell_bit + input_bit)) as i64;
            }
        }
    }
    sum
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn popcnt(job: &Job, cells: &[Word], inputs: &[u64], out: &mut [[i64; LANES]]) -> Seen {
    dispatch(job, cells, inputs, out)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt,avx2")]
fn avx2(job: &Job, cells: &[Word], inputs: &[u64], out: &mut [[i64; LANES]]) -> Seen {
    dispatch(job, cells, inputs, out)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt,avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
fn avx512(job: &Job, cells: &[Word], inputs: &[u64], out: &mut [[i64; LANES]]) -> Seen {
    dispatch(job, cells, inputs, out)
}
