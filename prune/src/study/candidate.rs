//! One layer pruned alone, and what it is judged by.

use crosscut_sim::map::Mapping;
use crosscut_traces::{Network, Tensor};
use serde::{Deserialize, Serialize};

/// One layer at one ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// By which method of the entry ([`Entry::alternative`](crate::select::methods::Entry::alternative)).
    pub by: usize,
    /// Ratio asked.
    pub ratio: f64,
    /// Crossbars of all roles of the whole network.
    pub total: u64,
    /// Compute crossbars of the layer.
    pub compute: u64,
    /// What the price function says of the whole network, if there is one.
    pub price: Option<f64>,
    /// Relative error of the layer's sums.
    pub residual: f64,
    /// Squared change of the network's outputs over their squared deviation from their means.
    pub output_error: f64,
    /// Accuracy lost on the probe images (against their labels).
    pub drop: f64,
}

/// Images that layers are probed with.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a> {
    /// Images that the refit has not seen, if possible.
    pub images: &'a [Tensor],
    /// Their labels.
    pub labels: &'a [u16],
}

/// A price of a mapped network, such as its energy.
pub type Price<'a> = &'a dyn Fn(&Network, &Mapping) -> f64;
