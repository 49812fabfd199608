//! Masks: which weights of a network may differ from zero, in the weights' own shape.

use crate::matrix::LayerMatrix;
use crosscut_sim::map::Mapping;
use crosscut_traces::weights::hash;
use crosscut_traces::{LayerId, Network, Op, Weights};
use std::collections::BTreeMap;

/// Mask of one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerMask {
    /// Shape of the weight: `Q x P/groups x kh x kw`, or `out x in`.
    pub shape: Vec<usize>,
    /// Whether each weight stays, row-major.
    pub keep: Vec<bool>,
}

/// Masks of all compute layers of a network, by layer name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masks {
    layers: BTreeMap<String, LayerMask>,
}

/// Masks that do not belong to a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the masks belong to another network than `{network}`: {what}")]
pub struct MaskError {
    /// Network.
    pub network: String,
    /// What does not fit.
    pub what: String,
}

/// Weights of a compute layer.
fn weights(net: &Network, id: LayerId) -> &Weights {
    match &net.layer(id).op {
        Op::Conv(c) => &c.weight,
        Op::Gemm(g) => &g.weight,
        _ => unreachable!("compute layers are convolutions or fully connected"),
    }
}

impl Masks {
    /// From masks by layer name.
    pub fn new(layers: BTreeMap<String, LayerMask>) -> Masks {
        Masks { layers }
    }

    /// What the row groups of a mapping hold. Layers the mapping does not prune keep all weights.
    pub fn of_mapping(net: &Network, mapping: &Mapping) -> Masks {
        let mut layers = BTreeMap::new();
        for map in &mapping.layers {
            let layer = net.layer(map.layer);
            let Some(matrix) = LayerMatrix::of(&layer.op) else {
                continue;
            };
            let columns = matrix.weights.ncols();
            let mut keep = vec![false; matrix.weights.len()];
            for group in &map.row_groups {
                for q in group.outputs.iter() {
                    for row in group.rows.iter() {
                        keep[q * columns + matrix.column(row)] = true;
                    }
                }
            }
            let shape = weights(net, map.layer).shape().to_vec();
            layers.insert(layer.name.clone(), LayerMask { shape, keep });
        }
        Masks { layers }
    }

    /// The weights that are not zero: masks of any pruning that left zeros.
    pub fn of_weights(net: &Network) -> Masks {
        let of = |id: LayerId| {
            let values = weights(net, id).values();
            let mask = LayerMask {
                shape: values.shape().to_vec(),
                keep: values.iter().map(|&w| w != 0.0).collect(),
            };
            (net.layer(id).name.clone(), mask)
        };
        Masks {
            layers: net.compute_layers().into_iter().map(of).collect(),
        }
    }

    /// Mask of a layer.
    pub fn layer(&self, name: &str) -> Option<&LayerMask> {
        self.layers.get(name)
    }

    /// Layers and their masks, by name.
    pub fn layers(&self) -> impl Iterator<Item = (&String, &LayerMask)> {
        self.layers.iter()
    }

    /// Weights that stay, and all.
    pub fn count(&self) -> (u64, u64) {
        let kept = |m: &LayerMask| m.keep.iter().filter(|k| **k).count() as u64;
        let masks = self.layers.values();
        masks.fold((0, 0), |(k, n), m| (k + kept(m), n + m.keep.len() as u64))
    }

    /// Digest of names, shapes and masks.
    pub fn digest(&self) -> String {
        let mut h = 0;
        for (name, mask) in &self.layers {
            h = name.bytes().fold(h, |h, b| hash(h, u64::from(b)));
            h = mask.shape.iter().fold(h, |h, &n| hash(h, n as u64));
            for bits in mask.keep.chunks(64) {
                let word = bits.iter().fold(1, |w, &k| w << 1 | u64::from(k));
                h = hash(h, word);
            }
        }
        format!("{h:016x}")
    }

    /// Whether there is one mask of the right shape for every compute layer, and no other.
    ///
    /// # Errors
    /// The first layer that does not fit.
    pub fn check(&self, net: &Network) -> Result<(), MaskError> {
        let fail = |what: String| {
            Err(MaskError {
                network: net.name.clone(),
                what,
            })
        };
        for id in net.compute_layers() {
            let (name, shape) = (&net.layer(id).name, weights(net, id).shape());
            match self.layers.get(name) {
                None => return fail(format!("there is no mask for layer `{name}`")),
                Some(m) if m.shape != shape => {
                    return fail(format!(
                        "the mask of layer `{name}` has shape {:?}, its weight {shape:?}",
                        m.shape
                    ));
                }
                Some(_) => {}
            }
        }
        let is_layer = |n: &str| net.find(n).is_some_and(|id| net.layer(id).op.is_compute());
        match self.layers.keys().find(|n| !is_layer(n)) {
            Some(n) => fail(format!(
                "there is a mask for `{n}`, which is no layer of it"
            )),
            None => Ok(()),
        }
    }

    /// The network with zeros wherever the masks keep nothing, and how many weights were not zero there, by layer.
    ///
    /// # Errors
    /// As [`Masks::check`].
    pub fn apply(&self, net: &Network) -> Result<(Network, BTreeMap<String, u64>), MaskError> {
        self.check(net)?;
        let mut net = net.clone();
        let mut changed = BTreeMap::new();
        for id in net.compute_layers() {
            let layer = net.layer_mut(id);
            let weight = match &mut layer.op {
                Op::Conv(c) => &mut c.weight,
                Op::Gemm(g) => &mut g.weight,
                _ => unreachable!("compute layers are convolutions or fully connected"),
            };
            let mut values = weight.values().as_ref().clone();
            let mut count = 0;
            let keep = &self.layers[&layer.name].keep;
            for (w, _) in values.iter_mut().zip(keep).filter(|(_, k)| !**k) {
                count += u64::from(*w != 0.0);
                *w = 0.0;
            }
            if count > 0 {
                *weight = Weights::dense(values);
                changed.insert(layer.name.clone(), count);
            }
        }
        Ok((net, changed))
    }
}
