//! Other published ways to prune, for comparison on the same samples, with the same refit and the same evaluation.
//!
//! Each keeps what its paper chooses by and takes the rest (sampling, refit, budget) from the harness, so that tables
//! compare the choice and nothing else. Simplifications are named in each module.

mod both;
mod channels;
mod cluster;
mod filters;
mod magnitude;
mod random;

pub use both::Both;
pub use channels::{Channels, Criterion};
pub use cluster::Cluster;
pub use filters::Filters;
pub use magnitude::Magnitude;
pub use random::Random;

use crate::options::PruneOptions;
use crate::order::Order;
use crate::pairs::Pairs;
use crate::site::Method;
use crate::solve::Solver;
use crate::solve::lgd::Lgd;
use crosscut_sim::map::Adders;
use crosscut_traces::LayerId;
use std::collections::BTreeMap;

/// A method and the options that go with it.
pub struct Entry {
    /// The method.
    pub method: Box<dyn Method>,
    /// Options of sampling, refit and rewriting.
    pub options: PruneOptions,
    /// Further ways that budgets over all layers may choose for a layer.
    pub others: Vec<Box<dyn Method>>,
    /// Whether ratios are set layer by layer for the whole budget, instead of one ratio for all.
    pub global: bool,
}

/// Shares of filters that budgets over all layers may take out of a layer before its pairs.
const FILTERS: [f64; 3] = [0.3, 0.5, 0.7];

fn both(name: &str, filters: f64, options: &PruneOptions) -> Box<dyn Method> {
    Box::new(Both {
        filters,
        pairs: Pairs {
            options: options.clone(),
            name: name.to_string(),
        },
    })
}

impl Entry {
    /// The method, or one of the others.
    pub fn way(&self, by: usize) -> &dyn Method {
        match by.checked_sub(1) {
            None => self.method.as_ref(),
            Some(k) => self.others[k].as_ref(),
        }
    }

    /// Pairs chosen and rewritten by `options`.
    pub fn pairs(name: &str, options: PruneOptions, global: bool) -> Entry {
        Entry {
            method: Box::new(Pairs {
                options: options.clone(),
                name: name.to_string(),
            }),
            others: if global && options.dead {
                FILTERS.iter().map(|&f| both(name, f, &options)).collect()
            } else {
                Vec::new()
            },
            options,
            global,
        }
    }

    /// The same method with other options; methods other than pairs take them for the rewrite alone.
    pub fn with(self, options: PruneOptions) -> Entry {
        match self.method.pairs() {
            Some(_) => Entry::pairs(&self.method.name(), options, self.global),
            None => Entry { options, ..self },
        }
    }
}

/// Names, with one line each.
pub const NAMES: &[(&str, &str)] = &[
    (
        "ours",
        "pairs by backward elimination, arrays filled, adders and slices fitted, budgets over all layers",
    ),
    (
        "paper",
        "pairs by LGD with RPP at column grain, input maps by signed sum (Liang et al. 2018)",
    ),
    ("paper-crossbar", "the same at crossbar grain"),
    (
        "magnitude",
        "single weights by magnitude (Han et al. 2015): few crossbars become free",
    ),
    ("filter-l1", "whole filters by L1 norm (Li et al. 2017)"),
    (
        "taylor",
        "whole filters by first-order Taylor expansion of the loss (Molchanov et al. 2019)",
    ),
    ("channel-lasso", "input channels by LASSO (He et al. 2017)"),
    (
        "thinet",
        "input channels by greedy reconstruction (Luo et al. 2017)",
    ),
    (
        "group-lasso",
        "input channels by group lasso (SSL, Wen et al. 2016)",
    ),
    (
        "cluster",
        "clusters of inputs and outputs as arrays (after TraNNsformer, Ankit et al. 2017)",
    ),
    ("random", "pairs at random"),
];

/// Scores of whole filters by layer, for `taylor`.
pub type Scores = BTreeMap<LayerId, Vec<f64>>;

/// The method of a name, its options founded on `base` (sampling, refit, seed). `scores` is asked only by `taylor`.
pub fn by_name(
    name: &str,
    base: &PruneOptions,
    scores: &mut dyn FnMut() -> Scores,
) -> Option<Entry> {
    let plain = PruneOptions {
        dead: true,
        ..base.clone()
    };
    let pairs = |options, global| Entry::pairs(name, options, global);
    let other = |method: Box<dyn Method>| Entry {
        method,
        options: plain.clone(),
        others: Vec::new(),
        global: false,
    };
    Some(match name {
        "ours" => pairs(ours(base), true),
        "paper" => pairs(paper(base), false),
        "paper-crossbar" => pairs(
            PruneOptions {
                grain: crate::groups::Grain::Crossbar,
                ..paper(base)
            },
            false,
        ),
        "magnitude" => other(Box::new(Magnitude)),
        "filter-l1" => other(Box::new(Filters::l1())),
        "taylor" => other(Box::new(Filters::scored("taylor", scores()))),
        "channel-lasso" => other(Box::new(Channels(Criterion::Lasso))),
        "thinet" => other(Box::new(Channels(Criterion::Greedy))),
        "group-lasso" => other(Box::new(Channels(Criterion::GroupLasso))),
        "cluster" => other(Box::new(Cluster)),
        "random" => other(Box::new(Random)),
        _ => return None,
    })
}

/// The published method on the sampling of `base`.
pub fn paper(base: &PruneOptions) -> PruneOptions {
    PruneOptions {
        grain: crate::groups::Grain::Column,
        kout: 1,
        gemm_kout: 8,
        order: Order::SignedSum,
        budget: crate::options::Budget::PerOutput,
        solver: Solver::Lgd(Lgd::default()),
        fill: false,
        balance: false,
        adders: Adders::Dense,
        reslice: false,
        dead: false,
        ..base.clone()
    }
}

/// Everything this crate adds to it.
pub fn ours(base: &PruneOptions) -> PruneOptions {
    PruneOptions {
        gemm_kout: 1,
        order: Order::Alike,
        solver: Solver::Greedy,
        balance: true,
        adders: Adders::Arriving,
        reslice: true,
        dead: true,
        ..paper(base)
    }
}
