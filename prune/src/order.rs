//! In which order input feature maps are cut into row groups.
//!
//! The order is a property of the mapping: rows are listed in it and senders address their targets one by one, so
//! nothing is computed at run time. Values do not change, only which of them share arrays.

mod alike;

use crate::matrix::LayerMatrix;
use crate::site::Site;
pub use alike::{balanced, profiles};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// Orders there are.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As in the network.
    #[default]
    AsIs,
    /// Published: by the signed sum of what a feature map adds over all outputs, points and images, largest first.
    ///
    /// Signed on purpose: a large positive and a large negative map in one group would cancel.
    SignedSum,
    /// Feature maps that matter to the same outputs together.
    ///
    /// An output then loses little with each row group it gives up.
    Alike,
}

/// The order of a layer's input feature maps, channel group by channel group; `None` if it stays as it is.
pub fn of(site: &Site<'_>, order: Order) -> Option<Vec<usize>> {
    let g = &site.layer.geometry;
    // One row group per channel group: no order changes anything.
    if order == Order::AsIs || site.layer.row_groups.len() <= g.groups {
        return None;
    }
    let inputs = g.input.c / g.groups;
    let mut all = Vec::with_capacity(g.input.c);
    for group in 0..g.groups {
        let own = match order {
            Order::AsIs => return None,
            Order::SignedSum => signed(site, group),
            Order::Alike => alike::order(site, group),
        };
        all.extend(own.into_iter().map(|p| group * inputs + p));
    }
    Some(all)
}

/// By falling signed sum: with mean inputs m, map p adds `sum over outputs and its rows of w m` per sample.
fn signed(site: &Site<'_>, group: usize) -> Vec<usize> {
    let taps = site.layer.geometry.taps();
    let of_outputs = column_sums(site.matrix, group);
    let mean = &site.stats.groups[group].fit.x_mean;
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
