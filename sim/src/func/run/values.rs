//! The outputs of one layer, three ways: float network, integer reference, simulated crossbars.

use crate::func::error::FuncError;
use crate::func::ratio::ratio;
use crate::func::run::model::FuncModel;
use crate::func::run::session::FuncSession;
use crosscut_traces::exec::{exact::ExactAccumulator, float, int};
use crosscut_traces::{LayerId, QuantNetwork, Tensor};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Distributions of a layer's outputs (bias included, before whatever follows it).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueComparison {
    /// Layer.
    pub layer: String,
    /// Number of images compared, from the first on.
    pub images: u64,
    /// Values per way.
    pub values: u64,
    /// The float network.
    pub float: Distribution,
    /// The integer reference.
    pub reference: Distribution,
    /// The crossbars.
    pub crossbars: Distribution,
    /// Root mean square of (crossbars - reference) over that of the reference.
    pub error_reference: f64,
    /// Root mean square of (crossbars - float) over that of the float network.
    pub error_float: f64,
    /// Correlation of crossbars and reference.
    pub correlation: f64,
    /// Left end of the first bar, and width of a bar.
    pub bars: [f64; 2],
}

/// One distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// Smallest and largest value.
    pub range: [f64; 2],
    /// Values in each bar.
    pub counts: Vec<u64>,
}

/// Bars of the histograms.
const BARS: usize = 80;

/// Most values kept of each run; of more, only every n-th is kept.
const KEPT: usize = 2_000_000;

/// Compares the outputs of `layer` on `images`.
///
/// # Errors
/// If an image does not fit the network.
pub fn compare_values(
    model: &FuncModel,
    qnet: &QuantNetwork,
    layer: LayerId,
    images: &[Tensor],
) -> Result<ValueComparison, FuncError> {
    let net = &qnet.network;
    let output = net.layer(layer).shape.len() * images.len();
    let stride = output.div_ceil(KEPT).max(1);
    let run = |(number, image): (usize, &Tensor)| -> Result<[Vec<f32>; 3], FuncError> {
        let mut kept = [Vec::new(), Vec::new(), Vec::new()];
        let mut keep = |way: usize, id: LayerId, v: &Tensor| {
            if id == layer {
                kept[way] = v.iter().step_by(stride).copied().collect();
            }
        };
        float::run_seen(net, image, |id, v| keep(0, id, v))?;
        let mut exact = ExactAccumulator::new(qnet);
        int::run_seen(qnet, image, &mut exact, |id, v| keep(1, id, v))?;
        let mut session = FuncSession::of_image(model, number as u64).without_comparison();
        int::run_seen(qnet, image, &mut session, |id, v| keep(2, id, v))?;
        Ok(kept)
    };
    let runs: Vec<[Vec<f32>; 3]> = images
        .par_iter()
        .enumerate()
        .map(run)
        .collect::<Result<_, _>>()?;
    let way = |w: usize| -> Vec<f64> {
        let values = runs.iter().flat_map(|r| r[w].iter());
        values.map(|&v| f64::from(v)).collect()
    };
    let (float, reference, crossbars) = (way(0), way(1), way(2));
    let all = || float.iter().chain(&reference).chain(&crossbars).copied();
    let (least, most) = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(f64::NEG_INFINITY, f64::max),
    );
    let width = ((most - least) / BARS as f64).max(f64::MIN_POSITIVE);
    let error = |a: &[f64], b: &[f64]| {
        let off: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
        ratio(off, b.iter().map(|b| b * b).sum()).sqrt()
    };
    Ok(ValueComparison {
        layer: net.layer(layer).name.clone(),
        images: images.len() as u64,
        values: float.len() as u64,
        error_reference: error(&crossbars, &reference),
        error_float: error(&crossbars, &float),
        correlation: correlation(&crossbars, &reference),
        float: distribution(&float, least, width),
        reference: distribution(&reference, least, width),
        crossbars: distribution(&crossbars, least, width),
        bars: [least, width],
    })
}

fn mean(v: &[f64]) -> f64 {
    ratio(v.iter().sum(), v.len() as f64)
}

fn distribution(v: &[f64], least: f64, width: f64) -> Distribution {
    let mean = mean(v);
    let mut counts = vec![0; BARS];
    for x in v {
        counts[(((x - least) / width) as usize).min(BARS - 1)] += 1;
    }
    Distribution {
        mean,
        deviation: ratio(v.iter().map(|x| (x - mean).powi(2)).sum(), v.len() as f64).sqrt(),
        range: [
            v.iter().copied().fold(f64::INFINITY, f64::min),
            v.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ],
        counts,
    }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| {
        a.iter()
            .zip(b)
            .map(|(&x, &y)| f(x - ma, y - mb))
            .sum::<f64>()
    };
    let (xy, xx, yy) = (sum(&|x, y| x * y), sum(&|x, _| x * x), sum(&|_, y| y * y));
    ratio(xy, (xx * yy).sqrt())
}
