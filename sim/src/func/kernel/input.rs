//! Input codes as bit planes.

use crate::func::cells::encode::Encoding;
use crate::func::cells::selection::Selection;
use crate::func::isa::Isa;
use crate::func::isa::Work;

/// Fills in the bit planes of the codes of `rows`, input bits x 64-row words; gives the sum of the driven values.
pub(super) struct Planes<'a> {
    pub isa: Isa,
    pub e: &'a Encoding,
    pub rows: &'a Selection,
    /// Codes of the channel group.
    pub x: &'a [i32],
    pub planes: &'a mut [u64],
}

impl Work for Planes<'_> {
    type Output = i64;

    #[inline(always)]
    fn run(self) -> i64 {
        let Planes { e, x, planes, .. } = self;
        let (words, bits) = (self.rows.len().div_ceil(64), e.input_bits as usize);
        // What is driven: the code, shifted up where it must not be negative. Of a negative code the lowest bits are
        // those of its two's complement.
        let lift = if e.shifted() {
            1i32 << (e.input_bits - 1)
        } else {
            0
        };
        let mut sum = 0;
        let start = self.rows.start();
        for (w, rows) in self.rows.indices().chunks(64).enumerate() {
            // Low and high bytes of 64 codes.
            let (mut low, mut high) = ([0u8; 64], [0u8; 64]);
            if let Some(start) = start {
                // The compiler's vector code does the rest.
                let x = &x[start + 64 * w..][..rows.len()];
                sum += i64::from(x.iter().map(|v| v + lift).sum::<i32>());
                for (low, v) in low.iter_mut().zip(x) {
                    *low = (v + lift) as u8;
                }
                if bits > 8 {
                    for (high, v) in high.iter_mut().zip(x) {
                        *high = ((v + lift) >> 8) as u8;
                    }
                }
            } else {
                for (i, &at) in rows.iter().enumerate() {
                    let raw = x[at] + lift;
                    sum += i64::from(raw);
                    low[i] = raw as u8;
                    high[i] = (raw >> 8) as u8;
                }
            }
            for (half, bytes) in [low, high].iter().enumerate().take(bits.div_ceil(8)) {
                let out = bit_words(self.isa, bytes);
                for (bit, &word) in out.iter().enumerate().take(bits - 8 * half) {
                    planes[(8 * half + bit) * words + w] = word;
                }
            }
        }
        sum
    }
}

