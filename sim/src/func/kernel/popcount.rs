//! Column sums by population count: one input bit of 64 rows against one cell bit of the same rows, for many columns.
//!
//! The loop over columns is innermost and free of dependences, so the compiler uses the widest population count the
//! processor has; the variant is chosen at run time and all give the same integers.

/// Adds `2^shift x popcount(x & plane)` of every word and cell bit to `sums`. `planes` is `[bit][word][column]`.
pub fn add_sums(x: &[u64], planes: &[u64], shift: u32, sums: &mut [i64]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512vpopcntdq") && is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the features the function is compiled for.
            return unsafe { add_sums_avx512(x, planes, shift, sums) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: as above.
            return unsafe { add_sums_avx2(x, planes, shift, sums) };
        }
    }
    add_sums_portable(x, planes, shift, sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512vpopcntdq,popcnt")]
fn add_sums_avx512(x: &[u64], planes: &[u64], shift: u32, sums: &mut [i64]) {
    use std::arch::x86_64::{
        _mm_cvtsi32_si128, _mm512_add_epi64, _mm512_and_si512, _mm512_loadu_si512,
        _mm512_popcnt_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_sll_epi64,
        _mm512_storeu_si512,
    };
    let columns = sums.len();
    let bits = planes.len() / (x.len() * columns).max(1);
    let whole = columns / 8 * 8;
    for at in (0..whole).step_by(8) {
        // SAFETY: `at + 8 <= columns`, so every load and store of 8 words stays inside its slice.
        unsafe {
            let mut total = _mm512_loadu_si512(sums.as_ptr().add(at).cast());
            for bit in 0..bits {
                let mut count = _mm512_setzero_si512();
                for (word, &row_bits) in x.iter().enumerate() {
                    let cells = _mm512_loadu_si512(
                        planes
                            .as_ptr()
                            .add((bit * x.len() + word) * columns + at)
                            .cast(),
                    );
                    let both = _mm512_and_si512(cells, _mm512_set1_epi64(row_bits as i64));
                    count = _mm512_add_epi64(count, _mm512_popcnt_epi64(both));
                }
                let weight = _mm_cvtsi32_si128((bit as u32 + shift) as i32);
                total = _mm512_add_epi64(total, _mm512_sll_epi64(count, weight));
            }
            _mm512_storeu_si512(sums.as_mut_ptr().add(at).cast(), total);
        }
    }
    body(x, planes, shift, sums, whole);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn add_sums_avx2(x: &[u64], planes: &[u64], shift: u32, sums: &mut [i64]) {
    body(x, planes, shift, sums, 0);
}

/// The same for any processor.
pub fn add_sums_portable(x: &[u64], planes: &[u64], shift: u32, sums: &mut [i64]) {
    body(x, planes, shift, sums, 0);
}

/// Columns from `first` on.
#[inline(always)]
fn body(x: &[u64], planes: &[u64], shift: u32, sums: &mut [i64], first: usize) {
    let columns = sums.len();
    if first == columns {
        return;
    }
    for (i, plane) in planes.chunks_exact(columns).enumerate() {
        let (bit, word) = (i / x.len(), i % x.len());
        let row_bits = x[word];
        let weight = bit as u32 + shift;
        for (sum, &cells) in sums[first..].iter_mut().zip(&plane[first..]) {
            *sum += i64::from((cells & row_bits).count_ones()) << weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::weights::hash;

    #[test]
    fn every_variant_counts_the_same() {
        for (case, (words, columns, bits)) in
            [(1, 1, 1), (1, 64, 2), (2, 129, 2), (4, 7, 4), (3, 40, 1)]
                .into_iter()
                .enumerate()
        {
            let r = |i: usize| hash(case as u64, i as u64);
            let x: Vec<u64> = (0..words).map(r).collect();
            let planes: Vec<u64> = (0..bits * words * columns).map(|i| r(1000 + i)).collect();
            // The definition, bit by bit.
            let want: Vec<i64> = (0..columns)
                .map(|c| {
                    let mut sum = 5;
                    for bit in 0..bits {
                        for row in 0..words * 64 {
                            let cell =
                                planes[(bit * words + row / 64) * columns + c] >> (row % 64) & 1;
                            sum += ((cell & (x[row / 64] >> (row % 64) & 1)) << (bit + 3)) as i64;
                        }
                    }
                    sum
                })
                .collect();
            let (mut a, mut b) = (vec![5; columns], vec![5; columns]);
            add_sums(&x, &planes, 3, &mut a);
            add_sums_portable(&x, &planes, 3, &mut b);
            assert_eq!((&a, &b), (&want, &want), "case {case}");
        }
    }
}
