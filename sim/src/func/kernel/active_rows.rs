//! ActiveRows rows: which rows of a row group the reads of a block of positions drive.

use super::input::{Planes, list_ones};
use crate::func::cells::encode::Encoding;
use crate::func::cells::selection::Selection;
use crate::func::isa::Isa;
use crate::func::isa::Work;
use ndarray::ArrayView2;

/// Positions whose reads are listed together: they pass a tile of columns before the next tile.
pub(super) const BATCH: usize = 32;

/// One list of rows per position and input bit, or per position and input step.
#[derive(Debug, Default)]
pub(super) struct ActiveRows {
    /// End of each list in `rows`.
    pub ends: Vec<u32>,
    /// An array has at most 65,536 rows.
    pub rows: Vec<u16>,
    /// Input of each row of a step; empty where every input is 1.
    pub values: Vec<f32>,
    /// Sum of inputs by position.
    pub sums: Vec<i64>,
    planes: Vec<u64>,
}

impl ActiveRows {
    /// Lists the rows that each step of `step_bits` bits of `patches` drives, with their inputs where a step has several
    /// bits.
    pub fn list(
        &mut self,
        isa: Isa,
        e: &Encoding,
        step_bits: u32,
        rows: &Selection,
        patches: ArrayView2<'_, i32>,
    ) {
        isa.run(Lists {
            to: self,
            isa,
            e,
            rows,
            patches,
            step_bits: step_bits as usize,
        });
    }

    /// One entry for every row that any of the planes of word `w` drives.
    fn list_values(&mut self, planes: &[u64], words: usize, w: usize) {
        let bits = planes.chunks_exact(words).map(|plane| plane[w]);
        let mut any = bits.clone().fold(0, |a, b| a | b);
        while any != 0 {
            let bit = any.trailing_zeros();
            any &= any - 1;
            self.rows.push((w * 64) as u16 + bit as u16);
            let digits = bits.clone().enumerate();
            let digits = digits.map(|(k, b)| ((b >> bit & 1) << k) as u32);
            self.values.push(digits.sum::<u32>() as f32);
        }
    }
}

struct Lists<'a> {
    to: &'a mut ActiveRows,
    isa: Isa,
    e: &'a Encoding,
    rows: &'a Selection,
    patches: ArrayView2<'a, i32>,
    step_bits: usize,
}

impl Work for Lists<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Lists { to, isa, e, .. } = self;
        to.ends.clear();
        to.rows.clear();
        to.values.clear();
        to.sums.clear();
        let words = self.rows.len().div_ceil(64);
        let mut planes = std::mem::take(&mut to.planes);
        planes.clear();
        planes.resize(e.input_bits as usize * words, 0);
        for x in self.patches.rows() {
            let fill = Planes {
                isa,
                e,
                rows: self.rows,
                x: x.to_slice().expect("standard layout"),
                planes: &mut planes,
            };
            to.sums.push(fill.run());
            for planes in planes.chunks(self.step_bits * words) {
                for w in 0..words {
                    if self.step_bits == 1 {
                        list_ones(isa, planes[w], (w * 64) as u16, &mut to.rows);
                    } else {
                        to.list_values(planes, words, w);
                    }
                }
                to.ends.push(to.rows.len() as u32);
            }
        }
        to.planes = planes;
    }
}
