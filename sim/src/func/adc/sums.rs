//! The distribution of the column sums of one weight slice, described, and what ranges of codes make of it.

use crate::func::adc::calibrate::{Window, effect};
use crate::func::adc::histogram::Histogram;
use crate::func::adc::range::{Range, by_machine};
use crate::func::ratio::ratio;
use crosscut_arch::Arch;
use serde::{Deserialize, Serialize};

/// The column sums of one weight slice and what converters make of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightSliceProfile {
    /// Samples.
    pub samples: u64,
    /// Smallest and largest sum seen.
    pub seen: [i64; 2],
    /// Smallest and largest sum the programmed cells can give.
    pub possible: [i64; 2],
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// Sums that 1, 50, 99, 99.9 and 99.99 % of the samples do not pass.
    pub percentiles: [i64; 5],
    /// Range the rule chooses.
    pub chosen: ConverterEffect,
    /// Range of the machine as described; absent where it is calibrated.
    pub machine: Option<ConverterEffect>,
    /// Bars of the distribution.
    pub bars: Bars,
}

/// A range and what it does to the samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConverterEffect {
    /// Column sums of the first and the last code.
    pub limits: [i64; 2],
    /// Column sum per code.
    pub step: i64,
    /// Share of the samples that clips.
    pub clip_rate: f64,
    /// Root mean square error of a conversion, in units of column sum.
    pub rms_error: f64,
    /// The same over the root mean square of the sums.
    pub relative_error: f64,
}

/// A histogram of few bars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// Column sum at the left end of the first bar.
    pub first: i64,
    /// Column sums in one bar.
    pub width: i64,
    /// Samples in each.
    pub counts: Vec<u64>,
}

/// Bars of a plot, at most.
const BARS: i64 = 96;

impl Bars {
    fn of(h: &Histogram) -> Bars {
        let mut values = h.iter();
        let least = values.next().map_or(0, |e| e.0);
        let most = values.next_back().map_or(least, |e| e.0);
        let width = (most - least) / BARS + 1;
        let mut counts = vec![0; ((most - least) / width + 1) as usize];
        h.iter()
            .for_each(|(v, n)| counts[((v - least) / width) as usize] += n);
        Bars {
            first: least,
            width,
            counts,
        }
    }
}

impl WeightSliceProfile {
    /// Describes the sums of one slice; `None` if none were seen.
    pub fn of(
        arch: &Arch,
        h: &Histogram,
        possible: (i64, i64),
        limits: [i64; 2],
    ) -> Option<WeightSliceProfile> {
        let c = arch.adc?;
        let total = h.total();
        let (least, most) = (h.iter().next()?.0, h.iter().next_back()?.0);
        let moment = |power: i32| {
            let sum: f64 = h
                .iter()
                .map(|(v, n)| n as f64 * (v as f64).powi(power))
                .sum();
            sum / total as f64
        };
        let (mean, square) = (moment(1), moment(2));
        let percentile = |share: f64| {
            let mut below = 0;
            let wanted = (share * total as f64).ceil().max(1.0) as u64;
            let reached = |n: u64, below: &mut u64| {
                *below += n;
                *below >= wanted
            };
            h.iter()
                .find(|&(_, n)| reached(n, &mut below))
                .map_or(most, |e| e.0)
        };
        let does = |r: Range| {
            let w: Window = effect(h, r.lowest, r.step, r.codes);
            let rms = (w.squared_error / total as f64).sqrt();
            ConverterEffect {
                limits: [w.lowest, w.highest()],
                step: r.step,
                clip_rate: w.clipped as f64 / total as f64,
                rms_error: rms,
                relative_error: ratio(rms, square.sqrt()),
            }
        };
        Some(WeightSliceProfile {
            samples: total,
            seen: [least, most],
            possible: [possible.0, possible.1],
            mean,
            deviation: (square - mean * mean).max(0.0).sqrt(),
            percentiles: [0.01, 0.5, 0.99, 0.999, 0.9999].map(percentile),
            chosen: does(Range::reaching(limits[0], limits[1], 1 << c.bits)),
            machine: by_machine(arch).map(does),
            bars: Bars::of(h),
        })
    }
}
