//! Layers larger than what there is, cut along their outputs.
//!
//! Each piece is a layer of its own that makes some of the outputs; a concatenation joins them. The network computes the same.

use super::error::ReloadError;
use super::partition::{Limit, layer_too_large};
use crate::map::{MapOptions, Mapping};
use crosscut_arch::{Arch, Chips};
use crosscut_traces::net::push;
use crosscut_traces::op::Concat;
use crosscut_traces::{Layer, LayerId, Network, Op, Weights};
use ndarray::{Axis, Slice};
use std::collections::BTreeMap;
use std::ops::Range;

/// A network whose layers fit alone, and the machine and the choices with the rules of each layer for its pieces as well.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// The network.
    pub net: Network,
    /// The machine.
    pub arch: Arch,
    /// The choices.
    pub options: MapOptions,
}

/// Cuts the layers that alone are larger than `limit` into the fewest pieces of whole arrays that are not. `None` if there
/// are none.
///
/// # Errors
/// [`ReloadError`] if one array of outputs is too large, a layer with channel groups is, or the network cannot be mapped.
pub fn pieces(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    limit: Limit,
) -> Result<Option<Pieces>, ReloadError> {
    let free = Arch {
        chips: Chips::AsNeeded,
        ..arch.clone()
    };
    let mut cut = Pieces {
        net: Network::new(net.name.clone()),
        arch: free.clone(),
        options: MapOptions {
            part: true,
            ..options.clone()
        },
    };
    options.check_names(net, arch)?;
    let (mut any, mut moved) = (false, BTreeMap::new());
    for (id, layer) in net.layers() {
        let inputs: Vec<LayerId> = net.inputs(id).iter().map(|i| moved[i]).collect();
        let whole = match layer.op.operator().product() {
            Some(_) => Some(Mapping::build_part(net, &free, options, id.0..id.0 + 1)?),
            None => None,
        };
        let new = match whole {
            Some(whole) if !limit.holds(&free, &whole) => {
                any = true;
                cut.layer(layer, &inputs, &whole, limit)?
            }
            _ => cut
                .net
                .push(&layer.name, layer.op.clone(), &inputs, layer.shape),
        };
        moved.insert(id, new);
    }
    cut.arch.chips = arch.chips;
    Ok(any.then_some(cut))
}

impl Pieces {
    /// Appends a layer in pieces; the layer that joins them.
    fn layer(
        &mut self,
        layer: &Layer,
        inputs: &[LayerId],
        whole: &Mapping,
        limit: Limit,
    ) -> Result<LayerId, ReloadError> {
        let map = &whole.layers[0];
        let outputs = layer.shape.c;
        let kout = map.kout(&self.arch, map.unroll).clamp(1, outputs);
        let refused = |arch: &Arch| layer_too_large(&layer.name, arch, whole, limit);
        if layer.op.operator().product().is_some_and(|p| p.groups > 1) {
            return Err(refused(&self.arch));
        }
        // Arrays side by side in a piece; the first piece is no smaller than any other.
        let all = outputs.div_ceil(kout);
        let mut wide = all;
        let name = |n: usize, of: usize| format!("{}[{}/{of}]", layer.name, n + 1);
        loop {
            let first = name(0, all.div_ceil(wide));
            self.follows(&layer.name, &first);
            let mut net = self.net.clone();
            let op = part(&layer.op, &(0..outputs.min(wide * kout)));
            let id = push(&mut net, &first, op, inputs)
                .expect("a part of a layer that fits")
                .0;
            let alone = Mapping::build_part(&net, &self.arch, &self.options, id..id + 1)?;
            if limit.holds(&self.arch, &alone) {
                break;
            }
            if wide == 1 {
                return Err(refused(&self.arch));
            }
            wide = all.div_ceil(all.div_ceil(wide) + 1).min(wide - 1);
        }
        let ranges: Vec<_> = ranges(outputs, wide * kout).collect();
        let mut made = Vec::new();
        for (n, range) in ranges.iter().enumerate() {
            let name = name(n, ranges.len());
            self.follows(&layer.name, &name);
            let op = part(&layer.op, range);
            made.push(push(&mut self.net, &name, op, inputs).expect("a part of a layer that fits"));
        }
        Ok(push(&mut self.net, &layer.name, Op::of(Concat), &made).expect("parts of one image"))
    }

    /// A piece follows the rules of its layer.
    fn follows(&mut self, layer: &str, piece: &str) {
        let of_layer = &mut self.options;
        if let Some(&w) = of_layer.unroll.get(layer) {
            of_layer.unroll.insert(piece.into(), w);
        }
        if let Some(&copies) = of_layer.replicas.get(layer) {
            of_layer.replicas.insert(piece.into(), copies);
        }
        if let Some(rules) = self.arch.mapping.layers.get(layer).cloned() {
            self.arch.mapping.layers.insert(piece.into(), rules);
        }
    }
}

fn ranges(outputs: usize, each: usize) -> impl Iterator<Item = Range<usize>> {
    (0..outputs)
        .step_by(each)
        .map(move |start| start..(start + each).min(outputs))
}

/// The layer for some of its outputs.
fn part(op: &Op, outputs: &Range<usize>) -> Op {
    let mut op = op.clone();
    let product = op.product_mut().expect("it has weights");
    *product.weight = match &*product.weight {
        Weights::Dense(all) => Weights::dense(
            all.slice_axis(Axis(0), Slice::from(outputs.clone()))
                .to_owned(),
        ),
        // Other values than those of the layer: no time and no count looks at them.
        Weights::Seeded { seed, shape, std } => {
            let mut shape = shape.clone();
            shape[0] = outputs.len();
            Weights::Seeded {
                seed: *seed,
                shape,
                std: *std,
            }
        }
    };
    if let Some(bias) = product.bias {
        *bias = bias.slice(ndarray::s![outputs.clone()]).to_owned();
    }
    op
}
