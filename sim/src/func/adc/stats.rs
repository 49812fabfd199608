//! What the converters of a layer saw. Integers only, so that the order of merging does not matter.

use crate::func::adc::histogram::Histogram;
use crate::func::cells::activity::ActivityCounts;
use crate::func::options::Detail;

/// Samples of one weight slice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeightSliceStats {
    /// Samples of columns that hold weights.
    pub conversions: u64,
    /// Sums below the first code.
    pub below: u64,
    /// Sums beyond the last code.
    pub above: u64,
    /// Smallest and largest column sum; absent where a kernel forms none.
    pub range: Option<(i64, i64)>,
    /// Sum of column sums (from `Detail::Moments` on; analog sums are rounded first).
    pub sum: i128,
    /// Sum of their squares.
    pub squares: u128,
    /// Sum of |converted - column sum|.
    pub error: u128,
    /// How often each column sum occurs (`Detail::Histogram`).
    pub histogram: Histogram,
}

impl WeightSliceStats {
    /// Records one sample: a column sum and what the converter reported.
    #[inline]
    pub fn see(&mut self, detail: Detail, sum: i64, value: i64, clip: i8) {
        self.conversions += 1;
        self.below += u64::from(clip < 0);
        self.above += u64::from(clip > 0);
        self.widen(sum, sum);
        if detail >= Detail::Moments {
            self.sum += i128::from(sum);
            self.squares += u128::from(sum.unsigned_abs()).pow(2);
            self.error += u128::from(value.abs_diff(sum));
        }
        if detail == Detail::Histogram {
            self.histogram.add(sum, 1);
        }
    }

    /// Widens the range of sums.
    #[inline]
    pub fn widen(&mut self, least: i64, most: i64) {
        self.range = Some(match self.range {
            Some((a, b)) => (a.min(least), b.max(most)),
            None => (least, most),
        });
    }

    /// Samples beyond either end.
    pub fn clipped(&self) -> u64 {
        self.below + self.above
    }

    /// Adds another run's statistics.
    pub fn merge(&mut self, o: &WeightSliceStats) {
        self.conversions += o.conversions;
        self.below += o.below;
        self.above += o.above;
        if let Some((least, most)) = o.range {
            self.widen(least, most);
        }
        self.sum += o.sum;
        self.squares += o.squares;
        self.error += o.error;
        self.histogram.merge(&o.histogram);
    }
}

/// What the converters of one layer saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerStats {
    /// What is recorded.
    pub detail: Detail,
    /// By weight slice, least significant first.
    pub weight_slices: Vec<WeightSliceStats>,
    /// Samples of columns without weights, on machines that convert those.
    pub idle: u64,
    /// Sum of squares of (crossbar - ideal) accumulators.
    pub error: u128,
    /// Sum of squares of ideal accumulators.
    pub signal: u128,
    /// Which rows carry something, where that is measured.
    pub activity: ActivityCounts,
}

impl LayerStats {
    /// Nothing seen yet, on that many weight slices.
    pub fn new(weight_slices: usize, detail: Detail) -> LayerStats {
        LayerStats {
            detail,
            weight_slices: vec![WeightSliceStats::default(); weight_slices],
            idle: 0,
            error: 0,
            signal: 0,
            activity: ActivityCounts::default(),
        }
    }

    /// All samples; of columns without weights too where the machine converts those.
    pub fn conversions(&self) -> u64 {
        self.idle
            + self
                .weight_slices
                .iter()
                .map(|s| s.conversions)
                .sum::<u64>()
    }

    /// Samples beyond the first or the last code.
    pub fn clipped(&self) -> u64 {
        self.weight_slices
            .iter()
            .map(WeightSliceStats::clipped)
            .sum()
    }

    /// Largest magnitude of a column sum; `None` where the kernel forms none.
    pub fn largest(&self) -> Option<u64> {
        let ranges = self.weight_slices.iter().filter_map(|s| s.range);
        ranges
            .map(|(a, b)| a.unsigned_abs().max(b.unsigned_abs()))
            .max()
    }

    /// Adds another run's statistics.
    pub fn merge(&mut self, o: &LayerStats) {
        for (s, o) in self.weight_slices.iter_mut().zip(&o.weight_slices) {
            s.merge(o);
        }
        self.idle += o.idle;
        self.error += o.error;
        self.signal += o.signal;
        self.activity.merge(&o.activity);
    }
}
