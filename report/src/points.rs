//! One way to prune at one budget, in figures: a line of the table of methods, a point of its plots.

use super::state::State;
use serde::{Deserialize, Serialize};

/// A point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MethodPoint {
    /// Method.
    pub method: String,
    /// Share of the crossbars of all roles that was asked for; 1 for the network before.
    pub keep: f64,
    /// Whether the budget was reached.
    pub reached: bool,
    /// Compute crossbars.
    pub compute: u64,
    /// Crossbars of all roles.
    pub total: u64,
    /// ADC conversions of an image.
    pub adc_conversions: u64,
    /// Energy of an image; absent, like the area, where the machine gives no costs.
    pub energy_pj: Option<f64>,
    /// Area in use.
    pub area_mm2: Option<f64>,
    /// Latency of an image.
    pub latency_ns: f64,
    /// Time between images.
    pub interval_ns: f64,
    /// Top-1 of the float network.
    pub float_accuracy: f64,
    /// Top-1 of the integer reference.
    pub reference_accuracy: f64,
    /// Top-1 on simulated crossbars.
    pub accuracy: f64,
    /// 95 % interval of it.
    pub accuracy_interval: [f64; 2],
    /// Weights that are not zero.
    pub weights: u64,
}

impl MethodPoint {
    /// From a run and an evaluation.
    pub fn new(method: &str, keep: f64, reached: bool, state: &State, weights: u64) -> MethodPoint {
        let (run, exec) = (&state.run, &state.exec.result);
        MethodPoint {
            method: method.to_string(),
            keep,
            reached,
            compute: run.totals.compute,
            total: run.totals.total,
            adc_conversions: run.totals.adc_conversions,
            energy_pj: run.energy_pj,
            area_mm2: run.area_mm2,
            latency_ns: run.latency_ns,
            interval_ns: run.interval_ns,
            float_accuracy: exec.float_accuracy,
            reference_accuracy: exec.reference_accuracy,
            accuracy: exec.accuracy,
            accuracy_interval: exec.accuracy_interval,
            weights,
        }
    }
}

/// Positions of the points that no other beats in both `cost` (less is better) and accuracy on crossbars.
pub fn pareto(points: &[MethodPoint], cost: fn(&MethodPoint) -> f64) -> Vec<usize> {
    let beats = |a: &MethodPoint, b: &MethodPoint| {
        let no_worse = cost(a) <= cost(b) && a.accuracy >= b.accuracy;
        no_worse && (cost(a) < cost(b) || a.accuracy > b.accuracy)
    };
    (0..points.len())
        .filter(|&i| !points.iter().any(|p| beats(p, &points[i])))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(total: u64, accuracy: f64) -> MethodPoint {
        MethodPoint {
            method: String::new(),
            keep: 1.0,
            reached: true,
            compute: 0,
            total,
            adc_conversions: 0,
            energy_pj: None,
            area_mm2: None,
            latency_ns: 0.0,
            interval_ns: 0.0,
            float_accuracy: 0.0,
            reference_accuracy: 0.0,
            accuracy,
            accuracy_interval: [0.0; 2],
            weights: 0,
        }
    }

    #[test]
    fn the_front_holds_what_nothing_beats() {
        let points = [
            point(10, 0.9),
            point(8, 0.9),
            point(12, 0.95),
            point(9, 0.8),
            point(8, 0.9),
        ];
        assert_eq!(pareto(&points, |p| p.total as f64), [1, 2, 4]);
    }
}
