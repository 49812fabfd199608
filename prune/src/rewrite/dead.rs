//! Feature maps that are exactly 0, and feature maps nobody looks at.
//!
//! An output without row groups and without bias is 0 wherever it goes; rows that read it can go too. An output that no
//! row downstream reads can lose its row groups. Both follow from the structure alone, through the layers that keep 0 at
//! 0 and channels apart; any other layer ends the argument, so that nothing is removed that could matter.

use crate::matrix::LayerMatrix;
use crosscut_arch::Arch;
use crosscut_sim::map::{Indices, LayerMap, Mapping, RowGroup};
use crosscut_traces::op::Channels;
use crosscut_traces::{LayerId, Network, Op};
use std::collections::BTreeMap;

/// Row groups of every layer that loses rows or outputs; the others are not in it. `groups` are those of pruned layers,
/// `biases` their biases.
pub fn without(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    groups: &BTreeMap<LayerId, Vec<RowGroup>>,
    biases: &BTreeMap<LayerId, Vec<bool>>,
) -> BTreeMap<LayerId, Vec<RowGroup>> {
    let mut now: BTreeMap<LayerId, Vec<RowGroup>> = mapping
        .layers
        .iter()
        .map(|l| {
            let own = groups.get(&l.layer).unwrap_or(&l.row_groups);
            (l.layer, own.clone())
        })
        .collect();
    let mut touched: BTreeMap<LayerId, bool> = BTreeMap::new();
    // Each pass may free more; a network of n layers settles in at most n passes, in practice in two.
    for _ in 0..net.len() {
        let zero = zeros(net, &now, biases);
        let mut any = false;
        for layer in &mapping.layers {
            let input = net.inputs(layer.layer)[0];
            let of_row = |row: usize| channel(net, layer, input, row);
            let own = now.get_mut(&layer.layer).expect("every layer is there");
            any |= drop_rows(
                own,
                |r| zero[input.0][of_row(r)],
                touched.entry(layer.layer),
            );
        }
        let needed = needs(net, mapping, &now);
        for layer in &mapping.layers {
            let own = now.get_mut(&layer.layer).expect("every layer is there");
            any |= drop_outputs(
                own,
                |q| !needed[layer.layer.0][q],
                touched.entry(layer.layer),
            );
        }
        if !any {
            break;
        }
    }
    for layer in &mapping.layers {
        if touched.get(&layer.layer).is_some_and(|t| *t) {
            let own = now.get_mut(&layer.layer).expect("every layer is there");
            *own = layer.joined(arch, own);
        }
    }
    now.retain(|id, _| groups.contains_key(id) || touched.get(id).is_some_and(|t| *t));
    now
}

type Touched<'a> = std::collections::btree_map::Entry<'a, LayerId, bool>;

fn drop_rows(groups: &mut [RowGroup], gone: impl Fn(usize) -> bool, touched: Touched<'_>) -> bool {
    let mut any = false;
    for group in groups.iter_mut() {
        if group.rows.iter().any(&gone) {
            let rows = group.rows.iter().filter(|&r| !gone(r));
            group.rows = Indices::list(rows.map(|r| r as u32).collect());
            if group.rows.is_empty() {
                group.outputs = Indices::range(0, 0);
            }
            any = true;
        }
    }
    if any {
        touched.insert_entry(true);
    }
    any
}

fn drop_outputs(
    groups: &mut [RowGroup],
    gone: impl Fn(usize) -> bool,
    touched: Touched<'_>,
) -> bool {
    let mut any = false;
    for group in groups.iter_mut() {
        if group.outputs.iter().any(&gone) {
            let kept = group.outputs.iter().filter(|&q| !gone(q));
            group.outputs = Indices::list(kept.map(|q| q as u32).collect());
            any = true;
        }
    }
    if any {
        touched.insert_entry(true);
    }
    any
}

