//! Converters that differ from one another: each has drawn its own offset and gain.
//!
//! An array's columns are shared out to its ADCs in blocks of neighbours. Arrays that share an ADC get one each, since which
//! of them do depends on where they are placed: a simplification, without effect on the distribution of errors.

use crate::func::adc::codes::{Codes, Sample, non_linearity};
use crate::func::adc::range::Range;
use crate::func::cells::block::Block;
use crate::func::cells::encode::Encoding;
use crosscut_arch::{AdcErrors, Arch};
use crosscut_traces::random::Key;
use rand_distr::{Distribution, StandardNormal};
use std::sync::Arc;

/// How the converters of a layer differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    key: Key,
    errors: AdcErrors,
    /// By weight slice.
    ranges: Vec<Range>,
    bow: Option<Arc<Bow>>,
    /// ADCs of an array and samples that they take of one read.
    adcs: usize,
    samples: usize,
}

/// Integral non-linearity, and the ranges it lies on.
#[derive(Debug, PartialEq)]
struct Bow {
    /// Codes at evenly spaced places of a range.
    points: Vec<f64>,
    /// By weight slice.
    ranges: Vec<Range>,
}

/// What the converter of each column of a block makes of its sums.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// Codes per unit of column sum, weight slices x outputs.
    pub gain: Vec<f32>,
    /// Codes at a sum of 0.
    pub offset: Vec<f32>,
    /// Absent where codes lie on a straight line.
    bow: Option<Arc<Bow>>,
}

impl Mismatch {
    /// Of a machine's converters, if they differ. `key` is of the chip and the layer.
    pub fn new(arch: &Arch, ranges: Vec<Range>, key: Key) -> Option<Mismatch> {
        let errors = &arch.adc_errors;
        (errors.offset_spread > 0.0 || errors.gain_spread > 0.0).then(|| Mismatch {
            key,
            errors: errors.clone(),
            bow: (!errors.inl.is_empty()).then(|| {
                Arc::new(Bow {
                    points: errors.inl.clone(),
                    ranges: ranges.clone(),
                })
            }),
            ranges,
            adcs: (arch.pe.adcs / arch.pe.crossbars).max(1) as usize,
            samples: (arch.crossbar.columns / arch.columns_per_conversion()).max(1) as usize,
        })
    }

    /// What the converters of a block's columns do; `codes` are those of the weight slices.
    pub fn transfer(&self, block: &Block, e: &Encoding, codes: &[Codes]) -> Transfer {
        let outputs = block.outputs.len();
        let mut l = Transfer {
            gain: vec![0.0; block.columns()],
            offset: vec![0.0; block.columns()],
            bow: self.bow.clone(),
        };
        let key = self.key.child(block.place.row_group as u64);
        for array in block.arrays() {
            let key = key.child(array.number);
            // Columns come in blocks of one ADC, which draws once.
            let mut drawn: Option<(usize, (f64, f64))> = None;
            for o in 0..array.width {
                for (slice, codes) in codes.iter().enumerate().take(e.weight_slices) {
                    let sample = o * e.weight_slices + slice;
                    let adc = (sample * self.adcs / self.samples).min(self.adcs - 1);
                    let of_adc = drawn.filter(|(of, _)| *of == adc);
                    let of_adc = of_adc.unwrap_or_else(|| (adc, self.draw(key.child(adc as u64))));
                    drawn = Some(of_adc);
                    let (offset, gain) = of_adc.1;
                    let column = slice * outputs + array.first + o;
                    // Errors are in codes of the range; with rounding switched off `codes` are finer.
                    let finer = self.ranges[slice].step as f64 / codes.step as f64;
                    l.gain[column] = (gain / codes.step as f64) as f32;
                    l.offset[column] = (offset * finer) as f32;
                }
            }
        }
        l
    }

    /// Offset and gain of the converter of that key.
    fn draw(&self, key: Key) -> (f64, f64) {
        let (e, mut draws) = (&self.errors, key.rng());
        let mut normal = || -> f64 { StandardNormal.sample(&mut draws) };
        let offset = e.offset + e.offset_spread * normal();
        (offset, e.gain + e.gain_spread * normal())
    }
}

impl Transfer {
    /// Whether gain and offset say all.
    pub fn is_straight(&self) -> bool {
        self.bow.is_none()
    }

