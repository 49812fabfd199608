//! Clusters of inputs and outputs that become arrays, everything outside them pruned (after TraNNsformer, Ankit et al.,
//! ICCAD 2017).
//!
//! Inputs with alike profiles over the outputs are put together, as many as an array has rows for, outputs with alike
//! profiles over the inputs likewise; of the blocks so formed those with the largest sums of squares stay, at least one
//! per output cluster. The paper clusters a network while training it and keeps scattered synapses outside arrays; here
//! the trained network is clustered once and nothing stays outside.

use crate::error::PruneError;
use crate::outcome::LayerOutcome;
use crate::schedule::share;
use crate::select::similarity::{balanced, profiles};
use crate::select::{Decision, LayerContext, Method};
use crosscut_sim::map::{Indices, RowGroup};
use ndarray::Array2;

/// The method.
#[derive(Debug, Clone, Copy)]
pub struct Cluster;

impl Method for Cluster {
    fn name(&self) -> String {
        "cluster".to_string()
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let g = &context.layer.geometry;
        let (inputs, outputs) = (g.input.c / g.groups, g.output.c / g.groups);
        let kout = context
            .layer
            .kout(context.arch, context.layer.unroll)
            .max(1);
        let mut all = Vec::new();
        let (mut order, mut removed) = (Vec::new(), 0);
        for group in 0..g.groups {
            let energy = profiles(context, group).mapv(|v| v * v);
            let row_groups = context.layer.row_groups.iter().filter(|r| r.group == group);
            let size = inputs.div_ceil(row_groups.count().max(1));
            let of_inputs = balanced(&energy, size).concat();
            let of_outputs = balanced(&energy.t().to_owned(), kout);
            let own: Vec<usize> = of_inputs.iter().map(|p| group * inputs + p).collect();
            let packed: Vec<RowGroup> = (context.layer.packed(context.arch, &own).into_iter())
                .filter(|r| r.group == group)
                .collect();
            let blocks = blocks(context, &packed, &of_outputs, &energy, group);
            let stays = strongest(&blocks, share(blocks.len(), ratio));
            removed += stays.iter().filter(|s| !**s).count();
            for (i, rows) in packed.into_iter().enumerate() {
                let kept = (0..of_outputs.len()).filter(|&j| stays[[i, j]]);
                let list = kept.flat_map(|j| of_outputs[j].iter());
                all.push(RowGroup {
                    outputs: Indices::list(list.map(|q| (group * outputs + q) as u32).collect()),
                    ..rows
                });
            }
            order.extend(own);
        }
        if removed == 0 {
            return Ok(Decision::keep(
                context.layer,
                LayerOutcome::KeptRatioTooSmall,
            ));
        }
        Ok(Decision {
            order: Some(order),
            ..Decision::prune(all)
        })
    }
}

/// Sums of squares of each (row group, output cluster); rows of a feature map share its sum equally.
fn blocks(
    context: &LayerContext<'_>,
    row_groups: &[RowGroup],
    clusters: &[Vec<usize>],
    energy: &Array2<f64>,
    group: usize,
) -> Array2<f64> {
    let g = &context.layer.geometry;
    let (taps, inputs) = (g.taps(), g.input.c / g.groups);
    Array2::from_shape_fn((row_groups.len(), clusters.len()), |(i, j)| {
        let of_row = |r: usize| -> f64 {
            let p = r / taps - group * inputs;
            clusters[j].iter().map(|&q| energy[[p, q]]).sum()
        };
        row_groups[i].rows.iter().map(of_row).sum::<f64>() / taps as f64
    })
}

/// The `keep` largest, at least the largest of every column.
fn strongest(blocks: &Array2<f64>, keep: usize) -> Array2<bool> {
    let mut stays = Array2::from_elem(blocks.dim(), false);
    for (j, column) in blocks.columns().into_iter().enumerate() {
        let best = (column.iter().zip(0..)).max_by(|a, b| a.0.total_cmp(b.0).then(b.1.cmp(&a.1)));
        if let Some((_, i)) = best {
            stays[[i, j]] = true;
        }
    }
    let mut order: Vec<((usize, usize), f64)> =
        blocks.indexed_iter().map(|(at, &v)| (at, v)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut count = stays.iter().filter(|s| **s).count();
    for (at, _) in order {
        if count >= keep {
            break;
        }
        count += usize::from(!stays[at]);
        stays[at] = true;
    }
    stays
}
