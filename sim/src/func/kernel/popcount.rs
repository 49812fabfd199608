//! Column sums by population count, eight columns side by side, each sample through the converter.
//!
//! A octet of eight columns stays in registers over all input steps: count, convert, shift, add. The AVX-512 variant is
//! written by hand, the others by the compiler; all give the same integers.

use crate::func::adc::codes::Codes;
use crate::func::adc::stats::WeightSliceStats;
use crate::func::isa::Isa;
use crate::func::options::Detail;

/// Columns of an octet: eight columns side by side.
pub const LANES: usize = 8;

/// One bit of 64 rows for each of eight columns.
pub type Word = [u64; LANES];

/// Reads of one weight slice of one row group for one input vector.
#[derive(Debug, Clone, Copy)]
pub struct Reads<'a> {
    /// Blocks x signs x cell bits x words.
    pub cells: &'a [Word],
    /// Columns that exist; those that fill up the last octet hold zeros and are not seen by a converter.
    pub live: usize,
    /// Input bits x words.
    pub planes: &'a [u64],
    /// Words of 64 rows.
    pub words: usize,
    /// Bits of a cell.
    pub cell_bits: usize,
    /// Whether a negative column is subtracted before the converter.
    pub pairs: bool,
    /// Input bits of one step; the last step may have fewer.
    pub step_bits: usize,
    /// Whether the last step is subtracted.
    pub subtract_last: bool,
    /// Whether the steps are added before one conversion.
    pub analog_sums: bool,
    /// The converter.
    pub codes: &'a Codes,
    /// What is recorded.
    pub detail: Detail,
}

impl Reads<'_> {
    /// Words of one sign of a octet.
    fn side(&self) -> usize {
        self.cell_bits * self.words
    }

    /// Words of a octet.
    pub fn octet(&self) -> usize {
        self.side() * if self.pairs { 2 } else { 1 }
    }
}

/// Converted column sums, merged over the input steps by shift-and-add: one entry of `out` per column.
pub fn columns(isa: Isa, reads: &Reads<'_>, out: &mut [i64], stats: &mut WeightSliceStats) {
    match isa {
        // SAFETY: an `Isa` exists only where the processor has its features.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512(_) if reads.detail == Detail::Clips && reads.codes.table.is_none() => unsafe {
            avx512(reads, out, stats)
        },
        // SAFETY: as above; AVX-512 processors have AVX2.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2(_) | Isa::Avx512(_) => unsafe { avx2(reads, out, stats) },
        Isa::Portable => portable(reads, out, stats),
    }
}

#[inline(always)]
fn portable(r: &Reads<'_>, out: &mut [i64], stats: &mut WeightSliceStats) {
    for (b, (octet, out)) in r
        .cells
        .chunks_exact(r.octet())
        .zip(out.chunks_exact_mut(LANES))
        .enumerate()
    {
        out.fill(0);
        let live = (r.live - b * LANES).min(LANES);
        let steps = r.planes.chunks(r.step_bits * r.words);
        let last = steps.len() - 1;
        for (step, x) in steps.enumerate() {
            let (positive, negative) = octet.split_at(r.side());
            let mut sums = count(r, positive, x);
            if r.pairs {
                let minus = count(r, negative, x);
                sums.iter_mut().zip(minus).for_each(|(s, m)| *s -= m);
            }
            if r.analog_sums {
                let subtract = r.subtract_last && step == last;
                for (&sum, total) in sums.iter().zip(out.iter_mut()) {
                    let sum = sum << (step * r.step_bits);
                    *total += if subtract { -sum } else { sum };
                }
                continue;
            }
            for (&sum, total) in sums.iter().zip(out.iter_mut()).take(live) {
                let sample = r.codes.convert(sum);
                stats.see(r.detail, sum, sample.value, sample.clip);
                let value = sample.value << (step * r.step_bits);
                *total += if r.subtract_last && step == last {
                    -value
                } else {
                    value
                };
            }
        }
        if r.analog_sums {
            for total in out.iter_mut().take(live) {
                let sample = r.codes.convert(*total);
                stats.see(r.detail, *total, sample.value, sample.clip);
                *total = sample.value;
            }
        }
    }
}

