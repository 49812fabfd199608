//! In which order input feature maps are cut into row groups.
//!
//! The order is a property of the mapping: rows are listed in it and senders address their targets one by one, so
//! nothing is computed at run time. Values do not change, only which of them share arrays.

use super::context::LayerContext;
use super::similarity;
use crate::matrix::LayerMatrix;
use crate::options::Order;

/// The order of a layer's input feature maps, channel group by channel group; `None` if it stays as it is.
pub fn of(context: &LayerContext<'_>, order: Order) -> Option<Vec<usize>> {
    let g = &context.layer.geometry;
    // One row group per channel group: no order changes anything.
    if order == Order::AsIs || context.layer.row_groups.len() <= g.groups {
        return None;
    }
    let inputs = g.input.c / g.groups;
    let mut all = Vec::with_capacity(g.input.c);
    for group in 0..g.groups {
        let own = match order {
            Order::AsIs => return None,
            Order::SignedSum => signed(context, group),
            Order::Alike => similarity::order(context, group),
        };
        all.extend(own.into_iter().map(|p| group * inputs + p));
    }
    Some(all)
}

/// By falling signed sum: with mean inputs m, map p adds `sum over outputs and its rows of w m` per sample.
fn signed(context: &LayerContext<'_>, group: usize) -> Vec<usize> {
    let taps = context.layer.geometry.taps();
    let of_outputs = column_sums(context.matrix, group);
    let mean = &context.moments.groups[group].fit.x_mean;
    let score: Vec<f64> = (0..mean.len() / taps)
        .map(|p| {
            (p * taps..(p + 1) * taps)
                .map(|r| mean[r] * of_outputs[r])
                .sum()
        })
        .collect();
    let mut order: Vec<usize> = (0..score.len()).collect();
    order.sort_by(|&a, &b| score[b].total_cmp(&score[a]).then(a.cmp(&b)));
    order
}

/// Weights of each row, summed over the outputs of a channel group.
fn column_sums(matrix: &LayerMatrix, group: usize) -> Vec<f64> {
    let per_group = matrix.weights.nrows() / matrix.groups;
    let own = group * per_group..(group + 1) * per_group;
    let w = matrix.weights.slice(ndarray::s![own, ..]);
    w.sum_axis(ndarray::Axis(0)).to_vec()
}
