//! The integer product with AVX-512's dot-product instructions: inputs as unsigned, weights as signed bytes, 64 products per
//! instruction.
//!
//! Signed codes are shifted up by 128 and 128 x (sum of weights) is subtracted. Outputs are worked on 64 at a time, four positions
//! together, in 32-bit sums; [`Bytes::new`] makes sure that those hold any sum.

use ndarray::{Array2, ArrayView2};
use std::arch::x86_64::*;

/// Outputs of a panel.
const PANEL: usize = 64;
/// Rows of one dot product.
const DEPTH: usize = 4;
/// Positions worked on together.
const TOGETHER: usize = 4;

/// Weights as panels of 64 outputs x groups of 4 rows.
pub struct Bytes {
    outputs: usize,
    rows: usize,
    /// Panels x row groups x outputs x rows of a group.
    panels: Vec<[i8; PANEL * DEPTH]>,
    /// 128 x the sum of weights, by output.
    shift: Vec<i64>,
    /// Whether codes are signed.
    signed: bool,
}

impl Bytes {
    /// Packs weights; `None` if they, or codes of `input_bits`, do not fit bytes, or their sums 32 bits.
    pub fn new(weights: &Array2<i32>, input_bits: u32, signed: bool) -> Option<Bytes> {
        let fits = weights.iter().all(|w| i8::try_from(*w).is_ok());
        let sums =
            |r: ndarray::ArrayView1<'_, i32>| r.iter().map(|w| i64::from(w.abs())).sum::<i64>();
        let largest = weights.rows().into_iter().map(sums).max().unwrap_or(0);
        if !fits || input_bits > 8 || largest * 255 > i64::from(i32::MAX) {
            return None;
        }
        let (outputs, rows) = weights.dim();
        let groups = rows.div_ceil(DEPTH);
        let mut panels = vec![[0i8; PANEL * DEPTH]; outputs.div_ceil(PANEL) * groups];
        for ((o, r), &w) in weights.indexed_iter() {
            let panel = &mut panels[o / PANEL * groups + r / DEPTH];
            panel[o % PANEL * DEPTH + r % DEPTH] = w as i8;
        }
        let shift = weights
            .rows()
            .into_iter()
            .map(|r| 128 * r.iter().map(|&w| i64::from(w)).sum::<i64>())
            .collect();
        Some(Bytes {
            outputs,
            rows,
            panels,
            shift,
            signed,
        })
    }

    /// positions x K times K x outputs.
    ///
    /// # Safety
    /// The processor must have AVX-512 F, BW and VNNI.
    #[target_feature(enable = "avx2,avx512f,avx512bw,avx512vl,avx512vnni")]
    pub fn product(&self, patches: ArrayView2<'_, i32>) -> Array2<i64> {
        let mut product = Array2::zeros((patches.nrows(), self.outputs));
        let groups = self.rows.div_ceil(DEPTH);
        let mut codes = vec![0u8; TOGETHER * groups * DEPTH];
        let lift = if self.signed { 128 } else { 0 };
        let out = product.as_slice_mut().expect("made contiguous");
        let mut sums = [[0i32; PANEL]; TOGETHER];
        for first in (0..patches.nrows()).step_by(TOGETHER) {
            let n = TOGETHER.min(patches.nrows() - first);
            for (i, codes) in codes.chunks_exact_mut(groups * DEPTH).take(n).enumerate() {
                let x = patches.row(first + i);
                let x = x.to_slice().expect("standard layout");
                for (to, &from) in codes.iter_mut().zip(x) {
                    *to = (from + lift) as u8;
                }
            }
            for (panel, cells) in self.panels.chunks_exact(groups).enumerate() {
                panel_sums(cells, &codes, &mut sums);
                let o = panel * PANEL;
                let live = PANEL.min(self.outputs - o);
                for (i, sums) in sums.iter().take(n).enumerate() {
                    let to = &mut out[(first + i) * self.outputs + o..][..live];
                    let shift = &self.shift[o..o + live];
                    if self.signed {
                        for ((to, &s), &shift) in to.iter_mut().zip(sums).zip(shift) {
                            *to = i64::from(s) - shift;
                        }
                    } else {
                        for (to, &s) in to.iter_mut().zip(sums) {
                            *to = i64::from(s);
                        }
                    }
                }
            }
        }
        product
    }
}

/// Sums of one panel for the positions of `codes`.
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn panel_sums(cells: &[[i8; PANEL * DEPTH]], codes: &[u8], sums: &mut [[i32; PANEL]; TOGETHER]) {
    let stride = cells.len() * DEPTH;
    let mut acc = [[_mm512_setzero_si512(); 4]; TOGETHER];
    for (k, cells) in cells.iter().enumerate() {
        let mut w = [_mm512_setzero_si512(); 4];
        for (i, w) in w.iter_mut().enumerate() {
            // SAFETY: a panel holds 4 x 64 readable bytes; the load needs no alignment.
            *w = unsafe { _mm512_loadu_si512(cells.as_ptr().add(64 * i).cast()) };
        }
        for (p, acc) in acc.iter_mut().enumerate() {
            let at = p * stride + k * DEPTH;
            let four = [codes[at], codes[at + 1], codes[at + 2], codes[at + 3]];
            let x = _mm512_set1_epi32(i32::from_le_bytes(four));
            for (acc, w) in acc.iter_mut().zip(w) {
                *acc = _mm512_dpbusd_epi32(*acc, x, w);
            }
        }
    }
    for (sums, acc) in sums.iter_mut().zip(acc) {
        for (i, acc) in acc.into_iter().enumerate() {
            // SAFETY: 16 sums of 4 bytes are writable there; the store needs no alignment.
            unsafe { _mm512_storeu_si512(sums.as_mut_ptr().add(16 * i).cast(), acc) };
        }
    }
}
