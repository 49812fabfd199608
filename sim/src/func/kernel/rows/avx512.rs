//! The inner loops with AVX-512 instructions: left to itself, the compiler takes vectors of bytes apart when it widens them.

use super::lanes::{Columns, Lane, LevelRow, Reads, Seen, Step, WIDTH, Widening};
use std::arch::x86_64::*;

/// Columns of one vector of 16-bit numbers.
const HALF: usize = 32;

#[target_feature(enable = "avx512f")]
#[inline]
fn load<T>(from: &[T]) -> __m512i {
    debug_assert!(size_of_val(from) >= 64);
    // SAFETY: callers give 64 readable bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store<T>(to: &mut [T], v: __m512i) {
    debug_assert!(size_of_val(to) >= 64);
    // SAFETY: callers give 64 writable bytes; the store needs no alignment.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), v) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn halves<T>(of: &Lane<T>) -> [__m512i; 2] {
    [load(&of[..HALF]), load(&of[HALF..])]
}

#[target_feature(enable = "avx512f")]
#[inline]
fn split(v: __m512i) -> [__m256i; 2] {
    [_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64::<1>(v)]
}

/// As `add` in `batch`.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
pub(super) fn add<const N: usize>(
    tiles: [&[LevelRow]; N],
    list: &[u16],
    how: Widening,
    to: &mut [Reads; N],
    step: usize,
) {
    let mut sums = [_mm512_setzero_si512(); N];
    let fours = list.chunks_exact(4);
    let rest = fours.remainder();
    for four in fours {
        for &row in four {
            for n in 0..N {
                sums[n] = _mm512_add_epi8(sums[n], load(&tiles[n][row as usize].0));
            }
        }
    }
    for &row in rest {
        for n in 0..N {
            sums[n] = _mm512_add_epi8(sums[n], load(&tiles[n][row as usize].0));
        }
    }
    for n in 0..N {
        let to = &mut to[n].sums[step];
        for (half, to) in split(sums[n]).into_iter().zip(to.chunks_exact_mut(HALF)) {
            let wide = if how.signed {
                _mm512_cvtepi8_epi16(half)
            } else {
                _mm512_cvtepu8_epi16(half)
            };
            if how.fresh {
                store(to, wide);
            } else {
                let more = _mm512_sll_epi16(wide, _mm_cvtsi32_si128(how.up as i32));
                store(to, _mm512_add_epi16(load(to), more));
            }
        }
    }
}

/// As `convert` in `batch`.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
pub(super) fn convert<const UNIT: bool>(
    steps: &[Step],
    t: &Columns,
    reads: &Reads,
    seen: &mut Seen,
    to: &mut Lane<i32>,
) {
    let one = _mm512_set1_epi16(1);
    let (lo, hi) = (halves(&t.lo), halves(&t.hi));
    let (half, odd, shift) = (halves(&t.half), halves(&t.odd), halves(&t.shift));
    let (mut below, mut above) = (halves(&seen.below), halves(&seen.above));
    let (mut least, mut most) = (halves(&seen.least), halves(&seen.most));
    let mut total = [_mm512_setzero_si512(); 4];
    let mut part = [_mm512_setzero_si512(); 2];
    for ((sum, &input), step) in reads.sums.iter().zip(&reads.inputs).zip(steps) {
        let mut code = halves(sum);
        for h in 0..2 {
            let sum = code[h];
            least[h] = _mm512_min_epi16(least[h], sum);
            most[h] = _mm512_max_epi16(most[h], sum);
            if !UNIT {
                let up = _mm512_and_si512(_mm512_srav_epi16(sum, shift[h]), odd[h]);
                let raised = _mm512_add_epi16(_mm512_add_epi16(sum, half[h]), up);
                code[h] = _mm512_srav_epi16(raised, shift[h]);
            }
        }
        if input > t.no_clip_input {
            for h in 0..2 {
                let under = _mm512_cmplt_epi16_mask(code[h], lo[h]);
                let over = _mm512_cmpgt_epi16_mask(code[h], hi[h]);
                below[h] = _mm512_mask_add_epi16(below[h], under, below[h], one);
                above[h] = _mm512_mask_add_epi16(above[h], over, above[h], one);
                code[h] = _mm512_min_epi16(_mm512_max_epi16(code[h], lo[h]), hi[h]);
            }
        }
        let up = _mm_cvtsi32_si128(step.up as i32);
        for h in 0..2 {
            if !UNIT {
                code[h] = _mm512_sllv_epi16(code[h], shift[h]);
            }
            let value = _mm512_sll_epi16(code[h], up);
            part[h] = if step.negative {
                _mm512_sub_epi16(part[h], value)
            } else {
                _mm512_add_epi16(part[h], value)
            };
        }
        if let Some(up) = step.flush {
            let up = _mm_cvtsi32_si128(up as i32);
            for (part, total) in part.iter_mut().zip(total.chunks_exact_mut(2)) {
                for (total, half) in total.iter_mut().zip(split(*part)) {
                    let wide = _mm512_sll_epi32(_mm512_cvtepi16_epi32(half), up);
                    *total = _mm512_add_epi32(*total, wide);
                }
                *part = _mm512_setzero_si512();
            }
        }
    }
    for (to, total) in to.chunks_exact_mut(16).zip(total) {
        store(to, total);
    }
    for h in 0..2 {
        let at = h * HALF..(h + 1) * HALF;
        store(&mut seen.below[at.clone()], below[h]);
        store(&mut seen.above[at.clone()], above[h]);
        store(&mut seen.least[at.clone()], least[h]);
        store(&mut seen.most[at], most[h]);
    }
}

const _: () = assert!(WIDTH == 2 * HALF);
