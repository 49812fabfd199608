//! Input codes as bit planes.

use crate::func::encode::Encoding;

/// Bit planes of the codes of `rows`, input bits x 64-row words; returns the sum of the driven values.
pub(super) fn fill_planes(e: &Encoding, rows: &[usize], x: &[i32], planes: &mut [u64]) -> i64 {
    let (words, bits) = (rows.len().div_ceil(64), e.input_bits as usize);
    let mut sum = 0;
    for (w, rows) in rows.chunks(64).enumerate() {
        // Low and high bytes of 64 codes.
        let mut bytes = [[0u8; 64]; 2];
        for (i, &at) in rows.iter().enumerate() {
            let raw = e.raw(x[at]);
            sum += e.driven(x[at]);
            bytes[0][i] = raw as u8;
            bytes[1][i] = (raw >> 8) as u8;
        }
        for (half, bytes) in bytes.iter().enumerate().take(bits.div_ceil(8)) {
            let mut out = [0u64; 8];
            for (i, eight) in bytes.chunks_exact(8).enumerate() {
                let mut block = [0u8; 8];
                block.copy_from_slice(eight);
                let turned = transpose(u64::from_le_bytes(block));
                for (bit, out) in out.iter_mut().enumerate() {
                    *out |= (turned >> (8 * bit) & 0xFF) << (8 * i);
                }
            }
            for (bit, &word) in out.iter().enumerate().take(bits - 8 * half) {
                planes[(8 * half + bit) * words + w] = word;
            }
        }
    }
    sum
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
    use crosscut_traces::weights::hash;

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
                slices: 4,
                input_bits,
                dac_bits: 1,
                signed_inputs: signed,
                analog_sums: false,
            };
            let low = if signed {
                -(1i64 << (input_bits - 1))
            } else {
                0
            };
            let x: Vec<i32> = (0..200)
                .map(|i| (low + (hash(case as u64, i) % (1 << input_bits)) as i64) as i32)
                .collect();
            let rows: Vec<usize> = (0..150).map(|i| (i * 7) % 200).collect();
            let words = rows.len().div_ceil(64);
            let mut planes = vec![0; input_bits as usize * words];
            let sum = fill_planes(&e, &rows, &x, &mut planes);
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