/// Word `b` holds bit `b` of every byte.
#[inline]
fn bit_words(isa: Isa, bytes: &[u8; 64]) -> [u64; 8] {
    // SAFETY: an `Isa` exists only where the processor has its features.
    #[cfg(target_arch = "x86_64")]
    if let Isa::Avx512(_) = isa {
        return unsafe { bit_words_avx512(bytes) };
    }
    let _ = isa;
    let mut out = [0u64; 8];
    for (i, eight) in bytes.chunks_exact(8).enumerate() {
        let mut block = [0u8; 8];
        block.copy_from_slice(eight);
        let turned = transpose(u64::from_le_bytes(block));
        for (bit, out) in out.iter_mut().enumerate() {
            *out |= (turned >> (8 * bit) & 0xFF) << (8 * i);
        }
    }
    out
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,avx512f,avx512bw")]
fn bit_words_avx512(bytes: &[u8; 64]) -> [u64; 8] {
    use std::arch::x86_64::*;
    // SAFETY: 64 readable bytes; the load needs no alignment.
    let bytes = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
    std::array::from_fn(|bit| _mm512_test_epi8_mask(bytes, _mm512_set1_epi8(1 << bit)))
}

/// Appends the positions of the ones of `word`, counted from `first`, to `list`.
#[inline]
pub(super) fn list_ones(isa: Isa, word: u64, first: u16, list: &mut Vec<u16>) {
    // SAFETY: an `Isa` exists only where the processor has its features.
    #[cfg(target_arch = "x86_64")]
    if let Isa::Avx512(_) = isa {
        return unsafe { list_ones_avx512(word, first, list) };
    }
    let _ = isa;
    let mut word = word;
    while word != 0 {
        list.push(first + word.trailing_zeros() as u16);
        word &= word - 1;
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vbmi2")]
fn list_ones_avx512(word: u64, first: u16, list: &mut Vec<u16>) {
    use std::arch::x86_64::*;
    const COUNT: [u16; 32] = {
        let mut n = [0; 32];
        let mut i = 0;
        while i < 32 {
            n[i] = i as u16;
            i += 1;
        }
        n
    };
    list.reserve(64);
    // SAFETY: 64 readable bytes; the load needs no alignment.
    let count = unsafe { _mm512_loadu_si512(COUNT.as_ptr().cast()) };
    for half in [0, 32] {
        let mask = (word >> half) as u32;
        let at = _mm512_add_epi16(count, _mm512_set1_epi16((first + half) as i16));
        let ones = _mm512_maskz_compress_epi16(mask, at);
        let used = list.len();
        // SAFETY: both halves together write at most 64 numbers behind the first, which are reserved; those behind the
        // new length are not looked at.
        unsafe {
            _mm512_storeu_si512(list.as_mut_ptr().add(used).cast(), ones);
            list.set_len(used + mask.count_ones() as usize);
        }
    }
}

/// The 8 x 8 bit matrix with rows and columns exchanged (byte = row), by swapping ever larger blocks.
fn transpose(mut x: u64) -> u64 {
    for (shift, mask) in [
        (7, 0x00AA_00AA_00AA_00AA),
        (14, 0x0000_CCCC_0000_CCCC),
        (28, 0x0000_0000_F0F0_F0F0u64),
    ] {
        let t = (x ^ (x >> shift)) & mask;
        x ^= t ^ (t << shift);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_arch::SignedWeights;
    use crosscut_traces::random::Key;

    #[test]
    fn planes_hold_the_bits_of_the_codes() {
        for (case, (input_bits, signed)) in
            [(1, false), (5, true), (8, false), (8, true), (16, true)]
                .into_iter()
                .enumerate()
        {
            let e = Encoding {
                scheme: SignedWeights::Differential,
                weight_bits: 8,
                cell_bits: 2,
                weight_slices: 4,
                input_bits,
                dac_bits: 1,
                signed_inputs: signed,
                analog_sums: false,
                steps: input_bits as usize,
                conversions: input_bits as usize,
                largest_input: 1,
            };
            let low = if signed {
                -(1i64 << (input_bits - 1))
            } else {
                0
            };
            let x: Vec<i32> = (0..200)
                .map(|i| (low + (Key::new(case as u64).bits(i) % (1 << input_bits)) as i64) as i32)
                .collect();
            let scattered: Vec<usize> = (0..150).map(|i| (i * 7) % 200).collect();
            let neighbours: Vec<usize> = (20..170).collect();
            for (rows, isa) in [&scattered, &neighbours]
                .into_iter()
                .flat_map(|r| Isa::available().into_iter().map(move |i| (r, i)))
            {
                let words = rows.len().div_ceil(64);
                let mut planes = vec![0; input_bits as usize * words];
                let selection = Selection::new(rows.clone());
                let sum = isa.run(Planes {
                    isa,
                    e: &e,
                    rows: &selection,
                    x: &x,
                    planes: &mut planes,
                });
                assert_eq!(sum, rows.iter().map(|&r| i64::from(x[r])).sum::<i64>());
                for (i, &r) in rows.iter().enumerate() {
                    for bit in 0..input_bits as usize {
                        let got = planes[bit * words + i / 64] >> (i % 64) & 1;
                        assert_eq!(got, (x[r] >> bit & 1) as u64, "row {i}, bit {bit}");
                    }
                }
            }
        }
    }

    #[test]
    fn ones_are_listed_in_order() {
        for isa in Isa::available() {
            let mut list = vec![7];
            let mut want = vec![7];
            for (i, word) in [
                0,
                u64::MAX,
                1 << 63,
                0x8000_0001_0000_0100,
                Key::new(1).bits(2),
            ]
            .into_iter()
            .enumerate()
            {
                let first = 64 * i as u16;
                list_ones(isa, word, first, &mut list);
                want.extend((0..64).filter(|b| word >> b & 1 == 1).map(|b| first + b));
            }
            assert_eq!(list, want, "{isa:?}");
        }
    }
}
