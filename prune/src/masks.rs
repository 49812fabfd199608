//! Masks: which weights of a network may differ from zero, in the weights' own shape.

pub mod file;

use crate::matrix::LayerMatrix;
use crosscut_arch::Arch;
use crosscut_sim::map::{Indices, MapError, Mapping, held_weights};
use crosscut_traces::random::digest;
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

/// Masks of all compute layers of a network, by layer name, in network order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masks {
    layers: Vec<(String, LayerMask)>,
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
    pub fn new(layers: Vec<(String, LayerMask)>) -> Masks {
        Masks { layers }
    }

    /// What the row groups of a mapping hold. Layers the mapping does not prune keep all weights.
    pub fn of_mapping(net: &Network, mapping: &Mapping) -> Masks {
        let mut layers = Vec::new();
        for map in &mapping.layers {
            let layer = net.layer(map.layer);
            let Some(matrix) = LayerMatrix::of(&layer.op) else {
                continue;
            };
            let (outputs, columns) = matrix.weights.dim();
            let held = held_weights([outputs, columns], &map.row_groups);
            let keep = held.into_iter().collect();
            let shape = weights(net, map.layer).shape().to_vec();
            layers.push((layer.name.clone(), LayerMask { shape, keep }));
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

    /// Keeps of a layer only what `stays` keeps as well, row-major.
    pub fn narrow(&mut self, layer: &str, stays: impl Iterator<Item = bool>) {
        if let Some((_, mask)) = self.layers.iter_mut().find(|(name, _)| name == layer) {
            mask.keep = mask.keep.iter().zip(stays).map(|(k, s)| *k && s).collect();
        }
    }

    /// Mask of a layer.
    pub fn layer(&self, name: &str) -> Option<&LayerMask> {
        self.layers.iter().find(|l| l.0 == name).map(|l| &l.1)
    }

    /// Layers and their masks, in network order.
    pub fn layers(&self) -> impl Iterator<Item = (&str, &LayerMask)> {
        self.layers.iter().map(|(name, mask)| (name.as_str(), mask))
    }

    /// Weights that stay, and all.
    pub fn count(&self) -> (u64, u64) {
        let kept = |m: &LayerMask| m.keep.iter().filter(|k| **k).count() as u64;
        let masks = self.layers.iter().map(|l| &l.1);
        masks.fold((0, 0), |(k, n), m| (k + kept(m), n + m.keep.len() as u64))
    }

    /// Digest of names, shapes and masks.
    pub fn digest(&self) -> String {
        let mut h = 0;
        for (name, mask) in &self.layers {
            h = name.bytes().fold(h, |h, b| digest(h, u64::from(b)));
            h = mask.shape.iter().fold(h, |h, &n| digest(h, n as u64));
            for bits in mask.keep.chunks(64) {
                let word = bits.iter().fold(1, |w, &k| w << 1 | u64::from(k));
                h = digest(h, word);
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
            match self.layer(name) {
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
        match self.layers.iter().map(|l| &l.0).find(|n| !is_layer(n)) {
            Some(n) => fail(format!(
                "there is a mask for `{n}`, which is no layer of it"
            )),
            None => Ok(()),
        }
    }

    /// The masks under the names of `net`: as they are if their names are its own, else by order, since other tools may
    /// have renamed the layers.
    ///
    /// # Errors
    /// As [`Masks::check`]; also if only some of the names are known, or the shapes do not follow in the same order.
    pub fn adapt(self, net: &Network) -> Result<Masks, MaskError> {
        let ids = net.compute_layers();
        let known = self.layers.iter().any(|(name, _)| net.find(name).is_some());
        if known || self.layers.len() != ids.len() {
            self.check(net)?;
            return Ok(self);
        }
        let names = ids.iter().map(|&id| net.layer(id).name.clone());
        let layers = names.zip(self.layers.into_iter().map(|l| l.1));
        let renamed = Masks {
            layers: layers.collect(),
        };
        renamed.check(net)?;
        Ok(renamed)
    }

    /// A mapping of `net` that holds only what the masks keep: a pair of row group and output stays if any of its
    /// weights does.
    ///
    /// # Errors
    /// If the result cannot be placed.
    pub fn restrict(
        &self,
        net: &Network,
        mapping: &Mapping,
        arch: &Arch,
    ) -> Result<Mapping, MapError> {
        let mut changes = BTreeMap::new();
        for map in &mapping.layers {
            let layer = net.layer(map.layer);
            let (Some(mask), Some(matrix)) = (self.layer(&layer.name), LayerMatrix::of(&layer.op))
            else {
                continue;
            };
            let columns = matrix.weights.ncols();
            let mut groups = map.row_groups.clone();
            for group in &mut groups {
                let rows = &group.rows;
                let kept = |&q: &usize| {
                    let mut of_output = rows.iter().map(|r| q * columns + matrix.column(r));
                    of_output.any(|w| mask.keep[w])
                };
                let outputs = group.outputs.iter().filter(kept).map(|q| q as u32);
                group.outputs = Indices::list(outputs.collect());
            }
            if groups != map.row_groups {
                changes.insert(map.layer, groups);
            }
        }
        mapping.with_row_groups(net, arch, changes)
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
            let Some(LayerMask { keep, .. }) = self.layer(&layer.name) else {
                continue;
            };
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