/// Sums of eight columns for one step.
#[inline(always)]
fn count(r: &Reads<'_>, cells: &[Word], x: &[u64]) -> [i64; LANES] {
    let mut sums = [0i64; LANES];
    for (cell_bit, plane) in cells.chunks_exact(r.words).enumerate() {
        for (input_bit, x) in x.chunks_exact(r.words).enumerate() {
            for (word, x) in plane.iter().zip(x) {
                for (sum, cells) in sums.iter_mut().zip(word) {
                    *sum += i64::from((cells & x).count_ones()) << (cell_bit + input_bit);
                }
            }
        }
    }
    sums
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn avx2(r: &Reads<'_>, out: &mut [i64], stats: &mut WeightSliceStats) {
    portable(r, out, stats)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512vpopcntdq")]
fn avx512(r: &Reads<'_>, out: &mut [i64], stats: &mut WeightSliceStats) {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,popcnt,avx512f,avx512vpopcntdq")]
    #[inline]
    fn count(r: &Reads<'_>, cells: &[Word], x: &[u64]) -> __m512i {
        let mut sums = _mm512_setzero_si512();
        for (cell_bit, plane) in cells.chunks_exact(r.words).enumerate() {
            for (input_bit, x) in x.chunks_exact(r.words).enumerate() {
                let mut ones = _mm512_setzero_si512();
                for (word, &x) in plane.iter().zip(x) {
                    // SAFETY: a `Word` is 64 readable bytes; the load needs no alignment.
                    let cells = unsafe { _mm512_loadu_si512(word.as_ptr().cast()) };
                    let both = _mm512_and_si512(cells, _mm512_set1_epi64(x as i64));
                    ones = _mm512_add_epi64(ones, _mm512_popcnt_epi64(both));
                }
                let shift = _mm_cvtsi32_si128((cell_bit + input_bit) as i32);
                sums = _mm512_add_epi64(sums, _mm512_sll_epi64(ones, shift));
            }
        }
        sums
    }

    // Steps are powers of two, so that rounding is an addition and an arithmetic shift.
    let step_shift = r.codes.step.trailing_zeros();
    let down = _mm_cvtsi32_si128(step_shift as i32);
    // As `adc::nearest`: half a step less one, and one more where the code below is odd.
    let half = _mm512_set1_epi64(r.codes.step / 2 - 1);
    let one = _mm512_set1_epi64(1);
    let (lo, hi) = (_mm512_set1_epi64(r.codes.lo), _mm512_set1_epi64(r.codes.hi));
    let (mut least, mut most) = (_mm512_set1_epi64(i64::MAX), _mm512_set1_epi64(i64::MIN));
    for (b, (octet, out)) in r
        .cells
        .chunks_exact(r.octet())
        .zip(out.chunks_exact_mut(LANES))
        .enumerate()
    {
        let live = (r.live - b * LANES).min(LANES);
        let seen = (0xFFu32 >> (LANES - live)) as __mmask8;
        let mut total = _mm512_setzero_si512();
        let mut sum_of_steps;
        let (positive, negative) = octet.split_at(r.side());
        let steps = r.planes.chunks(r.step_bits * r.words);
        let last = steps.len() - 1;
        for (step, x) in steps.enumerate() {
            let mut sum = count(r, positive, x);
            if r.pairs {
                sum = _mm512_sub_epi64(sum, count(r, negative, x));
            }
            if r.analog_sums {
                let up = _mm_cvtsi32_si128((step * r.step_bits) as i32);
                let sum = _mm512_sll_epi64(sum, up);
                total = if r.subtract_last && step == last {
                    _mm512_sub_epi64(total, sum)
                } else {
                    _mm512_add_epi64(total, sum)
                };
                if step < last {
                    continue;
                }
                sum_of_steps = total;
                total = _mm512_setzero_si512();
            } else {
                sum_of_steps = sum;
            }
            let sum = sum_of_steps;
            least = _mm512_mask_min_epi64(least, seen, least, sum);
            most = _mm512_mask_max_epi64(most, seen, most, sum);
            let code = if step_shift == 0 {
                sum
            } else {
                let odd = _mm512_and_si512(_mm512_sra_epi64(sum, down), one);
                let raised = _mm512_add_epi64(_mm512_add_epi64(sum, half), odd);
                _mm512_sra_epi64(raised, down)
            };
            let held = _mm512_min_epi64(_mm512_max_epi64(code, lo), hi);
            stats.conversions += live as u64;
            let clipped = _mm512_mask_cmpneq_epi64_mask(seen, code, held);
            if clipped != 0 {
                let above = _mm512_mask_cmpgt_epi64_mask(seen, code, hi);
                stats.above += u64::from(above.count_ones());
                stats.below += u64::from((clipped & !above).count_ones());
            }
            let weight = if r.analog_sums { 0 } else { step * r.step_bits };
            let up = _mm_cvtsi32_si128((step_shift as usize + weight) as i32);
            let value = _mm512_sll_epi64(held, up);
            total = if r.subtract_last && step == last && !r.analog_sums {
                _mm512_sub_epi64(total, value)
            } else {
                _mm512_add_epi64(total, value)
            };
        }
        // SAFETY: `out` is 64 writable bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), total) };
    }
    if r.live > 0 {
        stats.widen(
            _mm512_reduce_min_epi64(least),
            _mm512_reduce_max_epi64(most),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::adc::codes::Table;
    use crosscut_traces::random::Key;
    use std::sync::Arc;

    /// The definition, row by row.
    fn by_rows(r: &Reads<'_>, input_bits: usize) -> (Vec<i64>, WeightSliceStats) {
        let mut seen = WeightSliceStats::default();
        let mut out = vec![0; r.live];
        for (column, out) in out.iter_mut().enumerate() {
            let (b, lane) = (column / LANES, column % LANES);
            for first in (0..input_bits).step_by(r.step_bits) {
                let mut sum = 0i64;
                for row in 0..64 * r.words {
                    let bit_of = |w: u64| (w >> (row % 64) & 1) as i64;
                    let cell = |sign: usize| -> i64 {
                        (0..r.cell_bits)
                            .map(|bit| {
                                let at = b * r.octet() + (sign * r.cell_bits + bit) * r.words;
                                bit_of(r.cells[at + row / 64][lane]) << bit
                            })
                            .sum()
                    };
                    let level = cell(0) - if r.pairs { cell(1) } else { 0 };
                    for k in 0..r.step_bits.min(input_bits - first) {
                        let x = bit_of(r.planes[(first + k) * r.words + row / 64]);
                        sum += level * (x << k);
                    }
                }
                let last = first + r.step_bits >= input_bits;
                let sign = if last && r.subtract_last { -1 } else { 1 };
                if r.analog_sums {
                    *out += sign * (sum << first);
                    continue;
                }
                let sample = r.codes.convert(sum);
                seen.see(r.detail, sum, sample.value, sample.clip);
                *out += sign * (sample.value << first);
            }
            if r.analog_sums {
                let sample = r.codes.convert(*out);
                seen.see(r.detail, *out, sample.value, sample.clip);
                *out = sample.value;
            }
        }
        (out, seen)
    }

    #[test]
    fn every_variant_equals_the_definition() {
        let mut clipped = 0;
        for case in 0..96u64 {
            let pick = |i: u64, n: u64| (Key::new(case).bits(i) % n) as usize;
            let (words, cell_bits, octets) = (1 + pick(0, 3), 1 + pick(1, 4), 1 + pick(2, 5));
            let (input_bits, pairs) = (1 + pick(3, 8), case % 2 == 1);
            let step_bits = 1 + pick(4, input_bits as u64);
            let (lo, hi) = if pairs { (-32, 31) } else { (0, 63) };
            let word = |i: usize| Key::new(case + 1000).bits(i as u64);
            let sides = if pairs { 2 } else { 1 };
            let cells: Vec<Word> = (0..octets * sides * cell_bits * words)
                .map(|i| std::array::from_fn(|l| word(i * LANES + l)))
                .collect();
            let planes: Vec<u64> = (0..input_bits * words).map(|i| word(100_000 + i)).collect();
            let mut codes = Codes::ideal(1 << pick(5, 4), lo, hi);
            if case % 7 == 0 {
                let table = Table::new(-90, 90, 0, |sum| 0.9 * sum / codes.step as f64 + 2.0);
                codes.table = Some(Arc::new(table));
            }
            let reads = Reads {
                cells: &cells,
                live: octets * LANES - pick(6, 8),
                planes: &planes,
                words,
                cell_bits,
                pairs,
                step_bits,
                subtract_last: case % 3 == 0,
                analog_sums: case % 5 == 0,
                codes: &codes,
                detail: [Detail::Clips, Detail::Moments, Detail::Histogram][pick(7, 3)],
            };
            let want = by_rows(&reads, input_bits);
            clipped += want.1.clipped();
            for isa in Isa::available() {
                let mut out = vec![7; octets * LANES];
                let mut seen = WeightSliceStats::default();
                columns(isa, &reads, &mut out, &mut seen);
                out.truncate(reads.live);
                assert_eq!((out, seen), want, "case {case}, {isa:?}");
            }
        }
        assert!(clipped > 0, "the cases must exercise clipping");
    }
}
