//! One image, three ways: float, integer reference, simulated crossbars.

use crate::func::adc::stats::LayerStats;
use crate::func::error::FuncError;
use crate::func::run::model::FuncModel;
use crate::func::run::session::FuncSession;
use crosscut_traces::exec::{exact::ExactAccumulator, float, int, top1};
use crosscut_traces::{LayerId, QuantNetwork, Tensor};
use std::collections::BTreeMap;

/// Sums of squares over the outputs of a layer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Errors {
    /// (crossbar - reference)^2 and reference^2.
    pub reference: [f64; 2],
    /// (crossbar - float)^2 and float^2.
    pub float: [f64; 2],
    /// Values that entered, and those outside the range of codes.
    pub inputs: u64,
    pub outside: u64,
    /// Those outside it in the integer reference, which no converter disturbs.
    pub outside_reference: u64,
}

impl Errors {
    pub fn add(&mut self, o: &Errors) {
        for i in 0..2 {
            self.reference[i] += o.reference[i];
            self.float[i] += o.float[i];
        }
        self.inputs += o.inputs;
        self.outside += o.outside;
        self.outside_reference += o.outside_reference;
    }
}

/// Classes and statistics of one image.
pub(super) struct ImageRun {
    pub float: usize,
    pub reference: usize,
    pub crossbar: usize,
    pub stats: BTreeMap<LayerId, LayerStats>,
    pub errors: BTreeMap<LayerId, Errors>,
}

/// Sums of (a - b)^2 and b^2.
pub(super) fn squares(a: &Tensor, b: &Tensor) -> [f64; 2] {
    let mut sums = [0.0; 2];
    for (&a, &b) in a.iter().zip(b) {
        sums[0] += f64::from(a - b).powi(2);
        sums[1] += f64::from(b).powi(2);
    }
    sums
}

/// Keeps the outputs of compute layers.
fn keep(qnet: &QuantNetwork, kept: &mut BTreeMap<LayerId, Tensor>, id: LayerId, v: &Tensor) {
    if qnet.layers.contains_key(&id) {
        kept.insert(id, v.clone());
    }
}

/// Runs image `number`.
pub(super) fn three_ways(
    model: &FuncModel,
    qnet: &QuantNetwork,
    image: &Tensor,
    number: u64,
) -> Result<ImageRun, FuncError> {
    let net = &qnet.network;
    let mut floats = BTreeMap::new();
    let float = float::run_seen(net, image, |id, v| keep(qnet, &mut floats, id, v))?;
    let mut references = BTreeMap::new();
    let mut exact = ExactAccumulator::new(qnet);
    let mut errors: BTreeMap<LayerId, Errors> = BTreeMap::new();
    let reference = int::run_seen(qnet, image, &mut exact, |id, v| {
        keep(qnet, &mut references, id, v);
        for user in net.consumers(id) {
            if let Some(layer) = qnet.layers.get(&user) {
                let e = errors.entry(user).or_default();
                e.outside_reference += layer.saturated(v, qnet.input_bits);
            }
        }
    })?;
    let mut session = FuncSession::of_image(model, number);
    let out = int::run_seen(qnet, image, &mut session, |id, v| {
        for user in net.consumers(id) {
            // Only its first input enters a compute layer.
            let Some(layer) = qnet.layers.get(&user) else {
                continue;
            };
            let e = errors.entry(user).or_default();
            e.inputs += v.len() as u64;
            e.outside += layer.saturated(v, qnet.input_bits);
        }
        if let (Some(r), Some(f)) = (references.get(&id), floats.get(&id)) {
            let e = errors.entry(id).or_default();
            e.reference = squares(v, r);
            e.float = squares(v, f);
        }
    })?;
    Ok(ImageRun {
        float: top1(&float),
        reference: top1(&reference),
        crossbar: top1(&out),
        stats: session.stats,
        errors,
    })
}

/// Class and outputs of one image on the crossbars alone.
pub(super) fn on_crossbars(
    model: &FuncModel,
    qnet: &QuantNetwork,
    image: &Tensor,
    number: u64,
) -> Result<Tensor, FuncError> {
    let mut session = FuncSession::of_image(model, number).without_comparison();
    Ok(int::run(qnet, image, &mut session)?)
}