    /// The conversion of a sum of `column`, in weight slice `slice` with these codes.
    pub fn convert(&self, column: usize, slice: usize, codes: &Codes, sum: f32) -> Sample {
        let mut code = sum * self.gain[column] + self.offset[column];
        if let Some(bow) = &self.bow {
            let range = bow.ranges[slice];
            let more = non_linearity(&bow.points, range.place(f64::from(sum)));
            code += (more * range.step as f64 / codes.step as f64) as f32;
        }
        codes.saturate(code.round_ties_even() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::cells::selection::Selection;
    use crosscut_arch::SignedWeights;

    /// Transfer of two arrays of 16 outputs in 4 slices each.
    fn transfer(chip: u64, set: &[&str]) -> Transfer {
        let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
        let arch = crosscut_arch::load("reram-64", &set).unwrap();
        let range = Range {
            lowest: 0,
            step: 4,
            codes: 64,
        };
        let block = Block {
            channel_group: 0,
            place: crate::func::cells::block::BlockPlace {
                row_group: 3,
                first_row: 0,
                outputs_per_array: 16,
            },
            rows: Selection::new((0..64).collect()),
            outputs: Selection::new((0..32).collect()),
            flipped: vec![false; 4 * 32],
            sum_bounds: vec![(0, 192); 4],
            samples: crate::func::cells::samples::BlockSamples {
                outputs: 32,
                weight_slices: 4,
                empty_reads: 0,
                idle: 0,
                idle_of_last: 0,
                output_columns: 1,
                unroll: 1,
            },
            weight_sums: vec![0; 32],
        };
        let e = Encoding::of(&arch, false);
        assert!(matches!(e.scheme, SignedWeights::Offset { .. }) && e.weight_slices == 4);
        let mismatch = Mismatch::new(&arch, vec![range; 4], Key::new(chip)).unwrap();
        mismatch.transfer(&block, &e, &vec![Codes::ideal(4, 0, 63); 4])
    }

    #[test]
    fn converters_of_chips_and_arrays_scatter_as_said() {
        let set = [
            "adc.sar.errors.offset=0.25",
            "adc.sar.errors.gain=1.2",
            "adc.sar.errors.offset_spread=0.5",
            "adc.sar.errors.gain_spread=0.01",
        ];
        let n = 2000;
        let (mut offsets, mut gains) = (Vec::new(), Vec::new());
        for chip in 0..n / 2 {
            let l = transfer(chip, &set);
            // One ADC an array: what it holds is alike, in every slice; the next array differs.
            for column in 0..4 * 32 {
                let first = column % 32 / 16 * 16;
                assert_eq!(l.offset[column], l.offset[first]);
                assert_eq!(l.gain[column], l.gain[first]);
            }
            assert_ne!(l.offset[0], l.offset[16]);
            for array in [0, 16] {
                offsets.push(f64::from(l.offset[array]));
                gains.push(f64::from(l.gain[array]) * 4.0);
            }
        }
        for (values, mean, sd) in [(offsets, 0.25, 0.5), (gains, 1.2, 0.01)] {
            let found = values.iter().sum::<f64>() / n as f64;
            let square = |v: &f64| (v - found).powi(2);
            let scatter = (values.iter().map(square).sum::<f64>() / n as f64).sqrt();
            // Five standard errors.
            assert!(
                (found - mean).abs() < 5.0 * sd / (n as f64).sqrt(),
                "{found}"
            );
            assert!(
                (scatter / sd - 1.0).abs() < 5.0 / (2.0 * n as f64).sqrt(),
                "{scatter}"
            );
        }
    }

    #[test]
    fn an_array_with_several_converters_shares_its_columns_out_in_blocks() {
        let set = [
            "adc.sar.errors.offset_spread=0.5",
            "pe.adcs=4",
            "pe.crossbars=1",
        ];
        let l = transfer(1, &set);
        // 64 samples, 16 for each of 4 ADCs: outputs 0 to 3, 4 to 7, 8 to 11, 12 to 15 in all slices.
        for column in 0..4 * 32 {
            assert_eq!(l.offset[column], l.offset[column % 32 / 4 * 4]);
        }
        let mut kinds: Vec<u32> = l.offset.iter().map(|o| o.to_bits()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), 8);
    }

    #[test]
    fn a_conversion_is_gain_offset_and_non_linearity() {
        let set = [
            "adc.sar.errors.offset=-0.7",
            "adc.sar.errors.gain_spread=0.01",
            "adc.sar.errors.inl=[0.0, 2.0, 0.0]",
        ];
        let l = transfer(5, &set);
        let gain = f64::from(l.gain[0]);
        for sum in 0..=192 {
            let lsb = f64::from(sum) / 4.0;
            let bow = 2.0 * (1.0 - (lsb - 31.5).abs() / 31.5);
            let want = gain * f64::from(sum) - 0.7 + bow;
            // Far enough from the middle between two codes for 32-bit floats.
            if (want - want.floor() - 0.5).abs() < 1e-4 {
                continue;
            }
            let got = l.convert(0, 0, &Codes::ideal(4, 0, 63), sum as f32);
            assert_eq!(got.value, 4 * (want.round() as i64).clamp(0, 63), "{sum}");
        }
    }
}
