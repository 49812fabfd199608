//! Values of the pruned network on the calibration images, up to the layer at work.

use crosscut_traces::{LayerId, Network, Op, Tensor};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Advances the network from compute layer to compute layer. Each image is taken through all layers between at once,
/// so that only values which later layers still need are held for all images.
#[derive(Clone)]
pub struct Prefix<'a> {
    net: &'a Network,
    images: &'a [Tensor],
    /// Per image, the values that are still needed, by layer.
    values: Vec<BTreeMap<usize, Tensor>>,
    /// Index of the last layer that takes a value.
    last_use: Vec<usize>,
    /// Layers computed so far.
    done: usize,
    replaced: BTreeMap<LayerId, Op>,
}

impl<'a> Prefix<'a> {
    /// Nothing computed yet.
    pub fn new(net: &'a Network, images: &'a [Tensor]) -> Self {
        let last = |id: LayerId| net.consumers(id).last().map_or(usize::MAX, |c| c.0);
        Prefix {
            net,
            images,
            values: vec![BTreeMap::new(); images.len()],
            last_use: net.layers().map(|(id, _)| last(id)).collect(),
            done: 0,
            replaced: BTreeMap::new(),
        }
    }

    /// Input of a layer, one per image. Layers must be asked in order.
    pub fn inputs(&mut self, id: LayerId) -> Vec<&Tensor> {
        self.advance(id.0);
        let input = self.net.inputs(id)[0].0;
        self.values.iter().map(|v| &v[&input]).collect()
    }

    /// The output of the network, one per image; no layer can be asked afterwards.
    pub fn outputs(mut self) -> Vec<Tensor> {
        self.advance(self.net.len());
        let output = self.net.output().0;
        let take = |mut v: BTreeMap<usize, Tensor>| v.remove(&output);
        self.values.into_iter().filter_map(take).collect()
    }

    /// From now on, the network computes `op` in layer `id`, which has not been computed yet.
    pub fn replace(&mut self, id: LayerId, op: Op) {
        self.replaced.insert(id, op);
    }

    /// Computes the layers before `end`.
    fn advance(&mut self, end: usize) {
        let Prefix {
            net,
            images,
            values,
            last_use,
            done,
            replaced,
        } = self;
        let range = *done..end;
        values
            .par_iter_mut()
            .zip(images.par_iter())
            .for_each(|(values, image)| {
                for l in range.clone() {
                    let layer = net.layer(LayerId(l));
                    let op = replaced.get(&LayerId(l)).unwrap_or(&layer.op);
                    let inputs = net.inputs(LayerId(l));
                    let xs: Vec<&Tensor> = inputs.iter().map(|i| &values[&i.0]).collect();
                    let value = op.value(&xs, image, layer.shape);
                    values.insert(l, value);
                    inputs
                        .iter()
                        .filter(|i| last_use[i.0] <= l)
                        .for_each(|i| drop(values.remove(&i.0)));
                }
            });
        *done = (*done).max(end);
    }
}
