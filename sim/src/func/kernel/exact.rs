//! Plain integer products.

use super::Isa;

/// `out[q] = sum_k weights[q, k] * codes[k]`; `narrow` promises that no partial sum leaves 32 bits.
pub(crate) fn product(isa: Isa, narrow: bool, weights: &[i32], codes: &[i32], out: &mut [i64]) {
    match isa {
        // SAFETY: `Isa::available` lists these sets only where the processor has them, and models take theirs from it.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2(narrow, weights, codes, out) },
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512(narrow, weights, codes, out) },
        _ => body(narrow, weights, codes, out),
    }
}

#[inline(always)]
fn body(narrow: bool, weights: &[i32], codes: &[i32], out: &mut [i64]) {
    for (row, out) in weights.chunks_exact(codes.len()).zip(out) {
        let pairs = row.iter().zip(codes);
        *out = if narrow {
            i64::from(pairs.map(|(&w, &x)| w * x).sum::<i32>())
        } else {
            pairs.map(|(&w, &x)| i64::from(w) * i64::from(x)).sum()
        };
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(narrow: bool, weights: &[i32], codes: &[i32], out: &mut [i64]) {
    body(narrow, weights, codes, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512(narrow: bool, weights: &[i32], codes: &[i32], out: &mut [i64]) {
    body(narrow, weights, codes, out);
}
