//! One pass of the dense network over the calibration images: the sums it computes at the sampled positions.
//!
//! Only those sums are kept, so that memory grows with the sampled points and not with the feature maps.

use super::sample;
use crosscut_traces::exec::float;
use crosscut_traces::random::Key;
use crosscut_traces::{LayerId, Network, Op, Tensor};
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Sampled positions and dense sums of some compute layers.
#[derive(Debug, Clone)]
pub struct Targets {
    layers: BTreeMap<LayerId, LayerTargets>,
}

/// Of one layer.
#[derive(Debug, Clone)]
pub struct LayerTargets {
    /// Sampled output positions of each image.
    pub points: Vec<Vec<usize>>,
    /// Sums without bias, one row per image and point (image-major), one column per output.
    pub sums: Array2<f32>,
}

impl Targets {
    /// Runs `net` once over `images`. Positions are drawn from (seed, layer, image).
    pub fn new(
        net: &Network,
        images: &[Tensor],
        layers: &[LayerId],
        points: usize,
        seed: u64,
    ) -> Targets {
        let drawn: BTreeMap<LayerId, Vec<Vec<usize>>> = layers
            .iter()
            .map(|&id| {
                let shape = net.layer(id).shape;
                let key = Key::new(seed).named("points").child(id.0 as u64);
                let drawn = sample::points(key, images.len(), shape.h * shape.w, points);
                (id, drawn)
            })
            .collect();
        let biases: BTreeMap<LayerId, Array1<f32>> = layers
            .iter()
            .map(|&id| (id, bias(&net.layer(id).op, net.layer(id).shape.c)))
            .collect();
        let of_image = |i: usize| {
            let mut lines: BTreeMap<LayerId, Vec<f32>> = BTreeMap::new();
            let seen = |id: LayerId, value: &Tensor| {
                if let Some(points) = drawn.get(&id) {
                    let (bias, w) = (&biases[&id], value.dim().2);
                    let sums = points[i].iter().flat_map(|&p| {
                        let at = value.slice(ndarray::s![.., p / w, p % w]);
                        at.iter()
                            .zip(bias)
                            .map(|(v, b)| v - b)
                            .collect::<Vec<f32>>()
                    });
                    lines.insert(id, sums.collect());
                }
            };
            float::run_seen(net, &images[i], seen).expect("the caller has checked the images");
            lines
        };
        let mut all: Vec<BTreeMap<LayerId, Vec<f32>>> =
            (0..images.len()).into_par_iter().map(of_image).collect();
        let layers = drawn
            .into_iter()
            .map(|(id, points)| {
                let lines: Vec<f32> = all
                    .iter_mut()
                    .flat_map(|l| l.remove(&id).unwrap_or_default())
                    .collect();
                let rows: usize = points.iter().map(Vec::len).sum();
                let sums = Array2::from_shape_vec((rows, net.layer(id).shape.c), lines)
                    .expect("every point gives one sum per output");
                (id, LayerTargets { points, sums })
            })
            .collect();
        Targets { layers }
    }

    /// Those of a layer; `None` if it was not asked for.
    pub fn layer(&self, id: LayerId) -> Option<&LayerTargets> {
        self.layers.get(&id)
    }
}

fn bias(op: &Op, outputs: usize) -> Array1<f32> {
    let bias = match op {
        Op::Conv(c) => c.bias.clone(),
        Op::Gemm(g) => g.bias.clone(),
        _ => None,
    };
    bias.unwrap_or_else(|| Array1::zeros(outputs))
}
