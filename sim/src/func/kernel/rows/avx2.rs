//! Sums of rows with AVX2 instructions: left to itself, the compiler keeps them in memory or in half of a register.

use super::lanes::{Lane, LevelRow, WIDTH};
use std::arch::x86_64::*;

/// As `sum` in `batch`.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn sum(tile: &[LevelRow], list: &[u16]) -> Lane<u8> {
    let mut sums = [_mm256_setzero_si256(); 2];
    for &row in list {
        let row = &tile[row as usize].0;
        for (sum, part) in sums.iter_mut().zip(row.chunks_exact(32)) {
            // SAFETY: 32 readable bytes; the load needs no alignment.
            let part = unsafe { _mm256_loadu_si256(part.as_ptr().cast()) };
            *sum = _mm256_add_epi8(*sum, part);
        }
    }
    let mut out = [0; WIDTH];
    for (out, sum) in out.chunks_exact_mut(32).zip(sums) {
        // SAFETY: 32 writable bytes; the store needs no alignment.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), sum) };
    }
    out
}