/// The channel of a layer's input value that an im2col row reads. Fully connected layers read the flattened value.
fn channel(net: &Network, layer: &LayerMap, input: LayerId, row: usize) -> usize {
    let shape = net.layer(input).shape;
    if layer.geometry.is_gemm {
        row / (shape.h * shape.w)
    } else {
        row / layer.geometry.taps()
    }
}

/// Per layer and channel: whether the value is 0 whatever the image.
fn zeros(
    net: &Network,
    groups: &BTreeMap<LayerId, Vec<RowGroup>>,
    biases: &BTreeMap<LayerId, Vec<bool>>,
) -> Vec<Vec<bool>> {
    let mut zero: Vec<Vec<bool>> = Vec::with_capacity(net.len());
    for (id, layer) in net.layers() {
        let channels = layer.shape.c;
        let inputs = net.inputs(id);
        let operator = layer.op.operator();
        let value = match operator.channels() {
            _ if layer.op.is_compute() => {
                let biased = biases
                    .get(&id)
                    .cloned()
                    .unwrap_or_else(|| biased(&layer.op));
                let mut dead: Vec<bool> = biased.iter().map(|b| !b).collect();
                for group in groups.get(&id).into_iter().flatten() {
                    group.outputs.iter().for_each(|q| dead[q] = false);
                }
                dead
            }
            Channels::Apart => (0..channels)
                .map(|c| inputs.iter().all(|i| zero[i.0][c]) && operator.keeps_zero(c))
                .collect(),
            Channels::Joined => inputs.iter().flat_map(|i| zero[i.0].clone()).collect(),
            Channels::Flattened => {
                let of = &zero[inputs[0].0];
                let each = channels / of.len().max(1);
                of.iter().flat_map(|&z| vec![z; each]).collect()
            }
            Channels::Mixed => vec![false; channels],
        };
        zero.push(value);
    }
    zero
}

/// Which outputs of a compute layer have a bias other than 0.
pub fn biased(op: &Op) -> Vec<bool> {
    let matrix = LayerMatrix::of(op).expect("a compute layer");
    matrix.bias.iter().map(|&b| b != 0.0).collect()
}

/// Per layer and channel: whether anything that reaches the output reads it.
fn needs(
    net: &Network,
    mapping: &Mapping,
    groups: &BTreeMap<LayerId, Vec<RowGroup>>,
) -> Vec<Vec<bool>> {
    let mut need: Vec<Vec<bool>> = net.layers().map(|(_, l)| vec![false; l.shape.c]).collect();
    need[net.output().0].fill(true);
    for id in (0..net.len()).rev().map(LayerId) {
        let layer = net.layer(id);
        let own = need[id.0].clone();
        let inputs = net.inputs(id);
        match layer.op.operator().channels() {
            _ if layer.op.is_compute() => {
                let map = mapping.layer(id);
                let to = &mut need[inputs[0].0];
                match (map, groups.get(&id)) {
                    (Some(map), Some(groups)) => {
                        for group in groups.iter().filter(|g| g.is_live()) {
                            let rows = group.rows.iter();
                            rows.for_each(|r| to[channel(net, map, inputs[0], r)] = true);
                        }
                    }
                    _ => to.fill(true),
                }
            }
            Channels::Joined => {
                let mut first = 0;
                for i in &inputs {
                    let to = &mut need[i.0];
                    let n = to.len();
                    to.iter_mut().zip(&own[first..]).for_each(|(t, o)| *t |= o);
                    first += n;
                }
            }
            Channels::Flattened => {
                let to = &mut need[inputs[0].0];
                let each = own.len() / to.len().max(1);
                let lines = own.chunks(each.max(1));
                to.iter_mut()
                    .zip(lines)
                    .for_each(|(t, o)| *t |= o.contains(&true));
            }
            Channels::Apart => {
                for i in &inputs {
                    need[i.0].iter_mut().zip(&own).for_each(|(t, o)| *t |= o);
                }
            }
            Channels::Mixed => inputs.iter().for_each(|i| need[i.0].fill(true)),
        }
    }
    need
}
